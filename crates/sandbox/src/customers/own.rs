//! What was made to happen for one customer alone: it comes on top of what is so for all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::world::Index;
use crate::world::clock::Ticks;
use crate::world::facts::{Facts, Incident, Report};
use crate::world::history::remember;
use crate::world::stretch::{Change, FMCSA, INSURANCE, RISK};

/// Reports made by hand are numbered from here, apart from those that come with time: what one customer has happen
/// changes no report that another sees.
const FIRST_INCIDENT: u32 = 0x8000;

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Own {
    facts: BTreeMap<Index, Facts>,
    /// Oldest first.
    pub(crate) changes: Vec<Change>,
    incidents: u32,
}

impl Own {
    /// A carrier's facts, with those of this customer.
    pub(crate) fn on(&self, index: Index, mut facts: Facts) -> Facts {
        let Some(own) = self.facts.get(&index) else { return facts };
        facts.revisions = own.revisions;
        for incident in &own.incidents {
            match facts.incidents.iter_mut().find(|known| known.number == incident.number) {
                Some(known) => *known = incident.clone(),
                None => facts.incidents.push(incident.clone()),
            }
        }
        facts
    }

    /// Gives a carrier new data and a row in the change feed.
    pub(crate) fn change(&mut self, index: Index, at: Ticks, categories: u8) {
        let revisions = &mut self.facts.entry(index).or_default().revisions;
        revisions.amendments += u32::from(categories & INSURANCE != 0);
        revisions.readings += u32::from(categories & FMCSA != 0);
        remember(&mut self.changes, Change { at, index, categories });
    }

    /// Reports an incident, or says what became of the last one of those there are; nothing if there is none.
    pub(crate) fn report(&mut self, index: Index, known: &Facts, report: Report, at: Ticks) -> Option<Incident> {
        let mut incident = match report {
            Report::Created => {
                self.incidents += 1;
                Incident::new(FIRST_INCIDENT + self.incidents, at)
            }
            Report::Updated | Report::Retracted => known.standing_incidents().last()?.clone(),
        };
        incident.become_of(report, at);
        let own = &mut self.facts.entry(index).or_default().incidents;
        own.retain(|other| other.number != incident.number);
        own.push(incident.clone());
        self.change(index, at, RISK);
        Some(incident)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_by_hand_stand_beside_those_that_come_with_time_and_change_them_for_one_alone() {
        let vendors =
            Facts { incidents: vec![Incident::new(1, Ticks(0)), Incident::new(2, Ticks(0))], ..Facts::default() };
        let mut own = Own::default();
        for expected in 3..6 {
            let seen = own.on(0, vendors.clone());
            own.report(0, &seen, Report::Created, Ticks(1)).unwrap();
            assert_eq!(own.on(0, vendors.clone()).incidents.len(), expected);
        }
        // With its own withdrawn, the last one is the vendor's.
        for left in (0..5).rev() {
            let seen = own.on(0, vendors.clone());
            own.report(0, &seen, Report::Retracted, Ticks(2)).unwrap();
            assert_eq!(own.on(0, vendors.clone()).standing_incidents().count(), left);
        }
        assert!(own.report(0, &own.on(0, vendors.clone()), Report::Updated, Ticks(3)).is_none(), "none is left");
        assert_eq!(Own::default().on(0, vendors.clone()).standing_incidents().count(), 2, "others see them still");
        assert_eq!(own.changes.len(), 8);
        assert_eq!(own.on(1, Facts::default()).incidents.len(), 0);
    }
}
