//! Sends what is due, at the sandbox's time: one after the other to one webhook, to all of them side by side.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::engine::Engine;
use crate::webhooks::delivery::sign;
use crate::webhooks::{Attempt, Delivery, Webhook};

/// How long a receiver may take to answer.
const IN_TIME: Duration = Duration::from_secs(10);
/// How often a running clock is looked at.
const TICK: Duration = Duration::from_millis(100);
/// Attempts that are made at the same time, each of another webhook.
const AT_ONCE: usize = 256;
/// How long the first part of an answer's body is waited for.
const FIRST_PART: Duration = Duration::from_millis(500);
/// Characters of an answer that are kept.
const SHOWN: usize = 500;

/// Runs until the task is aborted, which ends all that it has begun.
pub(crate) async fn run(engine: Arc<Engine>) {
    let client = OnceLock::new();
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    let mut senders = JoinSet::new();
    loop {
        let turn = engine.webhooks.turn.notified();
        let idle = engine.webhooks.is_empty();
        // Whoever watches sees what comes with time.
        let watched = engine.watch.is_watched();
        if watched {
            engine.settle_all();
        }
        if !idle {
            engine.settle_subscribers();
            for webhook in engine.webhooks.take_due(engine.clock.now()) {
                let client = client.get_or_init(client_of).clone();
                senders.spawn(send_all(Arc::clone(&engine), client, Arc::clone(&at_once), webhook));
            }
        }
        while senders.try_join_next().is_some() {}
        if (idle && !watched) || engine.clock.is_held() {
            turn.await;
        } else {
            // Woken or not, the clock is looked at.
            let _ = tokio::time::timeout(TICK, turn).await;
        }
    }
}

fn client_of() -> Option<reqwest::Client> {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.timeout(IN_TIME).build().ok()
}

async fn send_all(engine: Arc<Engine>, client: Option<reqwest::Client>, at_once: Arc<Semaphore>, webhook: u64) {
    loop {
        let next = engine.webhooks.next(webhook, engine.clock.now());
        if next.is_empty() {
            return;
        }
        for id in next {
            let _place = at_once.acquire().await;
            let Some(sending) = engine.webhooks.sending(id) else { continue };
            let at = sending.delivery.due.unwrap_or(sending.delivery.at);
            let headers = headers(&sending.webhook, &sending.delivery);
            let answer = match &client {
                Some(client) => send(client, &headers, &sending.delivery).await,
                None => Err("no HTTP client could be made".to_owned()),
            };
            let (status, answer, error) = match answer {
                Ok((status, answer)) => (Some(status), answer, None),
                Err(error) => (None, None, Some(error)),
            };
            engine.webhooks.attempted(&sending, Attempt { status, error, at, headers, answer });
        }
    }
}

/// What goes with a body: none in the older model.
fn headers(webhook: &Webhook, delivery: &Delivery) -> Vec<(&'static str, String)> {
    if webhook.push {
        return vec![("content-length", "0".to_owned())];
    }
    let secret = match webhook.wrong_signature {
        true => format!("not {}", webhook.secret),
        false => webhook.secret.clone(),
    };
    vec![
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("mcp-event", delivery.event.name().to_owned()),
        ("mcp-signature", sign(&secret, delivery.body.as_bytes())),
    ]
}

/// The status and the beginning of the body that the receiver answers.
async fn send(
    client: &reqwest::Client,
    headers: &[(&'static str, String)],
    delivery: &Delivery,
) -> Result<(u16, Option<String>), String> {
    let mut request = client.post(&delivery.url);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    if !delivery.body.is_empty() {
        request = request.body(delivery.body.clone());
    }
    match request.send().await {
        Ok(mut response) => {
            // The status decides; the body is for people to read, and waited for no longer than that.
            let first = tokio::time::timeout(FIRST_PART, response.chunk()).await;
            let body = first.ok().and_then(Result::ok).flatten();
            let text = |part: bytes::Bytes| String::from_utf8_lossy(&part).chars().take(SHOWN).collect();
            Ok((response.status().as_u16(), body.map(text)))
        }
        Err(error) if error.is_timeout() => Err("no answer within 10 seconds".to_owned()),
        Err(error) if error.is_connect() => Err("nobody listens at the address".to_owned()),
        Err(_) => Err("the connection broke".to_owned()),
    }
}
