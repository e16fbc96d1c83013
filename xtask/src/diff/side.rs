//! The two documents that are compared, each from a file or from a commit.

use crate::document;
use crate::yaml::Yaml;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// The document in the checkout.
pub const SPEC: &str = "spec/openapi.yaml";
/// No document is as large.
const MOST_BYTES: usize = 32 << 20;

/// One of the two documents.
pub struct Document {
    /// As the report names it: a file, or a commit and a file.
    pub name: String,
    pub json: Value,
    yaml: Yaml,
}

impl Document {
    /// The document that `given` names: a file, or else a commit of the checkout at `root`. Without it, the file in the
    /// checkout.
    ///
    /// # Errors
    /// What cannot be read, or is no document.
    pub fn read(root: &Path, given: Option<&str>) -> Result<Self, String> {
        let (name, bytes) = match given {
            None => (SPEC.to_owned(), file(&root.join(SPEC))?),
            Some(path) if Path::new(path).is_file() => (path.to_owned(), file(Path::new(path))?),
            Some(path) if root.join(path).is_file() => (path.to_owned(), file(&root.join(path))?),
            Some(revision) => committed(root, revision)?,
        };
        let text = String::from_utf8(bytes)
            .map_err(|e| format!("{name}:1: not UTF-8 after byte {}", e.utf8_error().valid_up_to()))?;
        Self::of(name, &text)
    }

    /// The document with this text.
    ///
    /// # Errors
    /// Why it is none.
    pub fn of(name: String, text: &str) -> Result<Self, String> {
        let yaml = Yaml::of(text);
        let json = document::read(text).map_err(|faults| {
            let faults = faults.iter().map(|fault| format!("{name}:{}: {}", yaml.line(&fault.place), fault.reason));
            faults.collect::<Vec<_>>().join("\n")
        })?;
        if !json["paths"].is_object() {
            return Err(format!("{name}:1: no OpenAPI document: it has no paths"));
        }
        Ok(Self { name, json, yaml })
    }

    /// The line of a JSON pointer.
    pub fn line(&self, place: &str) -> usize {
        self.yaml.line(place)
    }
}

fn file(path: &Path) -> Result<Vec<u8>, String> {
    let shown = path.display();
    let size = path.metadata().map_err(|e| format!("{shown}:1: {e}"))?.len();
    if size > MOST_BYTES as u64 {
        return Err(format!("{shown}:1: larger than {MOST_BYTES} bytes"));
    }
    std::fs::read(path).map_err(|e| format!("{shown}:1: {e}"))
}

fn committed(root: &Path, revision: &str) -> Result<(String, Vec<u8>), String> {
    if revision.starts_with('-') {
        return Err(format!("{revision}: no file and no commit"));
    }
    let name = if revision.contains(':') { revision.to_owned() } else { format!("{revision}:{SPEC}") };
    let shown = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["show", "--end-of-options", &name])
        .output()
        .map_err(|e| format!("{name}: git: {e}"))?;
    if !shown.status.success() {
        let reason = String::from_utf8_lossy(&shown.stderr);
        return Err(format!(
            "{revision}: no file and no commit with {SPEC}: {}",
            reason.lines().next().unwrap_or_default()
        ));
    }
    if shown.stdout.len() > MOST_BYTES {
        return Err(format!("{name}:1: larger than {MOST_BYTES} bytes"));
    }
    Ok((name, shown.stdout))
}
