//! One turn at a customer: everything that is due, under one lease.

use super::Engine;
use crate::error::Error;
use crate::store::leases::{self, Claim, Claimed};
use crate::store::{self, ErrorKind, customers, feeds};
use mycarrierpackets::feed::{CarrierChanges, CompletedPackets, FactoringUpdates};
use std::time::{Duration, Instant};

/// Longest time until a feed that fails is tried again.
const LONGEST_BACKOFF: Duration = Duration::from_secs(3600);
/// How long work waits for a worker that does it.
const LEFT: Duration = Duration::from_secs(3600);
/// A list that fails may be asked for again after this.
const SHORTEST_BACKOFF: Duration = Duration::from_secs(240);

/// What a turn did.
#[derive(Debug)]
#[non_exhaustive]
pub enum Tick {
    /// What was due was read. Empty: nothing was.
    Done(Vec<Read>),
    /// Another worker is at it.
    Held {
        /// Its name.
        owner: String,
    },
    /// Nobody works for the customer.
    Paused {
        /// Why.
        reason: String,
    },
}

/// What became of a feed that was due.
#[derive(Debug)]
#[non_exhaustive]
pub struct Read {
    /// Its name.
    pub feed: &'static str,
    /// Rows that were read.
    pub rows: u64,
    /// Events that came of them.
    pub events: u64,
    /// Rows that could not be understood and are kept.
    pub rejected: u64,
    /// The list moved while it was read; it is read again.
    pub moved: bool,
    /// Why it was not read to its end.
    pub error: Option<Error>,
}

impl Read {
    pub(super) fn of(feed: &'static str) -> Self {
        Self { feed, rows: 0, events: 0, rejected: 0, moved: false, error: None }
    }
}

/// What a turn works with.
pub(super) struct Turn<'a> {
    pub engine: &'a Engine,
    pub claim: &'a Claim,
    pub client: mycarrierpackets::Client,
    /// When the customer was added.
    pub added_at: i64,
}

impl Engine {
    /// Reads what is due of a customer, now. May be called early, late, twice and by many at once: whoever comes second
    /// finds it held, or nothing due.
    ///
    /// # Errors
    /// Those of the store. What goes wrong with the vendor is in the [`Read`]s: one feed does not hold up another.
    pub async fn tick(&self, customer: &str) -> Result<Tick, Error> {
        match self.holding(customer, async |claim| self.work(claim).await).await? {
            Ok(tick) => Ok(tick),
            Err(Claimed::Paused { reason }) => Ok(Tick::Paused { reason }),
            Err(Claimed::Held { owner, .. }) => Ok(Tick::Held { owner }),
            Err(Claimed::Yes(_)) => Ok(Tick::Done(Vec::new())),
        }
    }

    /// Works for a customer under a lease that is renewed meanwhile, and given back at the end; or says why not.
    pub(crate) async fn holding<T>(
        &self,
        customer: &str,
        work: impl AsyncFnOnce(&Claim) -> Result<T, Error>,
    ) -> Result<Result<T, Claimed>, Error> {
        let (owner, lease) = (&*self.owner, self.settings.lease);
        let claim = async |tx| leases::claim_customer(&tx, customer, owner, lease).await;
        let claim = match self.store.repeatable(claim).await? {
            Claimed::Yes(claim) => claim,
            other => return Ok(Err(other)),
        };
        let done = tokio::select! {
            done = work(&claim) => done,
            lost = self.hold(&claim) => Err(lost),
        };
        // Whoever lost it has nothing to give back.
        let release = async |tx| leases::release(&tx, claim.clone()).await;
        let _ = self.store.repeatable(release).await;
        done.map(Ok)
    }

    /// Renews the lease until it is lost.
    async fn hold(&self, claim: &Claim) -> Error {
        loop {
            tokio::time::sleep(self.settings.lease / 3).await;
            let renew = async |tx| leases::renew(&tx, claim, self.settings.lease).await;
            match self.store.repeatable(renew).await {
                Err(error) if error.kind() == ErrorKind::Lost => return error.into(),
                // The next time it may work, and until then the lease holds.
                Err(_) | Ok(()) => {}
            }
        }
    }

    async fn work(&self, claim: &Claim) -> Result<Tick, Error> {
        let begun = Instant::now();
        let client = match self.client(claim.customer()) {
            Ok(client) => client,
            Err(error) => return self.paused(claim, &error).await,
        };
        let customer = self.store.read(async |tx| customers::find(&tx, claim.customer()).await).await?;
        let added_at = customer.map(|customer| customer.created_at).unwrap_or_default();
        let turn = Turn { engine: self, claim, client, added_at };
        let mut reads = Vec::new();
        while begun.elapsed() < self.settings.budget {
            let due = async |tx| {
                let now = store::Tx::now(&tx).await?;
                Ok::<_, store::Error>(feeds::due(&tx, claim.customer(), now).await?.into_iter().next())
            };
            let Some(feed) = self.store.read(due).await? else { break };
            let Some(read) = turn.read(&feed).await? else { break };
            if let Some(error @ Error::Vendor(refused)) = &read.error
                && refused.is_credentials()
            {
                return self.paused(claim, error).await;
            }
            reads.push(read);
        }
        Ok(Tick::Done(reads))
    }

    // Nothing works before somebody sees to the credentials, and each try may lock the account.
    async fn paused(&self, claim: &Claim, error: &Error) -> Result<Tick, Error> {
        self.forget_client(claim.customer());
        let reason = error.to_string();
        let pause = async |tx| {
            leases::check(&tx, claim).await?;
            customers::pause(&tx, claim.customer(), &reason).await
        };
        self.store.transaction(pause).await?;
        Ok(Tick::Paused { reason })
    }
}

impl Turn<'_> {
    /// Reads one feed that is due; `None` if it turns out not to be.
    async fn read(&self, feed: &feeds::Feed) -> Result<Option<Read>, Error> {
        let read = match feed.feed.as_str() {
            "changes" => self.poll(CarrierChanges, "changes", feed).await,
            "packets" => self.poll(CompletedPackets, "packets", feed).await,
            "factoring" => self.poll(FactoringUpdates, "factoring", feed).await,
            "monitored" => self.list("monitored", feed).await,
            "blocked" => self.list("blocked", feed).await,
            store::inbox::FEED => self.webhooks().await,
            store::wanted::FEED => self.data().await,
            store::documents::FEED => self.documents().await,
            _ => self.refresh("carriers", feed).await,
        };
        let read = read?;
        if let Some(Read { error: Some(error), feed: name, .. }) = &read {
            self.note(name, feed.failures, error).await?;
        }
        Ok(read)
    }

    #[cfg(feature = "documents")]
    async fn documents(&self) -> Result<Option<Read>, Error> {
        match &self.engine.documents {
            Some(documents) => self.fetch(documents).await,
            None => self.left_to_others(store::documents::FEED).await,
        }
    }

    #[cfg(not(feature = "documents"))]
    async fn documents(&self) -> Result<Option<Read>, Error> {
        self.left_to_others(store::documents::FEED).await
    }

    /// Work that this worker was not set up for, and others may be.
    async fn left_to_others(&self, feed: &'static str) -> Result<Option<Read>, Error> {
        Ok(self.attempt(feed, LEFT).await?.then(|| Read::of(feed)))
    }

    /// Notes why a feed was not read, and when it is tried again. The vendor asking for time is no failure.
    async fn note(&self, feed: &str, failures: i64, error: &Error) -> Result<(), Error> {
        let after = match error {
            Error::Vendor(error) => error.retry_after(),
            _ => None,
        };
        let limited = matches!(error, Error::Vendor(error) if error.is_rate_limited());
        let doubled = SHORTEST_BACKOFF.saturating_mul(1 << failures.clamp(0, 4));
        let wait = after.unwrap_or_default().max(if limited { SHORTEST_BACKOFF } else { doubled }).min(LONGEST_BACKOFF);
        let text = error.to_string();
        let note = async |tx: store::Tx| {
            let due_at = tx.now().await?.saturating_add(micros(wait));
            let held = leases::check(&tx, self.claim).await?;
            if limited {
                feeds::postpone(&held, feed, due_at).await
            } else {
                feeds::failed(&held, feed, &text, due_at).await
            }
        };
        Ok(self.engine.store.transaction(note).await?)
    }

    /// Notes that a feed is about to be asked for: committed before anything is sent. False where it is not due.
    pub(super) async fn attempt(&self, feed: &str, interval: Duration) -> Result<bool, Error> {
        // Many customers that were added at once do not stay at once.
        let spread = interval.mul_f64(fastrand::f64() / 10.0);
        let attempt = async |tx: store::Tx| {
            let now = tx.now().await?;
            let held = leases::check(&tx, self.claim).await?;
            feeds::attempt(&held, feed, now, now.saturating_add(micros(interval + spread))).await
        };
        Ok(self.engine.store.transaction(attempt).await?)
    }
}

pub(super) fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
