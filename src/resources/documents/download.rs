//! A document on its way: to a file, to memory, or as a stream.

use super::file::{self, Saved};
use super::judge::{Ending, LOOKED_AT, extension, no_document};
use crate::config::Limits;
use crate::exec::from_now;
use crate::exec::headers::content_type;
use crate::files::Existing;
use crate::raw::{ByteStream, ResponseValue};
use crate::{Error, ErrorKind, Operation, Result};
use bytes::{Bytes, BytesMut};
use futures::stream::{self, BoxStream, Stream, StreamExt as _};
use http::{HeaderMap, header};
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A document whose first bytes have come. Drop it to stop.
///
/// What is not a document is refused before this exists: an HTML page or a JSON message, whatever it calls itself,
/// and a PDF without a PDF's beginning. A download that stands still for
/// [`Limits::stall`](crate::Limits::stall) is an [`ErrorKind::Timeout`].
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
        limits: &Limits,
        operation: Operation,
        stem: String,
        answer: ResponseValue<ByteStream>,
    ) -> Result<Self> {
        let headers = answer.headers().clone();
        let length = length(&headers);
        let mut body = Body {
            operation,
            begun: BytesMut::new(),
            rest: Some(answer.into_inner().into_inner()),
            read: 0,
            pace: Pace::new(limits.stall),
            ending: Ending::default(),
        };
        body.begin().await?;
        let kind = Some(content_type(&headers)).filter(|kind| !kind.is_empty());
        if let Some(what) = no_document(kind.as_deref(), &body.begun) {
            let error = Error::new(ErrorKind::UnexpectedAnswer, what).at(operation);
            return Err(error.with_body(&body.begun.freeze()));
        }
        Ok(Self { operation, stem, content_type: kind, length, body, most_in_memory: limits.document_bytes })
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
        let extension = extension(self.content_type(), &self.body.begun);
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
        file::save(self, path.as_ref(), existing).await.map_err(|error| error.at(operation))
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

    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.body.next().await
    }
}

type Chunks = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send + Sync>>;

struct Body {
    operation: Operation,
    /// What was read to look at.
    begun: BytesMut,
    rest: Option<Chunks>,
    read: u64,
    pace: Pace,
    ending: Ending,
}

impl Body {
    async fn begin(&mut self) -> Result<()> {
        while self.begun.len() < LOOKED_AT {
            match self.receive().await? {
                Some(chunk) => self.begun.extend_from_slice(&chunk),
                None => break,
            }
        }
        Ok(())
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        if !self.begun.is_empty() {
            return Ok(Some(std::mem::take(&mut self.begun).freeze()));
        }
        self.receive().await
    }

    async fn receive(&mut self) -> Result<Option<Bytes>> {
        let Some(rest) = &mut self.rest else {
            return Ok(None);
        };
        // A caller that paused, to write or to think, is not the server's fault.
        self.pace.restart();
        loop {
            match timeout_at(self.pace.until, rest.next()).await {
                Ok(Some(Ok(chunk))) => {
                    self.read += chunk.len() as u64;
                    self.ending.add(&chunk);
                    self.pace.moved(chunk.len());
                    return Ok(Some(chunk));
                }
                Ok(Some(Err(error))) => {
                    self.rest = None;
                    let broken = Error::from_transport(error);
                    let what = format!("the document broke off after {} bytes", self.read);
                    return Err(Error::new(broken.kind(), what).with_source(broken).at(self.operation));
                }
                Ok(None) => {
                    self.rest = None;
                    return self.ending.whole().then_some(None).ok_or_else(|| self.cut_off());
                }
                Err(_) if self.pace.go_on() => {}
                Err(_) => {
                    self.rest = None;
                    let what = format!(
                        "the download stood still for {} s after {} bytes",
                        self.pace.span.as_secs_f64(),
                        self.read
                    );
                    return Err(Error::new(ErrorKind::Timeout, what).at(self.operation));
                }
            }
        }
    }
}

impl Body {
    fn cut_off(&self) -> Error {
        let what = format!("the document is cut off after {} bytes: it is a PDF without its end", self.read);
        let again = "Try again: nothing of it can be relied on.";
        Error::new(ErrorKind::Network, what).with_transient(true).with_advice(Some(again)).at(self.operation)
    }
}

/// Keeps a download at one byte a second or more, over spans of the stall time.
struct Pace {
    span: Duration,
    until: Instant,
    left: Duration,
    moved: usize,
}

impl Pace {
    fn new(span: Duration) -> Self {
        Self { span, until: from_now(span), left: span, moved: 0 }
    }

    fn restart(&mut self) {
        self.until = from_now(self.left);
    }

    fn moved(&mut self, bytes: usize) {
        self.moved += bytes;
        self.left = self.until.saturating_duration_since(Instant::now());
        if self.left.is_zero() {
            self.begin_span();
        }
    }

    // At the end of a span: whether enough moved within it.
    fn go_on(&mut self) -> bool {
        let enough = self.moved as f64 >= self.span.as_secs_f64().max(1.0);
        if enough {
            self.begin_span();
            self.restart();
        }
        enough
    }

    fn begin_span(&mut self) {
        self.moved = 0;
        self.left = self.span;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_drip_is_too_slow_and_a_pause_of_the_caller_is_not() {
        let mut pace = Pace::new(Duration::from_secs(20));
        // One byte each 5 s: four in 20 s.
        for _ in 0..3 {
            pace.restart();
            tokio::time::sleep(Duration::from_secs(5)).await;
            pace.moved(1);
        }
        pace.restart();
        tokio::time::sleep_until(pace.until).await;
        assert!(!pace.go_on(), "four bytes in 20 s");

        let mut pace = Pace::new(Duration::from_secs(20));
        pace.restart();
        pace.moved(100);
        tokio::time::sleep(Duration::from_secs(600)).await;
        pace.restart();
        assert!(pace.until > Instant::now() + Duration::from_secs(19), "the caller's pause does not count");
    }
}
