//! The differences of schemas.

use super::change::{At, Comparison, from_to, shown};
use super::effect::Direction;
use crate::document::{entries, operations, referred, resolve};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

impl Comparison<'_> {
    /// The named schemas, each once, whoever refers to it.
    pub fn named_schemas(&mut self) {
        let (base, head) = (self.base, self.head);
        let (old, new) = (&base["components"]["schemas"], &head["components"]["schemas"]);
        let (before, after) = (Reach::of(base), Reach::of(head));
        let renamed = self.renamed.clone();
        for (name, schema) in entries(old) {
            let now = renamed.get(name).unwrap_or(name);
            let (was, is) = (before.of_schema(name), after.of_schema(now));
            let direction = Direction { sent: was.sent || is.sent, answered: was.answered || is.answered };
            let mut at = At::new(now, "/components/schemas", direction);
            at.base = at.below(name).base;
            at.head = at.below(now).head;
            match new.get(now) {
                None => self.push_gone("schema-removed", &at, ""),
                Some(other) => {
                    if now != name {
                        self.push("schema-renamed", &at, format!("was {name}"));
                    }
                    self.schema(&at, schema, other);
                }
            }
        }
        for (name, _) in entries(new).filter(|(name, _)| old.get(name.as_str()).is_none()) {
            if !renamed.values().any(|now| now == name) {
                self.push("schema-added", &At::new(name, "/components/schemas", Direction::default()).below(name), "");
            }
        }
    }

    /// A schema wherever it stands.
    pub fn schema(&mut self, at: &At, base: &Value, head: &Value) {
        match (reference(base), reference(head)) {
            (None, None) => self.keywords(at, base, head),
            (Some(old), Some(new)) => {
                let now = self.renamed.get(old).map_or(old, String::as_str);
                if now != new {
                    self.push("schema-replaced", at, format!("{old} -> {new}"));
                } else if base.get("$ref").is_none() || head.get("$ref").is_none() {
                    self.nullable(at, nullable(self.base, base), nullable(self.head, head));
                }
                self.rest(at, base, head, &["$ref", "allOf", "type", "nullable"]);
            }
            (old, new) => {
                let name = old.or(new).unwrap_or_default();
                self.push(
                    "schema-named",
                    at,
                    if new.is_some() { format!("now {name}") } else { format!("was {name}") },
                );
                let (base, head) = (target(self.base, base), target(self.head, head));
                // The named side may refer on; the other one ends.
                self.keywords(at, base, head);
            }
        }
    }

    fn keywords(&mut self, at: &At, base: &Value, head: &Value) {
        if base == head {
            return;
        }
        let (old, new) = (&base["type"], &head["type"]);
        match (old.as_str(), new.as_str()) {
            _ if old == new => {}
            (Some("integer"), Some("number")) => self.push("number-widened", &at.below("type"), from_to(old, new)),
            (Some("number"), Some("integer")) => self.push("number-narrowed", &at.below("type"), from_to(old, new)),
            _ => return self.push("type-changed", &at.below("type"), from_to(old, new)),
        }
        self.format(&at.below("format"), base, head);
        self.nullable(at, base["nullable"] == true, head["nullable"] == true);
        self.values(&at.below("enum"), &base["enum"], &head["enum"]);
        for (word, greater_is_looser) in LIMITS {
            self.limit(&at.below(word), &base[word], &head[word], greater_is_looser);
        }
        self.default(&at.below("default"), base, head);
        self.fields(at, base, head);
        if base["items"].is_object() || head["items"].is_object() {
            self.schema(&at.below("items"), &base["items"], &head["items"]);
        }
        self.openness(&at.below("additionalProperties"), base, head);
        for word in ["allOf", "anyOf", "oneOf"] {
            self.variants(&at.below(word), &base[word], &head[word]);
        }
        self.known_values(&at.below("x-known-values"), base, head);
        self.pair("order-changed", at, base, head, "x-mcp-order");
        self.pair("rust-type-changed", at, base, head, "x-mcp-schema");
        self.pair("title-changed", at, base, head, "title");
        match (base["x-mcp-text-as"].is_null(), head["x-mcp-text-as"].is_null()) {
            (true, false) => self.pair("text-for-object-added", at, base, head, "x-mcp-text-as"),
            (false, true) => self.pair("text-for-object-removed", at, base, head, "x-mcp-text-as"),
            _ => self.pair("text-for-object-changed", at, base, head, "x-mcp-text-as"),
        }
        self.rest(at, base, head, &HANDLED);
    }

    /// A key whose values are compared as a whole.
    pub fn pair(&mut self, kind: &'static str, at: &At, base: &Value, head: &Value, key: &str) {
        if base[key] == head[key] {
            return;
        }
        let (at, detail) = (at.below(key), from_to(&base[key], &head[key]));
        if head[key].is_null() { self.push_gone(kind, &at, detail) } else { self.push(kind, &at, detail) }
    }

    fn format(&mut self, at: &At, base: &Value, head: &Value) {
        let (old, new) = (&base["format"], &head["format"]);
        if old == new {
            return;
        }
        let kind = match (old.as_str().unwrap_or_default(), new.as_str().unwrap_or_default()) {
            ("int32", "int64" | "") | ("float", "double" | "") => "number-widened",
            ("int64" | "", "int32") | ("double" | "", "float") => "number-narrowed",
            ("int64", "") | ("", "int64") | ("double", "") | ("", "double") => "documentation",
            (old, new) if is_open(old) && is_open(new) => "text-format-changed",
            _ => "format-changed",
        };
        self.push(kind, at, from_to(old, new));
    }

    fn nullable(&mut self, at: &At, old: bool, new: bool) {
        match (old, new) {
            (false, true) => self.push("now-nullable", at, ""),
            (true, false) => self.push("no-longer-nullable", at, ""),
            _ => {}
        }
    }

    fn values(&mut self, at: &At, old: &Value, new: &Value) {
        match (old.as_array(), new.as_array()) {
            (Some(old), Some(new)) => {
                for value in new.iter().filter(|value| !old.contains(value)) {
                    self.push("value-added", at, shown(value));
                }
                for value in old.iter().filter(|value| !new.contains(value)) {
                    self.push_gone("value-removed", at, shown(value));
                }
            }
            (None, Some(_)) => self.push("values-closed", at, shown(new)),
            (Some(_), None) => self.push_gone("values-opened", at, shown(old)),
            (None, None) => {}
        }
    }

    fn limit(&mut self, at: &At, old: &Value, new: &Value, greater_is_looser: Option<bool>) {
        if old == new {
            return;
        }
        let word = at.head.rsplit('/').next().unwrap_or_default().to_owned();
        let detail = format!("{word} {}", from_to(old, new));
        let tighter = match (old.is_null(), new.is_null(), greater_is_looser) {
            (true, false, _) => *new != false,
            (false, true, _) => *old == false,
            (_, _, Some(greater_is_looser)) => match (old.as_f64(), new.as_f64()) {
                (Some(old), Some(new)) => (new > old) != greater_is_looser,
                // An exclusive limit is a yes or no.
                _ => *new == true,
            },
            // Of a pattern nobody can say which way it went.
            _ => {
                self.push("loosened", at, detail.clone());
                true
            }
        };
        self.push(if tighter { "tightened" } else { "loosened" }, at, detail);
    }

    fn default(&mut self, at: &At, base: &Value, head: &Value) {
        let kind = match (base.get("default"), head.get("default")) {
            (None, Some(_)) => "default-added",
            (Some(_), None) => return self.push_gone("default-removed", at, shown(&base["default"])),
            (Some(old), Some(new)) if old != new => "default-changed",
            _ => return,
        };
        self.push(kind, at, from_to(&base["default"], &head["default"]));
    }

    fn fields(&mut self, at: &At, base: &Value, head: &Value) {
        let (old, new) = (&base["properties"], &head["properties"]);
        let is_required = |schema: &Value, name: &str| {
            schema["required"].as_array().is_some_and(|names| names.iter().any(|own| own == name))
        };
        let field = |name: &str| at.below("properties").below(name).named(format!("{}.{name}", at.subject));
        for (name, schema) in entries(old) {
            let at = field(name);
            let Some(other) = new.get(name) else {
                self.push_gone("field-removed", &at, "");
                continue;
            };
            match (is_required(base, name), is_required(head, name)) {
                (false, true) => self.push("field-now-required", &at, ""),
                (true, false) => self.push("field-now-optional", &at, ""),
                _ => {}
            }
            self.schema(&at, schema, other);
        }
        for (name, _) in entries(new).filter(|(name, _)| old.get(name.as_str()).is_none()) {
            let kind = if is_required(head, name) { "required-field-added" } else { "field-added" };
            self.push(kind, &field(name), "");
        }
    }

    fn openness(&mut self, at: &At, base: &Value, head: &Value) {
        let (old, new) = (&base["additionalProperties"], &head["additionalProperties"]);
        if old == new {
            return;
        }
        if reference(old).is_some() || reference(new).is_some() || old.is_object() && new.is_object() {
            return self.schema(at, old, new);
        }
        // Left out it means yes.
        match (*old == false, *new == false) {
            (false, true) => self.push("closed", at, ""),
            (true, false) => self.push("opened", at, ""),
            _ if old.is_object() || new.is_object() => self.push("type-changed", at, from_to(old, new)),
            _ => self.push("documentation", at, "additionalProperties"),
        }
    }

    fn variants(&mut self, at: &At, base: &Value, head: &Value) {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let (all_old, all_new) = (list(base), list(head));
        let old: Vec<_> = all_old.iter().enumerate().filter(|(_, one)| !all_new.contains(one)).collect();
        let new: Vec<_> = all_new.iter().enumerate().filter(|(_, one)| !all_old.contains(one)).collect();
        for ((was, before), (is, after)) in old.iter().zip(&new) {
            let mut place = at.below(&is.to_string());
            place.base = at.below(&was.to_string()).base;
            self.schema(&place, before, after);
        }
        for (n, variant) in new.iter().skip(old.len()) {
            self.push("variant-added", &at.below(&n.to_string()), shown(variant));
        }
        for (n, variant) in old.iter().skip(new.len()) {
            self.push_gone("variant-removed", &at.below(&n.to_string()), shown(variant));
        }
    }

    fn known_values(&mut self, at: &At, base: &Value, head: &Value) {
        let (old, new) = (known(&base["x-known-values"]), known(&head["x-known-values"]));
        let codes = head["type"] == "integer";
        for (value, meaning) in &new {
            match old.get(value) {
                None => self.push("known-value-added", &at.below(value), value.as_str()),
                Some(before) if before == meaning => {}
                // A code's meaning is its name in Rust.
                Some(before) if codes => {
                    self.push("known-value-renamed", &at.below(value), format!("{value}: {before} -> {meaning}"));
                }
                Some(_) => self.push("documentation", &at.below(value), value.as_str()),
            }
        }
        for value in old.keys().filter(|value| !new.contains_key(*value)) {
            self.push_gone("known-value-removed", &at.below(value), value.as_str());
        }
    }
}

/// Words that limit a value, and whether a greater number allows more.
const LIMITS: [(&str, Option<bool>); 11] = [
    ("maximum", Some(true)),
    ("minimum", Some(false)),
    ("exclusiveMaximum", Some(true)),
    ("exclusiveMinimum", Some(false)),
    ("maxLength", Some(true)),
    ("minLength", Some(false)),
    ("maxItems", Some(true)),
    ("minItems", Some(false)),
    ("multipleOf", None),
    ("pattern", None),
    ("uniqueItems", Some(false)),
];

const HANDLED: [&str; 29] = [
    "type",
    "format",
    "nullable",
    "enum",
    "default",
    "properties",
    "required",
    "items",
    "additionalProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "title",
    "x-known-values",
    "x-mcp-order",
    "x-mcp-schema",
    "x-mcp-text-as",
    "$ref",
    "maximum",
    "minimum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "maxItems",
    "minItems",
    "multipleOf",
    "pattern",
    "uniqueItems",
];

/// Formats of which generators that do not know them make a plain text.
fn is_open(format: &str) -> bool {
    format.is_empty() || format == "password" || format.starts_with("mcp-")
}

/// The schema that this one means: by `$ref`, or by the form that may be null.
fn reference(schema: &Value) -> Option<&str> {
    let target = match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([one]) => &one["$ref"],
        _ => &schema["$ref"],
    };
    target.as_str()?.strip_prefix("#/components/schemas/")
}

fn target<'a>(doc: &'a Value, schema: &'a Value) -> &'a Value {
    reference(schema).and_then(|name| doc["components"]["schemas"].get(name)).unwrap_or(schema)
}

fn nullable(doc: &Value, schema: &Value) -> bool {
    let admits = |schema: &Value| {
        let mut branches = schema["anyOf"].as_array().into_iter().flatten();
        schema["nullable"] == true || branches.any(|branch| branch["nullable"] == true)
    };
    if schema.get("$ref").is_some() { admits(target(doc, schema)) } else { admits(schema) }
}

// Values with their meanings; a list has none.
fn known(values: &Value) -> BTreeMap<String, String> {
    let listed = values.as_array().into_iter().flatten().map(|value| (shown(value), String::new()));
    entries(values).map(|(value, meaning)| (value.clone(), shown(meaning))).chain(listed).collect()
}

/// Which schemas a client sends, and which it is sent.
struct Reach {
    sent: BTreeSet<String>,
    answered: BTreeSet<String>,
}

impl Reach {
    fn of(doc: &Value) -> Self {
        let (mut sent, mut answered) = (Vec::new(), Vec::new());
        for (_, _, op) in operations(doc) {
            for parameter in op["parameters"].as_array().into_iter().flatten() {
                sent.extend(referred(resolve(doc, parameter)));
            }
            sent.extend(referred(resolve(doc, &op["requestBody"])));
            for (_, answer) in entries(&op["responses"]) {
                answered.extend(referred(resolve(doc, answer)));
            }
        }
        for hooks in ["x-webhooks", "webhooks"] {
            answered.extend(referred(&doc[hooks]));
        }
        Self { sent: closure(doc, sent), answered: closure(doc, answered) }
    }

    fn of_schema(&self, name: &str) -> Direction {
        Direction { sent: self.sent.contains(name), answered: self.answered.contains(name) }
    }
}

fn closure(doc: &Value, mut left: Vec<String>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    while let Some(name) = left.pop() {
        let schema = &doc["components"]["schemas"][&name];
        if names.insert(name) {
            left.extend(referred(schema));
        }
    }
    names
}
