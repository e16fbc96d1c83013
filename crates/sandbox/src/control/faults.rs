//! The rules of misbehaviour: listed, added, ended.

use serde_json::{Value, json};

use crate::control::{Call, Reply, Result, bad, missing, nothing};
use crate::wire::fault::{About, Fault, KINDS};

pub(super) fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    let faults = &call.engine.faults;
    match (method, path) {
        ("GET", []) => Ok(Reply::Json(faults.list().into())),
        ("POST", []) => {
            let rules = Fault::list_from_json(&call.body).map_err(bad)?;
            let added: Vec<u64> = rules.into_iter().map(|rule| faults.add(rule)).collect();
            let is_new = |rule: &Value| rule["id"].as_u64().is_some_and(|id| added.contains(&id));
            Ok(Reply::Json(faults.list().into_iter().filter(is_new).collect()))
        }
        ("DELETE", []) => {
            faults.clear();
            Ok(Reply::Done)
        }
        ("GET", ["kinds"]) => {
            let kind = |kind: &About| {
                let example: Value = serde_json::from_str(kind.example).unwrap_or_default();
                json!({ "kind": kind.name(), "about": kind.about, "example": example })
            };
            Ok(Reply::Json(KINDS.iter().map(kind).collect()))
        }
        ("DELETE", [id]) => match id.parse().is_ok_and(|id| faults.remove(id)) {
            true => Ok(Reply::Done),
            false => Err(missing("fault")),
        },
        _ => Err(nothing()),
    }
}
