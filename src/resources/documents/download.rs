//! A document on its way: to a file, to memory, as a stream, or as a reader.

use super::body::Body;
use super::file::{self, Saved};
use super::judge::{extension, no_document};
use crate::exec::Setup;
use crate::exec::headers::content_type;
use crate::files::Existing;
use crate::raw::{ByteStream, ResponseValue};
use crate::{Error, ErrorKind, Operation, Result};
use bytes::{Bytes, BytesMut};
use futures::stream::{self, BoxStream, Stream, StreamExt as _};
use http::{HeaderMap, header};
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};

/// A document whose first bytes have come. Drop it to stop.
///
/// What is not a document is refused before this exists: an HTML page or a JSON message, whatever it calls itself,
/// and a PDF without a PDF's beginning. A download that stands still for
/// [`Timeouts::stall`](crate::Timeouts::stall) is an [`ErrorKind::Timeout`].
///
/// It is also a [`tokio::io::AsyncRead`]:
///
/// ```
/// # async fn f(document: mycarrierpackets::resources::Download) -> std::io::Result<()> {
/// let mut document = document;
/// tokio::io::copy(&mut document, &mut tokio::io::sink()).await?;
/// # Ok(()) }
/// ```
///
/// To a file, to memory, or as a stream:
/// ```
/// use futures::TryStreamExt as _;
/// use mycarrierpackets::files::Existing;
/// use mycarrierpackets::models::DocumentKind;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// let folder = tempfile::tempdir()?;
/// let document = client.documents().current("MC113843", DocumentKind::Coi).await?;
/// assert_eq!(document.content_type(), Some("application/pdf"));
/// println!("{:?} bytes", document.content_length());
///
/// // Saved under a name of your own, and left alone where it already exists.
/// let document = document.named("coi-of-23868");
/// assert_eq!(document.file_name(), "coi-of-23868.pdf");
/// let path = folder.path().join(document.file_name());
/// assert!(document.save_if(&path, Existing::Keep).await?.is_some());
///
/// // Under its own name, replaced, read as a stream, or in memory.
/// let document = || client.documents().current("MC113843", DocumentKind::Coi);
/// println!("{}", document().await?.save_in(folder.path()).await?.path.display());
/// assert!(document().await?.save(&path).await?.replaced);
/// let mut chunks = document().await?.into_stream();
/// while let Some(chunk) = chunks.try_next().await? {
///     println!("{} bytes", chunk.len());
/// }
/// assert_eq!(document().await?.bytes().await?, std::fs::read(&path)?);
/// # Ok(()) }
/// ```
#[must_use = "save it, or read its bytes"]
pub struct Download {
    operation: Operation,
    stem: String,
    extension: Option<&'static str>,
    content_type: Option<String>,
    length: Option<u64>,
    chunks: Chunks,
    /// Of the last chunk, what a reader had no room for.
    left: Bytes,
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
        let extension = extension(kind.as_deref(), body.begun());
        Ok(Self {
            operation,
            stem,
            extension,
            content_type: kind,
            length,
            chunks: chunks_of(body),
            left: Bytes::new(),
            most_in_memory: setup.limits.document_bytes,
        })
    }

    /// What the server says it is, such as `application/pdf`, in lower case and without parameters.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Its size in bytes, if the server reports it; `None` for one that is compressed on its way.
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// A file name for it: the last part of its own name, safe on every system, and the extension of its type, `bin`
    /// where that is not known.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.stem, self.extension.unwrap_or("bin"))
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
        let (most, operation) = (self.most_in_memory, self.operation);
        let too_large = || {
            let what = format!("the document is larger than {most} bytes");
            Error::new(ErrorKind::TooLarge, what).at(operation)
        };
        if self.length.is_some_and(|length| length > most as u64) {
            return Err(too_large());
        }
        let mut whole = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
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
        let content_type = self.content_type.clone();
        let saved = file::save(self.into_chunks(), content_type, path.as_ref(), existing).await;
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
        self.into_chunks()
    }

    fn into_chunks(self) -> Chunks {
        if self.left.is_empty() {
            return self.chunks;
        }
        Box::pin(stream::iter([Ok(self.left)]).chain(self.chunks))
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        if !self.left.is_empty() {
            return Ok(Some(std::mem::take(&mut self.left)));
        }
        self.chunks.next().await.transpose()
    }
}

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

fn chunks_of(body: Body) -> Chunks {
    let chunks = stream::unfold(Some(body), async |body| {
        let mut body = body?;
        match body.next().await {
            Ok(Some(chunk)) => Some((Ok(chunk), Some(body))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    });
    // A reader asks again after the end.
    Box::pin(chunks.fuse())
}

/// The document's bytes, as a reader: what broke or stalled the download is an [`io::Error`] around this crate's, so that
/// a document that is cut off never looks like one that has come to its end.
impl AsyncRead for Download {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        // An empty chunk would look like the end.
        while self.left.is_empty() && buf.remaining() > 0 {
            match ready!(self.chunks.as_mut().poll_next(cx)) {
                Some(Ok(chunk)) => self.left = chunk,
                Some(Err(error)) => return Poll::Ready(Err(read_error(error))),
                None => return Poll::Ready(Ok(())),
            }
        }
        let count = self.left.len().min(buf.remaining());
        buf.put_slice(&self.left.split_to(count));
        Poll::Ready(Ok(()))
    }
}

fn read_error(error: Error) -> io::Error {
    let kind = if error.kind() == ErrorKind::Timeout { io::ErrorKind::TimedOut } else { io::ErrorKind::Other };
    io::Error::new(kind, error)
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
