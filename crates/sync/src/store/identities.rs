//! Which rows of a feed were seen before.
//!
//! A window is read again and again, as rows appear late. What makes a row the same row is its identity, which is not
//! its content: the vendor shows a carrier as it is now in rows about the past.

use super::error::Error;
use super::leases::Held;
use super::list::{AT_ONCE, after, places, rows};
use super::value::Value;
use std::collections::HashSet;

/// Notes that rows were seen at `at`. For each, whether it is new: never seen before, nor earlier in `row_ids`.
///
/// # Errors
/// Those of [`Tx::query`](super::Tx::query).
pub async fn see<S: AsRef<str>>(held: &Held<'_>, feed: &str, row_ids: &[S], at: i64) -> Result<Vec<bool>, Error> {
    let mut new = Vec::with_capacity(row_ids.len());
    for chunk in row_ids.chunks(AT_ONCE) {
        // A statement must not touch a row twice.
        let mut found = HashSet::new();
        let unique: Vec<&str> = chunk.iter().map(AsRef::as_ref).filter(|id| found.insert(*id)).collect();
        let mut known = known(held, feed, &unique).await?;
        upsert(held, feed, &unique, at).await?;
        new.extend(chunk.iter().map(|id| known.insert(id.as_ref().to_owned())));
    }
    Ok(new)
}

async fn known(held: &Held<'_>, feed: &str, row_ids: &[&str]) -> Result<HashSet<String>, Error> {
    let places = places(3, row_ids.len());
    let sql = format!("SELECT row_id FROM identities WHERE customer = $1 AND feed = $2 AND row_id IN ({places})");
    let values = after(&[held.customer().into(), feed.into()], row_ids.iter().copied());
    let rows = held.tx().query(&sql, &values).await?;
    rows.iter().map(|row| Ok(row.text("row_id")?.to_owned())).collect()
}

async fn upsert(held: &Held<'_>, feed: &str, row_ids: &[&str], at: i64) -> Result<(), Error> {
    // A clock that went back does not make a row older.
    let sql = format!(
        "INSERT INTO identities (customer, feed, row_id, first_seen, last_seen) VALUES {}
         ON CONFLICT (customer, feed, row_id) DO UPDATE SET last_seen = excluded.last_seen
         WHERE identities.last_seen < excluded.last_seen",
        rows(row_ids.len(), 5)
    );
    let row = |id: &&str| -> [Value; 5] { [held.customer().into(), feed.into(), (*id).into(), at.into(), at.into()] };
    let values: Vec<Value> = row_ids.iter().flat_map(row).collect();
    held.tx().execute(&sql, &values).await?;
    Ok(())
}

/// Forgets the customer's rows that were last seen before `before`, and returns how many. They would be new again:
/// `before` must be earlier than any window that is still read, and than any webhook that is still accepted.
///
/// # Errors
/// Those of [`Tx::execute`](super::Tx::execute).
pub async fn forget(held: &Held<'_>, before: i64) -> Result<u64, Error> {
    let sql = "DELETE FROM identities WHERE customer = $1 AND last_seen < $2";
    held.tx().execute(sql, &[held.customer().into(), before.into()]).await
}
