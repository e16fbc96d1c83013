//! The state of a whole sandbox, kept and put back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::customers::outbox::Boxes;
use crate::customers::state::State;
use crate::webhooks::Kept;
use crate::world::clock::{Pace, Ticks};
use crate::world::history::History;

/// All that has become of a sandbox since it started, to be put back later: clock, carriers, customers,
/// outbox and webhooks.
///
/// The log, the faults and the tokens are not in it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Snapshot {
    pub(crate) format: u32,
    pub(crate) seed: u64,
    pub(crate) carriers: u32,
    pub(crate) activity: u32,
    pub(crate) start: Ticks,
    pub(crate) clock: Pace,
    pub(crate) vendor: History,
    /// Facts of carriers that were set.
    #[serde(default)]
    pub(crate) given: crate::world::given::Kept,
    pub(crate) customers: BTreeMap<String, State>,
    #[serde(default)]
    pub(crate) outbox: Boxes,
    pub(crate) webhooks: Kept,
}

pub(crate) const FORMAT: u32 = 2;

impl Snapshot {
    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// Text that is no snapshot, or one of another version of the sandbox.
    pub fn from_json(text: &[u8]) -> Result<Self, String> {
        /// What snapshots of all formats have.
        #[derive(Deserialize)]
        struct Any {
            format: u32,
        }
        let wrong = |error| format!("this is no snapshot: {error}");
        match serde_json::from_slice::<Any>(text).map_err(wrong)?.format {
            FORMAT => serde_json::from_slice(text).map_err(wrong),
            other => Err(format!(
                "this is a snapshot of format {other}, and this sandbox, whose carriers are others, reads format {FORMAT}"
            )),
        }
    }

    /// A JSON document. It holds the secrets of the webhooks.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// What is wrong if it is put into a sandbox of this seed, number of carriers and activity.
    pub(crate) fn mistake(&self, seed: u64, carriers: u32, activity: u32) -> Option<String> {
        let (own, count, busy) = (self.seed, self.carriers, self.activity);
        ((own, count, busy) != (seed, carriers, activity)).then(|| {
            let busy = if busy == 1 { String::new() } else { format!(" --activity {busy}") };
            format!("the snapshot is of a sandbox with --seed {own} --carriers {count}{busy}")
        })
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("seed", &self.seed).field("carriers", &self.carriers).finish_non_exhaustive()
    }
}
