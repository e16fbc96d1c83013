//! Whether a carrier was on a list at a moment. The store has the list as it is now, and an event for each carrier that
//! came or left; the first read of a list makes no events.

use super::time;
use super::watch::{Watch, Watching};
use crate::error::Error;
use crate::event::EventKind;
use crate::store::events::Event;
use crate::store::{Tx, feeds, roster};
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
    /// Since when it was on it, if it was, and if that is known.
    pub since: Option<Timestamp>,
    /// The last complete read of the list at the moment or before.
    pub read_at: Option<Timestamp>,
    /// The first complete read after, if there is one.
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
struct Moves {
    /// When it came and left, in order.
    moves: Vec<(i64, bool)>,
    /// When it came on the list and was last seen there, if it is there now.
    now: Option<(i64, i64)>,
    /// Of each move off the list, the first read that was without the carrier.
    absent_from: Vec<(i64, i64)>,
}

impl Moves {
    async fn of(tx: &Tx, customer: &str, list: &str, carrier: &str, events: &[(i64, Event)]) -> Result<Self, Error> {
        let (came, left) = match list {
            "monitored" => (EventKind::Monitored.name(), EventKind::Unmonitored.name()),
            _ => (EventKind::Blocked.name(), EventKind::Unblocked.name()),
        };
        let found = events.iter().filter(|(_, event)| event.kind == came || event.kind == left);
        let moves: Vec<(i64, bool)> = found.map(|(_, event)| (event.observed_at, event.kind == came)).collect();
        let mut absent_from = Vec::new();
        for (at, _) in moves.iter().filter(|(_, came)| !came) {
            let reads = feeds::read_by(tx, customer, list, *at, roster::ABSENCES).await?;
            absent_from.push((*at, reads.last().map_or(*at, |read| read.read_at)));
        }
        Ok(Self { moves, now: roster::seen(tx, customer, list, carrier).await?, absent_from })
    }

    /// Whether the complete read at `read` had the carrier; `None` if what is kept contradicts itself.
    fn had(&self, read: i64) -> Option<bool> {
        let before = self.moves.iter().rev().find(|(at, _)| *at <= read);
        let next = self.moves.iter().find(|(at, _)| *at > read);
        match (before, next) {
            (Some((_, false)), _) | (None, Some((_, true))) => Some(false),
            (_, Some((left, false))) => Some(self.absent_from.iter().all(|(at, absent)| at != left || read < *absent)),
            (Some((_, true)), Some((_, true))) => None,
            (Some((_, true)), None) => self.now.map(|(_, last_seen)| read <= last_seen),
            (None, None) => match self.now {
                None => Some(false),
                Some((since, last_seen)) => Some(since <= read && read <= last_seen),
            },
        }
    }

    fn since(&self, at: i64) -> Option<i64> {
        let came = self.moves.iter().rev().find(|(moved, came)| *moved <= at && *came).map(|(moved, _)| *moved);
        came.or(self.now.map(|(since, _)| since).filter(|since| *since <= at))
    }
}

impl Listing {
    pub(super) async fn at(
        tx: &Tx,
        customer: &str,
        (list, carrier, at): (&str, &str, i64),
        events: &[(i64, Event)],
        watch: &Watch,
    ) -> Result<Self, Error> {
        let moves = Moves::of(tx, customer, list, carrier, events).await?;
        let read = |read: &Option<super::ReadOf>| read.as_ref().map(|read| read.read_at);
        let (before, after) = (read(&watch.before), read(&watch.after));
        let had = |read: Timestamp| moves.had(read.as_microsecond());
        let word = |had: bool| if had { "on it" } else { "not on it" };
        let (standing, why) = match (watch.state, before.map(had), after.map(had)) {
            (Watching::NotWatched, ..) | (_, None, _) => {
                (Standing::Unknown, Some("the list had not been read by then".to_owned()))
            }
            (Watching::Late, ..) => (Standing::Unknown, Some("the list had not been read for too long".to_owned())),
            (_, Some(None), _) | (_, _, Some(None)) => {
                (Standing::Unknown, Some("what the store has of the list contradicts itself".to_owned()))
            }
            (_, Some(Some(first)), Some(Some(then))) if first != then => {
                let why = format!("it was {} when the list was read before, and {} after", word(first), word(then));
                (Standing::Unknown, Some(why))
            }
            (_, Some(Some(true)), _) => (Standing::Listed, None),
            (_, Some(Some(false)), _) => (Standing::NotListed, None),
        };
        let since = moves.since(at).filter(|_| standing == Standing::Listed).map(time);
        Ok(Self { list: list.to_owned(), standing, since, read_at: before, read_again_at: after, why })
    }
}
