//! The committed snapshots of the generated surface, in insta's own format: `tests/it/surface.rs` asserts them.

use crate::surface::{Entry, HOW_TO_REFRESH, Kind};
use std::{fs, io, path::Path};

/// Where they are, below the checkout.
pub const DIR: &str = "tests/it/snapshots/surface";
const MARK: &str = "---\n";

/// Every committed snapshot.
///
/// # Errors
/// A file that cannot be read.
pub fn read(root: &Path) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for kind in [Kind::Operation, Kind::Type] {
        for file in files(root, kind)? {
            let Some(name) = file.strip_suffix(".snap") else {
                continue;
            };
            let path = root.join(DIR).join(kind.folder()).join(&file);
            let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            entries.push(Entry { kind, name: name.to_owned(), text: contents(&text.replace("\r\n", "\n")).to_owned() });
        }
    }
    Ok(entries)
}

/// Makes the committed snapshots those of `surface`; files of what it no longer has go.
///
/// # Errors
/// A file that cannot be written or removed.
pub fn write(root: &Path, surface: &[Entry]) -> Result<(), String> {
    for kind in [Kind::Operation, Kind::Type] {
        let dir = root.join(DIR).join(kind.folder());
        fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        let entries = surface.iter().filter(|entry| entry.kind == kind);
        let wanted: Vec<_> = entries.map(|entry| (format!("{}.snap", entry.name), &entry.text)).collect();
        // First: where file names ignore case, `A.snap` would otherwise go with `a.snap`.
        for file in files(root, kind)?.iter().filter(|file| wanted.iter().all(|(name, _)| name != *file)) {
            let path = dir.join(file);
            fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        }
        for (name, text) in wanted {
            let path = dir.join(name);
            let text = format!("{MARK}source: tests/it/surface.rs\ndescription: \"{HOW_TO_REFRESH}\"\n{MARK}{text}");
            fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(())
}

// Committed ones, and those a failed test left beside them.
fn files(root: &Path, kind: Kind) -> Result<Vec<String>, String> {
    let dir = root.join(DIR).join(kind.folder());
    let listed = fs::read_dir(&dir).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let entries = match listed {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(format!("{}: {e}", dir.display())),
    };
    let mut names: Vec<_> = entries
        .iter()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".snap") || name.ends_with(".snap.new"))
        .collect();
    names.sort();
    Ok(names)
}

fn contents(file: &str) -> &str {
    file.strip_prefix(MARK).and_then(|rest| rest.split_once("\n---\n")).map_or(file, |(_, contents)| contents)
}
