//! What a recorded exchange may show: words that the document lists, and the values of fields and parameters that are such
//! words, dates or counts wherever they occur.

use crate::document::{entries, nodes::nodes, operations, resolve};
use quote::quote;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const PUBLIC: [&str; 5] = ["mcp-count", "mcp-date", "mcp-date-time", "mcp-percent", "mcp-yes-no"];

/// `PUBLIC_FIELDS`, `PUBLIC_PARAMETERS` and `PUBLIC_WORDS`, each in order; the last two in lower case.
pub fn table(doc: &Value) -> String {
    let mut fields: BTreeMap<String, bool> = BTreeMap::new();
    let mut words: BTreeSet<String> = BTreeSet::from(["yes".to_owned(), "no".to_owned()]);
    for node in nodes(doc) {
        for (name, field) in entries(&node.value["properties"]) {
            // What is in an object has names of its own.
            if !is_object(doc, field) {
                note(&mut fields, name.clone(), is_public(doc, field));
            }
        }
        let listed = node.value["x-known-values"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let known = entries(&node.value["x-known-values"]).map(|(word, _)| word.as_str());
        words.extend(known.chain(listed).map(str::to_lowercase));
    }
    let mut parameters: BTreeMap<String, bool> = BTreeMap::new();
    for (_, _, op) in operations(doc) {
        for parameter in op["parameters"].as_array().into_iter().flatten() {
            let parameter = resolve(doc, parameter);
            let schema = resolve(doc, &parameter["schema"]);
            // A number that is not a carrier's is a page, a size or a choice.
            let is_choice = schema["type"] == "integer" && schema["x-mcp-schema"].is_null();
            let name = parameter["name"].as_str().unwrap_or_default().to_lowercase();
            note(&mut parameters, name, is_choice || is_public(doc, schema));
        }
    }
    let (fields, parameters, words) = (names(&fields), names(&parameters), words.iter());
    quote!(
        static PUBLIC_FIELDS: &[&str] = &[#(#fields),*];
        static PUBLIC_PARAMETERS: &[&str] = &[#(#parameters),*];
        static PUBLIC_WORDS: &[&str] = &[#(#words),*];
    )
    .to_string()
}

// A name is public if it is everywhere.
fn note(names: &mut BTreeMap<String, bool>, name: String, public: bool) {
    let known = names.entry(name).or_insert(public);
    *known = *known && public;
}

fn names(names: &BTreeMap<String, bool>) -> Vec<&String> {
    names.iter().filter(|(_, public)| **public).map(|(name, _)| name).collect()
}

fn is_object(doc: &Value, schema: &Value) -> bool {
    let target = resolve(doc, resolve(doc, &schema["allOf"][0]));
    let items = if schema["type"] == "array" { resolve(doc, &schema["items"]) } else { &Value::Null };
    [resolve(doc, schema), target, items].iter().any(|one| one["properties"].is_object())
}

fn is_public(doc: &Value, schema: &Value) -> bool {
    let target = resolve(doc, resolve(doc, &schema["allOf"][0]));
    let words = [schema, resolve(doc, schema), target].iter().any(|one| !one["x-known-values"].is_null());
    words || schema["type"] == "boolean" || schema["format"].as_str().is_some_and(|format| PUBLIC.contains(&format))
}
