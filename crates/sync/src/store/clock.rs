//! The time of a store.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A clock that replaces the database's, for tests: microseconds since 1970 in UTC.
///
/// ```
/// use mycarrierpackets_sync::store::Clock;
/// use std::sync::{Arc, atomic::{AtomicI64, Ordering}};
///
/// let now = Arc::new(AtomicI64::new(1_700_000_000_000_000));
/// let hands = now.clone();
/// let clock: Clock = Arc::new(move || hands.load(Ordering::Relaxed));
/// now.fetch_add(60_000_000, Ordering::Relaxed);
/// assert_eq!(clock(), 1_700_000_060_000_000);
/// ```
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A time from `now`, or the last there is.
pub(super) fn after(now: i64, span: Duration) -> i64 {
    now.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX))
}

/// The time of this machine. A clock before 1970 reads as 1970.
pub(super) fn machine() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
