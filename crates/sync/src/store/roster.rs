//! Which carriers are on a list of the vendor's, monitored or blocked.

use super::acts;
use super::error::Error;
use super::leases::Held;
use super::list::{AT_ONCE, rows};
use super::tx::Tx;
use super::value::Value;
use std::collections::BTreeSet;

/// A carrier is gone from a list once this number of complete reads, one after another, were without it: a list that
/// moves while it is read can leave one out.
pub const ABSENCES: i64 = 2;

/// What a complete read of a list changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// On the list, and were not.
    pub came: Vec<String>,
    /// No longer on the list.
    pub left: Vec<String>,
}

/// Keeps a list that was read to its end and did not move meanwhile, and [settles](acts::settle) the acts that it shows
/// the outcome of.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn replace(held: &Held<'_>, list: &str, carriers: &BTreeSet<String>, at: i64) -> Result<Moves, Error> {
    let known: BTreeSet<String> = members(held.tx(), held.customer(), list).await?.into_iter().collect();
    let came: Vec<String> = carriers.difference(&known).cloned().collect();
    let here: Vec<&String> = carriers.iter().collect();
    for chunk in here.chunks(AT_ONCE) {
        let sql = format!(
            "INSERT INTO roster (customer, list, carrier, since, last_seen) VALUES {}
             ON CONFLICT (customer, list, carrier) DO UPDATE SET last_seen = excluded.last_seen, absences = 0",
            rows(chunk.len(), 5)
        );
        let row = |carrier: &&String| -> [Value; 5] {
            [held.customer().into(), list.into(), (*carrier).into(), at.into(), at.into()]
        };
        let values: Vec<Value> = chunk.iter().flat_map(row).collect();
        held.tx().execute(&sql, &values).await?;
    }
    let key: [Value; 3] = [held.customer().into(), list.into(), at.into()];
    let absent = "UPDATE roster SET absences = absences + 1 WHERE customer = $1 AND list = $2 AND last_seen < $3";
    held.tx().execute(absent, &key).await?;
    let gone = "DELETE FROM roster WHERE customer = $1 AND list = $2 AND absences >= $3 RETURNING carrier";
    let rows = held.tx().query(gone, &[held.customer().into(), list.into(), ABSENCES.into()]).await?;
    let mut left = rows.iter().map(|row| Ok(row.text("carrier")?.to_owned())).collect::<Result<Vec<_>, Error>>()?;
    left.sort_unstable();
    acts::settle(held, list, at).await?;
    Ok(Moves { came, left })
}

/// The carriers on a list, those that were absent once included.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn members(tx: &Tx, customer: &str, list: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT carrier FROM roster WHERE customer = $1 AND list = $2 ORDER BY carrier";
    let rows = tx.query(sql, &[customer.into(), list.into()]).await?;
    rows.iter().map(|row| Ok(row.text("carrier")?.to_owned())).collect()
}

/// When a carrier came on a list, and when it was last on it; nothing if it is not on it now.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn seen(tx: &Tx, customer: &str, list: &str, carrier: &str) -> Result<Option<(i64, i64)>, Error> {
    let sql = "SELECT since, last_seen FROM roster WHERE customer = $1 AND list = $2 AND carrier = $3";
    let row = tx.query_opt(sql, &[customer.into(), list.into(), carrier.into()]).await?;
    row.map(|row| Ok((row.integer("since")?, row.integer("last_seen")?))).transpose()
}

/// The carriers on a list that the last complete read was without.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn absent(tx: &Tx, customer: &str, list: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT carrier FROM roster WHERE customer = $1 AND list = $2 AND absences > 0 ORDER BY carrier";
    let rows = tx.query(sql, &[customer.into(), list.into()]).await?;
    rows.iter().map(|row| Ok(row.text("carrier")?.to_owned())).collect()
}
