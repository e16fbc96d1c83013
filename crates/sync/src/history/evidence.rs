//! What was known at a moment, and what shows it.

use super::listing::{Listing, Standing};
use super::terms::{Name, Paused, Under};
use super::time;
use super::watch::{Around, Watch};
use crate::engine::FEEDS;
use crate::error::Error;
use crate::store::Tx;
use crate::store::chains::{self, Broken, Chain};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// What was known of a carrier at a moment, and what shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Evidence {
    /// Whose store.
    pub customer: String,
    /// The carrier, as the store names it.
    pub carrier: String,
    /// Its other numbers.
    pub names: Vec<Name>,
    /// The moment. All times are by the clock of the store, but for those in documents, which are the vendor's.
    pub at: Timestamp,
    /// When this was put together.
    pub made_at: Timestamp,
    /// The pause in which the moment lies: nobody was meant to watch.
    pub paused: Option<Paused>,
    /// How often what was to be read at the moment.
    pub under: Under,
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
    /// The name under which the carrier came with it.
    pub name: String,
    /// What it is called.
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
    /// The last read after the moment that said the same.
    pub confirmed_after: Option<Timestamp>,
    /// When another form was read, or the same part under another name of the carrier.
    pub replaced_at: Option<Timestamp>,
    /// What it says; nothing if its bytes cannot be read.
    pub document: Option<Value>,
}

/// What was known of `carrier`, a name that [`find`](super::find) gave, at `at` (microseconds since 1970), and what shows
/// it. A feed was not watched whose last complete read is older than 2.2 times the interval that was set then.
///
/// # Errors
/// [`Error::Usage`] when the moment has not come yet by the clock of the store; those of the store.
pub async fn evidence(tx: &Tx, customer: &str, carrier: &str, at: i64) -> Result<Evidence, Error> {
    let now = tx.now().await?;
    if at > now {
        return Err(Error::Usage(format!("{} has not come yet", time(at))));
    }
    let names = Name::all(tx, customer, carrier).await?;
    let own = names.iter().filter(|name| !name.shared).map(|name| name.number.clone());
    let own: Vec<String> = [carrier.to_owned()].into_iter().chain(own).collect();
    let mut parts = Vec::new();
    for name in &own {
        let chains = chains::of_carrier(tx, customer, name).await?;
        parts.extend(chains.into_iter().map(|chain| Part::at(chain, at)));
    }
    replace(&mut parts);
    let under = Under::at(tx, customer, at).await?;
    let (mut feeds, mut lists) = (Vec::new(), Vec::new());
    for feed in FEEDS {
        let around = Around::of(tx, customer, feed, at).await?;
        let watch = Watch::at(tx, (customer, feed, at), &around, &under.schedule).await?;
        if ["monitored", "blocked"].contains(&feed) {
            lists.push(Listing::at(tx, (customer, feed, &own), &around, &watch).await?);
        }
        feeds.push(watch);
    }
    let mut evidence = Evidence {
        customer: customer.to_owned(),
        carrier: carrier.to_owned(),
        names,
        at: time(at),
        made_at: time(now),
        paused: Paused::at(tx, customer, at).await?,
        under,
        lacks: Vec::new(),
        parts,
        lists,
        feeds,
    };
    evidence.lacks = evidence.lacking();
    Ok(evidence)
}

/// A part that was read under another name of the carrier later is in force from then on.
fn replace(parts: &mut [Part]) {
    let first: Vec<(String, String, Option<Timestamp>)> =
        parts.iter().map(|part| (part.name.clone(), part.section.clone(), part.first_known())).collect();
    for part in parts {
        let Some(known) = &mut part.known else { continue };
        let others = first.iter().filter(|(name, section, _)| *name != part.name && *section == part.section);
        let later = others.filter_map(|(_, _, first)| first.filter(|first| *first > known.since)).min();
        known.replaced_at = [known.replaced_at, later].into_iter().flatten().min();
    }
}

impl Part {
    fn at(chain: Chain, at: i64) -> Self {
        let place = chain.links.iter().rposition(|link| link.observed_at <= at);
        let known = place.map(|place| {
            let link = &chain.links[place];
            let next = chain.links.get(place + 1);
            // When the reads before the last were is not kept.
            let last = link.confirmed_at;
            Known {
                version: link.version,
                operation: link.source.clone(),
                hash: link.hash.clone(),
                verified: chain.is_whole_until(link.version),
                since: time(link.observed_at),
                confirmed_at: time(if last <= at { last } else { link.observed_at }),
                confirmed_after: (last > at).then(|| time(last)),
                replaced_at: next.map(|next| time(next.observed_at)),
                document: link.document.clone(),
            }
        });
        Self {
            known,
            first_read_at: chain.links.first().filter(|link| link.version == 1).map(|link| time(link.observed_at)),
            pruned_at: chain.pruned_at.map(time),
            versions: chain.links.len(),
            name: chain.carrier,
            section: chain.section,
            broken: chain.broken,
        }
    }

    /// When it was read for the first time, or, if that was taken out, not later than this.
    fn first_known(&self) -> Option<Timestamp> {
        self.first_read_at.or_else(|| self.known.as_ref().map(|known| known.since))
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
        if let Some(Paused { since, reason, .. }) = &self.paused {
            lacks.push(format!("nobody was to watch: paused since {since}: {reason}"));
        }
        for Name { number, .. } in self.names.iter().filter(|name| name.shared) {
            lacks.push(format!("{number} is also a number of another carrier: what came under it alone is not shown"));
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
