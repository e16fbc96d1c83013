//! The two kinds of archive: the same contents are the same bytes, whenever and wherever they are packed.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use zip::write::SimpleFileOptions;

use crate::measure::Outcome;

/// A file in an archive.
#[derive(Clone)]
pub struct Entry {
    pub path: String,
    pub bytes: Vec<u8>,
    pub program: bool,
}

impl Entry {
    pub fn file(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into(), program: false }
    }

    pub fn program(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { program: true, ..Self::file(path, bytes) }
    }

    fn mode(&self) -> u32 {
        if self.program { 0o755 } else { 0o644 }
    }
}

/// The first second that a zip can express; tar has the same, so that both kinds of package agree.
const MADE: u64 = 315_532_800;

/// Packs files below a folder, in the order of their names.
pub fn tar_gz(path: &Path, folder: &str, entries: &[Entry], level: u32) -> Outcome<()> {
    let failed = |e: std::io::Error| format!("{}: {e}", path.display());
    // A program of its own: in a build of this one that is not optimized, to press the same takes ten times as long.
    let mut gzip = Command::new("gzip")
        .args(["-n", &format!("-{}", level.clamp(1, 9))])
        .stdin(Stdio::piped())
        .stdout(File::create(path).map_err(failed)?)
        .spawn()
        .map_err(|e| format!("gzip: {e}"))?;
    let mut archive = tar::Builder::new(gzip.stdin.take().ok_or("gzip takes no input")?);
    for entry in sorted(entries) {
        let mut header = tar::Header::new_ustar();
        header.set_mode(entry.mode());
        header.set_mtime(MADE);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(entry.bytes.len() as u64);
        let name = format!("{folder}/{}", entry.path);
        archive.append_data(&mut header, name, entry.bytes.as_slice()).map_err(failed)?;
    }
    drop(archive.into_inner().map_err(failed)?);
    let status = gzip.wait().map_err(failed)?;
    if status.success() { Ok(()) } else { Err(format!("gzip: {status}")) }
}

/// Packs files in the order in which they are given: of a wheel, the list of its files comes last.
pub fn zip(path: &Path, entries: &[Entry], level: u32) -> Outcome<()> {
    let failed = |e: std::io::Error| format!("{}: {e}", path.display());
    let mut archive = zip::ZipWriter::new(File::create(path).map_err(failed)?);
    let (method, level) = match level {
        0 => (zip::CompressionMethod::Stored, None),
        _ => (zip::CompressionMethod::Deflated, Some(i64::from(level))),
    };
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .compression_level(level)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(entry.mode());
        archive.start_file(&entry.path, options).map_err(|e| failed(e.into()))?;
        archive.write_all(&entry.bytes).map_err(failed)?;
    }
    archive.finish().map(drop).map_err(|e| failed(e.into()))
}

fn sorted(entries: &[Entry]) -> Vec<&Entry> {
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_contents_are_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
        let entries = [Entry::program("bin/a", "#!/bin/sh\n"), Entry::file("README.md", "words"), Entry::file("a", "")];
        let turned: Vec<_> = entries.iter().rev().cloned().collect();
        tar_gz(&one, "x", &entries, 1).unwrap();
        tar_gz(&two, "x", &turned, 1).unwrap();
        assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(&two).unwrap());
        for level in [0, 1] {
            zip(&one, &entries, level).unwrap();
            zip(&two, &entries, level).unwrap();
            assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(&two).unwrap());
        }
    }

    #[test]
    fn programs_can_be_run_and_times_are_not_those_of_the_machine() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one");
        tar_gz(&path, "x", &[Entry::program("bin/a", "a"), Entry::file("b", "b")], 1).unwrap();
        let plain = Command::new("gzip").arg("-dc").arg(&path).output().unwrap().stdout;
        let mut archive = tar::Archive::new(plain.as_slice());
        let seen: Vec<_> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let header = entry.header();
                (entry.path().unwrap().display().to_string(), header.mode().unwrap(), header.mtime().unwrap())
            })
            .collect();
        assert_eq!(seen, [("x/b".to_owned(), 0o644, MADE), ("x/bin/a".to_owned(), 0o755, MADE)]);
    }
}
