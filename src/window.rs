//! The span of time that a feed is asked for.

use crate::types::Timestamp;
use crate::{Error, ErrorKind, Result};
use jiff::{RoundMode, SignedDuration, TimestampRound, Unit};
use std::time::Duration;

/// A span of time, in whole seconds of UTC, as the feeds take it.
///
/// Whether the vendor's edges are inclusive is not known, and rows can become visible late: read windows that
/// overlap by some minutes, and expect a row twice. An edge between two seconds moves outwards, so that nothing is lost.
///
/// ```
/// use mycarrierpackets::Window;
/// use std::time::Duration;
///
/// let day = Window::last(Duration::from_secs(24 * 3600))?;
/// assert!(day.start() < day.end());
/// # Ok::<(), mycarrierpackets::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    start: jiff::Timestamp,
    end: jiff::Timestamp,
}

impl Window {
    /// From `start` to `end`.
    ///
    /// ```
    /// use mycarrierpackets::{Window, jiff::Timestamp};
    ///
    /// let start: Timestamp = "2026-03-18T08:00:00Z".parse()?;
    /// let window = Window::new(start, "2026-03-18T08:15:00Z".parse()?)?;
    /// assert_eq!(window.start(), start);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] unless `start` is before `end`.
    pub fn new(start: jiff::Timestamp, end: jiff::Timestamp) -> Result<Self> {
        if start >= end {
            return Err(Error::new(ErrorKind::InvalidInput, format!("a window from {start} to {end} is empty")));
        }
        Ok(Self { start: whole_seconds(start, RoundMode::Floor), end: whole_seconds(end, RoundMode::Ceil) })
    }

    /// The time just past, until now by this machine's clock. Where that may be wrong, take
    /// [`Window::ending`] with [`Client::server_time`](crate::Client::server_time).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when `span` is zero, or longer than the calendar reaches back.
    pub fn last(span: Duration) -> Result<Self> {
        Self::ending(jiff::Timestamp::now(), span)
    }

    /// The time of length `span` until `now`.
    ///
    /// ```
    /// # fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// use mycarrierpackets::Window;
    /// use std::time::Duration;
    ///
    /// let window = Window::ending(client.server_time(), Duration::from_secs(20 * 60))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`last`](Self::last).
    pub fn ending(now: jiff::Timestamp, span: Duration) -> Result<Self> {
        let from = SignedDuration::try_from(span).ok().and_then(|span| now.checked_sub(span).ok());
        let too_long = || Error::new(ErrorKind::InvalidInput, "the window is longer than the calendar");
        Self::new(from.ok_or_else(too_long)?, now)
    }

    /// Start of the window.
    pub fn start(&self) -> jiff::Timestamp {
        self.start
    }

    /// End of the window.
    pub fn end(&self) -> jiff::Timestamp {
        self.end
    }

    pub(crate) fn edges(&self) -> (Timestamp, Timestamp) {
        let text = |at| Timestamp::from(Timestamp::window_text(at));
        (text(self.start), text(self.end))
    }
}

// At the ends of the calendar there is no next second, and the time stays as it is.
fn whole_seconds(at: jiff::Timestamp, mode: RoundMode) -> jiff::Timestamp {
    at.round(TimestampRound::new().smallest(Unit::Second).mode(mode)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(from: &str, to: &str) -> Result<(String, String)> {
        let (from, to) = Window::new(from.parse().unwrap(), to.parse().unwrap())?.edges();
        Ok((from.to_string(), to.to_string()))
    }

    #[test]
    fn an_edge_between_two_seconds_moves_outwards() {
        let second = ("2026-03-18T08:00:00".to_owned(), "2026-03-18T08:00:01".to_owned());
        assert_eq!(edges("2026-03-18T08:00:00.2Z", "2026-03-18T08:00:00.3Z").unwrap(), second, "never empty");
        assert_eq!(edges("2026-03-18T08:00:00Z", "2026-03-18T08:00:01Z").unwrap(), second, "whole seconds stay");
        assert_eq!(edges("2026-03-18T08:00:00.999Z", "2026-03-18T08:00:01Z").unwrap(), second);
    }

    #[test]
    fn an_empty_window_is_refused() {
        for to in ["2026-03-18T08:00:00Z", "2026-03-18T07:59:59Z"] {
            assert!(edges("2026-03-18T08:00:00Z", to).unwrap_err().is_invalid_input(), "{to}");
        }
        assert!(Window::last(Duration::ZERO).is_err() && Window::last(Duration::MAX).is_err());
        assert!(Window::ending(jiff::Timestamp::MIN, Duration::from_secs(1)).is_err());
    }

    #[test]
    fn a_window_shows_its_edges() {
        let (start, end) = ("2026-03-18T08:00:00Z".parse().unwrap(), "2026-03-18T09:00:00Z".parse().unwrap());
        let window = Window::new(start, end).unwrap();
        assert_eq!((window.start(), window.end()), (start, end));
        assert_eq!(Window::ending(end, Duration::from_secs(3600)).unwrap(), window);
    }
}
