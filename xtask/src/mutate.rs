//! JSON broken at random, for tests.

use crate::document::nodes::escape;
use fastrand::Rng;
use serde_json::{Value, json};

/// Every place of a document.
pub fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                places(value, format!("{at}/{}", escape(key)), found);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                places(item, format!("{at}/{n}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

/// `doc` broken in one of its places, and which.
pub fn broken(doc: &Value, places: &[String], rng: &mut Rng) -> (Value, String) {
    let mut now = doc.clone();
    let at = &places[rng.usize(..places.len())];
    let other = doc.pointer(&places[rng.usize(..places.len())]).cloned().unwrap_or_default();
    let odd =
        [json!(null), json!(-1), json!([]), json!({}), json!("é\u{0}"), json!({"$ref": "#/"}), json!([[1.5]]), other];
    let value = odd[rng.usize(..odd.len())].clone();
    let (parent, key) = at.rsplit_once('/').unwrap_or(("", ""));
    match (rng.u8(..3), now.pointer_mut(parent)) {
        (0, Some(Value::Object(map))) => drop(map.remove(key)),
        (1, Some(Value::Object(map))) => {
            let moved = map.remove(key).unwrap_or_default();
            map.insert(format!("{key}X"), moved);
        }
        _ => {
            if let Some(place) = now.pointer_mut(at) {
                *place = value;
            }
        }
    }
    (now, at.clone())
}
