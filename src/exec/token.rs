//! Access tokens: cached, renewed early, one renewal in flight whatever the number of callers.
//!
//! A renewal is a task of its own: a caller that goes away cannot lose a refresh token that was just rotated.

use super::{Funnel, Settings, retry, trace};
use crate::operation::Server;
use crate::types::Redacted;
use crate::{Error, ErrorKind, KeptToken, TokenStore};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use http::HeaderValue;
use jiff::SignedDuration;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{OnceCell, oneshot};
use tokio::time::{Instant, timeout};
use url::Url;

mod grant;

pub(crate) use grant::portal_query;

/// The figure of the vendor's guide.
const EARLY: Duration = Duration::from_secs(60);
/// Longest lifetime believed, so that an absurd `expires_in` cannot overflow the clock.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// An access token and when it ends.
pub(crate) struct Token {
    header: HeaderValue,
    refresh: Option<Redacted>,
    renew_at: Instant,
    expires_at: Instant,
}

impl Token {
    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> &HeaderValue {
        &self.header
    }

    /// One that a store kept, unless it has ended.
    fn of_kept(kept: &KeptToken, settings: &Settings) -> Option<Self> {
        let left = kept.expires_at.duration_since((settings.sources.now)());
        let left = Duration::try_from(left).ok().filter(|left| !left.is_zero())?;
        Self::new(&kept.access_token, kept.refresh_token.clone(), left.min(LONGEST), Instant::now(), settings)
    }

    /// Itself, for a store.
    fn kept(&self, settings: &Settings) -> Option<KeptToken> {
        let access = self.header.to_str().ok()?.strip_prefix("bearer ")?;
        let left = SignedDuration::try_from(self.expires_in()).ok()?;
        let expires_at = (settings.sources.now)().checked_add(left).ok()?;
        let access_token = Redacted::from(access.to_owned());
        Some(KeptToken { access_token, refresh_token: self.refresh.clone(), expires_at })
    }

    fn new(
        access: &Redacted,
        refresh: Option<Redacted>,
        lifetime: Duration,
        sent: Instant,
        settings: &Settings,
    ) -> Option<Self> {
        let mut header: HeaderValue = format!("bearer {}", access.expose()).parse().ok()?;
        header.set_sensitive(true);
        // A short-lived token is renewed at half its life: a minute early would be never.
        let jitter = Duration::from_secs(10).mul_f64(retry::chance(&settings.sources));
        let early = (EARLY + jitter).min(lifetime / 2);
        Some(Self { header, refresh, renew_at: sent + lifetime - early, expires_at: sent + lifetime })
    }

    /// Time until it ends.
    pub(crate) fn expires_in(&self) -> Duration {
        self.expires_at.saturating_duration_since(Instant::now())
    }
}

type Renewal = Shared<BoxFuture<'static, Result<Arc<Token>, Arc<Error>>>>;
type Task = BoxFuture<'static, ()>;
type Looked = (Renewal, Option<Task>);

fn stopped() -> Error {
    Error::new(ErrorKind::Network, "the token task was stopped")
}

#[derive(Default)]
struct State {
    token: Option<Arc<Token>>,
    /// Outlives the access token: a refused token can still be renewed without the password.
    refresh: Option<Redacted>,
    renewal: Option<Renewal>,
    /// Not before this is an early renewal tried again after one that failed.
    quiet_until: Option<Instant>,
    /// What the store has, as far as this client knows.
    kept: Option<KeptToken>,
}

impl State {
    // One that has ended is left over from a task that could not say so.
    fn running(&self) -> Option<Renewal> {
        self.renewal.clone().filter(|renewal| renewal.peek().is_none())
    }
}

/// The tokens of one server.
pub(crate) struct Tokens {
    server: Server,
    base: Url,
    state: Mutex<State>,
    /// The store was asked.
    loaded: OnceCell<()>,
}

impl Tokens {
    pub(crate) fn api(settings: &Settings) -> Self {
        Self::new(Server::Api, settings.api.clone())
    }

    pub(crate) fn portal(settings: &Settings) -> Option<Self> {
        settings.portal.clone().map(|base| Self::new(Server::Portal, base))
    }

    fn new(server: Server, base: Url) -> Self {
        Self { server, base, state: Mutex::default(), loaded: OnceCell::new() }
    }

    /// Base address of the server.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that could panic runs under the lock, and its fields are whole at every step.
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A token that works: the cached one, or one that is fetched while all callers wait for the same fetch.
    pub(crate) async fn current(&self, funnel: &Funnel) -> Result<Arc<Token>, Error> {
        self.loaded.get_or_init(|| self.load(funnel.settings())).await;
        let (living, renewal) = self.look(funnel);
        // Outside the lock: a runtime that ends drops the task at once, and the task's end takes the lock.
        let renewal = renewal.map(|(renewal, start)| {
            start.into_iter().for_each(|start| drop(tokio::spawn(start)));
            renewal
        });
        match (living, renewal) {
            (Some(token), _) => Ok(token),
            (None, Some(renewal)) => renewal.await.map_err(|error| (*error).clone()),
            (None, None) => Err(stopped()),
        }
    }

    /// The token that works, if there is one, and the renewal to wait for, with its task where that is to be started.
    fn look(&self, funnel: &Funnel) -> (Option<Arc<Token>>, Option<Looked>) {
        let mut state = self.state();
        let now = Instant::now();
        let living = state.token.clone().filter(|token| now < token.expires_at);
        let early = |token: &Arc<Token>| now >= token.renew_at && state.quiet_until.is_none_or(|until| now >= until);
        if living.as_ref().is_some_and(|token| !early(token)) {
            return (living, None);
        }
        if let Some(running) = state.running() {
            return (living, Some((running, None)));
        }
        let (renewal, task) = self.renewal(funnel, state.refresh.clone());
        state.renewal = Some(renewal.clone());
        (living, Some((renewal, Some(task))))
    }

    /// Forgets `token` after a 401, unless a newer one has taken its place.
    pub(crate) async fn refused(&self, funnel: &Funnel, token: &Arc<Token>) {
        let refused = {
            let mut state = self.state();
            let current = state.token.take_if(|current| Arc::ptr_eq(current, token));
            current.and_then(|_| state.kept.take())
        };
        self.forget(funnel.settings(), refused).await;
    }

    /// Takes over what the store kept.
    async fn load(&self, settings: &Settings) {
        let server = self.server;
        let Some(Some(kept)) = stored(settings, move |store| store.load(server)).await else {
            return;
        };
        let mut state = self.state();
        state.refresh = kept.refresh_token.clone().filter(|refresh| !refresh.is_empty());
        state.token = Token::of_kept(&kept, settings).map(Arc::new);
        state.kept = Some(kept);
    }

    async fn keep(&self, settings: &Settings, token: &Token) {
        let Some(kept) = token.kept(settings).filter(|_| settings.token_store.is_some()) else {
            return;
        };
        self.state().kept = Some(kept.clone());
        let server = self.server;
        stored(settings, move |store| store.keep(server, &kept)).await;
    }

    async fn forget(&self, settings: &Settings, refused: Option<KeptToken>) {
        let server = self.server;
        if let Some(refused) = refused {
            stored(settings, move |store| store.forget(server, &refused)).await;
        }
    }

    /// A renewal and the task that makes it, which is not started yet.
    fn renewal(&self, funnel: &Funnel, refresh: Option<Redacted>) -> (Renewal, Task) {
        let (funnel, server) = (funnel.clone(), self.server);
        let (done, ended) = oneshot::channel();
        let clearing = Clearing { funnel: funnel.clone(), server, armed: true };
        let task = async move {
            let limit = funnel.settings().limits.token;
            let fetched = timeout(limit, grant::fetch(&funnel, server, refresh))
                .await
                .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout, "the token server did not answer in time")));
            let result = fetched.map(Arc::new).map_err(Arc::new);
            if let Ok(tokens) = funnel.tokens(server) {
                let refused = tokens.settle(&result);
                match &result {
                    Ok(token) => tokens.keep(funnel.settings(), token).await,
                    Err(_) => tokens.forget(funnel.settings(), refused).await,
                }
            }
            clearing.disarm();
            // Nobody may be waiting any more.
            let _ = done.send(result);
        };
        let ended = ended.map(|ended| ended.unwrap_or_else(|_| Err(Arc::new(stopped()))));
        (ended.boxed().shared(), task.boxed())
    }

    /// Takes the outcome of a renewal over; what the store has, where it is of no use any more.
    fn settle(&self, result: &Result<Arc<Token>, Arc<Error>>) -> Option<KeptToken> {
        let mut state = self.state();
        state.renewal = None;
        match result {
            Ok(token) => {
                state.refresh = token.refresh.clone();
                state.token = Some(token.clone());
                state.quiet_until = None;
                None
            }
            Err(error) => {
                if state.token.is_some() {
                    trace::renewal_failed(error.kind());
                    state.quiet_until = Some(Instant::now() + Duration::from_secs(5));
                }
                if error.kind() != ErrorKind::Credentials {
                    return None;
                }
                state.refresh = None;
                state.kept.take()
            }
        }
    }
}

/// Runs `act` on the store, where there is one, on a thread on which it may wait for a file. A store that panics has
/// nothing.
async fn stored<T: Send + 'static>(
    settings: &Settings,
    act: impl FnOnce(&dyn TokenStore) -> T + Send + 'static,
) -> Option<T> {
    let store = settings.token_store.clone()?;
    tokio::task::spawn_blocking(move || act(&*store)).await.ok()
}

/// A task that ends without a result, because its runtime did, must not leave its renewal behind for all who come later.
struct Clearing {
    funnel: Funnel,
    server: Server,
    armed: bool,
}

impl Clearing {
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for Clearing {
    fn drop(&mut self) {
        if let (true, Ok(tokens)) = (self.armed, self.funnel.tokens(self.server)) {
            tokens.state().renewal = None;
        }
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("expires_in", &self.expires_in()).finish_non_exhaustive()
    }
}
