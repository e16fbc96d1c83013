//! The files of the console and of the reference, as they go out.

use bytes::Bytes;
use hyper::Response;
use hyper::header::{self, HeaderValue};

use crate::control::reply::{Code, Refusal, response};
use crate::wire::response_body::ResponseBody;

/// A file, with what a browser lets it do.
pub(crate) fn page(policy: &str, method: &str, kind: &'static str, bytes: &'static [u8]) -> Response<ResponseBody> {
    if !matches!(method, "GET" | "HEAD") {
        let refusal = Refusal::new(405, Code::MethodNotAllowed, "pages are read with GET", "Use GET.");
        return response(Err(refusal.allow("GET, HEAD".to_owned())));
    }
    let mut response = Response::new(ResponseBody::whole(Bytes::from_static(bytes)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
