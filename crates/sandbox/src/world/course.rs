//! What happens to a carrier in time, all of it: when, and what of its data it changes.

use crate::world::clock::{DAY, Ticks};
use crate::world::cover::{expiring, lapses};
use crate::world::cycle::Cycle;
use crate::world::facts::{Incident, Report};
use crate::world::salt::Salt;
use crate::world::terms::{Insured, Terms};
use crate::world::{Index, World};

/// How many days there are between two, of a carrier in a sandbox that is as busy as the trade.
const READINGS: i64 = 1160;
const AMENDMENTS: i64 = 20_000;
const INCIDENTS: i64 = 25_000;
const PACKETS: i64 = 900;
/// What becomes of a report is known by then.
const RESOLVED: i64 = 12 * DAY;
/// At most this number of reports is known of the time before the start.
const INCIDENTS_BEFORE: i64 = 20;
/// At most this number of reports of a carrier is shown; the oldest go first.
const INCIDENTS_SHOWN: i64 = 50;

/// Something that happens to a carrier.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    Insured(Insured),
    /// The federal registers are read again.
    Read,
    /// A policy is changed before its end.
    Amended,
    Packet,
    Incident(Report, Incident),
}

/// When what happens again and again happens to one carrier.
pub(crate) struct Course<'w> {
    pub(crate) terms: Terms<'w>,
    readings: Cycle,
    amendments: Cycle,
    incidents: Cycle,
    packets: Cycle,
    world: &'w World,
    index: Index,
    granted: Ticks,
}

impl<'w> Course<'w> {
    pub(crate) fn of(world: &'w World, index: Index) -> Self {
        let cycle = |salt: Salt, days| {
            Cycle::new(world.start, days, world.activity, &mut world.draw(index, salt as u64 ^ 0x2C00))
        };
        let terms = Terms::of(world, index);
        Self {
            granted: terms.granted(),
            terms,
            readings: cycle(Salt::Inspection, READINGS),
            amendments: cycle(Salt::Insurance, AMENDMENTS),
            incidents: cycle(Salt::Incidents, INCIDENTS),
            packets: cycle(Salt::Packet, PACKETS),
            world,
            index,
        }
    }

    /// How often the registers were read since the authority was granted, and when last.
    pub(crate) fn reading(&self, now: Ticks) -> (u32, Ticks) {
        let last = self.readings.last(now);
        match last - self.readings.last(self.granted) {
            count @ 1.. => (u32::try_from(count).unwrap_or(u32::MAX), self.readings.at(last)),
            _ => (0, self.granted),
        }
    }

    pub(crate) fn amendments(&self, now: Ticks) -> u32 {
        u32::try_from(self.amendments.last(now) - self.amendments.last(self.granted)).unwrap_or(0)
    }

    /// When it last completed a packet, for whatever customer.
    pub(crate) fn packet(&self, now: Ticks) -> Option<Ticks> {
        if self.index == 0 {
            return Some(self.packets.at(self.packets.last(now)).max(self.granted.plus(20 * DAY)));
        }
        // Four of ten have never done so.
        if !self.completes() {
            return None;
        }
        let last = self.packets.at(self.packets.last(now));
        (last > self.granted.plus(7 * DAY)).then_some(last)
    }

    fn completes(&self) -> bool {
        self.index == 0 || self.world.draw(self.index, Salt::Packet as u64).below(10) < 6
    }

    /// The reports there are at an instant, those that were withdrawn among them.
    pub(crate) fn incidents(&self, now: Ticks) -> Vec<Incident> {
        let last = self.incidents.last(now);
        let first = (self.incidents.last(self.granted.plus(30 * DAY)) + 1).max(-INCIDENTS_BEFORE);
        let numbers = first.max(last - INCIDENTS_SHOWN + 1)..=last;
        let mut found = Vec::new();
        for n in numbers {
            let mut incident = None;
            for (at, report) in self.reports(n).into_iter().flatten() {
                if at <= now {
                    incident.get_or_insert_with(|| Incident::new(number(n), at)).become_of(report, at);
                }
            }
            found.extend(incident);
        }
        found
    }

    /// What becomes of a report, in order.
    fn reports(&self, n: i64) -> [Option<(Ticks, Report)>; 3] {
        let created = self.incidents.at(n);
        let mut draw = self.world.draw(self.index, Salt::Incidents as u64 ^ u64::from(number(n)) << 40);
        let step = |draw: &mut crate::world::hash::Draw, days| i64::from(1 + draw.below(days)) * DAY / 3;
        let updated = (draw.below(8) < 3).then(|| (created.plus(step(&mut draw, 14)), Report::Updated));
        let retracted = (draw.below(8) == 0).then(|| (created.plus(5 * DAY + step(&mut draw, 18)), Report::Retracted));
        [Some((created, Report::Created)), updated, retracted]
    }

    /// What happens between two instants, both included, in order.
    pub(crate) fn happenings(&self, from: Ticks, to: Ticks) -> Vec<(Ticks, Happening)> {
        let from = from.max(self.terms.begins(self.terms.first));
        let mut found: Vec<(Ticks, Happening)> =
            self.terms.events(from, to).into_iter().map(|(at, event)| (at, Happening::Insured(event))).collect();
        let since = from.max(self.granted.plus(1));
        found.extend(self.readings.within(since, to).map(|(_, at)| (at, Happening::Read)));
        found.extend(self.amendments.within(since, to).map(|(_, at)| (at, Happening::Amended)));
        if self.completes() {
            let since = from.max(self.granted.plus(7 * DAY));
            found.extend(self.packets.within(since, to).map(|(_, at)| (at, Happening::Packet)));
        }
        let first = self.granted.plus(30 * DAY + 1).max(from.plus(-RESOLVED));
        for (n, _) in self.incidents.within(first, to).filter(|(n, _)| *n >= -INCIDENTS_BEFORE) {
            let mut incident = Incident::new(number(n), self.incidents.at(n));
            for (at, report) in self.reports(n).into_iter().flatten() {
                incident.become_of(report, at);
                if (from..=to).contains(&at) {
                    found.push((at, Happening::Incident(report, incident.clone())));
                }
            }
        }
        self.given(&mut found, (from, to));
        found.sort_by_key(|(at, _)| *at);
        found
    }

    /// Takes out what does not happen because of what is given, and puts in what does.
    fn given(&self, found: &mut Vec<(Ticks, Happening)>, (from, to): (Ticks, Ticks)) {
        found.retain(|(at, happening)| {
            let Some(given) = self.world.given(self.index, *at) else { return true };
            match happening {
                Happening::Incident(..) => !given.clean,
                Happening::Insured(
                    Insured::Revoked | Insured::Restored | Insured::Cleared | Insured::Closed | Insured::Seasoned,
                ) => given.made.authority.is_none(),
                Happening::Insured(_) => given.made.insurance_expires.is_none(),
                Happening::Read | Happening::Amended | Happening::Packet => true,
            }
        });
        let Some(last) = self.world.given(self.index, to) else { return };
        let Some(until) = last.expires() else { return };
        for (at, event) in [(expiring(until), Insured::Expiring(0)), (lapses(until), Insured::Lapsed(0))] {
            if at > last.from && (from..=to).contains(&at) {
                found.push((at, Happening::Insured(event)));
            }
        }
    }
}

/// The number of a report: those of before the start come first.
fn number(n: i64) -> u32 {
    u32::try_from(n + INCIDENTS_BEFORE + 1).unwrap_or(0)
}
