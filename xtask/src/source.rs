//! One document: its text, and what is wrong with it, each fault with file, line and reason.

use crate::document::{self, Fault, fault};
use crate::schema::{Mode, Schemas};
use crate::{standard, yaml::Yaml};
use serde_json::Value;
use std::{fs, path::Path};

/// A document and where it comes from.
pub struct Source {
    name: &'static str,
    text: String,
    yaml: Yaml,
}

impl Source {
    /// Reads `name` below the checkout.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(root: &Path, name: &'static str) -> Result<Self, String> {
        let text = fs::read_to_string(root.join(name)).map_err(|e| format!("{name}:1: {e}"))?;
        Ok(Self::of(name, text))
    }

    /// The document with this text.
    pub fn of(name: &'static str, text: String) -> Self {
        let yaml = Yaml::of(&text);
        Self { name, text, yaml }
    }

    /// The document as JSON, whatever its rules say of it.
    ///
    /// # Errors
    /// What makes it unreadable.
    pub fn value(&self) -> Result<Value, Vec<Fault>> {
        document::read(&self.text)
    }

    /// What is YAML, and hardly meant: keys that are there twice, keys without a value.
    pub fn slips(&self) -> Vec<Fault> {
        self.yaml.faults.iter().map(|slip| fault(&slip.place, &slip.reason)).collect()
    }

    /// The line of `place`.
    pub fn line(&self, place: &str) -> usize {
        self.yaml.line(place)
    }

    /// The document as JSON, if nothing about its form is wrong; `rules` adds to what OpenAPI's own schema says.
    ///
    /// # Errors
    /// Every fault found.
    pub fn sound(&self, rules: fn(&Value) -> Vec<Fault>) -> Result<Value, Vec<Fault>> {
        let mut faults = self.slips();
        let doc = match self.value() {
            Ok(doc) => doc,
            // The parser of values refuses what the slips name already.
            Err(_) if !faults.is_empty() => return Err(faults),
            Err(unreadable) => return Err(unreadable),
        };
        faults.extend(rules(&doc));
        standards(&doc, &mut faults).map_err(|reason| vec![fault("", reason)])?;
        if faults.is_empty() { Ok(doc) } else { Err(faults) }
    }

    /// The faults one a line, as compilers print them, so that an editor can jump there.
    pub fn report(&self, faults: &[Fault]) -> String {
        let mut lines: Vec<_> = faults
            .iter()
            .map(|fault| {
                let at = format!("{}:{}", self.name, self.yaml.line(&fault.place));
                let named = !fault.place.is_empty() && fault.place != format!("line {}", self.yaml.line(&fault.place));
                let shown = if named { fault.to_string() } else { fault.reason.clone() };
                (self.yaml.line(&fault.place), format!("{at}: {}\n", shown.replace('\n', " ")))
            })
            .collect();
        lines.sort();
        lines.dedup();
        let count = lines.len();
        let report: String = lines.into_iter().map(|(_, line)| line).collect();
        report + &if count == 1 { "1 fault".to_owned() } else { format!("{count} faults") }
    }
}

/// Adds what OpenAPI's own schema says of `doc`.
///
/// # Errors
/// A schema of OpenAPI that is none.
pub fn standards(doc: &Value, faults: &mut Vec<Fault>) -> Result<(), String> {
    let mut more = standard::check(&standard::validator()?, doc);
    // Where a rule of ours has spoken, it has said more.
    more.retain(|one| faults.iter().all(|known| known.place != one.place));
    faults.extend(more);
    Ok(())
}

/// Every example and default of `doc` that is not as its schema says.
pub fn examples(doc: &Value) -> Vec<Fault> {
    let schemas = Schemas::of(doc);
    let check = |(place, schema, value): &(String, Value, &Value)| -> Vec<Fault> {
        let faults = schemas.validate(schema, value, Mode::Strict);
        faults
            .iter()
            .map(|found| {
                let (at, reason) = found.split_once(": ").unwrap_or(("", found));
                fault(format!("{place}{at}"), format!("the example is not as its schema says: {reason}"))
            })
            .collect()
    };
    schemas.examples().iter().flat_map(check).collect()
}
