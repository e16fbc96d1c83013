//! What is to be handed to a sink, in the order of each carrier.
//!
//! A lane is a sink and a carrier of a customer: its events go out one after another, and one that fails holds up its own
//! lane only. What fails too often is parked, which lets the rest of the lane go on, and is never dropped.

use super::error::Error;
use super::events::{self, Event};
use super::leases::Held;
use super::tx::Tx;

/// Something to be handed to a sink.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The number of the event.
    pub sequence: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// The event.
    pub event: Event,
}

/// Adds a sink. Events that come from now on are delivered to it; with `all`, the earlier ones, too.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn add_sink(tx: &Tx, name: &str, kind: &str, settings: &str, all: bool) -> Result<bool, Error> {
    let now = tx.now().await?;
    let sql = "INSERT INTO sinks (name, kind, settings, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO NOTHING";
    let added = tx.execute(sql, &[name.into(), kind.into(), settings.into(), now.into()]).await? == 1;
    if added && all {
        let sql = "INSERT INTO deliveries (customer, sequence, sink, carrier, state, due_at)
            SELECT customer, sequence, $1, COALESCE(carrier, ''), 'waiting', $2 FROM events";
        tx.execute(sql, &[name.into(), now.into()]).await?;
    }
    Ok(added)
}

/// The first of each lane of a customer that is due, in the order of the events.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn due(tx: &Tx, customer: &str, sink: &str, limit: u32) -> Result<Vec<Delivery>, Error> {
    let now = tx.now().await?;
    let sql = "SELECT d.attempts, e.* FROM deliveries d
        JOIN events e ON e.customer = d.customer AND e.sequence = d.sequence
        WHERE d.customer = $1 AND d.sink = $2 AND d.state = 'waiting' AND d.due_at <= $3
        AND NOT EXISTS (
            SELECT 1 FROM deliveries b WHERE b.sink = d.sink AND b.customer = d.customer AND b.carrier = d.carrier
            AND b.state = 'waiting' AND b.sequence < d.sequence AND b.due_at > $3
        )
        ORDER BY d.sequence LIMIT $4";
    let rows = tx.query(sql, &[customer.into(), sink.into(), now.into(), i64::from(limit).into()]).await?;
    rows.iter()
        .map(|row| {
            let (sequence, event) = events::read(row)?;
            Ok(Delivery { sequence, attempts: row.integer("attempts")?, event })
        })
        .collect()
}

/// Notes that the sink took what has these numbers.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn done(held: &Held<'_>, sink: &str, sequences: &[i64]) -> Result<(), Error> {
    for sequence in sequences {
        let sql = "UPDATE deliveries SET state = 'done', attempts = attempts + 1, error = NULL
            WHERE customer = $1 AND sink = $2 AND sequence = $3 AND state <> 'done'";
        held.tx().execute(sql, &[held.customer().into(), sink.into(), (*sequence).into()]).await?;
    }
    Ok(())
}

/// Notes that the sink did not take one. It is due again at `due_at`; without, it is parked until somebody asks for it.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn failed(held: &Held<'_>, sink: &str, sequence: i64, error: &str, due_at: Option<i64>) -> Result<(), Error> {
    let state = if due_at.is_some() { "waiting" } else { "parked" };
    let error: String = error.chars().filter(|c| *c != '\0').take(500).collect();
    let sql = "UPDATE deliveries SET state = $4, attempts = attempts + 1, error = $5, due_at = COALESCE($6, due_at)
        WHERE customer = $1 AND sink = $2 AND sequence = $3 AND state = 'waiting'";
    let values = [held.customer().into(), sink.into(), sequence.into(), state.into(), error.into(), due_at.into()];
    held.tx().execute(sql, &values).await?;
    Ok(())
}

/// What is parked is due now; how many that are.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn requeue(tx: &Tx, customer: &str, sink: &str) -> Result<u64, Error> {
    let now = tx.now().await?;
    let sql = "UPDATE deliveries SET state = 'waiting', due_at = $3, attempts = 0
        WHERE customer = $1 AND sink = $2 AND state = 'parked'";
    tx.execute(sql, &[customer.into(), sink.into(), now.into()]).await
}

/// How many are in a state: `waiting`, `parked` or `done`.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn count(tx: &Tx, customer: &str, state: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) AS number FROM deliveries WHERE customer = $1 AND state = $2";
    tx.query_opt(sql, &[customer.into(), state.into()]).await?.map_or(Ok(0), |row| row.integer("number"))
}
