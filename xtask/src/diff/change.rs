//! The changes that a comparison has found.

use super::effect::{Direction, Effect};
use crate::document::nodes::escape;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Which of the two documents a place is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Base,
    Head,
}

/// One change of meaning.
#[derive(Debug)]
pub struct Change {
    /// A row of the table in `effect`.
    pub kind: &'static str,
    /// What changed: `preview_carrier`, `CarrierData.Name`.
    pub subject: String,
    /// From what to what; empty if the kind says it all.
    pub detail: String,
    pub side: Side,
    /// A JSON pointer into the document of `side`.
    pub place: String,
    pub effect: Effect,
}

impl Change {
    /// In a line.
    pub fn text(&self) -> String {
        let words = self.kind.replace('-', " ");
        let detail = if self.detail.is_empty() { String::new() } else { format!(": {}", self.detail) };
        format!("{}: {words}{detail}", self.subject)
    }
}

/// The place of a part in both documents.
#[derive(Clone)]
pub struct At {
    pub subject: String,
    pub base: String,
    pub head: String,
    pub direction: Direction,
}

impl At {
    pub fn new(subject: &str, place: &str, direction: Direction) -> Self {
        Self { subject: subject.to_owned(), base: place.to_owned(), head: place.to_owned(), direction }
    }

    /// A part of it, with the same subject.
    pub fn below(&self, key: &str) -> Self {
        let place = |place: &str| format!("{place}/{}", escape(key));
        Self { base: place(&self.base), head: place(&self.head), ..self.clone() }
    }

    /// The same place with another subject.
    pub fn named(&self, subject: String) -> Self {
        Self { subject, ..self.clone() }
    }

    pub fn directed(&self, direction: Direction) -> Self {
        Self { direction, ..self.clone() }
    }
}

/// Two documents and the changes found so far.
pub struct Comparison<'a> {
    pub base: &'a Value,
    pub head: &'a Value,
    /// Schemas of the base that the head has under another name.
    pub renamed: BTreeMap<String, String>,
    pub changes: Vec<Change>,
    seen: BTreeSet<(&'static str, Side, String, String)>,
}

/// What is there for people alone.
const PROSE: [&str; 10] = [
    "description",
    "summary",
    "example",
    "examples",
    "externalDocs",
    "x-mcp-note",
    "x-provenance",
    "contact",
    "license",
    "termsOfService",
];

impl<'a> Comparison<'a> {
    pub fn new(base: &'a Value, head: &'a Value, renamed: BTreeMap<String, String>) -> Self {
        Self { base, head, renamed, changes: Vec::new(), seen: BTreeSet::new() }
    }

    /// A change at a place of the head. What is shared by many operations is reported once.
    pub fn push(&mut self, kind: &'static str, at: &At, detail: impl Into<String>) {
        self.add(kind, at, Side::Head, at.head.clone(), detail.into());
    }

    /// A change at a place that only the base has.
    pub fn push_gone(&mut self, kind: &'static str, at: &At, detail: impl Into<String>) {
        self.add(kind, at, Side::Base, at.base.clone(), detail.into());
    }

    fn add(&mut self, kind: &'static str, at: &At, side: Side, place: String, detail: String) {
        if self.seen.insert((kind, side, place.clone(), detail.clone())) {
            let effect = Effect::of(kind, at.direction);
            self.changes.push(Change { kind, subject: at.subject.clone(), detail, side, place, effect });
        }
    }

    /// The differences of two objects that nobody else has looked at; `handled` are the keys that somebody has.
    pub fn rest(&mut self, at: &At, base: &Value, head: &Value, handled: &[&str]) {
        let (Some(old), Some(new)) = (base.as_object(), head.as_object()) else {
            if base != head {
                self.push("other", at, "");
            }
            return;
        };
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys.into_iter().filter(|key| !handled.contains(&key.as_str()) && old.get(*key) != new.get(*key)) {
            let kind = match key.as_str() {
                key if PROSE.contains(&key) => "documentation",
                "x-vendor-name" | "x-mcp-makes" => "note-changed",
                "deprecated" => "deprecated",
                _ => "other",
            };
            let place = at.below(key);
            if new.contains_key(key) {
                self.push(kind, &place, key.as_str())
            } else {
                self.push_gone(kind, &place, key.as_str())
            }
        }
    }
}

/// How a value is shown in a report: texts as they are, others as JSON, all of them short.
pub fn shown(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    };
    if text.chars().count() > LONGEST { text.chars().take(LONGEST).chain("…".chars()).collect() } else { text }
}

/// `old -> new`.
pub fn from_to(old: &Value, new: &Value) -> String {
    format!("{} -> {}", shown(old), shown(new))
}
