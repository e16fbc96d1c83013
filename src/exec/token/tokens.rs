//! The tokens of a server: cached, renewed early, one renewal in flight whatever the number of callers.
//!
//! A renewal is a task of its own: a caller that goes away cannot lose a refresh token that was just rotated.

use super::access::Token;
use super::grant;
use crate::exec::setup::{Common, Setup};
use crate::exec::trace;
use crate::operation::Server;
use crate::settings::{KeptToken, TokenStore};
use crate::types::Redacted;
use crate::{Error, ErrorKind};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{OnceCell, oneshot};
use tokio::time::{Instant, timeout};
use url::Url;

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

/// The tokens of one server. Clones share them.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Inner>);

struct Inner {
    common: Arc<Common>,
    server: Server,
    base: Url,
    state: Mutex<State>,
    /// The store was asked.
    loaded: OnceCell<()>,
}

impl Tokens {
    pub(crate) fn new(common: Arc<Common>, server: Server, base: Url) -> Self {
        Self(Arc::new(Inner { common, server, base, state: Mutex::default(), loaded: OnceCell::new() }))
    }

    /// Base address of the server.
    pub(crate) fn base(&self) -> &Url {
        &self.0.base
    }

    fn setup(&self) -> &Setup {
        &self.0.common.setup
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that could panic runs under the lock, and its fields are whole at every step.
        self.0.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A token that works: the cached one, or one that is fetched while all callers wait for the same fetch.
    pub(crate) async fn current(&self) -> Result<Arc<Token>, Error> {
        self.0.loaded.get_or_init(|| self.load()).await;
        let (living, renewal) = self.look();
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
    fn look(&self) -> (Option<Arc<Token>>, Option<Looked>) {
        let mut state = self.state();
        let now = Instant::now();
        let living = state.token.clone().filter(|token| token.lives(now));
        let early = |token: &Arc<Token>| token.is_due(now) && state.quiet_until.is_none_or(|until| now >= until);
        if living.as_ref().is_some_and(|token| !early(token)) {
            return (living, None);
        }
        if let Some(running) = state.running() {
            return (living, Some((running, None)));
        }
        let (renewal, task) = self.renewal(state.refresh.clone());
        state.renewal = Some(renewal.clone());
        (living, Some((renewal, Some(task))))
    }

    /// Forgets `token` after a 401, unless a newer one has taken its place.
    pub(crate) async fn refused(&self, token: &Arc<Token>) {
        let refused = {
            let mut state = self.state();
            let current = state.token.take_if(|current| Arc::ptr_eq(current, token));
            current.and_then(|_| state.kept.take())
        };
        self.forget(refused).await;
    }

    /// Takes over what the store kept.
    async fn load(&self) {
        let server = self.0.server;
        let Some(Some(kept)) = stored(self.setup(), move |store| store.load(server)).await else {
            return;
        };
        let mut state = self.state();
        state.refresh = kept.refresh_token.clone().filter(|refresh| !refresh.is_empty());
        state.token = Token::of_kept(&kept, self.setup()).map(Arc::new);
        state.kept = Some(kept);
    }

    async fn keep(&self, token: &Token) {
        let Some(kept) = token.kept(self.setup()).filter(|_| self.setup().token_store.is_some()) else {
            return;
        };
        self.state().kept = Some(kept.clone());
        let server = self.0.server;
        stored(self.setup(), move |store| store.keep(server, &kept)).await;
    }

    async fn forget(&self, refused: Option<KeptToken>) {
        let server = self.0.server;
        if let Some(refused) = refused {
            stored(self.setup(), move |store| store.forget(server, &refused)).await;
        }
    }

    /// A renewal and the task that makes it, which is not started yet.
    fn renewal(&self, refresh: Option<Redacted>) -> (Renewal, Task) {
        let tokens = self.clone();
        let (done, ended) = oneshot::channel();
        let clearing = Clearing { tokens: self.clone(), armed: true };
        let task = async move {
            let Inner { common, server, base, .. } = &*tokens.0;
            let fetched = timeout(common.setup.timeouts.token, grant::fetch(common, *server, base, refresh))
                .await
                .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout, "the token server did not answer in time")));
            let result = fetched.map(Arc::new).map_err(Arc::new);
            let refused = tokens.settle(&result);
            match &result {
                Ok(token) => tokens.keep(token).await,
                Err(_) => tokens.forget(refused).await,
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
                state.refresh = token.refresh().cloned();
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
    setup: &Setup,
    act: impl FnOnce(&dyn TokenStore) -> T + Send + 'static,
) -> Option<T> {
    let store = setup.token_store.clone()?;
    tokio::task::spawn_blocking(move || act(&*store)).await.ok()
}

/// A task that ends without a result, because its runtime did, must not leave its renewal behind for all who come later.
struct Clearing {
    tokens: Tokens,
    armed: bool,
}

impl Clearing {
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for Clearing {
    fn drop(&mut self) {
        if self.armed {
            self.tokens.state().renewal = None;
        }
    }
}
