//! The span of time that a feed is asked for.

use crate::types::Timestamp;
use crate::{Error, ErrorKind, Result};
use jiff::SignedDuration;
use std::time::Duration;

/// A span of time, in whole seconds of UTC, as the feeds take it.
///
/// Whether the vendor's edges are inclusive is not known, and rows can become visible late: read windows that
/// overlap by some minutes, and expect a row twice.
///
/// ```
/// use mycarrierpackets::Window;
/// use std::time::Duration;
///
/// let day = Window::last(Duration::from_secs(24 * 3600))?;
/// assert!(day.from() < day.to());
/// # Ok::<(), mycarrierpackets::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    from: jiff::Timestamp,
    to: jiff::Timestamp,
}

impl Window {
    /// From `from` to `to`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] unless `from` is before `to`.
    pub fn new(from: jiff::Timestamp, to: jiff::Timestamp) -> Result<Self> {
        if from >= to {
            return Err(Error::new(ErrorKind::InvalidInput, format!("a window from {from} to {to} is empty")));
        }
        Ok(Self { from, to })
    }

    /// The time just past, until now.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when `span` is zero, or longer than the calendar reaches back.
    pub fn last(span: Duration) -> Result<Self> {
        let now = jiff::Timestamp::now();
        let from = SignedDuration::try_from(span).ok().and_then(|span| now.checked_sub(span).ok());
        let too_long = || Error::new(ErrorKind::InvalidInput, "the window is longer than the calendar");
        Self::new(from.ok_or_else(too_long)?, now)
    }

    /// Its start.
    pub fn from(&self) -> jiff::Timestamp {
        self.from
    }

    /// Its end.
    pub fn to(&self) -> jiff::Timestamp {
        self.to
    }

    pub(crate) fn edges(&self) -> (Timestamp, Timestamp) {
        let text = |at| Timestamp::from(Timestamp::window_text(at));
        (text(self.from), text(self.to))
    }
}
