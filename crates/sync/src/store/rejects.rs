//! Rows of a feed that could not be read, as they came.

use super::error::Error;
use super::leases::Held;
use super::tx::Tx;

/// Keeps a row that could not be read; one that is kept already stays as it is.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn keep(held: &Held<'_>, feed: &str, row_id: &str, body: &[u8], error: &str, at: i64) -> Result<(), Error> {
    let sql = "INSERT INTO rejects (customer, feed, row_id, body, error, seen_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (customer, feed, row_id) DO NOTHING";
    let error = error.replace('\0', " ");
    let values = [held.customer().into(), feed.into(), row_id.into(), body.into(), error.into(), at.into()];
    held.tx().execute(sql, &values).await?;
    Ok(())
}

/// How many rows are kept.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn count(tx: &Tx, customer: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) AS number FROM rejects WHERE customer = $1";
    tx.query_opt(sql, &[customer.into()]).await?.map_or(Ok(0), |row| row.integer("number"))
}

/// How many rows of a feed that could not be read were seen at `at` or before.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn seen_by(tx: &Tx, customer: &str, feed: &str, at: i64) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) AS number FROM rejects WHERE customer = $1 AND feed = $2 AND seen_at <= $3";
    let row = tx.query_opt(sql, &[customer.into(), feed.into(), at.into()]).await?;
    row.map_or(Ok(0), |row| row.integer("number"))
}
