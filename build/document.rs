//! Reads `spec/openapi.yaml` and refuses one that the generator or the client could misread.
//!
//! Shared by `build.rs` and `xtask`, so that both see the same document and the same faults.

use serde_json::{Value, json};

#[path = "house.rs"]
pub mod house;
#[path = "nodes.rs"]
pub mod nodes;
#[path = "parts.rs"]
mod parts;
#[path = "rules.rs"]
pub mod rules;

use nodes::escape;
pub use parts::{Fault, entries, fault, operations, referred, resolve};

/// The document as the generator takes it, and as plain JSON for what the generator does not read.
pub struct Document {
    /// For progenitor.
    pub openapi: openapiv3::OpenAPI,
    /// For the operation table and the checks.
    pub json: Value,
}

impl Document {
    /// The document for the generator.
    ///
    /// # Errors
    /// What the generator's own types cannot hold.
    pub fn of(json: Value) -> Result<Self, Vec<Fault>> {
        let openapi = serde_path_to_error::deserialize(for_generator(&json))
            .map_err(|e| vec![fault(pointer(e.path()), e.inner().to_string())])?;
        Ok(Self { openapi, json })
    }
}

/// Parses and checks the document.
///
/// # Errors
/// Every fault found; at least one.
// `xtask` takes the steps one by one.
#[allow(dead_code)]
pub fn parse(yaml: &str) -> Result<Document, Vec<Fault>> {
    let json = read(yaml)?;
    let faults = check(&json);
    if faults.is_empty() { Document::of(json) } else { Err(faults) }
}

/// The document as JSON.
///
/// # Errors
/// What makes it unreadable.
pub fn read(yaml: &str) -> Result<Value, Vec<Fault>> {
    const DEEPEST: usize = 64;
    let json = serde_saphyr::from_str(yaml).map_err(|e| vec![yaml_fault(&e)])?;
    if depth(&json) > DEEPEST {
        return Err(vec![fault("", format!("is nested more than {DEEPEST} deep"))]);
    }
    Ok(json)
}

/// What the rules of every document and of this one refuse.
pub fn check(doc: &Value) -> Vec<Fault> {
    let mut faults = rules::check(doc);
    faults.extend(house::check(doc));
    faults
}

// What progenitor is given. What is null is said where it is used: a nullable component would become an option of its
// own, and its title another name.
fn for_generator(doc: &Value) -> Value {
    let mut doc = plain(doc);
    // The client's own pager keeps to them; a type with a range would be another.
    for (_, parameter) in doc.pointer_mut("/components/parameters").and_then(Value::as_object_mut).into_iter().flatten()
    {
        for word in ["minimum", "maximum", "default"] {
            parameter["schema"].as_object_mut().and_then(|schema| schema.remove(word));
        }
    }
    for (_, schema) in doc.pointer_mut("/components/schemas").and_then(Value::as_object_mut).into_iter().flatten() {
        for word in ["nullable", "title"] {
            schema.as_object_mut().and_then(|schema| schema.remove(word));
        }
    }
    doc
}

// typify compares whole schemas, extensions included, when it looks for a conversion: a sensitive field with an
// extension would lose its redacted type. A `type` beside `allOf`, which OpenAPI 3.0 wants before it lets `nullable`
// count, would hide the `allOf`.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            if let Some(name) = map.get("x-mcp-schema").and_then(Value::as_str) {
                return json!({"$ref": format!("#/components/schemas/{name}")});
            }
            let composed = map.contains_key("allOf");
            let ranged = map.contains_key("4XX");
            map.iter()
                .filter(|(key, _)| !(key.starts_with("x-") || composed && *key == "type"))
                .filter(|(key, _)| !(ranged && is_of_range(key) || *key == "text/html"))
                .map(|(key, value)| (key.clone(), plain(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

// The client distinguishes errors by what is in them: for the generator, one range has one type.
fn is_of_range(status: &str) -> bool {
    status.len() == 3 && status.starts_with('4') && status.ends_with(|c: char| c.is_ascii_digit())
}

fn depth(value: &Value) -> usize {
    let inner = match value {
        Value::Object(map) => map.values().map(depth).max(),
        Value::Array(items) => items.iter().map(depth).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or(0)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(format!("/{}", escape(key))),
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

fn yaml_fault(error: &serde_saphyr::Error) -> Fault {
    let error = error.without_snippet();
    let place = error
        .location()
        .map_or_else(|| "line 1".to_owned(), |at| format!("line {}, column {}", at.line(), at.column()));
    fault(place, error.to_string())
}
