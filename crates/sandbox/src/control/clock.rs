//! The sandbox's time: read, held, skipped.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::control::call::Call;
use crate::control::reply::{Code, Refusal, Reply, Result, bad};
use crate::engine::Engine;
use crate::watch::Topic;
use crate::webhooks::Whose;
use crate::wire::meant::quoted;
use crate::wire::members::Accepts::{Flag, Number, Words};
use crate::wire::members::{Member, optional};
use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::timeline;

/// 400 days.
const MOST: i64 = 400 * 86_400;
const TAKES: [Member; 3] =
    [optional("hold", Flag), optional("advanceSeconds", Number(0, MOST)), optional("at", Words(1, 40))];
/// How far ahead is looked unless somebody says so.
const AHEAD: i64 = 30 * DAY;
const FURTHEST: i64 = 400 * DAY;

pub(crate) fn shown(engine: &Engine) -> Value {
    json!({ "now": engine.clock.now().iso(), "held": engine.clock.is_held() })
}

pub(crate) async fn set(call: &Call<'_>) -> Result {
    let change = call.members(&TAKES, r#"{"hold": true, "advanceSeconds": 86400}"#)?;
    let hold = change.get("hold").and_then(Value::as_bool);
    let engine = call.engine;
    let ahead = ahead(&change, engine.clock.now())?;
    if hold == Some(true) {
        engine.clock.hold();
    }
    engine.clock.advance(ahead);
    if hold == Some(false) {
        engine.clock.release();
    }
    engine.settle_vendor();
    engine.watch.say(Topic::Clock, None);
    call.flushed(Whose::All).await;
    Ok(Reply::Json(shown(engine)))
}

/// How much is skipped: a number of seconds, or until an instant.
fn ahead(change: &Map<String, Value>, now: Ticks) -> std::result::Result<Duration, Refusal> {
    let seconds = change.get("advanceSeconds").and_then(Value::as_u64);
    match (seconds, change.get("at").and_then(Value::as_str)) {
        (Some(_), Some(_)) => Err(bad(Code::InvalidValue, "advanceSeconds and at exclude each other: give one")),
        (seconds, None) => Ok(Duration::from_secs(seconds.unwrap_or(0))),
        (None, Some(text)) => {
            let at = instant("at", text)?;
            let ticks = at.0 - now.0;
            let known =
                (0..=MOST * SECOND).contains(&ticks).then_some(ticks).and_then(|ticks| u64::try_from(ticks).ok());
            known.map(|ticks| Duration::from_nanos(ticks * 100)).ok_or_else(|| {
                let error = format!("at must be from now, {}, to 400 days later, and is {}", now.iso(), quoted(text));
                Refusal::new(400, Code::InvalidValue, error, "The clock does not go back; POST /__sandbox/reset does.")
            })
        }
    }
}

fn instant(name: &str, text: &str) -> std::result::Result<Ticks, Refusal> {
    let wrong = || bad(Code::InvalidValue, format!("{name} must be an instant in ISO 8601, and is {}", quoted(text)));
    Ticks::parse(text).ok_or_else(wrong)
}

/// What happens to carriers with time, from an instant on.
pub(crate) fn events(call: &Call<'_>) -> Result {
    let engine = call.engine;
    let given = |name: &str| call.params.get(name).map(|text| instant(name, text)).transpose();
    let from = given("from")?.unwrap_or_else(|| engine.clock.now().plus(1));
    let to = given("to")?.unwrap_or_else(|| from.plus(AHEAD)).min(from.plus(FURTHEST));
    let (events, more) = timeline::first(&engine.world, from, to, call.count("limit", 20, 200)? as usize);
    let shown = |event: &timeline::Event| {
        let name = crate::world::company::Company::of(&engine.world, event.index).name;
        json!({ "at": event.at.iso(), "dot": engine.world.dot(event.index), "name": name, "what": event.what })
    };
    Ok(Reply::Json(json!({ "events": events.iter().map(shown).collect::<Vec<_>>(), "more": more })))
}
