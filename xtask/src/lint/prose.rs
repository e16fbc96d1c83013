//! What makes the document worse to read without stopping the generator: missing prose, missing examples, names that
//! are easily mistaken for each other.

use crate::document::{self, Fault, entries, nodes::escape, resolve};
use serde_json::Value;

/// Every fault of quality in `doc`.
pub fn check(doc: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, verb, op) in document::operations(doc) {
        operation(doc, op, &format!("/paths/{}/{verb}", escape(path)), &mut faults);
    }
    for (name, schema) in entries(&doc["components"]["schemas"]) {
        described(schema, &format!("/components/schemas/{}", escape(name)), &mut faults);
    }
    for (place, names) in [("/paths", &doc["paths"]), ("/components/schemas", &doc["components"]["schemas"])] {
        distinct(entries(names).map(|(name, _)| name.as_str()), place, &mut faults);
    }
    walk(doc, doc, "", &mut faults);
    faults
}

fn operation(doc: &Value, op: &Value, place: &str, faults: &mut Vec<Fault>) {
    described(op, place, faults);
    if is_blank(&op["summary"]) {
        faults.push(missing(place, "summary"));
    }
    let content = &resolve(doc, &op["responses"]["200"])["content"];
    let bare = |json: &Value| json.get("example").is_none() && entries(&json["examples"]).next().is_none();
    if content.get("application/json").is_some_and(bare) {
        faults.push(missing(&format!("{place}/responses/200/content/application~1json"), "example"));
    }
}

// What can occur anywhere: parameters, properties, formats, texts.
fn walk(doc: &Value, at: &Value, place: &str, faults: &mut Vec<Fault>) {
    if at["format"] == "date-time" {
        faults.push(Fault {
            place: format!("{place}/format"),
            reason: "times have no offset on the wire: use `mcp-date-time`".to_owned(),
        });
    }
    if let Some(parameters) = at["parameters"].as_array() {
        let all = || parameters.iter().map(|parameter| resolve(doc, parameter));
        for (n, parameter) in all().enumerate() {
            described(parameter, &format!("{place}/parameters/{n}"), faults);
        }
        let names = all().filter_map(|parameter| parameter["name"].as_str());
        distinct(names, &format!("{place}/parameters"), faults);
    }
    // The wire chooses these names: two may be alike if each says what it is.
    let undescribed = entries(&at["properties"]).filter(|(_, field)| is_blank(&field["description"]));
    for (name, _) in undescribed {
        for (other, _) in entries(&at["properties"]).filter(|(other, _)| alike(name, other)) {
            faults.push(Fault {
                place: format!("{place}/properties/{}", escape(name)),
                reason: format!("needs a description that sets it apart from `{other}`"),
            });
        }
    }
    match at {
        Value::Object(map) => {
            for (key, value) in map.iter().filter(|(key, _)| *key != "example" && *key != "examples") {
                walk(doc, value, &format!("{place}/{}", escape(key)), faults);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                walk(doc, item, &format!("{place}/{n}"), faults);
            }
        }
        Value::String(text) if text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "TODO") => {
            faults.push(Fault { place: place.to_owned(), reason: "`TODO` left".to_owned() });
        }
        _ => {}
    }
}

fn described(value: &Value, place: &str, faults: &mut Vec<Fault>) {
    if is_blank(&value["description"]) {
        faults.push(missing(place, "description"));
    }
}

// Paths and parameters are case-insensitive on the wire; generators fold the case of types.
fn distinct<'a>(names: impl Iterator<Item = &'a str>, place: &str, faults: &mut Vec<Fault>) {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if let Some(other) = seen.iter().find(|other| alike(name, other)) {
            faults.push(Fault {
                place: format!("{place}/{}", escape(name)),
                reason: format!("`{name}` and `{other}` differ in case only"),
            });
        }
        seen.push(name);
    }
}

fn alike(one: &str, other: &str) -> bool {
    one != other && one.eq_ignore_ascii_case(other)
}

fn is_blank(value: &Value) -> bool {
    value.as_str().is_none_or(|text| text.trim().is_empty())
}

fn missing(place: &str, what: &str) -> Fault {
    Fault { place: place.to_owned(), reason: format!("needs {} {what}", if what == "example" { "an" } else { "a" }) }
}
