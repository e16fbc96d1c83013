//! Reads `spec/openapi.yaml` and refuses one that the generator or the client could misread.
//!
//! Shared by `build.rs` and `xtask`, so that both see the same document and the same faults.

use serde_json::{Map, Value, json};

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

/// How far schemas are followed through others.
const DEPTH: u8 = 16;

fn fault(place: impl Into<String>, reason: impl Into<String>) -> Fault {
    Fault { place: place.into(), reason: reason.into() }
}

/// The document as the generator takes it, and as plain JSON for what the generator does not read.
pub struct Document {
    /// For progenitor.
    pub openapi: openapiv3::OpenAPI,
    /// For the operation table and the checks.
    pub json: Value,
}

/// Parses and checks the document.
///
/// # Errors
/// Every fault found; at least one.
pub fn parse(yaml: &str) -> Result<Document, Vec<Fault>> {
    let json: Value = serde_saphyr::from_str(yaml).map_err(|e| vec![yaml_fault(&e)])?;
    let faults = check(&json);
    if !faults.is_empty() {
        return Err(faults);
    }
    let openapi = serde_path_to_error::deserialize(for_generator(&json))
        .map_err(|e| vec![fault(e.path().to_string(), e.inner().to_string())])?;
    Ok(Document { openapi, json })
}

// What progenitor is given. typify compares whole schemas, extensions included, when it looks for a conversion: a
// sensitive field with an extension would lose its redacted type. A `type` beside `allOf`, which OpenAPI 3.0 wants
// before it lets `nullable` count, would hide the `allOf`. What is null is said where it is used: a nullable component
// would become an option of its own.
fn for_generator(doc: &Value) -> Value {
    let mut doc = plain(doc);
    for schema in doc.pointer_mut("/components/schemas").and_then(Value::as_object_mut).into_iter().flatten() {
        for word in ["nullable", "title"] {
            schema.1.as_object_mut().and_then(|schema| schema.remove(word));
        }
    }
    doc
}

fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            if let Some(name) = map.get("x-mcp-schema").and_then(Value::as_str) {
                return json!({"$ref": format!("#/components/schemas/{name}")});
            }
            let composed = map.contains_key("allOf");
            map.iter()
                .filter(|(key, _)| !key.starts_with("x-") && !(composed && *key == "type"))
                .map(|(key, value)| (key.clone(), plain(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn yaml_fault(error: &serde_saphyr::Error) -> Fault {
    let error = error.without_snippet();
    let place = error
        .location()
        .map_or_else(|| "line unknown".to_owned(), |at| format!("line {}, column {}", at.line(), at.column()));
    fault(place, error.to_string())
}

fn check(doc: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !doc["openapi"].as_str().is_some_and(|v| v.starts_with("3.0.")) {
        faults.push(fault("/openapi", "must be 3.0.x"));
    }
    check_refs(doc, doc, "", &mut faults);
    check_operations(doc, &mut faults);
    for (name, schema) in entries(&doc["components"]["schemas"]) {
        // The only schema that is sent and never answered may require what it must carry.
        if name != "TokenRequest" {
            check_generous(doc, schema, &format!("/components/schemas/{name}"), &mut faults);
        }
    }
    faults
}

pub fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn check_refs(doc: &Value, at: &Value, place: &str, faults: &mut Vec<Fault>) {
    match at {
        Value::Object(map) => {
            for (key, value) in map {
                let place = format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
                // Examples show the wire's own `$ref`, which points into the answer.
                if key == "examples" || key == "example" {
                    continue;
                }
                if let (true, Some(target)) = (key == "$ref", value.as_str()) {
                    let found = target.strip_prefix('#').and_then(|p| doc.pointer(p));
                    if found.is_none() {
                        faults.push(fault(place, format!("`{target}` is not in the document")));
                    }
                } else {
                    check_refs(doc, value, &place, faults);
                }
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                check_refs(doc, item, &format!("{place}/{n}"), faults);
            }
        }
        _ => {}
    }
}

fn check_operations(doc: &Value, faults: &mut Vec<Fault>) {
    let tags: Vec<_> = doc["tags"].as_array().into_iter().flatten().collect();
    let mut seen = Map::new();
    for (path, verb, op) in operations(doc) {
        let place = format!("/paths/{}/{verb}", path.replace('/', "~1"));
        let id = op["operationId"].as_str().unwrap_or_default();
        let snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if id.is_empty() || !id.chars().all(snake) {
            faults.push(fault(&place, "needs a snake_case operationId"));
        }
        if let Some(other) = seen.insert(id.to_owned(), Value::from(path.as_str())) {
            faults.push(fault(&place, format!("operationId `{id}` is taken by {other}")));
        }
        if !tags.iter().any(|t| t["name"] == op["tags"][0]) {
            faults.push(fault(&place, "its first tag must be one of /tags"));
        }
        let idempotency = op["x-mcp-idempotency"].as_str().unwrap_or_default();
        if !["read", "idempotent", "once"].contains(&idempotency) {
            faults.push(fault(
                format!("{place}/x-mcp-idempotency"),
                "must be `read`, `idempotent` or `once`: the retry policy reads it",
            ));
        }
        let paging = &op["x-mcp-pagination"];
        let whole = paging["default"].is_u64() && paging["max"].is_u64();
        let style = paging["style"].as_str().unwrap_or_default();
        let sound = paging.is_null() || (whole && ["header", "body"].contains(&style));
        if !sound {
            faults.push(fault(format!("{place}/x-mcp-pagination"), "needs style `header` or `body`, default and max"));
        }
        if op["responses"]["200"].is_null() {
            faults.push(fault(format!("{place}/responses"), "needs a 200 answer"));
        }
    }
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

// `nullable` counts only beside a `type`, and not for what `allOf` refuses; a `$ref` stands for its target alone.
fn admits_null(doc: &Value, schema: &Value, depth: u8) -> bool {
    // A schema that refers to itself this way admits nothing.
    let Some(depth) = depth.checked_sub(1) else { return false };
    let schema = resolve(doc, schema);
    let branches = |word| schema[word].as_array().into_iter().flatten();
    let typed = schema["nullable"] == true && !schema["type"].is_null();
    let one = branches("anyOf").chain(branches("oneOf")).any(|branch| admits_null(doc, branch, depth));
    (typed || one) && branches("allOf").all(|branch| admits_null(doc, branch, depth))
}

// The wire leaves out, empties and extends what the vendor documents: an answer's schema must allow it all.
fn check_generous(doc: &Value, schema: &Value, place: &str, faults: &mut Vec<Fault>) {
    const CLOSED: [&str; 9] =
        ["required", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"];
    for word in CLOSED {
        if !schema[word].is_null() {
            faults.push(fault(
                format!("{place}/{word}"),
                "answers are never required or closed; say it in the description or in x-known-values",
            ));
        }
    }
    if schema["additionalProperties"] == Value::Bool(false) {
        faults.push(fault(place, "`additionalProperties: false` would refuse new fields"));
    }
    if schema["format"] == "date-time" {
        faults.push(fault(format!("{place}/format"), "times have no offset on the wire: use `mcp-date-time`"));
    }
    for (name, field) in entries(&schema["properties"]) {
        let place = format!("{place}/properties/{name}");
        if !admits_null(doc, field, DEPTH) {
            faults.push(fault(&place, "any field may be null on the wire: add `nullable: true`"));
        }
        check_generous(doc, field, &place, faults);
    }
    if schema["items"].is_object() {
        check_generous(doc, &schema["items"], &format!("{place}/items"), faults);
    }
}
