//! Takes the vendor's changes into openapi.yaml and the snapshot, as far as a program can.

use super::compare::{Delta, What, field, model, needless, operation, words};
use super::edit::Edits;
use super::snapshot::{Row, Table};
use crate::document::nodes::escape;
use crate::document::{entries, resolve};
use heck::ToSnakeCase as _;
use serde_json::Value;

/// What a person must do, where a program cannot.
pub type ByHand = &'static str;

const KEEP: ByHand = "remove it from openapi.yaml when the wire no longer has it, and keep it until then";
const JUDGE: ByHand =
    "openapi.yaml has another type on purpose: see spec/WIRE.md, and change it by hand if the reason is gone";
const UNKNOWN: ByHand = "openapi.yaml has no place for it: describe the operation or model by hand";
const FORM: ByHand = "openapi.yaml has it in a form that is not edited by programs: change it by hand";
const SHAPE: ByHand = "compare it with what the wire does, and change the answer or `x-mcp-accepts` by hand";
const CODES: ByHand = "find out what the new codes mean, and add them to `x-known-values`";

/// The edits of openapi.yaml so far, and what is new in it.
pub struct Applied<'a> {
    doc: &'a Value,
    edits: Edits<'a>,
    /// The fields of models that openapi.yaml does not have.
    models: Vec<(String, Vec<Row>)>,
    /// Operations that it does not have, with their parameters.
    operations: Vec<(Row, Vec<Row>)>,
    nullable: Vec<String>,
}

impl<'a> Applied<'a> {
    pub fn of(doc: &'a Value, text: &'a str, deltas: &[Delta]) -> Self {
        let mut applied =
            Self { doc, edits: Edits::of(text), models: Vec::new(), operations: Vec::new(), nullable: Vec::new() };
        // First what is new as a whole: others may refer to it.
        for delta in deltas.iter().filter(|delta| delta.what == What::Added) {
            let name = delta.now.cell(0);
            match delta.table {
                Table::Operations => applied.operations.push((delta.now.clone(), Vec::new())),
                Table::Models if model(doc, name).is_none() && applied.is_free(name) => {
                    match applied.models.iter_mut().find(|(own, _)| own == name) {
                        Some((_, rows)) => rows.push(delta.now.clone()),
                        None => applied.models.push((name.to_owned(), vec![delta.now.clone()])),
                    }
                }
                _ => {}
            }
        }
        applied
    }

    fn is_free(&self, name: &str) -> bool {
        !entries(&self.doc["components"]["schemas"]).any(|(own, _)| own.eq_ignore_ascii_case(name))
    }

    /// Takes in one change, or says what is left to a person.
    pub fn take(&mut self, delta: &Delta) -> Option<ByHand> {
        match (delta.table, delta.what) {
            (_, What::Removed) => Some(KEEP),
            (Table::Operations, What::Added) => None,
            (Table::Operations, What::Changed) => Some(SHAPE),
            (Table::Parameters, What::Added) => self.parameter(&delta.now),
            (Table::Parameters, What::Changed) => self.retyped_parameter(delta),
            (Table::Models, What::Added) => self.field(delta),
            (Table::Models, What::Changed) if delta.row.cell(2) == delta.now.cell(2) => Some(CODES),
            (Table::Models, What::Changed) => {
                let Some((place, own)) = field(self.doc, &delta.now) else { return Some(UNKNOWN) };
                let ours = words(self.doc, own);
                self.retype(&place, &ours, delta.row.cell(2), delta.now.cell(2))
            }
        }
    }

    fn retype(&mut self, place: &str, ours: &str, old: &str, new: &str) -> Option<ByHand> {
        if ours == new {
            return None;
        }
        if ours != old {
            return Some(JUDGE);
        }
        let (Some(before), Some(after)) = (scalar(old), scalar(new)) else { return Some(FORM) };
        let line = self.edits.line(place);
        let text = self.edits.text(line);
        let (closed, open) = (format!("{{{before}}}"), format!("{{{before},"));
        let edited = if text.contains(&closed) {
            text.replacen(&closed, &format!("{{{after}}}"), 1)
        } else {
            text.replacen(&open, &format!("{{{after},"), 1)
        };
        if edited == text {
            return Some(FORM);
        }
        self.edits.replace(line, edited);
        None
    }

    fn retyped_parameter(&mut self, delta: &Delta) -> Option<ByHand> {
        if delta.row.cell(2) != delta.now.cell(2) || delta.row.cell(4) != delta.now.cell(4) {
            return Some(FORM);
        }
        let Some((place, op)) = operation(self.doc, delta.now.cell(0)) else { return Some(UNKNOWN) };
        for (n, own) in op["parameters"].as_array().into_iter().flatten().enumerate() {
            let parameter = resolve(self.doc, own);
            if parameter["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(delta.now.cell(1))) {
                let shared = own["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
                let place = shared.map_or_else(|| format!("{place}/parameters/{n}"), str::to_owned);
                let ours = words(self.doc, &parameter["schema"]);
                return self.retype(&format!("{place}/schema"), &ours, delta.row.cell(3), delta.now.cell(3));
            }
        }
        Some(UNKNOWN)
    }

    fn parameter(&mut self, row: &Row) -> Option<ByHand> {
        if let Some((_, parameters)) = self.operations.iter_mut().find(|(own, _)| own.cell(0) == row.cell(0)) {
            parameters.push(row.clone());
            return None;
        }
        let Some((place, op)) = operation(self.doc, row.cell(0)) else { return Some(UNKNOWN) };
        let count = op["parameters"].as_array().map_or(0, Vec::len);
        let (Some(last), Some(text)) = (count.checked_sub(1), parameter(row)) else { return Some(FORM) };
        let line = self.edits.line(&format!("{place}/parameters/{last}"));
        let indent = self.edits.indent(line);
        self.edits.insert(self.edits.end(line), indented(&text, indent));
        None
    }

    fn field(&mut self, delta: &Delta) -> Option<ByHand> {
        let row = &delta.now;
        if self.models.iter().any(|(name, _)| name == row.cell(0)) {
            return None;
        }
        let Some((name, schema)) = model(self.doc, row.cell(0)) else { return Some(UNKNOWN) };
        if let Some((place, own)) = field(self.doc, row) {
            let line = self.edits.line(&place);
            if needless(self.doc, delta).is_some() {
                let text = self.edits.text(line).replacen(", x-provenance: seed", "", 1);
                self.edits.replace(line, text);
            }
            return (words(self.doc, own) != row.cell(2)).then_some(JUDGE);
        }
        let base = format!("/components/schemas/{}/properties", escape(name));
        let lines =
            entries(&schema["properties"]).map(|(field, _)| self.edits.line(&format!("{base}/{}", escape(field))));
        let (Some(last), Some(text)) = (lines.max(), self.schema(row.cell(2), row.cell(1))) else { return Some(FORM) };
        let indent = self.edits.indent(last);
        self.edits.insert(self.edits.end(last), indented(&format!("{}: {text}", row.cell(1)), indent));
        None
    }

    // What a field of the vendor's type is in openapi.yaml.
    fn schema(&mut self, kind: &str, field: &str) -> Option<String> {
        if field.eq_ignore_ascii_case("DOTNumber") && kind.starts_with("integer") {
            return Some("{$ref: '#/components/schemas/DotNumber'}".to_owned());
        }
        if let Some(item) = kind.strip_prefix("Array[").and_then(|rest| rest.strip_suffix(']')) {
            let items = match scalar(item) {
                Some(text) => format!("{{{text}, nullable: true}}"),
                None => format!("{{$ref: '#/components/schemas/{}'}}", self.named(item)?),
            };
            return Some(format!("{{type: array, nullable: true, items: {items}}}"));
        }
        if let Some(text) = scalar(kind) {
            return Some(format!("{{{text}, nullable: true}}"));
        }
        let name = self.named(kind)?;
        self.nullable.push(name.clone());
        Some(format!("{{type: object, nullable: true, allOf: [{{$ref: '#/components/schemas/{name}'}}]}}"))
    }

    fn named(&self, vendor: &str) -> Option<String> {
        let own = model(self.doc, vendor).map(|(name, _)| name.to_owned());
        own.or_else(|| self.models.iter().find(|(name, _)| name == vendor).map(|(name, _)| name.clone()))
    }

    /// The text of openapi.yaml with all that was taken in; none if nothing was.
    pub fn finish(mut self) -> Option<String> {
        for (name, rows) in std::mem::take(&mut self.models) {
            // Others may refer to it while its own fields are written.
            self.models.push((name.clone(), Vec::new()));
            let mut text = format!(
                "\n{name}:\n  title: {name}\n  x-vendor-name: {name}\n  description: Published by the vendor, without a description.\n  type: object\n  nullable: true\n  x-provenance: published\n  properties:"
            );
            for row in &rows {
                let schema = self
                    .schema(row.cell(2), row.cell(1))
                    .unwrap_or_else(|| "{type: object, nullable: true}".to_owned());
                text.push_str(&format!("\n    {}: {schema}", row.cell(1)));
            }
            self.after_last("/components/schemas", &self.doc["components"]["schemas"], &text);
        }
        for (row, parameters) in std::mem::take(&mut self.operations) {
            let text = self.operation(&row, &parameters);
            self.after_last("/paths", &self.doc["paths"], &text);
        }
        for name in std::mem::take(&mut self.nullable) {
            self.make_nullable(&name);
        }
        (!self.edits.is_empty()).then(|| self.edits.finish())
    }

    fn after_last(&mut self, place: &str, parts: &Value, text: &str) {
        let lines = entries(parts).map(|(name, _)| self.edits.line(&format!("{place}/{}", escape(name))));
        if let Some(last) = lines.max() {
            let indent = self.edits.indent(last);
            self.edits.insert(self.edits.end(last), indented(text, indent));
        }
    }

    // A reference that may be null wants a target that admits it.
    fn make_nullable(&mut self, name: &str) {
        let place = format!("/components/schemas/{}", escape(name));
        let Some(schema) = self.doc.pointer(&place) else { return };
        if schema["nullable"] == true || !schema["type"].is_string() {
            return;
        }
        let line = self.edits.line(&format!("{place}/type"));
        let indent = self.edits.indent(line);
        self.edits.insert(line, indented(&format!("nullable: true\ntitle: {name}"), indent));
    }

    // Nobody knows whether it may be repeated, so it may not.
    fn operation(&mut self, row: &Row, parameters: &[Row]) -> String {
        let (name, verb, path) = (row.cell(0), row.cell(1).to_lowercase(), row.cell(2));
        let schema = match row.cell(3) {
            "object" => "{description: Undocumented.}".to_owned(),
            kind => match kind.strip_prefix("Array[").and_then(|rest| rest.strip_suffix(']')) {
                Some(item) => self
                    .named(item)
                    .map(|own| format!("{{type: array, items: {{$ref: '#/components/schemas/{own}'}}}}")),
                None => self.named(kind).map(|own| format!("{{$ref: '#/components/schemas/{own}'}}")),
            }
            .unwrap_or_else(|| "{description: Undocumented.}".to_owned()),
        };
        let tag = self.doc["tags"][0]["name"].as_str().unwrap_or("carriers");
        let list: String = parameters.iter().filter_map(parameter).map(|text| indented(&text, 6) + "\n").collect();
        let list = if list.is_empty() { String::new() } else { format!("    parameters:\n{list}") };
        format!(
            "\n{path}:\n  {verb}:\n    operationId: {}\n    tags: [{tag}]\n    x-vendor-name: {name}\n    summary: {name}\n    \
             description: Published by the vendor, without a description.\n    x-mcp-idempotency: once\n    x-provenance: published\n\
             {list}    responses:\n      \"200\":\n        description: The answer.\n        content:\n          application/json:\n            \
             schema: {schema}",
            name.to_snake_case()
        )
    }
}

fn parameter(row: &Row) -> Option<String> {
    let required = if row.cell(4) == "yes" { "\n  required: true" } else { "" };
    Some(format!(
        "- name: {}\n  in: {}{required}\n  x-provenance: published\n  description: Published by the vendor, without a description.\n  schema: {{{}}}",
        row.cell(1),
        row.cell(2),
        scalar(row.cell(3))?
    ))
}

// A plain type in the form of openapi.yaml.
fn scalar(kind: &str) -> Option<String> {
    let (name, format) = match kind.split_once(" (") {
        Some((name, rest)) => (name, rest.strip_suffix(')')),
        None => (kind, None),
    };
    if !["string", "integer", "number", "boolean"].contains(&name) {
        return None;
    }
    // Times have no offset on the wire.
    let format = format.map(|format| if format == "date-time" { "mcp-date-time" } else { format });
    Some(format.map_or_else(|| format!("type: {name}"), |format| format!("type: {name}, format: {format}")))
}

fn indented(text: &str, indent: usize) -> String {
    let line = |line: &str| if line.is_empty() { String::new() } else { format!("{:indent$}{line}", "") };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}
