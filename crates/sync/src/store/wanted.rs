//! Carriers whose data is to be read because something names them: a webhook, or a feed when documents are kept.
//!
//! However often a carrier is named, it is read once, after the last time.

use super::error::Error;
use super::feeds;
use super::leases::Held;
use super::text::cut;
use super::tx::Tx;

/// The feed that is due while a carrier is to be read.
pub const FEED: &str = "data";
/// The part of a carrier that is read.
pub const SECTION: &str = "GetCarrierData";

/// A carrier that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wanted {
    /// Its name in the store.
    pub carrier: String,
    /// How often it was tried.
    pub attempts: i64,
}

/// A carrier is to be read. One that failed keeps its time, unless it failed too often: then it is tried anew.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn want(held: &Held<'_>, carrier: &str) -> Result<(), Error> {
    let now = held.tx().now().await?;
    let sql = "INSERT INTO wanted (customer, carrier, wanted_at, due_at) VALUES ($1, $2, $3, $3)
        ON CONFLICT (customer, carrier) DO UPDATE SET wanted_at = excluded.wanted_at,
        attempts = CASE WHEN wanted.due_at IS NULL THEN 0 ELSE wanted.attempts END,
        due_at = COALESCE(wanted.due_at, excluded.due_at)";
    held.tx().execute(sql, &[held.customer().into(), carrier.into(), now.into()]).await?;
    feeds::wake(held.tx(), held.customer(), FEED, now).await
}

/// Whether a carrier's data was ever read, or is to be.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn is_followed(held: &Held<'_>, carrier: &str) -> Result<bool, Error> {
    let sql = "SELECT carrier FROM sections WHERE customer = $1 AND carrier = $2 AND section = $3
        UNION ALL SELECT carrier FROM wanted WHERE customer = $1 AND carrier = $2";
    let row = held.tx().query_opt(sql, &[held.customer().into(), carrier.into(), SECTION.into()]).await?;
    Ok(row.is_some())
}

/// Up to `limit` carriers that are due at `now`, the one that has been due for longest first.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn due(tx: &Tx, customer: &str, now: i64, limit: u32) -> Result<Vec<Wanted>, Error> {
    let sql = "SELECT carrier, attempts FROM wanted WHERE customer = $1 AND due_at <= $2
        ORDER BY due_at, carrier LIMIT $3";
    let rows = tx.query(sql, &[customer.into(), now.into(), i64::from(limit).into()]).await?;
    rows.iter()
        .map(|row| Ok(Wanted { carrier: row.text("carrier")?.to_owned(), attempts: row.integer("attempts")? }))
        .collect()
}

/// When the next carrier is due.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn next_due(tx: &Tx, customer: &str) -> Result<Option<i64>, Error> {
    let row = tx.query_opt("SELECT MIN(due_at) AS due_at FROM wanted WHERE customer = $1", &[customer.into()]).await?;
    row.map_or(Ok(None), |row| row.integer_opt("due_at"))
}

/// Notes that a carrier was read.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn done(held: &Held<'_>, carrier: &str) -> Result<(), Error> {
    let sql = "DELETE FROM wanted WHERE customer = $1 AND carrier = $2";
    held.tx().execute(sql, &[held.customer().into(), carrier.into()]).await?;
    Ok(())
}

/// Notes that a carrier could not be read. It is due again at `due_at`; without, when something names it again.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn failed(held: &Held<'_>, carrier: &str, error: &str, due_at: Option<i64>) -> Result<(), Error> {
    let sql = "UPDATE wanted SET attempts = attempts + 1, error = $3, due_at = $4
        WHERE customer = $1 AND carrier = $2";
    held.tx().execute(sql, &[held.customer().into(), carrier.into(), cut(error).into(), due_at.into()]).await?;
    Ok(())
}

/// Notes that a carrier could not be read by no fault of its own. It is due again at `due_at`, as if it had not been tried.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn postpone(held: &Held<'_>, carrier: &str, error: &str, due_at: i64) -> Result<(), Error> {
    let sql = "UPDATE wanted SET error = $3, due_at = $4 WHERE customer = $1 AND carrier = $2";
    held.tx().execute(sql, &[held.customer().into(), carrier.into(), cut(error).into(), due_at.into()]).await?;
    Ok(())
}

/// How many carriers could not be read so far.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn failing(tx: &Tx, customer: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) AS number FROM wanted WHERE customer = $1 AND error IS NOT NULL";
    tx.query_opt(sql, &[customer.into()]).await?.map_or(Ok(0), |row| row.integer("number"))
}
