//! Which window to ask for next, and when: pure, so that it can be tried by the thousand.

use crate::window::Window;
use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};
use serde::{Deserialize, Serialize};

/// The vendor refuses a feed that is asked for more often.
const SHORTEST: SignedDuration = SignedDuration::from_mins(4);

/// How often, how far back, and how long a window.
///
/// The defaults: every 5 minutes; each window reaches 10 minutes back behind the one before, once an hour 4 hours, and
/// once a day 50 hours. So a row that becomes visible up to 2 hours late is found within the hour, and one that is up to
/// 24 hours late within a day. A window ends 5 seconds before now and is at most 7 days long. The feeds are taken to reach
/// a year back.
///
/// ```
/// use mycarrierpackets::feed::Pace;
/// use mycarrierpackets::jiff::SignedDuration;
///
/// let pace = Pace::every(SignedDuration::from_mins(10));
/// assert!(pace.longest_lookback() > SignedDuration::from_hours(24));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// Time between two polls.
    pub interval: SignedDuration,
    /// How far each window reaches back behind the one before.
    pub lookback: SignedDuration,
    /// The same once an hour.
    pub hourly_lookback: SignedDuration,
    /// The same once a day.
    pub daily_lookback: SignedDuration,
    /// How long before now a window ends.
    pub margin: SignedDuration,
    /// How long a window may be beyond what it looks back.
    pub longest: SignedDuration,
    /// How far back the feed is taken to reach. What lies before is a [gap](Poll::gap).
    pub reach: SignedDuration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            interval: SignedDuration::from_mins(5),
            lookback: SignedDuration::from_mins(10),
            hourly_lookback: SignedDuration::from_hours(4),
            daily_lookback: SignedDuration::from_hours(50),
            margin: SignedDuration::from_secs(5),
            longest: SignedDuration::from_hours(7 * 24),
            reach: SignedDuration::from_hours(365 * 24),
        }
    }
}

impl Pace {
    /// As by default, with `interval` between two polls; what is shorter than 4 minutes is 4 minutes, because the vendor
    /// refuses it.
    pub fn every(interval: SignedDuration) -> Self {
        Self { interval: interval.max(SHORTEST), ..Self::default() }
    }

    /// The longest that any window looks back. A row that was seen can come again for so long.
    pub fn longest_lookback(&self) -> SignedDuration {
        self.lookback.max(self.hourly_lookback).max(self.daily_lookback)
    }
}

/// How far a feed was read. Times are those of the server.
///
/// ```
/// use mycarrierpackets::feed::{Pace, Position};
///
/// let (pace, now) = (Pace::default(), "2026-03-18T08:30:00Z".parse()?);
/// let position = Position::starting_at(now - pace.interval);
/// let poll = position.not_after(now).poll(now, &pace).expect("five minutes that nobody asked for");
/// assert_eq!(poll.then.read_until(), now - pace.margin);
/// assert!(poll.window.end() > position.read_until());
/// let asked = position.attempted(now);
/// assert_eq!((asked.attempted_at(), asked.due_at(&pace)), (Some(now), Some(now + pace.interval)));
/// # Ok::<(), mycarrierpackets::jiff::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    started_at: Timestamp,
    read_until: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempted_at: Option<Timestamp>,
    looked_back_hour_at: Timestamp,
    looked_back_day_at: Timestamp,
}

/// What to ask for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Poll {
    /// The window.
    pub window: Window,
    /// Time that the feed does not reach back to any more: what happened then has to be read in another way.
    pub gap: Option<Window>,
    /// Where the feed is read to once all of the window is.
    pub then: Position,
}

impl Position {
    /// All before `start` is of no interest.
    pub fn starting_at(start: Timestamp) -> Self {
        let start = whole_second(start);
        Self {
            started_at: start,
            read_until: start,
            attempted_at: None,
            looked_back_hour_at: start,
            looked_back_day_at: start,
        }
    }

    /// All before this was read.
    pub fn read_until(&self) -> Timestamp {
        self.read_until
    }

    /// When the feed was asked for last, whatever came of it.
    pub fn attempted_at(&self) -> Option<Timestamp> {
        self.attempted_at
    }

    /// When the next poll is due; `None` for at once.
    pub fn due_at(&self, pace: &Pace) -> Option<Timestamp> {
        self.attempted_at.and_then(|at| at.checked_add(pace.interval.max(SHORTEST)).ok())
    }

    /// As it is once a poll is about to be sent. Keep it before sending: whoever starts again after a crash then waits out
    /// the interval.
    pub fn attempted(self, now: Timestamp) -> Self {
        Self { attempted_at: Some(now), ..self }
    }

    /// As it is for a clock that reads `now`: nothing was asked for after that. A clock that was wrong, and set back, would
    /// otherwise hold the feed up for as long as it was wrong by.
    pub fn not_after(self, now: Timestamp) -> Self {
        Self { attempted_at: self.attempted_at.map(|at| at.min(now)), ..self }
    }

    /// What to ask for at `now`, due or not; `None` while there is nothing that was not asked for.
    pub fn poll(&self, now: Timestamp, pace: &Pace) -> Option<Poll> {
        let before = |at: Timestamp, span: SignedDuration| at.checked_sub(span).unwrap_or(Timestamp::MIN);
        let now = whole_second(now);
        // A cursor ahead of the clock: one of the two is wrong, so nobody knows what before now was read.
        let astray = self.read_until > now;
        let until = self.read_until.min(now);
        let oldest = whole_second(before(now, pace.reach));
        let unread_from = until;
        let until = until.max(oldest);
        let over = |since: Timestamp, hours| now.duration_since(since).abs() >= SignedDuration::from_hours(hours);
        let (hourly, daily) = (over(self.looked_back_hour_at, 1), astray || over(self.looked_back_day_at, 24));
        let lookback = match (hourly, daily) {
            (_, true) => pace.longest_lookback(),
            (true, false) => pace.lookback.max(pace.hourly_lookback),
            (false, false) => pace.lookback,
        };
        let started = if self.started_at > now { oldest } else { self.started_at };
        let start = before(until, lookback).max(oldest).max(started);
        let end = before(now, pace.margin).min(until.checked_add(pace.longest).unwrap_or(Timestamp::MAX));
        let window = Window::new(start, whole_second(end)).ok()?;
        let then = Self {
            started_at: self.started_at,
            read_until: if astray { window.end() } else { self.read_until.max(window.end()) },
            attempted_at: self.attempted_at,
            looked_back_hour_at: if hourly || daily { now } else { self.looked_back_hour_at },
            looked_back_day_at: if daily { now } else { self.looked_back_day_at },
        };
        let gap =
            if astray { Window::new(started, window.start()).ok() } else { Window::new(unread_from, oldest).ok() };
        Some(Poll { window, gap, then })
    }
}

// A second that has begun is not over: rows of it may come.
fn whole_second(at: Timestamp) -> Timestamp {
    at.round(TimestampRound::new().smallest(Unit::Second).mode(RoundMode::Floor)).unwrap_or(at)
}

#[cfg(test)]
mod tests;
