//! What each form holds.

use super::*;
use crate::document::{entries, operations};
use serde_json::json;

fn doc() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/openapi.yaml");
    document::read(&fs::read_to_string(path).expect("the document")).expect("a sound document")
}

fn all() -> BTreeMap<String, Value> {
    let parsed = |(name, text): (String, String)| (name, serde_json::from_str(&text).expect("JSON"));
    forms(&doc()).into_iter().map(parsed).collect()
}

fn paths(form: &Value) -> Vec<&str> {
    entries(&form["paths"]).map(|(path, _)| path.as_str()).collect()
}

/// Every object of `at`, with its pointer.
fn objects<'a>(at: &'a Value, place: &str, found: &mut Vec<(String, &'a serde_json::Map<String, Value>)>) {
    match at {
        Value::Object(map) => {
            found.push((place.to_owned(), map));
            map.iter().for_each(|(key, value)| objects(value, &format!("{place}/{key}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| objects(item, &format!("{place}/{n}"), found));
        }
        _ => {}
    }
}

fn targets(form: &Value) -> Vec<String> {
    let mut found = Vec::new();
    objects(form, "", &mut found);
    // Those of an answer are numbers.
    let target = |(_, map): &(String, &serde_json::Map<String, Value>)| Some(map.get("$ref")?.as_str()?.to_owned());
    found.iter().filter_map(target).filter(|target| target.starts_with('#')).collect()
}

#[test]
fn every_reference_of_every_form_leads_somewhere() {
    for (name, form) in all() {
        for target in targets(&form) {
            assert!(form.pointer(&target[1..]).is_some(), "{name}: {target}");
        }
    }
}

#[test]
fn the_portal_and_the_api_are_apart() {
    let (doc, all) = (doc(), all());
    let (api, portal) = (&all["api-3.0.json"], &all["portal-3.0.json"]);
    let (api_paths, portal_paths) = (paths(api), paths(portal));
    assert_eq!(portal_paths, ["/api/Download/CarrierPacket/{DOTNumber}", "/api/token"]);
    assert_eq!(api_paths.len() + portal_paths.len(), paths(&doc).len());
    assert!(api_paths.iter().all(|path| !portal_paths.contains(path)));
    let described = api["info"]["description"].as_str().expect("a description");
    assert!(described.ends_with("## The portal\n\nIt is on another host, and a document of its own."), "{described}");
    assert_eq!(portal["servers"][0]["url"], doc["x-mcp-servers"]["portal"]["url"]);
    let host = doc["x-mcp-servers"]["portal"]["url"].as_str().expect("an address");
    for (name, form) in &all {
        let is_there = form.to_string().contains(&format!("\"{host}\""));
        assert_eq!(is_there, name.starts_with("portal") || name.starts_with("openapi"), "{name}");
    }
    let schemes = |form: &Value| {
        entries(&form["components"]["securitySchemes"]).map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    assert_eq!((schemes(api), schemes(portal)), (vec!["bearer".to_owned()], vec!["portalBearer".to_owned()]));
}

#[test]
fn the_newer_form_has_null_as_a_type_and_webhooks() {
    let newer = v31::of(&json!({
        "openapi": "3.0.3", "paths": {}, "x-webhooks": {"a": {}},
        "components": {"schemas": {
            "Plain": {"type": "string", "nullable": true, "enum": ["a"], "example": "a"},
            "Sure": {"type": "string"},
            "Other": {"type": "object", "nullable": true, "description": "d", "allOf": [{"$ref": "#/components/schemas/Sure"}]},
            "Always": {"type": "object", "description": "d", "allOf": [{"$ref": "#/components/schemas/Sure"}]},
            "Names": {"type": "object", "properties": {"nullable": {"type": "boolean", "nullable": true}}},
        }},
    }));
    let sure = json!({"$ref": "#/components/schemas/Sure"});
    assert_eq!(newer["webhooks"], json!({"a": {}}));
    assert_eq!(
        newer["components"]["schemas"],
        json!({
            "Plain": {"type": ["string", "null"], "enum": ["a", null], "examples": ["a"]},
            "Sure": {"type": "string"},
            "Other": {"description": "d", "anyOf": [sure, {"type": "null"}]},
            "Always": {"description": "d", "allOf": [sure]},
            "Names": {"type": "object", "properties": {"nullable": {"type": ["boolean", "null"]}}},
        })
    );
    let all = all();
    assert_eq!(entries(&all["openapi-3.1.json"]["webhooks"]).count(), 6);
}

#[test]
fn nothing_is_left_to_look_up_but_what_is_inside_itself() {
    let doc = json!({"paths": {"/a": {"get": {"a": {"$ref": "#/components/schemas/A"}}}}, "components": {"schemas": {
        "A": {"properties": {"b": {"$ref": "#/components/schemas/B"}, "a": {"$ref": "#/components/schemas/A"}}},
        "B": {"type": "string"},
    }}});
    let whole = parts::dereferenced(&doc);
    let a = &whole["paths"]["/a"]["get"]["a"]["properties"];
    assert_eq!(a["b"], json!({"type": "string"}));
    assert_eq!(a["a"], json!({"$ref": "#/components/schemas/A"}));
    assert_eq!(whole["components"]["schemas"]["A"]["properties"]["b"], json!({"type": "string"}));
    assert!(whole["components"]["schemas"].get("B").is_none(), "{whole}");
    assert_eq!(targets(&all()["api-dereferenced-3.0.json"]), [""; 0]);
}

#[test]
fn the_plain_form_has_nothing_that_only_some_know() {
    let all = all();
    let plain = &all["api-plain-3.0.json"];
    let mut found = Vec::new();
    objects(&plain["paths"], "", &mut found);
    objects(&plain["components"], "", &mut found);
    let mut types = 0;
    for (place, map) in found.iter().filter(|(place, _)| !place.contains("/value") && !place.contains("/example")) {
        types += usize::from(map.contains_key("type"));
        for key in map.keys() {
            assert!(
                !key.starts_with("x-") && !["anyOf", "oneOf", "4XX", "5XX"].contains(&key.as_str()),
                "{place}/{key}"
            );
        }
        let format = map.get("format").and_then(Value::as_str).unwrap_or_default();
        assert!(!format.starts_with("mcp-"), "{place}: {format}");
    }
    assert!(types > 500, "{types}");
    for (path, verb, operation) in operations(plain) {
        let (ok, other) = (&operation["responses"]["200"], &operation["responses"]["default"]);
        assert!(ok.is_object() && other.is_object(), "{verb} {path}");
    }
}

#[test]
fn a_schema_takes_the_documents_own_examples_and_no_other_event() {
    let (doc, all) = (doc(), all());
    let validator =
        |name: &str| jsonschema::validator_for(&all[name]).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut events = Vec::new();
    for (event, hook) in entries(&doc["x-webhooks"]) {
        let examples = entries(&hook["post"]["requestBody"]["content"]["application/json"]["examples"]);
        events.extend(examples.map(|(_, example)| (event, &example["value"])));
    }
    assert!(events.len() >= 6, "{events:?}");
    for (event, _) in entries(&doc["x-webhooks"]) {
        let validator = validator(&format!("events/{event}.json"));
        for (other, example) in &events {
            assert_eq!(validator.is_valid(example), event == *other, "{event}, {other}");
        }
        let without_its_part = json!({"eventType": event, "eventData": {"carrier": {}}});
        assert!(!validator.is_valid(&without_its_part), "{event}");
    }
    // Answers of one object, each by the schema of its type.
    let mut answers = 0;
    for (path, _, operation) in operations(&doc) {
        let json = &operation["responses"]["200"]["content"]["application/json"];
        let Some(name) = json["schema"]["$ref"].as_str().and_then(|target| target.rsplit('/').next()) else { continue };
        let validator = validator(&format!("schemas/{name}.json"));
        let wire = entries(&json["examples"]).filter(|(source, _)| *source == "wire");
        for (source, example) in wire {
            answers += 1;
            let error = validator.validate(&example["value"]).err().map(|error| error.to_string());
            assert_eq!(error, None, "{path}, {source}");
        }
    }
    assert!(answers > 5, "{answers}");
}

#[test]
fn the_collection_has_every_operation_once() {
    let all = all();
    let mut found = Vec::new();
    objects(&all["collection.postman.json"]["item"], "", &mut found);
    let of = |(_, map): &(String, &serde_json::Map<String, Value>)| {
        Some(format!("/{}", strings(map.get("path")?).join("/")))
    };
    let mut requests: Vec<String> = found.iter().filter_map(of).collect();
    requests.sort();
    assert_eq!(requests, paths(&all["api-3.0.json"]));
    assert!(!all["collection.postman.json"].to_string().contains("integration_password"));
    let raw = |(_, map): &(String, &serde_json::Map<String, Value>)| Some(map.get("raw")?.as_str()?.to_owned());
    let raw: Vec<String> = found.iter().filter_map(raw).collect();
    let of = |operation: &str| raw.iter().find(|raw| raw.contains(operation)).expect("a request").as_str();
    assert!(of("PreviewCarrier").ends_with("PreviewCarrier?DOTNumber=23868"), "{raw:?}");
    // A request that changes something names nobody until somebody fills it in.
    for operation in ["BlockCarrier", "EmailPacketInvitation", "RequestMonitoring"] {
        assert!(!of(operation).contains("23868"), "{}", of(operation));
    }
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn the_list_names_every_form_and_notices_each_change() {
    let doc = doc();
    let list = hashes(&forms(&doc));
    assert_eq!(list, hashes(&forms(&doc)));
    let mut other = doc.clone();
    other["info"]["version"] = "9.9.9".into();
    let changed = hashes(&forms(&other));
    for (before, after) in list.lines().zip(changed.lines()) {
        let name = before.split_once("  ").expect("a name").1;
        // A type says nothing of the version.
        assert_eq!(before == after, name.starts_with("schemas/") || name.starts_with("events/"), "{name}");
    }
}
