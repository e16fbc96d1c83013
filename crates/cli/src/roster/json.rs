//! Carriers in JSON: a list, one record a line, or the pages of the vendor.

use super::field::{Field, cell, read};
use super::{Named, Report};
use mycarrierpackets::types::CarrierId;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// How deep a record may hold its numbers: `CarrierDetails.dotNumber.Value`.
const DEEPEST: usize = 3;

/// The carriers of a JSON text, each with its place.
pub fn carriers(text: &str, report: &mut Report) -> Result<Vec<Named>, String> {
    let mut found = Vec::new();
    let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let documents: Result<Vec<Value>, _> = documents.collect();
    let documents = documents.map_err(|e| format!("this is not JSON at line {}, column {}", e.line(), e.column()))?;
    let several = documents.len() > 1;
    for (number, document) in documents.iter().enumerate() {
        let ids = objects_by_id(document);
        let place = if several { format!("record {}", number + 1) } else { String::new() };
        match items(document) {
            Some(items) => {
                for (number, item) in items.iter().enumerate() {
                    let inner = format!("item {}", number + 1);
                    let place = if several { format!("{place}, {inner}") } else { inner };
                    found.push(named(item, &ids, place)?);
                }
            }
            None if several => found.push(named(document, &ids, place)?),
            None => found.push(named(document, &ids, "the record".to_owned())?),
        }
    }
    report.rows = found.len();
    Ok(found)
}

/// The list that a document is, or the one that a page holds.
fn items(document: &Value) -> Option<&Vec<Value>> {
    match document {
        Value::Array(items) => Some(items),
        Value::Object(fields)
            if fields.keys().any(|name| Field::named(name).is_some_and(|field| field != Field::Any)) =>
        {
            None
        }
        Value::Object(fields) => {
            let of_records =
                |value: &&Value| items(value).is_some_and(|items| items.iter().all(|item| item.is_object()));
            let mut lists = fields.values().filter(of_records);
            let list = lists.next().filter(|_| lists.next().is_none())?;
            items(list)
        }
        _ => None,
    }
}

type Objects<'a> = HashMap<&'a str, &'a Value>;

/// The objects that a `$ref` may mean.
fn objects_by_id(document: &Value) -> Objects<'_> {
    let mut found = Objects::new();
    let mut rest = vec![document];
    while let Some(value) = rest.pop() {
        match value {
            Value::Array(items) => rest.extend(items),
            Value::Object(fields) => {
                if let Some(id) = fields.get("$id").and_then(Value::as_str) {
                    found.insert(id, value);
                }
                rest.extend(fields.values());
            }
            _ => {}
        }
    }
    found
}

fn named(item: &Value, ids: &Objects<'_>, place: String) -> Result<Named, String> {
    let meant = item
        .get("$ref")
        .and_then(Value::as_str)
        .map(|id| ids.get(id).copied().ok_or_else(|| format!("{place}: it refers to record {id}, which is not there")));
    let item = meant.transpose()?.unwrap_or(item);
    let carrier = match item {
        Value::Object(fields) => {
            if fields.get("action").and_then(Value::as_str) == Some("remove") {
                return Err(format!("{place}: this is the plan of a reconciliation, not a list of carriers"));
            }
            record(fields, &place, 0)?
        }
        Value::String(text) => match cell(text) {
            Some(text) => Some(text.parse::<CarrierId>().map_err(|error| format!("{place}: {error}"))?),
            None => None,
        },
        Value::Number(number) => {
            Some(read(Field::Dot, &number.to_string()).map_err(|error| format!("{place}: {error}"))?)
        }
        _ => None,
    };
    let carrier = carrier.ok_or_else(|| format!("{place}: it holds no DOT, docket or intrastate number"))?;
    Ok(Named { carrier, place })
}

/// The carrier that the fields of an object name, or else those of the objects in it.
fn record(fields: &Map<String, Value>, place: &str, depth: usize) -> Result<Option<CarrierId>, String> {
    let own = own_numbers(fields, place, false)?;
    if own.is_some() {
        return Ok(own);
    }
    let mut found = None;
    if depth < DEEPEST {
        let nested = fields.iter().filter(|(name, _)| *name != "answer");
        for inner in nested.filter_map(|(_, value)| value.as_object()) {
            if let Some(carrier) = record(inner, place, depth + 1)? {
                found = Some(super::joined(found, carrier, place)?);
            }
        }
    }
    if found.is_some() { Ok(found) } else { own_numbers(fields, place, true) }
}

fn own_numbers(fields: &Map<String, Value>, place: &str, any: bool) -> Result<Option<CarrierId>, String> {
    let mut found = None;
    for (name, value) in fields {
        let Some(field) = Field::named(name).filter(|field| (*field == Field::Any) == any) else {
            continue;
        };
        // SaferWatch's numbers are objects: `{"status": "ACTIVE", "Value": "23868"}`.
        let value =
            value.as_object().and_then(|inner| inner.get("Value").or_else(|| inner.get("value"))).unwrap_or(value);
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => continue,
        };
        let Some(text) = cell(&text) else { continue };
        let carrier = read(field, text).map_err(|error| format!("{place}, {name}: {error}"))?;
        found = Some(super::joined(found, carrier, place)?);
    }
    Ok(found)
}
