//! What a test wants to know afterwards: which requests came, how many, how many at once.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

const MAX_REQUESTS: usize = 10_000;
/// Bodies are kept up to this many bytes in all; the oldest requests go first.
const MAX_BYTES: usize = 64 << 20;

/// One request the sandbox received.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// `"POST"`, as sent.
    pub method: String,
    /// The path as sent, without the query.
    pub path: String,
    /// The operation's documented name (`"PreviewCarrier"`, `"token"`, `"portal token"`, `"CarrierPacket"`),
    /// or empty if the path leads nowhere.
    pub operation: &'static str,
    /// The query, decoded, names as sent, in order.
    pub query: Vec<(String, String)>,
    /// The request headers, names in lower case, in the order received. Authorization is among them.
    pub headers: Vec<(String, String)>,
    /// The body as received.
    pub body: Vec<u8>,
    /// The status that was answered; `None` while there is no answer yet, or if the client went away first.
    pub status: Option<u16>,
}

impl RecordedRequest {
    /// The value of a header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value of a query parameter, by its name exactly as sent.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Inner {
    counts: HashMap<&'static str, usize>,
    ring: VecDeque<RecordedRequest>,
    /// Number of the first request in `ring`.
    first: u64,
    bytes: usize,
    running: usize,
    peak: usize,
}

pub(crate) struct Log {
    recording: bool,
    inner: Mutex<Inner>,
}

/// A request that is being answered; dropping it says that it no longer is.
pub(crate) struct Running<'l> {
    log: &'l Log,
    number: Option<u64>,
}

impl Log {
    pub(crate) fn new(recording: bool) -> Self {
        Self { recording, inner: Mutex::default() }
    }

    pub(crate) fn recording(&self) -> bool {
        self.recording
    }

    /// Counts a request, and keeps it if there is a record of it.
    pub(crate) fn begin(&self, operation: &'static str, record: Option<RecordedRequest>) -> Running<'_> {
        let mut inner = crate::lock(&self.inner);
        *inner.counts.entry(operation).or_default() += 1;
        inner.running += 1;
        inner.peak = inner.peak.max(inner.running);
        let number = record.map(|record| {
            inner.bytes += record.body.len();
            inner.ring.push_back(record);
            while inner.ring.len() > MAX_REQUESTS || inner.bytes > MAX_BYTES {
                let Some(oldest) = inner.ring.pop_front() else {
                    break;
                };
                inner.bytes -= oldest.body.len();
                inner.first += 1;
            }
            inner.first + inner.ring.len() as u64 - 1
        });
        Running { log: self, number }
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        crate::lock(&self.inner).ring.iter().cloned().collect()
    }

    pub(crate) fn count(&self, operation: &str) -> usize {
        crate::lock(&self.inner).counts.get(operation).copied().unwrap_or(0)
    }

    pub(crate) fn peak(&self) -> usize {
        crate::lock(&self.inner).peak
    }

    pub(crate) fn clear(&self) {
        let mut inner = crate::lock(&self.inner);
        inner.first += inner.ring.len() as u64;
        inner.ring.clear();
        inner.counts.clear();
        inner.bytes = 0;
        inner.peak = inner.running;
    }
}

impl Running<'_> {
    pub(crate) fn answered(&self, status: u16) {
        let Some(number) = self.number else { return };
        let mut inner = crate::lock(&self.log.inner);
        let Some(at) = number.checked_sub(inner.first) else {
            return;
        };
        if let Some(record) = inner.ring.get_mut(at as usize) {
            record.status = Some(status);
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        crate::lock(&self.log.inner).running -= 1;
    }
}
