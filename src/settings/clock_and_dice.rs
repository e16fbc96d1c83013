//! Time and chance, which a test may replace.

use jiff::Timestamp;
use std::sync::Arc;

/// Where the client takes the time of day and its random numbers from.
///
/// Waiting itself goes through tokio, whose clock tests can pause.
#[derive(Clone)]
pub(crate) struct ClockAndDice {
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Called for each random number, from 0 to 1.
    pub roll: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Default for ClockAndDice {
    fn default() -> Self {
        Self { now: Arc::new(Timestamp::now), roll: Arc::new(fastrand::f64) }
    }
}

impl ClockAndDice {
    /// The time of day.
    pub(crate) fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// A number from 0 to 1, for jitter.
    pub(crate) fn roll(&self) -> f64 {
        (self.roll)().clamp(0.0, 1.0)
    }
}
