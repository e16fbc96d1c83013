//! How it goes: what a person on duty asks first, and what a monitoring system watches.

use crate::store::routes::{self, Route};
use crate::store::{Error, Tx, coverage, customers, deliveries, documents, feeds, inbox, rejects, sections, wanted};
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
    /// Until when, unless the worker shows a sign of life.
    pub worker_until: Option<Timestamp>,
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
    /// Webhooks that were received and are not handled yet.
    pub webhooks_waiting: i64,
    /// Carriers whose data could not be read so far, each with a reason.
    pub carriers_failing: i64,
    /// Documents that are to be fetched.
    pub documents_waiting: i64,
    /// Documents that no longer are: they could not be fetched.
    pub documents_parked: i64,
    /// Each feed.
    pub feeds: Vec<FeedStatus>,
    /// Each sink.
    pub sinks: Vec<SinkStatus>,
}

/// How a sink stands, as far as a customer's events are concerned.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SinkStatus {
    /// Its name.
    pub sink: String,
    /// Events that wait for it.
    pub waiting: i64,
    /// Events that no longer do, until somebody asks for them.
    pub parked: i64,
    /// How often it was found down since it last took something.
    pub failures: i64,
    /// When it last took something.
    pub last_success: Option<Timestamp>,
    /// When one that is down is tried again.
    pub due: Option<Timestamp>,
    /// Why it is down; otherwise why it last refused an event that waits or is parked.
    pub error: Option<String>,
}

impl SinkStatus {
    fn of(route: Route) -> Self {
        Self {
            sink: route.sink,
            waiting: route.waiting,
            parked: route.parked,
            failures: route.failures,
            last_success: route.last_success.and_then(time),
            due: Some(route.due_at).filter(|_| route.failures > 0).and_then(time),
            error: route.error,
        }
    }
}

/// Why a read failed whose end is not noted.
const CUT: &str = "the last read was cut off: what came until then is kept, and it is read again when it is next due";

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
    /// Seconds by which a row came after its time had been read, the most within 30 days. What comes later than half the
    /// longest time that a window looks back is close to being missed.
    pub late_seconds: i64,
}

fn time(at: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(at).ok()
}

impl FeedStatus {
    /// With `cut`, its last read was cut off.
    fn of(feed: feeds::Feed, added_at: i64, now: i64, cut: bool) -> Self {
        let position: Option<Position> = feed.position.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let read_until = position.map(|position| position.read_until().as_microsecond()).or(feed.last_success);
        Self {
            last_success: feed.last_success.and_then(time),
            lag_seconds: now.saturating_sub(read_until.unwrap_or(added_at)).max(0) / 1_000_000,
            read_until: read_until.and_then(time),
            due: feed.due_at.and_then(time),
            failures: feed.failures + i64::from(cut),
            error: if cut { Some(CUT.to_owned()) } else { feed.error },
            late_seconds: feed.late_at.filter(|at| *at > now - feeds::LATE_FOR).map_or(0, |_| feed.late / 1_000_000),
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
    let (worker, until) = customer.lease.filter(|(_, until)| *until > now).unzip();
    // Nobody is at it who could end it.
    let cut = if worker.is_none() { coverage::open(tx, id).await? } else { Vec::new() };
    let feeds = feeds::list(tx, id).await?.into_iter();
    let feeds = feeds.map(|feed| {
        let cut = cut.contains(&feed.feed);
        FeedStatus::of(feed, customer.created_at, now, cut)
    });
    Ok(Some(CustomerStatus {
        feeds: feeds.collect(),
        sinks: routes::list(tx, id).await?.into_iter().map(SinkStatus::of).collect(),
        worker,
        worker_until: until.and_then(time),
        webhooks_waiting: inbox::count(tx, id).await?,
        carriers_failing: wanted::failing(tx, id).await?,
        documents_waiting: documents::count(tx, id, "waiting").await?,
        documents_parked: documents::count(tx, id, "parked").await?,
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
    /// Webhooks that were received and are not handled yet.
    pub webhooks_waiting: i64,
    /// Carriers whose data could not be read so far.
    pub carriers_failing: i64,
    /// Documents that are to be fetched.
    pub documents_waiting: i64,
    /// Documents that no longer are: they could not be fetched.
    pub documents_parked: i64,
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
    /// Seconds by which a row came after its time had been read, the most of all customers within 30 days.
    pub late_seconds: i64,
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
    /// Customers for whose events it is down.
    pub failing: i64,
    /// Why, of one of them.
    pub error: Option<String>,
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
    let open = coverage::OPEN;
    let sql = format!(
        "SELECT f.feed, COUNT(*) AS customers,
            CAST(SUM(CASE WHEN f.failures > 0 OR (COALESCE(c.lease_until, 0) <= $1 AND {open}) THEN 1 ELSE 0 END) AS BIGINT) AS failing,
            CAST(SUM(CASE WHEN f.due_at <= $1 THEN 1 ELSE 0 END) AS BIGINT) AS due,
            MIN(COALESCE(f.last_success, c.created_at)) AS oldest,
            MAX(CASE WHEN f.late_at > $2 THEN f.late ELSE 0 END) AS late
        FROM feeds f JOIN customers c ON c.id = f.customer WHERE c.state = 'active' GROUP BY f.feed ORDER BY f.feed"
    );
    let mut feeds = Vec::new();
    for row in tx.query(&sql, &[now.into(), (now - feeds::LATE_FOR).into()]).await? {
        feeds.push(FeedOverview {
            feed: row.text("feed")?.to_owned(),
            customers: row.integer("customers")?,
            failing: row.integer("failing")?,
            due: row.integer("due")?,
            oldest_seconds: now.saturating_sub(row.integer("oldest")?).max(0) / 1_000_000,
            late_seconds: row.integer("late")? / 1_000_000,
        });
    }
    // Each state is in the text: only then are the indexes of what waits and of what is parked used.
    let sql = "SELECT s.name,
            (SELECT COUNT(*) FROM deliveries d WHERE d.sink = s.name AND d.state = 'waiting') AS waiting,
            (SELECT COUNT(*) FROM deliveries d WHERE d.sink = s.name AND d.state = 'parked') AS parked,
            (SELECT MIN(e.observed_at) FROM deliveries d JOIN events e
                ON e.customer = d.customer AND e.sequence = d.sequence
                WHERE d.sink = s.name AND d.state = 'waiting') AS oldest,
            (SELECT COUNT(*) FROM routes r WHERE r.sink = s.name AND r.failures > 0) AS failing,
            (SELECT r.error FROM routes r WHERE r.sink = s.name AND r.failures > 0
                ORDER BY r.customer LIMIT 1) AS error
        FROM sinks s ORDER BY s.name";
    let mut sinks = Vec::new();
    for row in tx.query(sql, &[]).await? {
        let oldest = row.integer_opt("oldest")?.unwrap_or(now);
        sinks.push(SinkOverview {
            sink: row.text("name")?.to_owned(),
            waiting: row.integer("waiting")?,
            parked: row.integer("parked")?,
            oldest_seconds: now.saturating_sub(oldest).max(0) / 1_000_000,
            failing: row.integer("failing")?,
            error: row.text_opt("error")?.map(str::to_owned),
        });
    }
    let count = async |of: &str| {
        let row = tx.query_opt(&format!("SELECT COUNT(*) AS number FROM {of}"), &[]).await?;
        row.map_or(Ok(0), |row| row.integer("number"))
    };
    Ok(Overview {
        at: time(now).unwrap_or_default(),
        active: sum("active")?,
        paused: sum("paused")?,
        held: sum("held")?,
        events: sum("events")?,
        rejected: count("rejects").await?,
        webhooks_waiting: count("inbox WHERE state = 'waiting'").await?,
        carriers_failing: count("wanted WHERE error IS NOT NULL").await?,
        documents_waiting: count("downloads WHERE state = 'waiting'").await?,
        documents_parked: count("downloads WHERE state = 'parked'").await?,
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
        let help = "Webhooks that were received and are not handled yet.";
        family("webhooks_waiting", "gauge", help, &one(self.webhooks_waiting));
        let help = "Carriers whose data could not be read so far.";
        family("carriers_failing", "gauge", help, &one(self.carriers_failing));
        let documents =
            [(of("state", "waiting"), self.documents_waiting), (of("state", "parked"), self.documents_parked)];
        family("documents", "gauge", "Documents that are to be fetched, or could not be.", &documents);
        let feeds = |value: fn(&FeedOverview) -> i64| -> Vec<(String, i64)> {
            self.feeds.iter().map(|feed| (of("feed", &feed.feed), value(feed))).collect()
        };
        let help = "Seconds since the last complete read, of the customer who waited longest.";
        family("feed_oldest_seconds", "gauge", help, &feeds(|feed| feed.oldest_seconds));
        family("feed_failing", "gauge", "Customers whose last read of the feed failed.", &feeds(|feed| feed.failing));
        let help = "Seconds by which a row came after its time had been read, the most within 30 days.";
        family("feed_late_seconds", "gauge", help, &feeds(|feed| feed.late_seconds));
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
        family("sink_failing", "gauge", "Customers for whose events the sink is down.", &sinks(|sink| sink.failing));
        text
    }
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
