//! The body of a response: whole, in chunks, or as a fault would have it.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Sleep, sleep};

use crate::wire::fault::Kind;
use crate::wire::line::Reset;

const CHUNK: usize = 64 << 10;
const FLUSHED: Duration = Duration::from_millis(5);
const FOR_EVER: Duration = Duration::from_secs(24 * 3600);

/// A body in memory, sent with its length or in chunks as ASP.NET does.
pub(crate) struct ResponseBody {
    rest: Bytes,
    length: Option<u64>,
    pace: Pace,
    pause: Option<Pin<Box<Sleep>>>,
    /// What else than an orderly end a body that breaks off has.
    reset: Option<Reset>,
}

enum Pace {
    AtOnce,
    Drip {
        bytes: usize,
        pause: Duration,
    },
    /// This number of bytes more, then nothing.
    Stall(usize),
    Reset(usize),
    /// What comes, as it comes, until no more can.
    Live(Receiver<Bytes>),
}

impl ResponseBody {
    pub(crate) fn whole(rest: Bytes) -> Self {
        Self { length: Some(rest.len() as u64), ..Self::chunked(rest) }
    }

    pub(crate) fn chunked(rest: Bytes) -> Self {
        Self { rest, length: None, pace: Pace::AtOnce, pause: None, reset: None }
    }

    /// A body that goes on for as long as its parts come.
    pub(crate) fn live(parts: Receiver<Bytes>) -> Self {
        Self { pace: Pace::Live(parts), ..Self::chunked(Bytes::new()) }
    }

    /// The same body as a fault has it, which may end by a reset of the connection.
    pub(crate) fn faulty(mut self, kind: Option<&Kind>, reset: &Reset) -> Self {
        match kind {
            Some(Kind::Drip { bytes, ms }) => {
                self.pace = Pace::Drip { bytes: *bytes, pause: Duration::from_millis(*ms) }
            }
            Some(Kind::Stall { after }) => self.pace = Pace::Stall(*after),
            Some(Kind::ResetDuring { after }) => {
                self.pace = Pace::Reset(*after);
                self.reset = Some(reset.clone());
            }
            Some(Kind::ShortBody {}) => {
                self.length = Some(self.rest.len() as u64 + 1000);
                self.pace = Pace::Reset(self.rest.len());
            }
            _ => {}
        }
        self
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        let most = match &mut self.pace {
            Pace::Live(parts) => return parts.poll_recv(context).map(|part| part.map(|part| Ok(Frame::data(part)))),
            Pace::AtOnce => CHUNK,
            Pace::Drip { bytes, .. } => *bytes,
            Pace::Stall(0) => {
                self.pause = Some(Box::pin(sleep(FOR_EVER)));
                return self.poll_frame(context);
            }
            Pace::Reset(0) => {
                if let Some(reset) = &self.reset {
                    reset.ask();
                }
                return Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())));
            }
            Pace::Stall(left) | Pace::Reset(left) => (*left).min(CHUNK),
        };
        let size = self.rest.len().min(most);
        let chunk = self.rest.split_to(size);
        match &mut self.pace {
            Pace::Drip { pause, .. } => {
                let pause = *pause;
                self.pause = (!self.rest.is_empty()).then(|| Box::pin(sleep(pause)));
            }
            Pace::Stall(left) | Pace::Reset(left) if size > 0 => {
                *left -= size;
                // What comes before an error is written out only while the body has nothing more to give.
                self.pause = Some(Box::pin(sleep(FLUSHED)));
            }
            // The body is shorter than where it was to break off.
            Pace::Stall(left) | Pace::Reset(left) => *left = 0,
            Pace::AtOnce | Pace::Live(_) => {}
        }
        if size == 0 && matches!(self.pace, Pace::Stall(_) | Pace::Reset(_)) {
            return self.poll_frame(context);
        }
        Poll::Ready((!chunk.is_empty()).then_some(Ok(Frame::data(chunk))))
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
