//! The monitored list is made equal to that of a TMS: in steps that go on after a crash, and nothing in doubt.

use crate::acts::{World, client};
use crate::place::Place;
use mycarrierpackets::types::{CarrierId, Sameness};
use mycarrierpackets_sandbox::Fault;
use mycarrierpackets_sync::reconcile::{self, Cap, CarriedOut, Identity, Listed, Lookups, Plan};
use mycarrierpackets_sync::store::leases::{self, Claimed};
use mycarrierpackets_sync::store::{acts, aliases};
use mycarrierpackets_sync::{Error, Settings, Tick};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

crate::on_both!(
    a_list_that_was_not_read_whole_or_lately_is_refused,
    additions_come_first_and_removals_after_the_list_was_read_again,
    a_run_that_is_cut_off_anywhere_is_taken_up_by_the_next,
    nothing_is_done_about_anybody_in_doubt,
    a_number_of_several_carriers_is_of_none,
    more_removals_than_allowed_and_an_old_plan_are_refused,
    wrong_credentials_are_tried_once,
);

const CUSTOMER: &str = "acme";

async fn listed(world: &World) -> Result<Listed, Error> {
    let settings = Settings::default();
    world.store.read(async |tx| reconcile::listed(&tx, CUSTOMER, &settings).await).await
}

/// Reads what is due an hour later.
async fn later(world: &World) {
    let span = Duration::from_secs(66 * 60);
    world.clock.fetch_add(span.as_micros() as i64, Ordering::Relaxed);
    world.sandbox.advance(span);
    let tick = world.engine.tick(CUSTOMER).await.unwrap();
    let Tick::Done(reads) = tick else { panic!("{tick:?}") };
    assert!(reads.iter().any(|read| read.feed == "monitored" && read.error.is_none()), "{reads:?}");
}

async fn plan(world: &World, wanted: &[Identity]) -> (Listed, Plan, usize) {
    let listed = listed(world).await.unwrap();
    let mut plan = Plan::of(wanted, &listed.carriers);
    plan.settle(&Lookups::default());
    let held = listed.hold_back(&mut plan).len();
    (listed, plan, held)
}

const ANY: Cap = Cap { count: usize::MAX, percent: 100.0 };

async fn carry_out(world: &World, wanted: &[Identity]) -> CarriedOut {
    let (listed, plan, _) = plan(world, wanted).await;
    world.engine.carry_out(CUSTOMER, &listed, &plan, &ANY, |_| {}).await.unwrap()
}

/// What the vendor has.
async fn monitored(world: &World) -> BTreeSet<String> {
    let listed = client(&world.sandbox).monitoring().list().read_all(1000).await.unwrap().items;
    listed.iter().filter_map(|own| own.dot_number).map(|dot| dot.to_string()).collect()
}

fn dots(wanted: &[Identity]) -> BTreeSet<String> {
    wanted.iter().filter_map(|own| own.id().dot_number()).map(|dot| dot.to_string()).collect()
}

fn sent(world: &World) -> (usize, usize) {
    (world.sandbox.count("RequestMonitoring"), world.sandbox.count("CancelMonitoring"))
}

/// All carriers of the vendor's but the first two that are monitored.
async fn wanted(world: &World) -> Vec<Identity> {
    let monitored = monitored(world).await;
    let all = world.sandbox.dot_numbers().into_iter().map(|dot| dot.to_string());
    let dropped: Vec<&String> = monitored.iter().take(2).collect();
    let wanted = all.filter(|dot| !dropped.contains(&dot)).map(|dot| dot.parse::<CarrierId>().unwrap());
    let wanted: Vec<Identity> = wanted.map(Identity::from).collect();
    assert!(wanted.len() > monitored.len(), "some are to be added");
    wanted
}

async fn a_list_that_was_not_read_whole_or_lately_is_refused(place: &Place) {
    let world = World::new(place).await;
    let refused = async || match listed(&world).await {
        Err(Error::Usage(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(refused().await.contains("not been read whole yet"));
    world.sandbox.fault(Fault::status(500).on("MonitoredCarriers"));
    world.engine.tick(CUSTOMER).await.unwrap();
    assert!(world.sandbox.count("MonitoredCarriers") > 0 && refused().await.contains("not been read whole yet"));
    world.sandbox.clear_faults();
    later(&world).await;
    assert_eq!(listed(&world).await.unwrap().carriers.len(), monitored(&world).await.len());
    world.clock.fetch_add(3 * 3_600_000_000, Ordering::Relaxed);
    assert!(refused().await.contains("too long ago"));
}

async fn additions_come_first_and_removals_after_the_list_was_read_again(place: &Place) {
    let world = World::new(place).await;
    later(&world).await;
    let wanted = wanted(&world).await;
    let before = monitored(&world).await;
    let (listed, plan_of, held) = plan(&world, &wanted).await;
    assert_eq!((plan_of.remove.len(), held, listed.added_since), (2, 0, 0));
    assert_eq!(sent(&world), (0, 0), "a plan is a plan");
    let done = carry_out(&world, &wanted).await;
    assert_eq!((done.added, done.removed, done.waiting), (plan_of.add.len(), 0, 2));
    assert!(monitored(&world).await.is_superset(&before) && done.not_done.is_empty());
    // Nobody is added again, and nobody is removed before the list was read.
    let again = carry_out(&world, &wanted).await;
    assert_eq!((again.added, again.removed, again.waiting), (0, 0, 2));
    later(&world).await;
    let last = carry_out(&world, &wanted).await;
    assert_eq!((last.added, last.removed, last.waiting), (0, 2, 0));
    assert_eq!(monitored(&world).await, dots(&wanted));
    let nothing = carry_out(&world, &wanted).await;
    assert_eq!(nothing, CarriedOut::default());
    assert_eq!(sent(&world), (done.added, 2));
}

async fn a_run_that_is_cut_off_anywhere_is_taken_up_by_the_next(place: &Place) {
    let world = World::new(place).await;
    later(&world).await;
    let wanted = wanted(&world).await;
    let mut cut = 0;
    for times in [3, 9, 14, 20, 26, 31, 40, 55, 70, 100_000, 4, 12, 22, 100_000, 100_000] {
        let (listed, plan, _) = plan(&world, &wanted).await;
        let work = world.engine.carry_out(CUSTOMER, &listed, &plan, &ANY, |_| {});
        match crate::acts::polled(times, work).await {
            Some(done) => drop(done.unwrap()),
            None => cut += 1,
        }
        // The server may still have what was sent.
        tokio::time::sleep(Duration::from_millis(20)).await;
        world.after_the_lease();
        later(&world).await;
    }
    assert!(cut > 4, "{cut}");
    assert_eq!(monitored(&world).await, dots(&wanted));
    let open = world.store.read(async |tx| acts::open(&tx, CUSTOMER).await).await.unwrap();
    assert!(open.is_empty(), "the reads settled what was cut off: {open:?}");
    let (listed, plan, held) = plan(&world, &wanted).await;
    assert_eq!((plan.add.len(), plan.remove.len(), held, listed.in_doubt.len()), (0, 0, 0, 0));
}

async fn nothing_is_done_about_anybody_in_doubt(place: &Place) {
    let world = World::new(place).await;
    later(&world).await;
    let wanted = wanted(&world).await;
    let (_, first, _) = plan(&world, &wanted).await;
    // Of no addition is known whether it was done.
    world.sandbox.fault(Fault::page(502).on("RequestMonitoring"));
    let done = carry_out(&world, &wanted).await;
    assert_eq!((done.added, done.removed, done.waiting), (0, 0, 2));
    assert_eq!(done.not_done.len(), first.add.len());
    world.sandbox.clear_faults();
    let before = sent(&world);
    let (listed, held_plan, held) = plan(&world, &wanted).await;
    assert_eq!((held_plan.add.len(), held), (0, first.add.len()));
    assert_eq!(listed.in_doubt.len(), first.add.len());
    let done = world.engine.carry_out(CUSTOMER, &listed, &held_plan, &ANY, |_| {}).await.unwrap();
    assert_eq!(sent(&world).0, before.0, "nothing is sent again for them: {done:?}");
    // A carrier that one read was without is in doubt, and so is whoever it may be.
    let other = CarrierId::docket("MC990001").unwrap();
    let mut listed = listed;
    listed.in_doubt = vec![(Identity::from(other.clone()), "why".to_owned())];
    let mut plan =
        Plan { add: vec!["DOT 9000001".parse::<CarrierId>().unwrap().into(), other.into()], ..Plan::default() };
    plan.remove = vec!["MC990002".parse::<CarrierId>().unwrap().into()];
    let held = listed.hold_back(&mut plan);
    assert_eq!((plan.add.len(), plan.remove.len(), held.len()), (0, 1, 2));
    assert!(held[0].1.contains("it may be MC990001: why") && held[1].1 == "why", "{held:?}");
}

async fn a_number_of_several_carriers_is_of_none(place: &Place) {
    let world = World::new(place).await;
    let number = |text: &str| Identity::from(text.parse::<CarrierId>().unwrap());
    let claim = async |tx| leases::claim_customer(&tx, CUSTOMER, "w", Duration::from_secs(45)).await;
    let Claimed::Yes(claim) = world.store.transaction(claim).await.unwrap() else { panic!("held") };
    let named = world.store.transaction(async |tx| {
        let held = leases::check(&tx, &claim).await?;
        for (carrier, others) in [("DOT:1", ["MC:5", "MC:1"]), ("DOT:2", ["MC:5", "MC:2"])] {
            aliases::resolve(&held, carrier, &others.map(str::to_owned)).await?;
        }
        leases::release(&tx, claim.clone()).await
    });
    named.await.unwrap();
    world.read(&["DOT:1", "DOT:2", "DOT:3"]).await;
    let now = listed(&world).await.unwrap();
    assert_eq!(now.carriers.len(), 3);
    assert!(now.carriers.iter().all(|own| own.compare(&number("MC5")) != Sameness::Same));
    let own = now.carriers.iter().find(|own| own.compare(&number("DOT 1")) == Sameness::Same).unwrap();
    assert_eq!(own.compare(&number("MC1")), Sameness::Same, "a number of its own");
    // Whom the list of the TMS means by it, nobody knows: neither is removed, and nobody is added.
    let (_, plan_of, held) = plan(&world, &[number("MC5"), number("DOT 3")]).await;
    assert_eq!((plan_of.add.len(), plan_of.remove.len(), held), (0, 0, 3));
    // Without it in the list, they are carriers as others.
    let (_, plan_of, held) = plan(&world, &[number("DOT 1"), number("DOT 3")]).await;
    assert_eq!((plan_of.add.len(), plan_of.remove.len(), held), (0, 1, 0));
}

async fn more_removals_than_allowed_and_an_old_plan_are_refused(place: &Place) {
    let world = World::new(place).await;
    later(&world).await;
    let (listed, all, _) = plan(&world, &[]).await;
    assert_eq!(all.remove.len(), listed.carriers.len());
    let apply = async |listed: &Listed, plan: &Plan, cap: &Cap| match world
        .engine
        .carry_out(CUSTOMER, listed, plan, cap, |_| {})
        .await
    {
        Err(Error::Usage(why)) => why,
        other => panic!("{other:?}"),
    };
    for cap in [Cap::default(), Cap { count: 3, percent: 100.0 }, Cap { count: 1000, percent: 50.0 }] {
        assert!(apply(&listed, &all, &cap).await.contains("the plan removes"));
    }
    // Somebody else changes the list after the plan was made.
    let first = listed.carriers[0].clone();
    let one = Plan { remove: vec![first.clone()], ..Plan::default() };
    let done = world.engine.carry_out(CUSTOMER, &listed, &one, &ANY, |_| {}).await.unwrap();
    assert_eq!(done.removed, 1);
    assert!(apply(&listed, &one, &ANY).await.contains("no longer as it was"));
    let now = self::listed(&world).await.unwrap();
    assert!(now.carriers.iter().all(|own| own.compare(&first) == Sameness::Different));
    assert_eq!(sent(&world), (0, 1));
}

async fn wrong_credentials_are_tried_once(place: &Place) {
    let world = World::new(place).await;
    later(&world).await;
    let wanted = wanted(&world).await;
    world.sandbox.fault(Fault::status(401).on("RequestMonitoring"));
    let done = carry_out(&world, &wanted).await;
    assert_eq!((done.added, done.not_done.len(), done.waiting), (0, 1, 2), "{done:?}");
}
