//! The parts of a document, and what is wrong with one of them.

use serde_json::Value;

/// What is wrong with the document: where, and why.
#[derive(Debug)]
pub struct Fault {
    /// A line and column, or a JSON pointer.
    pub place: String,
    /// What was expected there.
    pub reason: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

/// A fault at `place`.
pub fn fault(place: impl Into<String>, reason: impl Into<String>) -> Fault {
    Fault { place: place.into(), reason: reason.into() }
}

/// The entries of an object; none of anything else.
pub fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Every operation: path, verb, operation object.
pub fn operations(doc: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let verbs = ["get", "post", "put", "delete", "patch"];
    entries(&doc["paths"]).flat_map(move |(path, item)| {
        entries(item).filter(move |(verb, _)| verbs.contains(&verb.as_str())).map(move |(verb, op)| (path, verb, op))
    })
}

/// Follows a `$ref` in place of a schema.
pub fn resolve<'a>(doc: &'a Value, schema: &'a Value) -> &'a Value {
    schema["$ref"].as_str().and_then(|target| doc.pointer(target.strip_prefix('#')?)).unwrap_or(schema)
}

/// The schemas that `at` refers to.
pub fn referred(at: &Value) -> Vec<String> {
    match at {
        Value::Object(map) => {
            let target = map.get("$ref").and_then(Value::as_str);
            let own = target.and_then(|target| target.strip_prefix("#/components/schemas/")).map(str::to_owned);
            own.into_iter().chain(map.values().flat_map(referred)).collect()
        }
        Value::Array(items) => items.iter().flat_map(referred).collect(),
        _ => Vec::new(),
    }
}
