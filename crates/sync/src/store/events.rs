//! What happened, each once and in an order without holes.
//!
//! The sequence numbers of a customer's events come from the customer's row, which the transaction holds: whoever reads
//! `sequence > last` sees every event. Numbers of a database sequence are committed out of order.

use super::error::{Error, ErrorKind};
use super::leases::Held;
use super::list::{AT_ONCE, after, places, rows};
use super::tx::Tx;
use super::value::{Row, Value};
use std::collections::{BTreeMap, HashSet};

/// An event of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The same whenever the same thing is found again. Unique among all customers.
    pub id: String,
    /// As in `carrier.changed`.
    pub kind: String,
    /// Whom it is about, if it is about one carrier.
    pub carrier: Option<String>,
    /// When it happened by the vendor's clock, where the vendor says so.
    pub happened_at: Option<i64>,
    /// When it was found.
    pub observed_at: i64,
    /// JSON.
    pub data: String,
}

/// An event as it is in the store, with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// Its number among the events of the customer, from 1, without holes.
    pub sequence: i64,
    /// Its number among the events of its carrier, from 1, without holes; nothing if it is about no carrier.
    pub carrier_version: Option<i64>,
    /// What happened.
    pub event: Event,
}

/// Appends events, and for every sink a delivery, due since the event was found. Of an event whose id is known, earlier in
/// `events` or from before, nothing is kept. Returns the sequence number of each event, `None` for those that were known.
///
/// # Errors
/// [`ErrorKind::Constraint`] when the id is that of another customer's event.
pub async fn append(held: &Held<'_>, events: &[Event]) -> Result<Vec<Option<i64>>, Error> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let (tx, customer) = (held.tx(), held.customer());
    let row = tx.query_opt("SELECT sequence FROM customers WHERE id = $1", &[customer.into()]).await?;
    let first = row.map_or(Ok(0), |row| row.integer("sequence"))?;
    let mut last = first;
    let mut numbers = Vec::with_capacity(events.len());
    for chunk in events.chunks(AT_ONCE) {
        let mut known = known(held, chunk).await?;
        let mut fresh: Vec<(i64, &Event)> = Vec::new();
        for event in chunk {
            let new = known.insert(event.id.clone());
            if new {
                last += 1;
                fresh.push((last, event));
            }
            numbers.push(new.then_some(last));
        }
        insert(held, &fresh).await?;
    }
    if last > first {
        let sql = "UPDATE customers SET sequence = $2 WHERE id = $1 AND sequence = $3";
        if tx.execute(sql, &[customer.into(), last.into(), first.into()]).await? != 1 {
            return Err(Error::new(ErrorKind::Lost, format!("the events of {customer:?} were numbered by another")));
        }
        deliver(held, first, last).await?;
    }
    Ok(numbers)
}

async fn known(held: &Held<'_>, events: &[Event]) -> Result<HashSet<String>, Error> {
    let places = places(2, events.len());
    let sql = format!("SELECT id FROM events WHERE customer = $1 AND id IN ({places})");
    let values = after(&[held.customer().into()], events.iter().map(|event| event.id.as_str()));
    let rows = held.tx().query(&sql, &values).await?;
    rows.iter().map(|row| Ok(row.text("id")?.to_owned())).collect()
}

async fn insert(held: &Held<'_>, fresh: &[(i64, &Event)]) -> Result<(), Error> {
    if fresh.is_empty() {
        return Ok(());
    }
    let mut versions = numbered(held, fresh).await?;
    let row = |(sequence, event): &(i64, &Event)| -> [Value; 9] {
        let version = event.carrier.as_deref().and_then(|carrier| versions.get_mut(carrier)).map(|last| {
            *last += 1;
            *last
        });
        [
            held.customer().into(),
            (*sequence).into(),
            (&event.id).into(),
            (&event.kind).into(),
            event.carrier.as_ref().into(),
            event.happened_at.into(),
            event.observed_at.into(),
            (&event.data).into(),
            version.into(),
        ]
    };
    let values: Vec<Value> = fresh.iter().flat_map(row).collect();
    let sql = format!(
        "INSERT INTO events
            (customer, sequence, id, type, carrier, happened_at, observed_at, data, carrier_version) VALUES {}",
        rows(fresh.len(), 9)
    );
    held.tx().execute(&sql, &values).await?;
    Ok(())
}

/// For each carrier of events that are new, the number of its last event before them.
async fn numbered<'a>(held: &Held<'_>, fresh: &[(i64, &'a Event)]) -> Result<BTreeMap<&'a str, i64>, Error> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for carrier in fresh.iter().filter_map(|(_, event)| event.carrier.as_deref()) {
        *counts.entry(carrier).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(counts);
    }
    let sql = format!(
        "INSERT INTO carrier_events (customer, carrier, number) VALUES {}
         ON CONFLICT (customer, carrier) DO UPDATE SET number = carrier_events.number + excluded.number
         RETURNING carrier, number",
        rows(counts.len(), 3)
    );
    let row = |(carrier, count): (&&str, &i64)| -> [Value; 3] {
        [held.customer().into(), (*carrier).into(), (*count).into()]
    };
    let values: Vec<Value> = counts.iter().flat_map(row).collect();
    for row in held.tx().query(&sql, &values).await? {
        let number = row.integer("number")?;
        if let Some(count) = counts.get_mut(row.text("carrier")?) {
            *count = number - *count;
        }
    }
    Ok(counts)
}

/// A delivery to every sink, of each event after `first` up to `last`.
async fn deliver(held: &Held<'_>, first: i64, last: i64) -> Result<(), Error> {
    let sql = "INSERT INTO deliveries (customer, sequence, sink, carrier, state, due_at)
        SELECT e.customer, e.sequence, s.name, COALESCE(e.carrier, ''), 'waiting', e.observed_at
        FROM events e CROSS JOIN sinks s WHERE e.customer = $1 AND e.sequence > $2 AND e.sequence <= $3";
    held.tx().execute(sql, &[held.customer().into(), first.into(), last.into()]).await?;
    Ok(())
}

/// Up to `limit` events of a customer after the number `after`, in order, each with its number.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn list(tx: &Tx, customer: &str, after: i64, limit: u32) -> Result<Vec<(i64, Event)>, Error> {
    let sql = "SELECT * FROM events WHERE customer = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
    let rows = tx.query(sql, &[customer.into(), after.into(), i64::from(limit).into()]).await?;
    rows.iter().map(read).collect()
}

/// As [`list`], with all numbers of each.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn records(tx: &Tx, customer: &str, after: i64, limit: u32) -> Result<Vec<Recorded>, Error> {
    let sql = "SELECT * FROM events WHERE customer = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
    let rows = tx.query(sql, &[customer.into(), after.into(), i64::from(limit).into()]).await?;
    rows.iter().map(recorded).collect()
}

/// All events about a carrier, in order, each with its number.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn of_carrier(tx: &Tx, customer: &str, carrier: &str) -> Result<Vec<(i64, Event)>, Error> {
    let sql = "SELECT * FROM events WHERE customer = $1 AND carrier = $2 ORDER BY sequence";
    tx.query(sql, &[customer.into(), carrier.into()]).await?.iter().map(read).collect()
}

pub(super) fn recorded(row: &Row) -> Result<Recorded, Error> {
    let (sequence, event) = read(row)?;
    Ok(Recorded { sequence, carrier_version: row.integer_opt("carrier_version")?, event })
}

fn read(row: &Row) -> Result<(i64, Event), Error> {
    let event = Event {
        id: row.text("id")?.to_owned(),
        kind: row.text("type")?.to_owned(),
        carrier: row.text_opt("carrier")?.map(str::to_owned),
        happened_at: row.integer_opt("happened_at")?,
        observed_at: row.integer("observed_at")?,
        data: row.text("data")?.to_owned(),
    };
    Ok((row.integer("sequence")?, event))
}
