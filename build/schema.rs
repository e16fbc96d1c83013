//! Checks JSON against the schemas of a document: OpenAPI 3.0 and the document's own extensions, put as JSON Schema.
//!
//! Shared by `xtask` and the tests. Generous, it allows what a client must bear: any field may be unknown. Strict, it
//! allows what a server that knows only the document may say: an unknown field is a fault. `$id`, `$ref` and `$values`
//! are Json.NET's and always allowed.

use super::document::nodes::{escape, nodes};
use super::document::{entries, operations, referred, resolve};
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Whether a field that is not in the schema is a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    Generous,
    Strict,
}

type Compiled = Result<Arc<Validator>, String>;

/// The schemas of one document; each is compiled once.
pub struct Schemas<'a> {
    doc: &'a Value,
    compiled: Mutex<BTreeMap<(String, Mode), Compiled>>,
}

impl<'a> Schemas<'a> {
    /// The schemas of `doc`.
    pub fn of(doc: &'a Value) -> Self {
        Self { doc, compiled: Mutex::default() }
    }

    /// The faults of `value` under `schema`, a schema of the document.
    pub fn validate(&self, schema: &Value, value: &Value, mode: Mode) -> Vec<String> {
        let key = (schema.to_string(), mode);
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let validator = compiled.entry(key).or_insert_with(|| self.compile(schema, mode)).clone();
        drop(compiled);
        match validator {
            Ok(validator) => {
                validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
            }
            Err(reason) => vec![format!(": {reason}")],
        }
    }

    /// The schema of a 200 answer with the other shape that another source gives it: one for an array, an array for
    /// one.
    pub fn with_other_shape(&self, schema: &Value, accepts: &Value) -> Value {
        let accepts = |shape: &str| accepts.as_array().is_some_and(|list| list.iter().any(|known| known == shape));
        let other = match resolve(self.doc, schema)["type"].as_str() {
            Some("array") if accepts("object") => schema["items"].clone(),
            Some("object") if accepts("array") => json!({"type": "array", "items": schema}),
            _ => return schema.clone(),
        };
        json!({"x-either": [schema, other]})
    }

    /// Every example and default of the document: its pointer, its schema, its value.
    pub fn examples(&self) -> Vec<(String, Value, &'a Value)> {
        let accepts: Vec<_> = operations(self.doc)
            .map(|(path, verb, op)| (format!("/paths/{}/{verb}/responses/200/", escape(path)), &op["x-mcp-accepts"]))
            .collect();
        let mut found = Vec::new();
        for node in nodes(self.doc) {
            let accepts = accepts.iter().find(|(place, _)| node.place.starts_with(place)).map(|(_, accepts)| *accepts);
            let schema = match node.value.get("schema") {
                Some(schema) => self.with_other_shape(schema, accepts.unwrap_or(&Value::Null)),
                None if node.is_schema => node.value.clone(),
                None => continue,
            };
            for word in ["example", "default"] {
                if let Some(value) = node.value.get(word) {
                    found.push((format!("{}/{word}", node.place), schema.clone(), value));
                }
            }
            for (name, example) in entries(&node.value["examples"]) {
                if let Some(value) = example.get("value") {
                    found.push((format!("{}/examples/{}/value", node.place, escape(name)), schema.clone(), value));
                }
            }
        }
        found
    }

    fn compile(&self, schema: &Value, mode: Mode) -> Compiled {
        let mut root = self.translate(schema, mode);
        let mut names = BTreeSet::new();
        let mut left = referred(schema);
        while let Some(name) = left.pop() {
            let named = &self.doc["components"]["schemas"][&name];
            if !named.is_null() && names.insert(name) {
                left.extend(referred(named));
            }
        }
        let definition = |name: &String| (name.clone(), self.translate(&self.doc["components"]["schemas"][name], mode));
        if let Some(root) = root.as_object_mut() {
            root.insert("$defs".to_owned(), names.iter().map(definition).collect());
        }
        jsonschema::draft202012::new(&root).map(Arc::new).map_err(|fault| fault.to_string())
    }

    // A schema of the document as JSON Schema. `if` says more than `anyOf`: the faults keep their place.
    fn translate(&self, schema: &Value, mode: Mode) -> Value {
        if let Some([one, other]) = schema["x-either"].as_array().map(Vec::as_slice) {
            let is_array = |s: &Value| resolve(self.doc, s)["type"] == "array";
            let (array, object) = if is_array(one) { (one, other) } else { (other, one) };
            let (array, object) = (self.translate(array, mode), self.translate(object, mode));
            return json!({"if": {"type": "array"}, "then": array, "else": object});
        }
        let plain = self.unconditional(schema, mode);
        let text_may_stand = schema["x-mcp-text-as"].is_string();
        let mut allowed: Vec<_> = text_may_stand.then_some("string").into_iter().collect();
        if schema["nullable"] == true {
            allowed.push("null");
        }
        if allowed.is_empty() { plain } else { json!({"if": {"type": allowed}, "else": plain}) }
    }

    fn unconditional(&self, schema: &Value, mode: Mode) -> Value {
        if let Some(target) = schema["$ref"].as_str() {
            return json!({"$ref": target.replace("#/components/schemas/", "#/$defs/")});
        }
        let mut made = Map::new();
        for word in ["allOf", "oneOf", "anyOf"] {
            if let Some(parts) = schema[word].as_array() {
                // Of several parts each knows some of the fields.
                let mode = if word == "allOf" && parts.len() > 1 { Mode::Generous } else { mode };
                made.insert(word.to_owned(), parts.iter().map(|part| self.translate(part, mode)).collect());
            }
        }
        // Beside `allOf` the `type` is there for `nullable` alone: its parts say what is allowed.
        let composed = schema["allOf"].is_array();
        let words = ["type", "required", "enum", "minimum", "maximum", "pattern", "minItems", "maxItems"];
        for word in words.iter().chain(&["minLength", "maxLength", "multipleOf", "uniqueItems"]) {
            if let Some(value) = schema.get(word).filter(|_| !(composed && *word == "type")) {
                made.insert((*word).to_owned(), value.clone());
            }
        }
        match schema["type"].as_str() {
            Some("array") => return array(made, self.translate(&schema["items"], mode)),
            Some("object") if !composed => self.object(&mut made, schema, mode),
            _ => format(&mut made, schema["format"].as_str().unwrap_or_default()),
        }
        Value::Object(made)
    }

    fn object(&self, made: &mut Map<String, Value>, schema: &Value, mode: Mode) {
        let more = &schema["additionalProperties"];
        if more.is_object() {
            made.insert("additionalProperties".to_owned(), self.translate(more, mode));
        } else if more.is_boolean() {
            made.insert("additionalProperties".to_owned(), more.clone());
        }
        let Some(fields) = schema["properties"].as_object() else { return };
        let mut properties: Map<_, _> =
            fields.iter().map(|(name, s)| (name.clone(), self.translate(s, mode))).collect();
        properties.insert("$id".to_owned(), json!({"type": "string"}));
        properties.insert("$ref".to_owned(), json!({"type": "string"}));
        made.insert("properties".to_owned(), Value::Object(properties));
        if mode == Mode::Strict && more.is_null() {
            made.insert("additionalProperties".to_owned(), json!(false));
        }
    }
}

// Json.NET may write a list as an object around its `$values`.
fn array(mut made: Map<String, Value>, items: Value) -> Value {
    made.insert("items".to_owned(), items);
    let plain = Value::Object(made);
    let wrapped = json!({"type": "object", "required": ["$values"]});
    json!({"if": wrapped, "then": {"properties": {"$values": plain}}, "else": plain})
}

// How the values of a format are written; each may also be empty or `NA`.
const TEXTS: [(&str, &str); 6] = [
    ("mcp-count", r"\d+(,\d{3})*"),
    ("mcp-date", r"\d{4}-\d{2}-\d{2}|\d{2}/\d{2}/\d{4}"),
    ("mcp-docket-number", r"(MC|FF|MX)\d+"),
    ("mcp-money", r"\d+(,\d{3})*(\.\d{2})?"),
    ("mcp-percent", r"\d+(\.\d+)?"),
    ("mcp-yes-no", "Yes|No"),
];

fn format(made: &mut Map<String, Value>, format: &str) {
    match format {
        "int32" => {
            made.entry("minimum").or_insert_with(|| i32::MIN.into());
            made.entry("maximum").or_insert_with(|| i32::MAX.into());
        }
        "mcp-date-time" => {
            const TIME: &str = r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})?)?$";
            made.insert("pattern".to_owned(), TIME.into());
        }
        other => {
            if let Some((_, pattern)) = TEXTS.iter().find(|(format, _)| *format == other) {
                made.insert("pattern".to_owned(), format!("^(({pattern})?|NA|N/A)$").into());
            }
        }
    }
}
