//! Exchanges with the API as files, without what they say: `cargo xtask drift` compares them with the contract.

mod redact;

use crate::files::{self, Existing};
use crate::operation::OperationInfo;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::{fs, io};

/// What one client records at most: exchanges, and bytes in all of them.
const MOST_FILES: u64 = 10_000;
const MOST_BYTES: u64 = 256 << 20;
/// Larger bodies are left out.
const LARGEST_BODY: usize = 8 << 20;
/// So much is kept of the body of an error; a longer one is not whole.
const ERROR_BODY: usize = 64 << 10;

/// Where the exchanges of a client go.
pub(crate) struct Recorder {
    folder: PathBuf,
    // Of clients that record into the same folder each has names of its own.
    prefix: String,
    files: AtomicU64,
    bytes: AtomicU64,
    warned: AtomicBool,
}

impl Recorder {
    pub(crate) fn new(folder: PathBuf, now: Timestamp) -> Arc<Self> {
        static CLIENTS: AtomicU64 = AtomicU64::new(0);
        let client = CLIENTS.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("{}-{}-{client}", now.as_millisecond(), std::process::id());
        let counter = || AtomicU64::new(0);
        Arc::new(Self { folder, prefix, files: counter(), bytes: counter(), warned: AtomicBool::new(false) })
    }

    /// An exchange that begins with this request.
    pub(crate) fn begin(self: &Arc<Self>, info: &OperationInfo, request: &reqwest::Request) -> Exchange {
        Exchange {
            recorder: self.clone(),
            method: request.method().clone(),
            url: redact::url(request.url(), info.path),
            headers: redact::headers(request.headers()),
            sent: request.body().and_then(reqwest::Body::as_bytes).map(Bytes::copy_from_slice),
            answer: None,
            body: None,
        }
    }

    fn write(&self, line: &Value) -> io::Result<()> {
        let text = format!("{line}\n");
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let bytes = self.bytes.fetch_add(text.len() as u64, Ordering::Relaxed) + text.len() as u64;
        if number >= MOST_FILES || bytes > MOST_BYTES {
            return Err(io::Error::other("the limit of recorded exchanges is reached"));
        }
        fs::create_dir_all(&self.folder)?;
        let name = format!("{}-{number:05}.json", self.prefix);
        files::write(self.folder.join(name), text.as_bytes(), Existing::Refuse).map(drop)
    }

    fn warn(&self, error: &io::Error) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, "exchanges are no longer recorded, or not all of them");
        }
    }
}

/// An exchange that is under way.
pub(crate) struct Exchange {
    recorder: Arc<Recorder>,
    method: http::Method,
    url: String,
    headers: Value,
    sent: Option<Bytes>,
    answer: Option<(StatusCode, Value, String)>,
    body: Option<Bytes>,
}

impl Exchange {
    /// The answer has begun.
    pub(crate) fn answered(&mut self, status: StatusCode, headers: &HeaderMap) {
        self.answer = Some((status, redact::headers(headers), kind(headers)));
    }

    /// The answer is there, as it came.
    pub(crate) fn body(&mut self, body: Bytes) {
        self.body = Some(body);
    }

    /// Writes it; `error` is the body of an answer that was refused. A call does not fail because of it.
    pub(crate) async fn keep(mut self, error: Option<&[u8]>) {
        let whole = error.filter(|body| body.len() < ERROR_BODY);
        self.body = self.body.or_else(|| whole.map(Bytes::copy_from_slice));
        // Redaction and the disk take their time.
        let _ = tokio::task::spawn_blocking(move || {
            if let Err(error) = self.recorder.write(&self.line()) {
                self.recorder.warn(&error);
            }
        })
        .await;
    }

    fn line(&self) -> Value {
        let mut request = Map::new();
        request.insert("headers".to_owned(), self.headers.clone());
        match &self.sent {
            Some(body) => insert_body(&mut request, body, "application/json"),
            None => drop(request.insert("size".to_owned(), json!(0))),
        }
        let mut response = Map::new();
        if let Some((status, headers, kind)) = &self.answer {
            response.insert("status".to_owned(), json!(status.as_u16()));
            response.insert("headers".to_owned(), headers.clone());
            if let Some(body) = &self.body {
                insert_body(&mut response, body, kind);
            }
        }
        json!({"method": self.method.as_str(), "url": self.url, "request": request, "response": response})
    }
}

fn kind(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

// Only JSON can be redacted; of anything else its kind is in the headers.
fn insert_body(message: &mut Map<String, Value>, body: &[u8], kind: &str) {
    if body.is_empty() {
        message.insert("size".to_owned(), json!(0));
    } else if body.len() <= LARGEST_BODY && (kind.is_empty() || kind.ends_with("json")) {
        match serde_json::from_slice(body) {
            Ok(value) => message.insert("body".to_owned(), redact::body(&value)),
            Err(_) => message.insert("text".to_owned(), json!("(not JSON)")),
        };
    }
}

#[cfg(test)]
mod tests;
