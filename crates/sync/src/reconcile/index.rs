//! Carriers by their numbers.

use super::identity::Identity;
use mycarrierpackets::types::CarrierId;
use std::collections::HashMap;

/// The places of carriers in a list, by each of their numbers.
#[derive(Debug, Default)]
pub struct Index(HashMap<CarrierId, Vec<usize>>);

impl Index {
    /// That of a list.
    pub fn of<'a>(carriers: impl IntoIterator<Item = &'a Identity>) -> Self {
        let mut index = Self::default();
        for (place, carrier) in carriers.into_iter().enumerate() {
            index.insert(carrier, place);
        }
        index
    }

    /// Adds a carrier that has this place, or numbers of one that has it already.
    pub fn insert(&mut self, carrier: &Identity, place: usize) {
        for number in carrier.numbers() {
            let places = self.0.entry(number).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }

    /// The places of all carriers that share a number with this one, in order.
    pub fn sharing(&self, carrier: &Identity) -> Vec<usize> {
        let mut places: Vec<usize> =
            carrier.numbers().filter_map(|number| self.0.get(&number)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconcile::identity::tests::identity as id;

    #[test]
    fn carriers_are_found_by_each_of_their_numbers() {
        let carriers =
            [id("DOT 1 MC5"), id("DOT 2"), id("MC5"), id("FF5"), id("intrastate TX-1"), id("DOT 1"), id("MC8, FF9")];
        let mut index = Index::of(&carriers);
        for (text, places) in [
            ("DOT 1", &[0, 5][..]),
            ("MC5", &[0, 2]),
            ("DOT 1 MC5", &[0, 2, 5]),
            ("DOT 2 MC5", &[0, 1, 2]),
            ("FF5", &[3]),
            ("intrastate tx 1", &[4]),
            ("intrastate TX-2", &[]),
            ("MC8", &[6]),
            ("FF9", &[6]),
            ("DOT 5", &[]),
            ("MC1", &[]),
        ] {
            assert_eq!(index.sharing(&id(text)), places, "{text}");
        }
        // A carrier that gets another number keeps its place.
        index.insert(&id("DOT 2 MC7"), 1);
        index.insert(&id("DOT 2 MC7"), 1);
        assert_eq!((index.sharing(&id("DOT 2")), index.sharing(&id("MC7"))), (vec![1], vec![1]));
        assert_eq!(index.0[id("DOT 2").id()], [1]);
    }
}
