//! The rule that the changes cannot be polled again within four minutes, whatever the window.

use std::time::Duration;

use tokio::time::Instant;

use crate::world::clock::{SECOND, Ticks};

/// When one customer last polled an operation, in the running time and in the sandbox's.
pub(crate) struct PollLimit {
    interval: Duration,
    last: Option<(Instant, Ticks)>,
}

impl PollLimit {
    pub(crate) fn new(interval: Duration) -> Self {
        Self { interval, last: None }
    }

    /// How long is between two polls.
    pub(crate) fn interval(&self) -> Duration {
        self.interval
    }

    /// Records a poll, or says how long to wait. A refused poll does not make the wait longer.
    pub(crate) fn poll(&mut self, clock: Ticks) -> Result<(), Duration> {
        let now = Instant::now();
        if let Some((last, at)) = self.last {
            let passed = Duration::from_secs((clock.0 - at.0).max(0).unsigned_abs() / SECOND.unsigned_abs());
            let left = self.interval.saturating_sub(now.duration_since(last).max(passed));
            if !left.is_zero() {
                return Err(left);
            }
        }
        self.last = Some((now, clock));
        Ok(())
    }
}
