//! What happens to carriers, in words: to one of them in a window, or to all of them from an instant on.

use crate::world::clock::{DAY, Ticks};
use crate::world::course::{Course, Happening};
use crate::world::facts::Report;
use crate::world::terms::Insured;
use crate::world::{Index, World};

/// Something that happens to a carrier with time, for all customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) at: Ticks,
    pub(crate) index: Index,
    pub(crate) what: &'static str,
}

pub(crate) const PACKET: &str = "Packet completed";

/// What is said of a report.
pub(crate) fn reported(report: Report) -> &'static str {
    match report {
        Report::Created => "Incident reported",
        Report::Updated => "Incident report corrected",
        Report::Retracted => "Incident report withdrawn",
    }
}

/// What happens to a carrier between two instants, both included, in order.
pub(crate) fn of(world: &World, index: Index, from: Ticks, to: Ticks) -> Vec<Event> {
    let happenings = Course::of(world, index).happenings(from, to);
    happenings.into_iter().map(|(at, happening)| Event { at, index, what: words(&happening) }).collect()
}

/// The first `most` events of all carriers between two instants, both included, and whether there are more.
pub(crate) fn first(world: &World, from: Ticks, to: Ticks, most: usize) -> (Vec<Event>, bool) {
    let mut found: Vec<Event> = Vec::new();
    let mut day = from;
    // By the day: all that is wanted may be in the first ones.
    while day <= to && found.len() <= most {
        let end = to.min(day.plus(DAY - 1));
        let mut own: Vec<Event> = (0..world.total).flat_map(|index| of(world, index, day, end)).collect();
        own.sort_by_key(|event| (event.at, event.index));
        found.extend(own);
        day = end.plus(1);
    }
    let more = found.len() > most;
    found.truncate(most);
    (found, more)
}

fn words(happening: &Happening) -> &'static str {
    match happening {
        Happening::Insured(event) => match event {
            Insured::Bound(_) => "Insurance renewed",
            Insured::Expiring(_) => "Insurance ends soon, and nothing follows",
            Insured::Lapsed(_) => "Insurance lapsed",
            Insured::Cancelled(_) => "Insurance cancelled",
            Insured::Replaced(_) => "Insurance bound with another insurer",
            Insured::Revoked => "Authority revoked",
            Insured::Restored => "Authority reinstated",
            Insured::Cleared => "A year has passed since the revocation",
            Insured::Seasoned => "A year has passed since the authority was granted",
            Insured::Closed => "The carrier gave up its business",
        },
        Happening::Read => "Federal registers read again",
        Happening::Amended => "Policy amended",
        Happening::Packet => PACKET,
        Happening::Incident(report, _) => reported(*report),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_events_of_all_are_those_of_each() {
        let from = Ticks::parse("2026-03-18T12:34:56").unwrap();
        let world = World::new(7, 120, 20, from);
        let to = from.plus(20 * DAY);
        let mut each: Vec<Event> = (0..world.total).flat_map(|index| of(&world, index, from, to)).collect();
        each.sort_by_key(|event| (event.at, event.index));
        assert!(each.len() > 50, "{}", each.len());
        for most in [0, 1, 7, each.len() - 1, each.len(), each.len() + 1] {
            let (found, more) = first(&world, from, to, most);
            assert_eq!(found, each[..most.min(each.len())], "{most}");
            assert_eq!(more, most < each.len(), "{most}");
        }
        assert_eq!(first(&world, to, from, 5), (Vec::new(), false));
    }
}
