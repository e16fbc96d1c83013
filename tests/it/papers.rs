//! What people read: words, links, manifests, and every message in one file.

use std::path::{Path, PathBuf};

mod examples;
mod links;
mod manifests;
mod messages;
mod words;

/// Everything that is written by hand; folders with all that is in them.
const PLACES: [&str; 19] = [
    "README.md",
    "DESIGN.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "Cargo.toml",
    "deny.toml",
    "docs",
    "spec",
    "src",
    "build.rs",
    "build",
    "crates",
    "xtask",
    "examples",
    "benches",
    "fuzz",
    "tests",
    ".ci",
];

/// The files at or below `place`, a path from the root of the checkout, in a fixed order. Generated and downloaded
/// files are not among them.
fn files(place: &str) -> Vec<PathBuf> {
    const NOT_OURS: [&str; 4] = ["target", "node_modules", "snapshots", "__pycache__"];
    let mut found = Vec::new();
    let mut left = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(place)];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let own = |path: &PathBuf| !NOT_OURS.iter().any(|name| path.ends_with(name));
            left.extend(entries.map(|entry| entry.unwrap().path()).filter(own));
        } else {
            found.push(path);
        }
    }
    assert!(found.iter().all(|path| path.exists()), "{place} does not exist");
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    let path = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

fn has_extension(path: &Path, wanted: &[&str]) -> bool {
    path.extension().and_then(|found| found.to_str()).is_some_and(|found| wanted.contains(&found))
}
