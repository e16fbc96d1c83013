//! HTTP: accepts connections, refuses what IIS refuses, and turns answers into responses.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::service::{HttpService, service_fn};
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::engine::Engine;
use crate::engine::spaces::Spaces;
use crate::vendor::answer::{Answer, Failure};
use crate::vendor::request::Params;
use crate::wire::body::read;
use crate::wire::fault::{Applied, Kind, Seen};
use crate::wire::given::Given;
use crate::wire::line::{Line, Reset};
use crate::wire::profile::{Profile, documented};
use crate::wire::record::RecordedRequest;
use crate::wire::respond::{into_response, length_required, speaks_tls};
use crate::wire::response_body::ResponseBody;
use crate::wire::router::{Host, Route};
use crate::wire::tls::Secured;
use crate::world::clock::{SECOND, Ticks};
use crate::{control, lock, portal, vendor};

const MAX_BODY: usize = 1 << 20;

/// Accepts connections until the task is aborted, which ends them all.
pub(crate) async fn accept(listener: TcpListener, spaces: Arc<Spaces>, host: Host) {
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
        let spaces = Arc::clone(&spaces);
        let open = Arc::clone(&spaces.first.connections);
        connections.spawn(async move {
            let _open = open;
            connected(spaces, host, stream).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn connected(spaces: Arc<Spaces>, host: Host, stream: TcpStream) {
    let reset = Reset::default();
    let Some(tls) = &spaces.first.tls else {
        return serve(&spaces, host, &reset, Line::new(stream, reset.clone())).await;
    };
    match Secured::is_meant(&stream).await {
        Some(true) => {
            if let Some(line) = tls.accept(Line::new(stream, reset.clone())).await {
                serve(&spaces, host, &reset, line).await;
            }
        }
        Some(false) => converse(stream, service_fn(async |_| io::Result::Ok(speaks_tls()))).await,
        None => {}
    }
}

async fn serve(spaces: &Arc<Spaces>, host: Host, reset: &Reset, line: impl AsyncRead + AsyncWrite + Unpin) {
    let service = service_fn(move |request| {
        let (spaces, reset) = (Arc::clone(spaces), reset.clone());
        async move { respond(&spaces, host, &reset, request).await }
    });
    converse(line, service).await;
}

async fn converse<S>(line: impl AsyncRead + AsyncWrite + Unpin, service: S)
where
    S: HttpService<Incoming, ResBody = ResponseBody, Error = io::Error>,
{
    // A connection that ends badly ends; there is nobody to notify.
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .title_case_headers(true)
        .serve_connection(TokioIo::new(line), service)
        .await;
}

// An error closes the connection without an answer.
async fn respond(
    spaces: &Spaces,
    host: Host,
    reset: &Reset,
    request: Request<Incoming>,
) -> io::Result<Response<ResponseBody>> {
    if let Some(response) = control::health(&request) {
        return Ok(response);
    }
    let (engine, request) = match control::within(spaces, request) {
        Ok(found) => found,
        Err(response) => return Ok(*response),
    };
    let response = respond_in(spaces, &engine, host, reset, request).await;
    response.map(|response| control::rooted(&engine, response))
}

async fn respond_in(
    spaces: &Spaces,
    engine: &Arc<Engine>,
    host: Host,
    reset: &Reset,
    request: Request<Incoming>,
) -> io::Result<Response<ResponseBody>> {
    let request = match host {
        Host::Api => match control::respond(spaces, engine, request).await {
            Ok(response) => return response,
            Err(request) => request,
        },
        Host::Portal => match portal::respond(engine, request).await {
            Ok(response) => return Ok(response),
            Err(request) => request,
        },
    };
    // The work on an answer is part of the time that the answer takes.
    let mut due = Instant::now();
    let (parts, body) = request.into_parts();
    let origin = parts.headers.get(header::ORIGIN).filter(|origin| host == Host::Portal && is_own(engine, origin));
    if parts.method == Method::OPTIONS
        && let Some(origin) = origin
    {
        return Ok(allowed(Response::new(ResponseBody::whole(Bytes::new())), origin));
    }
    let route = Route::find(host, parts.uri.path());
    let body = read(body, MAX_BODY).await;
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let customer = lock(engine.tokens_of(host)).admits(authorization, engine.clock.now());
    let record = engine.log.recording().then(|| record(engine, route, &parts, &body, customer.as_deref()));
    let running = engine.log.begin(route.name(), record);

    let has_length =
        parts.headers.contains_key(header::CONTENT_LENGTH) || parts.headers.contains_key(header::TRANSFER_ENCODING);
    if engine.require_content_length && parts.method == Method::POST && !has_length {
        let response = length_required();
        running.answered(&response, Bytes::new(), &Applied::default());
        return Ok(response);
    }
    let granted = match route {
        Route::Token => body.as_deref().ok().map(Params::parse),
        Route::PortalToken => Some(Params::parse(parts.uri.query().unwrap_or_default().as_bytes())),
        _ => None,
    };
    // Of a call whose body did not come it is not known what it gives.
    let chooses = body.is_ok() && !matches!(route, Route::SignIn | Route::Nowhere);
    let applied = (chooses && !engine.faults.is_empty()).then(|| {
        // Who asks for a token bears none.
        let named = granted.as_ref().and_then(|params| lock(engine.tokens_of(host)).named(params));
        engine.faults.applied(&Seen {
            operation: route.name(),
            customer: named.as_deref().or(customer.as_deref()),
            given: &given(route, &parts, body.as_deref().unwrap_or_default()),
            renewal: granted.as_ref().is_some_and(|params| params.get("grant_type") == Some("refresh_token")),
            now: engine.clock.now(),
        })
    });
    let applied = applied.unwrap_or_default();
    let fault = applied.answer();
    if fault == Some(&Kind::ResetBefore {}) {
        tokio::time::sleep(applied.delay()).await;
        running.broken(&applied);
        reset.ask();
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    match fault {
        Some(Kind::ExpiredToken {}) => lock(engine.tokens_of(host)).expire(authorization),
        Some(Kind::RevokedTokens {}) => lock(engine.tokens_of(host)).revoke(customer.as_deref().unwrap_or_default()),
        _ => {}
    }
    let refusal = fault.and_then(|kind| kind.before_work(engine.clock.now()));
    let answer = match (refusal, body) {
        (Some(refusal), Ok(_)) => refusal,
        (_, Ok(body)) => {
            if matches!(route, Route::Operation(_) | Route::Packet(_)) {
                due += *lock(&engine.delay);
            }
            answer(engine, host, route, &parts, &body, fault)
        }
        (_, Err(failure)) => failure.into(),
    };
    if !applied.delay().is_zero() {
        tokio::time::sleep(applied.delay()).await;
    }
    if let Some(Kind::ResetAfterWork {} | Kind::LostRotation {}) = fault {
        until(due).await;
        running.broken(&applied);
        if fault == Some(&Kind::ResetAfterWork {}) {
            reset.ask();
        }
        return Err(io::ErrorKind::ConnectionReset.into());
    }
    let answer = match fault {
        Some(kind) => kind.after_work(answer),
        None => answer,
    };
    let now = match fault {
        Some(Kind::DateSkew { seconds }) => engine.clock.now().plus(seconds.saturating_mul(SECOND)),
        _ => skewed(engine.clock.now(), fault),
    };
    let (response, body) = into_response(answer, &parts.headers, engine.compress, now, fault);
    let response = response.map(|body| body.faulty(applied.bytes(), reset));
    until(due).await;
    running.answered(&response, body, &applied);
    Ok(match origin {
        Some(origin) => allowed(response, origin),
        None => response,
    })
}

// A timer, even of a time past, is late by up to a millisecond.
async fn until(due: Instant) {
    if due > Instant::now() {
        tokio::time::sleep_until(due).await;
    }
}

/// Whether an origin has the sandbox's own pages, whose calls of the portal go to another port.
fn is_own(engine: &Engine, origin: &HeaderValue) -> bool {
    origin.to_str().is_ok_and(|origin| engine.hosts.admits_origin(origin, ""))
}

fn allowed(mut response: Response<ResponseBody>, origin: &HeaderValue) -> Response<ResponseBody> {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
    response
}

fn record(
    engine: &Engine,
    route: Route<'_>,
    parts: &http::Parts,
    body: &Result<Bytes, Failure>,
    customer: Option<&str>,
) -> RecordedRequest {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    RecordedRequest {
        number: 0,
        at: engine.clock.now().into_system(),
        customer: customer.map(str::to_owned),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        operation: route.name(),
        query: Params::parse(parts.uri.query().unwrap_or_default().as_bytes()).pairs().to_vec(),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: body.as_deref().unwrap_or_default().to_vec(),
        status: None,
        answer: None,
        fault: None,
        bodies_dropped: false,
        over: false,
        came: SystemTime::now(),
        took: None,
    }
}

fn given<'c>(route: Route<'c>, parts: &http::Parts, body: &'c [u8]) -> Given<'c> {
    let query = Params::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let packet = match route {
        Route::Packet(dot) => Some(dot),
        _ => None,
    };
    Given::new(packet, query.pairs().to_vec(), body)
}

fn skewed(now: Ticks, fault: Option<&Kind>) -> Ticks {
    match fault {
        Some(Kind::ClockSkew { seconds }) => now.plus(seconds.saturating_mul(SECOND)),
        _ => now,
    }
}

fn answer(
    engine: &Engine,
    host: Host,
    route: Route<'_>,
    parts: &http::Parts,
    body: &Bytes,
    fault: Option<&Kind>,
) -> Answer {
    let Some(method) = route.method() else {
        return nowhere(engine, host, parts).into();
    };
    if parts.method.as_str() != method {
        let message = format!("The requested resource does not support http method '{}'.", parts.method);
        return Failure::new(405, message).header("allow", method.to_owned()).into();
    }
    let mut params = Params::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let tokens = engine.tokens_of(host);
    match route {
        Route::Token => return lock(tokens).grant(&Params::parse(body), skewed(engine.clock.now(), fault)),
        Route::SignIn => return Answer::sign_in(),
        Route::PortalToken => return lock(tokens).grant(&params, skewed(engine.clock.now(), fault)),
        _ => {}
    }
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let user = lock(tokens).admits(authorization, engine.clock.now());
    let Some(customer) = user.and_then(|user| engine.customers.of(&user, &engine.world)) else {
        return Failure::new(401, "Authorization has been denied for this request.")
            .header("www-authenticate", "Bearer".to_owned())
            .into();
    };
    let now = skewed(engine.settle(&customer), fault);
    let call = |params| vendor::call::Call {
        world: &engine.world,
        history: &engine.history,
        customer: &customer,
        params,
        now,
        quirk: fault.and_then(Kind::quirk),
    };
    let result = match route {
        Route::Operation(operation) => {
            let bound = if operation.takes_body { params.add_body(body) } else { Ok(()) };
            bound.and_then(|()| (operation.run)(&call(&params)))
        }
        Route::Packet(dot) => vendor::documents::packet(&call(&params), dot),
        Route::Token | Route::PortalToken | Route::SignIn | Route::Nowhere => Err(nowhere(engine, host, parts)),
    };
    let answer = result.unwrap_or_else(Answer::from);
    if engine.profile == Profile::Docs { documented(route.name(), answer) } else { answer }
}

fn nowhere(engine: &Engine, host: Host, parts: &http::Parts) -> Failure {
    let authority = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let target: String = parts.uri.to_string().chars().take(1000).collect();
    let detail = match host {
        Host::Api => "No action was found on the controller 'Carrier' that matches the request.",
        Host::Portal => "No type was found that matches the controller named in the request.",
    };
    let scheme = if engine.tls.is_some() { "https" } else { "http" };
    Failure::not_found(format!(
        "No HTTP resource was found that matches the request URI '{scheme}://{}{target}'.",
        authority.unwrap_or("localhost")
    ))
    .detail(detail)
}

mod http {
    pub(super) use hyper::http::request::Parts;
}
