//! Sends what is due, at the sandbox's time.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::shared::Shared;
use crate::webhook::delivery::sign;
use crate::webhook::{Attempt, Delivery, Webhook};

/// How long a receiver may take to answer.
const IN_TIME: Duration = Duration::from_secs(10);
/// How often a running clock is looked at.
const TICK: Duration = Duration::from_millis(100);

/// Runs until the task is aborted.
pub(crate) async fn run(shared: Arc<Shared>) {
    let client = OnceLock::new();
    loop {
        let asked = shared.webhooks.asked();
        if !shared.webhooks.is_empty() {
            shared.settle_subscribers();
            let due = shared.webhooks.due(shared.clock.now());
            if !due.is_empty() {
                let client = client.get_or_init(client_of);
                let mut sending = JoinSet::new();
                for (webhook, deliveries) in due {
                    sending.spawn(send_all(Arc::clone(&shared), client.clone(), webhook, deliveries));
                }
                while sending.join_next().await.is_some() {}
                continue;
            }
        }
        shared.webhooks.answer(asked);
        let turn = shared.webhooks.turn.notified();
        if shared.webhooks.is_empty() || shared.clock.is_held() {
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

async fn send_all(shared: Arc<Shared>, client: Option<reqwest::Client>, webhook: Webhook, deliveries: Vec<Delivery>) {
    for delivery in deliveries {
        let at = delivery.due.unwrap_or(delivery.at);
        let answer = match &client {
            Some(client) => send(client, &webhook, &delivery).await,
            None => Err("no HTTP client could be made".to_owned()),
        };
        let (status, error) = match answer {
            Ok(status) => (Some(status), None),
            Err(error) => (None, Some(error)),
        };
        shared.webhooks.attempted(delivery.id, Attempt { status, error, at });
    }
}

async fn send(client: &reqwest::Client, webhook: &Webhook, delivery: &Delivery) -> Result<u16, String> {
    let mut request = client.post(&delivery.url);
    if webhook.push {
        request = request.header("content-length", "0");
    } else {
        let secret = match webhook.wrong_signature {
            true => format!("not {}", webhook.secret),
            false => webhook.secret.clone(),
        };
        request = request
            .header("content-type", "application/json; charset=utf-8")
            .header("mcp-event", delivery.event.name())
            .header("mcp-signature", sign(&secret, delivery.body.as_bytes()))
            .body(delivery.body.clone());
    }
    match request.send().await {
        Ok(response) => Ok(response.status().as_u16()),
        Err(error) if error.is_timeout() => Err("no answer within 10 seconds".to_owned()),
        Err(error) if error.is_connect() => Err("nobody listens at the address".to_owned()),
        Err(_) => Err("the connection broke".to_owned()),
    }
}
