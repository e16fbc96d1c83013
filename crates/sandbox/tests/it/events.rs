//! The stream of events: what changes is said, and to no more than a number of listeners.

use std::time::Duration;

use mycarrierpackets_sandbox::{Fault, Sandbox};
use reqwest::Response;
use serde_json::{Value, json};

use crate::Caller;

/// As many as can listen.
const MOST: usize = 64;

async fn start() -> Caller {
    Caller::start(Sandbox::builder().carriers(60).fixed_time(crate::noon())).await
}

async fn listen(caller: &Caller) -> Response {
    caller.client.get(format!("{}/__sandbox/events", caller.sandbox.base_url())).send().await.unwrap()
}

/// The stream up to an event and what it says; panics if that does not come in time.
async fn heard(stream: &mut Response, event: &str) -> String {
    let mut text = String::new();
    let hear = async {
        while !text.contains(event) {
            let part = stream.chunk().await.unwrap().expect("the stream goes on");
            text.push_str(std::str::from_utf8(&part).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(20), hear).await.unwrap_or_else(|_| panic!("no {event:?}"));
    text
}

async fn post(caller: &Caller, path: &str, body: Value) {
    let url = format!("{}/__sandbox/{path}", caller.sandbox.base_url());
    let answer = caller.client.post(url).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{path} {}", answer.status());
}

#[tokio::test]
async fn each_kind_of_change_is_said_with_its_number() {
    let caller = start().await;
    let mut stream = listen(&caller).await;
    assert_eq!(stream.status(), 200);
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let hello = heard(&mut stream, "\n\n").await;
    assert!(hello.starts_with("retry: "), "{hello}");

    caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
    let number = caller.sandbox.requests().last().unwrap().number;
    heard(&mut stream, &format!("event: request\ndata: {{\"number\":{number}}}\n\n")).await;
    let fault = caller.sandbox.fault(Fault::status(503));
    heard(&mut stream, &format!("event: fault\ndata: {{\"number\":{fault}}}")).await;
    caller.sandbox.clear_faults();
    heard(&mut stream, "event: fault\ndata: {\"number\":null}").await;
    post(&caller, "clock", json!({ "advanceSeconds": 60 })).await;
    heard(&mut stream, "event: clock\n").await;
    post(&caller, "carriers/23868/events", json!({ "event": "reportIncident" })).await;
    heard(&mut stream, "event: carrier\ndata: {\"number\":23868}").await;
    caller.json("EmailPacketInvitation", &[("DOTNumber", "23868"), ("carrierEmail", "ada@carrier.example")]).await;
    heard(&mut stream, "event: message\n").await;
    post(&caller, "webhooks", json!({ "url": "http://127.0.0.1:9/mcp" })).await;
    heard(&mut stream, "event: delivery\n").await;
    caller.sandbox.reset();
    heard(&mut stream, "event: carrier\ndata: {\"number\":null}").await;
}

#[tokio::test]
async fn what_comes_with_time_is_said_though_nobody_asks_for_it() {
    let caller = Caller::start(Sandbox::builder().carriers(60).activity(100)).await;
    let mut stream = listen(&caller).await;
    heard(&mut stream, "\n\n").await;
    caller.sandbox.advance(Duration::from_secs(30 * 86_400));
    heard(&mut stream, "event: carrier\n").await;
}

#[tokio::test]
async fn there_is_a_limit_and_whoever_goes_gives_the_place_back() {
    let caller = start().await;
    let mut open = Vec::new();
    for _ in 0..MOST {
        let mut stream = listen(&caller).await;
        heard(&mut stream, "\n\n").await;
        open.push(stream);
    }
    let refused = listen(&caller).await;
    assert_eq!(refused.status(), 503);
    let refusal: Value = refused.json().await.unwrap();
    assert_eq!(refusal["code"], "tooManyStreams");
    open.pop();
    // The sandbox notices in its own time that somebody is no longer there.
    let again = async {
        while listen(&caller).await.status() != 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.expect("the place is free again");
}

#[tokio::test]
async fn a_stream_ends_with_the_sandbox() {
    let caller = start().await;
    let mut stream = listen(&caller).await;
    heard(&mut stream, "\n\n").await;
    drop(caller.sandbox);
    let end = async { while matches!(stream.chunk().await, Ok(Some(_))) {} };
    tokio::time::timeout(Duration::from_secs(20), end).await.expect("it ends");
}
