//! HTTP: accepts connections, refuses what IIS refuses, and turns answers into responses.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::answer::{Answer, Body, Failure};
use crate::fault::Kind;
use crate::log::RecordedRequest;
use crate::out::Out;
use crate::request::Params;
use crate::router::{Host, Route};
use crate::sandbox::Shared;
use crate::{encode, lock, ops};

const MAX_BODY: usize = 1 << 20;

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
                async move { respond(&shared, host, request).await }
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

// An error closes the connection without an answer.
async fn respond(shared: &Shared, host: Host, request: Request<Incoming>) -> io::Result<Response<Out>> {
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
        let fault = befallen(shared, host, route, &parts);
        if fault == Some(Kind::ResetBefore) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let refusal = fault.as_ref().and_then(|kind| kind.before_work(shared.clock.now()));
        let answer = match (refusal, body) {
            (Some(refusal), Ok(_)) => refusal,
            (_, Ok(body)) => {
                let answer = answer(shared, host, route, &parts, &body);
                let delay = *lock(&shared.delay);
                if matches!(route, Route::Operation(_) | Route::Packet(_)) && !delay.is_zero() {
                    tokio::time::sleep(delay).await;
                }
                answer
            }
            (_, Err(true)) => Failure::new(413, "Maximum request length exceeded.").into(),
            (_, Err(false)) => Failure::bad("The request body could not be read.").into(),
        };
        if let Some(Kind::Delay(by)) = fault {
            tokio::time::sleep(by).await;
        }
        let answer = match &fault {
            Some(Kind::ResetAfterWork) => return Err(io::ErrorKind::ConnectionReset.into()),
            Some(kind) => kind.after_work(answer),
            None => answer,
        };
        into_response(shared, answer, &parts.headers, fault.as_ref())
    };
    running.answered(response.status().as_u16());
    Ok(response)
}

fn befallen(shared: &Shared, host: Host, route: Route<'_>, parts: &http::Parts) -> Option<Kind> {
    if shared.faults.is_empty() || matches!(route, Route::Nowhere) {
        return None;
    }
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let customer = lock(shared.tokens_of(host)).admits(authorization, shared.clock.now());
    shared.faults.befall(route.name(), customer.as_deref())
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
    let tokens = shared.tokens_of(host);
    match route {
        Route::Token => return lock(tokens).grant(&Params::parse(body), &shared.clock),
        Route::PortalToken => return lock(tokens).grant(&params, &shared.clock),
        _ => {}
    }
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let user = lock(tokens).admits(authorization, shared.clock.now());
    let Some(customer) = user.and_then(|user| shared.customers.of(&user, &shared.world)) else {
        return Failure::new(401, "Authorization has been denied for this request.")
            .header("www-authenticate", "Bearer".to_owned())
            .into();
    };
    let now = shared.settle(&customer);
    let call = |params| ops::Call { shared, customer: &customer, params, now };
    let result = match route {
        Route::Operation(operation) => {
            let bound = if operation.takes_body { params.add_body(body) } else { Ok(()) };
            bound.and_then(|()| (operation.run)(&call(&params)))
        }
        Route::Packet(dot) => ops::documents::packet(&call(&params), dot),
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

fn into_response(shared: &Shared, answer: Answer, request: &HeaderMap, fault: Option<&Kind>) -> Response<Out> {
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
        Body::Page(html) => ("text/html; charset=utf-8", html.into_bytes()),
        Body::File { kind, bytes } => {
            chunked = false;
            (kind, bytes)
        }
    };
    let compress = chunked
        && fault != Some(&Kind::BrokenGzip)
        && shared.compress
        && bytes.len() > 1024
        && accepts(header::ACCEPT_ENCODING, "gzip");
    if compress {
        bytes = encode::gzip(&bytes);
    }
    let bytes = Bytes::from(bytes);
    let out = if chunked { Out::chunked(bytes) } else { Out::whole(bytes) };
    let mut response = Response::new(out.faulty(fault));
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
            headers.append(name, value);
        }
    }
    match fault {
        Some(Kind::ContentType(kind)) => drop(headers.insert("content-type", HeaderValue::from_static(kind))),
        Some(Kind::BrokenGzip) => drop(headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))),
        _ => {}
    }
    response
}

mod http {
    pub(super) use hyper::http::request::Parts;
}
