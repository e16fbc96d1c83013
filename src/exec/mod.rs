//! The funnel that every call passes: token → send → body → verdict → normalize, and retry around them.
//!
//! What is special about the wire is handled here, once. `token` keeps access tokens, `body` bounds what is read,
//! `speaker` finds out who answered, `refusal` reads error statuses and `verdict` good ones, `normalize` makes the answer
//! what the document says, `retry` decides what may be repeated and when, `trace` logs it all without secrets.

use crate::config::{Http, Limits, PortalTokenRequest, RetryPolicy};
use crate::operation::{Answer, Idempotency, Operation, OperationInfo, PaginationStyle, Server};
use crate::types::Redacted;
use crate::{Error, ErrorKind, raw};
use failure::Failure;
use http::{HeaderValue, StatusCode, header};
use progenitor_client::{ClientHooks, ClientInfo};
use reqwest::{Request, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use url::Url;

pub(crate) mod answer;
pub(crate) mod body;
mod clock;
pub(crate) mod decode;
mod failure;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub(crate) mod headers;
mod kept;
pub(crate) mod normalize;
mod references;
mod refusal;
mod retry;
mod rights;
mod sources;
mod speaker;
mod split;
pub(crate) mod token;
mod trace;
mod verdict;
pub(crate) mod words;

pub(crate) use decode::decode;
pub use kept::{KeptToken, TokenStore};
pub use sources::Sources;

/// The state behind a client. Its clones share it.
#[derive(Clone)]
pub struct Funnel(Arc<Shared>);

struct Shared {
    settings: Settings,
    api_tokens: token::Tokens,
    portal_tokens: Option<token::Tokens>,
    budget: retry::Budget,
    in_flight: Arc<Semaphore>,
    rights: rights::Rights,
    clock: clock::ServerClock,
}

pub(crate) struct Settings {
    pub http: Http,
    pub api: Url,
    pub portal: Option<Url>,
    pub username: String,
    pub password: Redacted,
    pub retry: RetryPolicy,
    pub limits: Limits,
    pub portal_token_request: PortalTokenRequest,
    pub token_store: Option<Arc<dyn TokenStore>>,
    pub sources: Sources,
    pub dry_run: bool,
}

impl ClientHooks<Funnel> for raw::Client {
    async fn exec(&self, request: Request, info: &progenitor_client::OperationInfo) -> reqwest::Result<Response> {
        let call = match Operation::by_name(info.operation_id) {
            Some(operation) => self.inner().call(operation.info(), request).await,
            None => Err(Error::new(ErrorKind::Config, format!("`{}` is not in the table", info.operation_id))),
        };
        Ok(call.unwrap_or_else(crate::error::carried::response_of))
    }
}

impl Funnel {
    pub(crate) fn new(settings: Settings) -> Self {
        let budget = retry::Budget::new(settings.retry.budget);
        let in_flight = Arc::new(Semaphore::new(settings.limits.in_flight.clamp(1, Semaphore::MAX_PERMITS)));
        Self(Arc::new(Shared {
            api_tokens: token::Tokens::api(&settings),
            portal_tokens: token::Tokens::portal(&settings),
            budget,
            in_flight,
            rights: rights::Rights::default(),
            clock: clock::ServerClock::default(),
            settings,
        }))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The tokens of a server.
    pub(crate) fn tokens(&self, server: Server) -> Result<&token::Tokens, Error> {
        match server {
            Server::Api => Ok(&self.0.api_tokens),
            Server::Portal => {
                self.0.portal_tokens.as_ref().ok_or_else(|| {
                    Error::new(ErrorKind::Config, "the portal's address is not known: set MCP_PORTAL_URL")
                })
            }
        }
    }

    /// Sends `request` as `info` says, and returns an answer that the generated client can decode.
    pub(crate) async fn call(&self, info: &OperationInfo, request: Request) -> Result<Response, Error> {
        let mut span = trace::Span::start(info);
        let called = self.call_in(info, request, &mut span).await;
        let called = called.map_err(|error| error.at(info.operation).with_attempts(span.attempts()));
        span.end(&called);
        called
    }

    async fn call_in(
        &self,
        info: &OperationInfo,
        mut request: Request,
        span: &mut trace::Span,
    ) -> Result<Response, Error> {
        self.prepare(info, &mut request)?;
        if self.settings().dry_run && info.idempotency != Idempotency::Read {
            return Err(Error::dry_run(&request));
        }
        let settings = self.settings();
        let deadline = from_now(settings.limits.total);
        let Shared { budget, rights, .. } = &*self.0;
        let retry = retry::Retry { policy: &settings.retry, sources: &settings.sources, budget, info, deadline };
        let (mut renewed, mut permit) = (false, None);
        loop {
            let token = self.authorize(info, &mut request, deadline).await?;
            let copy = request.try_clone();
            let Some(copy) = copy else {
                return Err(Error::new(ErrorKind::InvalidInput, "a body that cannot be sent twice is not supported"));
            };
            // Held while a request is on its way, and not while its call waits for a token or for its next attempt.
            let slot = self.slot(deadline).await?;
            let attempt = span.attempt();
            let failure = match self.attempt(info, copy, deadline).await {
                Ok(answer) => {
                    budget.refund(permit);
                    return Ok(if info.answer == Answer::Document { answer::holding(answer, slot) } else { answer });
                }
                Err(failure) => failure,
            };
            drop(slot);
            if let (Some(StatusCode::UNAUTHORIZED), Some(token)) = (failure.error.status(), &token) {
                let repeatable =
                    failure.error.kind() == ErrorKind::Unauthorized || failure.may_repeat(info.idempotency);
                if renewed {
                    rights.refused(info.operation);
                } else if repeatable && rights.may_renew(info.operation) {
                    self.tokens(info.server)?.refused(self, token).await;
                    renewed = true;
                    continue;
                }
            }
            match retry.decide(attempt, failure) {
                retry::Decision::Wait { delay, because, permit: taken } => {
                    trace::retry(info, attempt, delay, &because);
                    permit = Some(taken);
                    tokio::time::sleep(delay).await;
                }
                retry::Decision::GiveUp(error) => return Err(error),
            }
        }
    }

    async fn slot(&self, deadline: Instant) -> Result<OwnedSemaphorePermit, Error> {
        let slot = timeout_at(deadline, self.0.in_flight.clone().acquire_owned()).await.ok().and_then(Result::ok);
        slot.ok_or_else(|| {
            let what =
                format!("no slot came free in time: {} requests are under way", self.settings().limits.in_flight);
            Error::new(ErrorKind::Timeout, what)
                .with_advice(Some("Read or drop the documents that are open, or raise Limits::in_flight."))
        })
    }

    /// The time by the server's clock, as its newest answer had it; the local time before the first.
    pub(crate) fn server_time(&self) -> jiff::Timestamp {
        self.0.clock.now((self.settings().sources.now)())
    }

    // What every request needs and the generator does not know of.
    fn prepare(&self, info: &OperationInfo, request: &mut Request) -> Result<(), Error> {
        let settings = self.settings();
        let no_body = request.body().and_then(reqwest::Body::as_bytes).is_none_or(<[u8]>::is_empty);
        let method = request.method().clone();
        let headers = request.headers_mut();
        headers.remove("api-version");
        if no_body && method == http::Method::POST {
            // IIS answers 411 to a POST without it, and reqwest sends none of itself.
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        if info.answer == Answer::Document && !headers.contains_key(header::ACCEPT) {
            headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        }
        if info.server == Server::Portal {
            let portal = self.tokens(Server::Portal)?.base();
            move_to(request.url_mut(), &settings.api, portal);
        }
        Ok(())
    }

    async fn authorize(
        &self,
        info: &OperationInfo,
        request: &mut Request,
        deadline: Instant,
    ) -> Result<Option<Arc<token::Token>>, Error> {
        if !info.needs_token {
            return Ok(None);
        }
        let waiting = timeout_at(deadline, self.tokens(info.server)?.current(self));
        let token = waiting.await.map_err(|_| Error::new(ErrorKind::Timeout, "no token came in time"))??;
        request.headers_mut().insert(header::AUTHORIZATION, token.header().clone());
        Ok(Some(token))
    }

    /// One request and its whole answer; a good document's body is left to be streamed.
    async fn attempt(&self, info: &OperationInfo, request: Request, deadline: Instant) -> Result<Response, Failure> {
        let settings = self.settings();
        let limits = &settings.limits;
        let bulk = info.pagination.is_some_and(|p| p.style == PaginationStyle::Body);
        let allowed = if bulk { limits.bulk_attempt } else { limits.attempt };
        let until = deadline.min(from_now(allowed));
        let exchange = async {
            let wants_json = wants_json(&request);
            let answer = settings.http.to(request.url()).execute(request).await.map_err(Failure::transport)?;
            let now = (settings.sources.now)();
            if !answer.status().is_success() {
                return Err(refusal::refusal(answer, now, limits.stall).await);
            }
            if info.answer == Answer::Document {
                return answer::document(info, answer, limits.stall).await;
            }
            let (head, body) = body::read(answer, body::Most::json(limits)).await?;
            answer::no_page(&head, &body)?;
            // A gateway's clock, or the portal's, is not the one that rows are dated by.
            if info.server == Server::Api {
                self.0.clock.note(&head.headers, now);
            }
            let other_form = !wants_json && !body.trim_ascii_start().starts_with(b"{");
            // Where nothing is known of the operation, a document may be its answer.
            let document = info.operation == Operation::ByPath && is_document(&head, &body);
            if other_form || document {
                return Ok(answer::of(info, head, body));
            }
            let body = normalize::normalize(info, &head, body, limits.json_bytes)?;
            Ok(answer::of(info, head, body))
        };
        let late = || Failure::timeout("no whole answer came in the time allowed");
        timeout_at(until, exchange).await.unwrap_or_else(|_| Err(late()))
    }
}

// A limit of `Duration::MAX` means none, and is past what the clock can tell.
pub(crate) fn from_now(span: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    let now = Instant::now();
    now.checked_add(span).unwrap_or_else(|| now + YEAR)
}

// Other forms than JSON pass as they are: `Client::request` asked for them.
fn wants_json(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("*/*");
    accept.contains("json") || accept.contains("*/*")
}

// By what it is called, and because it does not begin as JSON does.
fn is_document(head: &body::Head, body: &[u8]) -> bool {
    let kind = headers::content_type(&head.headers);
    let message = kind.is_empty() || kind.starts_with("text/") || kind.contains("json");
    !message && !matches!(body.trim_ascii_start().first(), None | Some(b'{' | b'[' | b'"' | b'<'))
}

// The generated client knows one base address; a portal operation goes to the other.
fn move_to(url: &mut Url, from: &Url, to: &Url) {
    let stem = from.path().trim_end_matches('/');
    let path = url.path().strip_prefix(stem).unwrap_or(url.path()).to_owned();
    let query = url.query().map(str::to_owned);
    *url = to.clone();
    url.set_path(&format!("{}{path}", to.path().trim_end_matches('/')));
    url.set_query(query.as_deref());
}

impl std::fmt::Debug for Funnel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Funnel").field("api", &self.settings().api.as_str()).finish_non_exhaustive()
    }
}
