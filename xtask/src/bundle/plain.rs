//! The flavour for generators that know little: no type that is one or another, no range of statuses, no formats of ours.

use super::parts::pruned;
use crate::document::{nodes::nodes, operations};
use serde_json::{Map, Value};

/// Formats that OpenAPI or JSON Schema has.
const FORMATS: [&str; 9] = ["binary", "byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

/// The document for C#, PHP and whoever else has no type for a union: one is a value of any type there, which the reference
/// code makes a number of before.
pub fn of(doc: &Value) -> Value {
    let mut plain = doc.clone();
    let places: Vec<(String, bool)> = nodes(doc).into_iter().map(|node| (node.place, node.is_schema)).collect();
    for (place, is_schema) in places.iter().rev() {
        let Some(object) = plain.pointer_mut(place).and_then(Value::as_object_mut) else { continue };
        if *is_schema {
            schema(object);
        }
        object.retain(|key, _| !key.starts_with("x-"));
    }
    let all: Vec<(String, String)> = operations(doc).map(|(path, verb, _)| (path.clone(), verb.clone())).collect();
    for (path, verb) in all {
        let responses = plain["paths"][path][verb].get_mut("responses").and_then(Value::as_object_mut);
        if let Some(responses) = responses {
            whole(responses);
        }
    }
    pruned(plain)
}

fn schema(schema: &mut Map<String, Value>) {
    for word in ["anyOf", "oneOf"] {
        schema.remove(word);
    }
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| !FORMATS.contains(&format)) {
        schema.remove("format");
    }
}

/// Ranges of statuses become the default.
fn whole(responses: &mut Map<String, Value>) {
    let server = responses.remove("5XX");
    let client = responses.remove("4XX");
    if let Some(any) = client.or(server) {
        if !responses.keys().any(|status| status.starts_with('4')) {
            responses.insert("400".to_owned(), any.clone());
        }
        responses.insert("default".to_owned(), any);
    }
}
