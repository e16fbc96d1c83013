//! A document in a file: whole or not at all.

use super::Download;
use crate::{Error, ErrorKind, Result};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;

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
}

pub(super) async fn save(mut download: Download, path: &Path) -> Result<Saved> {
    let path = path.to_owned();
    if path.file_name().is_none() || path.is_dir() {
        let what = format!("{} is a folder: a document needs a file name", path.display());
        return Err(Error::new(ErrorKind::Io, what));
    }
    let beside = create_beside(path.clone()).await?;
    // The temporary file removes itself when it is dropped, here or in a task that nobody awaits.
    let mut out = tokio::fs::File::from_std(beside.reopen().map_err(|error| failed(&path, error))?);
    let mut bytes = 0;
    while let Some(chunk) = download.chunk().await? {
        out.write_all(&chunk).await.map_err(|error| failed(&path, error))?;
        bytes += chunk.len() as u64;
    }
    out.flush().await.map_err(|error| failed(&path, error))?;
    out.sync_all().await.map_err(|error| failed(&path, error))?;
    drop(out);
    put_in_place(beside, path.clone()).await?;
    Ok(Saved { path, bytes, content_type: download.content_type().map(str::to_owned) })
}

async fn create_beside(path: PathBuf) -> Result<NamedTempFile> {
    let folder = folder_of(&path);
    blocking(path, move || tempfile::Builder::new().prefix(".mcp-").suffix(".part").tempfile_in(folder)).await
}

async fn put_in_place(beside: NamedTempFile, path: PathBuf) -> Result<()> {
    let to = path.clone();
    blocking(path, move || {
        beside.persist(&to).map_err(|error| error.error)?;
        sync_folder(&folder_of(&to));
        Ok(())
    })
    .await
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

// Makes the rename last through a power cut where the system can; the file itself is on the disk already.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    }
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
    Error::new(ErrorKind::Io, format!("{} could not be written: {error}", path.display())).with_source(error)
}
