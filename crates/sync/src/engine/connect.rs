//! The clients of the customers: given by the program, or made of the credentials that the store keeps sealed.

use crate::error::Error;
use crate::store::leases::{self, Claim};
use crate::store::{self, Store, Tx, customers};
use crate::vault::{Vault, VaultError};
use jiff::Timestamp;
use mycarrierpackets::types::Redacted;
use mycarrierpackets::url::Url;
use mycarrierpackets::{Client, ClientBuilder, Environment, KeptToken, Server, TokenStore};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Makes the client of a customer.
pub type Connect = Arc<dyn Fn(&str) -> mycarrierpackets::Result<Client> + Send + Sync>;

/// Begins the client of a customer with these credentials: time limits, proxies, certificates.
pub type Build = Arc<dyn Fn(&Credentials) -> ClientBuilder + Send + Sync>;

/// Where a customer's credentials are kept.
const SECRET: &str = "secret";
/// Where its tokens are kept.
const TOKEN: &str = "token";

/// What a customer calls the vendor with.
///
/// ```
/// use mycarrierpackets_sync::engine::Credentials;
///
/// let credentials = Credentials::new("broker@acme.example", "secret");
/// assert!(!format!("{credentials:?}").contains("secret"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: Redacted,
    /// The address of the API, if it is not the vendor's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<Url>,
}

impl Credentials {
    /// Those of a user of the vendor's API.
    pub fn new(username: &str, password: &str) -> Self {
        Self { username: username.to_owned(), password: password.into(), api: None }
    }

    /// At another address, such as that of a sandbox.
    pub fn at(mut self, api: Url) -> Self {
        self.api = Some(api);
        self
    }

    /// A client with these credentials, to be completed.
    pub fn builder(&self) -> ClientBuilder {
        let environment = self.api.clone().map_or(Environment::Production, Environment::custom);
        Client::builder().environment(environment).credentials(&self.username, self.password.expose())
    }
}

/// Makes and keeps the clients.
pub(super) struct Clients {
    how: How,
    known: Mutex<HashMap<String, Known>>,
}

enum How {
    Given(Connect),
    Sealed { vault: Vault, build: Build },
}

#[derive(Clone)]
struct Known {
    client: Client,
    /// Nothing where the program keeps the tokens itself.
    tokens: Option<Arc<Tokens>>,
    /// What of the store it was made of: whatever differs there is newer.
    sealed: customers::Sealed,
}

impl Clients {
    pub fn given(connect: Connect) -> Self {
        Self { how: How::Given(connect), known: Mutex::default() }
    }

    pub fn sealed(vault: Vault, build: Build) -> Self {
        Self { how: How::Sealed { vault, build }, known: Mutex::default() }
    }

    pub fn vault(&self) -> Option<&Vault> {
        match &self.how {
            How::Given(_) => None,
            How::Sealed { vault, .. } => Some(vault),
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client of a customer.
    ///
    /// # Errors
    /// [`Error::Secret`] when it has no credentials, or they do not open; what the vendor's client refuses.
    pub async fn of(&self, store: &Store, customer: &str) -> Result<Client, Error> {
        let known = self.known().get(customer).cloned();
        let (vault, build) = match &self.how {
            How::Given(connect) => {
                let client = known.map_or_else(|| connect(customer), |known| Ok(known.client))?;
                let known = Known { client: client.clone(), tokens: None, sealed: customers::Sealed::default() };
                self.known().insert(customer.to_owned(), known);
                return Ok(client);
            }
            How::Sealed { vault, build } => (vault, build),
        };
        let sealed = store.read(async |tx: Tx| customers::secrets(&tx, customer).await).await?;
        if let Some(known) = known.filter(|known| known.sealed == sealed) {
            return Ok(known.client);
        }
        let (Some(key), Some(secret)) = (&sealed.data_key, &sealed.secret) else {
            return Err(VaultError::no_credentials(customer).into());
        };
        let secret = vault.open(customer, key, SECRET, secret)?;
        let credentials: Credentials =
            serde_json::from_slice(&secret).map_err(|_| VaultError::no_credentials(customer))?;
        // One that does not open is of the credentials before: a worker that was under way kept it last.
        let token = sealed.token.as_ref().and_then(|token| vault.open(customer, key, TOKEN, token).ok());
        let tokens = token.map_or_else(Tokens::default, |token| Tokens::of(&token));
        let tokens = Arc::new(tokens);
        let client = build(&credentials).token_store(tokens.clone()).build()?;
        let known = Known { client: client.clone(), tokens: Some(tokens), sealed };
        self.known().insert(customer.to_owned(), known);
        Ok(client)
    }

    /// Keeps tokens that came since the last time: under the fence, as one that another worker replaced is worth nothing.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn keep_tokens(&self, store: &Store, claim: &Claim) -> Result<(), Error> {
        let customer = claim.customer();
        let known = self.known().get(customer).cloned();
        let (Some(vault), Some(Known { tokens: Some(tokens), sealed, .. })) = (self.vault(), known) else {
            return Ok(());
        };
        let (Some(text), Some(key)) = (tokens.changed(), &sealed.data_key) else { return Ok(()) };
        let token = vault.seal(customer, key, TOKEN, &text)?;
        let keep = async |tx: Tx| {
            let held = leases::check(&tx, claim).await?;
            customers::set_token(&held, Some(&token)).await
        };
        let kept = store.transaction::<_, store::Error, _, _>(keep).await;
        if kept.is_err() {
            tokens.state().changed = true;
        }
        kept?;
        if let Some(known) = self.known().get_mut(customer) {
            known.sealed.token = Some(token);
        }
        Ok(())
    }

    /// Its credentials may be new.
    pub fn forget(&self, customer: &str) {
        self.known().remove(customer);
    }
}

/// Seals and keeps a customer's credentials. Its tokens are forgotten.
///
/// # Errors
/// Those of the store.
pub(super) async fn keep(store: &Store, vault: &Vault, customer: &str, credentials: &Credentials) -> Result<(), Error> {
    let key = vault.data_key(customer);
    let text = zeroize::Zeroizing::new(serde_json::to_vec(credentials).unwrap_or_default());
    let secret = vault.seal(customer, &key, SECRET, &text)?;
    let keep = async |tx: Tx| customers::set_secret(&tx, customer, &key, &secret).await;
    Ok(store.repeatable::<_, store::Error, _, _>(keep).await?)
}

/// The tokens of a customer, as its client leaves them.
#[derive(Default)]
struct Tokens(Mutex<State>);

#[derive(Default)]
struct State {
    tokens: BTreeMap<String, Kept>,
    changed: bool,
}

#[derive(Clone, Deserialize, Serialize)]
struct Kept {
    access_token: Redacted,
    refresh_token: Option<Redacted>,
    expires_at: Timestamp,
}

impl Tokens {
    /// What cannot be read is as good as none: the password makes new ones.
    fn of(text: &[u8]) -> Self {
        let tokens = serde_json::from_slice(text).unwrap_or_default();
        Self(Mutex::new(State { tokens, changed: false }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As they are to be kept, if they changed.
    fn changed(&self) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        let mut state = self.state();
        let changed = std::mem::take(&mut state.changed);
        changed.then(|| zeroize::Zeroizing::new(serde_json::to_vec(&state.tokens).unwrap_or_default()))
    }
}

fn name(server: Server) -> String {
    format!("{server:?}").to_ascii_lowercase()
}

impl TokenStore for Tokens {
    fn load(&self, server: Server) -> Option<KeptToken> {
        let Kept { access_token, refresh_token, expires_at } = self.state().tokens.get(&name(server))?.clone();
        Some(KeptToken { access_token, refresh_token, expires_at })
    }

    fn keep(&self, server: Server, token: &KeptToken) {
        let KeptToken { access_token, refresh_token, expires_at } = token.clone();
        let mut state = self.state();
        state.tokens.insert(name(server), Kept { access_token, refresh_token, expires_at });
        state.changed = true;
    }

    fn forget(&self, server: Server, refused: &KeptToken) {
        let mut state = self.state();
        let is_it = |kept: &Kept| kept.access_token == refused.access_token;
        if state.tokens.get(&name(server)).is_some_and(is_it) {
            state.tokens.remove(&name(server));
            state.changed = true;
        }
    }
}
