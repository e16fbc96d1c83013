//! The API and the portal each by itself, so that no client sends the credentials of one to the host of the other; and the
//! document without references.

use crate::document::entries;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The document without the portal's operations.
pub fn api(doc: &Value) -> Value {
    let mut api = only(doc, None);
    let described = api["info"]["description"].as_str().and_then(|text| text.split_once(PORTAL));
    if let Some((before, _)) = described {
        api["info"]["description"] =
            format!("{before}{PORTAL}\n\nIt is on another host, and a document of its own.").into();
    }
    api
}

/// The section about it.
const PORTAL: &str = "## The portal";

/// The portal's operations alone, with its host as their server.
pub fn portal(doc: &Value) -> Value {
    let mut portal = only(doc, Some("portal"));
    let server = &doc["x-mcp-servers"]["portal"];
    portal["servers"] = json!([{"url": server["url"], "description": "The portal"}]);
    portal["security"] = json!([{"portalBearer": []}]);
    let title = format!("{}: the portal", doc["info"]["title"].as_str().unwrap_or_default());
    portal["info"]["title"] = title.into();
    portal["info"]["description"] =
        "What is on the portal's host, with a token of the portal's own. The API is a document of its own.".into();
    portal
}

/// The operations on `server` alone, and of the components those that they need.
fn only(doc: &Value, server: Option<&str>) -> Value {
    let mut part = doc.clone();
    let Some(document) = part.as_object_mut() else { return part };
    document.remove("x-mcp-servers");
    if server.is_some() {
        document.remove("x-webhooks");
    }
    for item in document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        if let Some(item) = item.as_object_mut() {
            item.retain(|_, operation| operation["x-mcp-server"].as_str() == server);
        }
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        paths.retain(|_, item| item.as_object().is_some_and(|item| !item.is_empty()));
    }
    let tags = tags(document);
    if let Some(known) = document.get_mut("tags").and_then(Value::as_array_mut) {
        known.retain(|tag| tag["name"].as_str().is_some_and(|name| tags.contains(name)));
    }
    let schemes = if server.is_some() { "portalBearer" } else { "bearer" };
    if let Some(known) = document.get_mut("components").and_then(|all| all["securitySchemes"].as_object_mut()) {
        known.retain(|name, _| name == schemes);
    }
    own_types(&mut part);
    pruned(part)
}

/// What the Rust client has in place of a plain schema is not in the others.
fn own_types(at: &mut Value) {
    match at {
        Value::Object(map) => {
            map.remove("x-mcp-schema");
            map.values_mut().for_each(own_types);
        }
        Value::Array(items) => items.iter_mut().for_each(own_types),
        _ => {}
    }
}

/// Without the components that nothing refers to.
pub fn pruned(mut doc: Value) -> Value {
    let mut used = BTreeSet::new();
    for key in ["paths", "x-webhooks"] {
        reach(&doc, &doc[key], &mut used);
    }
    let Some(all) = doc["components"].as_object_mut() else { return doc };
    for (kind, components) in all.iter_mut().filter(|(kind, _)| *kind != "securitySchemes") {
        if let Some(components) = components.as_object_mut() {
            components.retain(|name, _| used.contains(&format!("#/components/{kind}/{name}")));
        }
    }
    all.retain(|_, components| components.as_object().is_some_and(|components| !components.is_empty()));
    doc
}

fn tags(document: &Map<String, Value>) -> BTreeSet<String> {
    let paths = document.get("paths").map(entries).into_iter().flatten();
    let operations = paths.flat_map(|(_, item)| entries(item));
    let tags = operations.flat_map(|(_, operation)| operation["tags"].as_array().into_iter().flatten());
    tags.filter_map(|tag| Some(tag.as_str()?.to_owned())).collect()
}

/// Every component that `at` refers to, through others too.
pub fn reach(doc: &Value, at: &Value, used: &mut BTreeSet<String>) {
    match at {
        Value::Object(map) => {
            let named =
                map.get("x-mcp-schema").and_then(Value::as_str).map(|name| format!("#/components/schemas/{name}"));
            let target = map.get("$ref").and_then(Value::as_str).map(str::to_owned);
            for target in target.into_iter().chain(named).filter(|target| target.starts_with("#/components/")) {
                if used.insert(target.clone())
                    && let Some(next) = doc.pointer(&target[1..])
                {
                    reach(doc, next, used);
                }
            }
            map.values().for_each(|value| reach(doc, value, used));
        }
        Value::Array(items) => items.iter().for_each(|item| reach(doc, item, used)),
        _ => {}
    }
}

/// The document with what each reference means in its place. One that is inside of what it means stays.
pub fn dereferenced(doc: &Value) -> Value {
    pruned(inlined(doc, doc, &mut Vec::new()))
}

fn inlined(doc: &Value, at: &Value, around: &mut Vec<String>) -> Value {
    match at {
        Value::Object(map) => match map.get("$ref").and_then(Value::as_str) {
            Some(target) => {
                let meant = target.strip_prefix('#').and_then(|pointer| doc.pointer(pointer));
                let Some(meant) = meant.filter(|_| !around.iter().any(|known| known == target)) else {
                    return at.clone();
                };
                around.push(target.to_owned());
                let meant = inlined(doc, meant, around);
                around.pop();
                meant
            }
            None => map.iter().map(|(key, value)| (key.clone(), inlined(doc, value, around))).collect(),
        },
        Value::Array(items) => items.iter().map(|item| inlined(doc, item, around)).collect(),
        other => other.clone(),
    }
}
