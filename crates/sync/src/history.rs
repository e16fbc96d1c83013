//! What was known of a carrier, when, and how that can be shown.
//!
//! [`find`] says under which name the store has a carrier that a person names, [`history`] what changed, [`as_of`] what
//! was known at an instant, and [`evidence`] which reads show that it was known and that somebody was watching. They
//! only read the store. All of one answer is of one state of it if they share a
//! [transaction that reads](crate::store::Store::read).
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), mycarrierpackets_sync::Error> {
//! use mycarrierpackets_sync::history::{self, Watching};
//! use mycarrierpackets_sync::store::{Store, customers};
//!
//! let store = Store::open("sqlite::memory:").await?;
//! store.transaction(async |tx| customers::add(&tx, "acme", "Acme Freight", "{}").await).await?;
//! let carrier = "MC113843".parse().expect("a carrier");
//! let evidence = store.read(async |tx| {
//!     let carrier = history::find(&tx, "acme", &carrier).await?;
//!     let at = tx.now().await?;
//!     history::evidence(&tx, "acme", &carrier, at).await
//! }).await?;
//! // Nothing was read, so nothing is known, and nobody was watching.
//! assert!(evidence.parts.is_empty());
//! assert!(evidence.feeds.iter().all(|feed| feed.state == Watching::NotWatched));
//! assert!(!evidence.lacks.is_empty());
//! # Ok(()) }
//! ```

mod evidence;
mod listing;
mod terms;
mod watch;

pub use evidence::{Evidence, Known, Part, evidence};
pub use listing::{Listing, Standing};
pub use terms::{Name, Paused, Under};
pub use watch::{ReadOf, Try, Watch, Watching};

use crate::canon::canonical;
use crate::carrier::{carrier_key, other_keys};
use crate::diff::diff;
use crate::error::Error;
use crate::store::{Tx, aliases, chains, events, prunings, sections};
use jiff::Timestamp;
use mycarrierpackets::types::CarrierId;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

pub use crate::store::chains::Broken;
pub use crate::store::sections::Version;

/// The name that the store has for a carrier, whichever of its numbers is given. One that the store does not know has the
/// name that it [would get](carrier_key).
///
/// # Errors
/// [`Error::Usage`] when the numbers are of two carriers, or the only one given is; those of the store.
pub async fn find(tx: &Tx, customer: &str, id: &CarrierId) -> Result<String, Error> {
    let key = carrier_key(id);
    let claims = aliases::claimed_by(tx, customer, &key).await?;
    let carrier = match claims.as_slice() {
        [] => key,
        [one] => one.clone(),
        several => {
            let several = several.join(" and of ");
            return Err(Error::Usage(format!("{key} is a number of {several}: name the one that is meant")));
        }
    };
    for other in other_keys(id) {
        let claims = aliases::claimed_by(tx, customer, &other).await?;
        if !claims.is_empty() && !claims.contains(&carrier) {
            return Err(Error::Usage(format!("{other} is a number of {}, not of {carrier}", claims.join(" and of "))));
        }
    }
    Ok(carrier)
}

/// Each part of a carrier as it was known at an instant (microseconds since 1970), under whichever of its names it came. A
/// part of which versions from then may have been [taken out](crate::retention) is left out.
///
/// # Errors
/// Those of the store.
pub async fn as_of(tx: &Tx, customer: &str, carrier: &str, at: i64) -> Result<Vec<Version>, Error> {
    let mut parts: BTreeMap<String, Version> = BTreeMap::new();
    let mut taken_out = Vec::new();
    for name in aliases::names(tx, customer, carrier).await? {
        let known = sections::as_of(tx, customer, &name, at).await?;
        let pruned = prunings::sections(tx, customer, &name).await?.into_iter();
        taken_out.extend(pruned.filter(|section| known.iter().all(|version| version.section != *section)));
        for version in known {
            let known = parts.get(&version.section);
            if known.is_none_or(|known| known.observed_at < version.observed_at) {
                parts.insert(version.section.clone(), version);
            }
        }
    }
    // A later one under another name may have been in force.
    parts.retain(|section, _| !taken_out.contains(section));
    Ok(parts.into_values().collect())
}

/// What happened at a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Entry {
    /// When it was observed.
    pub observed_at: Timestamp,
    /// What it was.
    #[serde(flatten)]
    pub what: What,
}

/// What can happen to a carrier.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum What {
    /// A part of it was read for the first time.
    FirstRead {
        /// The part.
        section: String,
        /// The operation that said it.
        operation: String,
        /// The number of the version, 1.
        version: i64,
    },
    /// A field changed.
    Changed {
        /// The part.
        section: String,
        /// The operation that said it; nothing if the version is missing from the store.
        operation: Option<String>,
        /// The version that the change made.
        version: i64,
        /// Where the field stands, as in [`FieldChange::path`](crate::FieldChange::path).
        path: String,
        /// What stood there; nothing for nothing.
        old: Option<Value>,
        /// What stands there now; nothing for nothing.
        new: Option<Value>,
    },
    /// An event about it.
    Event {
        /// Its number among the events of the customer.
        sequence: i64,
        /// As in [`EventKind`](crate::EventKind).
        #[serde(rename = "type")]
        kind: String,
        /// When it happened, where the vendor says so.
        happened_at: Option<Timestamp>,
        /// What the vendor said of it.
        data: Value,
    },
}

/// What happened to a carrier since `since` (microseconds since 1970, that instant included), in the order in which it
/// was observed: first reads, every field that changed, every event, under whichever of its names it came.
///
/// # Errors
/// Those of the store.
pub async fn history(tx: &Tx, customer: &str, carrier: &str, since: i64) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::new();
    for name in aliases::names(tx, customer, carrier).await? {
        entries.extend(under_name(tx, customer, &name, since).await?);
    }
    // Stable: what was observed at one instant stays first read, change, event.
    entries.sort_by_key(|entry| entry.observed_at);
    Ok(entries)
}

async fn under_name(tx: &Tx, customer: &str, name: &str, since: i64) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::new();
    for chain in chains::of_carrier(tx, customer, name).await? {
        let first = chain.links.first().filter(|link| link.version == 1 && link.observed_at >= since);
        entries.extend(first.map(|link| Entry {
            observed_at: time(link.observed_at),
            what: What::FirstRead {
                section: chain.section.clone(),
                operation: link.source.clone(),
                version: link.version,
            },
        }));
    }
    for change in sections::changes(tx, customer, name, since).await? {
        let (section, operation, version) = (change.section, change.source, change.version);
        let crate::FieldChange { path, old, new } = change.field;
        let what = What::Changed { section, operation, version, path, old, new };
        entries.push(Entry { observed_at: time(change.observed_at), what });
    }
    let events = events::of_carrier(tx, customer, name).await?;
    let events = events.into_iter().filter(|(_, event)| event.observed_at >= since);
    entries.extend(events.map(|(sequence, event)| Entry {
        observed_at: time(event.observed_at),
        what: What::Event {
            sequence,
            kind: event.kind,
            happened_at: event.happened_at.map(time),
            data: serde_json::from_str(&event.data).unwrap_or_default(),
        },
    }));
    Ok(entries)
}

/// The fields of a document, each by where it stands, in the order of their paths. What is blank is left out.
///
/// ```
/// use mycarrierpackets_sync::history::fields;
///
/// let document = serde_json::json!({"rating": "Acceptable", "phone": "", "address": {"city": "Wichita"}});
/// let paths: Vec<String> = fields(&document).into_iter().map(|(path, _)| path).collect();
/// assert_eq!(paths, ["address.city", "rating"]);
/// ```
pub fn fields(document: &Value) -> Vec<(String, Value)> {
    let fields = diff(None, canonical(document).as_ref());
    fields.into_iter().filter_map(|field| Some((field.path, field.new?))).collect()
}

fn time(at: i64) -> Timestamp {
    Timestamp::from_microsecond(at).unwrap_or_default()
}
