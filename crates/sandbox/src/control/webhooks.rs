//! Subscriptions and what was sent to them.

use serde_json::{Map, Value, json};

use crate::control::addresses;
use crate::control::call::{Call, checked};
use crate::control::reply::{Code, Refusal, Reply, Result, bad, missing};
use crate::webhooks::{Attempt, Delivery, Webhook, WebhookEvent, Whose};
use crate::wire::members::Accepts::{Flag, Number, OneOf, Several, Words};
use crate::wire::members::{Member, needed, optional};

const EXAMPLE: &str = r#"{"url": "http://127.0.0.1:9000/mcp"}"#;
const EVENTS: [&str; 6] = [
    "carrier.packet.completed",
    "carrier.incident_report.created",
    "carrier.incident_report.updated",
    "carrier.incident_report.retracted",
    "carrier.vin_verification.completed",
    "carrier.user_verification.completed",
];
const TAKES: [Member; 9] = [
    optional("url", Words(1, 2000)),
    optional("customer", Words(1, 100)),
    optional("events", Several(&EVENTS)),
    optional("secret", Words(0, 1000)),
    optional("push", Flag),
    optional("paused", Flag),
    optional("duplicate", Flag),
    optional("reorder", Flag),
    optional("wrongSignature", Flag),
];
/// The carrier of an event that names none.
const SAMPLE: i64 = 23_868;
const OF_EVENT: [Member; 2] = [needed("event", OneOf(&EVENTS)), optional("dot", Number(0, i64::MAX))];

pub(crate) async fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    let webhooks = &call.engine.webhooks;
    match (method, path) {
        ("GET", ["webhooks"]) => {
            Ok(Reply::Json(webhooks.all().iter().map(|(id, webhook)| shown(*id, webhook)).collect()))
        }
        ("POST", ["webhooks"]) => {
            let members = subscription(call)?;
            if !members.contains_key("url") {
                return Err(bad(Code::MissingMember, format!("url is required, as in {EXAMPLE}")));
            }
            let webhook: Webhook = serde_json::from_value(members.into()).map_err(|error| wrong(error.to_string()))?;
            let id = call.engine.subscribe(webhook).map_err(wrong)?;
            webhooks.get(id).map(|webhook| Reply::Json(shown(id, &webhook))).ok_or_else(no_webhook)
        }
        (_, ["webhooks", id, rest @ ..]) => {
            let id = id.parse().map_err(|_| no_webhook())?;
            match (method, rest) {
                ("PATCH", []) => change(call, id),
                ("DELETE", []) if webhooks.remove(id) => Ok(Reply::Done),
                ("DELETE", []) => Err(no_webhook()),
                ("POST", ["events"]) => send(call, id).await,
                _ => Err(addresses::nowhere(method, path)),
            }
        }
        ("GET", ["deliveries"]) => {
            let webhook = call.number("webhook")?;
            let limit = call.count("limit", 100, 1000)? as usize;
            Ok(Reply::Json(webhooks.last(limit, webhook).iter().map(delivery).collect()))
        }
        ("POST", ["deliveries", id, "resend"]) => {
            let id = id.parse().map_err(|_| no_delivery())?;
            if !webhooks.resend(id, call.engine.clock.now()) {
                return Err(no_delivery());
            }
            sent(call, id).await
        }
        _ => Err(addresses::nowhere(method, path)),
    }
}

fn wrong(error: String) -> Refusal {
    bad(Code::InvalidWebhook, error)
}

fn no_webhook() -> Refusal {
    missing(Code::UnknownWebhook, "there is no webhook of this number", "/__sandbox/webhooks")
}

fn no_delivery() -> Refusal {
    missing(Code::UnknownDelivery, "there is no delivery of this number", "/__sandbox/deliveries")
}

/// The members of a subscription, or those that change.
fn subscription(call: &Call<'_>) -> std::result::Result<Map<String, Value>, Refusal> {
    let mut members = call.object(EXAMPLE)?;
    // An answer of the control API can be sent back.
    members.remove("id");
    checked(members, &TAKES, EXAMPLE)
}

fn change(call: &Call<'_>, id: u64) -> Result {
    let changes = subscription(call)?;
    let apply = |webhook: Webhook| {
        let mut members = serde_json::to_value(webhook).unwrap_or_default();
        if let Value::Object(members) = &mut members {
            members.extend(changes);
        }
        serde_json::from_value(members).map_err(|error| error.to_string())
    };
    call.engine.settle_all();
    let changed = call.engine.webhooks.update(id, apply).ok_or_else(no_webhook)?;
    changed.map(|webhook| Reply::Json(shown(id, &webhook))).map_err(wrong)
}

async fn send(call: &Call<'_>, id: u64) -> Result {
    let wanted = call.members(&OF_EVENT, r#"{"event": "carrier.packet.completed", "dot": 23868}"#)?;
    let event = wanted.get("event").cloned().unwrap_or_default();
    let event: WebhookEvent = serde_json::from_value(event).map_err(|error| wrong(error.to_string()))?;
    let dot = wanted.get("dot").and_then(Value::as_i64).unwrap_or(SAMPLE);
    let error = || bad(Code::UnknownCarrier, format!("there is no carrier with DOT number {dot}"));
    let index = call.engine.world.by_dot(dot).ok_or_else(error)?;
    let delivery = call.engine.send_event(id, event, index).ok_or_else(no_webhook)?;
    sent(call, delivery).await
}

/// A delivery once its first attempt is over.
async fn sent(call: &Call<'_>, id: u64) -> Result {
    if let Some(own) = call.engine.webhooks.delivery(id) {
        call.flushed(Whose::One(own.webhook)).await;
    }
    call.engine.webhooks.delivery(id).map(|own| Reply::Json(delivery(&own))).ok_or_else(no_delivery)
}

fn shown(id: u64, webhook: &Webhook) -> Value {
    let mut value = serde_json::to_value(webhook).unwrap_or_default();
    value["id"] = id.into();
    value
}

fn delivery(own: &Delivery) -> Value {
    let attempt = |attempt: &Attempt| {
        let (headers, answer) = (&attempt.headers, &attempt.answer);
        json!({ "at": attempt.at.iso(), "status": attempt.status, "error": attempt.error, "headers": headers, "answer": answer })
    };
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
