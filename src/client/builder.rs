//! How a client is set up.

use super::handle::Client;
use crate::exec::{Funnel, Http, Setup, is_this_machine, portal_query};
use crate::record::Recorder;
use crate::settings::{
    ClockAndDice, Environment, Limits, PortalTokenRequest, Proxy, RetryPolicy, Timeouts, TokenStore, Transport,
};
use crate::types::Redacted;
use crate::{Error, Result};
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// Sets up a [`Client`].
///
/// ```
/// use mycarrierpackets::{Client, Environment};
/// use std::time::Duration;
///
/// let client = Client::builder()
///     .credentials("integration-user", "its password")
///     .environment(Environment::Staging)
///     .timeouts(|timeouts| timeouts.total = Duration::from_secs(60))
///     .retry(|retry| retry.attempts = 5)
///     .limits(|limits| limits.in_flight = 4)
///     .build()?;
/// # Ok::<(), mycarrierpackets::Error>(())
/// ```
///
/// What the network, a portal or a program around it needs:
///
/// ```
/// # use mycarrierpackets::{Client, Environment, TokenStore};
/// # use std::sync::Arc;
/// # fn f(pem: Vec<u8>, store: Arc<dyn TokenStore>) -> Result<(), Box<dyn std::error::Error>> {
/// // MCP_USERNAME, MCP_PASSWORD, MCP_BASE_URL and MCP_PORTAL_URL, as far as they are set.
/// let client = Client::builder()
///     .with_env()?
///     .proxy("http://proxy.example:3128".parse()?)
///     .ca_certificate(pem)
///     .token_store(store)
///     .build()?;
///
/// // An HTTP client of your own brings its own proxy and certificates.
/// let http = mycarrierpackets::reqwest::Client::builder();
/// let http = http.redirect(mycarrierpackets::reqwest::redirect::Policy::none()).build()?;
/// let client = Client::builder().with_env()?.http_client(http).build()?;
///
/// // A test server in the same network: straight to it, and without TLS.
/// let environment = Environment::custom("http://mcp-test.example:8080".parse()?);
/// let client = Client::builder().with_env()?.environment(environment).no_proxy().allow_insecure_http().build()?;
/// # Ok(()) }
/// ```
#[must_use = "call `build`"]
pub struct ClientBuilder {
    credentials: Option<(String, Redacted)>,
    environment: Environment,
    retry: RetryPolicy,
    timeouts: Timeouts,
    limits: Limits,
    http: Option<reqwest::Client>,
    transport: Transport,
    portal_token_request: PortalTokenRequest,
    token_store: Option<Arc<dyn TokenStore>>,
    clock_and_dice: ClockAndDice,
    insecure: bool,
    dry_run: bool,
    record: Option<PathBuf>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            credentials: None,
            environment: Environment::Production,
            retry: RetryPolicy::default(),
            timeouts: Timeouts::default(),
            limits: Limits::default(),
            http: None,
            transport: Transport::default(),
            portal_token_request: Arc::new(portal_query),
            token_store: None,
            clock_and_dice: ClockAndDice::default(),
            insecure: false,
            dry_run: false,
            record: None,
        }
    }
}

impl ClientBuilder {
    /// User name and password of the integration, from the portal's Integration Tools page.
    pub fn credentials(mut self, username: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Some((username.into(), Redacted::from(password.into())));
        self
    }

    /// Which installation to call. Default [`Environment::Production`].
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Takes what is set of `MCP_USERNAME`, `MCP_PASSWORD`, `MCP_BASE_URL` and `MCP_PORTAL_URL`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when a variable is not an address or not Unicode, or only the portal's address is set.
    pub fn with_env(self) -> Result<Self> {
        self.with_variables(|name| std::env::var_os(name))
    }

    fn with_variables(mut self, get: impl Fn(&str) -> Option<std::ffi::OsString>) -> Result<Self> {
        let text = |name: &str| match get(name).filter(|value| !value.is_empty()) {
            Some(value) => {
                let value = value.into_string();
                value.map(Some).map_err(|_| Error::config(format!("{name} is not Unicode text")))
            }
            None => Ok(None),
        };
        let address = |name: &str| match text(name)? {
            Some(value) => {
                Url::parse(&value).map(Some).map_err(|e| Error::config(format!("{name} is not an address: {e}")))
            }
            None => Ok(None),
        };
        if let (Some(username), Some(password)) = (text("MCP_USERNAME")?, text("MCP_PASSWORD")?) {
            self = self.credentials(username, password);
        }
        match (address("MCP_BASE_URL")?, address("MCP_PORTAL_URL")?) {
            (Some(api), portal) => self.environment = Environment::Custom { api, portal },
            (None, Some(_)) => return Err(Error::config("MCP_PORTAL_URL is set without MCP_BASE_URL")),
            (None, None) => {}
        }
        Ok(self)
    }

    /// Changes how calls are repeated.
    pub fn retry(mut self, change: impl FnOnce(&mut RetryPolicy)) -> Self {
        change(&mut self.retry);
        self
    }

    /// Changes the times that a call must keep.
    pub fn timeouts(mut self, change: impl FnOnce(&mut Timeouts)) -> Self {
        change(&mut self.timeouts);
        self
    }

    /// Changes the sizes that a call must keep, and how many calls may run at one time.
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// Uses an HTTP client of your own: its proxy, certificates, connect timeout and decompression hold.
    ///
    /// Switch its redirects and its own retries off: a redirected `POST` loses its method, and a request repeated
    /// below this crate is neither counted nor kept from acting twice.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Trusts the certificates of a PEM file beside the system's own, such as those of a proxy that looks into TLS. Not
    /// applied to an [`http_client`](Self::http_client) of your own.
    pub fn ca_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.transport.certificates.push(pem.into());
        self
    }

    /// Calls through this proxy, `http://user:password@host:port`, whatever `HTTPS_PROXY` and its like say. This machine
    /// is called without it. Not applied to an [`http_client`](Self::http_client) of your own.
    pub fn proxy(mut self, proxy: Url) -> Self {
        self.transport.proxy = Proxy::Through(proxy);
        self
    }

    /// Calls through no proxy, whatever `HTTPS_PROXY` and its like say. Not applied to an
    /// [`http_client`](Self::http_client) of your own.
    pub fn no_proxy(mut self) -> Self {
        self.transport.proxy = Proxy::None;
        self
    }

    /// Replaces the way the portal's token is asked for.
    ///
    /// ```
    /// use mycarrierpackets::Client;
    /// use std::sync::Arc;
    ///
    /// let client = Client::builder()
    ///     .credentials("integration-user", "its password")
    ///     .portal_token_request(Arc::new(|http, portal, username, password| {
    ///         let form = [("grant_type", "password"), ("username", username), ("password", password)];
    ///         http.post(portal.join("token").expect("a fixed path")).form(&form)
    ///     }))
    ///     .build()?;
    /// # Ok::<(), mycarrierpackets::Error>(())
    /// ```
    pub fn portal_token_request(mut self, request: PortalTokenRequest) -> Self {
        self.portal_token_request = request;
        self
    }

    /// Allows `http://` to hosts other than this machine: the password then travels in the clear.
    pub fn allow_insecure_http(mut self) -> Self {
        self.insecure = true;
        self
    }

    /// Holds back every call that is not a [read](crate::Idempotency::Read): it ends in an error of kind
    /// [`DryRun`](crate::ErrorKind::DryRun), with the request as it would have been sent in [`planned`](Error::planned).
    /// Reads, and the token that they need, are sent as usual.
    ///
    /// ```
    /// use mycarrierpackets::{Client, ErrorKind};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let client = Client::builder().credentials("demo", "demo").dry_run().build()?;
    /// let error = client.monitoring().add("MC113843").await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::DryRun);
    /// assert!(error.planned().unwrap().url.path().ends_with("/RequestMonitoring"));
    /// # Ok::<(), mycarrierpackets::Error>(()) }).unwrap();
    /// ```
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    /// Writes each exchange with the API to a file of its own in this folder, without what it says: a way to show what the
    /// wire does, and to compare it with the contract (`cargo xtask drift`). Off by default.
    ///
    /// Texts and numbers are replaced by others of the same shape: `Ada Quill` is `Xxx Xxxxx`, and `98-7654321` is
    /// `11-1111111`. What stays are yes and no, dates, counts and percentages, words that the contract lists (`Acceptable`) and
    /// others in the same fields, and the names of fields; a name with several digits or of another form than a field's is replaced,
    /// too. Of headers the content type, `X-Pagination`, `Retry-After` and their like stay. Nothing is recorded of tokens,
    /// files, web pages, nor of bodies above 8 MiB.
    ///
    /// A file is there whole or not at all, and its owner alone can read it. At most 10,000 exchanges and 256 MiB are recorded
    /// for each client. If a file cannot be written the call goes on, and a warning is logged.
    ///
    /// ```
    /// use mycarrierpackets::Client;
    ///
    /// let client = Client::builder().credentials("demo", "demo").record("target/recorded").build()?;
    /// # Ok::<(), mycarrierpackets::Error>(())
    /// ```
    pub fn record(mut self, folder: impl Into<PathBuf>) -> Self {
        self.record = Some(folder.into());
        self
    }

    /// Keeps tokens between runs of the program. Without it they end with the client.
    ///
    /// The vendor's tokens live for 14 days, and each new one costs a request with the password: a program that runs every
    /// few minutes should keep them.
    pub fn token_store(mut self, store: Arc<dyn TokenStore>) -> Self {
        self.token_store = Some(store);
        self
    }

    /// Takes the time of day from `now`, so that a test can hold it. Waiting goes through tokio, whose clock
    /// `tokio::time::pause` holds.
    ///
    /// ```
    /// use mycarrierpackets::Client;
    ///
    /// let client = Client::builder()
    ///     .credentials("demo", "demo")
    ///     .clock(|| mycarrierpackets::jiff::Timestamp::UNIX_EPOCH)
    ///     .dice(|| 0.5)
    ///     .build()?;
    /// assert_eq!(client.server_time(), mycarrierpackets::jiff::Timestamp::UNIX_EPOCH);
    /// # Ok::<(), mycarrierpackets::Error>(())
    /// ```
    #[cfg(feature = "test-util")]
    pub fn clock(mut self, now: impl Fn() -> jiff::Timestamp + Send + Sync + 'static) -> Self {
        self.clock_and_dice.now = Arc::new(now);
        self
    }

    /// Takes the random numbers for the jitter of waits from `roll`, each from 0 to 1, so that a test knows how long a
    /// wait is.
    #[cfg(feature = "test-util")]
    pub fn dice(mut self, roll: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.clock_and_dice.roll = Arc::new(roll);
        self
    }

    /// Makes the client. Nothing is sent before the first call.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when credentials are missing, an address would send the password in the clear, or the
    /// HTTP client cannot be made.
    pub fn build(self) -> Result<Client> {
        let Some((username, password)) = self.credentials else {
            return Err(Error::config("user name and password are missing: set MCP_USERNAME and MCP_PASSWORD"));
        };
        let (api, portal) = (self.environment.api_url(), self.environment.portal_url());
        for address in std::iter::once(&api).chain(&portal) {
            check_address(address, self.insecure)?;
        }
        let http = match self.http {
            Some(client) => Http::given(client),
            None => Http::new(&self.timeouts, &self.transport, std::iter::once(&api).chain(&portal))?,
        };
        let recorder = self.record.map(|folder| Recorder::new(folder, self.clock_and_dice.now()));
        let funnel = Funnel::new(Setup {
            http,
            api,
            portal,
            username,
            password,
            retry: self.retry,
            timeouts: self.timeouts,
            limits: self.limits,
            portal_token_request: self.portal_token_request,
            token_store: self.token_store,
            clock_and_dice: self.clock_and_dice,
            dry_run: self.dry_run,
            recorder,
        });
        Ok(Client::from_funnel(funnel))
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("environment", &self.environment)
            .field("retry", &self.retry)
            .field("timeouts", &self.timeouts)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

fn check_address(address: &Url, insecure: bool) -> Result<()> {
    if address.host().is_none() {
        return Err(Error::config("an address names no host: write one such as https://api.mycarrierpackets.com"));
    }
    let this_machine = is_this_machine(address);
    let more = address.query().is_some() || address.fragment().is_some();
    if !address.username().is_empty() || address.password().is_some() || more {
        return Err(Error::config("an address must not hold a user, a password, a query or a fragment"));
    }
    match address.scheme() {
        "https" => Ok(()),
        "http" if this_machine || insecure => Ok(()),
        "http" => Err(Error::config(format!("{address} would send the password in the clear: use https"))),
        other => Err(Error::config(format!("{other}:// is not supported: use https"))),
    }
}

impl Client {
    /// A client of the production API, with the credentials of `MCP_USERNAME` and `MCP_PASSWORD`.
    ///
    /// `MCP_BASE_URL` and `MCP_PORTAL_URL`, where set, name other hosts.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when credentials are missing or an address is not one.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::default().with_env()?.build()
    }

    /// Sets up a client step by step.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

#[cfg(test)]
mod tests;
