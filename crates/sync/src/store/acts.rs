//! What is done at the vendor for a customer: written down before it is sent, and with its outcome after.
//!
//! An act that was begun and not ended is under way as long as its worker holds the customer. After that it is unknown:
//! nobody can say whether it was sent, and nothing sends it again. It stays so until a complete read of the list shows
//! how things stand ([`settle`]), or a person says so ([`clear`]).

use super::error::{Error, ErrorKind};
use super::leases::Held;
use super::tx::Tx;
use super::value::Row;
use crate::hash;
use serde::Serialize;
use std::time::Duration;

/// A request may still be on its way for so long.
const IN_FLIGHT: Duration = Duration::from_secs(15 * 60);
/// How long a text about an outcome may be.
const SAID: usize = 500;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// An invitation to complete a packet, by email.
    Invite,
    /// The carrier comes on the monitored list.
    Monitor,
    /// It leaves it.
    Unmonitor,
    /// The carrier comes on the blocked list.
    Block,
    /// It leaves it.
    Unblock,
}

impl Kind {
    /// Its name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Monitor => "monitor",
            Self::Unmonitor => "unmonitor",
            Self::Block => "block",
            Self::Unblock => "unblock",
        }
    }

    fn of(name: &str) -> Result<Self, Error> {
        let kinds = [Self::Invite, Self::Monitor, Self::Unmonitor, Self::Block, Self::Unblock];
        let found = kinds.into_iter().find(|kind| kind.name() == name);
        found.ok_or_else(|| Error::new(ErrorKind::Value, format!("there is no act {name:?}")))
    }

    /// This and what undoes it.
    fn both(self) -> [Self; 2] {
        match self {
            Self::Invite => [Self::Invite, Self::Invite],
            Self::Monitor | Self::Unmonitor => [Self::Monitor, Self::Unmonitor],
            Self::Block | Self::Unblock => [Self::Block, Self::Unblock],
        }
    }
}

/// How an act stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum State {
    /// It was begun, and its worker still holds the customer.
    UnderWay,
    /// The vendor did it.
    Done,
    /// The vendor did not do it, or it was never sent.
    Refused,
    /// Nobody knows whether the vendor did it.
    Unknown,
    /// It was unknown, and a read or a person cleared it; [`Act::outcome`] says how.
    Settled,
}

/// Something done, or about to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Act {
    /// Its name.
    pub id: String,
    /// What is done.
    pub kind: Kind,
    /// To whom, as the store names carriers.
    pub carrier: String,
    /// What was asked for, in JSON, without secrets.
    pub body: String,
    /// How it stands.
    pub state: State,
    /// When it was written down, just before it was sent.
    pub started_at: i64,
    /// What the vendor said, or what cleared it.
    pub outcome: Option<String>,
    /// When it was over; nothing for what is under way or unknown.
    pub ended_at: Option<i64>,
}

impl Act {
    fn of(row: &Row) -> Result<Self, Error> {
        let state = match row.text("state")? {
            "begun" => State::UnderWay,
            "done" => State::Done,
            "refused" => State::Refused,
            "settled" => State::Settled,
            _ => State::Unknown,
        };
        Ok(Self {
            id: row.text("id")?.to_owned(),
            kind: Kind::of(row.text("kind")?)?,
            carrier: row.text("carrier")?.to_owned(),
            body: row.text("body")?.to_owned(),
            state,
            started_at: row.integer("started_at")?,
            outcome: row.text_opt("outcome")?.map(str::to_owned),
            ended_at: row.integer_opt("ended_at")?,
        })
    }
}

/// Acts of the customer `$1`, as they stand at `$2`.
const ACTS: &str = "SELECT a.id, a.kind, a.carrier, a.body, a.started_at, a.outcome, a.ended_at,
        CASE WHEN a.state = 'begun' AND (a.fence < c.fence OR COALESCE(c.lease_until, 0) <= $2) THEN 'unknown'
            ELSE a.state END AS state
    FROM acts a JOIN customers c ON c.id = a.customer WHERE a.customer = $1";

/// Something about to be done.
#[derive(Debug)]
pub struct New<'a> {
    /// What.
    pub kind: Kind,
    /// To whom.
    pub carrier: &'a str,
    /// What is asked for, in JSON. No secrets: whoever reads the store reads it.
    pub body: &'a str,
}

/// What became of the attempt to begin.
#[derive(Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is written down under this name. **Commit before anything is sent.**
    Yes(String),
    /// It is not: an earlier one of the carrier, the same or its opposite, is not over. Send nothing.
    Open(Act),
}

/// Writes down what is about to be done.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn begin(held: &Held<'_>, new: &New<'_>) -> Result<Begun, Error> {
    let (tx, customer) = (held.tx(), held.customer());
    let now = tx.now().await?;
    let [one, other] = new.kind.both().map(Kind::name);
    let sql = format!(
        "{ACTS} AND a.ended_at IS NULL AND a.carrier = $3 AND a.kind IN ($4, $5) ORDER BY a.started_at, a.id LIMIT 1"
    );
    let values = [customer.into(), now.into(), new.carrier.into(), one.into(), other.into()];
    if let Some(row) = tx.query_opt(&sql, &values).await? {
        return Ok(Begun::Open(Act::of(&row)?));
    }
    let dice = fastrand::u64(..).to_string();
    let mut id = hash::of(&[customer, new.kind.name(), new.carrier, &now.to_string(), &dice]);
    id.truncate(16);
    let sql = "INSERT INTO acts (customer, id, kind, carrier, body, state, fence, started_at)
        SELECT c.id, $2, $3, $4, $5, 'begun', c.fence, $6 FROM customers c WHERE c.id = $1";
    let name = new.kind.name();
    let values = [customer.into(), (&id).into(), name.into(), new.carrier.into(), new.body.into(), now.into()];
    tx.execute(sql, &values).await?;
    Ok(Begun::Yes(id))
}

/// What is known once an act was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The vendor did it.
    Done,
    /// The vendor did not do it.
    Refused,
    /// It may have done it.
    Unknown,
}

/// Notes what came of an act; `said` is what the vendor said, without secrets. The fence is not checked: only its worker
/// knows the outcome, and knows it though it lost the customer meanwhile. False when the act is over already.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn end(tx: &Tx, customer: &str, id: &str, outcome: Outcome, said: Option<&str>) -> Result<bool, Error> {
    let now = tx.now().await?;
    let (state, ended_at) = match outcome {
        Outcome::Done => ("done", Some(now)),
        Outcome::Refused => ("refused", Some(now)),
        Outcome::Unknown => ("unknown", None),
    };
    let said = said.map(short);
    let sql = "UPDATE acts SET state = $3, outcome = $4, ended_at = $5
        WHERE customer = $1 AND id = $2 AND state IN ('begun', 'unknown', 'settled')";
    let values = [customer.into(), id.into(), state.into(), said.into(), ended_at.into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Notes what a person, or a look at the vendor, found out about an act that is unknown. False when it is not: unknown to
/// the store, over, or under way.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn clear(tx: &Tx, customer: &str, id: &str, why: &str) -> Result<bool, Error> {
    let now = tx.now().await?;
    let sql = "UPDATE acts SET state = 'settled', outcome = $3, ended_at = $4
        WHERE customer = $1 AND id = $2 AND ended_at IS NULL AND (state = 'unknown' OR EXISTS (
            SELECT 1 FROM customers c WHERE c.id = $1 AND (acts.fence < c.fence OR COALESCE(c.lease_until, 0) <= $4)
        ))";
    let values = [customer.into(), id.into(), short(why).into(), now.into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Clears what a complete read of a list at `at`, kept already, says about acts that were unknown; how many that are.
///
/// A carrier that is on the list, as was asked for, settles an act at once, and so does one that left it. That nothing
/// was done is settled no sooner than 15 minutes after the act began, as the request may be under way until then, and by
/// two reads without the carrier; a carrier that has no DOT number may be on the list under another number, and its act
/// stays unknown.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn settle(held: &Held<'_>, list: &str, at: i64) -> Result<u64, Error> {
    let on = match list {
        "monitored" => Kind::Monitor,
        "blocked" => Kind::Block,
        _ => return Ok(0),
    };
    let [on, off] = on.both().map(Kind::name);
    // The list names a carrier by the number that it has in the store now.
    let sql = "SELECT a.id, a.kind, a.started_at, a.known, r.absences,
            (SELECT COUNT(*) FROM coverage v WHERE v.customer = $1 AND v.feed = $2 AND v.error IS NULL
                AND v.read_at > a.started_at AND v.read_at < $5) AS reads
        FROM (
            SELECT a.customer, a.id, a.kind, a.started_at, COALESCE(o.carrier, a.carrier) AS known
            FROM acts a JOIN customers c ON c.id = a.customer
            LEFT JOIN aliases o ON o.customer = a.customer AND o.alias = a.carrier AND NOT EXISTS (
                SELECT 1 FROM aliases p WHERE p.customer = o.customer AND p.alias = o.alias AND p.carrier <> o.carrier
            )
            WHERE a.customer = $1 AND a.ended_at IS NULL AND a.kind IN ($3, $4)
                AND (a.state = 'unknown' OR a.fence < c.fence)
        ) a LEFT JOIN roster r ON r.customer = a.customer AND r.list = $2 AND r.carrier = a.known
            AND r.left_at IS NULL";
    let customer = held.customer();
    let values = [customer.into(), list.into(), on.into(), off.into(), at.into()];
    let mut settled = 0;
    let read = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
    for row in held.tx().query(sql, &values).await? {
        let (id, started_at) = (row.text("id")?, row.integer("started_at")?);
        let wanted_on = row.text("kind")? == on;
        let in_flight = i64::try_from(IN_FLIGHT.as_micros()).unwrap_or(i64::MAX);
        let late = started_at.saturating_add(in_flight) <= at;
        let named = row.text("known")?.starts_with("DOT:");
        let twice = row.integer("reads")? > 0;
        let why = match row.integer_opt("absences")? {
            Some(0) if wanted_on => "the carrier is on the list",
            Some(0) if late => "the carrier is still on the list",
            None if !wanted_on && named => "the carrier is not on the list",
            None if wanted_on && named && late && twice => {
                "the carrier is not on the list, nor was it at the read before"
            }
            _ => continue,
        };
        settled += u64::from(clear(held.tx(), customer, id, &format!("{why} that was read at {read}")).await?);
    }
    Ok(settled)
}

/// What is not over: under way or unknown, the oldest first.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn open(tx: &Tx, customer: &str) -> Result<Vec<Act>, Error> {
    let sql = format!("{ACTS} AND a.ended_at IS NULL ORDER BY a.started_at, a.id");
    tx.query(&sql, &[customer.into(), tx.now().await?.into()]).await?.iter().map(Act::of).collect()
}

/// The last `limit` acts, the newest first.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn list(tx: &Tx, customer: &str, limit: u32) -> Result<Vec<Act>, Error> {
    let sql = format!("{ACTS} ORDER BY a.started_at DESC, a.id LIMIT $3");
    let values = [customer.into(), tx.now().await?.into(), i64::from(limit).into()];
    tx.query(&sql, &values).await?.iter().map(Act::of).collect()
}

/// The act of that name.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn find(tx: &Tx, customer: &str, id: &str) -> Result<Option<Act>, Error> {
    let sql = format!("{ACTS} AND a.id = $3");
    let row = tx.query_opt(&sql, &[customer.into(), tx.now().await?.into(), id.into()]).await?;
    row.as_ref().map(Act::of).transpose()
}

/// What the vendor did to a list since `since`, in that order: which carrier came on it (true) or left it.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn done_since(tx: &Tx, customer: &str, list: &str, since: i64) -> Result<Vec<(String, bool)>, Error> {
    let on = if list == "monitored" { Kind::Monitor } else { Kind::Block };
    let [on, off] = on.both().map(Kind::name);
    let sql = "SELECT kind, carrier FROM acts WHERE customer = $1 AND state = 'done' AND kind IN ($2, $3)
        AND ended_at >= $4 ORDER BY ended_at, started_at, id";
    let rows = tx.query(sql, &[customer.into(), on.into(), off.into(), since.into()]).await?;
    rows.iter().map(|row| Ok((row.text("carrier")?.to_owned(), row.text("kind")? == on))).collect()
}

fn short(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(SAID).collect()
}
