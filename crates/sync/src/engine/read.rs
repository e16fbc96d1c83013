//! What a turn reports of each feed.

use crate::error::Error;
use crate::schedule::is_list;
use mycarrierpackets::Window;

/// What became of a feed that was due.
#[derive(Debug)]
#[non_exhaustive]
pub struct Read {
    /// Its name.
    pub feed: &'static str,
    /// Rows that were read.
    pub rows: u64,
    /// Events that came of them.
    pub events: u64,
    /// Rows that could not be understood and are kept.
    pub rejected: u64,
    /// The list moved while it was read.
    pub moved: bool,
    /// Carriers that two complete reads of their list were without, and that are more than half of it: they stay on it until
    /// a day of reads agrees.
    pub doubted: u64,
    /// Why it was not read to its end.
    pub error: Option<Error>,
    /// When it began, by the store's clock.
    pub(super) began_at: i64,
    /// What was asked for, in the server's time.
    pub(super) window: Option<Window>,
    /// Until when, in the server's time, what happened had been read before.
    pub(super) known_until: i64,
    /// Others became due by it.
    pub(super) woke: bool,
}

impl Read {
    pub(super) fn of(feed: &'static str, began_at: i64) -> Self {
        Self {
            feed,
            rows: 0,
            events: 0,
            rejected: 0,
            moved: false,
            doubted: 0,
            error: None,
            began_at,
            window: None,
            known_until: i64::MIN,
            woke: false,
        }
    }

    /// How long after its time had been read a row came that was not known, in microseconds.
    pub(super) fn late(&self, happened_at: i64) -> Option<i64> {
        Some(self.known_until.saturating_sub(happened_at)).filter(|late| *late > 0)
    }

    /// Why nothing is concluded from it: nobody is removed from a list, and the feed is read again from where it was. What
    /// was read is kept all the same. `None`: it is complete.
    pub fn incomplete(&self) -> Option<String> {
        if let Some(error) = &self.error {
            return Some(error.to_string());
        }
        if self.moved {
            return Some("the list changed while it was read; it is read again when it is next due".to_owned());
        }
        if self.doubted > 0 {
            let why = "which is more than half of it; they stay until a day of reads agrees";
            return Some(format!("the list is without {} carriers, {why}", self.doubted));
        }
        // A row of a feed that cannot be read is kept, and that is all there is to it. In a list it could be any carrier.
        let unreadable = (is_list(self.feed) && self.rejected > 0).then_some(self.rejected)?;
        Some(format!("{unreadable} records cannot be read and are kept; the list is read again when it is next due"))
    }
}
