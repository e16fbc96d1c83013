//! Which carriers something happens to, and when: made once for each stretch of time that somebody asks for.

use std::collections::HashMap;
use std::sync::Arc;

use crate::world::carrier::Carrier;
use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::course::{Course, Happening};
use crate::world::risk::Risk;
use crate::world::stretch::{Change, FMCSA, INSURANCE, RISK, Stretch};
use crate::world::terms::Insured;
use crate::world::{Index, World};

const LONGEST: i64 = 16 * DAY;
const SHORTEST: i64 = 900 * SECOND;
/// About so much happens in a stretch.
const ROWS: i64 = 5000;

impl World {
    /// The stretches from one instant to another, in order.
    pub(crate) fn stretches(&self, from: Ticks, to: Ticks) -> impl Iterator<Item = Arc<Stretch>> + use<'_> {
        // Of a carrier something happens about every 240 days.
        let daily = i64::from(self.total) * i64::from(self.activity) / 240 + 1;
        let length = (ROWS * DAY / daily).clamp(SHORTEST, LONGEST);
        let (first, last) = (from.0.div_euclid(length), to.0.div_euclid(length));
        (first..=last).map(move |number| {
            self.calendar.get(number).unwrap_or_else(|| {
                let made = self.stretch(Ticks(number * length), Ticks((number + 1) * length - 1));
                self.calendar.keep(number, made)
            })
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
