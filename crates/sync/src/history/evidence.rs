//! What was known at a moment, and what shows it.

use super::listing::{Listing, Standing};
use super::time;
use super::watch::Watch;
use crate::engine::{FEEDS, Settings};
use crate::error::Error;
use crate::store::chains::{self, Broken, Chain};
use crate::store::{Tx, events};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;

/// What was known of a carrier at a moment, and what shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Evidence {
    /// Whose store.
    pub customer: String,
    /// The carrier, as the store names it.
    pub carrier: String,
    /// The moment.
    pub at: Timestamp,
    /// When this was put together.
    pub made_at: Timestamp,
    /// What the evidence does not show, each in a sentence. Empty: nothing is missing.
    pub lacks: Vec<String>,
    /// Each part of the carrier, those included that became known only later.
    pub parts: Vec<Part>,
    /// Whether it was monitored and blocked.
    pub lists: Vec<Listing>,
    /// How each feed was read around the moment.
    pub feeds: Vec<Watch>,
}

/// A part of a carrier, as it was known at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Part {
    /// Its name.
    pub section: String,
    /// What was known of it; nothing: it had not been read.
    pub known: Option<Known>,
    /// When it was read for the first time; nothing if that version was taken out.
    pub first_read_at: Option<Timestamp>,
    /// When older versions were taken out on purpose, if they were.
    pub pruned_at: Option<Timestamp>,
    /// How many versions the store has, those made after the moment included.
    pub versions: usize,
    /// The first of them that is not what was written.
    pub broken: Option<Broken>,
}

/// A version that was in force at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Known {
    /// Its number, from 1.
    pub version: i64,
    /// The operation that said it.
    pub operation: String,
    /// The hash of it and of those before. Kept elsewhere, it shows that none of them was replaced since.
    pub hash: String,
    /// Whether it and those before are what was written.
    pub verified: bool,
    /// Since when it was known in this form.
    pub since: Timestamp,
    /// The last read at the moment or before that is known to have said the same.
    pub confirmed_at: Timestamp,
    /// The last read after the moment that is known to have said the same.
    pub confirmed_after: Option<Timestamp>,
    /// When another form was read.
    pub replaced_at: Option<Timestamp>,
    /// What it says; nothing if its bytes cannot be read.
    pub document: Option<Value>,
}

/// What was known of `carrier`, a name that [`find`](super::find) gave, at `at` (microseconds since 1970), and what shows
/// it. `settings` say how often a feed is read: one whose last complete read is older than 2.2 times that was not watched.
///
/// # Errors
/// [`Error::Usage`] when the moment has not come yet by the clock of the store; those of the store.
pub async fn evidence(tx: &Tx, customer: &str, carrier: &str, at: i64, settings: &Settings) -> Result<Evidence, Error> {
    let now = tx.now().await?;
    if at > now {
        return Err(Error::Usage(format!("{} has not come yet", time(at))));
    }
    let chains = chains::of_carrier(tx, customer, carrier).await?;
    let parts: Vec<Part> = chains.into_iter().map(|chain| Part::at(chain, at)).collect();
    let events = events::of_carrier(tx, customer, carrier).await?;
    let (mut feeds, mut lists) = (Vec::new(), Vec::new());
    for feed in FEEDS {
        let watch = Watch::at(tx, customer, feed, at, longest(settings, feed)).await?;
        if ["monitored", "blocked"].contains(&feed) {
            lists.push(Listing::at(tx, customer, (feed, carrier, at), &events, &watch).await?);
        }
        feeds.push(watch);
    }
    let mut evidence = Evidence {
        customer: customer.to_owned(),
        carrier: carrier.to_owned(),
        at: time(at),
        made_at: time(now),
        lacks: Vec::new(),
        parts,
        lists,
        feeds,
    };
    evidence.lacks = evidence.lacking();
    Ok(evidence)
}

/// How old the last read may be: one that failed is no reason to say that nobody watched.
fn longest(settings: &Settings, feed: &str) -> Duration {
    let interval = match feed {
        "monitored" | "blocked" => settings.lists,
        "carriers" => settings.refresh,
        _ => Duration::try_from(settings.pace.interval).unwrap_or_default(),
    };
    // Twice, with the tenth by which the engine spreads its reads.
    interval.mul_f64(2.2)
}

impl Part {
    fn at(chain: Chain, at: i64) -> Self {
        let place = chain.links.iter().rposition(|link| link.observed_at <= at);
        let known = place.map(|place| {
            let link = &chain.links[place];
            let next = chain.links.get(place + 1);
            // When a version that is no longer in force was last confirmed is not kept.
            let last = chain.present.filter(|(version, _)| *version == link.version).map(|(_, last)| last);
            let confirmed = last.filter(|last| *last <= at).unwrap_or(link.observed_at);
            Known {
                version: link.version,
                operation: link.source.clone(),
                hash: link.hash.clone(),
                verified: chain.is_whole_until(link.version),
                since: time(link.observed_at),
                confirmed_at: time(confirmed.max(link.observed_at)),
                confirmed_after: last.filter(|last| *last > at).map(time),
                replaced_at: next.map(|next| time(next.observed_at)),
                document: link.document.clone(),
            }
        });
        Self {
            known,
            first_read_at: chain.links.first().filter(|link| link.version == 1).map(|link| time(link.observed_at)),
            pruned_at: chain.pruned_at.map(time),
            versions: chain.links.len(),
            section: chain.section,
            broken: chain.broken,
        }
    }
}

impl Evidence {
    /// Whether something was known at the moment.
    pub fn is_known(&self) -> bool {
        self.parts.iter().any(|part| part.known.is_some())
    }

    /// Whether a version in the store is not what was written.
    pub fn is_broken(&self) -> bool {
        self.parts.iter().any(|part| part.broken.is_some())
    }

    fn lacking(&self) -> Vec<String> {
        let mut lacks = Vec::new();
        if !self.is_known() {
            lacks.push(match self.parts.iter().any(|part| part.pruned_at.is_some()) {
                true => format!("what was known of {} at that moment is no longer kept", self.carrier),
                false => format!("nothing was known of {} at that moment", self.carrier),
            });
        }
        for part in &self.parts {
            let section = &part.section;
            if let Some(Broken { version, why, .. }) = &part.broken {
                lacks.push(format!("{section}: broken at version {version}: {why}"));
            }
            if part.known.is_none() {
                let first = part.first_read_at.map(|at| format!(", it was first read at {at}")).unwrap_or_default();
                lacks.push(match part.pruned_at {
                    Some(at) => format!("{section}: what may have been known at that moment was taken out at {at}"),
                    None => format!("{section}: not known at that moment{first}"),
                });
            }
        }
        for list in &self.lists {
            if list.standing == Standing::Unknown {
                let why = list.why.as_deref().unwrap_or_default();
                lacks.push(format!("whether it was {} is unknown: {why}", list.list));
            }
        }
        for feed in &self.feeds {
            lacks.extend(feed.lack());
            if feed.unreadable > 0 {
                let (name, number) = (&feed.feed, feed.unreadable);
                lacks.push(format!("{name}: {number} rows could not be read and may be about any carrier"));
            }
        }
        lacks
    }
}
