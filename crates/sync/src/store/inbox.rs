//! Webhooks that were received: kept by whoever receives them, handled by whoever holds the customer.

use super::error::Error;
use super::feeds;
use super::leases::Held;
use super::tx::Tx;
use super::value::Row;

/// The feed that is due while something waits here.
pub const FEED: &str = "webhooks";

/// A webhook on its way in, whose signature was verified.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// The hash of what was signed: the same for every copy.
    pub key: &'a str,
    /// What happened; empty where the body does not say.
    pub event_type: &'a str,
    /// When it happened, where that can be read.
    pub happened_at: Option<i64>,
    /// The carrier, such as `DOT:23868`, where it can be read.
    pub carrier: Option<&'a str>,
    /// What was signed, byte by byte.
    pub body: &'a [u8],
}

/// A webhook that waits to be handled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// The hash of what was signed.
    pub key: String,
    /// When it was received.
    pub received_at: i64,
    /// What happened.
    pub event_type: String,
    /// When it happened.
    pub happened_at: Option<i64>,
    /// The carrier by the number in the body, which need not be its name in the store.
    pub carrier: Option<String>,
    /// What was signed.
    pub body: Vec<u8>,
}

impl Waiting {
    fn of(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            key: row.text("key")?.to_owned(),
            received_at: row.integer("received_at")?,
            event_type: row.text("event_type")?.to_owned(),
            happened_at: row.integer_opt("happened_at")?,
            carrier: row.text_opt("carrier")?.map(str::to_owned),
            body: row.bytes("body")?.to_vec(),
        })
    }
}

/// Keeps a webhook, and says whether it was not there before. Needs no lease; the engine has work when this is committed.
///
/// # Errors
/// [`ErrorKind`](super::ErrorKind)`::Constraint` when there is no such customer.
pub async fn add(tx: &Tx, customer: &str, incoming: &Incoming<'_>) -> Result<bool, Error> {
    let now = tx.now().await?;
    let sql = "INSERT INTO inbox (customer, key, received_at, event_type, happened_at, carrier, body, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting') ON CONFLICT (customer, key) DO NOTHING";
    let values = [
        customer.into(),
        incoming.key.into(),
        now.into(),
        incoming.event_type.replace('\0', " ").into(),
        incoming.happened_at.into(),
        incoming.carrier.into(),
        incoming.body.into(),
    ];
    let added = tx.execute(sql, &values).await? == 1;
    if added {
        feeds::wake(tx, customer, FEED, now).await?;
    }
    Ok(added)
}

/// Whether a webhook of this key was received.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn is_known(tx: &Tx, customer: &str, key: &str) -> Result<bool, Error> {
    let sql = "SELECT key FROM inbox WHERE customer = $1 AND key = $2";
    Ok(tx.query_opt(sql, &[customer.into(), key.into()]).await?.is_some())
}

/// Up to `limit` webhooks that wait to be handled, in the order in which they came.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn waiting(tx: &Tx, customer: &str, limit: usize) -> Result<Vec<Waiting>, Error> {
    let sql = "SELECT * FROM inbox WHERE customer = $1 AND state = 'waiting' ORDER BY received_at, key LIMIT $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.query(sql, &[customer.into(), limit.into()]).await?.iter().map(Waiting::of).collect()
}

/// Notes that a webhook was handled, at `at`. Its key stays, and so does what was signed unless `without_body`.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn handled(held: &Held<'_>, key: &str, at: i64, without_body: bool) -> Result<(), Error> {
    let sql = match without_body {
        true => "UPDATE inbox SET state = 'handled', handled_at = $3, body = $4 WHERE customer = $1 AND key = $2",
        false => "UPDATE inbox SET state = 'handled', handled_at = $3 WHERE customer = $1 AND key = $2",
    };
    let mut values = vec![held.customer().into(), key.into(), at.into()];
    if without_body {
        values.push([].as_slice().into());
    }
    held.tx().execute(sql, &values).await?;
    Ok(())
}

/// How many webhooks wait to be handled.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn count(tx: &Tx, customer: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) AS number FROM inbox WHERE customer = $1 AND state = 'waiting'";
    tx.query_opt(sql, &[customer.into()]).await?.map_or(Ok(0), |row| row.integer("number"))
}

/// Forgets the webhooks that were handled before `before`, and returns how many. They would be new again: `before` must be
/// earlier than any webhook that is still accepted.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn forget(held: &Held<'_>, before: i64) -> Result<u64, Error> {
    let sql = "DELETE FROM inbox WHERE customer = $1 AND state = 'handled' AND received_at < $2";
    held.tx().execute(sql, &[held.customer().into(), before.into()]).await
}

/// The events of a kind about a carrier that happened from `start` to `end`: the id, the time and the data of each.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn events_near(
    tx: &Tx,
    customer: &str,
    (carrier, kind): (&str, &str),
    (start, end): (i64, i64),
) -> Result<Vec<(String, i64, String)>, Error> {
    let sql = "SELECT id, happened_at, data FROM events WHERE customer = $1 AND carrier = $2 AND type = $3
        AND happened_at >= $4 AND happened_at <= $5 ORDER BY sequence";
    let rows = tx.query(sql, &[customer.into(), carrier.into(), kind.into(), start.into(), end.into()]).await?;
    rows.iter()
        .map(|row| Ok((row.text("id")?.to_owned(), row.integer("happened_at")?, row.text("data")?.to_owned())))
        .collect()
}
