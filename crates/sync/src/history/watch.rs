//! Whether a feed was watched at a moment.

use super::time;
use crate::error::Error;
use crate::schedule::{Schedule, is_list};
use crate::store::coverage::{self, Coverage};
use crate::store::{Tx, rejects, terms};
use jiff::Timestamp;
use serde::Serialize;

/// Failed tries that are shown.
const TRIES: u32 = 50;

/// How a feed was read around a moment. Times are by the clock of the store.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Watch {
    /// The feed.
    pub feed: String,
    /// What follows from the reads.
    pub state: Watching,
    /// The last complete read that had ended at the moment.
    pub before: Option<ReadOf>,
    /// The first complete read that ended after it; of a list the first that began after it, too.
    pub after: Option<ReadOf>,
    /// The first complete read whose window includes it. None of a list, which is read as it is at one instant.
    pub covered_by: Option<ReadOf>,
    /// Reads between those two that failed, were cut off, or from which nothing could be concluded: the first 50.
    pub failed: Vec<Try>,
    /// Rows of the feed that had come by then and could not be read: they may be about any carrier. 0 for a list, whose
    /// reads are complete only if all of it could be read.
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
    /// Nobody can know: notes of reads from then were [taken out](crate::retention).
    NotKept,
}

/// A complete read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReadOf {
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended.
    pub read_at: Timestamp,
    /// First second of what was read.
    pub window_start: Timestamp,
    /// Last second of what was read, that second's first instant.
    pub window_end: Timestamp,
    /// Microseconds that the server's clock was ahead: it was asked for a window that was later by as much.
    pub server_ahead: i64,
    /// Its rows.
    pub rows: i64,
}

impl ReadOf {
    fn new(read: &Coverage) -> Self {
        Self {
            began_at: time(read.began_at),
            read_at: time(read.read_at),
            window_start: time(read.window_start),
            window_end: time(read.window_end),
            server_ahead: read.server_ahead,
            rows: read.rows,
        }
    }
}

/// A read from which nothing was concluded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Try {
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended; nothing: it was cut off.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub error: String,
}

/// The complete reads around a moment.
pub(super) struct Around {
    pub before: Option<Coverage>,
    /// Those under way at the moment, of a list.
    pub during: Vec<Coverage>,
    pub after: Option<Coverage>,
}

impl Around {
    pub async fn of(tx: &Tx, customer: &str, feed: &str, at: i64) -> Result<Self, Error> {
        let before = coverage::ended_by(tx, customer, feed, at).await?;
        let mut after = coverage::ended_after(tx, customer, feed, at).await?;
        let mut during = Vec::new();
        // A list that was being read may have been read before the moment or after it, page by page.
        while let Some(read) = after.take_if(|read| is_list(feed) && read.began_at <= at) {
            after = coverage::ended_after(tx, customer, feed, read.read_at).await?;
            during.push(read);
        }
        Ok(Self { before, during, after })
    }
}

impl Watch {
    pub(super) async fn at(
        tx: &Tx,
        (customer, feed, at): (&str, &str, i64),
        around: &Around,
        schedule: &Schedule,
    ) -> Result<Self, Error> {
        let Around { before, after, .. } = around;
        let covering = match is_list(feed) {
            true => None,
            false => coverage::covering(tx, customer, feed, at).await?,
        };
        let latest = coverage::ended_by(tx, customer, feed, i64::MAX).await?;
        let longest = i64::try_from(schedule.longest(feed).as_micros()).unwrap_or(i64::MAX);
        let shown = if is_list(feed) { after.is_some() } else { covering.is_some() };
        let state = match before {
            None if terms::reads_kept_since(tx, customer).await?.is_some_and(|since| at < since) => Watching::NotKept,
            None => Watching::NotWatched,
            Some(before) if at.saturating_sub(before.read_at) > longest => Watching::Late,
            Some(_) if shown => Watching::Watched,
            Some(_) if !is_list(feed) && latest.is_some_and(|latest| latest.window_end > at) => Watching::Gap,
            Some(_) => Watching::NotConfirmed,
        };
        // Without a read on a side, those that are near enough to matter.
        let start = before.as_ref().map_or(at.saturating_sub(longest), |read| read.began_at);
        let end = after.as_ref().map_or(at.saturating_add(longest), |read| read.began_at);
        let failed = coverage::failed(tx, customer, feed, (start, end), TRIES).await?;
        let failed = failed.into_iter().map(|read| Try {
            began_at: time(read.began_at),
            ended_at: read.ended_at.map(time),
            error: read.error,
        });
        let read = |read: &Option<Coverage>| read.as_ref().map(ReadOf::new);
        Ok(Self {
            feed: feed.to_owned(),
            state,
            before: read(before),
            after: read(after),
            covered_by: read(&covering),
            failed: failed.collect(),
            unreadable: if is_list(feed) { 0 } else { rejects::seen_by(tx, customer, feed, at).await? },
        })
    }

    /// What is missing, in a sentence; `None` for a feed that was watched.
    pub(super) fn lack(&self) -> Option<String> {
        let feed = &self.feed;
        let last = self.before.as_ref().map(|read| read.read_at.to_string()).unwrap_or_default();
        let lack = match self.state {
            Watching::Watched => return None,
            Watching::NotConfirmed => {
                format!("{feed}: last read at {last}; no later read shows what happened until the moment")
            }
            Watching::Late => format!("{feed}: not watched, the last complete read was at {last}"),
            Watching::Gap => format!("{feed}: last read at {last}; the moment is in a gap that no later read includes"),
            Watching::NotWatched => format!("{feed}: not watched, there was no complete read before the moment"),
            Watching::NotKept => format!("{feed}: the notes of its reads at that time were taken out"),
        };
        Some(match self.failed.last() {
            Some(last) => format!("{lack}; reads around it failed, the last at {}: {}", last.began_at, last.error),
            None => lack,
        })
    }
}
