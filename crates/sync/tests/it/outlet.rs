//! A customer with events and a sink, for the tests of delivery.

use crate::leases::timed;
use crate::place::{Place, customers};
use mycarrierpackets_sync::sink::{NotTaken, Sink};
use mycarrierpackets_sync::store::events::{self, Event as Kept};
use mycarrierpackets_sync::store::leases::{self, Claim, Claimed};
use mycarrierpackets_sync::store::routes::{self, Route};
use mycarrierpackets_sync::store::{Store, deliveries};
use mycarrierpackets_sync::{Delivered, Engine, Event};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

pub const SECOND: i64 = 1_000_000;

pub struct World {
    pub store: Store,
    pub engine: Engine,
    clock: Arc<AtomicI64>,
    claim: Claim,
}

impl World {
    /// The customer `a`, and the sink `tms`.
    pub async fn new(place: &Place) -> Self {
        let (store, clock) = timed(place).await;
        customers(&store, &["a"], 0).await;
        let long = Duration::from_secs(3600 * 24 * 365);
        let claimed = store.transaction(async |tx| {
            deliveries::add_sink(&tx, "tms", "handler", "{}", true).await?;
            leases::claim_customer(&tx, "a", "reader", long).await
        });
        let Claimed::Yes(claim) = claimed.await.unwrap() else { panic!("not claimed") };
        Self { engine: worker(&store), store, clock, claim }
    }

    /// Appends events, each named and about a carrier, or about none.
    pub async fn append(&self, events: &[(&str, &str)]) {
        let events: Vec<Kept> = events
            .iter()
            .map(|(id, carrier)| Kept {
                id: (*id).to_owned(),
                kind: "mycarrierpackets.carrier.changed".to_owned(),
                carrier: (!carrier.is_empty()).then(|| (*carrier).to_owned()),
                happened_at: None,
                observed_at: 7,
                data: "{\"n\":1}".to_owned(),
            })
            .collect();
        let appended = self.store.transaction(async |tx| {
            let held = leases::check(&tx, &self.claim).await?;
            events::append(&held, &events).await
        });
        appended.await.unwrap();
    }

    pub async fn deliver(&self, sink: &mut impl Sink) -> Delivered {
        self.engine.deliver("a", "tms", sink).await.unwrap()
    }

    pub fn pass(&self, micros: i64) {
        self.clock.fetch_add(micros, Ordering::Relaxed);
    }

    pub fn now(&self) -> i64 {
        self.clock.load(Ordering::Relaxed)
    }

    pub async fn route(&self) -> Route {
        self.store.read(async |tx| routes::list(&tx, "a").await).await.unwrap().remove(0)
    }

    /// State, attempts and time of the delivery of an event.
    pub async fn delivery(&self, event: &str) -> (String, i64, i64) {
        let sql = "SELECT d.* FROM deliveries d JOIN events e ON e.customer = d.customer AND e.sequence = d.sequence
            WHERE e.id = $1";
        let row = self.store.read(async |tx| tx.query_opt(sql, &[event.into()]).await).await.unwrap().unwrap();
        let number = |column| row.integer(column).unwrap();
        (row.text("state").unwrap().to_owned(), number("attempts"), number("due_at"))
    }
}

/// Another worker, as in another process.
pub fn worker(store: &Store) -> Engine {
    Engine::new(store.clone(), |_| panic!("nobody calls the vendor"))
}

/// Takes what it is to take, and keeps it until the flush.
#[derive(Default)]
pub struct Recorder {
    pub taken: Vec<Event>,
    pub refuses: HashSet<String>,
    pub down: Option<NotTaken>,
    pub flush_fails: Option<NotTaken>,
    pub unflushed: Vec<Event>,
}

impl Recorder {
    pub fn refusing(ids: &[&str]) -> Self {
        Self { refuses: ids.iter().map(|id| (*id).to_owned()).collect(), ..Self::default() }
    }

    pub fn ids(&self) -> Vec<&str> {
        self.taken.iter().map(|event| event.id.as_str()).collect()
    }
}

impl Sink for Recorder {
    async fn take(&mut self, event: &Event) -> Result<(), NotTaken> {
        if let Some(down) = &self.down {
            return Err(down.clone());
        }
        if self.refuses.contains(&event.id) {
            return Err(NotTaken::refused("no such carrier"));
        }
        self.unflushed.push(event.clone());
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), NotTaken> {
        if let Some(error) = &self.flush_fails {
            return Err(error.clone());
        }
        self.taken.append(&mut self.unflushed);
        Ok(())
    }

    fn discard(&mut self) {
        self.unflushed.clear();
    }
}
