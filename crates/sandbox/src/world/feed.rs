//! What happened when: changes and completed packets, for any window, and never stored.

use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::facts::{Incident, LONGEST, Report};
use crate::world::hash::pair;
use crate::world::stretch::Change;
use crate::world::{Index, World};

const FACTORING_PERIOD: i64 = 7 * DAY;
pub(crate) const FACTORING_COMPANIES: u32 = 200;

/// Rows older than this are gone, as those of a leap that was too long to be lived through.
const LONGEST_MEMORY: i64 = LONGEST + 30 * DAY;

/// From one instant to another, both included, cut to what has happened and is not too old to be kept.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    from: Ticks,
    to: Ticks,
}

impl Window {
    pub(crate) fn new(world: &World, now: Ticks, from: Ticks, to: Ticks) -> Self {
        Self { from: from.max(world.oldest).max(now.plus(-LONGEST_MEMORY)), to: to.min(now) }
    }

    fn contains(&self, at: Ticks) -> bool {
        (self.from..=self.to).contains(&at)
    }
}

/// The changes in a window, oldest first; `extra` are those that were made to happen.
pub(crate) fn changes(world: &World, window: Window, extra: &[Change]) -> Vec<Change> {
    let mut found: Vec<Change> = Vec::new();
    for stretch in world.stretches(window.from, window.to) {
        found.extend(world.changes_in(&stretch).iter().filter(|change| window.contains(change.at)));
    }
    found.extend(extra.iter().filter(|change| window.contains(change.at)));
    found.extend(world.gifts.changes().into_iter().filter(|change| window.contains(change.at)));
    found.sort_by_key(|change| change.at);
    found
}

/// What becomes of incident reports in a window, in order.
pub(crate) fn incidents(world: &World, window: Window) -> Vec<(Ticks, Index, Report, Incident)> {
    let stretches = world.stretches(window.from, window.to);
    stretches.flat_map(|stretch| stretch.incidents.clone()).filter(|(at, ..)| window.contains(*at)).collect()
}

/// The packets completed in a window, oldest first.
pub(crate) fn packets(world: &World, window: Window, extra: &[(Ticks, Index)]) -> Vec<(Ticks, Index)> {
    let mut found: Vec<(Ticks, Index)> = Vec::new();
    for stretch in world.stretches(window.from, window.to) {
        found.extend(stretch.packets.iter().filter(|(at, _)| window.contains(*at)));
    }
    found.extend(extra.iter().filter(|(at, _)| window.contains(*at)));
    found.sort_by_key(|(at, _)| *at);
    found
}

/// When a factoring company was last updated in a window, if it was.
pub(crate) fn factoring_update(world: &World, window: Window, company: u32) -> Option<Ticks> {
    let phase = (pair(world.seed ^ 0xFAC, company.into()) % FACTORING_PERIOD as u64) as i64;
    let phase = phase / SECOND * SECOND;
    let at = Ticks((window.to.0 - phase).div_euclid(FACTORING_PERIOD) * FACTORING_PERIOD + phase);
    window.contains(at).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_one_and_three_of_a_hundred_carriers_change_in_a_week() {
        let now = Ticks::parse("2026-03-18T12:34:56.789").unwrap();
        for carriers in [200, 2000] {
            let world = World::new(7, carriers, 1, now);
            let stretches: Vec<_> = world.stretches(now, now.plus(365 * DAY)).collect();
            let weeks = stretches.len() as f64 * 16.0 / 7.0;
            let share = |rows: usize| rows as f64 / weeks / f64::from(world.total) * 100.0;
            let changed = share(stretches.iter().map(|stretch| world.changes_in(stretch).len()).sum());
            let packets = share(stretches.iter().map(|stretch| stretch.packets.len()).sum());
            assert!((1.0..=3.0).contains(&changed), "{carriers}: {changed}");
            assert!((0.1..=1.0).contains(&packets), "{carriers}: {packets}");
        }
    }

    #[test]
    fn windows_add_up_and_odd_ones_are_empty() {
        let now = Ticks::parse("2026-03-18T12:34:56.789").unwrap();
        let world = World::new(7, 300, 500, now);
        let count = |from: i64, to: i64| {
            let window = Window::new(&world, now, now.plus(from * SECOND), now.plus(to * SECOND));
            changes(&world, window, &[]).len()
        };
        assert!(count(-7200, 0) > 3);
        let middle = count(-3000, -3000);
        assert_eq!(count(-7200, 0) + middle, count(-7200, -3000) + count(-3000, 0), "both edges are included");
        assert_eq!(count(0, -7200), 0);
        assert_eq!(count(10, 7200), 0, "nothing has happened yet");
        assert_eq!(count(-86_400 * 60, -86_400 * 31), 0, "too long ago");
        let window = Window::new(&world, now, Ticks(i64::MIN / 4), Ticks(i64::MAX / 4));
        let all = changes(&world, window, &[]);
        assert!(all.is_sorted_by_key(|change| change.at));
    }
}
