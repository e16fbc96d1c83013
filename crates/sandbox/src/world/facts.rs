//! What is reported of a carrier, and what a customer had happen to it.

use serde::{Deserialize, Serialize};

use crate::world::clock::{DAY, Ticks};

/// A carrier, by its place in the world.
pub(crate) type Index = u32;

/// Of a longer leap only so much is lived through.
pub(crate) const LONGEST: i64 = 400 * DAY;

/// What one customer had happen to a carrier beyond what comes with time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Revisions {
    /// Policies that were changed.
    pub(crate) amendments: u32,
    /// Readings of the federal registers.
    pub(crate) readings: u32,
}

/// An incident report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Incident {
    pub(crate) number: u32,
    pub(crate) created: Ticks,
    pub(crate) modified: Option<Ticks>,
    pub(crate) retracted: bool,
}

impl Incident {
    pub(crate) fn new(number: u32, created: Ticks) -> Self {
        Self { number, created, modified: None, retracted: false }
    }

    /// Notes what becomes of it. Who withdraws a report has changed it, too.
    pub(crate) fn become_of(&mut self, report: Report, at: Ticks) {
        match report {
            Report::Created => {}
            Report::Updated => self.modified = Some(at),
            Report::Retracted => (self.modified, self.retracted) = (Some(at), true),
        }
    }
}

/// What is so of a carrier for one customer beside what follows from the carrier and the time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) revisions: Revisions,
    pub(crate) incidents: Vec<Incident>,
}

impl Facts {
    pub(crate) fn standing_incidents(&self) -> impl Iterator<Item = &Incident> {
        self.incidents.iter().filter(|incident| !incident.retracted)
    }
}

/// What becomes of an incident report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Report {
    Created,
    Updated,
    Retracted,
}
