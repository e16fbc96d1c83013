//! How far the time of the sandbox has been lived through, and what customers are notified of on the way.

use serde::{Deserialize, Serialize};

use crate::world::clock::{DAY, Ticks};
use crate::world::facts::{Incident, LONGEST, Report};
use crate::world::feed::{self, Window};
use crate::world::{Index, World};

/// Older rows are dropped beyond this many.
pub(crate) const MAX_ROWS: usize = 100_000;

/// Something to notify customers of.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) at: Ticks,
    pub(crate) index: Index,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A row of the feed of completed packets.
    Packet,
    /// What became of a report, and how it then was.
    Incident(Report, Incident),
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct History {
    settled: Ticks,
    /// Part of every blob name; raising it makes the earlier names expire.
    pub(crate) blobs: u32,
}

impl History {
    pub(crate) fn new(start: Ticks) -> Self {
        Self { settled: start, blobs: 1 }
    }

    /// Lets happen what falls between the last time and now; returns what customers are notified of, in order.
    pub(crate) fn settle(&mut self, world: &World, now: Ticks) -> Vec<Notice> {
        let mut notices = Vec::new();
        if now <= self.settled {
            return notices;
        }
        self.settled = self.settled.max(now.plus(-LONGEST));
        while self.settled < now {
            // By the day, so that a long leap needs little memory.
            let until = now.min(self.settled.midnight().plus(DAY));
            let window = Window::new(world, until, self.settled.plus(1), until);
            let first = notices.len();
            for (at, index, report, incident) in feed::incidents(world, window) {
                notices.push(Notice { at, index, what: What::Incident(report, incident) });
            }
            for (at, index) in feed::packets(world, window, &[]) {
                notices.push(Notice { at, index, what: What::Packet });
            }
            notices[first..].sort_by_key(|notice| notice.at);
            self.settled = until;
        }
        notices
    }
}

pub(crate) fn remember<T>(rows: &mut Vec<T>, row: T) {
    if rows.len() >= MAX_ROWS {
        rows.drain(..MAX_ROWS / 10);
    }
    rows.push(row);
}
