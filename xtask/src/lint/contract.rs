//! What those need who generate clients in other languages, and those who read the document.

use super::broken::Broken;
use crate::diff::is_version;
use crate::document::nodes::{Node, escape, nodes};
use crate::document::{entries, operations, referred, resolve};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A rule: its name and its check.
type Rule = (&'static str, fn(&Value, &mut Vec<Found>));

/// Place, message, repair.
type Found = (String, String, String);

const RULES: &[Rule] = &[
    ("media-range", media_ranges),
    ("one-of-in-answer", one_of),
    ("error-example", error_examples),
    ("unused-component", unused),
    ("error-html", error_html),
    ("retry-after", retry_after),
    ("info", info),
    ("page-bounds", page_bounds),
    ("parameter-written-twice", written_twice),
    ("provenance-in-prose", provenance),
    ("version", version),
];

/// Every finding.
pub fn check(doc: &Value) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (rule, check) in RULES {
        let mut found = Vec::new();
        check(doc, &mut found);
        broken.extend(found.into_iter().map(|(place, message, repair)| Broken { rule, place, message, repair }));
    }
    broken
}

fn found(place: impl Into<String>, message: impl Into<String>, repair: impl Into<String>) -> Found {
    (place.into(), message.into(), repair.into())
}

fn media_ranges(doc: &Value, broken: &mut Vec<Found>) {
    for Node { place, value, .. } in nodes(doc) {
        for (name, _) in entries(&value["content"]).filter(|(name, _)| name.contains('*')) {
            broken.push(found(
                format!("{place}/content/{}", escape(name)),
                format!("`{name}` is a range, which Go's ogen refuses"),
                "list the media types one by one",
            ));
        }
    }
}

// Java's clients decode a value under every branch, and refuse what fits two of them.
fn one_of(doc: &Value, broken: &mut Vec<Found>) {
    let mut left: Vec<String> = operations(doc)
        .flat_map(|(_, _, op)| entries(&op["responses"]).map(|(_, answer)| referred(resolve(doc, answer))))
        .flatten()
        .collect();
    let mut answered = BTreeSet::new();
    while let Some(name) = left.pop() {
        let schema = &doc["components"]["schemas"][&name];
        if answered.insert(format!("/components/schemas/{}", escape(&name))) {
            left.extend(referred(schema));
        }
    }
    for node in nodes(doc).iter().filter(|node| node.is_schema && node.value.get("oneOf").is_some()) {
        let within =
            answered.iter().any(|schema| node.place == *schema || node.place.starts_with(&format!("{schema}/")));
        if within || node.place.contains("/responses/") {
            broken.push(found(
                format!("{}/oneOf", node.place),
                "a value that fits two branches of `oneOf` is refused by Java's clients",
                "write `anyOf`",
            ));
        }
    }
}

fn error_answers(doc: &Value) -> Vec<(String, &Value)> {
    let mut answers = BTreeMap::new();
    for (path, verb, op) in operations(doc) {
        for (status, answer) in entries(&op["responses"]).filter(|(status, _)| status.starts_with(['4', '5'])) {
            let place = format!("/paths/{}/{verb}/responses/{status}", escape(path));
            let shared = answer["$ref"].as_str().and_then(|target| target.strip_prefix('#')).map(str::to_owned);
            answers.insert(shared.unwrap_or(place), resolve(doc, answer));
        }
    }
    answers.into_iter().collect()
}

fn error_examples(doc: &Value, broken: &mut Vec<Found>) {
    for (place, answer) in error_answers(doc) {
        for (name, media) in entries(&answer["content"]) {
            if media.get("example").is_none() && entries(&media["examples"]).next().is_none() {
                broken.push(found(
                    format!("{place}/content/{}", escape(name)),
                    "an error answer without an example",
                    "add an `example` with invented data",
                ));
            }
        }
    }
}

fn error_html(doc: &Value, broken: &mut Vec<Found>) {
    for (place, answer) in error_answers(doc) {
        if answer["content"].is_object() && answer["content"].get("text/html").is_none() {
            broken.push(found(
                place,
                "gateways answer HTML, and the answer does not say so",
                "add the content `text/html`",
            ));
        }
    }
}

fn retry_after(doc: &Value, broken: &mut Vec<Found>) {
    for (path, verb, op) in operations(doc) {
        let says = |(status, answer): (&String, &Value)| {
            status.starts_with(['4', '5'])
                && entries(&resolve(doc, answer)["headers"]).any(|(name, _)| name.eq_ignore_ascii_case("Retry-After"))
        };
        if !entries(&op["responses"]).any(says) {
            broken.push(found(
                format!("/paths/{}/{verb}/responses", escape(path)),
                "no error answer has the header Retry-After",
                "add it to the answer 4XX or 429",
            ));
        }
    }
}

// What nobody refers to is generated all the same.
fn unused(doc: &Value, broken: &mut Vec<Found>) {
    let mut used = BTreeSet::new();
    let mut left = Vec::new();
    for (word, part) in entries(doc) {
        if word != "components" {
            targets(part, &mut left);
        }
    }
    while let Some(target) = left.pop() {
        if used.insert(target.clone()) {
            doc.pointer(&target).into_iter().for_each(|part| targets(part, &mut left));
        }
    }
    for kind in ["schemas", "parameters", "responses", "headers", "requestBodies", "examples"] {
        for (name, _) in entries(&doc["components"][kind]) {
            let place = format!("/components/{kind}/{}", escape(name));
            if !used.contains(&place) {
                broken.push(found(place, format!("nothing refers to `{name}`"), "refer to it, or remove it"));
            }
        }
    }
}

fn targets(at: &Value, found: &mut Vec<String>) {
    match at {
        Value::Object(map) => {
            let own = map.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
            found.extend(own.map(str::to_owned));
            let named = map.get("x-mcp-schema").and_then(Value::as_str);
            found.extend(named.map(|name| format!("/components/schemas/{}", escape(name))));
            map.values().for_each(|value| targets(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| targets(item, found)),
        _ => {}
    }
}

fn info(doc: &Value, broken: &mut Vec<Found>) {
    for word in ["license", "contact"] {
        if !doc["info"][word].is_object() {
            broken.push(found("/info", format!("no {word}"), format!("add `info.{word}`")));
        }
    }
    if !doc["externalDocs"].is_object() {
        broken.push(found("", "no externalDocs", "add `externalDocs` with the address of spec/README.md"));
    }
}

fn version(doc: &Value, broken: &mut Vec<Found>) {
    if !doc["info"]["version"].as_str().is_some_and(is_version) {
        broken.push(found(
            "/info/version",
            "no semantic version",
            "write three numbers: `cargo xtask diff` says which",
        ));
    }
}

fn page_bounds(doc: &Value, broken: &mut Vec<Found>) {
    for (path, verb, op) in operations(doc) {
        let pages = &op["x-mcp-pagination"];
        if pages.is_null() {
            continue;
        }
        for (n, parameter) in op["parameters"].as_array().into_iter().flatten().enumerate() {
            let (own, parameter) = (parameter, resolve(doc, parameter));
            let (default, maximum) = match parameter["name"].as_str() {
                Some("pageSize") => (&pages["default"], Some(&pages["max"])),
                Some("pageNumber") => (&Value::from(1), None),
                _ => continue,
            };
            let shared = own["$ref"].as_str().and_then(|target| target.strip_prefix('#')).map(str::to_owned);
            let place = shared.unwrap_or_else(|| format!("/paths/{}/{verb}/parameters/{n}", escape(path)));
            let schema = &parameter["schema"];
            if schema["default"] != *default {
                broken.push(found(
                    format!("{place}/schema"),
                    "its default is not that of `x-mcp-pagination`",
                    format!("add `default: {default}`"),
                ));
            }
            if let Some(maximum) = maximum.filter(|maximum| schema["maximum"] != **maximum) {
                broken.push(found(
                    format!("{place}/schema"),
                    "its maximum is not that of `x-mcp-pagination`",
                    format!("add `maximum: {maximum}`"),
                ));
            }
        }
    }
}

fn written_twice(doc: &Value, broken: &mut Vec<Found>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (path, verb, op) in operations(doc) {
        for (n, parameter) in op["parameters"].as_array().into_iter().flatten().enumerate() {
            if parameter.get("$ref").is_some() {
                continue;
            }
            let place = format!("/paths/{}/{verb}/parameters/{n}", escape(path));
            match seen.get(&parameter.to_string()) {
                None => drop(seen.insert(parameter.to_string(), place)),
                Some(first) => broken.push(found(
                    place,
                    format!("the same parameter is written out at {first}"),
                    "move it to components/parameters, and refer to it from both",
                )),
            }
        }
    }
}

fn provenance(doc: &Value, broken: &mut Vec<Found>) {
    const REMARKS: [&str; 4] = ["(assumed)", "assumed.", "The guide shows", "the guide shows"];
    for node in nodes(doc) {
        for word in ["description", "summary"] {
            let text = node.value[word].as_str().unwrap_or_default();
            if let Some(remark) = REMARKS.iter().find(|remark| text.contains(**remark)) {
                broken.push(found(
                    format!("{}/{word}", node.place),
                    format!("\"{remark}\" lands in the tooltips of generated clients"),
                    "say it in `x-provenance` and in spec/WIRE.md",
                ));
            }
        }
    }
}

#[cfg(test)]
pub fn names() -> Vec<&'static str> {
    RULES.iter().map(|(name, _)| *name).collect()
}
