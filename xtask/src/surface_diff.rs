//! What changed between two surfaces, in words: operations, types and fields added, removed, retyped.

use crate::surface::{Entry, Kind};

/// The changes from `old` to `new`, one a line below a heading; empty if there are none.
pub fn describe(old: &[Entry], new: &[Entry]) -> String {
    let mut changes = Changes::default();
    for entry in new {
        match find(old, entry) {
            None => changes.push(entry.kind, format!("added    {}", entry.name)),
            Some(before) if lines(before).eq(lines(entry)) => {}
            Some(before) => changes.compare(before, entry),
        }
    }
    for entry in old.iter().filter(|entry| find(new, entry).is_none()) {
        changes.push(entry.kind, format!("removed  {}", entry.name));
    }
    let Changes { operations, types, fields } = changes;
    [("operations", operations), ("types", types), ("fields", fields)]
        .iter()
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(heading, lines)| format!("{heading}\n  {}\n", lines.join("\n  ")))
        .collect()
}

#[derive(Default)]
struct Changes {
    operations: Vec<String>,
    types: Vec<String>,
    fields: Vec<String>,
}

impl Changes {
    fn push(&mut self, kind: Kind, line: String) {
        match kind {
            Kind::Operation => self.operations.push(line),
            Kind::Type => self.types.push(line),
        }
    }

    fn compare(&mut self, old: &Entry, new: &Entry) {
        let is_field = |line: &&str| new.kind == Kind::Type && field(line).is_some();
        let known = self.fields.len();
        self.compare_fields(&new.name, lines(old).filter(is_field), lines(new).filter(is_field));
        let mut rest: Vec<String> =
            gone(old, new).filter(|l| !is_field(l)).map(|l| format!("  - {}", l.trim())).collect();
        rest.extend(gone(new, old).filter(|l| !is_field(l)).map(|l| format!("  + {}", l.trim())));
        if rest.is_empty() && self.fields.len() == known {
            rest.push("  the same lines in another order".to_owned());
        }
        if !rest.is_empty() {
            self.push(new.kind, format!("changed  {}", new.name));
            rest.into_iter().for_each(|line| self.push(new.kind, line));
        }
    }

    fn compare_fields<'a>(
        &mut self,
        owner: &str,
        old: impl Iterator<Item = &'a str>,
        new: impl Iterator<Item = &'a str> + Clone,
    ) {
        let old: Vec<_> = old.filter_map(field).collect();
        let new: Vec<_> = new.filter_map(field).collect();
        for (name, ty, wire) in &new {
            let at = format!("{owner}.{name}");
            match old.iter().find(|(other, ..)| other == name) {
                None => self.fields.push(format!("added    {at}: {ty}  {wire}")),
                Some((_, before, _)) if before != ty => self.fields.push(format!("retyped  {at}: {before} -> {ty}")),
                Some((.., before)) if before != wire => self.fields.push(format!("changed  {at}: {before} -> {wire}")),
                Some(_) => {}
            }
        }
        for (name, ty, wire) in old.iter().filter(|(name, ..)| !new.iter().any(|(other, ..)| other == name)) {
            self.fields.push(format!("removed  {owner}.{name}: {ty}  {wire}"));
        }
    }
}

fn find<'a>(entries: &'a [Entry], like: &Entry) -> Option<&'a Entry> {
    entries.iter().find(|entry| entry.kind == like.kind && entry.name == like.name)
}

// insta and editors treat the end of a text freely.
fn lines(entry: &Entry) -> impl Iterator<Item = &str> + Clone {
    entry.text.trim_end().lines()
}

fn gone<'a>(from: &'a Entry, to: &Entry) -> impl Iterator<Item = &'a str> {
    let kept: Vec<_> = lines(to).map(str::to_owned).collect();
    lines(from).filter(move |line| !kept.iter().any(|other| other == line))
}

// `name: Type` and, in columns after it, what it is on the wire.
fn field(line: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = line.split_once(": ")?;
    let (ty, wire) = rest.split_once("  ").unwrap_or((rest, ""));
    Some((name, ty, wire.trim()))
}
