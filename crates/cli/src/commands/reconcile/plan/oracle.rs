//! The plan by a comparison of everybody with everybody: what the quick way must come to as well.

use super::super::lookups::{COMPARED, Known, has_federal_number};
use super::tests::{list, spelt_ids};
use super::*;
use proptest::prelude::*;

fn doubts(plan: &Plan, lookups: &Lookups) -> Vec<CarrierId> {
    let monitored = || plan.keep.iter().chain(&plan.remove);
    let in_doubt = |add: &CarrierId| monitored().any(|own| lookups.compare(add, own) == Sameness::Unclear);
    let asked = |carrier: &CarrierId| !has_federal_number(carrier) || !lookups.can_say_more_of(carrier);
    let added: Vec<_> = plan.add.iter().filter(|add| !asked(add) && in_doubt(add)).cloned().collect();
    if !added.is_empty() {
        return added;
    }
    let unclear = |remove: &CarrierId| plan.staying().any(|own| lookups.compare(remove, own) == Sameness::Unclear);
    plan.remove.iter().filter(|remove| !asked(remove) && unclear(remove)).cloned().collect()
}

fn neighbours(plan: &Plan, lookups: &Lookups) -> Vec<CarrierId> {
    let asked = |carrier: &CarrierId| !has_federal_number(carrier) || !lookups.can_say_more_of(carrier);
    let mut found: Vec<CarrierId> = Vec::new();
    for remove in plan.remove.iter().filter(|remove| asked(remove)) {
        let unclear = plan.staying().filter(|stays| lookups.compare(remove, stays) == Sameness::Unclear);
        found.extend(unclear.filter(|stays| !asked(stays)).cloned());
    }
    found.sort();
    found.dedup();
    found
}

fn settle(plan: &mut Plan, lookups: &Lookups) {
    let Plan { add, keep, .. } = plan;
    add.retain(|added| !keep.iter().any(|keep| lookups.compare(added, keep) == Sameness::Same));
    for remove in std::mem::take(&mut plan.remove) {
        let is = |stays: &CarrierId, sameness| lookups.compare(&remove, stays) == sameness;
        if plan.keep.iter().any(|stays| is(stays, Sameness::Same)) {
            continue;
        }
        if let Some(at) = plan.add.iter().position(|added| is(added, Sameness::Same)) {
            let added = plan.add.remove(at);
            plan.keep.push(added.merged(&remove));
            continue;
        }
        let doubt = plan.staying().find(|stays| !is(stays, Sameness::Different)).cloned();
        match doubt {
            Some(stays) => plan.unclear.push((remove, stays)),
            None => plan.remove.push(remove),
        }
    }
}

/// Any numbers at all, few enough that they meet and contradict each other.
fn any_id() -> impl Strategy<Value = CarrierId> {
    let state = prop::sample::select(vec!["TX 12345", "TX-0012345", "12345", "OK 12345", "TX 99"]);
    let docket = prop::sample::select(vec!["MC1", "MC2", "MC03", "FF1", "FF2", "MX3"]);
    (prop::option::of(1_u32..5), prop::option::of(docket), prop::option::of(state)).prop_map(|(dot, docket, state)| {
        let dot = dot.map(|dot| mycarrierpackets::types::DotNumber::new(dot).unwrap());
        let docket = docket.map(|docket| docket.parse().unwrap());
        CarrierId::from_parts(dot, docket, state).unwrap_or_else(|_| "DOT 9".parse().unwrap())
    })
}

fn any_list() -> impl Strategy<Value = Vec<CarrierId>> {
    proptest::collection::vec(any_id(), 0..12)
}

/// What a server could say, the truth or not, about some of the carriers.
fn any_lookups() -> impl Strategy<Value = Vec<(CarrierId, Option<CarrierId>, bool)>> {
    proptest::collection::vec((any_id(), prop::option::of(any_id()), any::<bool>()), 0..12)
}

fn check(plan: &Plan, lookups: &Lookups) {
    assert_eq!(plan.doubts(lookups), doubts(plan, lookups), "{plan:?} {lookups:?}");
    assert_eq!(plan.neighbours(lookups), neighbours(plan, lookups), "{plan:?} {lookups:?}");
    let (mut quick, mut slow) = (plan.clone(), plan.clone());
    quick.settle(lookups);
    settle(&mut slow, lookups);
    assert_eq!(quick, slow, "{plan:?} {lookups:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_two_lists_are_planned_as_by_comparing_everybody(
        wanted in any_list(), monitored in any_list(), said in any_lookups(),
    ) {
        let plan = Plan::of(&wanted, &monitored);
        let mut lookups = Lookups::default();
        for (asked, known, interstate) in said {
            let known = known.filter(|known| known.compare(&asked) == Sameness::Same);
            lookups.insert(asked.clone(), known.map(|known| Known { carrier: known.merged(&asked), interstate }));
        }
        check(&plan, &lookups);
    }

    #[test]
    fn any_plan_is_settled_as_by_comparing_everybody(
        add in any_list(), remove in any_list(), keep in any_list(), unclear in any_list(), said in any_lookups(),
    ) {
        let mut lookups = Lookups::default();
        for (asked, known, interstate) in said {
            // Whatever the server says, no number of a list is lost.
            lookups.insert(asked.clone(), known.map(|known| Known { carrier: known.merged(&asked), interstate }));
        }
        let unclear = unclear.iter().cloned().zip(unclear.iter().rev().cloned()).collect();
        check(&Plan { add, remove, keep, unclear }, &lookups);
    }

    #[test]
    fn real_lists_are_planned_as_by_comparing_everybody(wanted in list(), monitored in list()) {
        check(&Plan::of(&spelt_ids(&wanted), &spelt_ids(&monitored)), &Lookups::default());
    }
}

#[test]
fn long_lists_are_planned_with_few_comparisons() {
    let id = |text: String| text.parse::<CarrierId>().unwrap();
    let monitored: Vec<_> = (0..24_000)
        .map(|n| match n % 3 {
            0 => id(format!("DOT {}", 1_000_000 + n)),
            1 => id(format!("DOT {} MC{}", 1_000_000 + n, 100_000 + n)),
            _ => id(format!("intrastate TX {:07}", 1000 + n)),
        })
        .collect();
    let wanted: Vec<_> =
        (4_000..20_000).map(|n| monitored[n].clone()).chain((1..=1500).map(|n| id(format!("MC{n}")))).collect();
    let before = COMPARED.get();
    let mut plan = Plan::of(&wanted, &monitored);
    let mut lookups = Lookups::default();
    for added in plan.doubts(&lookups) {
        lookups.insert(added, None);
    }
    assert!(plan.doubts(&lookups).len() > 4_000);
    plan.neighbours(&lookups);
    plan.settle(&lookups);
    assert!(plan.unclear.len() > 4_000);
    // Those that stay work in several states, so they are none of those known by the number of one.
    let mut plan = Plan::of(&monitored[4_000..20_000], &monitored);
    let asked = [plan.doubts(&lookups), plan.neighbours(&lookups)].concat();
    assert!(asked.len() > 12_000);
    for asked in asked {
        lookups.insert(asked.clone(), Some(Known { carrier: asked, interstate: true }));
    }
    plan.settle(&lookups);
    assert_eq!((plan.remove.len(), plan.unclear.len()), (8_000, 0));
    let compared = COMPARED.get() - before;
    assert!((1..10 * monitored.len()).contains(&compared), "{compared} comparisons of {} carriers", monitored.len());
}
