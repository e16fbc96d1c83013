//! One turn at a customer: everything that is due, under one lease.

use super::known::Known;
use super::read::Read;
use super::rows::Reader;
use super::{Engine, FEEDS};
use crate::crash;
use crate::error::Error;
use crate::planted::{self, Fault};
use crate::store::coverage::{self, Coverage};
use crate::store::leases::{self, Claim, Claimed};
use crate::store::{self, ErrorKind, customers, feeds, set_back, terms};
use mycarrierpackets::Operation;
use mycarrierpackets::feed::{CarrierChanges, CompletedPackets, FactoringUpdates};
use std::time::{Duration, Instant};

/// Longest time until a feed that fails is tried again.
const LONGEST_BACKOFF: Duration = Duration::from_secs(3600);
/// What is done beside the feeds, when there is some.
const WORK: [&str; 3] = [store::inbox::FEED, store::wanted::FEED, store::documents::FEED];
/// How long work waits for a worker that does it.
const LEFT: Duration = Duration::from_secs(3600);
/// A list that fails may be asked for again after this.
pub(super) const SHORTEST_BACKOFF: Duration = Duration::from_secs(240);

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
        let tick = match self.holding(customer, async |claim| self.begin(claim).await).await? {
            Ok(tick) => tick,
            Err(Claimed::Paused { reason }) => Tick::Paused { reason },
            Err(Claimed::Held { owner, .. }) => Tick::Held { owner },
            Err(Claimed::Yes(_)) => Tick::Done(Vec::new()),
        };
        let nothing = matches!(&tick, Tick::Held { .. }) || matches!(&tick, Tick::Done(reads) if reads.is_empty());
        if nothing {
            self.follow_clock(Some(customer)).await?;
        }
        Ok(tick)
    }

    /// Where the clock was set back, nothing waits for the time that it showed.
    pub(super) async fn follow_clock(&self, customer: Option<&str>) -> Result<(), Error> {
        if self.store.read(async |tx| set_back::is_ahead(&tx, customer).await).await? {
            self.store.repeatable(async |tx| set_back::bring_back(&tx, customer).await).await?;
            tracing::warn!(customer, "the clock was set back; what waited for a later time is due in four minutes");
        }
        Ok(())
    }

    /// Works for a customer under a lease that is renewed meanwhile, and given back at the end; or says why not.
    pub(crate) async fn holding<T>(
        &self,
        customer: &str,
        work: impl AsyncFnOnce(&Claim) -> Result<T, Error>,
    ) -> Result<Result<T, Claimed>, Error> {
        let (owner, lease) = (&*self.owner, self.settings.lease);
        let claim = async |tx| leases::claim_customer(&tx, customer, owner, lease).await;
        match self.store.repeatable(claim).await? {
            Claimed::Yes(claim) => {
                let work = async |claim: &Claim| {
                    let done = work(claim).await;
                    // Without them, the next worker signs in anew: no reason to hide what was done.
                    let _ = self.clients.keep_tokens(&self.store, claim).await;
                    done
                };
                Ok(Ok(self.under(claim, work).await?))
            }
            other => Ok(Err(other)),
        }
    }

    /// Reads what is due of the customer that has waited for longest and that nobody holds; `None` when nothing is due.
    ///
    /// # Errors
    /// Those of [`Engine::tick`]. The customer's feeds wait for their interval then, so that the others have their turn.
    pub async fn tick_next(&self) -> Result<Option<(String, Tick)>, Error> {
        let (owner, lease) = (&*self.owner, self.settings.lease);
        let claim = async |tx: store::Tx| {
            let Some(claim) = leases::claim(&tx, owner, lease).await? else { return Ok(None) };
            let known = Known::read(&tx, claim.customer()).await?;
            Ok::<_, store::Error>(Some((claim, known)))
        };
        let Some((claim, known)) = self.store.repeatable(claim).await? else { return Ok(None) };
        let customer = claim.customer().to_owned();
        let done = self.under(claim, async |claim| self.work_or_postpone(claim, known).await).await;
        done.map(|tick| Some((customer, tick)))
    }

    async fn work_or_postpone(&self, claim: &Claim, known: Known) -> Result<Tick, Error> {
        let done = self.work(claim, known).await;
        if let Err(error) = &done {
            let postpone = async |tx: store::Tx| {
                let held = leases::check(&tx, claim).await?;
                let now = store::Tx::now(&tx).await?;
                let due_at = now.saturating_add(micros(SHORTEST_BACKOFF));
                for feed in feeds::due(&tx, claim.customer(), now).await? {
                    feeds::failed(&held, &feed.feed, &error.to_string(), due_at).await?;
                }
                Ok::<_, store::Error>(())
            };
            // A store that failed fails here, too: the first error says why.
            let _ = self.store.transaction(postpone).await;
        }
        done
    }

    async fn under<T>(&self, claim: Claim, work: impl AsyncFnOnce(&Claim) -> Result<T, Error>) -> Result<T, Error> {
        let done = tokio::select! {
            done = work(&claim) => done,
            lost = self.hold(&claim) => Err(lost),
        };
        // Whoever lost it has nothing to give back.
        let release = async |tx| leases::release(&tx, claim.clone()).await;
        let _ = self.store.repeatable(release).await;
        done
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

    async fn begin(&self, claim: &Claim) -> Result<Tick, Error> {
        let known = self.store.read(async |tx: store::Tx| Known::read(&tx, claim.customer()).await).await?;
        self.work(claim, known).await
    }

    async fn work(&self, claim: &Claim, known: Known) -> Result<Tick, Error> {
        let begun = Instant::now();
        let client = match self.client(claim.customer()).await {
            Ok(client) => client,
            Err(error @ Error::Vendor(_)) => return self.paused(claim, &error).await,
            // Another master key, or a store out of reach, says nothing of the customer.
            Err(error) => return Err(error),
        };
        let schedule = serde_json::to_string(&self.settings.schedule()).unwrap_or_default();
        let Known { mut due, added_at, noted } = known;
        if noted.is_none_or(|noted| noted != schedule) {
            let note = async |tx: store::Tx| terms::set(&leases::check(&tx, claim).await?, &schedule).await;
            self.store.transaction(note).await?;
        }
        crash::point("claimed");
        let turn = Turn { engine: self, claim, client, added_at };
        let (mut reads, mut woke): (Vec<Read>, _) = (Vec::new(), false);
        while begun.elapsed() < self.settings.budget {
            if due.is_empty() && std::mem::take(&mut woke) {
                due = self.store.read(async |tx: store::Tx| Known::due(&tx, claim.customer()).await).await?;
            }
            let Some(feed) = due.pop_front() else { break };
            let read = turn.read(&feed).await;
            self.clients.keep_tokens(&self.store, claim).await?;
            let Some(read) = read? else { continue };
            // Of what found nothing, nothing else became due.
            woke |= read.woke || read.rows > 0 || WORK.contains(&read.feed);
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
        self.clients.forget(claim.customer());
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
        let name = FEEDS.into_iter().chain(WORK).find(|name| *name == feed.feed);
        // A newer worker's feed.
        let Some(name) = name else { return self.left_to_others(&feed.feed, "another").await };
        if name == store::inbox::FEED {
            return self.webhooks().await;
        }
        // First: nothing but the request follows the note that it is sent. A worker that hangs on a token would otherwise
        // send it minutes later, when another is about to ask again. The windows are in the server's time, which it shows.
        let read = match (self.client.check_token().await, name) {
            (Err(error), _) => {
                let at = self.engine.store.read(async |tx| store::Tx::now(&tx).await).await?;
                Ok(Some(Read { error: Some(error.into()), ..Read::of(name, at) }))
            }
            (Ok(_), "changes") => self.poll(CarrierChanges, name, feed).await,
            (Ok(_), "packets") => self.poll(CompletedPackets, name, feed).await,
            (Ok(_), "factoring") => self.poll(FactoringUpdates, name, feed).await,
            (Ok(_), "monitored" | "blocked") => self.list(name, feed).await,
            (Ok(_), store::wanted::FEED) => self.data().await,
            (Ok(_), store::documents::FEED) => self.documents().await,
            (Ok(_), _) => {
                let read = self.refresh(name).await?;
                if read.is_some() {
                    self.digest().await?;
                }
                Ok(read)
            }
        };
        let read = read?;
        if let Some(read) = &read
            && let Some(why) = read.incomplete()
        {
            self.note(read, feed.failures, &why).await?;
        }
        Ok(read)
    }

    #[cfg(feature = "documents")]
    async fn documents(&self) -> Result<Option<Read>, Error> {
        match &self.engine.documents {
            Some(documents) => self.fetch(documents).await,
            None => self.left_to_others(store::documents::FEED, store::documents::FEED).await,
        }
    }

    #[cfg(not(feature = "documents"))]
    async fn documents(&self) -> Result<Option<Read>, Error> {
        self.left_to_others(store::documents::FEED, store::documents::FEED).await
    }

    /// Work that this worker was not set up for, and others may be.
    async fn left_to_others(&self, feed: &str, name: &'static str) -> Result<Option<Read>, Error> {
        let leave = async |tx: store::Tx| {
            let now = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            feeds::rest(&held, feed, Some(now.saturating_add(micros(LEFT)))).await?;
            Ok::<_, store::Error>(now)
        };
        Ok(Some(Read::of(name, self.engine.store.transaction(leave).await?)))
    }

    /// Notes why nothing is concluded from a read, and when it is tried again. The vendor asking for time is no failure.
    async fn note(&self, read: &Read, failures: i64, why: &str) -> Result<(), Error> {
        let after = match &read.error {
            Some(Error::Vendor(error)) => error.retry_after(),
            _ => None,
        };
        let limited = matches!(&read.error, Some(Error::Vendor(error)) if error.is_rate_limited());
        let doubled = SHORTEST_BACKOFF.saturating_mul(1 << failures.clamp(0, 4));
        let wait = after.unwrap_or_default().max(if limited { SHORTEST_BACKOFF } else { doubled }).min(LONGEST_BACKOFF);
        let note = async |tx: store::Tx| {
            let at = tx.now().await?;
            let due_at = match &read.error {
                Some(_) => at.saturating_add(micros(wait)),
                // The vendor answered: its usual time is soon enough.
                None => self.next(read),
            };
            let held = leases::hold(&tx, self.claim).await?;
            coverage::end(&held, read.feed, &self.coverage(read, at)).await?;
            if limited {
                feeds::postpone(&held, read.feed, why, due_at).await
            } else {
                feeds::failed(&held, read.feed, why, due_at).await
            }
        };
        Ok(self.engine.store.transaction(note).await?)
    }

    /// A read that ended at `at`, as it is noted.
    pub(super) fn coverage(&self, read: &Read, at: i64) -> Coverage {
        let server_ahead = self.client.server_time().as_microsecond().saturating_sub(at);
        let (window_start, window_end) = match &read.window {
            Some(window) => {
                let by_store = |time: jiff::Timestamp| time.as_microsecond().saturating_sub(server_ahead);
                (by_store(window.start()), by_store(window.end()))
            }
            None => (read.began_at, at),
        };
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Coverage {
            began_at: read.began_at,
            read_at: at,
            window_start,
            window_end,
            server_ahead,
            rows: number(read.rows),
            new_rows: number(read.events),
            unreadable: number(read.rejected),
            error: read.incomplete(),
        }
    }

    /// When what was read is due again: its interval after it was begun.
    pub(super) fn next(&self, read: &Read) -> i64 {
        let settings = &self.engine.settings;
        let interval = match read.feed {
            "monitored" | "blocked" => settings.lists,
            "carriers" => settings.refresh,
            _ => Duration::try_from(settings.pace.interval).unwrap_or_default(),
        };
        read.began_at.saturating_add(micros(spread(interval)))
    }

    pub(super) fn reader(&self, operation: Operation) -> Reader {
        Reader { operation, keep_private: self.engine.settings.keep_private }
    }

    /// Notes that a feed is about to be asked for: committed before anything is sent. The time of the store, and nothing
    /// where it is not due.
    pub(super) async fn attempt(&self, feed: &str, interval: Duration) -> Result<Option<i64>, Error> {
        let interval = if planted::is(Fault::NoInterval) { Duration::from_secs(1) } else { interval };
        let interval = spread(interval);
        let attempt = async |tx: store::Tx| {
            let now = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            if !feeds::attempt(&held, feed, now, now.saturating_add(micros(interval))).await? {
                return Ok(None);
            }
            coverage::begin(&held, feed, now).await?;
            Ok::<_, store::Error>(Some(now))
        };
        let attempted = self.engine.store.transaction(attempt).await?;
        crash::point("attempted");
        Ok(attempted)
    }
}

/// Many customers that were added at once do not stay at once.
fn spread(interval: Duration) -> Duration {
    interval + interval.mul_f64(fastrand::f64() / 10.0)
}

pub(super) fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
