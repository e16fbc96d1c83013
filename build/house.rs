//! What the API's own document may not do, because the generator or the client would misread it.

use super::nodes::escape;
use super::parts::{Fault, entries, fault, operations, resolve};
use serde_json::Value;

/// How far schemas are followed through others.
const DEPTH: u8 = 16;

/// Every fault of `doc`.
pub fn check(doc: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    check_operations(doc, &mut faults);
    for (name, schema) in entries(&doc["components"]["schemas"]) {
        let place = format!("/components/schemas/{}", escape(name));
        if schema["nullable"] == true && schema["title"] != name.as_str() {
            let reason = format!("needs `title: {name}`: a generator would find another name for what is not null");
            faults.push(fault(&place, reason));
        }
        // The only schema that is sent and never answered may require what it must carry.
        if name != "TokenRequest" {
            check_generous(doc, schema, &place, &mut faults);
        }
    }
    faults
}

fn check_operations(doc: &Value, faults: &mut Vec<Fault>) {
    let tags: Vec<_> = doc["tags"].as_array().into_iter().flatten().collect();
    for (path, item) in entries(&doc["paths"]) {
        for verb in ["options", "head", "trace"].iter().filter(|verb| item.get(**verb).is_some()) {
            faults.push(fault(format!("/paths/{}/{verb}", escape(path)), "the client has no such method"));
        }
    }
    for (path, verb, op) in operations(doc) {
        let place = format!("/paths/{}/{verb}", escape(path));
        let id = op["operationId"].as_str().unwrap_or_default();
        let snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        // It becomes the name of a method: the generator would write a keyword or `a__b` in another way.
        let words = id.split('_').all(|word| !word.is_empty());
        if !words || !id.chars().all(snake) || syn::parse_str::<syn::Ident>(id).is_err() {
            faults.push(fault(&place, "needs a snake_case operationId that Rust does not keep for itself"));
        }
        if !tags.iter().any(|t| t["name"].is_string() && t["name"] == op["tags"][0]) {
            faults.push(fault(&place, "its first tag must be one of /tags"));
        }
        if op["x-mcp-idempotency"].is_null() {
            faults.push(fault(
                format!("{place}/x-mcp-idempotency"),
                "must be `read`, `idempotent` or `once`: the retry policy reads it",
            ));
        }
        if op["responses"]["200"].is_null() {
            faults.push(fault(format!("{place}/responses"), "needs a 200 answer"));
        }
    }
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
                "answers are never required or closed; say it in the description, or in a vocabulary",
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
        let place = format!("{place}/properties/{}", escape(name));
        if !admits_null(doc, field, DEPTH) {
            let target = field["allOf"][0]["$ref"].as_str().filter(|_| field["nullable"] == true);
            let reason = target.map_or_else(
                || "any field may be null on the wire: add `nullable: true`".to_owned(),
                |target| format!("any field may be null on the wire: add `nullable: true` to `{target}`, too"),
            );
            faults.push(fault(&place, reason));
        }
        if !field["x-known-values"].is_null() {
            let reason = "a vocabulary is a schema of its own, which fields refer to";
            faults.push(fault(format!("{place}/x-known-values"), reason));
        }
        let target = resolve(doc, &field["allOf"][0]);
        if !target["x-known-values"].is_null() && target["type"] != field["type"] {
            faults.push(fault(format!("{place}/type"), "must be that of the vocabulary beside it"));
        }
        check_generous(doc, field, &place, faults);
    }
    if schema["items"].is_object() {
        check_generous(doc, &schema["items"], &format!("{place}/items"), faults);
    }
}
