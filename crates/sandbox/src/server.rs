//! HTTP: accepts connections, refuses what IIS refuses, and turns answers into responses.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::answer::{Answer, Body, Failure};
use crate::log::RecordedRequest;
use crate::request::Params;
use crate::router::{Host, Route};
use crate::sandbox::Shared;
use crate::{encode, lock, ops};

const MAX_BODY: usize = 1 << 20;
const CHUNK: usize = 64 << 10;

const LENGTH_REQUIRED: &str = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\"\
    \"http://www.w3.org/TR/html4/strict.dtd\">\r\n<HTML><HEAD><TITLE>Length Required</TITLE>\r\n\
    <META HTTP-EQUIV=\"Content-Type\" Content=\"text/html; charset=us-ascii\"></HEAD>\r\n\
    <BODY><h2>Length Required</h2>\r\n<hr><p>HTTP Error 411. The request must be chunked or have a content length.\
    </p>\r\n</BODY></HTML>\r\n";

/// Accepts connections until the task is aborted, which ends them all.
pub(crate) async fn accept(listener: TcpListener, shared: Arc<Shared>, host: Host) {
    let mut connections = JoinSet::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(_) => {
                // Out of file descriptors, most likely; some may be free soon.
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        // Without it small answers may wait for an acknowledgement; nothing is lost if it fails.
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { Ok::<_, Infallible>(respond(&shared, host, request).await) }
            });
            // A connection that ends badly ends; there is nobody to tell.
            let _ = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .title_case_headers(true)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn respond(shared: &Shared, host: Host, request: Request<Incoming>) -> Response<Out> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let route = Route::find(host, path);
    let query = parts.uri.query().unwrap_or_default();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) => Err(error.is::<LengthLimitError>()),
    };

    let record = shared.log.recording().then(|| RecordedRequest {
        method: parts.method.to_string(),
        path: path.to_owned(),
        operation: route.name(),
        query: Params::parse(query.as_bytes()).pairs().to_vec(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: body.as_deref().unwrap_or_default().to_vec(),
        status: None,
    });
    let running = shared.log.begin(route.name(), record);

    let has_length =
        parts.headers.contains_key(header::CONTENT_LENGTH) || parts.headers.contains_key(header::TRANSFER_ENCODING);
    let response = if shared.require_content_length && parts.method == Method::POST && !has_length {
        length_required()
    } else {
        let answer = match body {
            Ok(body) => {
                let answer = answer(shared, host, route, &parts, &body);
                let delay = *lock(&shared.delay);
                if matches!(route, Route::Operation(_) | Route::Packet(_)) && !delay.is_zero() {
                    tokio::time::sleep(delay).await;
                }
                answer
            }
            Err(true) => Failure::new(413, "Maximum request length exceeded.").into(),
            Err(false) => Failure::bad("The request body could not be read.").into(),
        };
        into_response(shared, answer, &parts.headers)
    };
    running.answered(response.status().as_u16());
    response
}

fn answer(shared: &Shared, host: Host, route: Route<'_>, parts: &http::Parts, body: &Bytes) -> Answer {
    let Some(method) = route.method() else {
        return nowhere(host, parts).into();
    };
    if parts.method.as_str() != method {
        let message = format!("The requested resource does not support http method '{}'.", parts.method);
        return Failure::new(405, message).header("allow", method.to_owned()).into();
    }
    let mut params = Params::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let tokens = match host {
        Host::Api => &shared.tokens,
        Host::Portal => &shared.portal_tokens,
    };
    match route {
        Route::Token => return lock(tokens).grant(&Params::parse(body), &shared.clock),
        Route::PortalToken => return lock(tokens).grant(&params, &shared.clock),
        _ => {}
    }
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let user = lock(tokens).admits(authorization);
    let Some(customer) = user.and_then(|user| shared.customers.of(&user, &shared.world)) else {
        return Failure::new(401, "Authorization has been denied for this request.")
            .header("www-authenticate", "Bearer".to_owned())
            .into();
    };
    // What came due since the last call, such as packets that carriers completed.
    lock(&customer.state).settle(shared.clock.now());
    let result = match route {
        Route::Operation(operation) => {
            let bound = if operation.takes_body { params.add_body(body) } else { Ok(()) };
            bound.and_then(|()| (operation.run)(&ops::Call { shared, customer: &customer, params: &params }))
        }
        Route::Packet(dot) => ops::documents::packet(shared, &customer, dot),
        Route::Token | Route::PortalToken | Route::Nowhere => Err(nowhere(host, parts)),
    };
    result.unwrap_or_else(Answer::from)
}

fn nowhere(host: Host, parts: &http::Parts) -> Failure {
    let authority = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let target: String = parts.uri.to_string().chars().take(1000).collect();
    let detail = match host {
        Host::Api => "No action was found on the controller 'Carrier' that matches the request.",
        Host::Portal => "No type was found that matches the controller named in the request.",
    };
    Failure::not_found(format!(
        "No HTTP resource was found that matches the request URI 'http://{}{target}'.",
        authority.unwrap_or("localhost")
    ))
    .detail(detail)
}

/// What HTTP.sys answers before the application sees the request.
fn length_required() -> Response<Out> {
    let mut response = Response::new(Out::whole(Bytes::from_static(LENGTH_REQUIRED.as_bytes())));
    *response.status_mut() = hyper::StatusCode::LENGTH_REQUIRED;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=us-ascii"));
    headers.insert(header::SERVER, HeaderValue::from_static("Microsoft-HTTPAPI/2.0"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn into_response(shared: &Shared, answer: Answer, request: &HeaderMap) -> Response<Out> {
    let accepts = |name, what: &str| {
        request.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| encode::accepts(value, what))
    };
    let mut chunked = true;
    let (kind, mut bytes) = match answer.body {
        Body::Api { json, root } if encode::wants_xml(|what| accepts(header::ACCEPT, what)) => {
            ("text/xml; charset=utf-8", crate::xml::from_json(&json, root))
        }
        Body::Api { json, .. } => ("application/json; charset=utf-8", json),
        Body::Json(json) => ("application/json;charset=UTF-8", json),
        Body::File { kind, bytes } => {
            chunked = false;
            (kind, bytes)
        }
    };
    let compress = chunked && shared.compress && bytes.len() > 1024 && accepts(header::ACCEPT_ENCODING, "gzip");
    if compress {
        bytes = encode::gzip(&bytes);
    }
    let bytes = Bytes::from(bytes);
    let mut response = Response::new(if chunked { Out::chunked(bytes) } else { Out::whole(bytes) });
    *response.status_mut() = hyper::StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = response.headers_mut();
    for (name, value) in [
        ("cache-control", "no-cache"),
        ("pragma", "no-cache"),
        ("content-type", kind),
        ("expires", "-1"),
        ("vary", "Accept-Encoding"),
        ("server", "Microsoft-IIS/10.0"),
        ("x-aspnet-version", "4.0.30319"),
        ("x-powered-by", "ASP.NET"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if compress {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    for (name, value) in answer.headers {
        // All values are made here and are ASCII; one that is not is left out rather than a reason to fail.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}

/// A body in memory, sent with its length or in chunks as ASP.NET does.
pub(crate) struct Out {
    rest: Bytes,
    whole: bool,
}

impl Out {
    fn whole(rest: Bytes) -> Self {
        Self { rest, whole: true }
    }

    fn chunked(rest: Bytes) -> Self {
        Self { rest, whole: false }
    }
}

impl HttpBody for Out {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let size = self.rest.len().min(CHUNK);
        let chunk = self.rest.split_to(size);
        Poll::Ready((!chunk.is_empty()).then_some(Ok(Frame::data(chunk))))
    }

    fn size_hint(&self) -> SizeHint {
        if self.whole { SizeHint::with_exact(self.rest.len() as u64) } else { SizeHint::default() }
    }
}

mod http {
    pub(super) use hyper::http::request::Parts;
}
