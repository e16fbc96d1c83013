//! Plans by example, and their promises for any lists: nobody who is wanted is removed, and nothing is done twice.

use super::super::lookups::{Known, has_federal_number};
use super::*;
use crate::reconcile::identity::tests::identity as id;
use mycarrierpackets::types::{CarrierId, DocketKind};
use proptest::prelude::*;

fn ids(texts: &[&str]) -> Vec<Identity> {
    texts.iter().map(|text| id(text)).collect()
}

/// The carriers to ask about next, whatever the reason.
fn next(plan: &Plan, lookups: &Lookups) -> Vec<Identity> {
    let doubts = plan.doubts(lookups);
    if doubts.is_empty() { plan.neighbours(lookups) } else { doubts }
}

#[test]
fn a_carrier_is_found_by_any_of_its_numbers_in_any_spelling() {
    let monitored = ids(&["DOT 9900001 MC990001", "9900002", "MC990003", "9900004", "TX 0065 4321"]);
    let wanted = ids(&["MC0990001", "DOT 9900002 MC990002", "mc-990003", "9900005", "tx-00654321"]);
    let plan = Plan::of(&wanted, &monitored);
    assert_eq!(plan.add, ids(&["9900005"]));
    assert_eq!(plan.remove, ids(&["9900004"]));
    assert_eq!(plan.keep.len(), 4);
}

#[test]
fn numbers_that_contradict_each_other_are_left_alone() {
    let monitored = ids(&["DOT 9900001 MC990001", "DOT 9900002 MC990002"]);
    let plan = Plan::of(&ids(&["DOT 9900001 MC990002"]), &monitored);
    assert!(plan.add.is_empty() && plan.remove.is_empty() && plan.keep.is_empty());
    assert_eq!(plan.unclear.len(), 2, "neither is removed, and both are reported");
    let monitored = ids(&["9900001", "DOT 9900002 MC990002"]);
    let plan = Plan::of(&ids(&["DOT 9900001 MC990002"]), &monitored);
    assert_eq!((plan.keep.len(), plan.unclear.len(), plan.remove.len()), (1, 1, 0));
}

#[test]
fn nobody_is_added_who_is_monitored_under_another_number() {
    let mut plan = Plan::of(&ids(&["9900001", "MC990001", "MC990002"]), &ids(&["9900001"]));
    assert_eq!(next(&plan, &Lookups::default()), ids(&["MC990001", "MC990002"]));
    let mut lookups = Lookups::default();
    lookups.insert(id("MC990001"), Some(Known { carrier: id("DOT 9900001 MC990001"), interstate: true }));
    lookups.insert(id("MC990002"), None);
    assert!(next(&plan, &lookups).is_empty());
    plan.settle(&lookups);
    assert_eq!((plan.add, plan.keep, plan.unclear.len()), (ids(&["MC990002"]), ids(&["9900001"]), 0));
    // Who is listed by an FF number alone is asked about, as a preview shows one docket number.
    let mut plan = Plan::of(&ids(&["9900001", "FF880001"]), &ids(&["FF880001"]));
    assert_eq!(next(&plan, &Lookups::default()), ids(&["9900001"]));
    let mut lookups = Lookups::default();
    lookups.insert(id("9900001"), Some(Known { carrier: id("DOT 9900001 MC990001"), interstate: true }));
    assert_eq!(next(&plan, &lookups), ids(&["FF880001"]));
    lookups.insert(id("FF880001"), Some(Known { carrier: id("DOT 9900001 FF880001"), interstate: true }));
    assert!(next(&plan, &lookups).is_empty());
    plan.settle(&lookups);
    assert_eq!((plan.add, plan.keep), (vec![], ids(&["FF880001"])));
    // What has a number of the same kind needs no lookup.
    let plan = Plan::of(&ids(&["MC990002", "9900001"]), &ids(&["DOT 9900001 MC990001"]));
    assert!(next(&plan, &Lookups::default()).is_empty());
}

#[test]
fn what_cannot_be_distinguished_from_a_carrier_that_stays_is_asked_about_and_then_known_or_left_alone() {
    let plan = || Plan::of(&ids(&["MC990001", "9900002"]), &ids(&["9900001", "9900002", "9900003"]));
    let known = |carrier: &str| Some(Known { carrier: id(carrier), interstate: true });
    assert_eq!(next(&plan(), &Lookups::default()), ids(&["MC990001"]), "it may be any of them");
    let mut lookups = Lookups::default();
    lookups.insert(id("MC990001"), known("DOT 9900001 MC0990001"));
    let mut settled = plan();
    assert!(next(&settled, &lookups).is_empty(), "its DOT number distinguishes it from all others");
    settled.settle(&lookups);
    assert_eq!((settled.add.len(), settled.keep.len(), settled.remove), (0, 2, ids(&["9900003"])));

    // The server does not find it by that number.
    let mut lookups = Lookups::default();
    lookups.insert(id("MC990001"), None);
    assert_eq!(next(&plan(), &lookups), ids(&["9900001", "9900003"]), "either may be MC990001");
    lookups.insert(id("9900001"), known("DOT 9900001 MC0990001"));
    lookups.insert(id("9900003"), known("DOT 9900003 MC990003"));
    let mut settled = plan();
    assert!(next(&settled, &lookups).is_empty());
    settled.settle(&lookups);
    assert_eq!((settled.add.len(), settled.keep.len()), (0, 2), "MC990001 is monitored already");
    assert_eq!((settled.remove, settled.unclear), (ids(&["9900003"]), vec![]));

    // Nor does it have the docket numbers of those that it may be.
    lookups.insert(id("9900001"), known("9900001"));
    lookups.insert(id("9900003"), None);
    let mut unsettled = plan();
    assert!(next(&unsettled, &lookups).is_empty(), "nobody is asked twice");
    unsettled.settle(&lookups);
    assert_eq!((unsettled.remove.len(), unsettled.unclear.len()), (0, 2));
}

#[test]
fn a_row_with_several_dockets_is_matched_by_each_of_them() {
    for monitored in ["FF880001", "DOT 9900001 FF880001", "MC990001", "DOT 9900001", "DOT 9900001 MC990001"] {
        let plan = Plan::of(&ids(&["DOT 9900001 MC990001, FF880001"]), &ids(&[monitored]));
        assert_eq!((plan.add.len(), plan.remove.len(), plan.keep.len()), (0, 0, 1), "{monitored}");
        assert_eq!(plan.keep, ids(&["DOT 9900001 MC990001, FF880001"]), "{monitored}");
    }
    let plan = Plan::of(&ids(&["MC990001, FF880001"]), &ids(&["DOT 9900001 FF880001", "DOT 9900002 FF880002"]));
    assert_eq!((plan.add, plan.keep), (vec![], ids(&["DOT 9900001 MC990001, FF880001"])));
    assert_eq!(plan.remove, ids(&["DOT 9900002 FF880002"]));
}

#[test]
fn a_row_whose_numbers_are_of_two_carriers_is_named_and_not_acted_on() {
    let monitored = ids(&["DOT 9900001 MC990001", "DOT 9900002 FF880002", "DOT 9900003"]);
    let mut plan = Plan::of(&ids(&["MC990001, FF880002"]), &monitored);
    plan.settle(&Lookups::default());
    assert_eq!((plan.add.len(), plan.keep.len(), plan.unclear.len()), (0, 0, 3), "{plan:?}");
    assert_eq!((plan.remove.len(), plan.torn.len()), (0, 1), "the third may be that row as well");

    // The monitored list does not show it, but the server does.
    let row = || id("DOT 9900001 MC990001, FF880002");
    let mut plan = Plan::of(&[row()], &ids(&["DOT 9900002", "DOT 9900003"]));
    assert_eq!(next(&plan, &Lookups::default()), [row()]);
    let mut lookups = Lookups::default();
    lookups.insert(row(), None);
    lookups.tear(row(), id("DOT 9900002 FF880002"));
    assert!(next(&plan, &lookups).is_empty());
    plan.settle(&lookups);
    assert_eq!((plan.add.len(), plan.torn.len()), (0, 1));
    assert_eq!(plan.unclear[0], (id("DOT 9900002"), id("DOT 9900002 FF880002")));
    // The docket that the row has right may be anybody's.
    assert_eq!((plan.unclear[1].clone(), plan.remove.len()), ((id("DOT 9900003"), id("MC990001")), 0));
    // Who is kept may be another carrier as well, which matters where somebody is removed.
    let plan = Plan::of(&[row()], &ids(&["DOT 9900001", "DOT 9900002"]));
    assert_eq!(next(&plan, &Lookups::default()), [row()]);
    let plan = Plan::of(&[row()], &ids(&["DOT 9900001"]));
    assert!(next(&plan, &Lookups::default()).is_empty());
}

#[test]
fn an_interstate_carrier_is_nobody_known_by_a_states_number_alone() {
    let mut plan = Plan::of(&ids(&["TX 00654321"]), &ids(&["9900001", "9900002"]));
    let mut lookups = Lookups::default();
    lookups.insert(id("9900001"), Some(Known { carrier: id("DOT 9900001 MC990001"), interstate: true }));
    lookups.insert(id("9900002"), Some(Known { carrier: id("9900002"), interstate: false }));
    plan.settle(&lookups);
    assert_eq!((plan.remove, plan.unclear.len()), (ids(&["9900001"]), 1));
}

#[test]
fn rows_of_one_carrier_are_one_and_rows_that_contradict_stay_apart() {
    assert_eq!(
        distinct(ids(&["9900001", "MC990002", "DOT 9900001 MC0990001"])),
        ids(&["DOT 9900001 MC990001", "MC990002"])
    );
    // As where a docket number went from one carrier to another.
    let rows = ids(&["DOT 9900001 MC990001", "DOT 9900002 MC990001", "9900002", "MC990001"]);
    let monitored = distinct(rows);
    assert_eq!(monitored, ids(&["DOT 9900001 MC990001", "DOT 9900002 MC990001"]));
    let settled = |wanted: &[&str]| {
        let mut plan = Plan::of(&ids(wanted), &monitored);
        plan.settle(&Lookups::default());
        (plan.add.len(), plan.remove.len(), plan.keep.len(), plan.unclear.len())
    };
    assert_eq!(settled(&["9900001", "9900002"]), (0, 0, 2, 0));
    assert_eq!(settled(&["9900001"]), (0, 0, 1, 1), "the other may be the same carrier");
    assert_eq!(settled(&["DOT 9900001 MC990001"]), (0, 0, 1, 1));
    assert_eq!(settled(&["9900003"]), (1, 2, 0, 0));
}

/// A carrier as the vendor knows it, and which of its numbers somebody writes down, and how.
#[derive(Clone, Debug)]
pub(super) struct Spelt {
    carrier: u32,
    numbers: u8,
    zeros: usize,
    lower: bool,
}

const SOME: u32 = 12;

/// Every third carrier works in one state, every fourth has no MC number, every other an FF number.
fn whole(carrier: u32) -> Identity {
    let dot = mycarrierpackets::types::DotNumber::new(9_900_000 + carrier).unwrap();
    let docket = (!carrier.is_multiple_of(4)).then(|| format!("MC{}", 990_000 + carrier).parse().unwrap());
    let intrastate = carrier.is_multiple_of(3).then(|| format!("TX {:06}C", 4_000 + carrier));
    let id: Identity = CarrierId::from_parts(Some(dot), docket, intrastate.as_deref()).unwrap().into();
    if carrier.is_multiple_of(2) { id.merged(&super::tests::id(&format!("FF{}", 880_000 + carrier))) } else { id }
}

impl Spelt {
    fn id(&self) -> Identity {
        let whole = whole(self.carrier);
        let spelt = |number: CarrierId| -> CarrierId {
            match (number.docket_number(), number.intrastate_number()) {
                (Some(docket), _) => {
                    let series = if self.lower {
                        docket.kind().as_str().to_lowercase() + "-"
                    } else {
                        docket.kind().to_string()
                    };
                    format!("{series}{}{}", "0".repeat(self.zeros), docket.digits()).parse().unwrap()
                }
                (_, Some(state)) if self.lower => {
                    CarrierId::intrastate(&state.to_lowercase().replace(' ', "-")).unwrap()
                }
                _ => number,
            }
        };
        let bit = |number: &CarrierId| match number.docket_number() {
            Some(docket) if docket.kind() == DocketKind::Ff => 8,
            Some(_) => 2,
            None if number.dot_number().is_some() => 1,
            None => 4,
        };
        let named = whole.numbers().filter(|number| self.numbers & bit(number) != 0).map(|number| spelt(number).into());
        let merged = named.reduce(|all: Identity, number| all.merged(&number));
        merged.unwrap_or_else(|| whole.id().dot_number().map(CarrierId::from).unwrap().into())
    }
}

fn spelt() -> impl Strategy<Value = Spelt> {
    (0..SOME, 0_u8..16, 0_usize..4, any::<bool>()).prop_map(|(carrier, numbers, zeros, lower)| Spelt {
        carrier,
        numbers,
        zeros,
        lower,
    })
}

pub(super) fn list() -> impl Strategy<Value = Vec<Spelt>> {
    proptest::collection::vec(spelt(), 0..20)
}

pub(super) fn spelt_ids(list: &[Spelt]) -> Vec<Identity> {
    distinct(list.iter().map(Spelt::id).collect())
}

/// As the program plans, with a server that knows all, some, or none of the carriers.
fn planned(wanted: &[Spelt], monitored: &[Spelt], knows: impl Fn(u32) -> bool) -> Plan {
    let mut plan = Plan::of(&spelt_ids(wanted), &spelt_ids(monitored));
    let mut lookups = Lookups::default();
    for _ in 0..4 * SOME {
        let doubts = next(&plan, &lookups);
        if doubts.is_empty() {
            plan.settle(&lookups);
            return plan;
        }
        for asked in doubts {
            let carrier = (0..SOME).find(|carrier| whole(*carrier).compare(&asked) == Sameness::Same).unwrap();
            let known = || {
                let whole = whole(carrier);
                // A preview has no intrastate number.
                let (dot, docket) = (whole.id().dot_number(), whole.id().docket_number().cloned());
                let shown: Identity = CarrierId::from_parts(dot, docket, None).unwrap().into();
                Known { carrier: shown.merged(&asked), interstate: whole.states().next().is_none() }
            };
            lookups.insert(asked.clone(), knows(carrier).then(known));
        }
    }
    panic!("the server is asked again and again");
}

fn is(id: &Identity, carrier: u32) -> bool {
    whole(carrier).compare(id) == Sameness::Same
}

proptest! {
    #[test]
    fn nobody_who_is_wanted_is_removed(wanted in list(), monitored in list(), known in any::<u16>()) {
        let plan = planned(&wanted, &monitored, |carrier| known & (1 << carrier) != 0);
        for removed in &plan.remove {
            let named = wanted.iter().find(|own| is(removed, own.carrier));
            prop_assert!(named.is_none(), "{removed} is wanted as {}", named.unwrap().id());
        }
        // And nobody is forgotten: whoever is wanted is kept, added, or left alone.
        for own in &wanted {
            let mut left = plan.keep.iter().chain(&plan.add).chain(plan.unclear.iter().map(|(_, wanted)| wanted));
            prop_assert!(left.any(|id| is(id, own.carrier)), "{} is nowhere in {plan:?}", own.id());
        }
        for own in &monitored {
            let left = plan.keep.iter().chain(&plan.remove).chain(plan.unclear.iter().map(|(monitored, _)| monitored));
            let added = plan.add.iter();
            prop_assert!(left.chain(added).any(|id| is(id, own.carrier)), "{} is nowhere in {plan:?}", own.id());
        }
    }

    #[test]
    fn a_second_run_has_nothing_to_do(wanted in list(), monitored in list(), zeros in 0_usize..4) {
        // No preview shows the number of a state, so a carrier known by it alone stays in doubt.
        let federal = |list: Vec<Spelt>| -> Vec<Spelt> {
            list.into_iter().filter(|own| has_federal_number(&own.id())).collect()
        };
        let (wanted, monitored) = (federal(wanted), federal(monitored));
        let plan = planned(&wanted, &monitored, |_| true);
        let removed = |own: &Spelt| plan.remove.iter().any(|id| is(id, own.carrier));
        let mut after: Vec<Spelt> = monitored.iter().filter(|own| !removed(own)).cloned().collect();
        for carrier in 0..SOME {
            if plan.add.iter().any(|id| is(id, carrier)) && !after.iter().any(|own| own.carrier == carrier) {
                after.push(Spelt { carrier, numbers: 11, zeros, lower: false });
            }
        }
        let again = planned(&wanted, &after, |_| true);
        prop_assert_eq!((again.add.len(), again.remove.len(), again.unclear.len()), (0, 0, 0), "{:?}", again);
    }

    #[test]
    fn a_list_in_any_spelling_is_a_fixed_point(
        monitored in list(), zeros in 0_usize..4, lower in any::<bool>(), known in any::<u16>(),
    ) {
        let wanted: Vec<Spelt> = monitored.iter().map(|own| Spelt { zeros, lower, ..own.clone() }).collect();
        let plan = planned(&wanted, &monitored, |carrier| known & (1 << carrier) != 0);
        let expected = distinct(monitored.iter().map(Spelt::id).collect()).len();
        prop_assert_eq!((plan.add.len(), plan.remove.len(), plan.unclear.len(), plan.keep.len()), (0, 0, 0, expected));
    }
}
