//! Whether a feed was watched at a moment.

use super::time;
use crate::error::Error;
use crate::store::feeds::{self, Coverage};
use crate::store::{Tx, rejects};
use jiff::Timestamp;
use serde::Serialize;
use std::time::Duration;

/// How a feed was read around a moment. Only complete reads count.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Watch {
    /// The feed.
    pub feed: String,
    /// What follows from the reads.
    pub state: Watching,
    /// The last read made at the moment or before.
    pub before: Option<ReadOf>,
    /// The first read made after it.
    pub after: Option<ReadOf>,
    /// The first read whose window includes it. None of a list, which is read as it is at one instant.
    pub covered_by: Option<ReadOf>,
    /// Rows that had come by then and could not be read: they may be about any carrier.
    pub unreadable: i64,
}

/// Whether a feed was watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Watching {
    /// It had been read shortly before, and a later read shows what happened until the moment.
    Watched,
    /// It had been read shortly before, and nothing read since says what happened until the moment.
    NotConfirmed,
    /// The last read before was too old.
    Late,
    /// No window that was read includes the moment, and later ones were read.
    Gap,
    /// It had not been read before the moment.
    NotWatched,
}

/// A complete read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReadOf {
    /// When it was made.
    pub read_at: Timestamp,
    /// First second of what was read.
    pub window_start: Timestamp,
    /// Last second of what was read, that second's first instant.
    pub window_end: Timestamp,
    /// Its rows.
    pub rows: i64,
}

impl ReadOf {
    fn new(read: &Coverage) -> Self {
        Self {
            read_at: time(read.read_at),
            window_start: time(read.window_start),
            window_end: time(read.window_end),
            rows: read.rows,
        }
    }
}

/// Which feeds are lists, read as they are at one instant.
fn is_list(feed: &str) -> bool {
    ["monitored", "blocked", "carriers"].contains(&feed)
}

impl Watch {
    /// `longest` is how old the last read before may be.
    pub(super) async fn at(tx: &Tx, customer: &str, feed: &str, at: i64, longest: Duration) -> Result<Self, Error> {
        let before = feeds::read_by(tx, customer, feed, at, 1).await?.into_iter().next();
        let after = feeds::read_after(tx, customer, feed, at).await?;
        let covering = match is_list(feed) {
            true => None,
            false => feeds::covering(tx, customer, feed, at).await?.into_iter().find(|read| read.complete),
        };
        let latest = feeds::read_by(tx, customer, feed, i64::MAX, 1).await?.into_iter().next();
        let longest = i64::try_from(longest.as_micros()).unwrap_or(i64::MAX);
        let shown = if is_list(feed) { after.is_some() } else { covering.is_some() };
        let state = match &before {
            None => Watching::NotWatched,
            Some(before) if at.saturating_sub(before.read_at) > longest => Watching::Late,
            Some(_) if shown => Watching::Watched,
            Some(_) if !is_list(feed) && latest.is_some_and(|latest| latest.window_end > at) => Watching::Gap,
            Some(_) => Watching::NotConfirmed,
        };
        let read = |read: &Option<Coverage>| read.as_ref().map(ReadOf::new);
        Ok(Self {
            feed: feed.to_owned(),
            state,
            before: read(&before),
            after: read(&after),
            covered_by: read(&covering),
            unreadable: rejects::seen_by(tx, customer, feed, at).await?,
        })
    }

    /// What is missing, in a sentence; `None` for a feed that was watched.
    pub(super) fn lack(&self) -> Option<String> {
        let feed = &self.feed;
        let last = self.before.as_ref().map(|read| read.read_at.to_string()).unwrap_or_default();
        match self.state {
            Watching::Watched => None,
            Watching::NotConfirmed => {
                Some(format!("{feed}: last read at {last}; no later read shows what happened until the moment"))
            }
            Watching::Late => Some(format!("{feed}: not watched, the last complete read was at {last}")),
            Watching::Gap => {
                Some(format!("{feed}: last read at {last}; the moment is in a gap that no later read includes"))
            }
            Watching::NotWatched => Some(format!("{feed}: not watched, there was no complete read before the moment")),
        }
    }
}
