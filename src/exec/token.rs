//! Access tokens: cached, renewed early, one renewal in flight whatever the number of callers.
//!
//! A renewal is a task of its own: a caller that goes away cannot lose a refresh token that was just rotated.

use super::failure::Failure;
use super::{Funnel, Settings, answer, body, headers, refusal, retry, speaker, trace};
use crate::operation::Server;
use crate::raw::types;
use crate::types::Redacted;
use crate::{Error, ErrorKind};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use http::HeaderValue;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use url::Url;

const ANSWER_BYTES: usize = 1 << 20;
/// The figure of the vendor's guide.
const EARLY: Duration = Duration::from_secs(60);
const WITHOUT_EXPIRY: Duration = Duration::from_secs(300);
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

    /// Time until it ends.
    pub(crate) fn expires_in(&self) -> Duration {
        self.expires_at.saturating_duration_since(Instant::now())
    }
}

type Renewal = Shared<BoxFuture<'static, Result<Arc<Token>, Arc<Error>>>>;

#[derive(Default)]
struct State {
    token: Option<Arc<Token>>,
    /// Outlives the access token: a refused token can still be renewed without the password.
    refresh: Option<Redacted>,
    renewal: Option<Renewal>,
    /// Not before this is an early renewal tried again after one that failed.
    quiet_until: Option<Instant>,
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
}

impl Tokens {
    pub(crate) fn api(settings: &Settings) -> Self {
        Self::new(Server::Api, settings.api.clone())
    }

    pub(crate) fn portal(settings: &Settings) -> Option<Self> {
        settings.portal.clone().map(|base| Self::new(Server::Portal, base))
    }

    fn new(server: Server, base: Url) -> Self {
        Self { server, base, state: Mutex::default() }
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
        let renewal = {
            let mut state = self.state();
            let now = Instant::now();
            let living = state.token.clone().filter(|token| now < token.expires_at);
            if let Some(token) = living {
                let early = now >= token.renew_at && state.quiet_until.is_none_or(|until| now >= until);
                if early && state.running().is_none() {
                    state.renewal = Some(self.renew(funnel, state.refresh.clone()));
                }
                return Ok(token);
            }
            let running = state.running();
            let renewal = running.unwrap_or_else(|| self.renew(funnel, state.refresh.clone()));
            state.renewal = Some(renewal.clone());
            renewal
        };
        renewal.await.map_err(|error| (*error).clone())
    }

    /// Forgets `token` after a 401, unless a newer one has taken its place.
    pub(crate) fn refused(&self, token: &Arc<Token>) {
        let mut state = self.state();
        if state.token.as_ref().is_some_and(|current| Arc::ptr_eq(current, token)) {
            state.token = None;
        }
    }

    fn renew(&self, funnel: &Funnel, refresh: Option<Redacted>) -> Renewal {
        let (funnel, server) = (funnel.clone(), self.server);
        let clearing = Clearing { funnel: funnel.clone(), server, armed: true };
        let task = tokio::spawn(async move {
            let limit = funnel.settings().limits.token;
            let fetched = timeout(limit, fetch(&funnel, server, refresh))
                .await
                .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout, "the token server did not answer in time")));
            let result = fetched.map(Arc::new).map_err(Arc::new);
            if let Ok(tokens) = funnel.tokens(server) {
                tokens.settle(&result);
            }
            clearing.disarm();
            result
        });
        let joined = task.map(|joined| {
            joined.unwrap_or_else(|_| Err(Arc::new(Error::new(ErrorKind::Network, "the token task was stopped"))))
        });
        joined.boxed().shared()
    }

    fn settle(&self, result: &Result<Arc<Token>, Arc<Error>>) {
        let mut state = self.state();
        state.renewal = None;
        match result {
            Ok(token) => {
                state.refresh = token.refresh.clone();
                state.token = Some(token.clone());
                state.quiet_until = None;
            }
            Err(error) => {
                if error.kind() == ErrorKind::Credentials {
                    state.refresh = None;
                }
                if state.token.is_some() {
                    trace::renewal_failed(error.kind());
                    state.quiet_until = Some(Instant::now() + Duration::from_secs(5));
                }
            }
        }
    }
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

// The refresh token first, once; the password when there is none, or whatever else its answer was than "later".
async fn fetch(funnel: &Funnel, server: Server, refresh: Option<Redacted>) -> Result<Token, Error> {
    if let (Some(refresh), Server::Api) = (refresh, server) {
        match ask(funnel, server, Some(&refresh)).await {
            Ok(token) => return Ok(token),
            Err(failure) if failure.error.is_rate_limited() => {
                return Err(failure.error.at(crate::Operation::RequestToken).with_attempts(1));
            }
            Err(_) => {}
        }
    }
    grant(funnel, server).await
}

async fn grant(funnel: &Funnel, server: Server) -> Result<Token, Error> {
    let Settings { retry, sources, limits, .. } = funnel.settings();
    let deadline = super::from_now(limits.token);
    let info = match server {
        Server::Api => crate::Operation::RequestToken,
        Server::Portal => crate::Operation::RequestPortalToken,
    }
    .info();
    let budget = &funnel.0.budget;
    let retry = retry::Retry { policy: retry, sources, budget, info, deadline };
    let (mut attempt, mut permit) = (1, None);
    loop {
        let failure = match ask(funnel, server, None).await {
            Ok(token) => {
                budget.refund(permit);
                return Ok(token);
            }
            Err(failure) => failure,
        };
        match retry.decide(attempt, failure) {
            retry::Decision::Wait { delay, because, permit: taken } => {
                trace::retry(info, attempt, delay, &because);
                permit = Some(taken);
                tokio::time::sleep(delay).await;
                attempt += 1;
            }
            retry::Decision::GiveUp(error) => return Err(error.at(info.operation).with_attempts(attempt)),
        }
    }
}

async fn ask(funnel: &Funnel, server: Server, refresh: Option<&Redacted>) -> Result<Token, Failure> {
    let settings = funnel.settings();
    let base = funnel.tokens(server).map_err(Failure::last)?.base();
    let (username, password) = (settings.username.as_str(), settings.password.expose());
    let request = match (server, refresh) {
        (Server::Portal, _) => (settings.portal_token_request)(&settings.http, base, username, password),
        (Server::Api, Some(refresh)) => {
            form(settings, base, &[("grant_type", "refresh_token"), ("refresh_token", refresh.expose())])
        }
        (Server::Api, None) => {
            form(settings, base, &[("grant_type", "password"), ("username", username), ("password", password)])
        }
    };
    let exchange = async {
        let sent = Instant::now();
        let answer = request.send().await.map_err(Failure::transport)?;
        if !answer.status().is_success() {
            return Err(refused(server, refusal::refusal(answer, (settings.sources.now)()).await));
        }
        let most = body::Most { bytes: ANSWER_BYTES, stall: settings.limits.stall };
        let (head, body) = body::read(answer, most).await?;
        answer::no_page(&head, &body)?;
        let body = speaker::without_mark(&body);
        let token: types::Token = serde_json::from_slice(body).map_err(|e| Failure::last(Error::from_json(&e)))?;
        accept(settings, token, sent)
    };
    let late = || Failure::timeout("no token came in the time allowed");
    timeout(settings.limits.attempt, exchange).await.unwrap_or_else(|_| Err(late()))
}

fn form(settings: &Settings, base: &Url, pairs: &[(&str, &str)]) -> reqwest::RequestBuilder {
    settings.http.post(join(base, "token")).form(pairs)
}

/// The assumed form of the portal's token request.
pub(crate) fn portal_query(
    http: &reqwest::Client,
    portal: &Url,
    username: &str,
    password: &str,
) -> reqwest::RequestBuilder {
    let pairs = [("grant_type", "password"), ("username", username), ("password", password)];
    http.get(join(portal, "api/token")).query(&pairs)
}

fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

// OAuth says a wrong password with 400 and `invalid_grant`. How the portal says it is undocumented: there, the status
// of a refusal in the vendor's own form counts, too.
fn refused(server: Server, failure: Failure) -> Failure {
    let Failure { error, reached } = failure;
    let Some(status) = error.status() else {
        return Failure { error, reached };
    };
    let by_status = server == Server::Portal && error.kind() == ErrorKind::Unauthorized;
    // The body of a token answer is not kept: it may hold a token.
    let plain = match error.kind() {
        _ if by_status || is_invalid_grant(error.body().unwrap_or_default()) => {
            Error::new(ErrorKind::Credentials, "user name, password or refresh token were refused")
        }
        // No carrier is meant: there is no token server at this address.
        ErrorKind::NotFound => Error::new(ErrorKind::UnexpectedAnswer, "the address has no token endpoint"),
        ErrorKind::Refused if matches!(status.as_u16(), 405 | 410 | 411) => {
            Error::new(ErrorKind::UnexpectedAnswer, "the address has no token endpoint")
        }
        ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::Refused => {
            Error::new(ErrorKind::Refused, "the token server refused the request")
                .with_advice(Some("The server's own words say why; user name and password may be right."))
        }
        ErrorKind::Server => Error::new(ErrorKind::Server, "the token server failed"),
        // A page, a proxy, a redirect: as it is said anywhere else, without the body.
        _ => return Failure { error: error.without_body(), reached },
    };
    let error = plain
        .with_status(status)
        .with_vendor_message(error.vendor_message().map(str::to_owned))
        .with_retry_after(error.retry_after());
    Failure { error, reached }
}

fn is_invalid_grant(body: &[u8]) -> bool {
    let body: Option<serde_json::Value> = serde_json::from_slice(speaker::without_mark(body)).ok();
    body.is_some_and(|body| body["error"] == "invalid_grant")
}

fn accept(settings: &Settings, token: types::Token, sent: Instant) -> Result<Token, Failure> {
    let nothing = || Failure::last(Error::new(ErrorKind::Decode, "the token answer holds no token"));
    let access = token.access_token.filter(|access| !access.is_empty()).ok_or_else(nothing)?;
    let mut header: HeaderValue = format!("bearer {}", access.expose()).parse().map_err(|_| nothing())?;
    header.set_sensitive(true);
    let until = token.expires.as_deref().and_then(headers::http_date).map(|then| {
        let left = then.duration_since((settings.sources.now)());
        Duration::try_from(left).unwrap_or(Duration::ZERO)
    });
    let told = token.expires_in.map(|seconds| Duration::from_secs(seconds.max(0).unsigned_abs()));
    let lifetime = told.or(until).unwrap_or(WITHOUT_EXPIRY).min(LONGEST);
    // A short-lived token is renewed at half its life: a minute early would be never.
    let jitter = Duration::from_secs(10).mul_f64(retry::chance(&settings.sources));
    let early = (EARLY + jitter).min(lifetime / 2);
    Ok(Token {
        header,
        refresh: token.refresh_token.filter(|refresh| !refresh.is_empty()),
        renew_at: sent + lifetime - early,
        expires_at: sent + lifetime,
    })
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("expires_in", &self.expires_in()).finish_non_exhaustive()
    }
}
