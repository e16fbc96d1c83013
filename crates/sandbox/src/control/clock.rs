//! The sandbox's time: read, held, skipped.

use std::time::Duration;

use serde_json::{Value, json};

use crate::control::call::Call;
use crate::control::reply::{Reply, Result};
use crate::engine::Engine;
use crate::webhooks::Whose;
use crate::wire::members::Accepts::{Flag, Number};
use crate::wire::members::{Member, optional};

/// 400 days.
const MOST: i64 = 400 * 86_400;
const TAKES: [Member; 2] = [optional("hold", Flag), optional("advanceSeconds", Number(0, MOST))];

pub(crate) fn shown(engine: &Engine) -> Value {
    json!({ "now": engine.clock.now().iso(), "held": engine.clock.is_held() })
}

pub(crate) async fn set(call: &Call<'_>) -> Result {
    let change = call.members(&TAKES, r#"{"hold": true, "advanceSeconds": 86400}"#)?;
    let hold = change.get("hold").and_then(Value::as_bool);
    let seconds = change.get("advanceSeconds").and_then(Value::as_u64).unwrap_or(0);
    let engine = call.engine;
    if hold == Some(true) {
        engine.clock.hold();
    }
    engine.clock.advance(Duration::from_secs(seconds));
    if hold == Some(false) {
        engine.clock.release();
    }
    engine.settle_vendor();
    call.flushed(Whose::All).await;
    Ok(Reply::Json(shown(engine)))
}
