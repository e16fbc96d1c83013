//! What happened when: changes and completed packets, computed for any window and never stored.
//!
//! Events lie in slots of absolute time, so the same seed has the same events whenever the sandbox started, and new
//! ones come up as the clock runs.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::world::carrier::{cut, has_packet};
use crate::world::clock::{DAY, SECOND, Ticks};
use crate::world::facts::LONGEST;
use crate::world::hash::{Draw, pair, reduce};
use crate::world::{Index, World};

const CHANGE_SLOT: i64 = 300 * SECOND;
const PACKET_SLOT: i64 = 600 * SECOND;
const FACTORING_PERIOD: i64 = 7 * DAY;
pub(crate) const FACTORING_COMPANIES: u32 = 200;

/// Rows older than this are gone, as those of a leap that was too long to be lived through.
const LONGEST_MEMORY: i64 = LONGEST + 30 * DAY;

const OTHERS_SLOT: i64 = 6 * 3600 * SECOND;
const INCIDENT_SLOT: i64 = 2 * DAY;

pub(crate) const INSURANCE: u8 = 1;
pub(crate) const FMCSA: u8 = 2;
pub(crate) const RISK: u8 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) at: Ticks,
    pub(crate) index: Index,
    /// A set of [`INSURANCE`], [`FMCSA`] and [`RISK`], never empty.
    pub(crate) categories: u8,
}

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

    fn slots(&self, length: i64) -> impl Iterator<Item = i64> + use<> {
        // An empty window may be reversed; it then has no slots.
        let (first, last) = (self.from.0.div_euclid(length), self.to.0.div_euclid(length));
        first..=last
    }
}

/// The changes in a window, oldest first; `extra` are those beyond the computed ones.
pub(crate) fn changes(world: &World, window: Window, extra: &[Change]) -> Vec<Change> {
    let mut found = computed(world, window);
    found.extend(extra.iter().filter(|change| window.contains(change.at)));
    found.sort_by_key(|change| change.at);
    found
}

/// The incidents reported in a window, oldest first.
pub(crate) fn incidents(world: &World, window: Window) -> Vec<(Ticks, Index)> {
    let found =
        events(world, window, INCIDENT_SLOT, 1 + world.carriers.saturating_sub(1) / 1000, (3, 0..world.carriers));
    found.into_iter().map(|event| (event.at, event.index)).collect()
}

/// The computed changes in a window, oldest first.
pub(crate) fn computed(world: &World, window: Window) -> Vec<Change> {
    let mut found =
        events(world, window, CHANGE_SLOT, 1 + world.carriers.saturating_sub(1) / 1000, (1, 0..world.carriers));
    // Those that nobody monitors at the start change as well, for whoever comes to monitor them.
    let others = world.carriers..world.total;
    found.extend(events(world, window, OTHERS_SLOT, 1 + others.len() as u32 / 10, (4, others)));
    found.sort_by_key(|change| change.at);
    for change in &mut found {
        let hash = pair(world.seed ^ 0xC4, change.at.0 as u64);
        change.categories = 1 + reduce(hash, 7) as u8;
    }
    found
}

/// The packets completed in a window, oldest first.
pub(crate) fn packets(world: &World, window: Window, extra: &[(Ticks, Index)]) -> Vec<(Ticks, Index)> {
    let mut found: Vec<(Ticks, Index)> =
        events(world, window, PACKET_SLOT, 1 + world.carriers.saturating_sub(1) / 5000, (2, 0..world.carriers))
            .into_iter()
            .map(|event| {
                let later = (event.index..world.carriers).find(|&index| has_packet(world, index));
                (event.at, later.unwrap_or(0))
            })
            .collect();
    found.extend(extra.iter().filter(|(at, _)| window.contains(*at)));
    found.sort_by_key(|(at, _)| *at);
    found
}

/// A number of events in each slot of a number of ticks, of a stream of its own, to carriers of a range.
fn events(
    world: &World,
    window: Window,
    length: i64,
    per_slot: u32,
    (stream, carriers): (u64, Range<Index>),
) -> Vec<Change> {
    if carriers.is_empty() {
        return Vec::new();
    }
    let share = length / i64::from(per_slot);
    let mut found = Vec::new();
    for slot in window.slots(length) {
        for n in 0..per_slot {
            let mut draw = event_draw(world, stream, slot, n);
            let offset = match u32::try_from(share) {
                Ok(share) => i64::from(draw.below(share)),
                Err(_) => {
                    i64::from(draw.below((share / SECOND) as u32)) * SECOND + i64::from(draw.below(SECOND as u32))
                }
            };
            // A tenth falls on a whole second, where the edges of a window are.
            let digits = if draw.hit(26) { 0 } else { draw.below(8) };
            let at = Ticks(slot * length + i64::from(n) * share);
            let at = at.plus(offset / SECOND * SECOND + cut(offset % SECOND, digits));
            if window.contains(at) {
                // Now and then it is the carrier of the slot before, so that a window shows one carrier twice.
                let named = if draw.hit(32) { slot - 1 } else { slot };
                let hash = event_draw(world, stream ^ 0x1D, named, n).next();
                let index = carriers.start + reduce(hash, carriers.len() as u32);
                found.push(Change { at, index, categories: 0 });
            }
        }
    }
    found
}

fn event_draw(world: &World, stream: u64, slot: i64, n: u32) -> Draw {
    Draw::new(pair(world.seed ^ stream << 32, (slot as u64) << 20 | u64::from(n)))
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
    fn every_quarter_of_an_hour_has_changes_and_packets() {
        let now = Ticks::parse("2026-03-18T12:34:56.789").unwrap();
        let world = World::new(7, 1000, now);
        for quarter in 0..96 {
            let to = now.plus(-quarter * 900 * SECOND);
            let window = Window::new(&world, now, to.plus(-1200 * SECOND), to);
            assert!(!changes(&world, window, &[]).is_empty(), "{quarter}");
            assert!(!packets(&world, window, &[]).is_empty(), "{quarter}");
        }
    }

    #[test]
    fn windows_add_up_and_odd_ones_are_empty() {
        let now = Ticks::parse("2026-03-18T12:34:56.789").unwrap();
        let world = World::new(7, 3000, now);
        let count = |from: i64, to: i64| {
            let window = Window::new(&world, now, now.plus(from * SECOND), now.plus(to * SECOND));
            changes(&world, window, &[]).len()
        };
        assert_eq!(count(-7200, 0), count(-7200, -3000) + count(-3000, 0));
        assert_eq!(count(0, -7200), 0);
        assert_eq!(count(10, 7200), 0, "nothing has happened yet");
        assert_eq!(count(-86_400 * 60, -86_400 * 31), 0, "too long ago");
        let window = Window::new(&world, now, Ticks(i64::MIN / 4), Ticks(i64::MAX / 4));
        let all = changes(&world, window, &[]);
        assert!(all.is_sorted_by_key(|change| change.at));
        let day: Vec<_> = all.iter().rev().take(800).map(|change| change.index).collect();
        assert!(day.windows(8).any(|near| near[1..].contains(&near[0])), "a carrier comes twice");
    }
}
