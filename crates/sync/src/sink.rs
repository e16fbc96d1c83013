//! Where events go.

mod jsonl;

pub use jsonl::JsonLines;

use crate::error::Error;
use crate::event::Event;

/// Takes events, one after another.
pub trait Sink: Send {
    /// Takes an event. It counts as taken once [`flush`](Self::flush) succeeded, and comes again otherwise.
    fn take(&mut self, event: &Event) -> impl Future<Output = Result<(), Error>> + Send;

    /// Makes sure that what was taken stays, whatever happens to this process.
    fn flush(&mut self) -> impl Future<Output = Result<(), Error>> + Send {
        async { Ok(()) }
    }
}

/// A function is a sink: what it returns `Ok` for is taken.
impl<F, R> Sink for F
where
    F: FnMut(Event) -> R + Send,
    R: Future<Output = Result<(), Error>> + Send,
{
    fn take(&mut self, event: &Event) -> impl Future<Output = Result<(), Error>> + Send {
        self(event.clone())
    }
}
