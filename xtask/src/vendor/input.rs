//! A document of the vendor's, Swagger 2.0 or OpenAPI 3, as the tables of the snapshot.

use super::snapshot::{Row, Table, Tables};
use crate::document::{entries, operations, resolve};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;
use std::{fs, io};

const LARGEST: u64 = 64 << 20;

/// The document at `path`, or on the standard input for `-`.
///
/// # Errors
/// Why it cannot be read.
pub fn read(path: &str) -> Result<Value, String> {
    let mut text = String::new();
    let read = match path {
        "-" => io::stdin().take(LARGEST + 1).read_to_string(&mut text),
        path => fs::File::open(Path::new(path)).and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text)),
    };
    read.map_err(|e| format!("{path}:1: {e}"))?;
    if text.len() as u64 > LARGEST {
        return Err(format!("{path}:1: larger than {} MB", LARGEST >> 20));
    }
    let doc: Value = match serde_json::from_str(&text) {
        Ok(doc) => doc,
        Err(e) if text.trim_start().starts_with('{') => return Err(format!("{path}:{}: not JSON: {e}", e.line())),
        Err(_) => crate::document::read(&text).map_err(|faults| format!("{path}: {}", faults[0]))?,
    };
    let version = doc["swagger"].as_str().or(doc["openapi"].as_str()).unwrap_or_default();
    if !(version.starts_with("2.") || version.starts_with("3.")) || !doc["paths"].is_object() {
        return Err(format!("{path}:1: neither Swagger 2.0 nor OpenAPI 3"));
    }
    Ok(doc)
}

/// Its operations, parameters and models; models are named as in `last` where that has several of one name.
pub fn tables(doc: &Value, last: &Tables) -> Tables {
    let mut tables = Tables::default();
    for (path, verb, op) in operations(doc) {
        // The vendor names an operation by the end of its path.
        let name = path.rsplit('/').find(|part| !part.starts_with('{') && !part.is_empty()).unwrap_or_default();
        let answers = &op["responses"];
        let good = ["200", "201", "default"]
            .iter()
            .map(|status| resolve(doc, &answers[*status]))
            .find(|answer| !answer.is_null());
        let answer = good.map_or_else(|| "object".to_owned(), |answer| kind(content(answer)));
        tables.rows_mut(Table::Operations).push(Row::new([name, &verb.to_uppercase(), path, &answer]));
        let shared = doc["paths"][path]["parameters"].as_array();
        for parameter in op["parameters"].as_array().into_iter().chain(shared).flatten() {
            let parameter = resolve(doc, parameter);
            let place = parameter["in"].as_str().unwrap_or_default();
            // Every call has the token, which the security scheme says.
            let is_token = parameter["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("authorization"));
            if place == "header" && is_token {
                continue;
            }
            let schema = if parameter["schema"].is_object() { &parameter["schema"] } else { parameter };
            let required = if parameter["required"] == true { "yes" } else { "no" };
            let own = parameter["name"].as_str().unwrap_or_default();
            tables.rows_mut(Table::Parameters).push(Row::new([name, own, place, &kind(schema), required, ""]));
        }
    }
    let models = if doc["definitions"].is_object() { &doc["definitions"] } else { &doc["components"]["schemas"] };
    for (name, model) in named(models, last) {
        for (field, schema) in entries(&model["properties"]) {
            tables.rows_mut(Table::Models).push(Row::new([&name, field, &kind(schema), &codes(schema)]));
        }
    }
    tables
}

fn content(answer: &Value) -> &Value {
    if answer["schema"].is_object() {
        return &answer["schema"];
    }
    let content = &answer["content"];
    content
        .get("application/json")
        .or_else(|| entries(content).map(|(_, media)| media).next())
        .map_or(&Value::Null, |m| &m["schema"])
}

/// A type in the words of the tables: `integer (int32)`, `Array[Certificate]`.
fn kind(schema: &Value) -> String {
    let one = schema["allOf"].as_array().filter(|parts| parts.len() == 1).map_or(schema, |parts| &parts[0]);
    if let Some(target) = one["$ref"].as_str() {
        return short(target).to_owned();
    }
    // OpenAPI 3.1 lists null among the types.
    let types = schema["type"].as_array();
    let name = match types {
        Some(types) => types.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        None => schema["type"].as_str(),
    };
    match (name, schema["format"].as_str()) {
        (Some("array"), _) => format!("Array[{}]", kind(&schema["items"])),
        (Some(name), Some(format)) => format!("{name} ({format})"),
        (Some(name), None) => name.to_owned(),
        (None, _) => "object".to_owned(),
    }
}

fn codes(schema: &Value) -> String {
    let listed = schema["enum"].as_array().into_iter().flatten();
    listed.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect::<Vec<_>>().join(" ")
}

/// The last part of a name with namespaces.
fn short(name: &str) -> &str {
    name.rsplit(['/', '.']).next().unwrap_or(name)
}

// Of models with one name each gets the name in the snapshot whose fields it shares most of.
fn named<'a>(models: &'a Value, last: &Tables) -> Vec<(String, &'a Value)> {
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in last.rows(Table::Models) {
        known.entry(row.cell(0)).or_default().insert(row.cell(1));
    }
    let mut taken = BTreeSet::new();
    let mut named = Vec::new();
    for (full, model) in entries(models) {
        let own = short(full);
        let shared = |name: &str| {
            let fields = &known[name];
            entries(&model["properties"]).filter(|(field, _)| fields.contains(field.as_str())).count()
        };
        let fits = |name: &&str| *name == own || name.split_once('@').is_some_and(|(base, _)| base == own);
        let best =
            known.keys().copied().filter(fits).filter(|name| !taken.contains(name)).max_by_key(|name| shared(name));
        match best {
            Some(name) => {
                taken.insert(name);
                named.push((name.to_owned(), model));
            }
            None => named.push((own.to_owned(), model)),
        }
    }
    named
}
