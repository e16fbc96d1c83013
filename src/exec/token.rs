//! Access tokens: cached, renewed early, one renewal in flight whatever the number of callers.
//!
//! A renewal is a task of its own: a caller that goes away cannot lose a refresh token that was just rotated.

use super::{Funnel, Settings, retry, trace};
use crate::operation::Server;
use crate::types::Redacted;
use crate::{Error, ErrorKind, KeptToken};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use http::HeaderValue;
use jiff::SignedDuration;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::oneshot;
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
    /// The store was asked.
    loaded: bool,
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
        self.load(&mut state, funnel.settings());
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
    pub(crate) fn refused(&self, funnel: &Funnel, token: &Arc<Token>) {
        let mut state = self.state();
        if state.token.as_ref().is_some_and(|current| Arc::ptr_eq(current, token)) {
            state.token = None;
            if let Some(store) = &funnel.settings().token_store {
                store.forget(self.server);
            }
        }
    }

    /// Takes over what the store kept, once.
    fn load(&self, state: &mut State, settings: &Settings) {
        let first = !std::mem::replace(&mut state.loaded, true);
        let Some(store) = settings.token_store.as_ref().filter(|_| first) else {
            return;
        };
        if let Some(kept) = store.load(self.server) {
            state.refresh = kept.refresh_token.clone().filter(|refresh| !refresh.is_empty());
            state.token = Token::of_kept(&kept, settings).map(Arc::new);
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
                tokens.settle(&funnel, &result);
            }
            clearing.disarm();
            // Nobody may be waiting any more.
            let _ = done.send(result);
        };
        let ended = ended.map(|ended| ended.unwrap_or_else(|_| Err(Arc::new(stopped()))));
        (ended.boxed().shared(), task.boxed())
    }

    fn settle(&self, funnel: &Funnel, result: &Result<Arc<Token>, Arc<Error>>) {
        let settings = funnel.settings();
        let mut state = self.state();
        state.renewal = None;
        match result {
            Ok(token) => {
                state.refresh = token.refresh.clone();
                state.token = Some(token.clone());
                state.quiet_until = None;
                if let (Some(store), Some(kept)) = (&settings.token_store, token.kept(settings)) {
                    store.keep(self.server, &kept);
                }
            }
            Err(error) => {
                if error.kind() == ErrorKind::Credentials {
                    state.refresh = None;
                    if let Some(store) = &settings.token_store {
                        store.forget(self.server);
                    }
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

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("expires_in", &self.expires_in()).finish_non_exhaustive()
    }
}
