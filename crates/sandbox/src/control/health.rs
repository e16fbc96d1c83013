//! Whether the sandbox is there, for those who start it and wait: on both ports, without a token, and not in the log.

use hyper::{Method, Request, Response};
use serde_json::json;

use crate::control::reply::{Code, Refusal, Reply, response};
use crate::wire::response_body::ResponseBody;

/// A sandbox that answers has all its state: what is alive is ready.
const PATHS: [&str; 2] = ["/healthz", "/readyz"];

/// The answer to a question after its health.
pub(crate) fn health<B>(request: &Request<B>) -> Option<Response<ResponseBody>> {
    let path = request.uri().path();
    PATHS.contains(&path).then(|| {
        response(match *request.method() {
            Method::GET | Method::HEAD => Ok(Reply::Json(json!({ "status": "ok" }))),
            _ => {
                let error = format!("{path} takes GET, HEAD");
                Err(Refusal::new(405, Code::MethodNotAllowed, error, "Use GET.").allow("GET, HEAD".to_owned()))
            }
        })
    })
}
