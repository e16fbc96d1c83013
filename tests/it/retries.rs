//! Retries: what may act twice is sent once, a transient failure is tried again, and a failing server is not flooded.

use crate::support::client::{PREVIEW, builder, of_server};
use crate::support::server::{Reply, Request, Server, path_of};
use mycarrierpackets::resources::{Invitation, UserVerification, VinVerification};
use mycarrierpackets::{Client, Error, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The operations that act each time they are called.
const ONCE: [&str; 3] = ["EmailPacketInvitation", "RequestUserVerification", "RequestVINVerification"];

async fn act(client: &Client, operation: &str) -> Result<(), Error> {
    match operation {
        "EmailPacketInvitation" => {
            let invitation = Invitation::to("dispatch@carrier.example").carrier("23868");
            client.invitations().send(&invitation).await.map(drop)
        }
        "RequestUserVerification" => {
            let person = UserVerification::new("23868", "ada@carrier.example");
            client.verification().user(&person).await.map(drop)
        }
        "RequestVINVerification" => {
            client.verification().vin(&VinVerification::new("23868", "555-555-0123")).await.map(drop)
        }
        "BlockCarrier" => client.blocking().add("23868").await.map(drop),
        "RequestMonitoring" => client.monitoring().add("23868").await.map(drop),
        "CancelMonitoring" => client.monitoring().remove("23868").await.map(drop),
        "UnblockCarrier" => client.blocking().remove("23868").await.map(drop),
        "PreviewCarrier" => client.carriers().preview("23868").await.map(drop),
        other => panic!("{other} is not in this test"),
    }
}

fn good_for(request: &Request) -> Reply {
    Reply::json(if request.path == path_of("PreviewCarrier") { PREVIEW } else { r#"{"Message":"Done."}"# })
}

#[tokio::test]
async fn a_command_is_not_repeated_after_it_may_have_acted() {
    let good = || Reply::json(r#"{"Message":"The invitation has been sent."}"#);
    let cases = [
        ("cut off", good().cut_after(20), ErrorKind::Network),
        ("cut off at once", good().cut_after(0), ErrorKind::Network),
        ("cut off between chunks", good().chunked().cut_after(20), ErrorKind::Network),
        ("no answer", Reply::hang_up(), ErrorKind::Network),
        ("stalled", good().stall_after(20), ErrorKind::Timeout),
        ("408", Reply::error(408, "Timeout."), ErrorKind::Refused),
        ("500", Reply::error(500, "An error has occurred."), ErrorKind::Server),
        ("502", Reply::new(502, "text/html", "<h1>Bad gateway</h1>"), ErrorKind::Server),
        ("503", Reply::error(503, "Busy.").header("retry-after", "0"), ErrorKind::Server),
        ("504", Reply::error(504, "Gateway timeout."), ErrorKind::Server),
        ("302", Reply::new(302, "", "").header("location", "/Account/Login"), ErrorKind::UnexpectedAnswer),
        ("a page", Reply::new(200, "text/html", "<h1>Sign in</h1>"), ErrorKind::UnexpectedAnswer),
    ];
    for (name, reply, kind) in cases {
        let server = Server::start(move |_| reply.clone()).await;
        let attempt = if kind == ErrorKind::Timeout { Duration::from_millis(300) } else { Duration::from_secs(30) };
        let client =
            builder(&server.url(), &server.url()).timeouts(|timeouts| timeouts.attempt = attempt).build().unwrap();
        for operation in ONCE {
            let error = act(&client, operation).await.unwrap_err();
            assert_eq!(server.count(&path_of(operation)), 1, "{operation}, {name}: {error}");
            assert_eq!((error.kind(), error.attempts()), (kind, 1), "{operation}, {name}: {error}");
            assert!(error.may_have_acted() && !error.is_transient(), "{operation}, {name}: {error}");
            assert!(error.to_string().contains("check before you repeat"), "{error}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_says_that_it_may_have_acted() {
    for body in [r#"{"Message":"Sent."}{}"#, r#"{"VinVerificationRequestID":"#, "[{},{}]"] {
        let server = Server::start(move |_| Reply::json(body)).await;
        let error = act(&of_server(&server), "RequestVINVerification").await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Decode, true), "{body}: {error}");
        assert_eq!(server.calls(), 1);
    }
}

#[tokio::test]
async fn a_command_is_repeated_where_nothing_was_done() {
    let cases = [
        ("401", Reply::error(401, "Authorization has been denied for this request.")),
        ("429", Reply::error(429, "Too many requests.")),
        ("429 with a time", Reply::error(429, "Too many requests.").header("retry-after", "0")),
    ];
    for (name, refusal) in cases {
        let server =
            Server::start(move |request| if request.nth == 1 { refusal.clone() } else { good_for(request) }).await;
        let client = of_server(&server);
        for operation in ONCE {
            act(&client, operation).await.unwrap();
            assert_eq!(server.count(&path_of(operation)), 2, "{operation}, {name}");
        }
    }
    for status in [400, 403, 404, 422] {
        let server = Server::start(move |_| Reply::error(status, "No.")).await;
        for operation in ONCE {
            let error = act(&of_server(&server), operation).await.unwrap_err();
            assert!(!error.may_have_acted(), "{status} is a clear refusal");
            assert_eq!(server.count(&path_of(operation)), 1, "{operation}, {status}");
        }
    }
}

/// Leads every other look-up to an address where nobody listens.
struct Flaky(Arc<AtomicUsize>);

impl reqwest::dns::Resolve for Flaky {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let dead = self.0.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        let address = IpAddr::from([127, 0, 0, if dead { 99 } else { 1 }]);
        Box::pin(async move { Ok(Box::new(std::iter::once(SocketAddr::new(address, 0))) as reqwest::dns::Addrs) })
    }
}

#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    let server = Server::start(good_for).await;
    let lookups = Arc::new(AtomicUsize::new(0));
    let http = reqwest::Client::builder().no_proxy().dns_resolver(Arc::new(Flaky(lookups.clone()))).build().unwrap();
    let address = format!("http://localhost:{}", server.port());
    let client = builder(&address, &address).http_client(http).build().unwrap();
    client.check_token().await.unwrap();
    for (n, operation) in ONCE.into_iter().chain(["PreviewCarrier"]).enumerate() {
        act(&client, operation).await.unwrap();
        assert_eq!(server.count(&path_of(operation)), 1, "{operation}");
        assert_eq!(lookups.load(Ordering::Relaxed), 1 + 2 * (n + 1), "one connection failed, one did not");
    }
}

#[tokio::test]
async fn reads_and_what_leaves_one_state_are_tried_three_times() {
    let operations = ["PreviewCarrier", "BlockCarrier", "UnblockCarrier", "RequestMonitoring", "CancelMonitoring"];
    let cases = [
        ("500", Reply::error(500, "An error has occurred.")),
        ("502", Reply::new(502, "text/html", "<h1>Bad gateway</h1>")),
        ("503", Reply::error(503, "Busy.")),
        ("504", Reply::error(504, "Gateway timeout.")),
        ("408", Reply::error(408, "Timeout.")),
        ("429", Reply::error(429, "Too many requests.")),
        ("no answer", Reply::hang_up()),
        ("cut off", Reply::json(PREVIEW).cut_after(10)),
        ("cut off between chunks", Reply::json(PREVIEW).chunked().cut_after(10)),
    ];
    for (name, failure) in cases {
        let always = failure.clone();
        let failing = Server::start(move |_| always.clone()).await;
        let passing =
            Server::start(move |request| if request.nth < 3 { failure.clone() } else { good_for(request) }).await;
        for operation in operations {
            let error = act(&of_server(&failing), operation).await.unwrap_err();
            assert_eq!((error.attempts(), failing.count(&path_of(operation))), (3, 3), "{operation}, {name}: {error}");
            assert!(!error.may_have_acted() && error.to_string().contains("3 attempts"), "{error}");
            act(&of_server(&passing), operation).await.unwrap();
            assert_eq!(passing.count(&path_of(operation)), 3, "{operation}, {name}");
        }
    }
    for status in [400, 403, 404, 405, 501] {
        let server = Server::start(move |_| Reply::error(status, "No.")).await;
        act(&of_server(&server), "PreviewCarrier").await.unwrap_err();
        assert_eq!(server.calls(), 1, "{status} will not pass");
    }
}

async fn throttled_once(retry_after: &'static str) -> Server {
    Server::start(move |request| match request.nth {
        1 => Reply::error(429, "Too many requests.").header("retry-after", retry_after),
        _ => good_for(request),
    })
    .await
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let server = throttled_once("2").await;
    let started = Instant::now();
    act(&of_server(&server), "PreviewCarrier").await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn retry_after_may_be_a_date() {
    let server = throttled_once("Wed, 18 Mar 2026 08:00:01 GMT").await;
    let now: jiff::Timestamp = "2026-03-18T08:00:00Z".parse().unwrap();
    let client = builder(&server.url(), &server.url()).clock(move || now).dice(|| 0.0).build().unwrap();
    let started = Instant::now();
    act(&client, "PreviewCarrier").await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1), "{:?}", started.elapsed());
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn a_retry_after_past_the_cap_is_reported_and_not_waited_for() {
    for (header, seconds) in [("121", 121), ("86400", 86400), ("18446744073709551615", u64::MAX)] {
        let server = throttled_once(header).await;
        let error = act(&of_server(&server), "PreviewCarrier").await.unwrap_err();
        assert_eq!((error.kind(), server.calls()), (ErrorKind::RateLimited, 1));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)));
        assert!(error.to_string().contains(&format!("Call again in {seconds} s")), "{error}");
        assert!(error.is_rate_limited() && error.is_transient());
    }
}

#[tokio::test]
async fn all_calls_share_one_budget_of_retries() {
    let server = Server::start(|_| Reply::error(500, "An error has occurred.")).await;
    let client = builder(&server.url(), &server.url()).retry(|retry| retry.budget = 3 * 14).build().unwrap();
    client.check_token().await.unwrap();
    for _ in 0..10 {
        act(&client, "PreviewCarrier").await.unwrap_err();
    }
    assert_eq!(server.calls(), 10 + 3, "three retries, then none");
}

#[tokio::test]
async fn one_attempt_switches_retries_off() {
    let server = Server::start(|_| Reply::error(500, "An error has occurred.")).await;
    let client = builder(&server.url(), &server.url()).retry(|retry| retry.attempts = 1).build().unwrap();
    let error = act(&client, "PreviewCarrier").await.unwrap_err();
    assert_eq!((error.attempts(), server.calls()), (1, 1));
}

#[tokio::test]
async fn a_stalled_attempt_ends_and_is_tried_again() {
    let server = Server::start(|request| match request.nth {
        1 => Reply::json(PREVIEW).after(Duration::from_secs(60)),
        2 => Reply::json(PREVIEW).stall_after(5),
        _ => Reply::json(PREVIEW),
    })
    .await;
    let attempt = Duration::from_millis(500);
    let client = builder(&server.url(), &server.url()).timeouts(|timeouts| timeouts.attempt = attempt).build().unwrap();
    let started = Instant::now();
    act(&client, "PreviewCarrier").await.unwrap();
    assert!(started.elapsed() >= 2 * attempt, "{:?}", started.elapsed());
    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn the_whole_call_has_a_time_too() {
    let dripping = Server::start(|_| Reply::json(PREVIEW).drip(Duration::from_secs(1))).await;
    let failing = Server::start(|_| Reply::error(503, "Busy.").header("retry-after", "1")).await;
    let total = Duration::from_millis(400);
    for (server, kind) in [(dripping, ErrorKind::Timeout), (failing, ErrorKind::Server)] {
        let client = builder(&server.url(), &server.url()).timeouts(|timeouts| timeouts.total = total).build().unwrap();
        client.check_token().await.unwrap();
        let error = act(&client, "PreviewCarrier").await.unwrap_err();
        assert_eq!((error.kind(), error.attempts(), server.calls()), (kind, 1, 1), "{error}");
    }
}

#[tokio::test]
async fn the_longest_times_mean_no_limit() {
    let server = throttled_once("18446744073709551615").await;
    let client = builder(&server.url(), &server.url())
        .timeouts(|timeouts| {
            (timeouts.attempt, timeouts.total, timeouts.token) = (Duration::MAX, Duration::MAX, Duration::MAX)
        })
        .retry(|retry| retry.max_retry_after = Duration::MAX)
        .build()
        .unwrap();
    let error = act(&client, "PreviewCarrier").await.unwrap_err();
    assert_eq!((error.kind(), server.calls()), (ErrorKind::RateLimited, 1), "nobody lives to see it");
    act(&client, "PreviewCarrier").await.unwrap();
}
