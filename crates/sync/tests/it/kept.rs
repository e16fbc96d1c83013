//! A store that is filled by hand, and its evidence.

use crate::leases::{claim, timed};
use crate::place::{Place, customers};
use mycarrierpackets_sync::history::{self, Evidence};
use mycarrierpackets_sync::store::coverage::{self, Coverage};
use mycarrierpackets_sync::store::leases::{self, Claim, Held};
use mycarrierpackets_sync::store::sections::{self, Observation};
use mycarrierpackets_sync::store::{Error, Store, roster};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub const DOT: &str = "DOT:9000001";
pub const MINUTE: i64 = 60_000_000;

/// A store of one customer, whose clock the test moves, and a worker that holds it.
pub struct Kept {
    pub store: Store,
    pub clock: Arc<AtomicI64>,
    claim: Claim,
}

impl Kept {
    pub async fn new(place: &Place) -> Self {
        let (store, clock) = timed(place).await;
        customers(&store, &["a"], 0).await;
        let claim = claim(&store, "w").await.unwrap();
        // The lease outlasts the test, whose clock jumps once.
        let long = std::time::Duration::from_secs(3600 * 24 * 365);
        store.transaction(async |tx| leases::renew(&tx, &claim, long).await).await.unwrap();
        clock.store(1_000 * 60 * MINUTE, Ordering::Relaxed);
        Self { store, clock, claim }
    }

    pub async fn write<T>(&self, work: impl AsyncFnOnce(&Held<'_>) -> Result<T, Error>) -> T {
        let done = self.store.transaction(async |tx| {
            let held = leases::check(&tx, &self.claim).await?;
            work(&held).await
        });
        done.await.unwrap()
    }

    pub async fn see(&self, section: &str, document: Value, at: i64) {
        let (carrier, source, document) = (DOT, "CarriersChanges", &document);
        let seen = Observation { carrier, section, source, document, at };
        self.write(async |held| sections::observe(held, &seen).await).await;
    }

    pub async fn read(
        &self,
        feed: &str,
        (start, end): (i64, i64),
        (began_at, read_at): (i64, i64),
        error: Option<&str>,
    ) {
        let read = Coverage {
            began_at,
            read_at,
            window_start: start,
            window_end: end,
            server_ahead: 0,
            rows: 3,
            new_rows: 1,
            unreadable: 0,
            error: error.map(str::to_owned),
        };
        self.write(async |held| coverage::end(held, feed, &read).await).await;
    }

    pub async fn evidence(&self, at: i64) -> Evidence {
        let evidence = async |tx| history::evidence(&tx, "a", DOT, at).await;
        self.store.read(evidence).await.unwrap()
    }

    /// A complete read of a list, kept as the engine does.
    pub async fn list(&self, list: &str, carriers: &[&str], (began_at, read_at): (i64, i64), first: bool) {
        let carriers: BTreeSet<String> = carriers.iter().map(|&carrier| carrier.to_owned()).collect();
        self.write(async |held| roster::replace(held, list, &carriers, read_at, first).await).await;
        self.read(list, (began_at, read_at), (began_at, read_at), None).await;
    }

    pub async fn sql(&self, sql: &str) {
        let done = self.store.transaction(async |tx| tx.execute(sql, &[]).await).await.unwrap();
        assert!(done > 0, "{sql}");
    }
}
