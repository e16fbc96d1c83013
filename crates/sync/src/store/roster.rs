//! Which carriers are on a list of the vendor's, monitored or blocked, and which were.

use super::acts;
use super::aliases;
use super::error::Error;
use super::leases::Held;
use super::list::{AT_ONCE, rows};
use super::tx::Tx;
use super::value::{Row, Value};
use std::collections::BTreeSet;

/// A carrier is gone from a list once this number of complete reads, one after another, were without it: a list that
/// moves while it is read can leave one out.
pub const ABSENCES: i64 = 2;
/// As above, where more than half of a list is gone at once: that is more likely a fault of the vendor's. A day of hourly
/// reads.
pub const MANY_ABSENCES: i64 = 24;
/// So few may always leave at once.
const FEW: usize = 5;

/// What a complete read of a list changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// On the list, and were not. Nobody at the first read: it is where the list begins.
    pub came: Vec<String>,
    /// No longer on the list.
    pub left: Vec<String>,
    /// Absent as often as those that left, and kept: they are more than half of the list.
    pub doubted: usize,
}

/// A time on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stay {
    /// The first read that had the carrier.
    pub since: i64,
    /// That was the first read of the list: the carrier may have been there for long.
    pub baseline: bool,
    /// The last read that had it.
    pub last_seen: i64,
    /// When it was found to be gone; nothing if it is there.
    pub left_at: Option<i64>,
}

/// Keeps a list that was read to its end, at `at`, and did not move meanwhile, and
/// [settles](acts::settle) the acts that it shows the outcome of. `first` says that it was never read before.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn replace(
    held: &Held<'_>,
    list: &str,
    carriers: &BTreeSet<String>,
    at: i64,
    first: bool,
) -> Result<Moves, Error> {
    rename(held, list, at).await?;
    let known: BTreeSet<String> = members(held.tx(), held.customer(), list).await?.into_iter().collect();
    let came: Vec<String> = carriers.difference(&known).filter(|_| !first).cloned().collect();
    let here: Vec<&String> = carriers.iter().collect();
    for chunk in here.chunks(AT_ONCE) {
        let sql = format!(
            "INSERT INTO roster (customer, list, carrier, since, baseline, last_seen) VALUES {}
             ON CONFLICT (customer, list, carrier) WHERE left_at IS NULL
             DO UPDATE SET last_seen = excluded.last_seen, absences = 0",
            rows(chunk.len(), 6)
        );
        let row = |carrier: &&String| -> [Value; 6] {
            [held.customer().into(), list.into(), (*carrier).into(), at.into(), i64::from(first).into(), at.into()]
        };
        let values: Vec<Value> = chunk.iter().flat_map(row).collect();
        held.tx().execute(&sql, &values).await?;
    }
    let key: [Value; 3] = [held.customer().into(), list.into(), at.into()];
    let noted = "INSERT INTO absences (customer, list, carrier, read_at)
        SELECT customer, list, carrier, $3 FROM roster
        WHERE customer = $1 AND list = $2 AND left_at IS NULL AND last_seen <> $3
        ON CONFLICT (customer, list, carrier, read_at) DO NOTHING";
    held.tx().execute(noted, &key).await?;
    let absent = "UPDATE roster SET absences = absences + 1
        WHERE customer = $1 AND list = $2 AND left_at IS NULL AND last_seen <> $3";
    held.tx().execute(absent, &key).await?;
    let missing = "SELECT COUNT(*) AS missing FROM roster
        WHERE customer = $1 AND list = $2 AND left_at IS NULL AND absences >= $3";
    let missing = held.tx().query_opt(missing, &[held.customer().into(), list.into(), ABSENCES.into()]).await?;
    let missing = missing.map_or(Ok(0), |row| row.integer("missing"))?;
    let missing = usize::try_from(missing).unwrap_or(usize::MAX);
    let many = missing > FEW.max(known.len() / 2);
    let absences = if many { MANY_ABSENCES } else { ABSENCES };
    let gone = "UPDATE roster SET left_at = $3
        WHERE customer = $1 AND list = $2 AND left_at IS NULL AND absences >= $4 RETURNING carrier";
    let key: Vec<Value> = key.into_iter().chain([absences.into()]).collect();
    let rows = held.tx().query(gone, &key).await?;
    let mut left = rows.iter().map(|row| Ok(row.text("carrier")?.to_owned())).collect::<Result<Vec<_>, Error>>()?;
    left.sort_unstable();
    acts::settle(held, list, at).await?;
    let doubted = missing.saturating_sub(left.len());
    Ok(Moves { came, left, doubted })
}

/// Who is on the list by a number that is meanwhile known to be another carrier's goes on under the name of that one.
async fn rename(held: &Held<'_>, list: &str, at: i64) -> Result<(), Error> {
    let (tx, customer) = (held.tx(), held.customer());
    let sql = "SELECT DISTINCT r.carrier FROM roster r
        JOIN aliases a ON a.customer = r.customer AND a.alias = r.carrier
        WHERE r.customer = $1 AND r.list = $2 AND r.left_at IS NULL ORDER BY r.carrier";
    for row in tx.query(sql, &[customer.into(), list.into()]).await? {
        let old = row.text("carrier")?;
        let Some(new) = aliases::find(tx, customer, old).await? else { continue };
        let key: [Value; 4] = [customer.into(), list.into(), old.into(), (&new).into()];
        let twice = "SELECT since FROM roster
            WHERE customer = $1 AND list = $2 AND carrier = $3 AND left_at IS NULL";
        let there = tx.query_opt(twice, &[customer.into(), list.into(), (&new).into()]).await?.is_some();
        if there {
            // Both of its names were on the list: that of its own goes on.
            let sql = "UPDATE roster SET left_at = $4
                WHERE customer = $1 AND list = $2 AND carrier = $3 AND left_at IS NULL";
            tx.execute(sql, &[customer.into(), list.into(), old.into(), at.into()]).await?;
            continue;
        }
        let sql = "UPDATE roster SET carrier = $4
            WHERE customer = $1 AND list = $2 AND carrier = $3 AND left_at IS NULL";
        tx.execute(sql, &key).await?;
        let sql = "INSERT INTO absences (customer, list, carrier, read_at)
            SELECT customer, list, $4, read_at FROM absences WHERE customer = $1 AND list = $2 AND carrier = $3
            ON CONFLICT (customer, list, carrier, read_at) DO NOTHING";
        tx.execute(sql, &key).await?;
    }
    Ok(())
}

/// The carriers on a list, those that were absent once included.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn members(tx: &Tx, customer: &str, list: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT carrier FROM roster WHERE customer = $1 AND list = $2 AND left_at IS NULL ORDER BY carrier";
    let rows = tx.query(sql, &[customer.into(), list.into()]).await?;
    rows.iter().map(|row| Ok(row.text("carrier")?.to_owned())).collect()
}

/// The times of a carrier on a list, the first first.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn stays(tx: &Tx, customer: &str, list: &str, carrier: &str) -> Result<Vec<Stay>, Error> {
    let sql = "SELECT since, baseline, last_seen, left_at FROM roster
        WHERE customer = $1 AND list = $2 AND carrier = $3 ORDER BY since";
    let stay = |row: &Row| {
        Ok(Stay {
            since: row.integer("since")?,
            baseline: row.flag("baseline")?,
            last_seen: row.integer("last_seen")?,
            left_at: row.integer_opt("left_at")?,
        })
    };
    tx.query(sql, &[customer.into(), list.into(), carrier.into()]).await?.iter().map(stay).collect()
}

/// The complete reads of a list that were without a carrier that was taken to be on it, the first first.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn absences(tx: &Tx, customer: &str, list: &str, carrier: &str) -> Result<Vec<i64>, Error> {
    let sql = "SELECT read_at FROM absences WHERE customer = $1 AND list = $2 AND carrier = $3 ORDER BY read_at";
    let rows = tx.query(sql, &[customer.into(), list.into(), carrier.into()]).await?;
    rows.iter().map(|row| row.integer("read_at")).collect()
}

/// The carriers on a list that the last complete read was without.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn absent(tx: &Tx, customer: &str, list: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT carrier FROM roster
        WHERE customer = $1 AND list = $2 AND left_at IS NULL AND absences > 0 ORDER BY carrier";
    let rows = tx.query(sql, &[customer.into(), list.into()]).await?;
    rows.iter().map(|row| Ok(row.text("carrier")?.to_owned())).collect()
}
