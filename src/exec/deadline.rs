//! The end of a span of time, by tokio's clock.

use std::time::Duration;
use tokio::time::Instant;

/// The instant `span` from now. A span past what the clock can tell, such as `Duration::MAX`, means no limit: a year.
pub(crate) fn from_now(span: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    let now = Instant::now();
    now.checked_add(span).unwrap_or_else(|| now + YEAR)
}
