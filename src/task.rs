//! A future that goes on while nobody polls it.

use crate::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::task::JoinHandle;
use tracing::Instrument as _;

/// Runs `future` as a task; dropping what is returned stops it.
pub(crate) fn spawned<T: Send + 'static>(future: impl Future<Output = Result<T>> + Send + 'static) -> Spawned<T> {
    Spawned(tokio::spawn(future.in_current_span()))
}

/// A running task and, once awaited, what came of it.
pub(crate) struct Spawned<T>(JoinHandle<Result<T>>);

impl<T> Future for Spawned<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        Poll::Ready(match ready!(Pin::new(&mut self.0).poll(cx)) {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Error::new(ErrorKind::Network, "the runtime stopped before the call ended")),
            },
        })
    }
}

impl<T> Drop for Spawned<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
