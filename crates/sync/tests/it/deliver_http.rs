//! Events as signed requests, and what becomes of each answer.

use crate::outlet::{SECOND, World};
use crate::place::Place;
use crate::receiver::{Receiver, status};
use mycarrierpackets_sync::Event;
use mycarrierpackets_sync::sink::{Http, NotTaken, Signer, Sink as _};
use mycarrierpackets_sync::store::deliveries;
use std::time::Duration;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEXT: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn signer() -> Signer {
    Signer::new([SECRET, NEXT]).unwrap()
}

/// An event as the store has it.
async fn event() -> Event {
    let place = Place::sqlite();
    let world = World::new(&place).await;
    world.append(&[("4f2a", "DOT:9000001")]).await;
    let due = world.store.read(async |tx| deliveries::due(&tx, "a", "tms", 1).await).await.unwrap();
    Event::of("a", &due[0].recorded)
}

async fn answered(answer: impl Into<String>) -> Result<(), NotTaken> {
    let answer = answer.into();
    let receiver = Receiver::start(move |_| answer.clone()).await;
    Http::new(&receiver.url("/events"), signer()).unwrap().take(&event().await).await
}

#[tokio::test]
async fn a_request_is_a_signed_cloud_event() {
    let receiver = Receiver::start(|_| status("204 No Content", "")).await;
    let mut sink = Http::new(&receiver.url("/events?tenant=7"), signer()).unwrap();
    let event = event().await;
    sink.take(&event).await.unwrap();
    sink.take(&event).await.unwrap();
    let requests = receiver.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.line, "POST /events?tenant=7 HTTP/1.1");
        let header = |name: &str| request.header(name).unwrap();
        assert_eq!(header("content-type"), "application/cloudevents+json; charset=utf-8");
        assert_eq!(header("webhook-id"), "4f2a");
        let timestamp: i64 = header("webhook-timestamp").parse().unwrap();
        assert!((jiff::Timestamp::now().as_second() - timestamp).abs() < 60);
        assert_eq!(header("webhook-signature"), signer().sign("4f2a", timestamp, &request.body));
        assert_eq!(header("webhook-signature").split(' ').count(), 2);
        assert_eq!(serde_json::from_slice::<Event>(&request.body).unwrap(), event);
    }
}

#[tokio::test]
async fn each_answer_is_about_the_event_or_about_the_sink() {
    for good in ["200 OK", "201 Created", "202 Accepted"] {
        answered(status(good, "thanks")).await.unwrap();
    }
    for refused in ["400 Bad Request", "404 Not Found", "409 Conflict", "410 Gone", "422 Unprocessable"] {
        let error = answered(status(refused, "no\r\nsuch   carrier")).await.unwrap_err();
        let NotTaken::Refused(why) = &error else { panic!("{refused}: {error:?}") };
        assert!(why.starts_with("http://127.0.0.1:") && why.ends_with(" no such carrier"), "{why}");
    }
    let down = ["401 Unauthorized", "403 Forbidden", "408 Timeout", "425 Early", "429 Many", "500 Oops", "503 Later"];
    for down in down {
        let error = answered(status(down, "")).await.unwrap_err();
        assert!(matches!(&error, NotTaken::Down { retry_after: None, .. }), "{down}: {error:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Receiver::start(|_| status("204 No Content", "")).await;
    for code in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let answer = format!("HTTP/1.1 {code}\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", other.url("/"));
        let error = answered(answer).await.unwrap_err();
        assert!(matches!(&error, NotTaken::Down { why, .. } if why.contains(&code[..3])), "{error:?}");
    }
    assert_eq!(other.requests().len(), 0);
}

#[tokio::test]
async fn the_time_that_the_receiver_asks_for_is_kept() {
    for (code, value, expected) in [
        ("429 Many", "120".to_owned(), Some(120)),
        ("503 Later", "0".to_owned(), Some(0)),
        ("503 Later", "soon".to_owned(), None),
        ("503 Later", "Wed, 21 Oct 2015 07:28:00 GMT".to_owned(), None),
    ] {
        let answer = format!("HTTP/1.1 {code}\r\nRetry-After: {value}\r\nContent-Length: 0\r\n\r\n");
        let NotTaken::Down { retry_after, .. } = answered(answer).await.unwrap_err() else { panic!("{value}") };
        assert_eq!(retry_after, expected.map(Duration::from_secs), "{value}");
    }
    let at = jiff::fmt::rfc2822::DateTimePrinter::new();
    let at = at.timestamp_to_rfc9110_string(&(jiff::Timestamp::now() + Duration::from_secs(600))).unwrap();
    let answer = format!("HTTP/1.1 429 Many\r\nRetry-After: {at}\r\nContent-Length: 0\r\n\r\n");
    let NotTaken::Down { retry_after, .. } = answered(answer).await.unwrap_err() else { panic!("{at}") };
    assert!(retry_after.is_some_and(|time| (590..=600).contains(&time.as_secs())), "{retry_after:?}");
}

#[tokio::test]
async fn a_receiver_that_is_away_or_silent_is_down_and_its_password_not_shown() {
    // Nobody listens there any more.
    let away = { Receiver::start(|_| String::new()).await.url("/events?key=hunter2") };
    let error = Http::new(&away, signer()).unwrap().take(&event().await).await.unwrap_err();
    assert!(matches!(&error, NotTaken::Down { .. }) && !error.to_string().contains("hunter2"), "{error}");
    let silent = Receiver::silent().await;
    let mut sink = Http::new(&silent.url("/events"), signer()).unwrap().timeout(Duration::from_millis(50));
    let error = sink.take(&event().await).await.unwrap_err();
    assert!(matches!(&error, NotTaken::Down { .. }), "{error:?}");
}

#[test]
fn an_address_elsewhere_must_be_encrypted() {
    for url in ["https://tms.example/events", "http://localhost:8080", "http://127.0.0.1/", "http://[::1]:1/"] {
        Http::new(url, signer()).unwrap();
    }
    for url in
        ["http://tms.example/events", "http://10.0.0.7/", "http://localhost.example/", "ftp://tms.example/", "tms"]
    {
        let error = Http::new(url, signer()).unwrap_err();
        assert!(!error.to_string().contains("tms.example"), "{error}");
    }
    Http::unencrypted("http://10.0.0.7/", signer()).unwrap();
    assert!(Http::unencrypted("ftp://10.0.0.7/", signer()).is_err());
}

/// What the receiver took before it failed is noted, one that it refuses is parked, and the others arrive.
#[tokio::test]
async fn a_receiver_with_moods_gets_every_event() {
    let place = Place::sqlite();
    let world = World::new(&place).await;
    let receiver = Receiver::start(|requests| {
        let event: serde_json::Value = serde_json::from_slice(&requests.last().unwrap().body).unwrap();
        match (requests.len() % 5, event["id"].as_str()) {
            (_, Some("bad")) => status("422 Unprocessable", "no such carrier"),
            (0, _) => status("503 Later", ""),
            _ => status("200 OK", "{}"),
        }
    })
    .await;
    let ids: Vec<String> = (0..12).map(|number| number.to_string()).collect();
    for id in &ids {
        world.append(&[(id, "A")]).await;
    }
    world.append(&[("bad", "B")]).await;
    let mut sink = Http::new(&receiver.url("/"), signer()).unwrap();
    for _ in 0..20 {
        world.deliver(&mut sink).await;
        world.pass(3600 * SECOND);
    }
    let taken = receiver.taken();
    assert_eq!(taken, ids);
    let route = world.route().await;
    assert_eq!((route.waiting, route.parked), (0, 1));
    assert!(route.error.is_some_and(|error| error.ends_with("422 Unprocessable Entity no such carrier")));
}
