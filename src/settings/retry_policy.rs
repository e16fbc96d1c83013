//! How often a failed call is repeated, and how long it waits.

use std::time::Duration;

/// How a call is repeated after a transient failure. Set with [`ClientBuilder::retry`](crate::ClientBuilder::retry).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Most requests for one call, the first included. Default 3; 1 switches retries off.
    pub attempts: u32,
    /// Longest wait before the second request; it doubles each time. The wait itself is drawn from zero to it
    /// (full jitter). Default 500 ms.
    pub base_delay: Duration,
    /// Longest wait of all. Default 20 s.
    pub max_delay: Duration,
    /// Longest `Retry-After` that is waited for; past it the call fails and says when to come back. Default 120 s.
    pub max_retry_after: Duration,
    /// Tokens that all calls share: a retry takes 14, one after a 429 takes 5, and a good answer gives them back.
    /// Without tokens a call fails at once, so that a failing server is not flooded. Default 500.
    pub budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(120),
            budget: 500,
        }
    }
}
