//! Schemas that have another name and are otherwise the same, more or less.

use crate::document::{entries, referred};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Two schemas are the same one if they share this part of what is known of either.
const ALIKE: f64 = 0.6;

/// The schemas of `base` that `head` has under another name.
pub fn find(base: &Value, head: &Value) -> BTreeMap<String, String> {
    let (old, new) = (features(base, head), features(head, base));
    let mut pairs = Vec::new();
    for (before, a) in &old {
        for (after, b) in &new {
            let both = a.intersection(b).count() as f64;
            let either = a.union(b).count() as f64;
            if both > 0.0 && both / either >= ALIKE {
                pairs.push((both / either, *before, *after));
            }
        }
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| (one.1, one.2).cmp(&(other.1, other.2))));
    let mut renamed = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (_, before, after) in pairs {
        if !renamed.contains_key(before) && taken.insert(after) {
            renamed.insert(before.to_owned(), after.to_owned());
        }
    }
    renamed
}

type Features<'a> = BTreeMap<&'a str, BTreeSet<String>>;

// What is known of the schemas that the other document has not: their fields, their values, and who refers to them.
fn features<'a>(doc: &'a Value, other: &Value) -> Features<'a> {
    let schemas = &doc["components"]["schemas"];
    let is_own = |name: &str| other["components"]["schemas"].get(name).is_none();
    let mut found: Features<'a> = entries(schemas)
        .filter(|(name, _)| is_own(name))
        .map(|(name, schema)| (name.as_str(), own(schema, &is_own)))
        .collect();
    for (owner, schema) in entries(schemas) {
        // A schema that is renamed itself says nothing by its name.
        let owner = if is_own(owner) { "?" } else { owner };
        for (field, value) in entries(&schema["properties"]) {
            for name in referred(value) {
                if let Some(features) = found.get_mut(name.as_str()) {
                    features.insert(format!("in {owner}.{field}"));
                }
            }
        }
    }
    for (path, item) in entries(&doc["paths"]) {
        for name in referred(item) {
            if let Some(features) = found.get_mut(name.as_str()) {
                features.insert(format!("at {path}"));
            }
        }
    }
    found
}

fn own(schema: &Value, is_own: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
    let mut features = BTreeSet::new();
    features.insert(format!("type {} {}", schema["type"], schema["format"]));
    for (field, value) in entries(&schema["properties"]) {
        let targets: Vec<_> =
            referred(value).into_iter().map(|name| if is_own(&name) { "?".to_owned() } else { name }).collect();
        features.insert(format!("field {field} {} {targets:?}", value["type"]));
    }
    for word in ["x-known-values", "enum"] {
        for value in schema[word].as_array().into_iter().flatten() {
            features.insert(format!("value {value}"));
        }
        features.extend(entries(&schema[word]).map(|(value, _)| format!("value {value}")));
    }
    if let Some(name) = schema["x-vendor-name"].as_str() {
        features.insert(format!("vendor {name}"));
    }
    if let Some(text) = schema["description"].as_str() {
        features.insert(format!("text {text}"));
    }
    for word in ["anyOf", "oneOf", "allOf", "items"] {
        if !schema[word].is_null() {
            features.insert(format!("{word} {}", schema[word]));
        }
    }
    features
}
