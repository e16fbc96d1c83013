//! What may be repeated, and when: a call that could act twice is not.

use super::sources::Sources;
use crate::config::RetryPolicy;
use crate::operation::{Idempotency, OperationInfo};
use crate::{Error, ErrorKind};
use http::StatusCode;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// A request that did not end well, and how far it came.
pub(crate) struct Failure {
    pub error: Error,
    pub reached: Reached,
}

/// How far a request came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reached {
    /// Not to the server: no connection.
    Nowhere,
    /// Perhaps to the server: it was sent, and no answer came back whole.
    Unknown,
    /// To the server, which answered with an error status.
    Refused,
    /// To the server, which answered something that no repetition will better.
    Done,
}

impl Failure {
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let reached = if error.is_connect() || error.is_builder() { Reached::Nowhere } else { Reached::Unknown };
        Self { error: Error::from_transport(error), reached }
    }

    pub(crate) fn timeout() -> Self {
        Self {
            error: Error::new(ErrorKind::Timeout, "no whole answer came in the time allowed"),
            reached: Reached::Unknown,
        }
    }

    pub(crate) fn refused(error: Error) -> Self {
        Self { error, reached: Reached::Refused }
    }

    pub(crate) fn last(error: Error) -> Self {
        Self { error, reached: Reached::Done }
    }

    fn may_repeat(&self, idempotency: Idempotency) -> bool {
        let harmless = idempotency != Idempotency::Once;
        match (self.reached, self.error.status().map(|status| status.as_u16())) {
            (Reached::Nowhere, _) => !self.error.is_invalid_input(),
            (Reached::Unknown, _) => harmless,
            // The server says that it did nothing.
            (Reached::Refused, Some(429)) => true,
            (Reached::Refused, Some(408 | 500 | 502..=504)) => harmless,
            (Reached::Refused | Reached::Done, _) => false,
        }
    }

    fn may_have_acted(&self, idempotency: Idempotency) -> bool {
        let unclear = match self.reached {
            Reached::Nowhere => false,
            Reached::Unknown | Reached::Done => true,
            Reached::Refused => self.error.status().is_some_and(|status| {
                status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT || status.is_redirection()
            }),
        };
        unclear && idempotency == Idempotency::Once
    }
}

/// What to do after a failure.
pub(crate) enum Decision {
    /// Wait, then send again.
    Wait { delay: Duration, because: Error },
    /// Return this.
    GiveUp(Error),
}

/// Decides after attempt number `attempt` (1 is the first).
pub(crate) fn decide(
    policy: &RetryPolicy,
    sources: &Sources,
    budget: &Budget,
    info: &OperationInfo,
    attempt: u32,
    failure: Failure,
    deadline: Instant,
) -> Decision {
    let may_repeat = failure.may_repeat(info.idempotency);
    let may_have_acted = failure.may_have_acted(info.idempotency);
    let Failure { error, .. } = failure;
    let error = error.with_may_have_acted(may_have_acted);
    if !may_repeat || attempt >= policy.attempts {
        return Decision::GiveUp(error);
    }
    let delay = match error.retry_after() {
        Some(asked) if asked > policy.max_retry_after => return Decision::GiveUp(error),
        // A little later than asked, so that many clients do not come back at the same instant.
        Some(asked) => asked.saturating_add(policy.base_delay.mul_f64(chance(sources))),
        None => backoff(policy, attempt).mul_f64(chance(sources)),
    };
    let in_time = Instant::now().checked_add(delay).is_some_and(|then| then < deadline);
    if !in_time || !budget.take(error.is_rate_limited()) {
        return Decision::GiveUp(error);
    }
    Decision::Wait { delay, because: error }
}

/// The longest wait after attempt number `attempt`, before jitter.
pub(crate) fn backoff(policy: &RetryPolicy, attempt: u32) -> Duration {
    let doubled = 2u32.saturating_pow(attempt.saturating_sub(1));
    policy.base_delay.saturating_mul(doubled).min(policy.max_delay)
}

pub(crate) fn chance(sources: &Sources) -> f64 {
    (sources.chance)().clamp(0.0, 1.0)
}

/// What all calls of a client may spend on retries, so that a failing server is not flooded.
pub(crate) struct Budget {
    left: AtomicU32,
    most: u32,
}

const RETRY: u32 = 14;
const THROTTLED: u32 = 5;

impl Budget {
    pub(crate) fn new(most: u32) -> Self {
        Self { left: AtomicU32::new(most), most }
    }

    fn take(&self, throttled: bool) -> bool {
        let cost = if throttled { THROTTLED } else { RETRY };
        let take = |left: u32| left.checked_sub(cost);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    /// A good answer at attempt number `attempt` gives back what the last retry cost, or one.
    pub(crate) fn refund(&self, attempt: u32) {
        let back = if attempt > 1 { RETRY } else { 1 };
        let give = |left: u32| (left < self.most).then(|| left.saturating_add(back).min(self.most));
        // Err says that it was full.
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, give);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_cap() {
        let policy = RetryPolicy::default();
        let waits: Vec<_> = (1..=8).map(|attempt| backoff(&policy, attempt).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]);
        assert_eq!(backoff(&policy, u32::MAX), policy.max_delay);
    }

    #[test]
    fn the_budget_runs_dry_and_fills_again() {
        let budget = Budget::new(30);
        assert!(budget.take(false) && budget.take(false), "two retries of 14");
        assert!(!budget.take(false) && !budget.take(true), "two left");
        budget.refund(1);
        budget.refund(1);
        budget.refund(1);
        assert!(budget.take(true), "five left");
        for _ in 0..10 {
            budget.refund(2);
        }
        assert_eq!(budget.left.load(Ordering::Relaxed), 30, "never above its size");
    }

    #[test]
    fn what_could_act_twice_is_not_repeated() {
        let refused = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            Failure::refused(Error::new(ErrorKind::Server, "x").with_status(status))
        };
        // status, repeated if harmless, repeated if once, may have acted if once
        let cases = [
            (400, false, false, false),
            (404, false, false, false),
            (408, true, false, true),
            (429, true, true, false),
            (500, true, false, true),
            (501, false, false, true),
            (503, true, false, true),
        ];
        for (status, harmless, once, acted) in cases {
            assert_eq!(refused(status).may_repeat(Idempotency::Read), harmless, "{status}");
            assert_eq!(refused(status).may_repeat(Idempotency::Idempotent), harmless, "{status}");
            assert_eq!(refused(status).may_repeat(Idempotency::Once), once, "{status}");
            assert_eq!(refused(status).may_have_acted(Idempotency::Once), acted, "{status}");
            assert!(!refused(status).may_have_acted(Idempotency::Read), "{status}");
        }
        assert!(Failure::timeout().may_repeat(Idempotency::Idempotent));
        assert!(!Failure::timeout().may_repeat(Idempotency::Once));
        assert!(Failure::timeout().may_have_acted(Idempotency::Once));
    }
}
