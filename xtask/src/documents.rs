//! The documents as the sandbox serves them: JSON, which browsers read.

use std::fs;
use std::path::Path;

use serde_json::Value;

const DOCUMENTS: [(&str, &str); 2] = [
    ("spec/openapi.yaml", "crates/sandbox/assets/openapi.json"),
    ("spec/sandbox.yaml", "crates/sandbox/assets/control.json"),
];

/// Writes those that differ, or only names them; nothing in a checkout without the sandbox.
pub fn refresh(root: &Path, check: bool) -> Result<Vec<&'static str>, String> {
    let mut differing = Vec::new();
    if !root.join("crates/sandbox").exists() {
        return Ok(differing);
    }
    for (source, target) in DOCUMENTS {
        let yaml = fs::read_to_string(root.join(source)).map_err(|e| format!("{source}: {e}"))?;
        let document: Value = serde_saphyr::from_str(&yaml).map_err(|e| format!("{source}: {e}"))?;
        let json = format!("{document}\n");
        if fs::read_to_string(root.join(target)).ok().as_deref() != Some(&json) {
            if !check {
                fs::write(root.join(target), json).map_err(|e| format!("{target}: {e}"))?;
            }
            differing.push(target);
        }
    }
    Ok(differing)
}
