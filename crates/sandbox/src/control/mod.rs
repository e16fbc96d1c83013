//! The control API under `/__sandbox`: what a test or a person does to the sandbox itself, as `control.json` documents.

mod about;
mod addresses;
mod call;
mod carriers;
mod changes;
mod clock;
mod events;
mod faults;
mod guard;
mod health;
mod namespaces;
mod outbox;
mod page;
mod papers;
mod profile;
mod reply;
mod requests;
mod scenarios;
mod shown;
mod tokens;
mod waiting;
mod webhooks;

use std::io;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header;
use hyper::{Request, Response};

use crate::console;
use crate::control::call::Call;
use crate::control::reply::{Code, Refusal, Reply, Result, bad, response};
use crate::engine::Engine;
use crate::engine::spaces::Spaces;
use crate::snapshot::Snapshot;
use crate::vendor::answer::Answer;
use crate::vendor::request::Params;
use crate::wire::body::read;
use crate::wire::response_body::ResponseBody;

use addresses::PREFIX;
pub(crate) use health::health;
pub(crate) use namespaces::{rooted, within};

const MAX_BODY: usize = 1 << 20;
/// Snapshots grow with the deliveries that are kept, and with the carriers.
const MAX_SNAPSHOT: usize = 64 << 20;
const MAX_SNAPSHOT_PER_CARRIER: usize = 256;

/// Answers what is for the sandbox itself, or gives the request back.
pub(crate) async fn respond(
    spaces: &Spaces,
    engine: &Arc<Engine>,
    request: Request<Incoming>,
) -> std::result::Result<io::Result<Response<ResponseBody>>, Request<Incoming>> {
    let path = request.uri().path();
    let is_control = path == PREFIX || path.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('/'));
    let asset = console::asset(path);
    if !is_control && asset.is_none() {
        return Err(request);
    }
    if let Some(refusal) = guard::refusal(engine, request.headers()) {
        return Ok(Ok(response(Err(refusal))));
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let reply = match (asset, guard::preflight(request.method(), request.headers())) {
        (_, Some(preflight)) => preflight,
        (Some((kind, bytes)), None) => {
            let policy = console::policy(request.uri().path(), portal_origin(engine));
            page::page(&policy, request.method().as_str(), kind, bytes)
        }
        (None, None) => response(command(spaces, engine, request).await),
    };
    Ok(Ok(guard::readable(origin, reply)))
}

/// Of the portal, which a page may call; a policy would take a path for a page.
fn portal_origin(engine: &Engine) -> &str {
    let portal = engine.addresses[1].as_str();
    portal.strip_suffix(engine.prefix.as_str()).unwrap_or(portal)
}

async fn command(spaces: &Spaces, engine: &Engine, request: Request<Incoming>) -> Result {
    let (parts, body) = request.into_parts();
    let most = match (parts.method.as_str(), parts.uri.path()) {
        ("PUT", "/__sandbox/snapshot") => MAX_SNAPSHOT + MAX_SNAPSHOT_PER_CARRIER * engine.world.total as usize,
        _ => MAX_BODY,
    };
    let body = read(body, most).await.map_err(|failure| match Answer::from(failure).status {
        413 => {
            let error = format!("the body is larger than {most} bytes");
            Refusal::new(413, Code::BodyTooLarge, error, "Send less in one call.")
        }
        408 => {
            let error = "the body did not come within 30 seconds";
            Refusal::new(408, Code::BodyTimedOut, error, "Send it at once, with its Content-Length.")
        }
        _ => bad(Code::BodyIncomplete, "the connection broke before the body was complete"),
    })?;
    let params = Params::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let call = Call { spaces, engine, params, body };
    let path = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    route(&call, parts.method.as_str(), &path).await
}

async fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    let engine = call.engine;
    // Of an answer to HEAD the body is left out on its way.
    let method = if method == "HEAD" { "GET" } else { method };
    if let Some(names) = addresses::parameters(method, path) {
        call.takes(&names)?;
    }
    match (method, path) {
        ("GET", []) => Ok(Reply::Json(about::sandbox(engine))),
        ("GET", ["openapi.json"]) => Ok(Reply::Json(about::document())),
        ("GET", ["certificate"]) => about::certificate(engine),
        ("GET", ["events"]) => events::open(call),
        ("GET", ["clock"]) => Ok(Reply::Json(clock::shown(engine))),
        ("GET", ["clock", "events"]) => clock::events(call),
        ("POST", ["clock"]) => clock::set(call).await,
        (_, ["faults", ..]) => faults::route(call, method, path),
        ("GET", ["requests", "wait"]) => waiting::wait(call).await,
        (_, ["requests", ..]) => requests::route(call, method, path),
        (_, ["namespaces", ..]) => namespaces::route(call, method, path),
        (_, ["scenarios", ..]) => scenarios::route(call, method, path).await,
        (_, ["outbox", ..]) => outbox::route(call, method, path),
        (_, ["carriers", ..]) => carriers::route(call, method, path).await,
        (_, ["webhooks" | "deliveries", ..]) => webhooks::route(call, method, path).await,
        ("POST", ["tokens"]) => tokens::spoil(call),
        ("GET", ["blobs"]) => papers::document(call, &*carriers::customer(call)?),
        ("DELETE", ["blobs"]) => {
            engine.rotate_blobs();
            Ok(Reply::Done)
        }
        ("POST", ["reset"]) => {
            engine.reset();
            Ok(Reply::Done)
        }
        ("GET", ["snapshot"]) => Ok(Reply::Json(serde_json::to_value(engine.snapshot()).unwrap_or_default())),
        ("PUT", ["snapshot"]) => {
            let restored = Snapshot::from_json(&call.body).and_then(|snapshot| engine.restore(snapshot));
            restored.map(|()| Reply::Done).map_err(|error| {
                let advice = "Send what GET /__sandbox/snapshot gave, of a sandbox of the same seed, size and day.";
                Refusal::new(400, Code::InvalidSnapshot, error, advice)
            })
        }
        _ => Err(addresses::nowhere(method, path)),
    }
}
