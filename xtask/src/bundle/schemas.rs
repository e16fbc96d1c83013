//! A JSON Schema of each type and of each event, whole by itself.

use super::{parts::reach, v31};
use crate::document::entries;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Every schema by the name of its file.
pub fn of(doc: &Value) -> BTreeMap<String, Value> {
    let newer = v31::of(doc);
    let types = entries(&newer["components"]["schemas"]);
    let mut all: BTreeMap<String, Value> =
        types.map(|(name, _)| (format!("schemas/{name}.json"), of_type(&newer, name))).collect();
    for (event, _) in entries(&newer["webhooks"]) {
        all.insert(format!("events/{event}.json"), of_event(&newer, event));
    }
    all
}

fn of_type(doc: &Value, name: &str) -> Value {
    let mut schema = doc["components"]["schemas"][name].clone();
    whole(doc, &mut schema);
    schema
}

/// What the vendor posts: the common body with its type, and the part that is of this type.
fn of_event(doc: &Value, event: &str) -> Value {
    let fields = &doc["components"]["schemas"]["WebhookData"]["properties"];
    let names = |text: &str| text.split('`').skip(1).step_by(2).any(|name| event == name || is_below(event, name));
    let own = entries(fields).filter(|(_, field)| field["description"].as_str().is_some_and(names));
    let own: Vec<&String> = own.map(|(name, _)| name).collect();
    let mut schema = json!({
        "title": event,
        "description": doc["webhooks"][event]["post"]["description"],
        "allOf": [{"$ref": "#/components/schemas/WebhookBody"}],
        "properties": {"eventType": {"const": event}, "eventData": {"required": own}},
        "required": ["eventType", "eventData"],
    });
    whole(doc, &mut schema);
    schema
}

/// `carrier.incident_report.created` is one of `carrier.incident_report`.
fn is_below(event: &str, name: &str) -> bool {
    event.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}

/// Adds what `schema` refers to, and the dialect.
fn whole(doc: &Value, schema: &mut Value) {
    let mut used = BTreeSet::new();
    reach(doc, schema, &mut used);
    let mut parts = Map::new();
    for target in &used {
        if let (Some(name), Some(part)) = (target.strip_prefix("#/components/schemas/"), doc.pointer(&target[1..])) {
            parts.insert(name.to_owned(), part.clone());
        }
    }
    let Some(fields) = schema.as_object_mut() else { return };
    if !parts.is_empty() {
        fields.insert("$defs".to_owned(), Value::Object(parts));
    }
    fields.insert("$schema".to_owned(), DIALECT.into());
    moved(schema);
}

fn moved(at: &mut Value) {
    match at {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                match value {
                    Value::String(target) if key == "$ref" => {
                        *target = target.replace("#/components/schemas/", "#/$defs/");
                    }
                    other => moved(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(moved),
        _ => {}
    }
}
