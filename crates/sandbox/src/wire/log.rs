//! What a test wants to know afterwards: which requests came, how many, how many at once.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::SystemTime;

use bytes::Bytes;
use hyper::Response;
use hyper::header::HeaderValue;

use crate::wire::fault::Applied;
use crate::wire::response_body::ResponseBody;

const MAX_REQUESTS: usize = 10_000;
/// Of an answer's body so much is kept.
const MAX_ANSWER: usize = 256 << 10;
/// Bodies are kept up to this many bytes in all; those of the oldest requests are dropped first.
const MAX_BODIES: usize = 64 << 20;
/// What is kept beside bodies, up to this many bytes in all; past it the oldest requests go.
const MAX_HEADS: usize = 64 << 20;

/// One request the sandbox received.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// Counts from 1 and goes on when the log is cleared.
    pub number: u64,
    /// When it came, in the sandbox's time.
    pub at: SystemTime,
    /// The customer whose token it bore, if that was good.
    pub customer: Option<String>,
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
    /// The body as received; empty if [`bodies_dropped`](Self::bodies_dropped).
    pub body: Vec<u8>,
    /// The status that was answered; `None` while there is no answer yet, or if the client went away first.
    pub status: Option<u16>,
    /// What was answered; `None` while there is no answer, or if the connection was closed without one.
    pub answer: Option<RecordedAnswer>,
    /// The kinds of misbehaviour that applied to it, by their names in a file of faults: `"status"`, `"delay, status"`.
    pub fault: Option<String>,
    /// Whether the bodies, its own and the answer's, were dropped to make room for those of later requests.
    ///
    /// Bodies are kept up to 64 MiB in all.
    pub bodies_dropped: bool,
}

/// What the sandbox answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedAnswer {
    /// Names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body before compression; of more than 256 KiB only the beginning, and nothing once it was dropped
    /// ([`RecordedRequest::bodies_dropped`]).
    pub body: Bytes,
    /// The size of the whole body before compression.
    pub size: usize,
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

impl RecordedRequest {
    fn body_size(&self) -> usize {
        self.body.len() + self.answer.as_ref().map_or(0, |answer| answer.body.len())
    }

    /// Of what came; the headers of answers are the sandbox's own and few.
    fn head_size(&self) -> usize {
        let pairs = self.query.iter().chain(&self.headers);
        self.path.len() + pairs.map(|(name, value)| name.len() + value.len()).sum::<usize>()
    }

    fn drop_bodies(&mut self) {
        self.bodies_dropped = true;
        self.body = Vec::new();
        if let Some(answer) = &mut self.answer {
            answer.body = Bytes::new();
        }
    }
}

#[derive(Default)]
struct Inner {
    counts: HashMap<&'static str, usize>,
    ring: VecDeque<RecordedRequest>,
    /// Number of the first request in `ring`.
    first: u64,
    /// Number of the first request whose bodies are there.
    first_with_bodies: u64,
    bodies: usize,
    heads: usize,
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
        let number = record.map(|mut record| {
            let number = inner.first + inner.ring.len() as u64;
            record.number = number + 1;
            inner.bodies += record.body.len();
            inner.heads += record.head_size();
            inner.ring.push_back(record);
            inner.shrink();
            number
        });
        Running { log: self, number }
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        crate::lock(&self.inner).ring.iter().cloned().collect()
    }

    /// The requests that fit, oldest first.
    pub(crate) fn find(&self, fits: impl Fn(&RecordedRequest) -> bool) -> Vec<RecordedRequest> {
        crate::lock(&self.inner).ring.iter().filter(|request| fits(request)).cloned().collect()
    }

    /// How many requests fit, and the last `limit` of them, oldest first.
    pub(crate) fn last(&self, limit: usize, fits: impl Fn(&RecordedRequest) -> bool) -> (usize, Vec<RecordedRequest>) {
        let inner = crate::lock(&self.inner);
        let total = inner.ring.iter().filter(|request| fits(request)).count();
        let fitting = inner.ring.iter().filter(|request| fits(request));
        (total, fitting.skip(total.saturating_sub(limit)).cloned().collect())
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
        (inner.bodies, inner.heads) = (0, 0);
        inner.peak = inner.running;
    }
}

impl Inner {
    fn shrink(&mut self) {
        while self.ring.len() > MAX_REQUESTS || self.heads > MAX_HEADS {
            let Some(oldest) = self.ring.pop_front() else { break };
            self.bodies -= oldest.body_size();
            self.heads -= oldest.head_size();
            self.first += 1;
        }
        while self.bodies > MAX_BODIES {
            self.first_with_bodies = self.first_with_bodies.max(self.first);
            let Some(at) = usize::try_from(self.first_with_bodies - self.first).ok() else { break };
            let Some(oldest) = self.ring.get_mut(at) else { break };
            self.bodies -= oldest.body_size();
            oldest.drop_bodies();
            self.first_with_bodies += 1;
        }
    }
}

impl Running<'_> {
    pub(crate) fn answered(&self, response: &Response<ResponseBody>, body: Bytes, applied: &Applied) {
        let size = body.len();
        // A part of a large body would keep all of it in memory.
        let body = if size > MAX_ANSWER { Bytes::copy_from_slice(&body[..MAX_ANSWER]) } else { body };
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        self.note(|inner, at| {
            if let Some(record) = inner.ring.get_mut(at) {
                // It was so slow that its request's body was dropped already.
                let body = if record.bodies_dropped { Bytes::new() } else { body };
                let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
                record.status = Some(response.status().as_u16());
                inner.bodies += body.len();
                record.answer = Some(RecordedAnswer { headers: headers.collect(), body, size });
                record.fault = applied.names();
            }
        });
    }

    /// The connection is closed without an answer.
    pub(crate) fn broken(&self, applied: &Applied) {
        self.note(|inner, at| {
            if let Some(record) = inner.ring.get_mut(at) {
                record.fault = applied.names();
            }
        });
    }

    fn note(&self, change: impl FnOnce(&mut Inner, usize)) {
        let Some(number) = self.number else { return };
        let mut inner = crate::lock(&self.log.inner);
        if let Some(at) = number.checked_sub(inner.first) {
            change(&mut inner, at as usize);
            inner.shrink();
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        crate::lock(&self.log.inner).running -= 1;
    }
}
