//! The least that a poll takes of PostgreSQL, by hand: one statement that claims a feed, and one transaction that checks the
//! fence and keeps events and cursor. The tables and indices are those of a store, the statements are prepared.

use super::vendor::PACKETS;
use std::time::Instant;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

const CLAIM: &str = "WITH free AS (
        SELECT c.id, f.feed FROM feeds f JOIN customers c ON c.id = f.customer
        WHERE f.due_at <= $1 AND c.state = 'active' AND COALESCE(c.lease_until, 0) <= $1
        ORDER BY f.due_at, f.customer LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED
    ), claimed AS (
        UPDATE customers SET lease_owner = 'bare', lease_until = $1 + 45000000, fence = fence + 1
        FROM free WHERE customers.id = free.id RETURNING customers.id, fence, sequence
    )
    UPDATE feeds SET due_at = $1 + 300000000, last_attempt = $1 FROM free, claimed
    WHERE feeds.customer = free.id AND feeds.feed = free.feed
    RETURNING feeds.customer, feeds.feed, claimed.fence, claimed.sequence";
const CHECK: &str = "SELECT fence FROM customers WHERE id = $1 AND fence = $2 FOR NO KEY UPDATE";
const KEEP: &str = "INSERT INTO events (customer, sequence, id, type, carrier, observed_at, data)
    SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT) + n, CAST($1 AS TEXT) || '.' || (CAST($2 AS BIGINT) + n), 'mycarrierpackets.packet.completed', 'DOT:9000001', $3,
        '{\"CompletedDate\":\"2026-11-20T14:00:00Z\",\"DOTNumber\":9000001,\"LegalName\":\"Sample Trucking LLC\"}'
    FROM generate_series(1, CAST($4 AS INT)) n";
const ADVANCE: &str = "UPDATE feeds SET position = $3, last_success = $4, failures = 0, error = NULL
    WHERE customer = $1 AND feed = $2";
const RELEASE: &str =
    "UPDATE customers SET lease_owner = NULL, lease_until = NULL, fence = fence + 1, sequence = $2 WHERE id = $1";

const POSITION: &str = r#"{"startedAt":"2026-11-20T14:00:00Z","readUntil":"2026-11-20T15:00:00Z","lookedBackHourAt":"2026-11-20T15:00:00Z","lookedBackDayAt":"2026-11-20T15:00:00Z"}"#;

pub struct Bare {
    client: Client,
    claim: Statement,
    rest: [Statement; 4],
}

impl Bare {
    pub async fn new(client: Client) -> Self {
        let prepare = async |sql: &str| client.prepare(sql).await.expect("a statement");
        let claim = prepare(CLAIM).await;
        let rest = [prepare(CHECK).await, prepare(KEEP).await, prepare(ADVANCE).await, prepare(RELEASE).await];
        Self { client, claim, rest }
    }

    /// Polls until `end`; how many, and how many events were kept.
    pub async fn poll_until(&self, end: Instant, packets: bool) -> (u64, u64) {
        let (mut polls, mut events) = (0, 0);
        while Instant::now() < end {
            let Some(kept) = self.poll(packets).await else { continue };
            polls += 1;
            events += kept;
        }
        (polls, events)
    }

    async fn poll(&self, packets: bool) -> Option<u64> {
        let now = mycarrierpackets::jiff::Timestamp::now().as_microsecond();
        // Another took the same feed: nothing comes back.
        let row = self.client.query_opt(&self.claim, &[&now]).await.expect("a claim")?;
        let (customer, feed): (String, String) = (row.get(0), row.get(1));
        let (fence, sequence): (i64, i64) = (row.get(2), row.get(3));
        let [check, keep, advance, release] = &self.rest;
        let kept = if packets && feed == "packets" { PACKETS as i32 } else { 0 };
        let run = async |statement: &Statement, values: &[&(dyn ToSql + Sync)]| {
            self.client.execute(statement, values).await.expect("a statement that is right")
        };
        self.client.batch_execute("BEGIN").await.expect("a transaction");
        assert_eq!(run(check, &[&customer, &fence]).await, 1);
        if kept > 0 {
            run(keep, &[&customer, &sequence, &now, &kept]).await;
        }
        run(advance, &[&customer, &feed, &POSITION, &now]).await;
        run(release, &[&customer, &(sequence + i64::from(kept))]).await;
        self.client.batch_execute("COMMIT").await.expect("a commit");
        Some(kept as u64)
    }
}
