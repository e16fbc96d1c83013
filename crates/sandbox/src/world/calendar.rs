//! Which carriers something happens to, and when: made once for each stretch of time that somebody asks for.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use crate::lock;
use crate::world::carrier::Carrier;
use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::course::{Course, Happening};
use crate::world::facts::{Incident, Report};
use crate::world::feed::{Change, FMCSA, INSURANCE, RISK};
use crate::world::risk::Risk;
use crate::world::terms::Insured;
use crate::world::{Index, World};

/// What happens within a stretch, each list in order.
#[derive(Default)]
pub(crate) struct Stretch {
    /// What customers are notified of, which is asked for as time goes on; the changes are asked for less often.
    pub(crate) packets: Vec<(Ticks, Index)>,
    pub(crate) incidents: Vec<(Ticks, Index, Report, Incident)>,
    happenings: Vec<(Ticks, Index, u8)>,
    changes: OnceLock<Vec<Change>>,
}

/// The stretches that were asked for lately.
#[derive(Default)]
pub(crate) struct Calendar(Mutex<BTreeMap<i64, Arc<Stretch>>>);

impl Calendar {
    /// What was made is no longer so.
    pub(crate) fn forget(&self) {
        lock(&self.0).clear();
    }
}

const LONGEST: i64 = 16 * DAY;
const SHORTEST: i64 = 900 * SECOND;
/// About so much happens in a stretch.
const ROWS: i64 = 5000;
const KEPT: usize = 64;

impl World {
    /// The stretches from one instant to another, in order.
    pub(crate) fn stretches(&self, from: Ticks, to: Ticks) -> impl Iterator<Item = Arc<Stretch>> + use<'_> {
        // Of a carrier something happens about every 240 days.
        let daily = i64::from(self.total) * i64::from(self.activity) / 240 + 1;
        let length = (ROWS * DAY / daily).clamp(SHORTEST, LONGEST);
        let (first, last) = (from.0.div_euclid(length), to.0.div_euclid(length));
        (first..=last).map(move |number| {
            if let Some(known) = lock(&self.calendar.0).get(&number) {
                return Arc::clone(known);
            }
            // Not under the lock: others read other stretches meanwhile.
            let made = Arc::new(self.stretch(Ticks(number * length), Ticks((number + 1) * length - 1)));
            let mut kept = lock(&self.calendar.0);
            while kept.len() >= KEPT {
                kept.pop_first();
            }
            kept.insert(number, Arc::clone(&made));
            made
        })
    }

    fn stretch(&self, from: Ticks, to: Ticks) -> Stretch {
        let mut found = Stretch::default();
        for index in 0..self.total {
            for (at, happening) in Course::of(self, index).happenings(from, to) {
                let categories = match happening {
                    Happening::Packet => {
                        found.packets.push((at, index));
                        continue;
                    }
                    Happening::Incident(report, incident) => {
                        found.incidents.push((at, index, report, incident));
                        RISK
                    }
                    Happening::Insured(event) => categories(event),
                    Happening::Read => FMCSA,
                    Happening::Amended => INSURANCE,
                };
                found.happenings.push((at, index, categories));
            }
        }
        found.packets.sort_by_key(|(at, _)| *at);
        found.incidents.sort_by_key(|(at, ..)| *at);
        found.happenings.sort_by_key(|(at, ..)| *at);
        found
    }

    /// The rows of the change feed that fall into a stretch.
    pub(crate) fn changes_in<'s>(&self, stretch: &'s Stretch) -> &'s [Change] {
        stretch.changes.get_or_init(|| {
            // The risk of a carrier changes with what happens to it and at no other time.
            let mut risks: HashMap<Index, Risk> = HashMap::new();
            let risk = |index, now| Carrier::plain(self, index, now).risk();
            let happened = stretch.happenings.iter().map(|&(at, index, own)| {
                let now = risk(index, at);
                let before = risks.remove(&index).unwrap_or_else(|| risk(index, at.plus(-1)));
                // What does not show in the risk is no change of it; a report always is one.
                let risky = own == RISK || before != now;
                risks.insert(index, now);
                Change { at, index, categories: own | if risky { RISK } else { 0 } }
            });
            happened.filter(|change| change.categories != 0).collect()
        })
    }
}

/// What of a carrier's data an event of its insurance changes, beside the risk.
fn categories(event: Insured) -> u8 {
    match event {
        Insured::Bound(_) | Insured::Lapsed(_) | Insured::Cancelled(_) | Insured::Replaced(_) => INSURANCE,
        Insured::Revoked | Insured::Restored | Insured::Closed => FMCSA,
        Insured::Expiring(_) | Insured::Cleared | Insured::Seasoned => 0,
    }
}
