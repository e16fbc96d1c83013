//! References are resolved as a tree of values would resolve them, and bytes that are no JSON do no harm.

use mycarrierpackets::fuzzing;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The largest result that is allowed.
const MOST: usize = 1 << 16;

/// Checks the bytes as they are, and a tree that they describe.
pub fn check(data: &[u8]) {
    raw(data);
    let mut plan = Plan { bytes: data.iter(), ids: 0 };
    let tree = plan.value(0);
    let text = tree.to_string();
    let Some(resolved) = fuzzing::resolve(text.as_bytes(), MOST) else { return };
    let resolved: Value = serde_json::from_slice(&resolved).unwrap_or_else(|e| panic!("{e}: {text}"));
    let mut objects = HashMap::new();
    collect(&tree, &mut Vec::new(), &mut objects);
    let mut followed = follow(&tree, &mut Vec::new(), &mut Vec::new(), &objects);
    // Numbers are left out where there is a reference that they could be meant by.
    if refers(&tree) {
        strip(&mut followed);
    }
    assert_eq!(resolved, followed, "{text}");
}

fn raw(data: &[u8]) {
    let Some(resolved) = fuzzing::resolve(data, MOST) else { return };
    assert!(resolved.len() <= MOST.max(data.len()));
    if serde_json::from_slice::<IgnoredAny>(data).is_ok() {
        assert!(serde_json::from_slice::<IgnoredAny>(&resolved).is_ok(), "{:?}", String::from_utf8_lossy(data));
    }
}

/// A tree as the server writes one: each object with a number of its own, and references before and after it.
struct Plan<'a> {
    bytes: std::slice::Iter<'a, u8>,
    ids: u32,
}

impl Plan<'_> {
    fn value(&mut self, depth: u32) -> Value {
        const TEXTS: [&str; 4] = ["", "a \"quoted\" text", "{\"$ref\":\"1\"}", "}\\"];
        let Some(byte) = self.bytes.next() else { return Value::Null };
        let choice = byte >> 3;
        match byte & 7 {
            0 => json!(choice),
            1 => json!(TEXTS[usize::from(choice) % TEXTS.len()]),
            2 | 3 => json!({"$ref": (u32::from(choice) % (self.ids + 3)).to_string()}),
            _ if depth > 6 => Value::Null,
            4 | 5 => (0..choice % 4).map(|_| self.value(depth + 1)).collect(),
            _ => {
                self.ids += 1;
                let mut fields = Map::from_iter([("$id".to_owned(), json!(self.ids.to_string()))]);
                for name in ["a", "b", "c"].iter().take(usize::from(choice % 4)) {
                    fields.insert((*name).to_owned(), self.value(depth + 1));
                }
                Value::Object(fields)
            }
        }
    }
}

fn refers(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.contains_key("$ref") || fields.values().any(refers),
        Value::Array(items) => items.iter().any(refers),
        _ => false,
    }
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("$id");
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Each object with the numbers of those around it.
type Objects<'a> = HashMap<&'a str, (&'a Value, Vec<&'a str>)>;

fn collect<'a>(value: &'a Value, around: &mut Vec<&'a str>, objects: &mut Objects<'a>) {
    match value {
        Value::Object(fields) => {
            let id = fields.get("$id").and_then(Value::as_str);
            if let Some(id) = id {
                objects.insert(id, (value, around.clone()));
            }
            around.extend(id);
            fields.values().for_each(|field| collect(field, around, objects));
            around.truncate(around.len() - usize::from(id.is_some()));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, around, objects)),
        _ => {}
    }
}

// An object is null inside itself: where it stands, and where a reference on the way stands.
fn follow<'a>(
    value: &'a Value,
    around: &mut Vec<&'a str>,
    followed: &mut Vec<Vec<&'a str>>,
    objects: &Objects<'a>,
) -> Value {
    match value {
        Value::Object(fields) => {
            if let Some(target) = fields.get("$ref").and_then(Value::as_str) {
                let cycle = around.contains(&target) || followed.iter().any(|places| places.contains(&target));
                let Some((object, place)) = objects.get(target).filter(|_| !cycle) else { return Value::Null };
                followed.push(around.clone());
                let resolved = follow(object, &mut place.clone(), followed, objects);
                followed.pop();
                return resolved;
            }
            let id = fields.get("$id").and_then(Value::as_str);
            around.extend(id);
            let resolved = fields.iter().map(|(name, field)| (name.clone(), follow(field, around, followed, objects)));
            let resolved = resolved.collect();
            around.truncate(around.len() - usize::from(id.is_some()));
            Value::Object(resolved)
        }
        Value::Array(items) => items.iter().map(|item| follow(item, around, followed, objects)).collect(),
        other => other.clone(),
    }
}
