//! What is to be done when the clock was set back: what was noted by the clock that was ahead would wait until the time
//! catches up with it, which may take years.
//!
//! The database's clock is the only one here. In SQLite it is the machine's, which people and time servers set.

use super::clock::after;
use super::error::Error;
use super::tx::Tx;
use std::time::Duration;

/// Transactions begin in one order and end in another.
const TOLERANCE: Duration = Duration::from_secs(60);
/// When the feeds are due then. How long ago they were read is not known, and the vendor wants four minutes between.
const SOON: Duration = Duration::from_secs(240);
/// No lease is as long without a sign of life.
const LONGEST_LEASE: Duration = Duration::from_secs(600);
/// No event waits longer for its next try.
const LONGEST_DELIVERY: Duration = Duration::from_secs(3600);
/// No document, and no carrier's data.
const LONGEST_TRY: Duration = Duration::from_secs(24 * 3600);

/// Whether something of a customer, or of any, was noted by a clock that was ahead of the one there is.
///
/// # Errors
/// Those of the store.
pub async fn is_ahead(tx: &Tx, customer: Option<&str>) -> Result<bool, Error> {
    let now = tx.now().await?;
    let (own, row) = (whose("customers", customer), whose("feeds", customer));
    let sql = format!(
        "SELECT 1 AS ahead FROM feeds WHERE {row} AND (last_attempt > $2 OR last_success > $2)
        UNION ALL SELECT 1 FROM customers WHERE {own} AND lease_until > $3
        UNION ALL SELECT 1 FROM routes WHERE {row} AND lease_until > $3
        LIMIT 1"
    );
    let values = [customer.unwrap_or_default().into(), after(now, TOLERANCE).into(), after(now, LONGEST_LEASE).into()];
    Ok(tx.query_opt(&sql, &values).await?.is_some())
}

/// Brings what waits for a time that is too far ahead back: feeds are due in four minutes, leases end within ten, and what
/// is to be delivered is due now. Of everything else the times stay as they were noted.
///
/// # Errors
/// Those of the store.
pub async fn bring_back(tx: &Tx, customer: Option<&str>) -> Result<(), Error> {
    let now = tx.now().await?;
    let set = async |table: &str, values: &str, which: &str, most: Duration| {
        let sql = format!("UPDATE {table} SET {values} WHERE {} AND {which}", whose(table, customer));
        tx.execute(&sql, &[customer.unwrap_or_default().into(), now.into(), after(now, most).into()]).await
    };
    let times = "last_attempt = CASE WHEN last_attempt > $2 THEN $2 ELSE last_attempt END,
        last_success = CASE WHEN last_success > $2 THEN $2 ELSE last_success END,
        due_at = CASE WHEN due_at > $3 THEN $3 ELSE due_at END";
    set("feeds", times, "(last_attempt > $2 OR last_success > $2 OR due_at > $3)", SOON).await?;
    for table in ["customers", "routes"] {
        set(table, "lease_until = $3", "lease_until > $3 AND $3 > $2", LONGEST_LEASE).await?;
    }
    set("routes", "due_at = $2", "due_at > $3", LONGEST_DELIVERY).await?;
    set("deliveries", "due_at = $2", "state = 'waiting' AND due_at > $3", LONGEST_DELIVERY).await?;
    set("downloads", "due_at = $2", "state = 'waiting' AND due_at > $3", LONGEST_TRY).await?;
    set("wanted", "due_at = $2", "due_at > $3", LONGEST_TRY).await?;
    Ok(())
}

/// Of a customer, or of all.
fn whose(table: &str, customer: Option<&str>) -> &'static str {
    match (table, customer) {
        (_, None) => "$1 = ''",
        ("customers", Some(_)) => "id = $1",
        (_, Some(_)) => "customer = $1",
    }
}

/// The time of what comes after something of the time `before`: a clock that was set back by little stands still, and with
/// one that was far ahead the time begins again.
pub(super) fn not_before(at: i64, before: i64) -> i64 {
    if before <= after(at, TOLERANCE) { at.max(before) } else { at }
}
