//! Time and chance, which a test may replace.

use jiff::Timestamp;
use std::sync::Arc;

/// Where the funnel takes the time of day and its random numbers from.
///
/// Waiting itself goes through tokio, whose clock tests can pause.
#[derive(Clone)]
#[doc(hidden)]
pub struct Sources {
    /// The time of day, for dates in headers.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// A number from 0 to 1 for each call, for jitter.
    pub chance: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Default for Sources {
    fn default() -> Self {
        Self { now: Arc::new(Timestamp::now), chance: Arc::new(fastrand::f64) }
    }
}
