//! A document in a file: whole or not at all.

use crate::files::{Existing, Writer};
use crate::{Error, ErrorKind, Result};
use bytes::Bytes;
use futures::stream::{Stream, StreamExt as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A document that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// The file it is in.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What the server says it is, such as `application/pdf`.
    pub content_type: Option<String>,
    /// A file was there before, and is no more.
    pub replaced: bool,
}

/// Saves what comes of `chunks`; `None` where a file is there and is to be kept.
pub(super) async fn save(
    mut chunks: impl Stream<Item = Result<Bytes>> + Unpin,
    content_type: Option<String>,
    path: &Path,
    existing: Existing,
) -> Result<Option<Saved>> {
    let path = path.to_owned();
    let begun = blocking(path.clone(), {
        let path = path.clone();
        move || Writer::begin(path, existing)
    });
    // The writer removes what it wrote when it is dropped, here or in a task that nobody awaits.
    let Some(mut writer) = begun.await? else {
        return Ok(None);
    };
    let mut bytes = 0;
    while let Some(chunk) = chunks.next().await.transpose()? {
        bytes += chunk.len() as u64;
        writer = blocking(path.clone(), move || writer.write_all(&chunk).map(|()| writer)).await?;
    }
    let written = blocking(path.clone(), move || writer.finish()).await?;
    Ok(Some(Saved { path, bytes, content_type, replaced: written.replaced }))
}

async fn blocking<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| failed(&path, error)),
        Err(_) => Err(Error::new(ErrorKind::Io, "the task that writes files was stopped")),
    }
}

fn failed(path: &Path, error: io::Error) -> Error {
    let what = match error.kind() {
        io::ErrorKind::IsADirectory => format!("{} is a folder: a document needs a file name", path.display()),
        io::ErrorKind::AlreadyExists => format!("{} already exists", path.display()),
        _ => format!("{} could not be written: {error}", path.display()),
    };
    Error::new(ErrorKind::Io, what).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_a_file_was_not_written_is_said_in_its_own_words() {
        let said = |kind: io::ErrorKind| failed(Path::new("coi.pdf"), kind.into()).message();
        assert!(said(io::ErrorKind::IsADirectory).contains("coi.pdf is a folder"));
        assert!(said(io::ErrorKind::AlreadyExists).contains("coi.pdf already exists"));
        assert!(said(io::ErrorKind::PermissionDenied).contains("coi.pdf could not be written: permission denied"));
    }
}
