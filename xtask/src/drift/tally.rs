//! What was found so far: each kind of deviation once, with how often and where it was seen first.

use super::names::{Names, WITHHELD};
use crate::document::entries;
use crate::finding::Finding;
use serde_json::{Value, json};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};

/// An object with more unknown names than these has data for names.
const MOST_NAMES: usize = 8;
/// Beyond these, deviations are only counted.
const MOST_ENTRIES: usize = 5000;

/// One deviation, before it is counted.
pub struct Deviation {
    pub class: &'static str,
    /// A JSON pointer into the document.
    pub place: String,
    /// A JSON pointer into the body, or what part of the exchange it is.
    pub at: String,
    pub message: String,
    pub repair: String,
}

struct Entry {
    deviation: Deviation,
    count: usize,
    first: String,
    /// The object whose unknown name it is.
    owner: Option<String>,
}

/// A schema as the traffic shows it.
#[derive(Default)]
struct Seen {
    objects: usize,
    fields: BTreeSet<String>,
}

pub struct Tally<'a> {
    pub doc: &'a Value,
    pub names: Names,
    entries: BTreeMap<(&'static str, String, String), Entry>,
    unknown: BTreeMap<String, BTreeSet<u64>>,
    seen: BTreeMap<String, Seen>,
    /// The operation and the exchange that are looked at.
    pub operation: String,
    pub current: String,
    /// The texts of the exchange, in lower case: no name may repeat one.
    pub values: BTreeSet<String>,
    pub exchanges: usize,
    /// Exchanges with other hosts.
    pub others: usize,
    uncounted: usize,
}

impl<'a> Tally<'a> {
    pub fn new(doc: &'a Value) -> Self {
        Self {
            doc,
            names: Names::of(doc),
            entries: BTreeMap::new(),
            unknown: BTreeMap::new(),
            seen: BTreeMap::new(),
            operation: String::new(),
            current: String::new(),
            values: BTreeSet::new(),
            exchanges: 0,
            others: 0,
            uncounted: 0,
        }
    }

    pub fn note(&mut self, deviation: Deviation) {
        self.count(deviation, None);
    }

    /// A deviation whose message holds nothing of what was captured.
    pub fn remark(&mut self, class: &'static str, place: &str, at: &str, message: &str, repair: &str) {
        self.note(Deviation {
            class,
            place: place.to_owned(),
            at: at.to_owned(),
            message: message.to_owned(),
            repair: repair.to_owned(),
        });
    }

    /// A deviation about a name that the document has not; `at` is the object, and `make` gets the name as it is shown.
    pub fn note_name(&mut self, name: &str, at: &str, public: bool, make: impl FnOnce(&str) -> Deviation) {
        let owner = format!("{} {at}", self.operation);
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let known = self.unknown.entry(owner.clone()).or_default();
        if known.len() <= MOST_NAMES {
            known.insert(hasher.finish());
        }
        let too_many = known.len() > MOST_NAMES;
        let shown = if too_many || !public { WITHHELD } else { self.names.shown(name, &self.values) };
        self.count(make(shown), Some(owner));
    }

    fn count(&mut self, deviation: Deviation, owner: Option<String>) {
        let key = (deviation.class, self.operation.clone(), format!("{} {}", deviation.at, deviation.message));
        if !self.entries.contains_key(&key) && self.entries.len() >= MOST_ENTRIES {
            self.uncounted += 1;
            return;
        }
        let first = self.current.clone();
        self.entries.entry(key).or_insert(Entry { deviation, count: 0, first, owner }).count += 1;
    }

    /// An object of a named schema, with the documented fields that it has.
    pub fn saw<'f>(&mut self, schema: &str, fields: impl Iterator<Item = &'f str>) {
        let seen = self.seen.entry(schema.to_owned()).or_default();
        seen.objects += 1;
        for field in fields {
            if !seen.fields.contains(field) {
                seen.fields.insert(field.to_owned());
            }
        }
    }

    /// What was found, for a report.
    pub fn findings(mut self, file: &str, line: impl Fn(&str) -> usize) -> Report {
        // Names that were shown before there were too many of them.
        let crowded = |owner: &Option<String>| {
            owner.as_ref().and_then(|owner| self.unknown.get(owner)).is_some_and(|names| names.len() > MOST_NAMES)
        };
        let (withheld, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.entries).into_iter().partition(|(_, entry)| crowded(&entry.owner));
        let mut merged: BTreeMap<(&'static str, Option<String>), (String, Entry)> = BTreeMap::new();
        for ((class, operation, _), entry) in withheld {
            let key = (class, entry.owner.clone());
            if let Some((_, first)) = merged.get_mut(&key) {
                first.count += entry.count;
                continue;
            }
            let at = entry.owner.as_deref().and_then(|owner| owner.rsplit(' ').next()).unwrap_or_default().to_owned();
            let deviation = Deviation {
                message: format!("{at} has many names that are not documented: it seems to be a map"),
                repair: "describe it with `additionalProperties`, if its names are data".to_owned(),
                at,
                ..entry.deviation
            };
            merged.insert(key, (operation, Entry { deviation, ..entry }));
        }
        let all = kept.into_iter().map(|((_, operation, _), entry)| (operation, entry)).chain(merged.into_values());
        let mut findings: Vec<Drift> = all
            .map(|(operation, Entry { deviation, count, first, .. })| Drift {
                finding: Finding {
                    file: file.to_owned(),
                    line: line(&deviation.place),
                    rule: deviation.class.to_owned(),
                    place: deviation.place,
                    message: deviation.message,
                    repair: deviation.repair,
                },
                operation,
                at: deviation.at,
                count,
                first,
            })
            .collect();
        findings.sort_by(|one, other| {
            (&one.finding, &one.operation, &one.at).cmp(&(&other.finding, &other.operation, &other.at))
        });
        let unseen = self.unseen(file, line);
        Report { findings, unseen, exchanges: self.exchanges, others: self.others, uncounted: self.uncounted }
    }

    // Documented fields of schemas that occurred, which no object had.
    fn unseen(&self, file: &str, line: impl Fn(&str) -> usize) -> Vec<Value> {
        let mut unseen = Vec::new();
        for (schema, seen) in &self.seen {
            for (field, _) in entries(&self.doc["components"]["schemas"][schema]["properties"]) {
                if !seen.fields.contains(field) {
                    let place = format!("/components/schemas/{schema}/properties/{field}");
                    unseen.push(json!({
                        "schema": schema,
                        "field": field,
                        "objects": seen.objects,
                        "file": file,
                        "line": line(&place),
                    }));
                }
            }
        }
        unseen
    }
}

/// A deviation as it is reported.
pub struct Drift {
    pub finding: Finding,
    pub operation: String,
    pub at: String,
    pub count: usize,
    pub first: String,
}

/// All that was found.
pub struct Report {
    pub findings: Vec<Drift>,
    pub unseen: Vec<Value>,
    pub exchanges: usize,
    pub others: usize,
    pub uncounted: usize,
}
