//! A carrier at an instant: who it is, and all that is so of it then. Answers, feeds, documents and pages show this and nothing else.

use std::ops::Deref;

use crate::world::authority::Authority;
use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::company::Company;
use crate::world::course::{Course, Happening};
use crate::world::cover::{Cover, Habits};
use crate::world::facts::Facts;
use crate::world::fleet::{Fleet, Trade};
use crate::world::given::Given;
use crate::world::hash::Draw;
use crate::world::safety::{Reading, Safety};
pub(crate) use crate::world::salt::Salt;
use crate::world::terms::Insured;
use crate::world::{Index, World};

pub(crate) struct Carrier<'w> {
    pub(crate) world: &'w World,
    company: Company,
    pub(crate) facts: Facts,
    pub(crate) authority: Authority,
    pub(crate) fleet: Fleet,
    pub(crate) cover: Cover,
    pub(crate) safety: Safety,
    /// How many companies block it.
    pub(crate) blocked_by: u32,
    /// When it last completed a packet by the course of things.
    pub(crate) packet: Option<Ticks>,
    /// When its first insurance began.
    pub(crate) founded: Ticks,
    /// Whether facts of it were given, with which nothing odd is shown.
    pub(crate) is_given: bool,
    /// The day of the sandbox's calendar.
    pub(crate) day: Ticks,
}

impl Deref for Carrier<'_> {
    type Target = Company;

    fn deref(&self) -> &Company {
        &self.company
    }
}

impl<'w> Carrier<'w> {
    /// As it is without what a customer had happen.
    pub(crate) fn plain(world: &'w World, index: Index, now: Ticks) -> Self {
        Self::new(world, index, natural(world, index, now).0, now)
    }

    pub(crate) fn new(world: &'w World, index: Index, facts: Facts, now: Ticks) -> Self {
        Self::with(world, index, facts, (now, world.given(index, now).as_deref()))
    }

    /// With what is given.
    pub(crate) fn with(world: &'w World, index: Index, facts: Facts, (now, given): (Ticks, Option<&Given>)) -> Self {
        let course = Course::of(world, index);
        let terms = &course.terms;
        let mut authority = Authority::at(world, index, terms, now);
        let fleet = Fleet::of(world, index, authority.granted.is_some(), given.map(|given| &given.made));
        let (number, at) = course.reading(now);
        let habits = Habits {
            required: if fleet.hazardous { 5_000_000 } else { 750_000 },
            refrigerated: fleet.trade == Trade::Reefer,
        };
        let amendments = course.amendments(now).saturating_add(facts.revisions.amendments);
        let reading = Reading {
            number: number.saturating_add(facts.revisions.readings),
            at,
            granted: terms.granted(),
            power: fleet.power(),
            hazardous: fleet.hazardous,
            canada: fleet.canada,
        };
        let mut draw = world.draw(index, Salt::Risk as u64);
        let mut company = Company::natural(world, index);
        let mut cover = Cover::at(world, index, terms, &habits, (now, amendments));
        let mut safety = Safety::at(world, index, reading);
        if let Some(given) = given {
            company = company.with(&given.made);
            authority.give(given);
            cover.give(given, now);
            safety.give(given);
        }
        // Whoever was given an older authority is older, too.
        let granted = authority.granted.filter(|_| given.is_some()).unwrap_or(Ticks(i64::MAX));
        Self {
            world,
            company,
            cover,
            safety,
            blocked_by: match draw.below(100) {
                _ if given.is_some_and(|given| given.clean) => 0,
                _ if index == 0 => 0,
                0..92 => 0,
                92..98 => 1 + draw.below(2),
                _ => 3 + draw.below(9),
            },
            packet: course.packet(now),
            founded: terms.begins(terms.first).min(granted.plus(-20 * DAY)),
            is_given: given.is_some(),
            facts,
            authority,
            fleet,
            day: now.midnight(),
        }
    }

    pub(crate) fn draw(&self, salt: Salt) -> Draw {
        self.world.draw(self.index, salt as u64)
    }

    /// As [`Carrier::draw`], for values that differ after a number of changes.
    pub(crate) fn changing(&self, salt: Salt, changes: u32) -> Draw {
        self.world.draw(self.index, salt as u64 ^ (u64::from(changes) << 40))
    }

    /// The number of whoever answers for it on the road.
    pub(crate) fn cell_phone(&self) -> String {
        self.phone_of(&mut self.world.draw(self.index, Salt::Contacts as u64 ^ 0x5B00))
    }

    /// Whether it is in business, and may be: from state to state with its authority, inside one state without.
    pub(crate) fn is_active(&self) -> bool {
        if self.authority.granted.is_some() { self.authority.is_active() } else { !self.authority.is_closed }
    }

    /// An instant up to `days` days before today and after it was founded, with 0 to 7 fraction digits.
    pub(crate) fn past(&self, draw: &mut Draw, days: u32) -> Ticks {
        let age = (self.world.today.0 - self.founded.0) / DAY - 1;
        past(self.world.today, draw, days.min(u32::try_from(age).unwrap_or(1).max(1)))
    }
}

/// What is so of a carrier by an instant for whoever asks: what was reported, and when it last completed a packet.
pub(crate) fn natural(world: &World, index: Index, now: Ticks) -> (Facts, Option<Ticks>) {
    let course = Course::of(world, index);
    let clean = world.given(index, now).is_some_and(|given| given.clean);
    let incidents = if clean { Vec::new() } else { course.incidents(now) };
    (Facts { incidents, ..Facts::default() }, course.packet(now))
}

/// When the certificates on file were replaced, the latest first.
pub(crate) fn certified_before(world: &World, index: Index, now: Ticks) -> Vec<Ticks> {
    let replaces = |happening: &Happening| {
        matches!(happening, Happening::Insured(Insured::Bound(_) | Insured::Replaced(_)) | Happening::Amended)
    };
    let happened = Course::of(world, index).happenings(now.plus(-1100 * DAY), now);
    happened.into_iter().rev().filter(|(_, happening)| replaces(happening)).map(|(at, _)| at).collect()
}

pub(crate) fn past(today: Ticks, draw: &mut Draw, days: u32) -> Ticks {
    let whole = today.plus(-i64::from(1 + draw.below(days)) * DAY + i64::from(draw.below(86_400)) * SECOND);
    let fraction = i64::from(draw.below(SECOND as u32));
    whole.plus(cut(fraction, draw.below(8)))
}

/// Keeps the first `digits` of a fraction in ticks.
pub(crate) fn cut(fraction: i64, digits: u32) -> i64 {
    let unit = 10_i64.pow(7 - digits.min(7));
    fraction / unit * unit
}
