//! The loop of a worker: whoever has been due for longest, until it is to stop.

use super::Engine;
use super::tick::Tick;
use crate::error::Error;
use crate::store::{Tx, leases};
use std::collections::VecDeque;
use std::time::Duration;

/// Longest time between two looks at what is due: others add customers, and let go of them.
const LOOK: Duration = Duration::from_secs(15);
/// Between two looks while others hold what is due.
const SHORT: Duration = Duration::from_secs(1);

/// What came of one turn of the loop.
#[derive(Debug)]
#[non_exhaustive]
pub struct Turned {
    /// Whose turn it was.
    pub customer: String,
    /// What was done.
    pub tick: Tick,
}

impl Engine {
    /// Reads what is due of all customers, the one that has waited for longest first, until `stop` ends. What is under way
    /// then is finished; whoever cannot wait for that drops the future, and the lease ends by itself.
    ///
    /// Any number of workers may do this on one store. `report` hears of each turn, and of each that failed: it may hand
    /// on the customer's events meanwhile, and nothing else of this worker is read before it is done.
    pub async fn run(&self, stop: impl Future<Output = ()>, mut report: impl AsyncFnMut(Result<Turned, Error>)) {
        let mut stop = std::pin::pin!(stop);
        let mut brake = Brake::default();
        loop {
            let turned = tokio::select! {
                biased;
                // The turn is not dropped: it would hold its customer until the lease ends.
                () = &mut stop => return,
                () = std::future::ready(()) => self.tick_next().await,
            };
            let rest = match turned {
                Ok(None) => self.until_due().await,
                Ok(Some((customer, tick))) => {
                    brake.note(&tick);
                    report(Ok(Turned { customer, tick })).await;
                    brake.rest()
                }
                Err(error) => {
                    report(Err(error)).await;
                    SHORT
                }
            };
            if !rest.is_zero() {
                tokio::select! {
                    () = &mut stop => return,
                    () = tokio::time::sleep(rest) => {}
                }
            }
        }
    }

    async fn until_due(&self) -> Duration {
        let next = async |tx: Tx| {
            let (now, due) = (tx.now().await?, leases::next_due(&tx).await?);
            Ok::<_, crate::store::Error>(due.map(|due| due.saturating_sub(now)))
        };
        // What fails here fails below, too, and is tried again.
        let _ = self.follow_clock(None).await;
        match self.store().read(next).await {
            // Due, and held by another worker.
            Ok(Some(..=0)) => SHORT,
            Ok(Some(wait)) => Duration::from_micros(wait.unsigned_abs()).min(LOOK),
            Ok(None) | Err(_) => LOOK,
        }
    }
}

/// Slows all down while most of the reads fail: what is wrong then is the vendor's or the network's, and asking for every
/// customer in turn makes it worse.
#[derive(Default)]
struct Brake {
    /// Of the last reads, whether they failed.
    failed: VecDeque<bool>,
}

impl Brake {
    const LAST: usize = 12;

    fn note(&mut self, tick: &Tick) {
        let Tick::Done(reads) = tick else { return };
        for read in reads {
            let failed = match &read.error {
                Some(Error::Vendor(error)) => error.is_transient() && !error.is_rate_limited(),
                _ => false,
            };
            self.failed.push_back(failed);
        }
        while self.failed.len() > Self::LAST {
            self.failed.pop_front();
        }
    }

    /// Nothing until half of the last reads failed; then more with each, up to 10 seconds.
    fn rest(&self) -> Duration {
        let failed = self.failed.iter().filter(|failed| **failed).count();
        let more = (2 * failed).saturating_sub(Self::LAST);
        Duration::from_secs(10) * u32::try_from(more).unwrap_or(0) / Self::LAST as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Read;
    use mycarrierpackets::ErrorKind;

    fn tick(failed: bool) -> Tick {
        let mut read = Read::of("changes", 0);
        read.error =
            failed.then(|| Error::Vendor(mycarrierpackets::Error::builder(ErrorKind::Network).transient(true).build()));
        Tick::Done(vec![read])
    }

    #[test]
    fn a_worker_slows_down_while_most_reads_fail_and_no_longer() {
        let mut brake = Brake::default();
        let mut rests = Vec::new();
        for failed in [true; 12].into_iter().chain([false; 12]) {
            brake.note(&tick(failed));
            rests.push(brake.rest().as_millis());
        }
        assert_eq!(rests[..6], [0; 6], "some customers fail");
        assert!(rests[6..12].windows(2).all(|two| two[0] < two[1]), "{rests:?}");
        assert_eq!((rests[11], rests[17..].iter().max()), (10_000, Some(&0)), "{rests:?}");
        brake.note(&Tick::Held { owner: "another".to_owned() });
        assert_eq!(brake.rest(), Duration::ZERO);
    }
}
