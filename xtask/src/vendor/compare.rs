//! What the vendor's document has that the snapshot has not, and the other way round.

use super::snapshot::{Row, Table, Tables};
use crate::document::{entries, operations, resolve};
use serde_json::Value;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Added,
    Removed,
    Changed,
}

/// A row that differs.
#[derive(Clone, Debug)]
pub struct Delta {
    pub table: Table,
    pub what: What,
    /// As it was, or as it is if it is new.
    pub row: Row,
    /// As it is; the same as `row` if it was removed.
    pub now: Row,
}

impl Delta {
    /// `field-added`, `parameter-changed`.
    pub fn rule(&self) -> String {
        let what = match self.what {
            What::Added => "added",
            What::Removed => "removed",
            What::Changed => "changed",
        };
        let subject = match self.table {
            Table::Operations => "operation",
            Table::Parameters => "parameter",
            Table::Models => "field",
        };
        format!("{subject}-{what}")
    }

    /// `PreviewCarrier.Source: integer (int32) -> string`.
    pub fn text(&self) -> String {
        let keys = if self.table == Table::Operations { 1 } else { 2 };
        let name = self.row.cells[..keys].join(".");
        let rest = |row: &Row| {
            row.cells[keys..].iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(", ")
        };
        match self.what {
            What::Changed => format!("{name}: {} -> {}", rest(&self.row), rest(&self.now)),
            _ => format!("{name}: {}", rest(&self.now)),
        }
    }
}

/// Every row that differs, in the order of the tables.
pub fn deltas(last: &Tables, now: &Tables) -> Vec<Delta> {
    let mut deltas = Vec::new();
    for table in Table::ALL {
        for row in now.rows(table) {
            match last.find(table, row) {
                None => deltas.push(Delta { table, what: What::Added, row: row.clone(), now: row.clone() }),
                Some(own) => {
                    if let Some(now) = changed(table, own, row) {
                        deltas.push(Delta { table, what: What::Changed, row: own.clone(), now });
                    }
                }
            }
        }
        for row in last.rows(table).iter().filter(|row| now.find(table, row).is_none()) {
            deltas.push(Delta { table, what: What::Removed, row: row.clone(), now: row.clone() });
        }
    }
    deltas
}

// The row as it is now, if the vendor's document says something else. Remarks are the snapshot's own, and so are the
// meanings of codes.
fn changed(table: Table, own: &Row, row: &Row) -> Option<Row> {
    let mut now = own.clone();
    let counted = match table {
        Table::Operations => 1..4,
        Table::Parameters => 2..5,
        Table::Models => 2..3,
    };
    for n in counted {
        // Paths are case-insensitive.
        if !own.cell(n).eq_ignore_ascii_case(row.cell(n)) {
            row.cell(n).clone_into(&mut now.cells[n]);
        }
    }
    if table == Table::Models {
        let known: Vec<&str> =
            own.cell(3).split_whitespace().map(|word| word.split('=').next().unwrap_or(word)).collect();
        let more: Vec<&str> = row.cell(3).split_whitespace().filter(|code| !known.contains(code)).collect();
        if !more.is_empty() {
            let more = more.iter().map(|code| format!("{code}=?")).collect::<Vec<_>>().join(" ");
            now.cells[3] = format!("{} {more}", own.cell(3)).trim().to_owned();
        }
    }
    (now != *own).then_some(now)
}

/// Where openapi.yaml differs from the snapshot on purpose, and the vendor's document now says the same: a JSON pointer and
/// what is needless there.
pub fn needless(doc: &Value, delta: &Delta) -> Option<(String, String)> {
    let (old, new) = (&delta.row, &delta.now);
    match (delta.table, delta.what) {
        (Table::Models, What::Added) => {
            let (place, field) = field(doc, new)?;
            (field["x-provenance"] == "seed")
                .then(|| (place, "`x-provenance: seed`: the vendor has published the field".to_owned()))
        }
        (Table::Models, What::Changed) => {
            let (place, field) = field(doc, new)?;
            let ours = words(doc, field);
            (ours == new.cell(2) && ours != old.cell(2))
                .then(|| (place, format!("the note on why it is `{ours}`: so it is with the vendor, too")))
        }
        (Table::Operations, What::Changed) => {
            let (place, op) = operation(doc, new.cell(0))?;
            let is_list = |kind: &str| kind.starts_with("Array[");
            let ours = words(doc, &op["responses"]["200"]["content"]["application/json"]["schema"]);
            let now_alike = is_list(&ours) == is_list(new.cell(3)) && is_list(&ours) != is_list(old.cell(3));
            (now_alike && !op["x-mcp-accepts"].is_null()).then(|| {
                (
                    format!("{place}/x-mcp-accepts"),
                    "`x-mcp-accepts`, unless the wire still shows both shapes".to_owned(),
                )
            })
        }
        _ => None,
    }
}

/// A field of the vendor's in openapi.yaml: pointer and schema.
pub fn field<'a>(doc: &'a Value, row: &Row) -> Option<(String, &'a Value)> {
    let (name, schema) = model(doc, row.cell(0))?;
    let field = schema["properties"].get(row.cell(1))?;
    Some((format!("/components/schemas/{name}/properties/{}", row.cell(1)), field))
}

/// The schema of a model of the vendor's.
pub fn model<'a>(doc: &'a Value, vendor: &str) -> Option<(&'a str, &'a Value)> {
    let found = entries(&doc["components"]["schemas"]).find(|(_, schema)| schema["x-vendor-name"] == vendor)?;
    Some((found.0.as_str(), found.1))
}

/// An operation by the vendor's name for it.
pub fn operation<'a>(doc: &'a Value, vendor: &str) -> Option<(String, &'a Value)> {
    let (path, verb, op) = operations(doc).find(|(_, _, op)| op["x-vendor-name"] == vendor)?;
    Some((format!("/paths/{}/{verb}", crate::document::nodes::escape(path)), op))
}

/// A type of ours in the vendor's words.
pub fn words(doc: &Value, schema: &Value) -> String {
    let target = schema["$ref"].as_str().or(schema["allOf"][0]["$ref"].as_str());
    if let Some(target) = target {
        let named = doc.pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null);
        if let Some(vendor) = named["x-vendor-name"].as_str() {
            return vendor.split('@').next().unwrap_or(vendor).to_owned();
        }
        if !named["x-known-values"].is_null() {
            return words(doc, named);
        }
        return target.rsplit('/').next().unwrap_or(target).to_owned();
    }
    let schema = resolve(doc, schema);
    match (schema["type"].as_str().unwrap_or("object"), schema["format"].as_str()) {
        ("array", _) => format!("Array[{}]", words(doc, &schema["items"])),
        (kind, Some("mcp-date-time")) => format!("{kind} (date-time)"),
        (kind, Some(format)) if format.starts_with("mcp-") => kind.to_owned(),
        (kind, Some(format)) => format!("{kind} ({format})"),
        (kind, None) => kind.to_owned(),
    }
}
