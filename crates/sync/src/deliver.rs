//! Hands events to a sink: in the order of each carrier, again until they are taken, and none dropped.

use crate::engine::Engine;
use crate::error::Error;
use crate::event::Event;
use crate::sink::{NotTaken, Sink};
use crate::store::deliveries::{self, Delivery};
use crate::store::routes::{self, Claimed, Lease};
use crate::store::{self, ErrorKind, Tx};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// How often an event is refused before it is parked.
const TRIES: i64 = 10;
/// Time until the second try; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// Longest time until a sink that is down is tried again, unless it asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// No sink can ask for more than this.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);
/// Events that are read at once.
const AT_ONCE: u32 = 500;
/// What was taken is noted after this time, so that a crash brings no more of it again.
const UNNOTED: Duration = Duration::from_secs(5);

/// What a turn of delivery did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivered {
    /// Events that the sink took.
    pub taken: u64,
    /// Events that it refused. They come again.
    pub refused: u64,
    /// Those of them that are parked now, until somebody asks for them.
    pub parked: u64,
    /// Why the sink takes nothing, if it is down.
    pub down: Option<String>,
    /// Nobody reads any more: [`NotTaken::Closed`].
    pub closed: bool,
    /// Who is delivering there, if it is another worker. Nothing was done.
    pub held: Option<String>,
    /// The time of a turn was over before everything that is due was handed on.
    pub more: bool,
}

/// What became of some events, to be noted in one transaction.
#[derive(Default)]
struct Noted {
    taken: Vec<i64>,
    refused: Vec<Refused>,
    /// Why there is no going on.
    end: Option<NotTaken>,
}

struct Refused {
    sequence: i64,
    attempts: i64,
    why: String,
}

impl Refused {
    fn of(delivery: &Delivery, why: String) -> Self {
        Self { sequence: delivery.recorded.sequence, attempts: delivery.attempts + 1, why }
    }

    fn is_parked(&self) -> bool {
        self.attempts >= TRIES
    }
}

impl Engine {
    /// Hands what is due of a customer's events to a sink that was [added](crate::store::deliveries::add_sink) by its name.
    /// One worker at a time does that for a customer and a sink, beside whoever reads for the customer; other customers and
    /// other sinks wait for neither.
    ///
    /// At least once: after a crash between the sink's taking an event and the note of it, the event comes again, with the
    /// same id. What a worker notes after another took over is refused.
    ///
    /// # Errors
    /// Those of the store; [`ErrorKind::Missing`] when there is no such customer or sink. What the sink does not take is no
    /// error here, and is tried again later.
    pub async fn deliver(&self, customer: &str, name: &str, sink: &mut impl Sink) -> Result<Delivered, Error> {
        self.on_route(customer, name, async |lease| self.hand_on(lease, sink).await).await
    }

    /// As [`deliver`](Self::deliver), to a handler that writes to the store's own database: **exactly once**. What it writes
    /// and the note that the event was taken are one transaction, which a crash leaves whole or not at all.
    ///
    /// The tables are the caller's. In PostgreSQL they are named with their schema, such as `public.loads`, as those of the
    /// store come first. The transaction holds the deliveries of this sink, and in SQLite all that writes: the handler
    /// must not wait for the network. A refusal takes back what it wrote.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), mycarrierpackets_sync::Error> {
    /// # use mycarrierpackets_sync::{Engine, store::{Store, deliveries}};
    /// use mycarrierpackets_sync::{Event, store::Tx};
    ///
    /// # let client = mycarrierpackets::Client::builder().credentials("demo", "demo").build()?;
    /// # let engine = Engine::new(Store::open("sqlite::memory:").await?, move |_| Ok(client.clone()));
    /// # engine.add_customer("acme", "Acme Freight").await?;
    /// engine.store().transaction(async |tx| deliveries::add_sink(&tx, "loads", "handler", "{}", true).await).await?;
    /// let delivered = engine.deliver_with_transaction("acme", "loads", async |tx: &Tx, event: Event| {
    ///     let sql = "UPDATE loads SET carrier_changed_at = $2 WHERE carrier = $1";
    ///     tx.execute(sql, &[event.subject.into(), event.time.as_microsecond().into()]).await?;
    ///     Ok(())
    /// });
    /// assert_eq!(delivered.await?.taken, 0);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of the store. [`ErrorKind::Unknown`]: whether the last event was taken is for the next turn to find out.
    pub async fn deliver_with_transaction(
        &self,
        customer: &str,
        name: &str,
        mut handler: impl AsyncFnMut(&Tx, Event) -> Result<(), NotTaken>,
    ) -> Result<Delivered, Error> {
        self.on_route(customer, name, async |lease| self.write_on(lease, &mut handler).await).await
    }

    /// Works for a customer and a sink under a lease that is renewed meanwhile, and given back at the end.
    async fn on_route(
        &self,
        customer: &str,
        name: &str,
        work: impl AsyncFnOnce(&Lease) -> Result<Delivered, Error>,
    ) -> Result<Delivered, Error> {
        // Most turns find nothing, and need write nothing.
        if !self.store().read(async |tx| deliveries::is_due(&tx, customer, name).await).await? {
            return Ok(Delivered::default());
        }
        let (owner, lease_for) = self.worker();
        let claim = async |tx| routes::claim(&tx, customer, name, owner, lease_for).await;
        let lease = match self.store().repeatable(claim).await? {
            Claimed::Yes(lease) => lease,
            Claimed::Held { owner, .. } => return Ok(Delivered { held: Some(owner), ..Delivered::default() }),
            Claimed::Down { why, .. } => return Ok(Delivered { down: Some(why), ..Delivered::default() }),
        };
        let done = tokio::select! {
            done = work(&lease) => done,
            lost = self.hold_route(&lease, lease_for) => Err(lost),
        };
        // Whoever lost it has nothing to give back.
        let _ = self.store().repeatable(async |tx| routes::release(&tx, &lease).await).await;
        done
    }

    /// Renews the lease until it is lost.
    async fn hold_route(&self, lease: &Lease, lease_for: Duration) -> Error {
        loop {
            tokio::time::sleep(lease_for / 3).await;
            match self.store().repeatable(async |tx| routes::renew(&tx, lease, lease_for).await).await {
                Err(error) if error.kind() == ErrorKind::Lost => return error.into(),
                // The next time it may work, and until then the lease holds.
                Err(_) | Ok(()) => {}
            }
        }
    }

    async fn hand_on(&self, lease: &Lease, sink: &mut impl Sink) -> Result<Delivered, Error> {
        let begun = Instant::now();
        let mut delivered = Delivered::default();
        while let Some(due) = self.next(lease, begun, &mut delivered).await? {
            sink.discard();
            let (mut noted, mut stuck, unnoted) = (Noted::default(), HashSet::new(), Instant::now());
            for delivery in &due {
                let lane = delivery.recorded.event.carrier.as_deref().unwrap_or_default();
                // Whatever stands behind one that was refused waits for it.
                if stuck.contains(lane) {
                    continue;
                }
                match sink.take(&Event::of(lease.customer(), &delivery.recorded)).await {
                    Ok(()) => noted.taken.push(delivery.recorded.sequence),
                    Err(NotTaken::Refused(why)) => {
                        stuck.insert(lane);
                        noted.refused.push(Refused::of(delivery, why));
                    }
                    Err(end) => {
                        noted.end = Some(end);
                        break;
                    }
                }
                if unnoted.elapsed() >= UNNOTED {
                    break;
                }
            }
            if let Err(error) = sink.flush().await {
                // Nobody knows which of them arrived: all of them come again.
                noted.taken.clear();
                noted.end = Some(match error {
                    NotTaken::Refused(why) => NotTaken::down(why),
                    other => other,
                });
            }
            if self.note(lease, noted, &mut delivered).await? {
                break;
            }
        }
        Ok(delivered)
    }

    async fn write_on(
        &self,
        lease: &Lease,
        handler: &mut impl AsyncFnMut(&Tx, Event) -> Result<(), NotTaken>,
    ) -> Result<Delivered, Error> {
        let begun = Instant::now();
        let mut delivered = Delivered::default();
        while let Some(due) = self.next(lease, begun, &mut delivered).await? {
            let (mut noted, mut stuck) = (Noted::default(), HashSet::new());
            for delivery in &due {
                let lane = delivery.recorded.event.carrier.as_deref().unwrap_or_default();
                if stuck.contains(lane) {
                    continue;
                }
                let event = Event::of(lease.customer(), &delivery.recorded);
                let work = async |tx: Tx| {
                    let now = tx.now().await?;
                    let leased = routes::check(&tx, lease).await?;
                    handler(&tx, event).await.map_err(Undone::Handler)?;
                    deliveries::done(&leased, &[delivery.recorded.sequence]).await?;
                    routes::up(&leased, now).await.map_err(Undone::from)
                };
                match self.store().transaction(work).await {
                    Ok(()) => delivered.taken += 1,
                    Err(Undone::Handler(NotTaken::Refused(why))) => {
                        stuck.insert(lane);
                        noted.refused.push(Refused::of(delivery, why));
                    }
                    // The handler went on after a statement that failed.
                    Err(Undone::Store(error)) if error.kind() == ErrorKind::Over => {
                        stuck.insert(lane);
                        noted.refused.push(Refused::of(delivery, error.message().to_owned()));
                    }
                    Err(Undone::Handler(end)) => {
                        noted.end = Some(end);
                        break;
                    }
                    Err(Undone::Store(error)) => return Err(error.into()),
                }
                if begun.elapsed() >= self.budget() {
                    break;
                }
            }
            if self.note(lease, noted, &mut delivered).await? {
                break;
            }
        }
        Ok(delivered)
    }

    /// What is due now, if anything is and the time of the turn is not over.
    async fn next(
        &self,
        lease: &Lease,
        begun: Instant,
        delivered: &mut Delivered,
    ) -> Result<Option<Vec<Delivery>>, Error> {
        let due = async |tx| deliveries::due(&tx, lease.customer(), lease.sink(), AT_ONCE).await;
        let due = self.store().read(due).await?;
        delivered.more = !due.is_empty() && begun.elapsed() >= self.budget();
        Ok((!due.is_empty() && !delivered.more).then_some(due))
    }

    /// Notes what became of some events. Whether that is the end of the turn.
    async fn note(&self, lease: &Lease, noted: Noted, delivered: &mut Delivered) -> Result<bool, Error> {
        if noted.taken.is_empty() && noted.refused.is_empty() && noted.end.is_none() {
            return Ok(false);
        }
        let failures = if delivered.taken > 0 || !noted.taken.is_empty() { 0 } else { lease.failures() };
        let note = async |tx: Tx| {
            let now = tx.now().await?;
            let leased = routes::check(&tx, lease).await?;
            deliveries::done(&leased, &noted.taken).await?;
            if !noted.taken.is_empty() {
                routes::up(&leased, now).await?;
            }
            for event in &noted.refused {
                let due_at = (!event.is_parked()).then(|| now.saturating_add(micros(doubled(event.attempts - 1))));
                deliveries::refused(&leased, event.sequence, &event.why, due_at).await?;
            }
            if let Some(NotTaken::Down { why, retry_after }) = &noted.end {
                let asked = retry_after.unwrap_or_default().min(LONGEST_ASKED);
                let wait = doubled(failures).min(LONGEST_WAIT).max(asked);
                routes::down(&leased, why, now.saturating_add(micros(wait))).await?;
            }
            Ok::<_, store::Error>(())
        };
        self.store().repeatable(note).await?;
        delivered.taken += noted.taken.len() as u64;
        delivered.refused += noted.refused.len() as u64;
        delivered.parked += noted.refused.iter().filter(|refused| refused.is_parked()).count() as u64;
        delivered.closed = noted.end == Some(NotTaken::Closed);
        if let Some(NotTaken::Down { why, .. }) = &noted.end {
            delivered.down = Some(why.clone());
        }
        Ok(noted.end.is_some())
    }
}

/// Why a transaction of a handler was not committed.
enum Undone {
    Handler(NotTaken),
    Store(store::Error),
}

impl From<store::Error> for Undone {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// The first wait, doubled `times` times.
fn doubled(times: i64) -> Duration {
    FIRST_WAIT.saturating_mul(1 << times.clamp(0, 9))
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
