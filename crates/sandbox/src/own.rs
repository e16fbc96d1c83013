//! What was made to happen for one customer alone: it comes on top of what is so for all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Ticks;
use crate::feed::{Change, FMCSA, INSURANCE, RISK};
use crate::vendor::{Facts, Incident, Report, Revisions, remember};
use crate::world::Index;

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
        let Revisions { insurance, fmcsa, risk, .. } = own.revisions;
        facts.revisions.insurance += insurance;
        facts.revisions.fmcsa += fmcsa;
        facts.revisions.risk += risk;
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
        for (category, count) in
            [(INSURANCE, &mut revisions.insurance), (FMCSA, &mut revisions.fmcsa), (RISK, &mut revisions.risk)]
        {
            *count += u32::from(categories & category != 0);
        }
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
