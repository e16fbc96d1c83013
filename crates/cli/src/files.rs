//! Documents on their way to a file or to standard output.

use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::view::{Column, Kind, View};
use futures::TryStreamExt as _;
use mycarrierpackets::resources::{Download, Saved};
use serde_json::{Value, json};
use std::io::IsTerminal as _;
use std::path::Path;

/// How a saved file is told of.
pub static SAVED: View = View {
    columns: &[
        Column::text("File", "path"),
        Column::new("Bytes", "bytes", Kind::Number),
        Column::text("Type", "content_type"),
    ],
};

/// Saves a download to `to`, or to a file of its own name in this folder; `-` is standard output.
pub async fn put(context: &mut Context, download: Download, to: Option<&Path>) -> Result<()> {
    if to.is_some_and(|to| to == Path::new("-")) {
        refuse_terminal()?;
        let mut chunks = download.into_stream();
        while let Some(chunk) = chunks.try_next().await? {
            context.output.bytes(&chunk)?;
        }
        return Ok(());
    }
    let saved = match to {
        Some(path) if path.is_dir() => download.save_in(path).await?,
        Some(path) => download.save(path).await?,
        None => download.save_in(".").await?,
    };
    let record = record(&saved);
    context.output.record_or(&record, &SAVED, &line(&saved))
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
    json!({ "path": saved.path.to_string_lossy(), "bytes": saved.bytes, "content_type": saved.content_type })
}

pub fn line(saved: &Saved) -> String {
    let path = crate::output::printable(&saved.path.to_string_lossy());
    format!("{path}  {} bytes", saved.bytes)
}
