//! What a test wants to know afterwards: which requests came, how many, how many at once.
//!
//! Requests are dropped to make room, and counts are not: what was dropped is counted, so that no list passes for all
//! there was.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::pin::pin;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::Response;
use hyper::header::HeaderValue;
use tokio::sync::Notify;

use crate::watch::{Topic, Watch};
use crate::wire::fault::Applied;
use crate::wire::record::{RecordedAnswer, RecordedRequest};
use crate::wire::response_body::ResponseBody;

const MAX_REQUESTS: usize = 10_000;
/// Of an answer's body so much is kept.
const MAX_ANSWER: usize = 256 << 10;
/// Bodies are kept up to this many bytes in all; those of the oldest requests are dropped first.
const MAX_BODIES: usize = 64 << 20;
/// What is kept beside bodies, up to this many bytes in all; past it the oldest requests go.
const MAX_HEADS: usize = 64 << 20;

/// The requests of one operation since the log was cleared.
#[derive(Clone, Copy, Default)]
struct Tally {
    count: usize,
    dropped: usize,
    /// Number of the last one that was dropped.
    last_dropped: u64,
}

#[derive(Default)]
struct Inner {
    tallies: HashMap<&'static str, Tally>,
    ring: VecDeque<RecordedRequest>,
    /// Number of the newest request.
    last: u64,
    /// Number of the first request whose bodies are there.
    first_with_bodies: u64,
    bodies: usize,
    heads: usize,
    running: usize,
    peak: usize,
}

pub(crate) struct Log {
    recording: bool,
    watch: Watch,
    inner: Mutex<Inner>,
    changed: Notify,
}

/// The last of the requests that somebody asked for.
pub(crate) struct Listing {
    /// Oldest first.
    pub(crate) requests: Vec<RecordedRequest>,
    /// How many of those asked for are kept.
    pub(crate) total: usize,
    /// How many requests of the operation, or of all, were dropped since the log was cleared.
    pub(crate) dropped: usize,
    /// Whether `requests` is all that came since the log was cleared of what was asked for.
    pub(crate) complete: bool,
}

/// A request that is being answered; dropping it says that it no longer is.
pub(crate) struct Running<'l> {
    log: &'l Log,
    number: u64,
    begun: Instant,
}

impl Log {
    pub(crate) fn new(recording: bool, watch: Watch) -> Self {
        Self { recording, watch, inner: Mutex::default(), changed: Notify::new() }
    }

    pub(crate) fn recording(&self) -> bool {
        self.recording
    }

    /// Counts a request, and keeps it if there is a record of it.
    pub(crate) fn begin(&self, operation: &'static str, record: Option<RecordedRequest>) -> Running<'_> {
        let mut inner = crate::lock(&self.inner);
        inner.last += 1;
        let number = inner.last;
        inner.tallies.entry(operation).or_default().count += 1;
        inner.running += 1;
        inner.peak = inner.peak.max(inner.running);
        match record {
            Some(mut record) => {
                record.number = number;
                inner.bodies += record.body.len();
                inner.heads += record.head_size();
                inner.ring.push_back(record);
                inner.shrink();
            }
            None => inner.note_dropped(operation, number),
        }
        drop(inner);
        self.changed.notify_waiters();
        self.watch.say(Topic::Request, number);
        Running { log: self, number, begun: Instant::now() }
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        crate::lock(&self.inner).ring.iter().cloned().collect()
    }

    /// The requests that fit, oldest first.
    pub(crate) fn find(&self, fits: impl Fn(&RecordedRequest) -> bool) -> Vec<RecordedRequest> {
        crate::lock(&self.inner).ring.iter().filter(|request| fits(request)).cloned().collect()
    }

    /// The last `limit` of the requests of an operation, or of all, that came after a number and fit.
    pub(crate) fn listing(
        &self,
        (operation, after): (Option<&str>, u64),
        limit: usize,
        fits: impl Fn(&RecordedRequest) -> bool,
    ) -> Listing {
        let inner = crate::lock(&self.inner);
        let fits = |request: &&RecordedRequest| {
            request.number > after && operation.is_none_or(|own| own == request.operation) && fits(request)
        };
        let total = inner.ring.iter().filter(fits).count();
        let requests = inner.ring.iter().filter(fits).skip(total.saturating_sub(limit)).cloned().collect();
        let Tally { dropped, last_dropped, .. } = inner.tally(operation);
        Listing { requests, total, dropped, complete: total <= limit && last_dropped <= after }
    }

    /// Whether there is such a request among those of an operation, or of all, that came after a number.
    pub(crate) fn any(&self, (operation, after): (Option<&str>, u64), fits: impl Fn(&RecordedRequest) -> bool) -> bool {
        let inner = crate::lock(&self.inner);
        let asked =
            |request: &&RecordedRequest| request.number > after && operation.is_none_or(|own| own == request.operation);
        inner.ring.iter().filter(asked).any(fits)
    }

    /// The request of a number, or whether there was one that is no longer kept.
    pub(crate) fn get(&self, number: u64) -> Result<RecordedRequest, bool> {
        let inner = crate::lock(&self.inner);
        let place = inner.place(number);
        place.and_then(|at| inner.ring.get(at)).cloned().ok_or((1..=inner.last).contains(&number))
    }

    /// How many requests of an operation came since the log was cleared.
    pub(crate) fn count(&self, operation: &str) -> usize {
        crate::lock(&self.inner).tally(Some(operation)).count
    }

    /// How many requests came of each operation since the log was cleared.
    pub(crate) fn counts(&self) -> BTreeMap<&'static str, usize> {
        crate::lock(&self.inner).tallies.iter().map(|(operation, tally)| (*operation, tally.count)).collect()
    }

    /// How many requests of an operation, or of all, came since the log was cleared and are not in it.
    pub(crate) fn dropped(&self, operation: Option<&str>) -> usize {
        crate::lock(&self.inner).tally(operation).dropped
    }

    pub(crate) fn peak(&self) -> usize {
        crate::lock(&self.inner).peak
    }

    pub(crate) fn clear(&self) {
        let mut inner = crate::lock(&self.inner);
        inner.ring.clear();
        inner.tallies.clear();
        (inner.bodies, inner.heads) = (0, 0);
        inner.peak = inner.running;
        drop(inner);
        self.watch.say(Topic::Request, None);
    }

    /// Waits until something is found in the log, which is looked at whenever a request comes and whenever one is over.
    pub(crate) async fn wait<T>(&self, within: Duration, find: impl Fn(&Self) -> Option<T>) -> Option<T> {
        let look = async {
            loop {
                let mut changed = pin!(self.changed.notified());
                // From here on nothing is missed.
                changed.as_mut().enable();
                if let Some(found) = find(self) {
                    return found;
                }
                changed.await;
            }
        };
        tokio::time::timeout(within, look).await.ok()
    }
}

impl Inner {
    fn tally(&self, operation: Option<&str>) -> Tally {
        match operation {
            Some(operation) => self.tallies.get(operation).copied().unwrap_or_default(),
            None => self.tallies.values().fold(Tally::default(), |all, own| Tally {
                count: all.count + own.count,
                dropped: all.dropped + own.dropped,
                last_dropped: all.last_dropped.max(own.last_dropped),
            }),
        }
    }

    fn note_dropped(&mut self, operation: &'static str, number: u64) {
        let tally = self.tallies.entry(operation).or_default();
        tally.dropped += 1;
        tally.last_dropped = tally.last_dropped.max(number);
    }

    /// Where in the ring a number is: numbers follow each other there.
    fn place(&self, number: u64) -> Option<usize> {
        usize::try_from(number.checked_sub(self.ring.front()?.number)?).ok()
    }

    fn shrink(&mut self) {
        while self.ring.len() > MAX_REQUESTS || self.heads > MAX_HEADS {
            let Some(oldest) = self.ring.pop_front() else { break };
            self.bodies -= oldest.body_size();
            self.heads -= oldest.head_size();
            self.note_dropped(oldest.operation, oldest.number);
        }
        while self.bodies > MAX_BODIES {
            let first = self.ring.front().map_or(0, |oldest| oldest.number);
            self.first_with_bodies = self.first_with_bodies.max(first);
            let Some(oldest) = self.place(self.first_with_bodies).and_then(|at| self.ring.get_mut(at)) else { break };
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
        let mut inner = crate::lock(&self.log.inner);
        if let Some(at) = inner.place(self.number) {
            change(&mut inner, at);
            inner.shrink();
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut inner = crate::lock(&self.log.inner);
        inner.running -= 1;
        if let Some(record) = inner.place(self.number).and_then(|at| inner.ring.get_mut(at)) {
            record.over = true;
            record.took = Some(self.begun.elapsed());
        }
        drop(inner);
        self.log.changed.notify_waiters();
        self.log.watch.say(Topic::Request, self.number);
    }
}
