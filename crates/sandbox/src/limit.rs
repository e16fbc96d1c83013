//! The rule that the same change window cannot be polled again within four minutes.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::{SECOND, Ticks};

const MAX_WINDOWS: usize = 10_000;

/// When one customer last polled each window, in the running time and in the sandbox's.
pub(crate) struct Polls {
    interval: Duration,
    last: HashMap<(Ticks, Ticks), (Instant, Ticks)>,
}

impl Polls {
    pub(crate) fn new(interval: Duration) -> Self {
        Self { interval, last: HashMap::new() }
    }

    /// Records a poll, or says how long to wait. A refused poll does not make the wait longer.
    pub(crate) fn poll(&mut self, from: Ticks, to: Ticks, clock: Ticks) -> Result<(), Duration> {
        let now = Instant::now();
        if let Some((last, at)) = self.last.get(&(from, to)) {
            let passed = Duration::from_secs((clock.0 - at.0).max(0).unsigned_abs() / SECOND.unsigned_abs());
            let left = self.interval.saturating_sub(now.duration_since(*last).max(passed));
            if !left.is_zero() {
                return Err(left);
            }
        }
        if self.last.len() >= MAX_WINDOWS {
            let interval = self.interval;
            self.last.retain(|_, (last, _)| now.duration_since(*last) < interval);
            if self.last.len() >= MAX_WINDOWS {
                self.last.clear();
            }
        }
        self.last.insert((from, to), (now, clock));
        Ok(())
    }
}
