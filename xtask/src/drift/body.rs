//! A body under its schema. What is written about it names kinds and places, never a value.

use super::formats;
use super::tally::{Deviation, Tally};
use crate::document::nodes::escape;
use crate::document::{entries, resolve};
use serde_json::Value;
use std::collections::BTreeSet;

/// No answer is nested as deep.
const DEEPEST: u8 = 48;

/// What is expected at a place of a body.
#[derive(Clone, Copy)]
struct Expected<'a> {
    schema: &'a Value,
    /// The name of the schema, if it has one.
    name: Option<&'a str>,
    nullable: bool,
}

/// One body.
pub struct Reader<'a, 't> {
    pub tally: &'t mut Tally<'a>,
    /// The `$id`s of the body.
    pub ids: BTreeSet<String>,
    /// The shapes that the operation accepts beside its own.
    pub accepts: &'a Value,
}

impl<'a> Reader<'a, '_> {
    /// Reads `value` under `schema`, which stands at `place` of the document.
    pub fn read(&mut self, value: &Value, schema: &'a Value, place: &str) {
        self.value(value, schema, place, "", DEEPEST);
    }

    fn expected(&self, schema: &'a Value) -> Expected<'a> {
        let doc = self.tally.doc;
        let reference = match schema["allOf"].as_array().map(Vec::as_slice) {
            Some([one]) => &one["$ref"],
            _ => &schema["$ref"],
        };
        let name = reference.as_str().and_then(|target| target.strip_prefix("#/components/schemas/"));
        let target = name.and_then(|name| doc["components"]["schemas"].get(name)).unwrap_or(schema);
        let admits = |schema: &Value| {
            let mut branches =
                ["anyOf", "oneOf"].into_iter().flat_map(|word| schema[word].as_array().into_iter().flatten());
            schema["nullable"] == true || branches.any(|branch| branch["nullable"] == true)
        };
        let own = if schema.get("$ref").is_some() { target } else { schema };
        Expected { schema: target, name, nullable: admits(own) }
    }

    fn value(&mut self, value: &Value, schema: &'a Value, place: &str, at: &str, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let expected = self.expected(schema);
        let own = expected.schema;
        let place =
            &expected.name.map_or_else(|| place.to_owned(), |name| format!("/components/schemas/{}", escape(name)));
        if value.is_null() {
            let is_any = own["type"].is_null() && own["anyOf"].is_null() && own["oneOf"].is_null();
            if !expected.nullable && !is_any {
                self.note("null", place, at, "null where it is not documented", "add `nullable: true`");
            }
            return;
        }
        if let Some(target) = value["$ref"].as_str().filter(|_| value.as_object().is_some_and(|map| map.len() == 1)) {
            if !self.ids.contains(target) {
                self.note(
                    "reference",
                    place,
                    at,
                    "`$ref` to an `$id` that the body has not",
                    "describe it in spec/WIRE.md; a client must refuse it",
                );
            }
            return;
        }
        // Json.NET's form of a list.
        let value = match value.get("$values") {
            Some(list) if list.is_array() && own["type"] == "array" => list,
            _ => value,
        };
        for word in ["anyOf", "oneOf"] {
            if let Some(branches) = own[word].as_array() {
                return self.branches(value, branches, place, at, depth);
            }
        }
        match own["type"].as_str() {
            Some("array") => self.list(value, own, place, at, depth),
            Some("object") => self.object(value, expected, place, at, depth),
            Some(kind) => self.scalar(value, own, kind, place, at),
            None => {}
        }
    }

    fn branches(&mut self, value: &Value, branches: &'a [Value], place: &str, at: &str, depth: u8) {
        let doc = self.tally.doc;
        match branches.iter().find(|branch| is_of(value, resolve(doc, branch)["type"].as_str().unwrap_or_default())) {
            Some(branch) => self.value(value, branch, place, at, depth),
            None => self.wrong(value, "one of the documented kinds", place, at),
        }
    }

    fn list(&mut self, value: &Value, schema: &'a Value, place: &str, at: &str, depth: u8) {
        let (items, of_items, inner) = (&schema["items"], format!("{place}/items"), format!("{at}/*"));
        match value {
            Value::Array(list) => list.iter().for_each(|item| self.value(item, items, &of_items, &inner, depth)),
            Value::Object(_) => {
                if !(at.is_empty() && self.accepts("object")) {
                    self.note(
                        "shape",
                        place,
                        at,
                        "an object where a list is documented",
                        "add `x-mcp-accepts: [object]` to the operation, or correct the schema",
                    );
                }
                self.value(value, items, &of_items, at, depth);
            }
            _ => self.wrong(value, "array", place, at),
        }
    }

    fn accepts(&self, shape: &str) -> bool {
        self.accepts.as_array().is_some_and(|list| list.iter().any(|own| own == shape))
    }

    fn object(&mut self, value: &Value, expected: Expected<'a>, place: &str, at: &str, depth: u8) {
        let schema = expected.schema;
        let map = match value {
            Value::Object(map) => map,
            Value::String(_) if schema["x-mcp-text-as"].is_string() => return,
            Value::String(_) => {
                return self.note(
                    "text-for-object",
                    place,
                    at,
                    "a text where an object is documented",
                    "add `x-mcp-text-as` with the field that the text is, or correct the schema",
                );
            }
            Value::Array(list) => {
                if !(at.is_empty() && self.accepts("array")) {
                    self.note(
                        "shape",
                        place,
                        at,
                        "a list where an object is documented",
                        "add `x-mcp-accepts: [array]` to the operation, or correct the schema",
                    );
                }
                list.iter().for_each(|item| self.fields(item, expected, place, &format!("{at}/*"), depth));
                return;
            }
            _ => return self.wrong(value, "object", place, at),
        };
        if map.get("$ref").is_some_and(Value::is_string) {
            self.note(
                "reference",
                place,
                at,
                "`$ref` beside other fields",
                "describe it in spec/WIRE.md; a client must refuse it",
            );
        }
        self.fields(value, expected, place, at, depth);
    }

    fn fields(&mut self, value: &Value, expected: Expected<'a>, place: &str, at: &str, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let Some(map) = value.as_object() else {
            return self.wrong(value, "object", place, at);
        };
        let (properties, more) = (&expected.schema["properties"], &expected.schema["additionalProperties"]);
        let known = |name: &str| properties.get(name).is_some();
        if let Some(name) = expected.name {
            self.tally.saw(name, map.keys().map(String::as_str).filter(|name| known(name)));
        }
        let others: Vec<_> =
            map.keys().filter(|name| !known(name) && !["$id", "$ref"].contains(&name.as_str())).collect();
        // An object of which nothing is documented may be a map whose names are data.
        let is_documented = others.len() < map.len() && map.keys().any(|name| known(name));
        for (name, value) in map.iter().filter(|(name, _)| known(name)) {
            let inner = format!("{place}/properties/{}", escape(name));
            self.value(value, &properties[name], &inner, &format!("{at}/{}", escape(name)), depth);
        }
        for name in others {
            let value = &map[name];
            if more.is_object() || *more == true {
                if more.as_object().is_some_and(|more| !more.is_empty()) {
                    self.value(value, more, &format!("{place}/additionalProperties"), &format!("{at}/*"), depth);
                }
                continue;
            }
            let twin = entries(properties).map(|(own, _)| own).find(|own| own.eq_ignore_ascii_case(name)).cloned();
            let owner = expected.name.unwrap_or("the schema").to_owned();
            let (kind, at, place) = (kind(value), at.to_owned(), place.to_owned());
            self.tally.note_name(name, &at, is_documented, |shown| Deviation {
                class: "field",
                place,
                at: format!("{at}/{}", escape(twin.as_deref().unwrap_or(shown))),
                message: match &twin {
                    Some(twin) => format!("{owner} has `{twin}` in another case"),
                    None => format!("{owner} has a field that is not documented: {shown}, {kind}"),
                },
                repair: match &twin {
                    Some(_) => "correct the name: fields are case-sensitive".to_owned(),
                    None => format!(
                        "add `{shown}: {{{}, nullable: true, x-provenance: observed}}` to the properties of {owner}",
                        typed(value)
                    ),
                },
            });
        }
    }

    fn scalar(&mut self, value: &Value, schema: &Value, kind: &str, place: &str, at: &str) {
        if !is_of(value, kind) {
            return self.wrong(value, kind, place, at);
        }
        let known = &schema["x-known-values"];
        let closed = schema["enum"].as_array();
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // Clients read them whatever their case.
        let is_same = |own: &str| folded(own) == folded(&text);
        let listed = known.as_array().into_iter().flatten().filter_map(Value::as_str);
        let is_known = entries(known).map(|(own, _)| own.as_str()).chain(listed).any(is_same);
        if (!known.is_null() && !is_known || closed.is_some_and(|closed| !closed.contains(value))) && !text.is_empty() {
            self.note(
                "value",
                place,
                at,
                "a value that is not among the known ones",
                "add it to `x-known-values`, with its meaning and source; the first exchange shows it",
            );
        }
        let format = schema["format"].as_str().unwrap_or_default();
        let is_small = value.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
        if format == "int32" && !is_small {
            self.note("range", place, at, "a number beyond 32 bits", "write `format: int64`");
        }
        if value.as_str().is_some_and(|text| !formats::fits(format, text)) {
            let message = format!("a text that is not as `{format}` says");
            self.note("format", place, at, &message, "describe the form in spec/README.md, or take the format away");
        }
    }

    fn wrong(&mut self, value: &Value, documented: &str, place: &str, at: &str) {
        let message = format!("{} where {documented} is documented", kind(value));
        let repair = format!("correct it to `{}`, or describe both forms with `anyOf`", typed(value));
        self.note("type", place, at, &message, &repair);
    }

    fn note(&mut self, class: &'static str, place: &str, at: &str, message: &str, repair: &str) {
        self.tally.remark(class, place, if at.is_empty() { "/" } else { at }, message, repair);
    }
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| !" -_/".contains(*c)).collect::<String>().to_lowercase()
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

/// What a value is, in a word.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn typed(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "type: boolean",
        Value::Number(number) if number.is_f64() => "type: number, format: double",
        Value::Number(_) => "type: integer, format: int32",
        Value::Array(_) => "type: array, items: {}",
        Value::Object(_) => "type: object",
        Value::Null | Value::String(_) => "type: string",
    }
}

/// Every `$id` of a body, every text of it in lower case, and an `$id` that is there twice.
pub fn collect(value: &Value, ids: &mut BTreeSet<String>, texts: &mut BTreeSet<String>, twice: &mut bool) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match value.as_str() {
                    Some(id) if name == "$id" => *twice |= !ids.insert(id.to_owned()),
                    _ => collect(value, ids, texts, twice),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|item| collect(item, ids, texts, twice)),
        // A long text is no name.
        Value::String(text) if text.len() < 64 => drop(texts.insert(text.to_lowercase())),
        _ => {}
    }
}
