//! Hands events to a sink: in the order of each carrier, again until they are taken, and none dropped.

use crate::engine::Engine;
use crate::error::Error;
use crate::event::Event;
use crate::sink::Sink;
use crate::store::leases::{self, Claim};
use crate::store::{Tx, deliveries};
use std::collections::HashSet;
use std::time::Duration;

/// How often an event is tried before it is parked.
const TRIES: i64 = 10;
/// Time until the second try; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// Events of one transaction.
const AT_ONCE: u32 = 500;

/// What a turn of delivery did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivered {
    /// Events that the sink took.
    pub taken: u64,
    /// Events that it did not take.
    pub failed: u64,
    /// Those of them that are parked now, until somebody asks for them.
    pub parked: u64,
}

impl Engine {
    /// Hands what is due of a customer's events to a sink that was [added](crate::store::deliveries::add_sink) by its name.
    ///
    /// At least once: after a crash between the sink's taking an event and the note of it, the event comes again, with the
    /// same id. Nothing is done while another worker holds the customer.
    ///
    /// # Errors
    /// Those of the store. What the sink does not take is tried again later.
    pub async fn deliver(&self, customer: &str, name: &str, sink: &mut impl Sink) -> Result<Delivered, Error> {
        let done = self.holding(customer, async |claim| self.hand_on(claim, name, sink).await).await?;
        Ok(done.unwrap_or_default())
    }

    async fn hand_on(&self, claim: &Claim, name: &str, sink: &mut impl Sink) -> Result<Delivered, Error> {
        let mut delivered = Delivered::default();
        loop {
            let due = async |tx| deliveries::due(&tx, claim.customer(), name, AT_ONCE).await;
            let due = self.store().read(due).await?;
            if due.is_empty() {
                return Ok(delivered);
            }
            let (mut taken, mut failed, mut stuck) = (Vec::new(), Vec::new(), HashSet::new());
            for delivery in due {
                let lane = delivery.event.carrier.clone().unwrap_or_default();
                // Whatever stands behind one that failed waits for it.
                if stuck.contains(&lane) {
                    continue;
                }
                match sink.take(&Event::of(claim.customer(), delivery.sequence, &delivery.event)).await {
                    Ok(()) => taken.push(delivery.sequence),
                    Err(error) => {
                        stuck.insert(lane);
                        failed.push((delivery.sequence, delivery.attempts + 1, error.to_string()));
                    }
                }
            }
            if let Err(error) = sink.flush().await {
                // Nobody knows which of them arrived: all of them come again.
                let again = taken.drain(..).map(|sequence| (sequence, 1, error.to_string()));
                failed.extend(again);
            }
            let note = async |tx: Tx| {
                let now = tx.now().await?;
                let held = leases::check(&tx, claim).await?;
                deliveries::done(&held, name, &taken).await?;
                for (sequence, attempts, error) in &failed {
                    let due_at = (*attempts < TRIES).then(|| now.saturating_add(wait(*attempts)));
                    deliveries::failed(&held, name, *sequence, error, due_at).await?;
                }
                Ok::<_, crate::store::Error>(())
            };
            self.store().transaction(note).await?;
            delivered.taken += taken.len() as u64;
            delivered.failed += failed.len() as u64;
            delivered.parked += failed.iter().filter(|(_, attempts, _)| *attempts >= TRIES).count() as u64;
        }
    }
}

fn wait(attempts: i64) -> i64 {
    let doubled = FIRST_WAIT.saturating_mul(1 << (attempts - 1).clamp(0, 9));
    i64::try_from(doubled.as_micros()).unwrap_or(i64::MAX)
}
