//! How it goes: what a person on duty asks first, and what a monitoring system watches.

use crate::store::{Error, Tx, customers, deliveries, feeds, rejects, sections};
use jiff::Timestamp;
use mycarrierpackets::feed::Position;
use serde::Serialize;
use std::fmt::Write as _;

/// How a customer's feeds stand.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CustomerStatus {
    /// Its id.
    pub customer: String,
    /// Its name for people.
    pub name: String,
    /// Why nobody works for it, if nobody does.
    pub paused: Option<String>,
    /// Who works for it now.
    pub worker: Option<String>,
    /// Carriers of which something is known.
    pub carriers: i64,
    /// Events so far.
    pub events: i64,
    /// Events that wait to be delivered.
    pub waiting: i64,
    /// Events that no longer do, until somebody asks for them.
    pub parked: i64,
    /// Rows that could not be read, and are kept.
    pub rejected: i64,
    /// Each feed.
    pub feeds: Vec<FeedStatus>,
}

/// How a feed stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FeedStatus {
    /// Its name.
    pub feed: String,
    /// When it was last read completely.
    pub last_success: Option<Timestamp>,
    /// How far: what happened until then is known. Of the lists, when they were read.
    pub read_until: Option<Timestamp>,
    /// Seconds since then, or since the customer was added.
    pub lag_seconds: i64,
    /// When it is read next; nothing: not by itself.
    pub due: Option<Timestamp>,
    /// Failures since the last success.
    pub failures: i64,
    /// The last of them.
    pub error: Option<String>,
}

fn time(at: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(at).ok()
}

impl FeedStatus {
    fn of(feed: feeds::Feed, added_at: i64, now: i64) -> Self {
        let position: Option<Position> = feed.position.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let read_until = position.map(|position| position.read_until().as_microsecond()).or(feed.last_success);
        Self {
            last_success: feed.last_success.and_then(time),
            lag_seconds: now.saturating_sub(read_until.unwrap_or(added_at)).max(0) / 1_000_000,
            read_until: read_until.and_then(time),
            due: feed.due_at.and_then(time),
            failures: feed.failures,
            error: feed.error,
            feed: feed.feed,
        }
    }
}

/// How a customer's feeds stand; `None` if there is no such customer.
///
/// # Errors
/// Those of the store.
pub async fn of_customer(tx: &Tx, id: &str) -> Result<Option<CustomerStatus>, Error> {
    let Some(customer) = customers::find(tx, id).await? else { return Ok(None) };
    let now = tx.now().await?;
    let feeds = feeds::list(tx, id).await?.into_iter().map(|feed| FeedStatus::of(feed, customer.created_at, now));
    Ok(Some(CustomerStatus {
        feeds: feeds.collect(),
        worker: customer.lease.filter(|(_, until)| *until > now).map(|(owner, _)| owner),
        carriers: sections::carriers(tx, id).await?,
        waiting: deliveries::count(tx, id, "waiting").await?,
        parked: deliveries::count(tx, id, "parked").await?,
        rejected: rejects::count(tx, id).await?,
        events: customer.sequence,
        paused: customer.paused,
        name: customer.name,
        customer: customer.id,
    }))
}

/// How all customers stand together.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Overview {
    /// When this was asked.
    pub at: Timestamp,
    /// Customers that are worked for.
    pub active: i64,
    /// Customers that nobody works for.
    pub paused: i64,
    /// Customers that a worker holds now.
    pub held: i64,
    /// Events so far.
    pub events: i64,
    /// Rows that could not be read, and are kept.
    pub rejected: i64,
    /// Each feed, over all active customers.
    pub feeds: Vec<FeedOverview>,
    /// Each sink, over all customers.
    pub sinks: Vec<SinkOverview>,
}

/// How a feed stands over all active customers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FeedOverview {
    /// Its name.
    pub feed: String,
    /// Customers who have it.
    pub customers: i64,
    /// Of them, those whose last read failed.
    pub failing: i64,
    /// Of them, those for which it is due now.
    pub due: i64,
    /// Seconds since the last complete read, of the customer who waited longest; since it was added where there was none.
    pub oldest_seconds: i64,
}

/// How a sink stands over all customers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SinkOverview {
    /// Its name.
    pub sink: String,
    /// Events that wait for it.
    pub waiting: i64,
    /// Events that no longer do, until somebody asks for them.
    pub parked: i64,
    /// Seconds since the oldest of those that wait was observed.
    pub oldest_seconds: i64,
}

/// How all customers stand together.
///
/// # Errors
/// Those of the store.
pub async fn overview(tx: &Tx) -> Result<Overview, Error> {
    let now = tx.now().await?;
    let sql = "SELECT CAST(SUM(CASE WHEN state = 'active' THEN 1 ELSE 0 END) AS BIGINT) AS active,
            CAST(SUM(CASE WHEN state = 'active' THEN 0 ELSE 1 END) AS BIGINT) AS paused,
            CAST(SUM(CASE WHEN lease_until > $1 THEN 1 ELSE 0 END) AS BIGINT) AS held,
            CAST(SUM(sequence) AS BIGINT) AS events FROM customers";
    let all = tx.query_opt(sql, &[now.into()]).await?;
    let sum = |name: &str| {
        let row = all.as_ref().map(|row| row.integer_opt(name)).transpose();
        row.map(|number| number.flatten().unwrap_or_default())
    };
    let sql = "SELECT f.feed, COUNT(*) AS customers,
            CAST(SUM(CASE WHEN f.failures > 0 THEN 1 ELSE 0 END) AS BIGINT) AS failing,
            CAST(SUM(CASE WHEN f.due_at <= $1 THEN 1 ELSE 0 END) AS BIGINT) AS due,
            MIN(COALESCE(f.last_success, c.created_at)) AS oldest
        FROM feeds f JOIN customers c ON c.id = f.customer WHERE c.state = 'active' GROUP BY f.feed ORDER BY f.feed";
    let mut feeds = Vec::new();
    for row in tx.query(sql, &[now.into()]).await? {
        feeds.push(FeedOverview {
            feed: row.text("feed")?.to_owned(),
            customers: row.integer("customers")?,
            failing: row.integer("failing")?,
            due: row.integer("due")?,
            oldest_seconds: now.saturating_sub(row.integer("oldest")?).max(0) / 1_000_000,
        });
    }
    // Each state is in the text: only then are the indexes of what waits and of what is parked used.
    let sql = "SELECT s.name,
            (SELECT COUNT(*) FROM deliveries d WHERE d.sink = s.name AND d.state = 'waiting') AS waiting,
            (SELECT COUNT(*) FROM deliveries d WHERE d.sink = s.name AND d.state = 'parked') AS parked,
            (SELECT MIN(e.observed_at) FROM deliveries d JOIN events e
                ON e.customer = d.customer AND e.sequence = d.sequence
                WHERE d.sink = s.name AND d.state = 'waiting') AS oldest
        FROM sinks s ORDER BY s.name";
    let mut sinks = Vec::new();
    for row in tx.query(sql, &[]).await? {
        let oldest = row.integer_opt("oldest")?.unwrap_or(now);
        sinks.push(SinkOverview {
            sink: row.text("name")?.to_owned(),
            waiting: row.integer("waiting")?,
            parked: row.integer("parked")?,
            oldest_seconds: now.saturating_sub(oldest).max(0) / 1_000_000,
        });
    }
    let rejected = tx.query_opt("SELECT COUNT(*) AS number FROM rejects", &[]).await?;
    Ok(Overview {
        at: time(now).unwrap_or_default(),
        active: sum("active")?,
        paused: sum("paused")?,
        held: sum("held")?,
        events: sum("events")?,
        rejected: rejected.map_or(Ok(0), |row| row.integer("number"))?,
        feeds,
        sinks,
    })
}

impl Overview {
    /// As Prometheus reads it, in its text format 0.0.4.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), mycarrierpackets_sync::store::Error> {
    /// use mycarrierpackets_sync::{status, store::Store};
    ///
    /// let store = Store::open("sqlite::memory:").await?;
    /// let overview = store.read(async |tx| status::overview(&tx).await).await?;
    /// assert!(overview.metrics().contains("mycarrierpackets_sync_customers{state=\"active\"} 0\n"));
    /// # Ok(()) }
    /// ```
    pub fn metrics(&self) -> String {
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, samples: &[(String, i64)]| {
            let _ = writeln!(
                text,
                "# HELP mycarrierpackets_sync_{name} {help}\n# TYPE mycarrierpackets_sync_{name} {kind}"
            );
            for (labels, value) in samples {
                let _ = writeln!(text, "mycarrierpackets_sync_{name}{labels} {value}");
            }
        };
        let one = |value: i64| vec![(String::new(), value)];
        let of = |label: &str, value: &str| format!("{{{label}=\"{}\"}}", escaped(value));
        let customers = [(of("state", "active"), self.active), (of("state", "paused"), self.paused)];
        family("customers", "gauge", "Customers, by whether they are worked for.", &customers);
        family("held", "gauge", "Customers that a worker holds now.", &one(self.held));
        family("events_total", "counter", "Events so far.", &one(self.events));
        family("rejected_total", "counter", "Rows that could not be read, and are kept.", &one(self.rejected));
        let feeds = |value: fn(&FeedOverview) -> i64| -> Vec<(String, i64)> {
            self.feeds.iter().map(|feed| (of("feed", &feed.feed), value(feed))).collect()
        };
        let help = "Seconds since the last complete read, of the customer who waited longest.";
        family("feed_oldest_seconds", "gauge", help, &feeds(|feed| feed.oldest_seconds));
        family("feed_failing", "gauge", "Customers whose last read of the feed failed.", &feeds(|feed| feed.failing));
        family("feed_due", "gauge", "Customers for whom the feed is due now.", &feeds(|feed| feed.due));
        let sinks = |value: fn(&SinkOverview) -> i64| -> Vec<(String, i64)> {
            self.sinks.iter().map(|sink| (of("sink", &sink.sink), value(sink))).collect()
        };
        family("sink_waiting", "gauge", "Events that wait for the sink.", &sinks(|sink| sink.waiting));
        family(
            "sink_parked",
            "gauge",
            "Events that no longer wait, until somebody asks for them.",
            &sinks(|sink| sink.parked),
        );
        let help = "Seconds since the oldest event that waits was observed.";
        family("sink_oldest_seconds", "gauge", help, &sinks(|sink| sink.oldest_seconds));
        text
    }
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
