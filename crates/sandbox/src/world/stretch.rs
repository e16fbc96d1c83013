//! What happens to all carriers within a stretch of time, and the stretches that somebody asked for lately.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use serde::{Deserialize, Serialize};

use crate::lock;
use crate::world::clock::Ticks;
use crate::world::facts::{Incident, Index, Report};

pub(crate) const INSURANCE: u8 = 1;
pub(crate) const FMCSA: u8 = 2;
pub(crate) const RISK: u8 = 4;

/// A row of the change feed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) at: Ticks,
    pub(crate) index: Index,
    /// A set of [`INSURANCE`], [`FMCSA`] and [`RISK`], never empty.
    pub(crate) categories: u8,
}

/// What happens within a stretch, each list in order.
#[derive(Default)]
pub(crate) struct Stretch {
    /// What customers are notified of, which is asked for as time goes on; the changes are asked for less often.
    pub(crate) packets: Vec<(Ticks, Index)>,
    pub(crate) incidents: Vec<(Ticks, Index, Report, Incident)>,
    pub(crate) happenings: Vec<(Ticks, Index, u8)>,
    pub(crate) changes: OnceLock<Vec<Change>>,
}

const KEPT: usize = 64;

/// The stretches that were asked for lately, by number.
#[derive(Default)]
pub(crate) struct Calendar(Mutex<BTreeMap<i64, Arc<Stretch>>>);

impl Calendar {
    pub(crate) fn get(&self, number: i64) -> Option<Arc<Stretch>> {
        lock(&self.0).get(&number).map(Arc::clone)
    }

    /// What was made is no longer so.
    pub(crate) fn forget(&self) {
        lock(&self.0).clear();
    }

    /// Keeps one in the place of the oldest. It was made without the lock, while others read other stretches.
    pub(crate) fn keep(&self, number: i64, made: Stretch) -> Arc<Stretch> {
        let made = Arc::new(made);
        let mut kept = lock(&self.0);
        while kept.len() >= KEPT {
            kept.pop_first();
        }
        kept.insert(number, Arc::clone(&made));
        made
    }
}
