//! The insurance of a carrier, term by term: each is a year, and each ends in a way of its own.

use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::cycle::at_work;
use crate::world::hash::Draw;
use crate::world::salt::Salt;
use crate::world::{Index, World};

/// A year of insurance: number 0 is the one in which the sandbox starts.
pub(crate) type Term = i32;

/// How a term ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Renewed `n` days before.
    Early(i64),
    /// Renewed so late that it is seen to expire.
    Late(i64),
    /// Run out, and renewed `n` days later.
    Gap(i64),
    /// Run out for so long that the authority was revoked.
    LongGap(i64),
    /// Cancelled `n` days before its end, and bound with another insurer `m` days later.
    Cancelled(i64, i64),
    /// Run out for good.
    Closed,
}

/// What happens to the insurance and, because of it, to the authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Insured {
    /// The term is in force, and its certificate is the one on file.
    Bound(Term),
    /// It ends within fifteen days, and there is no other.
    Expiring(Term),
    Lapsed(Term),
    Cancelled(Term),
    /// Bound with another insurer until the end of the term.
    Replaced(Term),
    Revoked,
    Restored,
    /// A year has passed since the revocation.
    Cleared,
    /// A year has passed since the authority was granted.
    Seasoned,
    /// The carrier gives up.
    Closed,
}

/// From here on a certificate without a successor is a risk.
pub(crate) const EXPIRING: i64 = 15 * DAY;
/// Insurers give notice of a cancellation that long before, and authority ends after it.
const NOTICE: i64 = 35 * DAY;
/// What a term does is over by then, counted from its end.
const AFTERMATH: i64 = 420 * DAY;
const BEFOREHAND: i64 = 260 * DAY;

/// The terms of one carrier.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'w> {
    world: &'w World,
    index: Index,
    /// When term 0 begins.
    anchor: Ticks,
    /// The oldest.
    pub(crate) first: Term,
    /// The last, if the carrier gives up.
    pub(crate) closing: Option<Term>,
    authorized: bool,
}

impl<'w> Terms<'w> {
    pub(crate) fn of(world: &'w World, index: Index) -> Self {
        let mut draw = world.draw(index, Salt::Term as u64);
        let anchor = season(world.today.plus(-i64::from(draw.below(365)) * DAY), &mut draw);
        // Some are new; most have been around for some years, a few for decades.
        let first = match draw.below(100) {
            _ if index == 0 => -23,
            0..5 => 0,
            5..40 => -(1 + draw.below(4) as Term),
            40..85 => -(4 + draw.below(9) as Term),
            _ => -(10 + draw.below(20) as Term),
        };
        // Of 250 carriers one gives up in a year, and none in its first.
        let closing = Some(first + 1 + draw.below(250) as Term).filter(|_| index != 0);
        Self { world, index, anchor, first, closing, authorized: world.docket(index).is_some() }
    }

    pub(crate) fn begins(&self, term: Term) -> Ticks {
        self.anchor.years(term.into())
    }

    pub(crate) fn ends(&self, term: Term) -> Ticks {
        self.begins(term.saturating_add(1))
    }

    /// When the authority was granted: some days after the first term began.
    pub(crate) fn granted(&self) -> Ticks {
        let mut draw = self.draw(self.first, 1);
        let days = 2 + i64::from(draw.below(20));
        at_work(self.begins(self.first).plus(days * DAY), true, &mut draw)
    }

    /// When the authority is no longer less than a year old.
    pub(crate) fn seasoned(&self) -> Ticks {
        let mut draw = self.draw(self.first, 4);
        self.granted().midnight().plus(366 * DAY).plus(SECOND * i64::from(60 + draw.below(3500)))
    }

    /// The term in whose year an instant is.
    pub(crate) fn at(&self, now: Ticks) -> Term {
        let term = Term::try_from(now.date().0 - self.anchor.date().0).unwrap_or(0);
        if self.begins(term) > now { term - 1 } else { term }
    }

    /// What an instant still feels of the past, in order: of years, and of a carrier that has given up, of its last ones.
    pub(crate) fn recent(&self, now: Ticks) -> Vec<(Ticks, Insured)> {
        let years = now.plus(-900 * DAY);
        let last = self.closing.map_or(years, |closing| self.begins(closing.max(self.first)).plus(-800 * DAY));
        self.events(years.min(last), now)
    }

    /// What happens between two instants, both included, in order.
    pub(crate) fn events(&self, from: Ticks, to: Ticks) -> Vec<(Ticks, Insured)> {
        let oldest = self.at(from.plus(-AFTERMATH)).saturating_sub(1).max(self.first);
        let newest = self.at(to.plus(BEFOREHAND)).min(self.closing.unwrap_or(Term::MAX));
        let mut found = Vec::new();
        if oldest == self.first {
            found.push((self.begins(self.first), Insured::Bound(self.first)));
        }
        if self.authorized {
            found.push((self.seasoned(), Insured::Seasoned));
        }
        for term in oldest..=newest {
            self.of_term(term, &mut found);
        }
        found.retain(|(at, _)| (from..=to).contains(at));
        found.sort_by_key(|(at, _)| *at);
        found
    }

    fn of_term(&self, term: Term, found: &mut Vec<(Ticks, Insured)>) {
        let end = self.ends(term);
        let mut draw = self.draw(term, 2);
        // A policy ends a minute after midnight; the vendor notes it within the hour.
        let mut noted = |at: Ticks| at.midnight().plus(SECOND * (60 + i64::from(draw.below(3500))));
        let mut before = self.draw(term, 3);
        let fate = self.fate(term);
        if matches!(fate, Fate::Late(_) | Fate::Gap(_) | Fate::LongGap(_) | Fate::Closed) {
            found.push((noted(end.plus(-EXPIRING)), Insured::Expiring(term)));
        }
        if matches!(fate, Fate::Gap(_) | Fate::LongGap(_) | Fate::Closed) {
            found.push((noted(end), Insured::Lapsed(term)));
        }
        match fate {
            Fate::Early(days) | Fate::Late(days) => {
                found.push((at_work(end.plus(-days * DAY), false, &mut before), Insured::Bound(term + 1)));
            }
            Fate::Gap(days) => {
                found.push((at_work(end.plus(days * DAY), true, &mut before), Insured::Bound(term + 1)));
            }
            Fate::LongGap(days) => {
                let bound = end.plus(NOTICE + days * DAY);
                if self.authorized {
                    let revoked = at_work(end.plus(NOTICE), true, &mut before);
                    found.push((revoked, Insured::Revoked));
                    found.push((at_work(bound.plus(9 * DAY), true, &mut before), Insured::Restored));
                    found.push((revoked.plus(365 * DAY), Insured::Cleared));
                }
                found.push((at_work(bound, true, &mut before), Insured::Bound(term + 1)));
            }
            Fate::Cancelled(days, gap) => {
                let cancelled = end.plus(-days * DAY);
                found.push((noted(cancelled), Insured::Cancelled(term)));
                found.push((at_work(cancelled.plus(gap * DAY), true, &mut before), Insured::Replaced(term)));
                found.push((at_work(end.plus(-25 * DAY), false, &mut before), Insured::Bound(term + 1)));
            }
            Fate::Closed => {
                if self.authorized {
                    let revoked = at_work(end.plus(NOTICE), true, &mut before);
                    found.push((revoked, Insured::Revoked));
                    found.push((revoked.plus(365 * DAY), Insured::Cleared));
                }
                found.push((at_work(end.plus(60 * DAY), true, &mut before), Insured::Closed));
            }
        }
    }

    fn fate(&self, term: Term) -> Fate {
        if self.closing == Some(term) {
            return Fate::Closed;
        }
        let mut draw = self.draw(term, 0);
        let days = |draw: &mut Draw, least: i64, count: u32| least + i64::from(draw.below(count));
        match draw.below(1000) {
            _ if self.index == 0 => Fate::Early(30),
            0..905 => Fate::Early(days(&mut draw, 17, 28)),
            905..945 => Fate::Late(days(&mut draw, 1, 12)),
            945..970 => Fate::Gap(days(&mut draw, 1, 9)),
            970..978 => Fate::LongGap(days(&mut draw, 5, 40)),
            978..996 => Fate::Cancelled(days(&mut draw, 60, 150), days(&mut draw, 2, 15)),
            _ => Fate::Early(20),
        }
    }

    pub(crate) fn draw(&self, term: Term, salt: u64) -> Draw {
        self.world.draw(self.index, Salt::Term as u64 ^ 0x100 ^ (salt << 9) ^ u64::from(term as u16) << 40)
    }
}

/// Most policies begin at any time, many on the first day of a quarter.
fn season(day: Ticks, draw: &mut Draw) -> Ticks {
    let (year, month, date) = day.date();
    let first = if draw.hit(40) { Ticks::of_date(year, (month - 1) / 3 * 3 + 1, 1) } else { None };
    // The 29th of February has no anniversary.
    first.or_else(|| Ticks::of_date(year, month, date.min(28))).unwrap_or(day)
}
