//! One call from its request to its answer, with its retries.

use super::deadline::from_now;
use super::failure::Failure;
use super::setup::{Common, Setup};
use super::token::{Token, Tokens};
use super::{answer, body, headers, normalize, permissions, refusal, retry, trace, turn};
use crate::operation::{Answer, Idempotency, Operation, OperationInfo, PaginationStyle, Server};
use crate::settings::Timeouts;
use crate::{Error, ErrorKind};
use http::{HeaderValue, StatusCode, header};
use reqwest::{Request, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use url::Url;

/// The state behind a client. Its clones share it.
#[derive(Clone)]
pub struct Funnel(Arc<Shared>);

struct Shared {
    common: Arc<Common>,
    api_tokens: Tokens,
    portal_tokens: Option<Tokens>,
    in_flight: Arc<Semaphore>,
    permissions: permissions::Permissions,
}

impl Funnel {
    pub(crate) fn new(setup: Setup) -> Self {
        let in_flight = Arc::new(Semaphore::new(setup.limits.in_flight.clamp(1, Semaphore::MAX_PERMITS)));
        let common = Arc::new(Common::new(setup));
        let tokens = |server, base: &Url| Tokens::new(common.clone(), server, base.clone());
        Self(Arc::new(Shared {
            api_tokens: tokens(Server::Api, &common.setup.api),
            portal_tokens: common.setup.portal.as_ref().map(|portal| tokens(Server::Portal, portal)),
            in_flight,
            permissions: permissions::Permissions::default(),
            common: common.clone(),
        }))
    }

    pub(crate) fn setup(&self) -> &Setup {
        &self.0.common.setup
    }

    /// The tokens of a server.
    pub(crate) fn tokens(&self, server: Server) -> Result<&Tokens, Error> {
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
        if self.setup().dry_run && info.idempotency != Idempotency::Read {
            return Err(Error::dry_run(&request));
        }
        let Shared { common, permissions, .. } = &*self.0;
        let Common { setup, budget, .. } = &**common;
        let deadline = from_now(setup.timeouts.total);
        let retry = retry::Retry { policy: &setup.retry, dice: &setup.clock_and_dice, budget, info, deadline };
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
                    permissions.refused(info.operation);
                } else if repeatable && permissions.may_renew(info.operation) {
                    self.tokens(info.server)?.refused(token).await;
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
        let free = async {
            turn::take_again().await;
            self.0.in_flight.clone().acquire_owned().await
        };
        timeout_at(deadline, free).await.ok().and_then(Result::ok).ok_or_else(|| {
            let what = format!("no slot came free in time: {} requests are under way", self.setup().limits.in_flight);
            Error::new(ErrorKind::Timeout, what)
                .with_advice(Some("Read or drop the documents that are open, or raise Limits::in_flight."))
        })
    }

    /// The time by the server's clock, as its newest answer had it; the local time before the first.
    pub(crate) fn server_time(&self) -> jiff::Timestamp {
        self.0.common.clock.now(self.setup().clock_and_dice.now())
    }

    // What every request needs and the generator does not know of.
    fn prepare(&self, info: &OperationInfo, request: &mut Request) -> Result<(), Error> {
        let setup = self.setup();
        let no_body = request.body().and_then(reqwest::Body::as_bytes).is_none_or(<[u8]>::is_empty);
        let method = request.method().clone();
        let headers = request.headers_mut();
        headers.remove("api-version");
        if no_body && method == http::Method::POST {
            // IIS answers 411 to a POST without it, and reqwest sends none of itself.
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        if info.server == Server::Portal {
            let portal = self.tokens(Server::Portal)?.base();
            move_to(request.url_mut(), &setup.api, portal);
        }
        Ok(())
    }

    async fn authorize(
        &self,
        info: &OperationInfo,
        request: &mut Request,
        deadline: Instant,
    ) -> Result<Option<Arc<Token>>, Error> {
        if !info.needs_token {
            return Ok(None);
        }
        let waiting = timeout_at(deadline, self.tokens(info.server)?.current());
        let token = waiting.await.map_err(|_| Error::new(ErrorKind::Timeout, "no token came in time"))??;
        request.headers_mut().insert(header::AUTHORIZATION, token.header().clone());
        Ok(Some(token))
    }

    /// One request and its whole answer; a good document's body is left to be streamed.
    async fn attempt(&self, info: &OperationInfo, request: Request, deadline: Instant) -> Result<Response, Failure> {
        let setup = self.setup();
        let (limits, timeouts) = (&setup.limits, &setup.timeouts);
        let until = deadline.min(from_now(allowed(info, timeouts)));
        let mut recording = setup.recorder.as_ref().map(|recorder| recorder.begin(info, &request));
        let exchange = async {
            let wants_json = wants_json(&request);
            let answer = setup.http.to(request.url()).execute(request).await.map_err(Failure::transport)?;
            if let Some(recording) = &mut recording {
                recording.answered(answer.status(), answer.headers());
            }
            let now = setup.clock_and_dice.now();
            if !answer.status().is_success() {
                return Err(refusal::refusal(answer, now, timeouts.stall).await);
            }
            if info.answer == Answer::Document {
                return answer::document(info, answer, timeouts.stall).await;
            }
            let (head, body) = body::read(answer, body::Most::json(limits, timeouts)).await?;
            if let Some(recording) = &mut recording {
                recording.body(body.clone());
            }
            answer::no_page(&head, &body)?;
            // A gateway's clock, or the portal's, is not the one that rows are dated by.
            if info.server == Server::Api {
                self.0.common.clock.note(&head.headers, now);
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
        let ended = timeout_at(until, exchange).await.unwrap_or_else(|_| Err(late()));
        if let Some(recording) = recording {
            recording.keep(ended.as_ref().err().and_then(|failure| failure.error.body())).await;
        }
        ended
    }
}

// A page of whole carriers is megabytes.
fn allowed(info: &OperationInfo, timeouts: &Timeouts) -> Duration {
    let bulk = info.pagination.is_some_and(|paging| paging.style == PaginationStyle::Body);
    if bulk { timeouts.bulk_attempt } else { timeouts.attempt }
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
        f.debug_struct("Funnel").field("api", &self.setup().api.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_whole_carriers_may_take_longer() {
        let timeouts = Timeouts::default();
        assert_ne!(timeouts.attempt, timeouts.bulk_attempt);
        for info in Operation::all() {
            let pages = [
                Operation::MonitoredCarrierData,
                Operation::GetMonitoredCarrierContactsData,
                Operation::GetMonitoredCarriersRiskAssessment,
            ];
            let bulk = pages.contains(&info.operation);
            let expected = if bulk { timeouts.bulk_attempt } else { timeouts.attempt };
            assert_eq!(allowed(info, &timeouts), expected, "{}", info.operation);
        }
    }

    #[test]
    fn a_document_is_neither_json_nor_text_nor_a_page() {
        let cases = [
            ("application/pdf", "%PDF-1.7", true),
            ("image/png", "\u{89}PNG", true),
            ("application/octet-stream", " \n%PDF-1.7", true),
            ("application/pdf", r#"{"Message":"No."}"#, false),
            ("application/pdf", " [1]", false),
            ("application/pdf", "\"No.\"", false),
            ("application/pdf", "<html>", false),
            ("application/pdf", " ", false),
            ("", "%PDF-1.7", false),
            ("text/plain", "Sent", false),
            ("application/json", "true", false),
        ];
        for (kind, body, expected) in cases {
            let mut headers = http::HeaderMap::new();
            if !kind.is_empty() {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            }
            let head = body::Head { status: StatusCode::OK, headers };
            assert_eq!(is_document(&head, body.as_bytes()), expected, "{kind} {body}");
        }
    }
}
