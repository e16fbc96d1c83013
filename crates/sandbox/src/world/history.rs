//! What is so at the vendor's, for all customers alike: how the carriers' data change as time goes on.
//!
//! The rows of the change feed after the start change the carriers they name; insurance runs out and is renewed;
//! incidents are reported, corrected and withdrawn. All of it follows from the seed, whoever asks and however often.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::world::carrier::{Salt, expires, renews};
use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::facts::{Facts, Incident, LONGEST, Report, Revisions};
use crate::world::feed::{self, Change, FMCSA, INSURANCE, RISK, Window};
use crate::world::{Index, World};

/// Older rows are dropped beyond this many.
pub(crate) const MAX_ROWS: usize = 100_000;

/// Something to tell customers of.
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

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Plan {
    Expire(Index),
    Renew(Index),
    Report(Index, u32, Report),
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct History {
    settled: Ticks,
    facts: BTreeMap<Index, Facts>,
    plans: BTreeSet<(Ticks, Plan)>,
    /// Changes beyond those of the computed feed, oldest first.
    pub(crate) changes: Vec<Change>,
    /// When a carrier last completed a packet, by the feed.
    packets: BTreeMap<Index, Ticks>,
    /// Part of every blob name; raising it makes the earlier names expire.
    pub(crate) blobs: u32,
    last_incident: u32,
}

impl History {
    pub(crate) fn new(world: &World, start: Ticks) -> Self {
        let mut plans = Vec::with_capacity(world.total as usize);
        for index in 0..world.total {
            plans.extend(insured(world, index, &Revisions::default(), start));
        }
        Self {
            settled: start,
            facts: BTreeMap::new(),
            plans: plans.into_iter().collect(),
            changes: Vec::new(),
            packets: BTreeMap::new(),
            blobs: 1,
            last_incident: 0,
        }
    }

    pub(crate) fn facts(&self, index: Index) -> Facts {
        self.facts.get(&index).cloned().unwrap_or_default()
    }

    pub(crate) fn completed_packet(&self, index: Index) -> Option<Ticks> {
        self.packets.get(&index).copied()
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
            let first = notices.len();
            self.live(world, until, &mut notices);
            notices[first..].sort_by_key(|notice| notice.at);
            self.settled = until;
        }
        notices
    }

    fn live(&mut self, world: &World, until: Ticks, notices: &mut Vec<Notice>) {
        let window = Window::new(world, until, self.settled.plus(1), until);
        for (at, index) in feed::incidents(world, window) {
            self.last_incident += 1;
            let number = self.last_incident;
            self.plans.insert((at, Plan::Report(index, number, Report::Created)));
            let mut draw = world.draw(index, Salt::Incidents as u64 ^ u64::from(number) << 24);
            let later = |draw: &mut crate::world::hash::Draw, days| at.plus(i64::from(1 + draw.below(days)) * DAY / 3);
            if draw.hit(96) {
                self.plans.insert((later(&mut draw, 15), Plan::Report(index, number, Report::Updated)));
            }
            if draw.hit(48) {
                self.plans.insert((later(&mut draw, 15).plus(5 * DAY), Plan::Report(index, number, Report::Retracted)));
            }
        }
        for (at, index) in feed::packets(world, window, &[]) {
            self.packets.insert(index, at);
            notices.push(Notice { at, index, what: What::Packet });
        }
        let mut rows = feed::computed(world, window).into_iter().peekable();
        loop {
            let planned = self.plans.first().map(|(at, _)| *at).filter(|at| *at <= until);
            match (rows.peek().map(|row| row.at), planned) {
                (Some(row), plan) if plan.is_none_or(|plan| row <= plan) => {
                    if let Some(row) = rows.next() {
                        self.revise(row.index, row.categories);
                    }
                }
                (_, Some(_)) => {
                    if let Some((at, plan)) = self.plans.pop_first() {
                        self.carry_out(world, at, plan, notices);
                    }
                }
                _ => return,
            }
        }
    }

    fn carry_out(&mut self, world: &World, at: Ticks, plan: Plan, notices: &mut Vec<Notice>) {
        match plan {
            Plan::Expire(index) => self.change(index, at, RISK | INSURANCE, false),
            Plan::Renew(index) => {
                self.change(index, at, INSURANCE, true);
                let revisions = self.facts(index).revisions;
                self.plans.extend(insured(world, index, &revisions, at));
            }
            Plan::Report(index, number, report) => {
                let incidents = &mut self.facts.entry(index).or_default().incidents;
                if report == Report::Created {
                    incidents.push(Incident::new(number, at));
                }
                let Some(incident) = incidents.iter_mut().find(|incident| incident.number == number) else { return };
                incident.become_of(report, at);
                notices.push(Notice { at, index, what: What::Incident(report, incident.clone()) });
                self.change(index, at, RISK, false);
            }
        }
    }

    /// Gives a carrier new data and a row in the change feed.
    fn change(&mut self, index: Index, at: Ticks, categories: u8, renewed: bool) {
        self.revise(index, categories);
        if renewed {
            let revisions = &mut self.facts.entry(index).or_default().revisions;
            revisions.renewed = Some((revisions.renewed.map_or(1, |(count, _)| count + 1), at));
        }
        remember(&mut self.changes, Change { at, index, categories });
    }

    fn revise(&mut self, index: Index, categories: u8) {
        let revisions = &mut self.facts.entry(index).or_default().revisions;
        for (category, count) in
            [(INSURANCE, &mut revisions.insurance), (FMCSA, &mut revisions.fmcsa), (RISK, &mut revisions.risk)]
        {
            *count += u32::from(categories & category != 0);
        }
    }
}

/// When the insurance of a carrier runs out and is renewed, as far as that is to come.
fn insured(world: &World, index: Index, revisions: &Revisions, now: Ticks) -> impl Iterator<Item = (Ticks, Plan)> {
    // A policy ends a minute after midnight; the vendor notes it within the hour.
    let noted = SECOND * (60 + i64::from(world.draw(index, Salt::Insurance as u64 ^ 0x5A00).below(3500)));
    let end = expires(world, index, revisions).plus(noted);
    let renewal = renews(world, index, revisions).map(|at| (at, Plan::Renew(index)));
    [Some((end, Plan::Expire(index))), renewal].into_iter().flatten().filter(move |(at, _)| *at > now)
}

pub(crate) fn remember<T>(rows: &mut Vec<T>, row: T) {
    if rows.len() >= MAX_ROWS {
        rows.drain(..MAX_ROWS / 10);
    }
    rows.push(row);
}
