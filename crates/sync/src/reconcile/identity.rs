//! Who a record means: all the numbers that it names a carrier by.

use mycarrierpackets::types::{CarrierId, DocketKind, DocketNumber, DotNumber, Sameness};
use std::collections::BTreeSet;
use std::fmt;

/// A carrier by all the numbers that somebody names it by. A call sends one number of a kind; all of them are matched.
///
/// ```
/// use mycarrierpackets::types::{CarrierId, Sameness};
/// use mycarrierpackets_sync::reconcile::Identity;
///
/// let listed = Identity::from("MC113843".parse::<CarrierId>()?).merged(&"FF7".parse::<CarrierId>()?.into());
/// assert_eq!(listed.compare(&"FF7".parse::<CarrierId>()?.into()), Sameness::Same);
/// assert_eq!(listed.compare(&"DOT 23868".parse::<CarrierId>()?.into()), Sameness::Unclear);
/// # Ok::<(), mycarrierpackets::types::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    best: CarrierId,
    /// In order, each by one number of a kind that `best` has already.
    more: Vec<CarrierId>,
}

impl From<CarrierId> for Identity {
    fn from(best: CarrierId) -> Self {
        Self { best, more: Vec::new() }
    }
}

impl Identity {
    /// The name that a call sends: one number of each kind, of several dockets that of the first series.
    pub fn id(&self) -> &CarrierId {
        &self.best
    }

    /// As [`id`](Self::id).
    pub fn into_id(self) -> CarrierId {
        self.best
    }

    /// Each number by itself.
    pub fn numbers(&self) -> impl Iterator<Item = CarrierId> {
        let dots = self.dots().map(CarrierId::from);
        let dockets = self.dockets().cloned().map(CarrierId::from);
        dots.chain(dockets).chain(self.states())
    }

    /// The numbers that a call does not send.
    pub fn more(&self) -> &[CarrierId] {
        &self.more
    }

    /// Whether it has a DOT number.
    pub fn has_dot(&self) -> bool {
        self.best.dot_number().is_some()
    }

    /// The series of its docket numbers.
    pub fn series(&self) -> BTreeSet<DocketKind> {
        self.dockets().map(DocketNumber::kind).collect()
    }

    /// The docket number of a series.
    pub fn docket_of(&self, series: DocketKind) -> Option<&DocketNumber> {
        self.dockets().find(|docket| docket.kind() == series)
    }

    /// The numbers that states gave it, each by itself.
    pub fn states(&self) -> impl Iterator<Item = CarrierId> {
        self.all().filter_map(CarrierId::intrastate_number).filter_map(|number| CarrierId::intrastate(number).ok())
    }

    fn all(&self) -> impl Iterator<Item = &CarrierId> {
        std::iter::once(&self.best).chain(&self.more)
    }

    fn dots(&self) -> impl Iterator<Item = DotNumber> {
        self.all().filter_map(CarrierId::dot_number)
    }

    fn dockets(&self) -> impl Iterator<Item = &DocketNumber> {
        self.all().filter_map(CarrierId::docket_number)
    }

    /// Whether both are the same carrier: as [`CarrierId::compare`] says of single numbers.
    pub fn compare(&self, other: &Self) -> Sameness {
        match (self.more.as_slice(), other.more.as_slice()) {
            ([], []) => self.best.compare(&other.best),
            _ => self.compare_all(other),
        }
    }

    fn compare_all(&self, other: &Self) -> Sameness {
        use Sameness::{Different, Same, Unclear};
        let both_have_dots = self.has_dot() && other.has_dot();
        let dot = both_have_dots.then(|| self.dots().any(|own| other.dots().any(|other| own == other)));
        let shares_docket = self.dockets().any(|own| other.dockets().any(|other| own == other));
        let (own_series, other_series) = (self.series(), other.series());
        let of = |identity: &Self, series| {
            identity.dockets().filter(|docket| docket.kind() == series).cloned().collect::<BTreeSet<_>>()
        };
        let mut both = own_series.intersection(&other_series);
        let contradicts = both.any(|series| of(self, *series).is_disjoint(&of(other, *series)));
        match (dot, shares_docket) {
            (Some(true), _) if contradicts => Unclear,
            (Some(true), _) => Same,
            (Some(false), true) => Unclear,
            (Some(false), false) => Different,
            (None, true) if contradicts => Unclear,
            (None, true) => Same,
            (None, false) if contradicts => Different,
            (None, false) => {
                let pairs: Vec<_> =
                    self.states().flat_map(|own| other.states().map(move |other| own.compare(&other))).collect();
                let dockets_of_both = !own_series.is_empty() && !other_series.is_empty();
                if pairs.contains(&Same) {
                    Same
                } else if !pairs.is_empty() && !dockets_of_both && pairs.iter().all(|pair| *pair == Different) {
                    Different
                } else {
                    Unclear
                }
            }
        }
    }

    /// All numbers of both, where they are the same carrier.
    #[must_use]
    pub fn merged(mut self, other: &Self) -> Self {
        other.numbers().for_each(|number| self.take(number));
        self
    }

    fn take(&mut self, number: CarrierId) {
        if self.numbers().any(|own| own == number) {
            return;
        }
        let best = &self.best;
        let (dot, docket, state) = (number.dot_number(), number.docket_number(), number.intrastate_number());
        let second = dot.and(best.dot_number()).is_some() || state.and(best.intrastate_number()).is_some();
        match docket.zip(best.docket_number()) {
            Some((docket, own)) if docket.kind() < own.kind() => {
                self.more.push(own.clone().into());
                self.best = number.merged(&self.best);
            }
            Some(_) => self.more.push(number),
            None if second => self.more.push(number),
            None => self.best = self.best.clone().merged(&number),
        }
        self.more.sort();
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.best)?;
        self.more.iter().try_for_each(|number| write!(f, ", {number}"))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({self})")
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A carrier by names that are separated by commas.
    pub fn identity(text: &str) -> Identity {
        let names = text.split(", ").map(|name| name.parse::<CarrierId>().unwrap_or_else(|error| panic!("{error}")));
        names.map(Identity::from).reduce(|all, name| all.merged(&name)).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn the_best_number_of_each_kind_is_sent_and_none_is_dropped() {
        for (names, best, more) in [
            ("DOT 1", "DOT 1", &[][..]),
            ("FF7, DOT 1", "DOT 1 FF7", &[]),
            ("MC5, FF7", "MC5", &["FF7"]),
            ("FF7, MC5", "MC5", &["FF7"]),
            ("MX3, FF7, DOT 1, MC5", "DOT 1 MC5", &["FF7", "MX3"]),
            ("DOT 1 FF7, DOT 1 MC5, MC005", "DOT 1 MC5", &["FF7"]),
            ("DOT 1, intrastate TX-1, intrastate OK-2, intrastate TX 1", "DOT 1 intrastate TX-1", &["intrastate OK-2"]),
        ] {
            let found = identity(names);
            let own: Vec<String> = found.more().iter().map(ToString::to_string).collect();
            assert_eq!(
                (found.id().to_string().as_str(), own),
                (best, more.iter().map(|id| (*id).to_owned()).collect())
            );
        }
        assert_eq!(identity("FF7, DOT 1 MC5").to_string(), "DOT 1 MC5, FF7");
    }

    #[test]
    fn carriers_are_compared_by_all_their_numbers() {
        use Sameness::{Different, Same, Unclear};
        for (a, b, expected) in [
            ("MC5, FF7", "FF7", Same),
            ("MC5, FF7", "MC5", Same),
            ("MC5, FF7", "FF8", Different),
            ("MC5, FF7", "MC5, FF8", Unclear),
            ("MC5, FF7", "MC6, FF7", Unclear),
            ("MC5, FF7", "MX3", Unclear),
            ("MC5, FF7", "DOT 1", Unclear),
            ("MC5, FF7", "DOT 1 FF7", Same),
            ("DOT 1 MC5, FF7", "DOT 2 FF7", Unclear),
            ("DOT 1 MC5, FF7", "DOT 2 FF8", Different),
            ("DOT 1 MC5, FF7", "DOT 1 FF8", Unclear),
            ("DOT 1 MC5, FF7", "DOT 1 MX3", Same),
            ("DOT 1, intrastate TX-1, intrastate OK-2", "intrastate OK-2", Same),
            ("DOT 1, intrastate TX-1, intrastate OK-2", "intrastate OK-3", Different),
            ("DOT 1 MC5, intrastate TX-1, intrastate OK-2", "FF7 intrastate OK-3", Unclear),
        ] {
            let (a, b) = (identity(a), identity(b));
            assert_eq!((a.compare(&b), b.compare(&a)), (expected, expected), "{a} and {b}");
        }
    }

    /// Any numbers at all, few enough that they meet and contradict each other.
    pub fn any_id() -> impl Strategy<Value = CarrierId> {
        let state = prop::sample::select(vec!["TX 12345", "TX-0012345", "12345", "OK 12345", "TX 99"]);
        let docket = prop::sample::select(vec!["MC1", "MC2", "MC03", "FF1", "FF2", "MX3"]);
        let parts = (prop::option::of(1_u32..5), prop::option::of(docket), prop::option::of(state));
        parts.prop_map(|(dot, docket, state)| {
            let dot = dot.map(|dot| DotNumber::new(dot).unwrap());
            let docket = docket.map(|docket| docket.parse().unwrap());
            CarrierId::from_parts(dot, docket, state).unwrap_or_else(|_| "DOT 9".parse().unwrap())
        })
    }

    pub fn any_identity() -> impl Strategy<Value = Identity> {
        let more = proptest::collection::vec(any_id(), 0..2);
        (any_id(), more)
            .prop_map(|(id, more)| more.into_iter().fold(id.into(), |all: Identity, id| all.merged(&id.into())))
    }

    proptest! {
        #[test]
        fn one_number_of_a_kind_compares_as_the_library_says(a in any_id(), b in any_id()) {
            let expected = a.compare(&b);
            prop_assert_eq!(Identity::from(a).compare_all(&b.into()), expected);
        }

        #[test]
        fn no_number_is_lost_in_any_order(a in any_identity(), b in any_identity()) {
            let (ab, ba) = (a.clone().merged(&b), b.clone().merged(&a));
            for number in a.numbers().chain(b.numbers()) {
                prop_assert!(ab.numbers().any(|own| own == number), "{} is not in {}", number, ab);
            }
            prop_assert_eq!(ab.numbers().collect::<BTreeSet<_>>(), ba.numbers().collect::<BTreeSet<_>>());
            prop_assert_eq!(ab.clone().merged(&b), ab);
            prop_assert_eq!(a.compare(&b), b.compare(&a));
        }
    }
}
