//! The plan by a comparison of everybody with everybody: what the quick way must come to as well.

use super::super::lookups::{COMPARED, Known, has_federal_number};
use super::tests::{list, spelt_ids};
use super::*;
use crate::reconcile::identity::tests::{any_identity, identity};
use proptest::prelude::*;

fn doubts(plan: &Plan, lookups: &Lookups) -> Vec<Identity> {
    let monitored = || plan.keep.iter().chain(&plan.remove);
    let in_doubt = |add: &Identity| monitored().any(|own| lookups.compare(add, own) == Sameness::Unclear);
    let asked = |carrier: &Identity| !has_federal_number(carrier) || !lookups.can_say_more_of(carrier);
    let more = |wanted: &&Identity| !wanted.more().is_empty();
    let added = plan.add.iter().filter(|add| more(add) || in_doubt(add));
    let kept = plan.keep.iter().filter(|keep| more(keep) && !plan.remove.is_empty());
    let added: Vec<_> = added.chain(kept).filter(|wanted| !asked(wanted)).cloned().collect();
    if !added.is_empty() {
        return added;
    }
    let known = || plan.add.iter().filter(|add| lookups.knows(add));
    let may_be_added = |own: &Identity| known().any(|add| lookups.compare(add, own) == Sameness::Unclear);
    let mut listed: Vec<_> = monitored().filter(|own| !asked(own) && may_be_added(own)).cloned().collect();
    if !listed.is_empty() {
        listed.sort();
        listed.dedup();
        return listed;
    }
    let unclear = |remove: &Identity| plan.staying().any(|own| lookups.compare(remove, own) == Sameness::Unclear);
    plan.remove.iter().filter(|remove| !asked(remove) && unclear(remove)).cloned().collect()
}

fn neighbours(plan: &Plan, lookups: &Lookups) -> Vec<Identity> {
    let asked = |carrier: &Identity| !has_federal_number(carrier) || !lookups.can_say_more_of(carrier);
    let mut found: Vec<Identity> = Vec::new();
    for remove in plan.remove.iter().filter(|remove| asked(remove)) {
        let unclear = plan.staying().filter(|stays| lookups.compare(remove, stays) == Sameness::Unclear);
        found.extend(unclear.filter(|stays| !asked(stays)).cloned());
    }
    found.sort();
    found.dedup();
    found
}

fn settle(plan: &mut Plan, lookups: &Lookups) {
    let Plan { add, keep, torn, .. } = plan;
    let torn_now = keep.iter().chain(add.iter()).filter_map(|own| Some((own.clone(), lookups.torn(own)?.clone())));
    torn.extend(torn_now.collect::<Vec<_>>());
    add.retain(|added| lookups.torn(added).is_none());
    let all = add.clone();
    let is_again = |at: usize| all[..at].iter().any(|before| lookups.compare(&all[at], before) == Sameness::Same);
    let is_kept = |own: &Identity| keep.iter().any(|keep| lookups.compare(own, keep) == Sameness::Same);
    *add = (0..all.len()).filter(|at| !is_kept(&all[*at]) && !is_again(*at)).map(|at| all[at].clone()).collect();
    for remove in std::mem::take(&mut plan.remove) {
        let is = |stays: &Identity, sameness| lookups.compare(&remove, stays) == sameness;
        if plan.keep.iter().any(|stays| is(stays, Sameness::Same)) {
            continue;
        }
        if let Some(at) = plan.add.iter().position(|added| is(added, Sameness::Same)) {
            let added = plan.add.remove(at);
            plan.keep.push(lookups.whole(&added).0.clone().merged(lookups.whole(&remove).0));
            continue;
        }
        let torn = plan.torn_apart();
        let doubt = plan.staying().chain(&torn).find(|stays| !is(stays, Sameness::Different)).cloned();
        match doubt {
            Some(stays) => plan.unclear.push((remove, stays)),
            None => plan.remove.push(remove),
        }
    }
}

fn any_list() -> impl Strategy<Value = Vec<Identity>> {
    proptest::collection::vec(any_identity(), 0..12)
}

/// What a server could say, the truth or not, about some of the carriers.
fn any_lookups() -> impl Strategy<Value = Vec<(Identity, Option<Identity>, bool)>> {
    proptest::collection::vec((any_identity(), prop::option::of(any_identity()), any::<bool>()), 0..12)
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
            match known {
                Some(known) if known.compare(&asked) == Sameness::Different => lookups.tear(asked, known),
                known => {
                    let known = known.map(|known| Known { carrier: known.merged(&asked), interstate });
                    lookups.insert(asked, known);
                }
            }
        }
        let unclear = unclear.iter().cloned().zip(unclear.iter().rev().cloned()).collect();
        check(&Plan { add, remove, keep, unclear, torn: Vec::new() }, &lookups);
    }

    #[test]
    fn real_lists_are_planned_as_by_comparing_everybody(wanted in list(), monitored in list()) {
        check(&Plan::of(&spelt_ids(&wanted), &spelt_ids(&monitored)), &Lookups::default());
    }
}

#[test]
fn long_lists_are_planned_with_few_comparisons() {
    let id = |text: String| identity(&text);
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
