//! What is to be handed to a sink, in the order of each carrier.
//!
//! A lane is a sink and a carrier of a customer: its events go out one after another, and one that fails holds up its own
//! lane only. What is refused too often is parked, which lets the rest of the lane go on, and is never dropped.

use super::error::{Error, ErrorKind};
use super::events::{self, Recorded};
use super::list::{AT_ONCE, places};
use super::routes::{self, Leased};
use super::tx::Tx;
use super::value::Value;

/// Something to be handed to a sink.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// How often it was tried.
    pub attempts: i64,
    /// The event.
    pub recorded: Recorded,
}

/// Adds a sink. Events that come from now on are delivered to it; with `all`, the earlier ones, too. False if there is
/// one of that name, which stays as it is.
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

/// Takes a sink away, with everything that waits for it, is parked, or was delivered to it: there is no way back. The events
/// stay, and a sink that is [added](add_sink) again gets all of them with `all`. Whoever delivers there loses it. No event is
/// appended meanwhile.
///
/// # Errors
/// [`ErrorKind::Missing`] when there is no such sink.
pub async fn remove_sink(tx: &Tx, name: &str) -> Result<(), Error> {
    // Whoever appends an event holds its customer, and has deliveries refer to each sink: wait for all of them, and have
    // the others wait.
    tx.query(&format!("SELECT id FROM customers ORDER BY id{}", tx.for_update()), &[]).await?;
    let sql = format!("SELECT name FROM sinks WHERE name = $1{}", tx.for_update());
    tx.query_opt(&sql, &[name.into()]).await?.ok_or_else(|| no_sink(name))?;
    for sql in [
        "DELETE FROM deliveries WHERE sink = $1",
        "DELETE FROM routes WHERE sink = $1",
        "DELETE FROM sinks WHERE name = $1",
    ] {
        tx.execute(sql, &[name.into()]).await?;
    }
    Ok(())
}

fn no_sink(name: &str) -> Error {
    Error::new(ErrorKind::Missing, format!("there is no sink {name:?}"))
}

const DUE: &str = "FROM deliveries d
    JOIN events e ON e.customer = d.customer AND e.sequence = d.sequence
    WHERE d.customer = $1 AND d.sink = $2 AND d.state = 'waiting' AND d.due_at <= $3
    AND NOT EXISTS (
        SELECT 1 FROM deliveries b WHERE b.sink = d.sink AND b.customer = d.customer AND b.carrier = d.carrier
        AND b.state = 'waiting' AND b.sequence < d.sequence AND b.due_at > $3
    )
    ORDER BY d.sequence";

/// What is due of each lane of a customer, up to the first that is to be tried later; in the order of the events.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn due(tx: &Tx, customer: &str, sink: &str, limit: u32) -> Result<Vec<Delivery>, Error> {
    let now = tx.now().await?;
    let sql = format!("SELECT d.attempts, e.* {DUE} LIMIT $4");
    let rows = tx.query(&sql, &[customer.into(), sink.into(), now.into(), i64::from(limit).into()]).await?;
    rows.iter()
        .map(|row| Ok(Delivery { attempts: row.integer("attempts")?, recorded: events::recorded(row)? }))
        .collect()
}

/// Whether anything is due.
///
/// # Errors
/// [`ErrorKind::Missing`] when there is no such customer or sink.
pub async fn is_due(tx: &Tx, customer: &str, sink: &str) -> Result<bool, Error> {
    let now = tx.now().await?;
    let sql = "SELECT 1 AS number FROM customers c CROSS JOIN sinks s WHERE c.id = $1 AND s.name = $2";
    let known = tx.query_opt(sql, &[customer.into(), sink.into()]).await?;
    known.ok_or_else(|| routes::missing(customer, sink))?;
    let sql = format!("SELECT d.sequence {DUE} LIMIT 1");
    Ok(tx.query_opt(&sql, &[customer.into(), sink.into(), now.into()]).await?.is_some())
}

/// Notes that the sink took what has these numbers.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn done(leased: &Leased<'_>, sequences: &[i64]) -> Result<(), Error> {
    for chunk in sequences.chunks(AT_ONCE) {
        let sql = format!(
            "UPDATE deliveries SET state = 'done', attempts = attempts + 1, error = NULL
             WHERE customer = $1 AND sink = $2 AND state <> 'done' AND sequence IN ({})",
            places(3, chunk.len())
        );
        let key: [Value; 2] = [leased.customer().into(), leased.sink().into()];
        let values: Vec<Value> = key.into_iter().chain(chunk.iter().copied().map(Value::Integer)).collect();
        leased.tx().execute(&sql, &values).await?;
    }
    Ok(())
}

/// Notes that the sink refused one. It is due again at `due_at`; without, it is parked until somebody asks for it.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn refused(leased: &Leased<'_>, sequence: i64, error: &str, due_at: Option<i64>) -> Result<(), Error> {
    let state = if due_at.is_some() { "waiting" } else { "parked" };
    let error: String = error.chars().filter(|c| *c != '\0').take(500).collect();
    let sql = "UPDATE deliveries SET state = $4, attempts = attempts + 1, error = $5, due_at = COALESCE($6, due_at)
        WHERE customer = $1 AND sink = $2 AND sequence = $3 AND state = 'waiting'";
    let (customer, sink) = (leased.customer().into(), leased.sink().into());
    let values = [customer, sink, sequence.into(), state.into(), error.into(), due_at.into()];
    leased.tx().execute(sql, &values).await?;
    Ok(())
}

/// What is parked is due now, all of it or one event; how many that are. A sink that was down is tried again at once.
///
/// The events of a parked one's carrier that came after it may have been delivered: `carrierversion` says which is newer.
///
/// # Errors
/// [`ErrorKind::Missing`] when there is no such customer or sink.
pub async fn requeue(tx: &Tx, customer: &str, sink: &str, event: Option<&str>) -> Result<u64, Error> {
    let known = tx.query_opt("SELECT name FROM sinks WHERE name = $1", &[sink.into()]).await?;
    known.ok_or_else(|| no_sink(sink))?;
    routes::hasten(tx, customer, sink).await?;
    let now = tx.now().await?;
    let sql = "UPDATE deliveries SET state = 'waiting', due_at = $3, attempts = 0
        WHERE customer = $1 AND sink = $2 AND state = 'parked'";
    let key: [Value; 3] = [customer.into(), sink.into(), now.into()];
    let Some(event) = event else { return tx.execute(sql, &key).await };
    let sql = format!("{sql} AND sequence IN (SELECT sequence FROM events WHERE customer = $1 AND id = $4)");
    let values: Vec<Value> = key.into_iter().chain([event.into()]).collect();
    tx.execute(&sql, &values).await
}

/// The names of all sinks.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn sinks(tx: &Tx) -> Result<Vec<String>, Error> {
    let rows = tx.query("SELECT name FROM sinks ORDER BY name", &[]).await?;
    rows.iter().map(|row| Ok(row.text("name")?.to_owned())).collect()
}

/// How many are in a state: `waiting`, `parked` or `done`.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn count(tx: &Tx, customer: &str, state: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) AS number FROM deliveries WHERE customer = $1 AND state = $2";
    tx.query_opt(sql, &[customer.into(), state.into()]).await?.map_or(Ok(0), |row| row.integer("number"))
}

/// The customers with events that wait for a sink, by id. They may not be due yet.
///
/// # Errors
/// [`ErrorKind::Missing`] when there is no such sink: nothing will ever wait for it.
pub async fn customers(tx: &Tx, sink: &str) -> Result<Vec<String>, Error> {
    let known = tx.query_opt("SELECT name FROM sinks WHERE name = $1", &[sink.into()]).await?;
    known.ok_or_else(|| no_sink(sink))?;
    let sql = "SELECT DISTINCT customer FROM deliveries WHERE sink = $1 AND state = 'waiting' ORDER BY customer";
    let rows = tx.query(sql, &[sink.into()]).await?;
    rows.iter().map(|row| Ok(row.text("customer")?.to_owned())).collect()
}
