//! What an answer is worth: who gave it, whether it says no, and how long it is waited for.

use crate::support::client::{PREVIEW, builder, everything_of, of_server};
use crate::support::server::{Reply, Request, Server, path_of, token};
use futures::future::join_all;
use mycarrierpackets::resources::{AssociatedQuery, Invitation};
use mycarrierpackets::{Client, Error, ErrorKind, Operation, Result};
use std::error::Error as _;
use std::time::{Duration, Instant};

async fn act(client: &Client, operation: &str) -> Result<()> {
    let carrier = 9_900_001;
    match operation {
        "PreviewCarrier" => client.carriers().preview(carrier).await.map(drop),
        "GetCarrierData" => client.carriers().get(carrier).await.map(drop),
        "GetCarrierIncidentReports" => client.carriers().incidents(carrier).await.map(drop),
        "GetCarrierVINVerifications" => client.carriers().vins(carrier).await.map(drop),
        "GetCarrierRiskAssessment" => client.carriers().risk(carrier).await.map(drop),
        "GetCarrierContacts" => client.carriers().contacts(carrier).await.map(drop),
        "FindAssociatedCarriers" => {
            let query = AssociatedQuery::new().email("ada@carrier.example");
            client.carriers().associated(query).await.map(drop)
        }
        "BlockCarrier" => client.blocking().add(carrier).await.map(drop),
        "RequestMonitoring" => client.monitoring().add(carrier).await.map(drop),
        "EmailPacketInvitation" => client.invitations().send(&Invitation::to("ada@carrier.example")).await.map(drop),
        other => panic!("{other} is not in this test"),
    }
}

const READS: [&str; 7] = [
    "PreviewCarrier",
    "GetCarrierData",
    "GetCarrierIncidentReports",
    "GetCarrierVINVerifications",
    "GetCarrierRiskAssessment",
    "GetCarrierContacts",
    "FindAssociatedCarriers",
];

#[tokio::test]
async fn a_good_status_that_says_no_is_declined_with_the_vendors_words() {
    let bodies = [
        r#"{"$id":"1","Result":false,"Message":"Not today."}"#,
        r#"{"Success":false,"Message":"Not today."}"#,
        r#"[{"Message":"Not today."}]"#,
        "\"Not today.\"",
    ];
    for body in bodies {
        let server = Server::start(move |_| Reply::json(body)).await;
        let client = of_server(&server);
        for operation in READS.into_iter().chain(["BlockCarrier", "RequestMonitoring", "EmailPacketInvitation"]) {
            let error = act(&client, operation).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Declined, "{operation} {body}: {error}");
            assert!(error.is_declined() && !error.is_transient() && !error.may_have_acted(), "{operation} {body}");
            assert_eq!(error.vendor_message(), Some("Not today."), "{operation} {body}");
            assert_eq!(server.count(&path_of(operation)), 1, "{operation} {body}");
        }
        // The way around the handles leads through the same verdict.
        let answer = client.request(Operation::GetCarrierIncidentReports).param("DOTNumber", 9_900_001).send().await;
        assert!(answer.unwrap_err().is_declined(), "{body}");
    }
}

#[tokio::test]
async fn whoever_answers_in_place_of_the_vendor_says_nothing_about_a_carrier_or_an_account() {
    let page = "<html><head><title>Web App - Unavailable</title></head><body>Error 403</body></html>";
    let own = r#"{"Message":"No HTTP resource was found that matches the request URI 'https://a.example/x'."}"#;
    for status in [200, 400, 401, 403, 404, 410] {
        let server = Server::start(move |_| Reply::new(status, "text/html", page)).await;
        let error = act(&of_server(&server), "PreviewCarrier").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{status}: {error}");
        assert!(error.is_transient() && error.message().contains("Web App - Unavailable"), "{status}: {error}");
        assert!(server.calls() >= 3, "{status}: as often as after a 503");
    }
    let server = Server::start(move |_| Reply::json(own).with_status(404)).await;
    let error = act(&of_server(&server), "PreviewCarrier").await.unwrap_err();
    assert_eq!((error.kind(), server.calls()), (ErrorKind::UnexpectedAnswer, 1), "{error}");
    assert!(error.message().contains("nothing at this address"), "{error}");

    let proxy = Server::bare(|_| Reply::new(407, "text/html", "<h1>Login</h1>")).await;
    let error = act(&of_server(&proxy), "PreviewCarrier").await.unwrap_err();
    assert_eq!((error.kind(), error.is_transient()), (ErrorKind::Network, false), "{error}");
    assert!(error.message().contains("proxy") && error.advice().contains("user:password"), "{error}");
}

#[tokio::test]
async fn only_invalid_grant_is_about_the_password() {
    let page = "<html><title>Bad Request</title></html>";
    let cases = [
        (Reply::refused_grant(), ErrorKind::Credentials),
        (Reply::new(400, "text/html", page), ErrorKind::UnexpectedAnswer),
        (Reply::new(403, "text/html", page), ErrorKind::UnexpectedAnswer),
        (Reply::json(r#"{"error":"unsupported_grant_type"}"#).with_status(400), ErrorKind::Refused),
        (Reply::error(403, "Not from this address."), ErrorKind::Refused),
        (Reply::new(407, "", ""), ErrorKind::Network),
    ];
    for (reply, kind) in cases {
        let server = Server::bare(move |_| reply.clone()).await;
        let error = of_server(&server).check_token().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.is_credentials(), error.advice().contains("MCP_USERNAME"), "{error}");
    }
}

#[tokio::test]
async fn an_operation_that_the_account_may_not_use_does_not_cost_everybody_their_token() {
    let server = Server::bare(|request| match request.path.as_str() {
        "/token" => token(&format!("access-{}", request.nth)),
        path if path == path_of("PreviewCarrier") => Reply::json(PREVIEW),
        _ => Reply::error(401, "Authorization has been denied for this request."),
    })
    .await;
    let client = of_server(&server);
    for _ in 0..5 {
        act(&client, "PreviewCarrier").await.unwrap();
        let error = act(&client, "GetCarrierIncidentReports").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    }
    assert_eq!(server.count("/token"), 2, "one renewal, to see that it does not help");
    assert_eq!(server.count(&path_of("GetCarrierIncidentReports")), 6, "and one call for each after that");
}

#[tokio::test]
async fn a_refusal_whose_body_stalls_is_still_a_refusal() {
    for (status, kind) in [(429, ErrorKind::RateLimited), (403, ErrorKind::Forbidden)] {
        let reply = Reply::error(status, "Slow down, you of many calls.").header("retry-after", "999").stall_after(4);
        let server = Server::start(move |_| reply.clone()).await;
        let started = Instant::now();
        let error = act(&of_server(&server), "PreviewCarrier").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_page_in_bulk_that_stands_still_is_given_up() {
    let server = Server::start(|_| Reply::json(r#"{"data":[]}"#).stall_after(4)).await;
    let client = builder(&server.url(), &server.url())
        .timeouts(|timeouts| timeouts.stall = Duration::from_millis(100))
        .build()
        .unwrap();
    let error = client.monitoring().data().read_all(10).await.unwrap_err();
    assert_eq!((error.kind(), server.calls()), (ErrorKind::Timeout, 3), "{error}");
    assert!(error.message().contains("stood still"), "{error}");
}

#[tokio::test]
async fn a_call_that_waits_for_its_next_attempt_is_not_in_flight() {
    let server = Server::start(|request: &Request| {
        if request.query.contains("9900001") && request.nth == 1 {
            Reply::error(429, "Slow down.").header("retry-after", "3")
        } else {
            Reply::json(PREVIEW)
        }
    })
    .await;
    let client = builder(&server.url(), &server.url()).limits(|limits| limits.in_flight = 1).build().unwrap();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.carriers().preview(9_900_001).await.map(drop) }
    });
    while server.calls() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let quick = tokio::time::timeout(Duration::from_secs(2), client.carriers().preview(9_900_002));
    quick.await.expect("the only slot is free while the other call waits").unwrap();
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_document_that_is_being_read_is_in_flight() {
    let document = [b"%PDF-1.7\n".to_vec(), vec![b'x'; 4 << 20], b"%%EOF".to_vec()].concat();
    let server = Server::start(move |request| {
        if request.path == path_of("GetDocument") {
            Reply::new(200, "application/pdf", document.clone())
        } else {
            Reply::json(PREVIEW)
        }
    })
    .await;
    let client = builder(&server.url(), &server.url())
        .limits(|limits| limits.in_flight = 1)
        .timeouts(|timeouts| timeouts.total = Duration::from_millis(500))
        .build()
        .unwrap();
    let blob = mycarrierpackets::types::BlobName::new("certificate-image/7d1c0a44.pdf").unwrap();
    let open = client.documents().get(&blob).await.unwrap();
    let error = act(&client, "PreviewCarrier").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("documents that are open"), "{error}");
    drop(open);
    act(&client, "PreviewCarrier").await.unwrap();
    let whole = client.documents().get(&blob).await.unwrap().bytes().await.unwrap();
    assert!(whole.ends_with(b"%%EOF"));
    act(&client, "PreviewCarrier").await.unwrap();
}

#[tokio::test]
async fn the_servers_clock_is_known_from_its_answers() {
    let server = Server::start(|_| Reply::json(PREVIEW).header("date", "Wed, 18 Mar 2026 08:00:00 GMT")).await;
    let client = of_server(&server);
    assert!(client.server_time().duration_since(jiff::Timestamp::now()).abs() < jiff::SignedDuration::from_secs(2));
    act(&client, "PreviewCarrier").await.unwrap();
    let ahead = client.server_time().duration_since("2026-03-18T08:00:00Z".parse().unwrap());
    assert!(ahead.abs() < jiff::SignedDuration::from_secs(30), "{ahead}");

    let dated = |reply: Reply| reply.header("date", "Wed, 18 Mar 2026 08:00:00 GMT");
    let server = Server::bare(move |request| match request.path.as_str() {
        "/token" => dated(token("access-1")),
        _ => Reply::json(PREVIEW),
    })
    .await;
    let client = of_server(&server);
    client.check_token().await.unwrap();
    let ahead = client.server_time().duration_since("2026-03-18T08:00:00Z".parse().unwrap());
    assert!(ahead.abs() < jiff::SignedDuration::from_secs(30), "a token's answer shows it, too: {ahead}");
}

#[tokio::test]
async fn no_gateway_moves_the_servers_clock() {
    for (status, kind, body) in [
        (200, "text/html", "<html><title>Welcome</title></html>"),
        (503, "text/html", "<html><title>Busy</title></html>"),
        (503, "application/json", "{\"Message\":\"Busy.\"}"),
    ] {
        let reply = move |_: &Request| {
            Reply::new(status, kind, body).header("date", "Sat, 18 Mar 2056 08:00:00 GMT").header("retry-after", "0")
        };
        let server = Server::start(reply).await;
        let client = of_server(&server);
        act(&client, "PreviewCarrier").await.unwrap_err();
        let ahead = client.server_time().duration_since(jiff::Timestamp::now());
        assert!(ahead.abs() < jiff::SignedDuration::from_secs(5), "{status} {kind}: {ahead}");
    }
}

#[tokio::test]
async fn every_waiter_for_a_token_learns_the_cause() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = builder(&format!("http://{free}"), &format!("http://{free}")).build().unwrap();
    let calls = (0..8).map(|_| act(&client, "PreviewCarrier"));
    for called in join_all(calls).await {
        let error: Error = called.unwrap_err();
        assert!(error.message().contains("connection refused"), "{error}");
        assert!(error.source().is_some() && error.clone().source().is_some(), "{error:?}");
        assert!(everything_of(&error).contains("Connection refused"), "the chain leads to the system's own words");
    }
}

#[tokio::test]
async fn display_does_not_repeat_its_source() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let network = act(&builder(&format!("http://{free}"), "http://127.0.0.1").build().unwrap(), "PreviewCarrier").await;
    let input = Error::from("MC".parse::<mycarrierpackets::types::CarrierId>().unwrap_err());
    for error in [network.unwrap_err(), input] {
        let mut source = error.source();
        while let Some(cause) = source {
            assert!(!error.to_string().contains(&cause.to_string()), "{error} / {cause}");
            source = cause.source();
        }
    }
}

#[tokio::test]
async fn several_carriers_where_one_was_asked_for_are_named() {
    let two = r#"[{"DotNumber":9900001,"DocketNumber":"MC990001"},{"DotNumber":9900002}]"#;
    let server = Server::start(move |_| Reply::json(two)).await;
    let error = act(&of_server(&server), "PreviewCarrier").await.unwrap_err();
    assert!(error.message().contains("DOT 9900001 MC990001, DOT 9900002"), "{error}");
}
