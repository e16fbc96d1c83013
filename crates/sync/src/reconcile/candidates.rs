//! Who of many may be a certain carrier, without a comparison with everybody: two long lists have billions of pairs.
//!
//! Two carriers are one, or contradict each other, only where they share a number. They cannot be distinguished only
//! where the kinds of their numbers do not meet. So a list is kept by its numbers, and by the kinds of number that
//! each has.

use super::identity::Identity;
use super::index::Index;
use super::lookups::Lookups;
use mycarrierpackets::types::{CarrierId, DocketKind, Sameness};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A list of carriers, each with all the numbers that the server knows of it.
pub struct Candidates<'a> {
    lookups: &'a Lookups,
    carriers: Vec<Identity>,
    index: Index,
    groups: HashMap<Kinds, Group>,
}

/// The kinds of number that a carrier has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kinds {
    dot: bool,
    series: BTreeSet<DocketKind>,
    state: bool,
    interstate: bool,
}

/// The carriers of a list that have the same kinds of number.
#[derive(Default)]
struct Group {
    places: BTreeSet<usize>,
    /// Those with a number of a state, by the digits in it.
    by_digits: HashMap<String, BTreeSet<usize>>,
}

impl Kinds {
    fn of(carrier: &Identity, interstate: bool) -> Self {
        let state = carrier.states().next().is_some();
        Self { dot: carrier.has_dot(), series: carrier.series(), state, interstate }
    }

    fn federal(&self) -> bool {
        self.dot || !self.series.is_empty()
    }

    /// Whether carriers of these kinds that share no number may still be one.
    fn may_be_one(&self, other: &Self) -> bool {
        let met = (self.dot && other.dot) || !self.series.is_disjoint(&other.series);
        let apart = (self.interstate && !other.federal()) || (other.interstate && !self.federal());
        !met && !apart
    }

    /// Whether the numbers of their states tell such carriers apart.
    fn distinct_by_states(&self, other: &Self) -> bool {
        self.state && other.state && (self.series.is_empty() || other.series.is_empty())
    }
}

/// What two spellings of a number of a state have in common, also without its state and without zeros in front: for
/// each such number of a carrier.
fn digits(carrier: &Identity) -> BTreeSet<String> {
    let digits = |number: CarrierId| {
        let digits = number.intrastate_number().unwrap_or_default().chars().filter(char::is_ascii_digit);
        digits.skip_while(|digit| *digit == '0').collect()
    };
    carrier.states().map(digits).collect()
}

impl<'a> Candidates<'a> {
    /// A list.
    pub fn of<'c>(lookups: &'a Lookups, carriers: impl IntoIterator<Item = &'c Identity>) -> Self {
        let (carriers_kept, index, groups) = (Vec::new(), Index::default(), HashMap::new());
        let mut candidates = Self { lookups, carriers: carriers_kept, index, groups };
        carriers.into_iter().for_each(|carrier| candidates.push(carrier.clone()));
        candidates
    }

    /// Adds a carrier at the end.
    pub(super) fn push(&mut self, carrier: Identity) {
        let place = self.carriers.len();
        let (whole, interstate) = self.lookups.whole(&carrier);
        self.index.insert(whole, place);
        let group = self.groups.entry(Kinds::of(whole, interstate)).or_default();
        group.places.insert(place);
        for digits in digits(whole) {
            group.by_digits.entry(digits).or_default().insert(place);
        }
        self.carriers.push(carrier);
    }

    /// Takes the carrier at this place out of the list; the others keep theirs.
    pub(super) fn remove(&mut self, place: usize) {
        let (whole, interstate) = self.lookups.whole(&self.carriers[place]);
        if let Some(group) = self.groups.get_mut(&Kinds::of(whole, interstate)) {
            group.places.remove(&place);
            for digits in digits(whole) {
                group.by_digits.entry(digits).and_modify(|alike| {
                    alike.remove(&place);
                });
            }
        }
    }

    /// The carrier at this place.
    pub(super) fn carrier(&self, place: usize) -> &Identity {
        &self.carriers[place]
    }

    fn holds(&self, place: usize) -> bool {
        let (whole, interstate) = self.lookups.whole(&self.carriers[place]);
        self.groups.get(&Kinds::of(whole, interstate)).is_some_and(|group| group.places.contains(&place))
    }

    fn compare(&self, carrier: &Identity, place: usize) -> Sameness {
        self.lookups.compare(carrier, &self.carriers[place])
    }

    fn sharing(&self, carrier: &Identity) -> impl Iterator<Item = usize> {
        self.index.sharing(self.lookups.whole(carrier).0).into_iter().filter(|place| self.holds(*place))
    }

    /// The first that is the same carrier.
    pub(super) fn same(&self, carrier: &Identity) -> Option<usize> {
        self.sharing(carrier).find(|place| self.compare(carrier, *place) == Sameness::Same)
    }

    /// The first that compares so, which must not be how strangers compare.
    pub fn first(&self, carrier: &Identity, wanted: impl Fn(Sameness) -> bool) -> Option<usize> {
        let fits = |place: &usize| wanted(self.compare(carrier, *place));
        let sharing = self.sharing(carrier).find(fits);
        let unmet = self.unmet(carrier).filter_map(|(.., places)| places.iter().copied().find(fits));
        sharing.into_iter().chain(unmet).min()
    }

    /// All that cannot be distinguished from this carrier, except those that `taken` says were named before.
    pub(super) fn unclear<'s>(&'s self, carrier: &Identity, taken: &mut HashSet<Kinds>) -> Vec<&'s Identity> {
        let mut found: Vec<usize> = self.sharing(carrier).collect();
        for (kinds, own, places) in self.unmet(carrier) {
            // Only numbers of states differ from one carrier to the next of the same kinds.
            if (kinds.state && own.state) || taken.insert(kinds.clone()) {
                found.extend(places);
            }
        }
        found.retain(|place| self.compare(carrier, *place) == Sameness::Unclear);
        found.into_iter().map(|place| self.carrier(place)).collect()
    }

    /// The groups of those that may be this carrier without any number in common, with their kinds and its own.
    fn unmet<'s>(&'s self, carrier: &Identity) -> impl Iterator<Item = (&'s Kinds, Kinds, &'s BTreeSet<usize>)> {
        let (whole, interstate) = self.lookups.whole(carrier);
        let (own, digits) = (Kinds::of(whole, interstate), digits(whole));
        let mut found = Vec::new();
        for (kinds, group) in self.groups.iter().filter(|(kinds, _)| own.may_be_one(kinds)) {
            if own.distinct_by_states(kinds) {
                let alike = digits.iter().filter_map(|digits| group.by_digits.get(digits));
                found.extend(alike.map(|places| (kinds, own.clone(), places)));
            } else {
                found.push((kinds, own.clone(), &group.places));
            }
        }
        found.into_iter()
    }
}
