//! The control API under `/__sandbox`: what a test or a person does to the sandbox itself, as `control.json` documents.

mod carriers;
mod faults;
mod outbox;
mod requests;
mod webhooks;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::console;
use crate::engine::Engine;
use crate::lock;
use crate::snapshot::Snapshot;
use crate::vendor::answer::Answer;
use crate::vendor::request::Params;
use crate::webhooks::Whose;
use crate::wire::body::read;
use crate::wire::profile::Profile;
use crate::wire::response_body::ResponseBody;

const PREFIX: &str = "/__sandbox";
const MAX_BODY: usize = 1 << 20;
/// Snapshots grow with the deliveries that are kept, and with the carriers.
const MAX_SNAPSHOT: usize = 64 << 20;
const MAX_SNAPSHOT_PER_CARRIER: usize = 256;
/// Deliveries may take that long after a leap of the clock.
const LONGEST_FLUSH: Duration = Duration::from_secs(60);

/// An answer of the control API.
pub(super) enum Reply {
    Json(Value),
    Done,
    Refused(u16, String, Option<&'static str>),
}

type Result = std::result::Result<Reply, Reply>;

/// A call of the control API.
pub(super) struct Call<'c> {
    engine: &'c Engine,
    params: Params,
    body: Bytes,
}

impl Call<'_> {
    /// The body, as JSON of a known shape.
    fn json<T: DeserializeOwned>(&self) -> std::result::Result<T, Reply> {
        serde_json::from_slice(&self.body).map_err(|error| bad(format!("the body: {error}")))
    }

    fn number(&self, name: &'static str) -> std::result::Result<Option<u64>, Reply> {
        let parse =
            |text: &str| text.trim().parse().map_err(|_| bad(format!("{name} must be a number, and is {text:?}")));
        self.params.get(name).map(parse).transpose()
    }

    /// As [`Call::number`], with a default, within a range.
    fn count(&self, name: &'static str, default: u64, most: u64) -> std::result::Result<u64, Reply> {
        match self.number(name)?.unwrap_or(default) {
            n if (1..=most).contains(&n) => Ok(n),
            n => Err(bad(format!("{name} must be from 1 to {most}, and is {n}"))),
        }
    }
}

fn bad(error: impl Into<String>) -> Reply {
    Reply::Refused(400, error.into(), Some("See /docs for what this call takes."))
}

fn missing(what: &str) -> Reply {
    Reply::Refused(404, format!("there is no {what} of this number"), None)
}

/// Answers what is for the sandbox itself, or gives the request back.
pub(crate) async fn respond(
    engine: &Arc<Engine>,
    request: Request<Incoming>,
) -> std::result::Result<io::Result<Response<ResponseBody>>, Request<Incoming>> {
    let path = request.uri().path();
    let is_control = path == PREFIX || path.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('/'));
    let asset = console::asset(path);
    if !is_control && asset.is_none() {
        return Err(request);
    }
    if let Some(refusal) = stranger(engine, request.headers()) {
        return Ok(Ok(response(refusal)));
    }
    if let Some((kind, bytes)) = asset {
        return Ok(Ok(page(engine, request.method().as_str(), kind, bytes)));
    }
    let (parts, body) = request.into_parts();
    let most = match (parts.method.as_str(), parts.uri.path()) {
        ("PUT", "/__sandbox/snapshot") => MAX_SNAPSHOT + MAX_SNAPSHOT_PER_CARRIER * engine.world.total as usize,
        _ => MAX_BODY,
    };
    let reply = match read(body, most).await {
        Ok(body) => {
            let params = Params::parse(parts.uri.query().unwrap_or_default().as_bytes());
            let call = Call { engine, params, body };
            let path = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default();
            let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
            route(&call, parts.method.as_str(), &path).await.unwrap_or_else(|refused| refused)
        }
        Err(failure) => match Answer::from(failure).status {
            413 => Reply::Refused(413, format!("the body is larger than {most} bytes"), None),
            status => Reply::Refused(status, "the body did not come whole, or not in time".to_owned(), None),
        },
    };
    Ok(Ok(response(reply)))
}

/// Refuses pages of other sites, which a browser on this machine may have open.
fn stranger(engine: &Engine, headers: &HeaderMap) -> Option<Reply> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_local = matches!(name, "127.0.0.1" | "localhost" | "[::1]" | "");
    if engine.local && !is_local {
        let why = format!("the sandbox is on this machine only, and was called {name:?}");
        return Some(Reply::Refused(403, why, Some("Call it 127.0.0.1 or localhost.")));
    }
    let origin = text(header::ORIGIN)?;
    let own = origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host));
    (!own).then(|| Reply::Refused(403, "pages of other sites may not command the sandbox".to_owned(), None))
}

async fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    let engine = call.engine;
    match (method, path) {
        ("GET", []) => Ok(Reply::Json(sandbox(engine))),
        ("GET", ["openapi.json"]) => {
            let (_, document) = console::asset("/control.json").unwrap_or_default();
            Ok(Reply::Json(serde_json::from_slice(document).unwrap_or_default()))
        }
        ("GET", ["clock"]) => Ok(Reply::Json(clock(engine))),
        ("POST", ["clock"]) => set_clock(call).await,
        (_, ["faults", rest @ ..]) => faults::route(call, method, rest),
        (_, ["requests", rest @ ..]) => requests::route(call, method, rest),
        (_, ["outbox", rest @ ..]) => outbox::route(call, method, rest),
        (_, ["carriers", rest @ ..]) => carriers::route(call, method, rest).await,
        (_, ["webhooks" | "deliveries", ..]) => webhooks::route(call, method, path).await,
        ("POST", ["tokens"]) => spoil_tokens(call),
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
            restored.map(|()| Reply::Done).map_err(|error| Reply::Refused(400, error, None))
        }
        _ => Err(nothing()),
    }
}

fn nothing() -> Reply {
    Reply::Refused(404, "the sandbox has no such address, or not with this method".to_owned(), Some("See /docs."))
}

fn sandbox(engine: &Engine) -> Value {
    let [api, portal] = &engine.addresses;
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "api": api,
        "portal": portal,
        "username": crate::customers::USERNAME,
        "password": crate::customers::PASSWORD,
        "seed": engine.world.seed,
        "carriers": engine.world.total,
        "profile": match engine.profile {
            Profile::Docs => "docs",
            Profile::Wire => "wire",
            Profile::Storm => "storm",
        },
        "customers": engine.customers.all().iter().map(|customer| customer.name.to_string()).collect::<Vec<_>>(),
        "clock": clock(engine),
    })
}

fn clock(engine: &Engine) -> Value {
    json!({ "now": engine.clock.now().iso(), "held": engine.clock.is_held() })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockChange {
    hold: Option<bool>,
    #[serde(default)]
    advance_seconds: u64,
}

async fn set_clock(call: &Call<'_>) -> Result {
    const MOST: u64 = 400 * 86_400;
    let change: ClockChange = call.json()?;
    if change.advance_seconds > MOST {
        return Err(bad(format!("advanceSeconds must be at most {MOST}, which is 400 days")));
    }
    let engine = call.engine;
    if change.hold == Some(true) {
        engine.clock.hold();
    }
    engine.clock.advance(Duration::from_secs(change.advance_seconds));
    if change.hold == Some(false) {
        engine.clock.release();
    }
    engine.settle_vendor();
    flushed(engine, Whose::All).await;
    Ok(Reply::Json(clock(engine)))
}

/// Waits for deliveries, but not for ever: a receiver may be very slow.
async fn flushed(engine: &Engine, whose: Whose<'_>) {
    let _ = tokio::time::timeout(LONGEST_FLUSH, engine.flushed(whose)).await;
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TokenChange {
    #[serde(default)]
    expire: bool,
    #[serde(default)]
    revoke_refresh: bool,
    lifetime_seconds: Option<u64>,
}

fn spoil_tokens(call: &Call<'_>) -> Result {
    let change: TokenChange = call.json()?;
    for tokens in [&call.engine.tokens, &call.engine.portal_tokens] {
        let mut tokens = lock(tokens);
        if change.expire {
            tokens.expire_all();
        }
        if change.revoke_refresh {
            tokens.revoke_refresh();
        }
        if let Some(seconds) = change.lifetime_seconds {
            tokens.set_lifetime(Duration::from_secs(seconds));
        }
    }
    Ok(Reply::Done)
}

fn response(reply: Reply) -> Response<ResponseBody> {
    let (status, body) = match reply {
        Reply::Json(value) => (200, value.to_string()),
        Reply::Done => (204, String::new()),
        Reply::Refused(status, error, advice) => {
            let mut value = json!({ "error": error });
            if let Some(advice) = advice {
                value["try"] = advice.into();
            }
            (status, value.to_string())
        }
    };
    let mut response = Response::new(ResponseBody::whole(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let headers = response.headers_mut();
    if status != 204 {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A file of the console.
fn page(engine: &Engine, method: &str, kind: &'static str, bytes: &'static [u8]) -> Response<ResponseBody> {
    if !matches!(method, "GET" | "HEAD") {
        return response(Reply::Refused(405, "pages are read with GET".to_owned(), None));
    }
    let mut response = Response::new(ResponseBody::whole(Bytes::from_static(bytes)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // The reference calls the portal, too.
    let policy = format!(
        "default-src 'self'; connect-src 'self' {}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         frame-ancestors 'none'",
        engine.addresses[1]
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
