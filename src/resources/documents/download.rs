//! A document on its way: to a file, to memory, or as a stream.

use super::body::Body;
use super::file::{self, Saved};
use super::judge::{extension, no_document};
use crate::exec::Setup;
use crate::exec::headers::content_type;
use crate::files::Existing;
use crate::raw::{ByteStream, ResponseValue};
use crate::{Error, ErrorKind, Operation, Result};
use bytes::{Bytes, BytesMut};
use futures::stream::{self, BoxStream, StreamExt as _};
use http::{HeaderMap, header};
use std::path::Path;

/// A document whose first bytes have come. Drop it to stop.
///
/// What is not a document is refused before this exists: an HTML page or a JSON message, whatever it calls itself,
/// and a PDF without a PDF's beginning. A download that stands still for
/// [`Timeouts::stall`](crate::Timeouts::stall) is an [`ErrorKind::Timeout`].
#[must_use = "save it, or read its bytes"]
pub struct Download {
    operation: Operation,
    stem: String,
    content_type: Option<String>,
    length: Option<u64>,
    body: Body,
    most_in_memory: usize,
}

impl Download {
    pub(crate) async fn open(
        setup: &Setup,
        operation: Operation,
        stem: String,
        answer: ResponseValue<ByteStream>,
    ) -> Result<Self> {
        let headers = answer.headers().clone();
        let length = length(&headers);
        let mut body = Body::new(operation, answer.into_inner().into_inner(), setup.timeouts.stall);
        body.begin().await?;
        let kind = Some(content_type(&headers)).filter(|kind| !kind.is_empty());
        if let Some(what) = no_document(kind.as_deref(), body.begun()) {
            let error = Error::new(ErrorKind::UnexpectedAnswer, what).at(operation);
            return Err(error.with_body(&Bytes::copy_from_slice(body.begun())));
        }
        Ok(Self { operation, stem, content_type: kind, length, body, most_in_memory: setup.limits.document_bytes })
    }

    /// What the server says it is, such as `application/pdf`, in lower case and without parameters.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Its size in bytes, if the server told it; `None` for one that is compressed on its way.
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// A file name for it: the last part of its own name, safe on every system, and the extension of its type, `bin`
    /// where that is not known.
    pub fn file_name(&self) -> String {
        let extension = extension(self.content_type(), self.body.begun());
        format!("{}.{}", self.stem, extension.unwrap_or("bin"))
    }

    /// The same document under another name: `stem` is the file name without its extension.
    pub fn named(mut self, stem: impl Into<String>) -> Self {
        self.stem = stem.into();
        self
    }

    /// The whole document in memory.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] past [`Limits::document_bytes`](crate::Limits::document_bytes), and what broke or
    /// stalled the download.
    pub async fn bytes(mut self) -> Result<Bytes> {
        let most = self.most_in_memory;
        let too_large = || {
            let what = format!("the document is larger than {most} bytes");
            Error::new(ErrorKind::TooLarge, what).at(self.operation)
        };
        if self.length.is_some_and(|length| length > most as u64) {
            return Err(too_large());
        }
        let mut whole = BytesMut::new();
        while let Some(chunk) = self.body.next().await? {
            if whole.len() + chunk.len() > most {
                return Err(too_large());
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// Writes the document to the file `path`, which must not be a folder, and replaces what is there.
    ///
    /// It is written as [`files`](crate::files) describes: beside its place and renamed when it is whole, so that `path`
    /// never holds half a document; through links, devices and pipes; readable by its owner only.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] for what the file system refuses, and what broke or stalled the download.
    pub async fn save(self, path: impl AsRef<Path>) -> Result<Saved> {
        let kept = || Error::new(ErrorKind::Io, "nothing was written");
        self.save_if(path, Existing::Replace).await?.ok_or_else(kept)
    }

    /// As [`save`](Self::save), where `existing` says what becomes of a file that is there. `None` if it is kept; then
    /// nothing more of the document is read.
    ///
    /// # Errors
    /// As [`save`](Self::save), and [`ErrorKind::Io`] for a file that must not be replaced.
    pub async fn save_if(self, path: impl AsRef<Path>, existing: Existing) -> Result<Option<Saved>> {
        let operation = self.operation;
        let saved = file::save(self.body, self.content_type, path.as_ref(), existing).await;
        saved.map_err(|error| error.at(operation))
    }

    /// As [`save`](Self::save), to [`file_name`](Self::file_name) in `folder`.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    pub async fn save_in(self, folder: impl AsRef<Path>) -> Result<Saved> {
        let path = folder.as_ref().join(self.file_name());
        self.save(path).await
    }

    /// The bytes as they come. After an error the stream ends.
    pub fn into_stream(self) -> BoxStream<'static, Result<Bytes>> {
        let chunks = stream::unfold(Some(self.body), async |body| {
            let mut body = body?;
            match body.next().await {
                Ok(Some(chunk)) => Some((Ok(chunk), Some(body))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        });
        chunks.boxed()
    }
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download")
            .field("content_type", &self.content_type)
            .field("content_length", &self.length)
            .finish_non_exhaustive()
    }
}
