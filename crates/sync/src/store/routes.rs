//! Who delivers a customer's events to a sink, and whether the sink takes any: one worker at a time, beside whoever reads
//! for the customer.
//!
//! As in [`leases`](super::leases), a lease ends by itself, each claim gets a higher fence, and every transaction that
//! notes what became of a delivery begins with [`check`]. A sink that is down has all its events wait: nothing is claimed
//! before [`Route::due_at`].

use super::clock::after;
use super::error::{Error, ErrorKind};
use super::tx::Tx;
use super::value::{Row, Value};
use std::time::Duration;

/// How long an error is kept.
const ERROR: usize = 500;

/// The right to deliver a customer's events to a sink. Whether it still holds is for [`check`] to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    customer: String,
    sink: String,
    fence: i64,
    failures: i64,
}

impl Lease {
    /// Whose events.
    pub fn customer(&self) -> &str {
        &self.customer
    }

    /// Where to.
    pub fn sink(&self) -> &str {
        &self.sink
    }

    /// Higher than that of every earlier claim.
    pub fn fence(&self) -> i64 {
        self.fence
    }

    /// How often the sink was found down since it last took something.
    pub fn failures(&self) -> i64 {
        self.failures
    }

    fn key(&self) -> [Value; 3] {
        [self.customer.as_str().into(), self.sink.as_str().into(), self.fence.into()]
    }

    fn lost(&self) -> Error {
        let Self { customer, sink, fence, .. } = self;
        let what =
            format!("the events of {customer:?} for {sink:?} are no longer delivered by the claim with fence {fence}");
        Error::new(ErrorKind::Lost, what)
    }
}

/// The proof that nobody else delivers there until the transaction ends. Everything that notes what became of a delivery
/// asks for it.
pub struct Leased<'a> {
    tx: &'a Tx,
    lease: &'a Lease,
}

impl<'a> Leased<'a> {
    /// The transaction.
    pub fn tx(&self) -> &'a Tx {
        self.tx
    }

    /// Whose events.
    pub fn customer(&self) -> &'a str {
        &self.lease.customer
    }

    /// Where to.
    pub fn sink(&self) -> &'a str {
        &self.lease.sink
    }
}

/// What became of an attempt to claim.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claimed {
    /// It is this worker's.
    Yes(Lease),
    /// Another worker delivers there.
    Held {
        /// The name that the other gave.
        owner: String,
        /// The end of the lease, unless it is renewed.
        until: i64,
    },
    /// The sink was down, and its time to be tried again has not come.
    Down {
        /// What was wrong.
        why: String,
        /// When it is tried again.
        until: i64,
    },
}

/// Claims the deliveries of a customer's events to a sink, for `lease_for`, by `owner`, a name for people to read. A
/// customer that is paused has its events delivered, too: a pause is for the calls to the vendor.
///
/// # Errors
/// [`ErrorKind::Missing`] when there is no such customer or sink.
pub async fn claim(tx: &Tx, customer: &str, sink: &str, owner: &str, lease_for: Duration) -> Result<Claimed, Error> {
    let now = tx.now().await?;
    let sql = "INSERT INTO routes (customer, sink, lease_owner, lease_until, fence)
        SELECT c.id, s.name, $3, $4, 1 FROM customers c CROSS JOIN sinks s WHERE c.id = $1 AND s.name = $2
        ON CONFLICT (customer, sink) DO UPDATE
        SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until, fence = routes.fence + 1
        WHERE COALESCE(routes.lease_until, 0) <= $5 AND routes.due_at <= $5
        RETURNING fence, failures";
    let values = [customer.into(), sink.into(), owner.into(), after(now, lease_for).into(), now.into()];
    if let Some(row) = tx.query_opt(sql, &values).await? {
        let (fence, failures) = (row.integer("fence")?, row.integer("failures")?);
        return Ok(Claimed::Yes(Lease { customer: customer.to_owned(), sink: sink.to_owned(), fence, failures }));
    }
    let sql = "SELECT lease_owner, lease_until, due_at, error FROM routes WHERE customer = $1 AND sink = $2";
    let row = tx.query_opt(sql, &[customer.into(), sink.into()]).await?;
    let Some(row) = row else { return Err(missing(customer, sink)) };
    let text = |column| Ok::<_, Error>(row.text_opt(column)?.unwrap_or_default().to_owned());
    match row.integer_opt("lease_until")?.filter(|until| *until > now) {
        Some(until) => Ok(Claimed::Held { owner: text("lease_owner")?, until }),
        // It may have been given back since: whoever asks again gets it.
        None => Ok(Claimed::Down { why: text("error")?, until: row.integer("due_at")? }),
    }
}

/// Begins what is noted about deliveries: they stay this worker's until the transaction ends. A lease that ran out still
/// holds as long as nobody else claimed them.
///
/// # Errors
/// [`ErrorKind::Lost`] when the fence moved.
pub async fn check<'a>(tx: &'a Tx, lease: &'a Lease) -> Result<Leased<'a>, Error> {
    let sql = "SELECT fence FROM routes WHERE customer = $1 AND sink = $2 AND fence = $3";
    let row = tx.query_opt(&format!("{sql}{}", tx.for_update()), &lease.key()).await?;
    row.map(|_| Leased { tx, lease }).ok_or_else(|| lease.lost())
}

/// The lease ends `lease_for` from now.
///
/// # Errors
/// [`ErrorKind::Lost`] when the fence moved.
pub async fn renew(tx: &Tx, lease: &Lease, lease_for: Duration) -> Result<(), Error> {
    let [customer, sink, fence] = lease.key();
    let until = after(tx.now().await?, lease_for);
    let sql = "UPDATE routes SET lease_until = $4 WHERE customer = $1 AND sink = $2 AND fence = $3";
    if tx.execute(sql, &[customer, sink, fence, until.into()]).await? == 0 { Err(lease.lost()) } else { Ok(()) }
}

/// Gives the deliveries back before the lease ends. False when they were lost before.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn release(tx: &Tx, lease: &Lease) -> Result<bool, Error> {
    // The fence moves, too: what this worker may still have under way is of no effect.
    let sql = "UPDATE routes SET lease_owner = NULL, lease_until = NULL, fence = fence + 1
        WHERE customer = $1 AND sink = $2 AND fence = $3";
    Ok(tx.execute(sql, &lease.key()).await? == 1)
}

/// Notes that the sink took something. Earlier failures are over.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn up(leased: &Leased<'_>, at: i64) -> Result<(), Error> {
    let sql = "UPDATE routes SET failures = 0, error = NULL, due_at = 0, last_success = $3
        WHERE customer = $1 AND sink = $2";
    leased.tx.execute(sql, &[leased.customer().into(), leased.sink().into(), at.into()]).await?;
    Ok(())
}

/// Notes that the sink takes nothing, and why. It is tried again at `due_at`.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn down(leased: &Leased<'_>, why: &str, due_at: i64) -> Result<(), Error> {
    let why: String = why.chars().filter(|c| *c != '\0').take(ERROR).collect();
    let sql = "UPDATE routes SET failures = failures + 1, error = $3, due_at = $4 WHERE customer = $1 AND sink = $2";
    let values = [leased.customer().into(), leased.sink().into(), why.into(), due_at.into()];
    leased.tx.execute(sql, &values).await?;
    Ok(())
}

/// A sink that was down is tried again at once: somebody saw to it.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn hasten(tx: &Tx, customer: &str, sink: &str) -> Result<(), Error> {
    let sql = "UPDATE routes SET due_at = 0 WHERE customer = $1 AND sink = $2";
    tx.execute(sql, &[customer.into(), sink.into()]).await?;
    Ok(())
}

/// A sink, as far as a customer's events are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The sink.
    pub sink: String,
    /// Events that are to be delivered there.
    pub waiting: i64,
    /// Events that it refused too often, until somebody asks for them.
    pub parked: i64,
    /// When it last took something.
    pub last_success: Option<i64>,
    /// How often it was found down since then.
    pub failures: i64,
    /// Nothing is tried before.
    pub due_at: i64,
    /// Why it is down; otherwise why it last refused an event that waits or is parked.
    pub error: Option<String>,
}

/// Every sink, as far as a customer's events are concerned, by name.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn list(tx: &Tx, customer: &str) -> Result<Vec<Route>, Error> {
    let of = "FROM deliveries d WHERE d.sink = s.name AND d.customer = $1 AND d.state =";
    let sql = format!(
        "SELECT s.name, r.last_success, r.failures, r.due_at, r.error,
            (SELECT COUNT(*) {of} 'waiting') AS waiting, (SELECT COUNT(*) {of} 'parked') AS parked,
            (SELECT d.error {of} 'waiting' AND d.error IS NOT NULL ORDER BY d.sequence LIMIT 1) AS refused,
            (SELECT d.error {of} 'parked' ORDER BY d.sequence DESC LIMIT 1) AS given_up
         FROM sinks s LEFT JOIN routes r ON r.sink = s.name AND r.customer = $1 ORDER BY s.name"
    );
    let route = |row: &Row| {
        let mut error = None;
        for column in ["error", "refused", "given_up"] {
            error = error.or(row.text_opt(column)?);
        }
        Ok(Route {
            sink: row.text("name")?.to_owned(),
            waiting: row.integer("waiting")?,
            parked: row.integer("parked")?,
            last_success: row.integer_opt("last_success")?,
            failures: row.integer_opt("failures")?.unwrap_or_default(),
            due_at: row.integer_opt("due_at")?.unwrap_or_default(),
            error: error.map(str::to_owned),
        })
    };
    tx.query(&sql, &[customer.into()]).await?.iter().map(route).collect()
}

pub(super) fn missing(customer: &str, sink: &str) -> Error {
    Error::new(ErrorKind::Missing, format!("there is no customer {customer:?}, or no sink {sink:?}"))
}
