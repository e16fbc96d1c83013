//! Whether a carrier was on a list at a moment.

use super::time;
use super::watch::{Around, Watch, Watching};
use crate::error::Error;
use crate::store::Tx;
use crate::store::coverage::Coverage;
use crate::store::roster::{self, Stay};
use jiff::Timestamp;
use serde::Serialize;

/// Whether a carrier was on a list of the vendor's.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Listing {
    /// `monitored` or `blocked`.
    pub list: String,
    /// Whether it was on it.
    pub standing: Standing,
    /// The first read that had it on the list, if it was on it.
    pub since: Option<Timestamp>,
    /// That was the first read of the list: the carrier was on it before, and nobody knows for how long.
    pub since_before: bool,
    /// The last complete read of the list at the moment or before.
    pub read_at: Option<Timestamp>,
    /// The first complete read that began after, if there is one.
    pub read_again_at: Option<Timestamp>,
    /// Why it is not known.
    pub why: Option<String>,
}

/// Whether a carrier was on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Standing {
    /// It was, by the last read before the moment, and the first one after does not differ.
    Listed,
    /// It was not, by the last read before the moment, and the first one after does not differ.
    NotListed,
    /// Nobody can know.
    Unknown,
}

/// What the store has about a carrier and a list.
struct Stays {
    stays: Vec<Stay>,
    /// Reads that were without it while it was taken to be there.
    absences: Vec<i64>,
}

impl Stays {
    async fn of(tx: &Tx, customer: &str, list: &str, names: &[String]) -> Result<Self, Error> {
        let (mut stays, mut absences) = (Vec::new(), Vec::new());
        for name in names {
            stays.extend(roster::stays(tx, customer, list, name).await?);
            absences.extend(roster::absences(tx, customer, list, name).await?);
        }
        stays.sort_by_key(|stay| stay.since);
        Ok(Self { stays, absences })
    }

    /// Whether the complete read that ended at `read` had the carrier.
    fn had(&self, read: i64) -> bool {
        !self.absences.contains(&read) && self.stay(read).is_some()
    }

    fn stay(&self, read: i64) -> Option<&Stay> {
        self.stays.iter().find(|stay| stay.since <= read && read <= stay.last_seen)
    }
}

impl Listing {
    pub(super) async fn at(
        tx: &Tx,
        (customer, list, names): (&str, &str, &[String]),
        around: &Around,
        watch: &Watch,
    ) -> Result<Self, Error> {
        let stays = Stays::of(tx, customer, list, names).await?;
        let Around { before, during, after } = around;
        let had = |read: &Coverage| stays.had(read.read_at);
        let word = |had: bool| if had { "on it" } else { "not on it" };
        let later = || during.iter().chain(after);
        let (standing, why) = match (watch.state, before.as_ref().map(had)) {
            (Watching::NotKept, _) => {
                (Standing::Unknown, Some("the notes of the list's reads at that time were taken out".to_owned()))
            }
            (Watching::NotWatched, _) | (_, None) => {
                (Standing::Unknown, Some("the list had not been read by then".to_owned()))
            }
            (Watching::Late, _) => (Standing::Unknown, Some("the list had not been read for too long".to_owned())),
            (_, Some(first)) if later().any(|read| had(read) != first) => {
                let why = format!("it was {} when the list was read before, and {} after", word(first), word(!first));
                (Standing::Unknown, Some(why))
            }
            (_, Some(true)) => (Standing::Listed, None),
            (_, Some(false)) => (Standing::NotListed, None),
        };
        let stay = before.as_ref().and_then(|read| stays.stay(read.read_at)).filter(|_| standing == Standing::Listed);
        Ok(Self {
            list: list.to_owned(),
            standing,
            since: stay.map(|stay| time(stay.since)),
            since_before: stay.is_some_and(|stay| stay.baseline),
            read_at: before.as_ref().map(|read| time(read.read_at)),
            read_again_at: after.as_ref().map(|read| time(read.read_at)),
            why,
        })
    }
}
