//! Carriers by their numbers: who is named twice, and who contradicts whom.

use super::report::{Named, Report};
use mycarrierpackets::types::{CarrierId, DocketNumber, DotNumber, Sameness};
use std::collections::HashMap;

/// One number of a carrier.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Number {
    Dot(DotNumber),
    Docket(DocketNumber),
    /// As [`CarrierId`] compares it.
    Intrastate(CarrierId),
}

fn numbers(carrier: &CarrierId) -> impl Iterator<Item = Number> {
    let intrastate = carrier.intrastate_number().and_then(|number| CarrierId::intrastate(number).ok());
    let dot = carrier.dot_number().map(Number::Dot);
    let docket = carrier.docket_number().cloned().map(Number::Docket);
    [dot, docket, intrastate.map(Number::Intrastate)].into_iter().flatten()
}

/// Carriers by each of their numbers.
#[derive(Debug, Default)]
pub struct Index(HashMap<Number, Vec<usize>>);

impl Index {
    pub fn of<'a>(carriers: impl IntoIterator<Item = &'a CarrierId>) -> Self {
        let mut index = Self::default();
        for (place, carrier) in carriers.into_iter().enumerate() {
            index.insert(carrier, place);
        }
        index
    }

    pub fn insert(&mut self, carrier: &CarrierId, place: usize) {
        for number in numbers(carrier) {
            let places = self.0.entry(number).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }

    /// The places of all carriers that share a number with this one, in order.
    pub fn sharing(&self, carrier: &CarrierId) -> Vec<usize> {
        let mut places: Vec<usize> =
            numbers(carrier).filter_map(|number| self.0.get(&number)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// Each carrier once, with all the numbers that its rows have.
///
/// # Errors
/// Rows that share a number and are not one carrier, by their places.
pub fn distinct(named: Vec<Named>, report: &mut Report) -> Result<Vec<CarrierId>, String> {
    let mut kept: Vec<Option<Named>> = Vec::new();
    let mut index = Index::default();
    for Named { mut carrier, place } in named {
        let mut first: Option<usize> = None;
        // A later row can join two that had no number in common: DOT 1, then MC2, then DOT 1 with MC2.
        loop {
            let places = index.sharing(&carrier);
            let next = places.into_iter().find(|at| Some(*at) != first && kept[*at].is_some());
            let Some(at) = next else { break };
            let Some(other) = kept[at].clone() else { break };
            if other.carrier.compare(&carrier) != Sameness::Same {
                return Err(format!(
                    "{} and {place} contradict each other: {} and {carrier}",
                    other.place, other.carrier
                ));
            }
            carrier = other.carrier.merged(&carrier);
            match first {
                None => first = Some(at),
                Some(_) => kept[at] = None,
            }
        }
        match first {
            Some(at) => {
                let origin = kept[at].as_ref().map(|named| named.place.clone()).unwrap_or_default();
                report.again.push(format!("{place} as {origin}"));
                index.insert(&carrier, at);
                kept[at] = Some(Named { carrier, place: origin });
            }
            None => {
                index.insert(&carrier, kept.len());
                kept.push(Some(Named { carrier, place }));
            }
        }
    }
    Ok(kept.into_iter().flatten().map(|named| named.carrier).collect())
}

/// What two numbers at one place name together, which must be one carrier.
pub fn joined(found: Option<CarrierId>, named: CarrierId, place: &str) -> Result<CarrierId, String> {
    let Some(found) = found else {
        return Ok(named);
    };
    // A DOT and a docket number in one row belong together; two of a kind must be the same.
    let shared = found.dot_number().is_some() && named.dot_number().is_some()
        || found.docket_number().zip(named.docket_number()).is_some_and(|(own, other)| own.kind() == other.kind())
        || found.intrastate_number().is_some() && named.intrastate_number().is_some();
    if shared && found.compare(&named) != Sameness::Same {
        return Err(format!("{place}: {found} and {named} are different carriers"));
    }
    Ok(found.merged(&named))
}
