//! How far each feed of a customer was read, and when it is next due.

use super::error::{Error, ErrorKind};
use super::leases::Held;
use super::text::cut;
use super::tx::Tx;
use super::value::{Row, Value};

/// How long a late row is the latest, in microseconds.
pub const LATE_FOR: i64 = 30 * 86_400 * 1_000_000;

/// A feed of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Feed {
    /// Its name.
    pub feed: String,
    /// The JSON that the last [`advance`] left; nothing before the first.
    pub position: Option<String>,
    /// Nothing: not by itself.
    pub due_at: Option<i64>,
    /// When something was last about to be sent.
    pub last_attempt: Option<i64>,
    /// When it was last read completely.
    pub last_success: Option<i64>,
    /// Reads since the last success from which nothing was concluded.
    pub failures: i64,
    /// Why, of the last of them.
    pub error: Option<String>,
    /// Microseconds by which a row came after its time had been read: the most that was [noted](late).
    pub late: i64,
    /// When it came.
    pub late_at: Option<i64>,
}

impl Feed {
    fn of(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            feed: row.text("feed")?.to_owned(),
            position: row.text_opt("position")?.map(str::to_owned),
            due_at: row.integer_opt("due_at")?,
            last_attempt: row.integer_opt("last_attempt")?,
            last_success: row.integer_opt("last_success")?,
            failures: row.integer("failures")?,
            error: row.text_opt("error")?.map(str::to_owned),
            late: row.integer("late")?,
            late_at: row.integer_opt("late_at")?,
        })
    }
}

/// Adds a feed, first due at `due_at`. One that exists is left as it is.
///
/// # Errors
/// [`ErrorKind::Constraint`] when there is no such customer.
pub async fn add(tx: &Tx, customer: &str, feed: &str, due_at: i64) -> Result<(), Error> {
    let sql = "INSERT INTO feeds (customer, feed, due_at) VALUES ($1, $2, $3) ON CONFLICT (customer, feed) DO NOTHING";
    tx.execute(sql, &[customer.into(), feed.into(), due_at.into()]).await?;
    Ok(())
}

/// All feeds of a customer, by name.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn list(tx: &Tx, customer: &str) -> Result<Vec<Feed>, Error> {
    let rows = tx.query("SELECT * FROM feeds WHERE customer = $1 ORDER BY feed", &[customer.into()]).await?;
    rows.iter().map(Feed::of).collect()
}

/// The feeds of a customer that are due at `now`: what has been due for longest first.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn due(tx: &Tx, customer: &str, now: i64) -> Result<Vec<Feed>, Error> {
    let sql = "SELECT * FROM feeds WHERE customer = $1 AND due_at <= $2 ORDER BY due_at, feed";
    tx.query(sql, &[customer.into(), now.into()]).await?.iter().map(Feed::of).collect()
}

/// Notes that the feed is about to be read, and when it is due again; **commit it before anything is sent**, so that
/// whoever takes over keeps the vendor's interval, too. False when the feed is not due at `at`: then send nothing.
///
/// # Errors
/// [`ErrorKind::Value`] when `due_at` is not later than `at`: every worker would ask again at once.
pub async fn attempt(held: &Held<'_>, feed: &str, at: i64, due_at: i64) -> Result<bool, Error> {
    if due_at <= at {
        return Err(Error::new(ErrorKind::Value, format!("the feed {feed:?} would be due again when it is read")));
    }
    let sql = "UPDATE feeds SET last_attempt = $3, due_at = $4 WHERE customer = $1 AND feed = $2 AND due_at <= $3";
    Ok(held.tx().execute(sql, &[held.customer().into(), feed.into(), at.into(), due_at.into()]).await? == 1)
}

/// Notes how far the feed was read, at `at`. Earlier failures are over.
///
/// # Errors
/// [`ErrorKind::Missing`] when the customer has no such feed.
pub async fn advance(held: &Held<'_>, feed: &str, position: &str, at: i64) -> Result<(), Error> {
    let sql = "UPDATE feeds SET position = $3, last_success = $4, failures = 0, error = NULL
        WHERE customer = $1 AND feed = $2";
    update(held, feed, sql, &[position.into(), at.into()]).await
}

/// Notes that a row came at `at`, `late` microseconds after its time had been read. A later one is noted in place of it, or
/// any one after 30 days.
///
/// # Errors
/// [`ErrorKind::Missing`] when the customer has no such feed.
pub async fn late(held: &Held<'_>, feed: &str, late: i64, at: i64) -> Result<(), Error> {
    let sql = "UPDATE feeds SET late = CASE WHEN late > $3 AND late_at > $5 THEN late ELSE $3 END,
        late_at = CASE WHEN late > $3 AND late_at > $5 THEN late_at ELSE $4 END WHERE customer = $1 AND feed = $2";
    update(held, feed, sql, &[late.into(), at.into(), at.saturating_sub(LATE_FOR).into()]).await
}

/// Notes that a read failed. The position stays; the feed is due again at `due_at` unless it is due later anyway.
///
/// # Errors
/// [`ErrorKind::Missing`] when the customer has no such feed.
pub async fn failed(held: &Held<'_>, feed: &str, error: &str, due_at: i64) -> Result<(), Error> {
    let error = cut(error);
    let sql = "UPDATE feeds SET failures = failures + 1, error = $3,
        due_at = CASE WHEN due_at > $4 THEN due_at ELSE $4 END WHERE customer = $1 AND feed = $2";
    update(held, feed, sql, &[error.into(), due_at.into()]).await
}

/// The feed is due again at `due_at`, unless it is due later anyway: the vendor asked for time, and nothing failed.
///
/// # Errors
/// [`ErrorKind::Missing`] when the customer has no such feed.
pub async fn postpone(held: &Held<'_>, feed: &str, why: &str, due_at: i64) -> Result<(), Error> {
    let why = cut(why);
    let sql = "UPDATE feeds SET error = $4, due_at = CASE WHEN due_at > $3 THEN due_at ELSE $3 END
        WHERE customer = $1 AND feed = $2";
    update(held, feed, sql, &[due_at.into(), why.into()]).await
}

/// The feed is due at `due_at`, unless it is due earlier anyway.
///
/// # Errors
/// [`ErrorKind::Missing`] when the customer has no such feed.
pub async fn hasten(held: &Held<'_>, feed: &str, due_at: i64) -> Result<(), Error> {
    let sql = "UPDATE feeds SET due_at = CASE WHEN due_at < $3 THEN due_at ELSE $3 END
        WHERE customer = $1 AND feed = $2";
    update(held, feed, sql, &[due_at.into()]).await
}

/// Work that is not read by the clock is due at `due_at`, unless it is due earlier anyway, or failed and is tried again
/// later. Needs no lease: whoever brings the work says so. A feed that does not exist is added.
///
/// # Errors
/// [`ErrorKind::Constraint`] when there is no such customer.
pub async fn wake(tx: &Tx, customer: &str, feed: &str, due_at: i64) -> Result<(), Error> {
    let sql = "INSERT INTO feeds (customer, feed, due_at) VALUES ($1, $2, $3)
        ON CONFLICT (customer, feed) DO UPDATE SET due_at = excluded.due_at
        WHERE feeds.failures = 0 AND (feeds.due_at IS NULL OR feeds.due_at > excluded.due_at)";
    tx.execute(sql, &[customer.into(), feed.into(), due_at.into()]).await?;
    Ok(())
}

/// The feed is due at `due_at` and not before; without, not until something [wakes](wake) it.
///
/// # Errors
/// [`ErrorKind::Missing`] when the customer has no such feed.
pub async fn rest(held: &Held<'_>, feed: &str, due_at: Option<i64>) -> Result<(), Error> {
    update(held, feed, "UPDATE feeds SET due_at = $3 WHERE customer = $1 AND feed = $2", &[due_at.into()]).await
}

/// `values` are `$3` and on.
async fn update(held: &Held<'_>, feed: &str, sql: &str, values: &[Value]) -> Result<(), Error> {
    let customer = held.customer();
    let values: Vec<Value> = [customer.into(), feed.into()].into_iter().chain(values.iter().cloned()).collect();
    let missing = Error::new(ErrorKind::Missing, format!("the customer {customer:?} has no feed {feed:?}"));
    held.tx().expect(sql, &values, missing).await
}
