//! When something that failed is tried again.

use super::read::Read;
use super::tick::{Turn, micros};
use crate::error::Error;
use crate::store::{self, Tx, coverage, feeds, leases};
use std::time::Duration;

/// Time until the next turn, where there is a rest.
pub(super) const PAUSE: Duration = Duration::from_secs(15);

/// How often one thing is tried before it waits for somebody, or for the vendor to name it again.
const TRIES: i64 = 10;
/// Time until the second try; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(300);
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// When to try again what failed for a reason that is not its own.
pub(super) fn soon(now: i64) -> i64 {
    now.saturating_add(micros(FIRST_WAIT))
}

/// When to try again what failed for the `attempts`th time; nothing if that was the last.
pub(super) fn next_try(now: i64, attempts: i64) -> Option<i64> {
    let doubled = FIRST_WAIT.saturating_mul(1 << (attempts - 1).clamp(0, 20)).min(LONGEST_WAIT);
    (attempts < TRIES).then(|| now.saturating_add(micros(doubled)))
}

impl Turn<'_> {
    /// Notes a turn that came to its end. The next is when something more is due, and not at once.
    pub(super) async fn rest(
        &self,
        read: &Read,
        next_due: impl AsyncFnOnce(&Tx) -> Result<Option<i64>, store::Error>,
    ) -> Result<(), Error> {
        let rest = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::check(&tx, self.claim).await?;
            coverage::end(&held, read.feed, &self.coverage(read, at)).await?;
            feeds::advance(&held, read.feed, "{}", at).await?;
            let next = next_due(&tx).await?;
            feeds::rest(&held, read.feed, next.map(|next| next.max(at + micros(PAUSE)))).await
        };
        Ok(self.engine.store().transaction(rest).await?)
    }
}

/// Whether the thing that was asked for cannot be the reason.
fn is_refusal_of_all(error: &mycarrierpackets::Error) -> bool {
    error.is_credentials() || error.is_rate_limited()
}

/// How one thing after another went in a turn.
#[derive(Default)]
pub(super) struct Row {
    failed: u32,
    succeeded: bool,
}

/// What a failure says.
pub(super) struct Failed {
    /// The vendor is in trouble with everything, and not with the one thing that was asked for.
    pub with_all: bool,
    /// It is a try of that one thing. An outage uses up none.
    pub counts: bool,
}

impl Row {
    pub fn succeeded(&mut self) {
        (self.failed, self.succeeded) = (0, true);
    }

    /// Notes a failure. A page of HTML may be about one thing; the third in a row is not. Where something else was answered
    /// in the same turn, the thing itself is the reason.
    pub fn failed(&mut self, error: &mycarrierpackets::Error) -> Failed {
        self.failed += u32::from(!error.is_not_found());
        let with_all = is_refusal_of_all(error) || error.is_network() || error.is_transient() || self.failed >= 3;
        let outage = error.is_network() || error.status().is_some_and(|status| status.is_server_error());
        Failed { with_all, counts: !is_refusal_of_all(error) && (self.succeeded || !outage) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_to_a_day_and_the_tries_end() {
        let waits: Vec<_> = (1..=10).map(|attempts| next_try(0, attempts).map(|at| at / 60_000_000)).collect();
        let minutes = [5, 10, 20, 40, 80, 160, 320, 640, 1280].map(Some);
        assert_eq!(waits, [&minutes[..], &[None]].concat());
        assert_eq!(next_try(0, 9), Some(1280 * 60_000_000));
    }
}
