//! Carriers in JSON: a list, one record a line, or the pages of the vendor.

use super::field::{Field, cell, read};
use super::merge::joined;
use super::report::{IS_PLAN, Named, Report};
use mycarrierpackets::types::{CarrierId, Sameness};
use mycarrierpackets_sync::reconcile::Identity;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// How deep a record may hold its numbers: `CarrierDetails.dotNumber.Value`.
const DEEPEST: usize = 3;

/// The carriers of a JSON text, each with its place.
pub fn carriers(text: &str, report: &mut Report) -> Result<Vec<Named>, String> {
    let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let documents: Result<Vec<Value>, _> = documents.collect();
    let documents = documents.map_err(|e| format!("this is not JSON at line {}, column {}", e.line(), e.column()))?;
    let several = documents.len() > 1;
    let (mut found, mut paged) = (Vec::new(), Paged::default());
    for (number, document) in documents.iter().enumerate() {
        let mut reader = Reader { ids: objects_by_id(document), report };
        let place = if several { format!("record {}", number + 1) } else { String::new() };
        let Some(items) = reader.items(document)? else {
            let place = if several { place } else { "the record".to_owned() };
            found.push(reader.named(document, place)?);
            continue;
        };
        paged.count(document, items.len());
        for (number, item) in items.iter().enumerate() {
            let inner = format!("item {}", number + 1);
            let place = if several { format!("{place}, {inner}") } else { inner };
            found.push(reader.named(item, place)?);
        }
    }
    paged.check()?;
    report.rows = found.len();
    Ok(found)
}

/// How many records the pages of a text hold, of how many.
#[derive(Default)]
struct Paged {
    held: u64,
    total: u64,
}

impl Paged {
    fn count(&mut self, page: &Value, items: usize) {
        let fields = page.as_object().into_iter().flatten();
        let totals = fields.filter(|(name, _)| name.eq_ignore_ascii_case("totalCount"));
        self.total = totals.filter_map(|(_, total)| total.as_u64()).fold(self.total, u64::max);
        self.held += items as u64;
    }

    fn check(&self) -> Result<(), String> {
        let Self { held, total } = self;
        if held < total {
            return Err(format!(
                "the vendor has {total} carriers and {held} are here: put all of its pages into the file"
            ));
        }
        Ok(())
    }
}

/// The objects that a `$ref` may mean.
fn objects_by_id(document: &Value) -> HashMap<&str, &Value> {
    let mut found = HashMap::new();
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

/// Reads the records of one document.
struct Reader<'a> {
    ids: HashMap<&'a str, &'a Value>,
    report: &'a mut Report,
}

impl<'a> Reader<'a> {
    /// The list that a document is, or the one that a page holds; `None` for what is a record itself.
    fn items(&mut self, document: &'a Value) -> Result<Option<&'a [Value]>, String> {
        let fields = match document {
            Value::Array(items) => return Ok(Some(items)),
            Value::Object(fields) => fields,
            _ => return Ok(None),
        };
        let lists: Vec<&[Value]> = fields.values().filter_map(list).filter(|list| !list.is_empty()).collect();
        let of_objects = |list: &&[Value]| list.iter().all(Value::is_object);
        if let Some(own) = self.record(fields, "the record", 0)? {
            // A file may say who it is of, beside the carriers in it.
            for item in lists.iter().filter(|list| of_objects(list)).flat_map(|list| list.iter()) {
                let other = item.as_object().map(|fields| self.own_numbers(fields, "an item of it", false));
                if other.transpose()?.flatten().is_some_and(|other| other.compare(&own) != Sameness::Same) {
                    return Err(format!("it names {own} and holds a list of other carriers: leave the list out"));
                }
            }
            return Ok(None);
        }
        let mut objects = lists.iter().copied().filter(of_objects);
        Ok(match (objects.next(), objects.next(), lists.as_slice()) {
            (Some(list), None, _) => Some(list),
            (None, _, &[list]) => Some(list),
            (None, _, []) if fields.values().any(|value| list(value).is_some()) => Some(&[]),
            _ => None,
        })
    }

    /// The object that a value is, or refers to.
    fn object(&self, value: &'a Value, place: &str) -> Result<Option<&'a Map<String, Value>>, String> {
        let Some(fields) = value.as_object() else { return Ok(None) };
        let Some(id) = fields.get("$ref").and_then(Value::as_str) else { return Ok(Some(fields)) };
        let meant = self.ids.get(id).and_then(|meant| meant.as_object());
        meant.map(Some).ok_or_else(|| format!("{place}: it refers to record {id}, which does not exist"))
    }

    fn named(&mut self, item: &'a Value, place: String) -> Result<Named, String> {
        let carrier = match item {
            Value::String(text) => match cell(text) {
                Some(text) => Some(text.parse::<CarrierId>().map_err(|error| format!("{place}: {error}"))?.into()),
                None => None,
            },
            Value::Number(number) => {
                Some(read(Field::Dot, &number.to_string()).map_err(|error| format!("{place}: {error}"))?.into())
            }
            item => match self.object(item, &place)? {
                Some(fields) if fields.get("action").and_then(Value::as_str) == Some("remove") => {
                    return Err(format!("{place}: {}", IS_PLAN));
                }
                Some(fields) => match self.record(fields, &place, 0)? {
                    None => self.own_numbers(fields, &place, true)?,
                    found => found,
                },
                None => None,
            },
        };
        let carrier = carrier.ok_or_else(|| format!("{place}: it holds no DOT, docket or intrastate number"))?;
        Ok(Named { carrier, place })
    }

    /// The carrier that the fields of an object name, or else those of the objects in it.
    fn record(
        &mut self,
        fields: &'a Map<String, Value>,
        place: &str,
        depth: usize,
    ) -> Result<Option<Identity>, String> {
        let mut found = self.own_numbers(fields, place, false)?;
        if found.is_some() || depth >= DEEPEST {
            return Ok(found);
        }
        for (_, value) in fields.iter().filter(|(name, _)| *name != "answer") {
            let Some(inner) = self.object(value, place)? else { continue };
            if let Some(carrier) = self.record(inner, place, depth + 1)? {
                found = Some(joined(found, carrier, place)?);
            }
        }
        Ok(found)
    }

    fn own_numbers(
        &mut self,
        fields: &'a Map<String, Value>,
        place: &str,
        any: bool,
    ) -> Result<Option<Identity>, String> {
        let mut found = None;
        for (name, value) in fields {
            let Some(field) = Field::named(name).filter(|field| (*field == Field::Any) == any) else {
                continue;
            };
            // SaferWatch's numbers are objects: `{"status": "ACTIVE", "Value": "23868"}`.
            let value = match self.object(value, place)? {
                Some(inner) => inner.get("Value").or_else(|| inner.get("value")).unwrap_or(&Value::Null),
                None => value,
            };
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Null => continue,
                _ if any => continue,
                _ => return Err(format!("{place}, {name}: there is neither a number nor text")),
            };
            let Some(text) = cell(&text) else {
                self.report.empty_cells += usize::from(!text.is_empty());
                continue;
            };
            let carrier = read(field, text).map_err(|error| format!("{place}, {name}: {error}"))?;
            if !self.report.columns.iter().any(|(known, _)| known == name) {
                self.report.columns.push((name.clone(), field.meaning()));
            }
            found = Some(joined(found, carrier.into(), place)?);
        }
        Ok(found)
    }
}

/// A list, also as Json.NET writes one that has an id.
fn list(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Array(items) => Some(items),
        Value::Object(fields) => fields.get("$values")?.as_array().map(Vec::as_slice),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
