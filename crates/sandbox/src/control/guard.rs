//! Who may call the control API and the console: not the pages of other sites, which a browser on this machine may have
//! open.

use bytes::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Response};

use crate::control::reply::{Code, Refusal};
use crate::engine::Engine;
use crate::wire::meant::quoted;
use crate::wire::response_body::ResponseBody;

/// The refusal of a call by another name, or from a page of another site.
pub(crate) fn refusal(engine: &Engine, headers: &HeaderMap) -> Option<Refusal> {
    let host = text(headers, header::HOST).unwrap_or_default();
    if !engine.hosts.admits(host) {
        let why = format!("the sandbox does not go by the name {}", quoted(host));
        let advice = "Call it 127.0.0.1 or localhost, or start it with --allow-host and this name.";
        return Some(Refusal::new(403, Code::ForeignHost, why, advice));
    }
    let origin = text(headers, header::ORIGIN)?;
    (!engine.hosts.admits_origin(origin, host)).then(|| {
        let why = "pages of other sites may not command the sandbox";
        let advice = "Start it with --allow-host and the name of the page's host.";
        Refusal::new(403, Code::ForeignOrigin, why, advice)
    })
}

/// The answer to a browser that asks whether a page may make a call.
pub(crate) fn preflight(method: &Method, headers: &HeaderMap) -> Option<Response<ResponseBody>> {
    let asked = headers.contains_key(header::ORIGIN) && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    (method == Method::OPTIONS && asked).then(|| {
        let mut response = Response::new(ResponseBody::whole(Bytes::new()));
        *response.status_mut() = hyper::StatusCode::NO_CONTENT;
        let own = response.headers_mut();
        let methods = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
        own.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        own.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
        response
    })
}

/// Lets a page that may command the sandbox read what it answers.
pub(crate) fn readable(origin: Option<HeaderValue>, mut response: Response<ResponseBody>) -> Response<ResponseBody> {
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    }
    response
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("(not a name)"))
}
