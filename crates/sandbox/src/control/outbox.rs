//! The outbox: emails and text messages that would have gone out, for tests in any language.

use serde_json::{Value, json};

use crate::control::addresses;
use crate::control::call::Call;
use crate::control::reply::{Code, Reply, Result, bad, missing};
use crate::customers::message::{Message, MessageKind};
use crate::world::clock::Ticks;

pub(super) fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    match (method, path) {
        ("GET", ["outbox"]) => list(call),
        ("DELETE", ["outbox"]) => {
            call.engine.customers.outbox.clear(call.params.get("customer"));
            Ok(Reply::Done)
        }
        ("GET", ["outbox", number]) => {
            let found = number.parse().ok().and_then(|number| call.engine.message(number));
            found
                .map(|message| Reply::Json(shown(&message)))
                .ok_or_else(|| missing(Code::UnknownMessage, "there is no message of this number", "/__sandbox/outbox"))
        }
        _ => Err(addresses::nowhere(method, path)),
    }
}

fn list(call: &Call<'_>) -> Result {
    let named = |name: &str| MessageKind::ALL.into_iter().find(|kind| kind.name() == name);
    let kind = match call.params.get("kind") {
        None => None,
        Some(name) => Some(named(name).ok_or_else(|| {
            let known: Vec<&str> = MessageKind::ALL.iter().map(|kind| kind.name()).collect();
            bad(Code::InvalidValue, format!("there is no kind {name:?}; kinds are {}", known.join(", ")))
        })?),
    };
    let to = call.params.get("to").map(str::trim);
    let after = call.number("after")?.unwrap_or(0);
    let limit = call.count("limit", 100, 1000)? as usize;
    let found = call.engine.outbox(call.params.get("customer"), limit, |letter| {
        letter.number > after
            && kind.is_none_or(|own| own == letter.kind)
            && to.is_none_or(|own| letter.to.trim().eq_ignore_ascii_case(own))
    });
    Ok(Reply::Json(json!({
        "total": found.total,
        "dropped": found.dropped,
        "messages": found.messages.iter().map(shown).collect::<Vec<_>>(),
    })))
}

fn shown(message: &Message) -> Value {
    json!({
        "number": message.number,
        "at": Ticks::from_system(message.at).iso(),
        "customer": message.customer,
        "kind": message.kind,
        "channel": message.channel,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "links": message.links,
    })
}
