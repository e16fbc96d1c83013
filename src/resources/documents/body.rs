//! The bytes of a document as they come, with an eye on their pace and on their end.

use super::judge::{Ending, LOOKED_AT};
use crate::exec::from_now;
use crate::{Error, ErrorKind, Operation, Result};
use bytes::{Bytes, BytesMut};
use futures::stream::{Stream, StreamExt as _};
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

pub(super) type Chunks = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send + Sync>>;

/// What was read of a document, and what is still to come.
pub(super) struct Body {
    operation: Operation,
    /// What was read to look at.
    begun: BytesMut,
    rest: Option<Chunks>,
    read: u64,
    pace: Pace,
    ending: Ending,
}

impl Body {
    pub(super) fn new(operation: Operation, chunks: Chunks, stall: Duration) -> Self {
        let (begun, pace, ending) = (BytesMut::new(), Pace::new(stall), Ending::default());
        Self { operation, begun, rest: Some(chunks), read: 0, pace, ending }
    }

    /// What was read so far and not handed out.
    pub(super) fn begun(&self) -> &[u8] {
        &self.begun
    }

    /// Reads as much as a document is judged by.
    pub(super) async fn begin(&mut self) -> Result<()> {
        while self.begun.len() < LOOKED_AT {
            match self.receive().await? {
                Some(chunk) => self.begun.extend_from_slice(&chunk),
                None => break,
            }
        }
        Ok(())
    }

    /// The next bytes; `None` once a whole document has come.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>> {
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
    #[tokio::test(start_paused = true)]
    async fn what_moved_in_a_span_counts_whole_and_for_that_span_only() {
        let mut pace = Pace::new(Duration::from_secs(20));
        for bytes in [10, 3, 7] {
            pace.restart();
            pace.moved(bytes);
        }
        tokio::time::sleep_until(pace.until).await;
        assert!(pace.go_on(), "20 bytes in 20 s");
        assert_eq!(pace.until, Instant::now() + Duration::from_secs(20));
        tokio::time::sleep_until(pace.until).await;
        assert!(!pace.go_on(), "none in the next 20 s");
        let mut quick = Pace::new(Duration::from_millis(100));
        quick.moved(1);
        assert!(quick.go_on(), "one byte is enough for less than a second");
    }

    fn body(parts: Vec<(u64, Vec<u8>)>) -> Body {
        // A part comes its seconds after the one before; none follows the last.
        let parts = futures::stream::iter(parts).then(async |(seconds, bytes)| {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok(Bytes::from(bytes))
        });
        Body::new(Operation::GetDocument, Box::pin(parts.chain(futures::stream::pending())), Duration::from_secs(20))
    }

    async fn next(body: &mut Body) -> std::result::Result<usize, String> {
        let next = body.next().await.map_err(|error| error.message().to_owned())?;
        Ok(next.map_or(0, |bytes| bytes.len()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_download_stands_still_only_when_too_little_came_in_a_whole_span() {
        let mut slow = body(vec![(0, vec![b'a'; 30]), (30, vec![b'b'; 5])]);
        assert_eq!(next(&mut slow).await, Ok(30));
        assert_eq!(next(&mut slow).await, Ok(5), "the 30 bytes carry it over a span");
        let stalled = "get_document: the download stood still for 20 s after 35 bytes".to_owned();
        assert_eq!(next(&mut slow).await, Err(stalled));
        assert_eq!(next(&mut slow).await, Ok(0), "and it has ended");
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_is_waited_for_than_is_looked_at() {
        let mut long = body(vec![(0, vec![b'a'; LOOKED_AT - 1]), (0, vec![b'b'; 1])]);
        long.begin().await.expect("it has what it needs");
        assert_eq!(long.begun().len(), LOOKED_AT);
        assert_eq!(next(&mut long).await, Ok(LOOKED_AT), "what was looked at is not lost");
    }
}
