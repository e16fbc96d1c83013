//! The objects that OpenAPI defines, each with its JSON pointer: what is free data, such as an example, is passed over.

use serde_json::Value;

/// One object of a document.
pub struct Node<'a> {
    /// Its JSON pointer.
    pub place: String,
    /// The object.
    pub value: &'a Value,
    /// Whether it is a schema.
    pub is_schema: bool,
}

/// Every object of `doc` that OpenAPI defines, the outer ones first.
pub fn nodes(doc: &Value) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    walk(doc, String::new(), Role::Object, &mut found);
    found
}

/// A step of a JSON pointer.
pub fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Object,
    Schema,
    /// The keys are names that the document's author chose.
    Names,
    SchemaNames,
}

// Whatever stands here is data, not a part of the description.
const DATA: [&str; 4] = ["example", "value", "default", "enum"];
const NAMES: [&str; 14] = [
    "callbacks",
    "content",
    "encoding",
    "examples",
    "headers",
    "links",
    "mapping",
    "parameters",
    "paths",
    "requestBodies",
    "responses",
    "scopes",
    "securitySchemes",
    "variables",
];
const SCHEMAS: [&str; 7] = ["schema", "items", "additionalProperties", "not", "allOf", "anyOf", "oneOf"];

fn walk<'a>(value: &'a Value, place: String, role: Role, found: &mut Vec<Node<'a>>) {
    match value {
        Value::Object(map) => {
            let names = matches!(role, Role::Names | Role::SchemaNames);
            if !names {
                found.push(Node { place: place.clone(), value, is_schema: role == Role::Schema });
            }
            for (key, value) in map {
                if !names && (DATA.contains(&key.as_str()) || key.starts_with("x-")) {
                    continue;
                }
                let role = match (role, key.as_str()) {
                    (Role::Names, _) => Role::Object,
                    (Role::SchemaNames, _) => Role::Schema,
                    (_, "properties" | "schemas") => Role::SchemaNames,
                    (_, key) if SCHEMAS.contains(&key) => Role::Schema,
                    (_, key) if NAMES.contains(&key) && value.is_object() => Role::Names,
                    _ => Role::Object,
                };
                walk(value, format!("{place}/{}", escape(key)), role, found);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                walk(item, format!("{place}/{n}"), role, found);
            }
        }
        _ => {}
    }
}
