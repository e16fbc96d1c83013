//! Errors that a test makes, to see what its own program does with them.

use super::{Error, ErrorKind};
use crate::operation::Operation;
use http::StatusCode;
use std::time::Duration;

/// Makes an [`Error`] as the client would return it. See [`Error::builder`].
///
/// ```
/// use mycarrierpackets::{Error, ErrorKind, Operation, http::StatusCode};
/// use std::time::Duration;
///
/// let error = Error::builder(ErrorKind::RateLimited)
///     .operation(Operation::CarriersChanges)
///     .status(StatusCode::TOO_MANY_REQUESTS)
///     .vendor_message("Poll every 5 to 15 minutes.")
///     .retry_after(Duration::from_secs(240))
///     .attempts(3)
///     .may_have_acted(false)
///     .transient(true)
///     .build();
/// assert_eq!(error.retry_after(), Some(Duration::from_secs(240)));
/// ```
#[derive(Clone, Debug)]
#[must_use = "call `build`"]
pub struct ErrorBuilder(Error);

impl Error {
    /// An error of this kind, for a test of what your program does with one.
    ///
    /// ```
    /// use mycarrierpackets::{Error, ErrorKind, Operation};
    ///
    /// let error = Error::builder(ErrorKind::Timeout)
    ///     .operation(Operation::EmailPacketInvitation)
    ///     .may_have_acted(true)
    ///     .build();
    /// assert!(error.may_have_acted() && !error.is_transient());
    /// ```
    pub fn builder(kind: ErrorKind) -> ErrorBuilder {
        ErrorBuilder(Self::new(kind, "made for a test"))
    }
}

impl ErrorBuilder {
    /// The operation that failed. Default none.
    pub fn operation(self, operation: Operation) -> Self {
        Self(self.0.at(operation))
    }

    /// HTTP status of the last answer. Default none.
    pub fn status(self, status: StatusCode) -> Self {
        Self(self.0.with_status(status))
    }

    /// The server's own words. Default none.
    pub fn vendor_message(self, message: impl Into<String>) -> Self {
        Self(self.0.with_vendor_message(Some(message.into())))
    }

    /// How long the server asked to wait. Default none.
    pub fn retry_after(self, after: Duration) -> Self {
        Self(self.0.with_retry_after(Some(after)))
    }

    /// Requests that were sent. Default 0.
    pub fn attempts(self, attempts: u32) -> Self {
        Self(self.0.with_attempts(attempts))
    }

    /// Whether the server may have done what was asked. Default false.
    pub fn may_have_acted(self, may: bool) -> Self {
        Self(self.0.with_may_have_acted(may))
    }

    /// Whether the same call may work later. Default by the kind.
    pub fn transient(self, transient: bool) -> Self {
        Self(self.0.with_transient(transient))
    }

    /// The error.
    pub fn build(self) -> Error {
        self.0
    }
}
