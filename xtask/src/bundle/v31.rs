//! OpenAPI 3.1: its schemas are JSON Schema, and webhooks have a place of their own.

use crate::document::nodes::nodes;
use serde_json::{Map, Value, json};

/// The document in OpenAPI 3.1.
pub fn of(doc: &Value) -> Value {
    let mut newer = doc.clone();
    // From within: what is inside of a schema keeps its place until it was changed itself.
    let places: Vec<String> = nodes(doc).into_iter().filter(|node| node.is_schema).map(|node| node.place).collect();
    for place in places.iter().rev() {
        if let Some(schema) = newer.pointer_mut(place).and_then(Value::as_object_mut) {
            *schema = of_schema(std::mem::take(schema));
        }
    }
    newer["openapi"] = "3.1.1".into();
    if let Some(document) = newer.as_object_mut()
        && let Some(webhooks) = document.remove("x-webhooks")
    {
        document.insert("webhooks".to_owned(), webhooks);
    }
    newer
}

/// A schema as JSON Schema 2020-12 has it.
fn of_schema(mut schema: Map<String, Value>) -> Map<String, Value> {
    if let Some(example) = schema.remove("example") {
        schema.insert("examples".to_owned(), json!([example]));
    }
    let nullable = schema.remove("nullable") == Some(Value::Bool(true));
    // `type` is there because 3.0 wants one beside `nullable`; what the others say holds.
    let of_others = schema.contains_key("allOf");
    if of_others {
        schema.remove("type");
    }
    if !nullable {
        return schema;
    }
    match (schema.remove("type"), schema.remove("allOf")) {
        (_, Some(Value::Array(mut parts))) => {
            let one = if parts.len() == 1 { parts.remove(0) } else { json!({"allOf": parts}) };
            schema.insert("anyOf".to_owned(), json!([one, {"type": "null"}]));
        }
        (Some(kind), _) => {
            schema.insert("type".to_owned(), json!([kind, "null"]));
            if let Some(Value::Array(values)) = schema.get_mut("enum") {
                values.push(Value::Null);
            }
        }
        _ => {}
    }
    schema
}
