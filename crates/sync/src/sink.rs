//! Where events go.

#[cfg(feature = "http")]
mod http;
mod jsonl;
#[cfg(feature = "nats")]
mod nats;
mod not_taken;
#[cfg(feature = "http")]
mod signer;

#[cfg(feature = "http")]
pub use http::Http;
pub use jsonl::JsonLines;
#[cfg(feature = "nats")]
pub use nats::Nats;
pub use not_taken::NotTaken;
#[cfg(feature = "http")]
pub use signer::Signer;

use crate::event::Event;

/// Takes events, one after another.
///
/// What it does not take stays: see [`NotTaken`] for when it comes again.
pub trait Sink: Send {
    /// Takes an event. It counts as taken once [`flush`](Self::flush) succeeded, and comes again otherwise.
    fn take(&mut self, event: &Event) -> impl Future<Output = Result<(), NotTaken>> + Send;

    /// Makes sure that what was taken stays, whatever happens to this process. An error is the sink's and of no single
    /// event: everything since the last flush comes again.
    fn flush(&mut self) -> impl Future<Output = Result<(), NotTaken>> + Send {
        async { Ok(()) }
    }

    /// Forgets what was taken and not flushed: it comes again. Called before the first event after a flush that failed, and
    /// before that of each turn, as an earlier turn may have been cut off.
    fn discard(&mut self) {}
}

/// A function is a sink: what it returns `Ok` for is taken.
impl<F, R> Sink for F
where
    F: FnMut(Event) -> R + Send,
    R: Future<Output = Result<(), NotTaken>> + Send,
{
    fn take(&mut self, event: &Event) -> impl Future<Output = Result<(), NotTaken>> + Send {
        self(event.clone())
    }
}
