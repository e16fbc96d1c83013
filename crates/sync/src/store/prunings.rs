//! What is taken out of a store on purpose, because it is old.
//!
//! Of the versions of a part of a carrier the first that is kept is written down with the hash of the one before it: from
//! there on [`chains`](super::chains) still shows that nothing was altered.

use super::error::Error;
use super::leases::Held;
use super::terms;
use super::tx::Tx;

/// Takes out the versions that were replaced before `before`, and the changes that led to them and to the first that is
/// kept; how many versions. What was in force at `before` and later stays known, and so does the present form. A chain that
/// is broken is left as it is.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn versions(held: &Held<'_>, before: i64) -> Result<u64, Error> {
    let (tx, customer) = (held.tx(), held.customer());
    let now = tx.now().await?;
    let sql = "INSERT INTO prunings (customer, carrier, section, first_version, anchor, pruned_at)
        SELECT v.customer, v.carrier, v.section, v.version, v.previous_hash, $3
        FROM versions v
        JOIN (
            SELECT carrier, section, MAX(version) AS version FROM versions
            WHERE customer = $1 AND observed_at < $2 GROUP BY carrier, section
        ) k ON k.carrier = v.carrier AND k.section = v.section AND k.version = v.version
        JOIN versions b ON b.customer = v.customer AND b.carrier = v.carrier AND b.section = v.section
            AND b.version = v.version - 1 AND b.hash = v.previous_hash
        WHERE v.customer = $1
        ON CONFLICT (customer, carrier, section) DO UPDATE SET first_version = excluded.first_version,
            anchor = excluded.anchor, pruned_at = excluded.pruned_at";
    tx.execute(sql, &[customer.into(), before.into(), now.into()]).await?;
    let first = |table: &str| {
        format!(
            "(SELECT p.first_version FROM prunings p WHERE p.customer = $1 AND p.carrier = {table}.carrier
                AND p.section = {table}.section)"
        )
    };
    let sql = format!("DELETE FROM changes WHERE customer = $1 AND version <= {}", first("changes"));
    tx.execute(&sql, &[customer.into()]).await?;
    let sql = format!("DELETE FROM versions WHERE customer = $1 AND version < {}", first("versions"));
    tx.execute(&sql, &[customer.into()]).await
}

/// Of which parts older versions of what came under that name were taken out.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn sections(tx: &Tx, customer: &str, carrier: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT section FROM prunings WHERE customer = $1 AND carrier = $2 ORDER BY section";
    let rows = tx.query(sql, &[customer.into(), carrier.into()]).await?;
    rows.iter().map(|row| Ok(row.text("section")?.to_owned())).collect()
}

/// Takes out the events that were observed before `before`, and returns how many. One that waits for a sink, or is parked,
/// stays.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn events(held: &Held<'_>, before: i64) -> Result<u64, Error> {
    let values = [held.customer().into(), before.into()];
    let old = "e.customer = $1 AND e.observed_at < $2";
    let sql = format!(
        "DELETE FROM deliveries WHERE customer = $1 AND state = 'done'
        AND EXISTS (SELECT 1 FROM events e WHERE e.sequence = deliveries.sequence AND {old})
        AND NOT EXISTS (
            SELECT 1 FROM deliveries o WHERE o.customer = $1 AND o.sequence = deliveries.sequence AND o.state <> 'done'
        )"
    );
    held.tx().execute(&sql, &values).await?;
    let sql = format!(
        "DELETE FROM events WHERE customer = $1 AND sequence IN (
            SELECT e.sequence FROM events e WHERE {old}
            AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.customer = $1 AND d.sequence = e.sequence)
        )"
    );
    held.tx().execute(&sql, &values).await
}

/// Takes out the notes of the reads of each feed that were over before the last complete one that ended before `before`;
/// how many. What was watched at `before` and later stays known, and since when notes are kept is noted.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn coverage(held: &Held<'_>, before: i64) -> Result<u64, Error> {
    // One that was cut off did not end.
    let sql = "DELETE FROM coverage WHERE customer = $1 AND COALESCE(read_at, began_at) < COALESCE((
            SELECT MAX(c.read_at) FROM coverage c WHERE c.customer = $1 AND c.feed = coverage.feed
                AND c.error IS NULL AND c.read_at < $2
        ), $2)";
    let taken = held.tx().execute(sql, &[held.customer().into(), before.into()]).await?;
    if taken > 0 {
        terms::pruned(held, before).await?;
    }
    Ok(taken)
}

/// Forgets the identities of rows that were last seen before `before`, or, where that is earlier, `kept` before the
/// oldest of the last complete reads of the feeds whose rows they are: a feed that was not read for long comes back to
/// what it saw then. How many.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn identities(held: &Held<'_>, before: i64, kept: i64) -> Result<u64, Error> {
    let sql = "SELECT MIN(COALESCE(f.last_success, 0)) AS oldest FROM feeds f WHERE f.customer = $1
        AND EXISTS (SELECT 1 FROM identities i WHERE i.customer = f.customer AND i.feed = f.feed)";
    let row = held.tx().query_opt(sql, &[held.customer().into()]).await?;
    let oldest = row.map_or(Ok(None), |row| row.integer_opt("oldest"))?;
    let before = oldest.map_or(before, |oldest| before.min(oldest.saturating_sub(kept)));
    super::identities::forget(held, before).await
}
