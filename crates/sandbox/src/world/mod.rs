//! Which carriers exist: numbers are computed from the index and back, so that nothing is stored per carrier.

mod authority;
mod calendar;
pub(crate) mod carrier;
pub(crate) mod clock;
pub(crate) mod company;
mod course;
pub(crate) mod cover;
mod cycle;
pub(crate) mod facts;
pub(crate) mod feed;
pub(crate) mod fit;
pub(crate) mod fleet;
pub(crate) mod given;
pub(crate) mod hash;
pub(crate) mod history;
pub(crate) mod numbers;
pub(crate) mod places;
pub(crate) mod risk;
#[cfg(test)]
mod rules;
pub(crate) mod safety;
pub(crate) mod salt;
pub(crate) mod stretch;
mod terms;
pub(crate) mod timeline;
pub(crate) mod words;

use std::sync::Arc;

use crate::world::clock::Ticks;
pub(crate) use crate::world::facts::Index;
use crate::world::given::{Gifts, Given};
use crate::world::hash::{Draw, pair};
use crate::world::stretch::Calendar;

/// How many numbers the 9,9xx,xxx range of DOT numbers holds; more carriers spill over above it.
const RANGE: u32 = 100_000;
const DOT_BASE: u32 = 9_900_000;
const DOT_SPILL: u32 = 10_000_000;
const DOCKET_BASE: u32 = 9_000_000;
const DOCKET_SPILL: u32 = 9_100_000;
/// Odd and not a multiple of 5, so multiplication by it permutes `0..RANGE`; the second undoes the first.
const STEP: u64 = 61_803;
const STEP_INVERSE: u64 = inverse(STEP, RANGE as u64);

/// The carrier of the documentation's examples.
const SAMPLE_DOT: u32 = 23_868;
const SAMPLE_DOCKET: u32 = 113_843;

pub(crate) const MAX_CARRIERS: u32 = 1_000_000;
pub(crate) const MAX_ACTIVITY: u32 = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Docket {
    pub(crate) prefix: &'static str,
    pub(crate) number: u32,
}

pub(crate) struct World {
    pub(crate) seed: u64,
    /// Carriers below this index are monitored when the sandbox starts.
    pub(crate) carriers: u32,
    /// All carriers: some more exist, so that there is something to add.
    pub(crate) total: u32,
    pub(crate) start: Ticks,
    /// Data are generated relative to this midnight.
    pub(crate) today: Ticks,
    /// The feeds reach back to here.
    pub(crate) oldest: Ticks,
    /// How many times as much happens as in the trade.
    pub(crate) activity: u32,
    calendar: Calendar,
    /// What the user of the sandbox set.
    pub(crate) gifts: Gifts,
    shift: u64,
}

impl World {
    pub(crate) fn new(seed: u64, carriers: u32, activity: u32, start: Ticks) -> Self {
        let carriers = carriers.min(MAX_CARRIERS);
        Self {
            seed,
            carriers,
            total: carriers + (carriers / 100).clamp(10, 500),
            start,
            today: start.midnight(),
            oldest: start.plus(-30 * crate::world::clock::DAY),
            activity: activity.clamp(1, MAX_ACTIVITY),
            calendar: Calendar::default(),
            gifts: Gifts::default(),
            shift: pair(seed, 1) % u64::from(RANGE),
        }
    }

    /// What was given to a carrier until an instant.
    pub(crate) fn given(&self, index: Index, now: Ticks) -> Option<Arc<Given>> {
        self.gifts.of(index, now)
    }

    /// Takes up what is given, in place of what was given before.
    pub(crate) fn take(&self, index: Index, given: Given) {
        self.gifts.take(index, given);
        self.calendar.forget();
    }

    /// Puts what is given in place of all that was.
    pub(crate) fn replace_given(&self, kept: given::Kept) {
        self.gifts.replace(kept);
        self.calendar.forget();
    }

    /// The values of one carrier; `salt` names what they are for.
    pub(crate) fn draw(&self, index: Index, salt: u64) -> Draw {
        Draw::new(pair(self.seed, (u64::from(index) << 16) ^ salt))
    }

    pub(crate) fn dot(&self, index: Index) -> u32 {
        match index {
            0 => SAMPLE_DOT,
            _ if index < RANGE => DOT_BASE + self.slot(index),
            _ => DOT_SPILL + index - RANGE,
        }
    }

    pub(crate) fn by_dot(&self, dot: i64) -> Option<Index> {
        let index = match u32::try_from(dot).ok()? {
            SAMPLE_DOT => 0,
            dot @ DOT_BASE..DOT_SPILL => self.unslot(dot - DOT_BASE),
            dot => dot.checked_sub(DOT_SPILL)?.checked_add(RANGE)?,
        };
        (index < self.total && i64::from(self.dot(index)) == dot).then_some(index)
    }

    /// `None` for a carrier that runs inside one state only.
    pub(crate) fn docket(&self, index: Index) -> Option<Docket> {
        if index == 0 {
            return Some(Docket { prefix: "MC", number: SAMPLE_DOCKET });
        }
        let prefix = match self.draw(index, 1).below(100) {
            0..2 => return None,
            2..5 => "FF",
            5..8 => "MX",
            _ => "MC",
        };
        let number = if index < RANGE { DOCKET_BASE + self.slot(index) } else { DOCKET_SPILL + index - RANGE };
        Some(Docket { prefix, number })
    }

    /// Finds `MC9012345`; case, blanks, a dash and leading zeros do not matter, and digits alone are an MC number.
    pub(crate) fn by_docket(&self, docket: &str) -> Option<Index> {
        let docket: String =
            docket.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect();
        let digits = docket.find(|c: char| c.is_ascii_digit())?;
        let prefix = if digits == 0 { "MC" } else { &docket[..digits] };
        let number = docket[digits..].parse().ok()?;
        let index = match number {
            SAMPLE_DOCKET => 0,
            DOCKET_BASE..DOCKET_SPILL => self.unslot(number - DOCKET_BASE),
            _ => number.checked_sub(DOCKET_SPILL)?.checked_add(RANGE)?,
        };
        let found = (index < self.total).then(|| self.docket(index)).flatten()?;
        (found.number == number && found.prefix == prefix).then_some(index)
    }

    /// The number a state gave to a carrier that has no docket: `TX009912345`.
    pub(crate) fn intrastate(&self, index: Index) -> Option<String> {
        if self.docket(index).is_some() {
            return None;
        }
        Some(format!("{}{:09}", self.state(index), self.dot(index)))
    }

    pub(crate) fn by_intrastate(&self, number: &str) -> Option<Index> {
        // Case, blanks and punctuation do not matter.
        let number: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
        let index = self.by_dot(number.get(2..)?.parse().ok()?)?;
        self.intrastate(index).is_some_and(|own| own.eq_ignore_ascii_case(&number)).then_some(index)
    }

    pub(crate) fn state(&self, index: Index) -> &'static str {
        let states = places::STATES;
        states[self.draw(index, 2).below(states.len() as u32) as usize].code
    }

    fn slot(&self, index: Index) -> u32 {
        ((u64::from(index) * STEP + self.shift) % u64::from(RANGE)) as u32
    }

    fn unslot(&self, slot: u32) -> Index {
        let range = u64::from(RANGE);
        ((u64::from(slot) + range - self.shift) % range * STEP_INVERSE % range) as u32
    }
}

const fn inverse(n: u64, modulus: u64) -> u64 {
    let mut candidate = 1;
    while candidate * n % modulus != 1 {
        candidate += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back_to_their_carrier() {
        let world = World::new(7, 110_000, 1, Ticks(0));
        for index in (0..world.total).step_by(13).chain(99_990..100_010) {
            assert_eq!(world.by_dot(world.dot(index).into()), Some(index));
            match world.docket(index) {
                Some(d) => assert_eq!(world.by_docket(&format!("{}-{}", d.prefix, d.number)), Some(index)),
                None => {
                    let number = world.intrastate(index).unwrap();
                    assert_eq!(world.by_intrastate(&number.to_lowercase()), Some(index));
                }
            }
        }
    }

    #[test]
    fn strangers_are_not_found() {
        let world = World::new(7, 1000, 1, Ticks(0));
        assert!(world.dot(1) >= DOT_BASE);
        for dot in [-1, 0, 1, 9_899_999, 10_000_000, i64::MAX] {
            assert_eq!(world.by_dot(dot), None);
        }
        let known = (DOT_BASE..DOT_SPILL).filter(|&dot| world.by_dot(dot.into()).is_some()).count();
        assert_eq!(known, 1009, "all but the sample carrier");
        for docket in ["", "MC", "9", "MC4294967295", "MC99999999999", "é", "FF113843", "0"] {
            assert_eq!(world.by_docket(docket), None, "{docket}");
        }
        for number in ["", "T", "é12", "TX", "TX000023868", "é"] {
            assert_eq!(world.by_intrastate(number), None, "{number}");
        }
    }
}
