//! What a poller keeps between two runs.

use super::row_id::RowId;
use super::schedule::{Pace, Position};
use crate::window::Window;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far a feed was read, and which rows came that may come again. Keep it as JSON, together with what was made of the
/// rows.
///
/// ```
/// use mycarrierpackets::feed::Cursor;
///
/// let start = "2026-03-18T08:30:00Z".parse()?;
/// let cursor = Cursor::starting_at(start);
/// assert_eq!(cursor.position().read_until(), start);
/// let kept = serde_json::to_string(&cursor)?;
/// assert_eq!(serde_json::from_str::<Cursor>(&kept)?, cursor);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    #[serde(flatten)]
    pub(super) position: Position,
    /// The end of the last window in which each came.
    #[serde(default)]
    pub(super) seen: BTreeMap<RowId, Timestamp>,
}

impl Cursor {
    /// A first run: all before `start` is of no interest.
    pub fn starting_at(start: Timestamp) -> Self {
        Self { position: Position::starting_at(start), seen: BTreeMap::new() }
    }

    /// How far the feed was read.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Whether a row came before.
    ///
    /// ```
    /// # fn f<T>(batch: mycarrierpackets::feed::Batch<T>) {
    /// assert!(batch.new.iter().all(|row| batch.cursor.has_seen(&row.id)));
    /// # }
    /// ```
    pub fn has_seen(&self, row: &RowId) -> bool {
        self.seen.contains_key(row)
    }

    /// Notes a row of `window`; whether it is new.
    pub(super) fn see(&mut self, row: RowId, window: &Window) -> bool {
        let last = self.seen.insert(row, window.end());
        last.is_none()
    }

    /// Forgets what no later window reaches back to.
    pub(super) fn forget(&mut self, pace: &Pace) {
        const SPARE: SignedDuration = SignedDuration::from_hours(1);
        let kept = pace.longest_lookback().saturating_add(SPARE);
        let Ok(oldest) = self.position.read_until().checked_sub(kept) else {
            return;
        };
        self.seen.retain(|_, last| *last >= oldest);
    }
}
