//! The funnel that every call passes: limits → token → send → retry → normalize.
//!
//! What is special about the wire is handled here, once. `token` keeps access tokens, `retry` decides what may be
//! repeated and when, `limits` bounds bodies, `normalize` makes the answer what the document says, `outcome` carries
//! this crate's errors through the generated client, `trace` tells of it all without telling secrets.

use crate::config::{Limits, PortalTokenRequest, RetryPolicy};
use crate::operation::{Answer, Idempotency, Operation, OperationInfo, PaginationStyle, Server};
use crate::types::Redacted;
use crate::{Error, ErrorKind, raw};
use http::{HeaderValue, StatusCode, header};
use progenitor_client::{ClientHooks, ClientInfo};
use reqwest::{Request, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use url::Url;

mod decode;
mod limits;
pub(crate) mod normalize;
pub(crate) mod outcome;
mod references;
mod retry;
mod sources;
pub(crate) mod token;
mod trace;

pub(crate) use decode::decode;
pub use sources::Sources;

/// The state behind a client. Its clones share it.
#[derive(Clone)]
pub struct Funnel(Arc<Shared>);

struct Shared {
    settings: Settings,
    api_tokens: token::Tokens,
    portal_tokens: Option<token::Tokens>,
    budget: retry::Budget,
    in_flight: Semaphore,
}

pub(crate) struct Settings {
    pub http: reqwest::Client,
    pub api: Url,
    pub portal: Option<Url>,
    pub username: String,
    pub password: Redacted,
    pub retry: RetryPolicy,
    pub limits: Limits,
    pub portal_token_request: PortalTokenRequest,
    pub sources: Sources,
    pub dry_run: bool,
}

impl ClientHooks<Funnel> for raw::Client {
    async fn exec(&self, request: Request, info: &progenitor_client::OperationInfo) -> reqwest::Result<Response> {
        let call = match Operation::by_name(info.operation_id) {
            Some(operation) => self.inner().call(operation.info(), request).await,
            None => Err(Error::new(ErrorKind::Config, format!("`{}` is not in the table", info.operation_id))),
        };
        Ok(call.unwrap_or_else(outcome::response_of))
    }
}

impl Funnel {
    pub(crate) fn new(settings: Settings) -> Self {
        let budget = retry::Budget::new(settings.retry.budget);
        let in_flight = Semaphore::new(settings.limits.in_flight.clamp(1, Semaphore::MAX_PERMITS));
        Self(Arc::new(Shared {
            api_tokens: token::Tokens::api(&settings),
            portal_tokens: token::Tokens::portal(&settings),
            budget,
            in_flight,
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
    pub(crate) async fn call(&self, info: &'static OperationInfo, request: Request) -> Result<Response, Error> {
        let mut span = trace::Span::start(info);
        let called = self.call_in(info, request, &mut span).await;
        let called = called.map_err(|error| error.at(info.operation).with_attempts(span.attempts()));
        span.end(&called);
        called
    }

    async fn call_in(
        &self,
        info: &'static OperationInfo,
        mut request: Request,
        span: &mut trace::Span,
    ) -> Result<Response, Error> {
        self.prepare(info, &mut request)?;
        if self.settings().dry_run && info.idempotency != Idempotency::Read {
            return Err(Error::dry_run(&request));
        }
        let Shared { settings, in_flight, .. } = &*self.0;
        let deadline = from_now(settings.limits.total);
        let late = || Error::new(ErrorKind::Timeout, "the call took longer than its total time");
        let _permit = timeout_at(deadline, in_flight.acquire()).await.map_err(|_| late())?;
        let mut refused_token = false;
        loop {
            let token = self.authorize(info, &mut request, deadline).await?;
            let copy = request.try_clone();
            let Some(copy) = copy else {
                return Err(Error::new(ErrorKind::InvalidInput, "a body that cannot be sent twice is not supported"));
            };
            let attempt = span.attempt();
            let failure = match self.attempt(info, copy, deadline).await {
                Ok(answer) => {
                    self.0.budget.refund(attempt);
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            if let (Some(StatusCode::UNAUTHORIZED), Some(token), false) =
                (failure.error.status(), &token, refused_token)
            {
                self.tokens(info.server)?.refused(token);
                refused_token = true;
                continue;
            }
            match retry::decide(&settings.retry, &settings.sources, &self.0.budget, info, attempt, failure, deadline) {
                retry::Decision::Wait { delay, because } => {
                    trace::retry(info, attempt, delay, &because);
                    tokio::time::sleep(delay).await;
                }
                retry::Decision::GiveUp(error) => return Err(error),
            }
        }
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
    async fn attempt(
        &self,
        info: &OperationInfo,
        request: Request,
        deadline: Instant,
    ) -> Result<Response, retry::Failure> {
        let limits = &self.settings().limits;
        let bulk = info.pagination.is_some_and(|p| p.style == PaginationStyle::Body);
        let allowed = if bulk { limits.bulk_attempt } else { limits.attempt };
        let until = deadline.min(from_now(allowed));
        let exchange = async {
            let accept_any = !accepts_json(&request);
            let answer = self.settings().http.execute(request).await.map_err(retry::Failure::transport)?;
            if !answer.status().is_success() {
                return Err(outcome::refusal(answer, &self.settings().sources).await);
            }
            if info.answer == Answer::Document {
                return outcome::document(answer).await;
            }
            let (head, body) = limits::read(answer, limits.json_bytes).await?;
            if accept_any {
                return Ok(outcome::answer(head, body));
            }
            outcome::json(&head, &body)?;
            let body = normalize::normalize(
                info.answer,
                info.pagination.and_then(|p| p.items),
                &head,
                body,
                limits.json_bytes,
            )?;
            Ok(outcome::answer(head, body))
        };
        timeout_at(until, exchange).await.unwrap_or_else(|_| Err(retry::Failure::timeout()))
    }
}

// A limit of `Duration::MAX` means none, and is past what the clock can tell.
pub(crate) fn from_now(span: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    let now = Instant::now();
    now.checked_add(span).unwrap_or_else(|| now + YEAR)
}

// Other forms than JSON pass as they are: `Client::request` asked for them.
fn accepts_json(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("*/*");
    accept.contains("json") || accept.contains("*/*")
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
