//! Sandboxes beside the first one: the requests that are for them, their list, their end.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, StatusCode, Uri};
use serde_json::{Value, json};

use crate::control::call::Call;
use crate::control::reply::{Code, Refusal, Reply, Result, missing, response};
use crate::control::{addresses, clock, guard};
use crate::engine::Engine;
use crate::engine::spaces::{NoSpace, Spaces, split};
use crate::wire::response_body::ResponseBody;

const LIST: &str = "/__sandbox/namespaces";

pub(crate) fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    match (method, path) {
        ("GET", ["namespaces"]) => Ok(Reply::Json(call.spaces.all().iter().map(shown).collect())),
        ("DELETE", ["namespaces", name]) => match call.spaces.end(name) {
            true => Ok(Reply::Done),
            false => Err(missing(Code::UnknownNamespace, "there is no namespace of this name", LIST)),
        },
        _ => Err(addresses::nowhere(method, path)),
    }
}

fn shown((name, engine): &(String, Arc<Engine>)) -> Value {
    let [api, portal] = &engine.addresses;
    json!({ "name": name, "api": api, "portal": portal, "clock": clock::shown(engine) })
}

/// A sandbox, and a request as it is in there.
type Found = (Arc<Engine>, Request<Incoming>);

/// Whose a request is, and the request as it is in there.
pub(crate) fn within(
    spaces: &Spaces,
    mut request: Request<Incoming>,
) -> std::result::Result<Found, Box<Response<ResponseBody>>> {
    let Some((name, rest)) = split(request.uri().path()) else { return Ok((Arc::clone(&spaces.first), request)) };
    // A page of another site makes none.
    if let Some(refusal) = guard::refusal(&spaces.first, request.headers()) {
        return Err(Box::new(response(Err(refusal))));
    }
    let engine = spaces.of(name).map_err(|error| {
        Box::new(response(Err(match error {
            NoSpace::Name(error) => {
                let advice = "Call an address such as /namespaces/my-test/token.";
                Refusal::new(404, Code::UnknownNamespace, error, advice)
            }
            NoSpace::TooMany(error) => {
                let advice = "End some with DELETE /__sandbox/namespaces/{name}.";
                Refusal::new(409, Code::TooManyNamespaces, error, advice)
            }
        })))
    })?;
    if rest.is_empty() {
        return Err(Box::new(to(&format!("{}/", engine.prefix))));
    }
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    // A part of a target that was right is right.
    if let Ok(target) = format!("{rest}{query}").parse::<PathAndQuery>() {
        *request.uri_mut() = Uri::from(target);
    }
    Ok((engine, request))
}

/// The pages of a namespace have names relative to it.
fn to(place: &str) -> Response<ResponseBody> {
    let mut response = response(Ok(Reply::Done));
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    if let Ok(place) = HeaderValue::from_str(place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// Has a redirect stay in the namespace.
pub(crate) fn rooted(engine: &Engine, mut response: Response<ResponseBody>) -> Response<ResponseBody> {
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let leaves = location.filter(|place| place.starts_with('/') && !place.starts_with(&engine.prefix));
    if let Some(place) = leaves.and_then(|place| HeaderValue::from_str(&format!("{}{place}", engine.prefix)).ok()) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}
