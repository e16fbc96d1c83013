//! Tokens that are made invalid, and how long new ones are valid.

use std::time::Duration;

use serde_json::Value;

use crate::control::call::Call;
use crate::control::reply::{Reply, Result};
use crate::lock;
use crate::wire::members::Accepts::{Flag, Number};
use crate::wire::members::{Member, optional};

/// A hundred years.
const LONGEST: i64 = 3_153_600_000;
const TAKES: [Member; 3] =
    [optional("expire", Flag), optional("revokeRefresh", Flag), optional("lifetimeSeconds", Number(0, LONGEST))];

pub(crate) fn spoil(call: &Call<'_>) -> Result {
    let change = call.members(&TAKES, r#"{"expire": true}"#)?;
    let flag = |name: &str| change.get(name).and_then(Value::as_bool) == Some(true);
    for tokens in [&call.engine.tokens, &call.engine.portal_tokens] {
        let mut tokens = lock(tokens);
        if flag("expire") {
            tokens.expire_all();
        }
        if flag("revokeRefresh") {
            tokens.revoke_refresh();
        }
        if let Some(seconds) = change.get("lifetimeSeconds").and_then(Value::as_u64) {
            tokens.set_lifetime(Duration::from_secs(seconds));
        }
    }
    Ok(Reply::Done)
}
