//! How long what is old is kept. Off unless it is asked for.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), mycarrierpackets_sync::Error> {
//! use mycarrierpackets_sync::retention::{Retention, prune};
//! use mycarrierpackets_sync::store::{Store, customers};
//! use std::time::Duration;
//!
//! let store = Store::open("sqlite::memory:").await?;
//! store.transaction(async |tx| customers::add(&tx, "acme", "Acme Freight", "{}").await).await?;
//! let years = |years: u64| Duration::from_secs(years * 365 * 24 * 3600);
//! let retention = Retention { events: Some(years(2)), ..Retention::default() };
//! let would_be = prune(&store, "acme", &retention, true).await?; // a dry run
//! assert_eq!(would_be.events, 0);
//! # Ok(()) }
//! ```

use crate::error::Error;
use crate::store::leases::{self, Claim, Claimed, Held};
use crate::store::{self, Store, Tx, prunings};
use serde::Serialize;
use std::time::Duration;

/// Identities are kept for at least so long: more than any window looks back (50 hours, and 7 days after a long pause), and
/// than a webhook comes late.
const IDENTITIES: Duration = Duration::from_secs(14 * 24 * 3600);
/// How long a customer is held for it; nobody else writes for the customer meanwhile.
const LEASE: Duration = Duration::from_secs(600);

/// How long what is kept. `None`, the default: for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Versions of carriers, counted from when they were replaced, with their changes. The present form is always kept, and
    /// what was in force at the beginning of the time.
    pub versions: Option<Duration>,
    /// Events that every sink took. When a carrier was on a list is kept all the same, for ever.
    pub events: Option<Duration>,
    /// Notes of reads, which show what was watched. Of each feed the last complete one from before the time is kept, so that
    /// the [evidence](fn@crate::history::evidence) for the whole of it stays as it is. For moments before, it says that nobody
    /// can know.
    pub coverage: Option<Duration>,
    /// Identities of rows that were seen; 14 days at least, and longer for a feed that is behind.
    pub identities: Option<Duration>,
}

/// How much was taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Pruned {
    /// Versions.
    pub versions: u64,
    /// Events.
    pub events: u64,
    /// Notes of reads.
    pub coverage: u64,
    /// Identities.
    pub identities: u64,
}

/// Takes out what is older than it is kept for, in one transaction.
///
/// # Errors
/// Those of the store.
pub async fn apply(held: &Held<'_>, retention: &Retention) -> Result<Pruned, store::Error> {
    let now = held.tx().now().await?;
    let ago = |span: Duration| now.saturating_sub(micros(span));
    let mut pruned = Pruned::default();
    if let Some(span) = retention.versions {
        pruned.versions = prunings::versions(held, ago(span)).await?;
    }
    if let Some(span) = retention.events {
        pruned.events = prunings::events(held, ago(span)).await?;
    }
    if let Some(span) = retention.coverage {
        pruned.coverage = prunings::coverage(held, ago(span)).await?;
    }
    if let Some(span) = retention.identities {
        pruned.identities = prunings::identities(held, ago(span.max(IDENTITIES)), micros(IDENTITIES)).await?;
    }
    Ok(pruned)
}

/// As [`apply`], for a customer that nobody holds; with `dry_run`, nothing is taken out, and the numbers say what would be.
///
/// # Errors
/// [`Error::Usage`] when another worker has the customer, or it is paused; those of the store.
pub async fn prune(store: &Store, customer: &str, retention: &Retention, dry_run: bool) -> Result<Pruned, Error> {
    let claim = async |tx: Tx| leases::claim_customer(&tx, customer, "prune", LEASE).await;
    let claim = match store.repeatable(claim).await? {
        Claimed::Yes(claim) => claim,
        Claimed::Held { owner, .. } => return Err(Error::Usage(format!("another worker has {customer}: {owner}"))),
        Claimed::Paused { reason } => return Err(Error::Usage(format!("{customer} is paused: {reason}"))),
    };
    let done = held(store, &claim, retention, dry_run).await;
    let release = async |tx: Tx| leases::release(&tx, claim.clone()).await;
    let _ = store.repeatable(release).await;
    done
}

/// Why a transaction was rolled back.
enum Back {
    Dry(Pruned),
    Failed(store::Error),
}

impl From<store::Error> for Back {
    fn from(error: store::Error) -> Self {
        Self::Failed(error)
    }
}

async fn held(store: &Store, claim: &Claim, retention: &Retention, dry_run: bool) -> Result<Pruned, Error> {
    let done = store.transaction(async |tx: Tx| {
        let held = leases::check(&tx, claim).await?;
        let pruned = apply(&held, retention).await?;
        if dry_run { Err(Back::Dry(pruned)) } else { Ok(pruned) }
    });
    match done.await {
        Ok(pruned) | Err(Back::Dry(pruned)) => Ok(pruned),
        Err(Back::Failed(error)) => Err(error.into()),
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
