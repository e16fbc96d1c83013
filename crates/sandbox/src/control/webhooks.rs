//! Subscriptions and what was sent to them.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::control::{Call, Reply, Result, bad, flushed, missing, nothing};
use crate::webhooks::{Attempt, Delivery, Webhook, WebhookEvent, Whose};

pub(super) async fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    let webhooks = &call.engine.webhooks;
    match (method, path) {
        ("GET", ["webhooks"]) => {
            Ok(Reply::Json(webhooks.all().iter().map(|(id, webhook)| shown(*id, webhook)).collect()))
        }
        ("POST", ["webhooks"]) => {
            let mut members: Map<String, Value> = call.json()?;
            members.remove("id");
            let webhook: Webhook = serde_json::from_value(members.into()).map_err(|error| bad(error.to_string()))?;
            let id = call.engine.subscribe(webhook).map_err(bad)?;
            webhooks.get(id).map(|webhook| Reply::Json(shown(id, &webhook))).ok_or_else(|| missing("webhook"))
        }
        (_, ["webhooks", id, rest @ ..]) => {
            let id = id.parse().map_err(|_| missing("webhook"))?;
            match (method, rest) {
                ("PATCH", []) => change(call, id),
                ("DELETE", []) if webhooks.remove(id) => Ok(Reply::Done),
                ("DELETE", []) => Err(missing("webhook")),
                ("POST", ["events"]) => send(call, id).await,
                _ => Err(nothing()),
            }
        }
        ("GET", ["deliveries"]) => {
            let webhook = call.number("webhook")?;
            let limit = call.count("limit", 100, 1000)? as usize;
            Ok(Reply::Json(webhooks.last(limit, webhook).iter().map(delivery).collect()))
        }
        ("POST", ["deliveries", id, "resend"]) => {
            let id = id.parse().map_err(|_| missing("delivery"))?;
            if !webhooks.resend(id, call.engine.clock.now()) {
                return Err(missing("delivery"));
            }
            sent(call, id).await
        }
        _ => Err(nothing()),
    }
}

fn change(call: &Call<'_>, id: u64) -> Result {
    let changes: Map<String, Value> = call.json()?;
    let apply = |webhook: Webhook| {
        let mut members = serde_json::to_value(webhook).unwrap_or_default();
        if let Value::Object(members) = &mut members {
            members.extend(changes);
            members.remove("id");
        }
        serde_json::from_value(members).map_err(|error| error.to_string())
    };
    call.engine.settle_all();
    let changed = call.engine.webhooks.update(id, apply).ok_or_else(|| missing("webhook"))?;
    changed.map(|webhook| Reply::Json(shown(id, &webhook))).map_err(bad)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    event: WebhookEvent,
    #[serde(default = "sample")]
    dot: i64,
}

fn sample() -> i64 {
    23_868
}

async fn send(call: &Call<'_>, id: u64) -> Result {
    let Wanted { event, dot } = call.json()?;
    let carrier = call.engine.world.by_dot(dot);
    let index = carrier.ok_or_else(|| bad(format!("there is no carrier with DOT number {dot}")))?;
    let delivery = call.engine.send_event(id, event, index).ok_or_else(|| missing("webhook"))?;
    sent(call, delivery).await
}

/// A delivery once its first attempt is over.
async fn sent(call: &Call<'_>, id: u64) -> Result {
    if let Some(own) = call.engine.webhooks.delivery(id) {
        flushed(call.engine, Whose::One(own.webhook)).await;
    }
    call.engine.webhooks.delivery(id).map(|own| Reply::Json(delivery(&own))).ok_or_else(|| missing("delivery"))
}

fn shown(id: u64, webhook: &Webhook) -> Value {
    let mut value = serde_json::to_value(webhook).unwrap_or_default();
    value["id"] = id.into();
    value
}

fn delivery(own: &Delivery) -> Value {
    let attempt =
        |attempt: &Attempt| json!({ "at": attempt.at.iso(), "status": attempt.status, "error": attempt.error });
    json!({
        "id": own.id,
        "webhook": own.webhook,
        "event": own.event,
        "at": own.at.iso(),
        "url": own.url,
        "body": own.body,
        "state": own.state,
        "due": own.due.map(crate::world::clock::Ticks::iso),
        "attempts": own.attempts.iter().map(attempt).collect::<Vec<_>>(),
    })
}
