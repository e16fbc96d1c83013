//! The rules of misbehaviour: listed, added, ended.

use serde_json::{Value, json};

use crate::control::addresses;
use crate::control::call::Call;
use crate::control::reply::{Code, Reply, Result, bad, missing};
use crate::wire::fault::{About, Fault, KINDS};

pub(crate) fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    let faults = &call.engine.faults;
    match (method, path) {
        ("GET", ["faults"]) => Ok(Reply::Json(faults.list().into())),
        ("POST", ["faults"]) => {
            let rules = Fault::list_from_json(&call.body).map_err(|error| bad(Code::InvalidFault, error))?;
            let added: Vec<u64> = rules.into_iter().map(|rule| faults.add(rule)).collect();
            let is_new = |rule: &Value| rule["id"].as_u64().is_some_and(|id| added.contains(&id));
            Ok(Reply::Json(faults.list().into_iter().filter(is_new).collect()))
        }
        ("DELETE", ["faults"]) => {
            faults.clear();
            Ok(Reply::Done)
        }
        ("GET", ["faults", "kinds"]) => {
            let kind = |kind: &About| {
                let example: Value = serde_json::from_str(kind.example).unwrap_or_default();
                json!({ "kind": kind.name(), "about": kind.about, "example": example })
            };
            Ok(Reply::Json(KINDS.iter().map(kind).collect()))
        }
        // It is not the number of a rule.
        (_, ["faults", "kinds"]) => Err(addresses::nowhere(method, path)),
        ("DELETE", ["faults", id]) => match id.parse().is_ok_and(|id| faults.remove(id)) {
            true => Ok(Reply::Done),
            false => Err(missing(Code::UnknownFault, "there is no fault of this number", "/__sandbox/faults")),
        },
        _ => Err(addresses::nowhere(method, path)),
    }
}
