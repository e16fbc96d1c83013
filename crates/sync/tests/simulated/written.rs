//! Whether anything was written to a store.

use mycarrierpackets_sync::store::{Error, Store, Tx};

// In milliseconds, of which a sum of many thousands fits.
const SUMS: [&str; 11] = [
    "SELECT CAST(SUM(sequence + fence) AS BIGINT) AS sum FROM customers",
    "SELECT COUNT(*) AS sum FROM events",
    "SELECT CAST(SUM(COALESCE(read_at, 1) / 1000 + rows) AS BIGINT) AS sum FROM coverage",
    "SELECT CAST(SUM(last_seen / 1000) AS BIGINT) AS sum FROM identities",
    "SELECT COUNT(*) AS sum FROM versions",
    "SELECT CAST(SUM(observed_at / 1000) AS BIGINT) AS sum FROM sections",
    "SELECT COUNT(*) AS sum FROM changes",
    "SELECT COUNT(*) AS sum FROM rejects",
    "SELECT CAST(SUM(last_seen / 1000 + absences) AS BIGINT) AS sum FROM roster",
    "SELECT CAST(SUM(due_at / 1000 + COALESCE(last_attempt, 0) / 1000) AS BIGINT) AS sum FROM feeds",
    "SELECT CAST(SUM(failures + COALESCE(last_success, 0) / 1000) AS BIGINT) AS sum FROM feeds",
];

/// Sums that are others after anything was written.
pub async fn written(store: &Store) -> Vec<Option<i64>> {
    let read = async |tx: Tx| {
        let mut sums = Vec::new();
        for sql in SUMS {
            let row = tx.query_opt(sql, &[]).await?;
            sums.push(row.map_or(Ok(None), |row| row.integer_opt("sum"))?);
        }
        Ok::<_, Error>(sums)
    };
    store.read(read).await.expect("the sums")
}
