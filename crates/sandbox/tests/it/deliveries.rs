//! How deliveries go out: side by side to several webhooks, in order to each, to the right address.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use mycarrierpackets_sandbox::{Builder, Sandbox, Webhook, WebhookEvent};
use reqwest::Method;
use serde_json::{Value, json};

use crate::Caller;
use crate::receiver::{Posted, Receiver};

const DAY: Duration = Duration::from_secs(86_400);

fn still() -> Builder {
    Sandbox::builder().carriers(60).fixed_time(crate::noon()).token_lifetime(400 * DAY)
}

fn dot(posted: &Posted) -> u32 {
    let body: Value = serde_json::from_str(&posted.body).unwrap();
    body["eventData"]["carrier"]["dotNumber"].as_u64().unwrap().try_into().unwrap()
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_delays_no_other() {
    let (caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    // It takes the connection and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}/", silent.local_addr().unwrap());
    let slow = caller.sandbox.add_webhook(Webhook::to(&silent)).unwrap();
    let quick = caller.sandbox.add_webhook(Webhook::to(&receiver.url)).unwrap();
    let begun = Instant::now();
    caller.sandbox.send_event(slow, WebhookEvent::PacketCompleted, 23868).unwrap();
    for round in 0..3 {
        // The answer says how the delivery went, and so has waited for it alone.
        let path = format!("{}/__sandbox/webhooks/{quick}/events", caller.sandbox.base_url());
        let event = json!({ "event": "carrier.packet.completed" });
        let sent = caller.client.request(Method::POST, path).json(&event).send().await.unwrap();
        let delivery: Value = sent.json().await.unwrap();
        assert_eq!((receiver.take().len(), &delivery["state"]), (1, &json!("delivered")), "{round}");
    }
    // Nor does what happens for another customer wait.
    let path = format!("{}/__sandbox/carriers/23868/events", caller.sandbox.base_url());
    let event = json!({ "event": "completePacket", "customer": "birke" });
    caller.sandbox.add_webhook(Webhook::to(&receiver.url).customer("birke")).unwrap();
    assert_eq!(caller.client.post(path).json(&event).send().await.unwrap().status(), 204);
    assert_eq!(receiver.take().len(), 1);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let waiting = caller.sandbox.deliveries().into_iter().find(|delivery| delivery.webhook == slow).unwrap();
    assert_eq!(waiting.attempts.len(), 0, "it is still on its way");
}

#[tokio::test]
async fn each_webhook_gets_its_deliveries_in_order() {
    let caller = Caller::start(still()).await;
    let mut receivers = Vec::new();
    for _ in 0..4 {
        let receiver = Receiver::start().await;
        let id = caller.sandbox.add_webhook(Webhook::to(&receiver.url)).unwrap();
        receivers.push((id, receiver));
    }
    let dots = caller.sandbox.dot_numbers();
    for dot in &dots[..25] {
        for (id, _) in &receivers {
            caller.sandbox.send_event(*id, WebhookEvent::PacketCompleted, *dot).unwrap();
        }
    }
    caller.sandbox.deliveries_done().await;
    for (id, receiver) in &receivers {
        let came: Vec<u32> = receiver.take().iter().map(dot).collect();
        assert_eq!(came, dots[..25], "webhook {id}");
    }
}

#[tokio::test]
async fn a_webhook_that_is_gone_or_reset_meanwhile_gets_nothing_more() {
    let (caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    let id = caller.sandbox.add_webhook(Webhook::to(&receiver.url).paused(true)).unwrap();
    caller.sandbox.send_event(id, WebhookEvent::PacketCompleted, 23868).unwrap();
    // What waits for a paused webhook is not due.
    tokio::time::timeout(Duration::from_secs(10), caller.sandbox.deliveries_done()).await.unwrap();
    assert!(caller.sandbox.remove_webhook(id));
    caller.sandbox.deliveries_done().await;
    assert!(receiver.take().is_empty() && caller.sandbox.deliveries().is_empty());
    let id = caller.sandbox.add_webhook(Webhook::to(&receiver.url)).unwrap();
    caller.sandbox.reset();
    assert_eq!(caller.sandbox.send_event(id, WebhookEvent::PacketCompleted, 23868), None);
    let id = caller.sandbox.add_webhook(Webhook::to(&receiver.url)).unwrap();
    caller.sandbox.send_event(id, WebhookEvent::PacketCompleted, 23868).unwrap();
    caller.sandbox.deliveries_done().await;
    assert_eq!(receiver.take().len(), 1);
}

#[tokio::test]
async fn the_older_model_keeps_what_the_address_holds() {
    let (caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    let base = receiver.url.strip_suffix("/mcp").unwrap();
    for (address, posted) in [
        ("/mcp", "/mcp/23868/MC113843"),
        ("/mcp/", "/mcp/23868/MC113843"),
        ("", "/23868/MC113843"),
        ("/mcp?key=a%2Fb&tenant=7", "/mcp/23868/MC113843?key=a%2Fb&tenant=7"),
        ("/mcp/?key=a", "/mcp/23868/MC113843?key=a"),
        ("?key", "/23868/MC113843?key"),
        ("/a%20b/c", "/a%20b/c/23868/MC113843"),
        ("/mcp?key=a#part", "/mcp/23868/MC113843?key=a"),
    ] {
        let id = caller.sandbox.add_webhook(Webhook::to(format!("{base}{address}")).push()).unwrap();
        caller.sandbox.send_event(id, WebhookEvent::PacketCompleted, 23868).unwrap();
        caller.sandbox.deliveries_done().await;
        let paths: Vec<String> = receiver.take().into_iter().map(|posted| posted.path).collect();
        assert_eq!(paths, [posted], "{address}");
        assert!(caller.sandbox.remove_webhook(id));
    }
    let id = caller.sandbox.add_webhook(Webhook::to(format!("{base}/mcp?key=a%2Fb"))).unwrap();
    caller.sandbox.send_event(id, WebhookEvent::PacketCompleted, 23868).unwrap();
    caller.sandbox.deliveries_done().await;
    assert_eq!(receiver.take()[0].path, "/mcp?key=a%2Fb", "and so does the other");
}
