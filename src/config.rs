//! How a client is set up: hosts, credentials, limits, retries.

use crate::exec::{self, Funnel};
use crate::types::Redacted;
use crate::{Client, Error, ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

mod environment;
mod transport;

pub use environment::Environment;
pub(crate) use transport::Http;
use transport::{Proxy, Transport, is_this_machine};

/// How a call is repeated when it fails in a way that may pass.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Most requests for one call, the first included. Default 3; 1 switches retries off.
    pub attempts: u32,
    /// Longest wait before the second request; it doubles each time. The wait itself is drawn from zero to it
    /// (full jitter). Default 500 ms.
    pub base_delay: Duration,
    /// Longest wait of all. Default 20 s.
    pub max_delay: Duration,
    /// Longest `Retry-After` that is waited for; past it the call fails and says when to come back. Default 120 s.
    pub max_retry_after: Duration,
    /// Tokens that all calls share: a retry takes 14, one after a 429 takes 5, and a good answer gives them back.
    /// Without tokens a call fails at once, so that a failing server is not flooded. Default 500.
    pub budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(120),
            budget: 500,
        }
    }
}

/// Times and sizes that a call must keep.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// Time to connect. Default 5 s. Not applied to a `reqwest::Client` of your own.
    pub connect: Duration,
    /// Time for one request and its answer. Default 30 s.
    pub attempt: Duration,
    /// Time for one request of the operations that read carriers in bulk. Default 120 s.
    pub bulk_attempt: Duration,
    /// Time for a call with all its retries. Default 3 min.
    pub total: Duration,
    /// Time for a token request with its retries, apart from the calls that wait for it. Default 60 s.
    pub token: Duration,
    /// Time a download may stand still. Default 20 s.
    pub stall: Duration,
    /// Largest JSON answer, after decompression. Default 64 MiB.
    pub json_bytes: usize,
    /// Largest document that is read to memory. Default 64 MiB.
    pub document_bytes: usize,
    /// Most requests at one time. Default 32.
    pub in_flight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(30),
            bulk_attempt: Duration::from_secs(120),
            total: Duration::from_secs(180),
            token: Duration::from_secs(60),
            stall: Duration::from_secs(20),
            json_bytes: 64 << 20,
            document_bytes: 64 << 20,
            in_flight: 32,
        }
    }
}

/// Builds the portal's token request from the HTTP client, the portal's address, user name and password.
///
/// How that request carries its values is written nowhere; query parameters are assumed. Replace it with
/// [`ClientBuilder::portal_token_request`] if your portal wants another form.
pub type PortalTokenRequest = Arc<dyn Fn(&reqwest::Client, &Url, &str, &str) -> reqwest::RequestBuilder + Send + Sync>;

/// Sets up a [`Client`].
///
/// ```
/// use mycarrierpackets::{Client, Environment};
/// use std::time::Duration;
///
/// let client = Client::builder()
///     .credentials("integration-user", "its password")
///     .environment(Environment::Staging)
///     .limits(|limits| limits.total = Duration::from_secs(60))
///     .retry(|retry| retry.attempts = 5)
///     .build()?;
/// # Ok::<(), mycarrierpackets::Error>(())
/// ```
#[must_use = "call `build`"]
pub struct ClientBuilder {
    credentials: Option<(String, Redacted)>,
    environment: Environment,
    retry: RetryPolicy,
    limits: Limits,
    http: Option<reqwest::Client>,
    transport: Transport,
    portal_token_request: PortalTokenRequest,
    token_store: Option<Arc<dyn exec::TokenStore>>,
    sources: exec::Sources,
    insecure: bool,
    dry_run: bool,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            credentials: None,
            environment: Environment::Production,
            retry: RetryPolicy::default(),
            limits: Limits::default(),
            http: None,
            transport: Transport::default(),
            portal_token_request: Arc::new(exec::token::portal_query),
            token_store: None,
            sources: exec::Sources::default(),
            insecure: false,
            dry_run: false,
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
    /// [`ErrorKind::Config`] when a variable is not an address or not Unicode, or only the portal's address is set.
    pub fn from_env(self) -> Result<Self> {
        self.with_variables(|name| std::env::var_os(name))
    }

    fn with_variables(mut self, get: impl Fn(&str) -> Option<std::ffi::OsString>) -> Result<Self> {
        let text = |name: &str| match get(name).filter(|value| !value.is_empty()) {
            Some(value) => {
                let value = value.into_string();
                value.map(Some).map_err(|_| config(format!("{name} is not Unicode text")))
            }
            None => Ok(None),
        };
        let address = |name: &str| match text(name)? {
            Some(value) => Url::parse(&value).map(Some).map_err(|e| config(format!("{name} is not an address: {e}"))),
            None => Ok(None),
        };
        if let (Some(username), Some(password)) = (text("MCP_USERNAME")?, text("MCP_PASSWORD")?) {
            self = self.credentials(username, password);
        }
        match (address("MCP_BASE_URL")?, address("MCP_PORTAL_URL")?) {
            (Some(api), portal) => self.environment = Environment::Custom { api, portal },
            (None, Some(_)) => return Err(config("MCP_PORTAL_URL is set without MCP_BASE_URL")),
            (None, None) => {}
        }
        Ok(self)
    }

    /// Changes how calls are repeated.
    pub fn retry(mut self, change: impl FnOnce(&mut RetryPolicy)) -> Self {
        change(&mut self.retry);
        self
    }

    /// Changes times and sizes.
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
    pub fn portal_token_request(mut self, request: PortalTokenRequest) -> Self {
        self.portal_token_request = request;
        self
    }

    /// Allows `http://` to hosts other than this machine: the password then travels in the clear.
    pub fn allow_insecure_http(mut self) -> Self {
        self.insecure = true;
        self
    }

    /// Holds back every call that is no [read](crate::Idempotency::Read): it ends in an error of kind
    /// [`DryRun`](ErrorKind::DryRun), with the request as it would have been sent in [`planned`](Error::planned).
    /// Reads, and the token that they need, are sent as ever.
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

    /// Keeps tokens between runs of the program. Without it they end with the client.
    ///
    /// The vendor's tokens live for 14 days, and each new one costs a request with the password: a program that runs every
    /// few minutes should keep them.
    pub fn token_store(mut self, store: Arc<dyn exec::TokenStore>) -> Self {
        self.token_store = Some(store);
        self
    }

    /// Replaces the sources of time and chance, for tests.
    #[doc(hidden)]
    pub fn sources(mut self, sources: exec::Sources) -> Self {
        self.sources = sources;
        self
    }

    /// Makes the client. Nothing is sent before the first call.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when credentials are missing, an address would send the password in the clear, or the
    /// HTTP client cannot be made.
    pub fn build(self) -> Result<Client> {
        let Some((username, password)) = self.credentials else {
            return Err(config("user name and password are missing: set MCP_USERNAME and MCP_PASSWORD"));
        };
        let (api, portal) = (self.environment.api_url(), self.environment.portal_url());
        for address in std::iter::once(&api).chain(&portal) {
            check_address(address, self.insecure)?;
        }
        let http = match self.http {
            Some(client) => Http::given(client),
            None => Http::new(&self.limits, &self.transport, std::iter::once(&api).chain(&portal))?,
        };
        let funnel = Funnel::new(exec::Settings {
            http,
            api,
            portal,
            username,
            password,
            retry: self.retry,
            limits: self.limits,
            portal_token_request: self.portal_token_request,
            token_store: self.token_store,
            sources: self.sources,
            dry_run: self.dry_run,
        });
        Ok(Client::from_funnel(funnel))
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("environment", &self.environment)
            .field("retry", &self.retry)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

fn config(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, what)
}

fn check_address(address: &Url, insecure: bool) -> Result<()> {
    if address.host().is_none() {
        return Err(config("an address names no host: write one such as https://api.mycarrierpackets.com"));
    }
    let this_machine = is_this_machine(address);
    let more = address.query().is_some() || address.fragment().is_some();
    if !address.username().is_empty() || address.password().is_some() || more {
        return Err(config("an address must not hold a user, a password, a query or a fragment"));
    }
    match address.scheme() {
        "https" => Ok(()),
        "http" if this_machine || insecure => Ok(()),
        "http" => Err(config(format!("{address} would send the password in the clear: use https"))),
        other => Err(config(format!("{other}:// is not supported: use https"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Result<ClientBuilder> {
        ClientBuilder::default().with_variables(|name| {
            let found = pairs.iter().find(|(n, _)| *n == name);
            found.map(|(_, value)| value.into())
        })
    }

    #[test]
    fn fixed_addresses_parse() {
        for environment in [Environment::Production, Environment::Staging] {
            assert_eq!(environment.api_url().scheme(), "https");
        }
        assert!(Environment::Production.portal_url().is_some());
    }

    #[test]
    fn the_environment_sets_credentials_and_addresses() {
        let pairs = [("MCP_USERNAME", "demo"), ("MCP_PASSWORD", "demo"), ("MCP_BASE_URL", "http://127.0.0.1:8080")];
        let builder = variables(&pairs).unwrap();
        assert_eq!(builder.environment.api_url().as_str(), "http://127.0.0.1:8080/");
        assert_eq!(builder.environment.portal_url(), None, "never the real portal beside another API");
        builder.build().unwrap();
    }

    #[test]
    fn a_bad_environment_is_refused_by_name() {
        let cases: [(&[(&str, &str)], &str); 4] = [
            (&[("MCP_USERNAME", "demo")], "MCP_PASSWORD"),
            (&[("MCP_BASE_URL", "api.example")], "MCP_BASE_URL"),
            (&[("MCP_PORTAL_URL", "https://portal.example")], "MCP_BASE_URL"),
            (
                &[("MCP_USERNAME", "a"), ("MCP_PASSWORD", "s3cret-word"), ("MCP_BASE_URL", "http://api.example")],
                "https",
            ),
        ];
        for (pairs, hint) in cases {
            let error = variables(pairs).and_then(ClientBuilder::build).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(hint), "{error}");
            assert!(!format!("{error} {error:?}").contains("s3cret-word"));
        }
    }
}
