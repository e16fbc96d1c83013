//! Documents on their way to a file or to standard output.

use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::view::{Column, Kind, View};
use futures::TryStreamExt as _;
use mycarrierpackets::files::{self, Existing};
use mycarrierpackets::resources::{Download, Saved};
use serde_json::{Value, json};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

/// How a saved file is reported.
pub static SAVED: View = View {
    columns: &[
        Column::text("File", "path"),
        Column::new("Bytes", "bytes", Kind::Number),
        Column::text("Type", "content_type"),
        Column::new("Replaced", "replaced", Kind::YesNo),
    ],
};

/// Saves a download to `to`, or to a file of its own name in this folder; `-` is standard output.
pub async fn put(context: &mut Context, download: Download, to: Option<&Path>, existing: Existing) -> Result<()> {
    if to.is_some_and(is_stdout) {
        refuse_terminal()?;
        let mut chunks = download.into_stream();
        while let Some(chunk) = chunks.try_next().await? {
            context.output.bytes(&chunk)?;
        }
        return Ok(());
    }
    let path = match to {
        Some(path) if names_folder(path) && !path.is_dir() => return Err(no_folder(path)),
        Some(path) if path.is_dir() => path.join(download.file_name()),
        Some(path) => path.to_owned(),
        None => PathBuf::from(download.file_name()),
    };
    let Some(saved) = download.save_if(&path, existing).await? else {
        context.remark(&kept(&path));
        return Ok(());
    };
    let record = record(&saved);
    context.output.record_or(&record, &SAVED, &line(&saved))
}

/// Writes bytes to a file, as everything is written.
pub fn write(context: &Context, path: &Path, bytes: &[u8], existing: Existing) -> Result<()> {
    if names_folder(path) && !path.is_dir() {
        return Err(no_folder(path));
    }
    let written = files::write(path, bytes, existing).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::io(
            format!("{} already exists", path.display()),
            "Choose another name, or omit --no-clobber to replace it.",
        ),
        std::io::ErrorKind::IsADirectory => {
            Failure::io(format!("{} is a folder", path.display()), "Name a file in it.")
        }
        _ => Failure::io(
            format!("{} could not be written: {error}", path.display()),
            "Check the folder and the space left.",
        ),
    })?;
    match written {
        None => context.remark(&kept(path)),
        Some(written) if written.replaced => context.remark(&format!("{} is replaced", path.display())),
        Some(_) => {}
    }
    Ok(())
}

/// Whether `path` could be written, as far as that can be seen before; `false`, with a word, where it is to be kept.
pub fn check(context: &Context, path: &Path, existing: Existing) -> Result<bool> {
    if std::fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir()) {
        return Ok(true);
    }
    // Dropped at once, it leaves nothing behind.
    let begun = files::Writer::begin(path, existing).map_err(|error| {
        let hint = "Nothing was sent. Choose another file.";
        let folder = error.kind() == std::io::ErrorKind::IsADirectory;
        let why = if folder { "is a folder".to_owned() } else { format!("could not be written: {error}") };
        Failure::io(format!("{} {why}", path.display()), hint)
    })?;
    if begun.is_none() {
        context.remark(&kept(path));
    }
    Ok(begun.is_some())
}

/// Whether a path can only be a folder, by how it is written.
fn names_folder(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|last| std::path::is_separator(char::from(*last)))
}

fn no_folder(path: &Path) -> Failure {
    Failure::io(format!("{} does not exist", path.display()), "Create the folder, or name a file.")
}

/// Whether this is standard output: it is written to where it is, behind what was written before.
pub fn is_stdout(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path == Path::new(name))
}

/// What is said of a file that was there and was kept.
pub fn kept(path: &Path) -> String {
    format!("{} already exists and is kept", path.display())
}

// A document is not for the eye.
fn refuse_terminal() -> Result<()> {
    if std::io::stdout().is_terminal() {
        let what = "a document would be written to the terminal";
        return Err(Failure::usage(what, "Write it to a file with -o FILE, or pipe the output."));
    }
    Ok(())
}

pub fn record(saved: &Saved) -> Value {
    json!({
        "path": saved.path.to_string_lossy(),
        "bytes": saved.bytes,
        "content_type": saved.content_type,
        "replaced": saved.replaced,
    })
}

pub fn line(saved: &Saved) -> String {
    let path = crate::text::printable(&saved.path.to_string_lossy());
    let replaced = if saved.replaced { ", replacing the previous one" } else { "" };
    format!("{path}  {} bytes{replaced}", saved.bytes)
}
