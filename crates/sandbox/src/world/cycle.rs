//! What happens to a carrier again and again, at no fixed hour: counted from the start of the sandbox, before and after it.

use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::hash::{Draw, pair, reduce};

/// Occurrences, one in each period, by number; number 0 falls into the period in which the sandbox starts.
#[derive(Clone, Copy)]
pub(crate) struct Cycle {
    /// When the period of number 0 begins.
    base: Ticks,
    period: i64,
    seed: u64,
}

/// Below it hours of work make no difference: so much happens that it has to be at all hours.
const SHORTEST_AT_WORK: i64 = 14 * DAY;
/// No carrier changes more often.
const SHORTEST: i64 = 60 * SECOND;

impl Cycle {
    /// One in `days` days, `activity` times as often; `draw` says when the first is.
    pub(crate) fn new(start: Ticks, days: i64, activity: u32, draw: &mut Draw) -> Self {
        let period = (days * DAY / i64::from(activity.max(1))).max(SHORTEST);
        let phase = ((i128::from(period) * i128::from(draw.below(1 << 20))) >> 20) as i64;
        Self { base: start.plus(-phase), period, seed: draw.next() }
    }

    /// When number `n` is: in the first quarter of its period, so that two are never close.
    pub(crate) fn at(&self, n: i64) -> Ticks {
        let mut draw = Draw::new(pair(self.seed, n as u64));
        let offset = ((i128::from(self.period / 4) * i128::from(draw.below(1 << 20))) >> 20) as i64;
        let at = self.base.plus(self.period.saturating_mul(n)).plus(offset);
        if self.period < SHORTEST_AT_WORK { fraction(at, &mut draw) } else { at_work(at, true, &mut draw) }
    }

    /// The last number until `until`, included.
    pub(crate) fn last(&self, until: Ticks) -> i64 {
        let next = (until.0 - self.base.0).div_euclid(self.period) + 1;
        // What is in the first quarter of its period is moved by three days at most. Where the calendar ends all are at one
        // instant, and no number would do.
        (next - 2..=next).rev().find(|n| self.at(*n) <= until).unwrap_or(next - 2)
    }

    /// The numbers between two instants, both included.
    pub(crate) fn within(&self, from: Ticks, to: Ticks) -> impl Iterator<Item = (i64, Ticks)> + use<'_> {
        let first = self.last(from.plus(-1)) + 1;
        (first..=self.last(to)).map(|n| (n, self.at(n)))
    }
}

/// A time of work on the day of `at`, or on the next day of work, or the one before: Monday to Friday, 8 to 17 in Chicago.
pub(crate) fn at_work(at: Ticks, forward: bool, draw: &mut Draw) -> Ticks {
    let mut day = at.midnight();
    // 1970-01-01 was a Thursday.
    while matches!((day.0.div_euclid(DAY) + 4).rem_euclid(7), 0 | 6) {
        day = day.plus(if forward { DAY } else { -DAY });
    }
    let seconds = 14 * 3600 + draw.below(9 * 3600 - 1);
    fraction(day.plus(i64::from(seconds) * SECOND), draw)
}

/// The wire shows 0 to 7 digits; a tenth falls on a whole second, where the edges of windows are.
fn fraction(at: Ticks, draw: &mut Draw) -> Ticks {
    let whole = at.plus(-at.0.rem_euclid(SECOND));
    let digits = if draw.below(10) == 0 { 0 } else { draw.below(8) };
    let unit = 10_i64.pow(7 - digits);
    whole.plus(i64::from(reduce(draw.next(), SECOND as u32)) / unit * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_each_other_and_are_found_again() {
        let start = Ticks::parse("2026-03-18T12:00:00").unwrap();
        for (days, activity) in [(1000, 1), (900, 7), (1000, 2000), (1000, 1_000_000), (30, 1)] {
            let cycle = Cycle::new(start, days, activity, &mut Draw::new(days as u64));
            for n in -50..50 {
                let at = cycle.at(n);
                assert!(at < cycle.at(n + 1), "{days} {activity} {n}");
                assert_eq!((cycle.last(at), cycle.last(at.plus(-1))), (n, n - 1), "{days} {activity} {n}");
            }
            let found: Vec<_> = cycle.within(cycle.at(-3), cycle.at(4)).map(|(n, _)| n).collect();
            assert_eq!(found, (-3..=4).collect::<Vec<_>>());
        }
    }

    #[test]
    fn work_is_done_on_days_and_at_hours_of_work() {
        let mut draw = Draw::new(7);
        for day in 0..60 {
            let asked = Ticks::parse("2026-03-01").unwrap().plus(day * DAY);
            for forward in [true, false] {
                let at = at_work(asked, forward, &mut draw);
                assert!((14..23).contains(&at.time().0), "{}", at.iso());
                assert!(!matches!(&at.rfc1123()[..3], "Sat" | "Sun"), "{}", at.rfc1123());
                let moved = (at.midnight().0 - asked.0) / DAY;
                assert!(if forward { (0..=2).contains(&moved) } else { (-2..=0).contains(&moved) }, "{moved}");
            }
        }
    }
}
