//! When a failed request is sent again, and what all calls together may spend on that.

use super::failure::Failure;
use crate::Error;
use crate::operation::OperationInfo;
use crate::settings::{ClockAndDice, RetryPolicy};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// What to do after a failure.
pub(crate) enum Decision {
    /// Wait, then send again. The permit is the receipt of what the retry cost.
    Wait { delay: Duration, because: Error, permit: Permit },
    /// Return this.
    GiveUp(Error),
}

/// What decides about one call: its policy, its operation, and when it must end.
pub(crate) struct Retry<'a> {
    pub policy: &'a RetryPolicy,
    pub dice: &'a ClockAndDice,
    pub budget: &'a Budget,
    pub info: &'a OperationInfo,
    pub deadline: Instant,
}

impl Retry<'_> {
    /// Decides after attempt number `attempt` (1 is the first).
    pub(crate) fn decide(&self, attempt: u32, failure: Failure) -> Decision {
        let may_repeat = failure.may_repeat(self.info.idempotency);
        let may_have_acted = failure.may_have_acted(self.info.idempotency);
        let error = failure.error.with_may_have_acted(may_have_acted);
        if !may_repeat || attempt >= self.policy.attempts {
            return Decision::GiveUp(error);
        }
        let delay = match error.retry_after() {
            Some(asked) if asked > self.policy.max_retry_after => return Decision::GiveUp(error),
            // A little later than asked, so that many clients do not come back at the same instant.
            Some(asked) => asked.saturating_add(self.policy.base_delay.mul_f64(self.dice.roll())),
            None => backoff(self.policy, attempt).mul_f64(self.dice.roll()),
        };
        let in_time = Instant::now().checked_add(delay).is_some_and(|then| then < self.deadline);
        if !in_time {
            return Decision::GiveUp(error);
        }
        match self.budget.take(error.is_rate_limited()) {
            Some(permit) => Decision::Wait { delay, because: error, permit },
            None => Decision::GiveUp(error),
        }
    }
}

/// The longest wait after attempt number `attempt`, before jitter.
fn backoff(policy: &RetryPolicy, attempt: u32) -> Duration {
    let doubled = 2u32.saturating_pow(attempt.saturating_sub(1));
    policy.base_delay.saturating_mul(doubled).min(policy.max_delay)
}

/// What all calls of a client may spend on retries, so that a failing server is not flooded.
pub(crate) struct Budget {
    left: AtomicU32,
    most: u32,
}

/// What a retry took from the budget; given back when the call ends well.
#[derive(Debug, PartialEq)]
#[must_use]
pub(crate) struct Permit(u32);

const RETRY: u32 = 14;
const THROTTLED: u32 = 5;
/// What a call that needed no retry gives back.
const SMOOTH: u32 = 1;

impl Budget {
    pub(crate) fn new(most: u32) -> Self {
        Self { left: AtomicU32::new(most), most }
    }

    fn take(&self, throttled: bool) -> Option<Permit> {
        let cost = if throttled { THROTTLED } else { RETRY };
        let take = |left: u32| left.checked_sub(cost);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).ok().map(|_| Permit(cost))
    }

    /// A call ended well: what its last retry took comes back, or a little if it needed none.
    pub(crate) fn refund(&self, permit: Option<Permit>) {
        let back = permit.map_or(SMOOTH, |Permit(cost)| cost);
        let give = |left: u32| (left < self.most).then(|| left.saturating_add(back).min(self.most));
        // Err says that it was full.
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, give);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Operation};
    use std::sync::Arc;

    #[test]
    fn the_wait_doubles_up_to_its_cap() {
        let policy = RetryPolicy::default();
        let waits: Vec<_> = (1..=8).map(|attempt| backoff(&policy, attempt).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16000, 20000, 20000]);
        assert_eq!(backoff(&policy, u32::MAX), policy.max_delay);
    }

    #[test]
    fn a_retry_gets_back_what_it_took_and_no_more() {
        let budget = Budget::new(100);
        let left = || budget.left.load(Ordering::Relaxed);
        let (throttled, plain) = (budget.take(true).unwrap(), budget.take(false).unwrap());
        assert_eq!(left(), 81);
        budget.refund(Some(throttled));
        assert_eq!(left(), 86, "a 429 took 5");
        budget.refund(None);
        assert_eq!(left(), 87, "no retry, whatever the number of the attempt");
        budget.refund(Some(plain));
        assert_eq!(left(), 100, "never above its size");
    }

    #[test]
    fn the_budget_runs_dry_and_fills_again() {
        let budget = Budget::new(30);
        assert!(budget.take(false).is_some() && budget.take(false).is_some(), "two retries of 14");
        assert!(budget.take(false).is_none() && budget.take(true).is_none(), "two left");
        (0..3).for_each(|_| budget.refund(None));
        assert_eq!(budget.take(true), Some(Permit(5)), "five left");
    }

    // Times are exact here: chance is fixed, nothing sleeps.
    #[tokio::test(start_paused = true)]
    async fn a_wait_is_what_the_server_asked_for_or_the_backoff_with_jitter() {
        let decide = |chance: f64, attempt: u32, error: Error, seconds: u64| {
            let dice = ClockAndDice { roll: Arc::new(move || chance), ..ClockAndDice::default() };
            let (policy, budget) = (RetryPolicy::default(), Budget::new(500));
            let info = Operation::PreviewCarrier.info();
            let deadline = Instant::now() + Duration::from_secs(seconds);
            let retry = Retry { policy: &policy, dice: &dice, budget: &budget, info, deadline };
            match retry.decide(attempt, Failure::refused(error)) {
                Decision::Wait { delay, .. } => Some(delay.as_millis()),
                Decision::GiveUp(_) => None,
            }
        };
        let busy = |after: Option<u64>| {
            let error = Error::new(ErrorKind::Server, "x").with_status(http::StatusCode::SERVICE_UNAVAILABLE);
            error.with_retry_after(after.map(Duration::from_secs))
        };
        assert_eq!(decide(1.0, 1, busy(None), 180), Some(500));
        assert_eq!(decide(0.5, 2, busy(None), 180), Some(500));
        assert_eq!(decide(7.0, 2, busy(None), 180), Some(1000), "chance is clamped");
        assert_eq!(decide(1.0, 3, busy(None), 180), None, "three attempts");
        assert_eq!(decide(0.5, 1, busy(Some(7)), 180), Some(7250), "jitter comes on top of what was asked for");
        assert_eq!(decide(0.0, 1, busy(Some(120)), 180), Some(120_000));
        assert_eq!(decide(0.0, 1, busy(Some(121)), 1000), None, "longer than is waited for");
        assert_eq!(decide(0.0, 1, busy(Some(7)), 7), None, "past the deadline");
    }
}
