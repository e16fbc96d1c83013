//! The server's clock, as its answers show it: windows are cut by it, and not by a clock that may be wrong.

use super::headers;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};

/// Differences up to this are the resolution of a `Date` and the time on the wire.
const NOISE: SignedDuration = SignedDuration::from_secs(2);

/// How far the server's clock is ahead of the local one, in milliseconds.
#[derive(Default)]
pub(crate) struct ServerClock(AtomicI64);

impl ServerClock {
    /// Takes the server's time from an answer that came at `now`.
    pub(crate) fn note(&self, headers: &HeaderMap, now: Timestamp) {
        if let Some(date) = headers::date(headers) {
            let ahead = date.duration_since(now);
            let ahead = if ahead.abs() <= NOISE { SignedDuration::ZERO } else { ahead };
            self.0.store(i64::try_from(ahead.as_millis()).unwrap_or(0), Ordering::Relaxed);
        }
    }

    /// The server's time at the local time `now`.
    pub(crate) fn now(&self, now: Timestamp) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.0.load(Ordering::Relaxed));
        now.saturating_add(ahead).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_clock_is_known_from_its_answers() {
        let now: Timestamp = "2026-03-18T08:00:00Z".parse().unwrap();
        let clock = ServerClock::default();
        assert_eq!(clock.now(now), now, "before the first answer");
        let mut headers = HeaderMap::new();
        clock.note(&headers, now);
        assert_eq!(clock.now(now), now, "no date");
        for (date, server) in [
            ("Wed, 18 Mar 2026 07:40:00 GMT", "2026-03-18T07:40:00Z"),
            ("Wed, 18 Mar 2026 08:20:00 GMT", "2026-03-18T08:20:00Z"),
            ("Wed, 18 Mar 2026 07:59:59 GMT", "2026-03-18T08:00:00Z"),
        ] {
            headers.insert(http::header::DATE, date.parse().unwrap());
            clock.note(&headers, now);
            assert_eq!(clock.now(now).to_string(), server, "{date}");
        }
    }
}
