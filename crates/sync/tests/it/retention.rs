//! What is old is taken out when it is asked for, and nothing that is still needed.

use crate::acts::{World, read_at};
use crate::place::Place;
use mycarrierpackets_sync::EventKind;
use mycarrierpackets_sync::history::{self, Evidence, Standing, Watching};
use mycarrierpackets_sync::retention::{Pruned, Retention, prune};
use mycarrierpackets_sync::store::leases::{self, Claimed, Held};
use mycarrierpackets_sync::store::routes::{self, Leased};
use mycarrierpackets_sync::store::sections::{self, Observation};
use mycarrierpackets_sync::store::{Error, aliases, coverage, deliveries, events, feeds, identities, roster};
use serde_json::json;
use std::sync::atomic::Ordering;
use std::time::Duration;

crate::on_both!(
    nothing_is_taken_out_unless_it_is_asked_for,
    what_was_in_force_and_its_chain_stay,
    a_chain_that_is_broken_stays_as_it_is,
    what_was_not_delivered_stays,
    a_part_that_was_replaced_under_another_name_is_not_in_force_again,
    whether_a_carrier_was_on_a_list_stays_true,
    who_was_watching_stays_true_from_the_time_on_and_is_unknown_before,
    the_last_reads_and_what_may_come_again_stay,
);

const CUSTOMER: &str = "acme";
const CARRIER: &str = "DOT:9000001";
const MINUTE: i64 = 60_000_000;
const DAY: i64 = 86_400_000_000;

fn days(days: u64) -> Option<Duration> {
    Some(Duration::from_secs(days * 86_400))
}

fn all(age: u64) -> Retention {
    Retention { versions: days(age), events: days(age), coverage: days(age), identities: days(age) }
}

async fn write<T>(world: &World, work: impl AsyncFnOnce(&Held<'_>) -> Result<T, Error>) -> T {
    let claim = async |tx| leases::claim_customer(&tx, CUSTOMER, "w", Duration::from_secs(45)).await;
    let Claimed::Yes(claim) = world.store.transaction(claim).await.unwrap() else { panic!("held") };
    let done = world.store.transaction(async |tx| {
        let held = leases::check(&tx, &claim).await?;
        let done = work(&held).await?;
        leases::release(&tx, claim.clone()).await?;
        Ok::<_, Error>(done)
    });
    done.await.unwrap()
}

fn now(world: &World) -> i64 {
    world.clock.load(Ordering::Relaxed)
}

async fn deliver(world: &World, sink: &str, work: impl AsyncFnOnce(&Leased<'_>) -> Result<(), Error>) {
    let done = world.store.transaction(async |tx| {
        let claimed = routes::claim(&tx, CUSTOMER, sink, "w", Duration::from_secs(45)).await?;
        let routes::Claimed::Yes(lease) = claimed else { panic!("{claimed:?}") };
        work(&routes::check(&tx, &lease).await?).await?;
        routes::release(&tx, &lease).await
    });
    assert!(done.await.unwrap());
}

async fn evidence(world: &World, at: i64) -> Evidence {
    let read = async |tx| history::evidence(&tx, CUSTOMER, CARRIER, at).await;
    world.store.read(read).await.unwrap()
}

async fn see(world: &World, rating: &str) -> i64 {
    see_under(world, CARRIER, rating).await
}

async fn see_under(world: &World, carrier: &str, rating: &str) -> i64 {
    let at = now(world);
    let document = json!({"rating": rating});
    let seen = Observation { carrier, section: "details", source: "CarriersChanges", document: &document, at };
    write(world, async |held| sections::observe(held, &seen).await).await;
    at
}

async fn event(world: &World, id: &str, kind: &str, carrier: &str) {
    let at = now(world);
    let event = events::Event {
        kind: kind.to_owned(),
        carrier: Some(carrier.to_owned()),
        observed_at: at,
        ..crate::events::event(id)
    };
    write(world, async |held| events::append(held, &[event]).await).await;
}

fn pass(world: &World, days: i64) {
    world.clock.fetch_add(days * DAY, Ordering::Relaxed);
}

async fn pruned(world: &World, retention: &Retention) -> Pruned {
    let would_be = prune(&world.store, CUSTOMER, retention, true).await.unwrap();
    let before = counts(world).await;
    assert_eq!(prune(&world.store, CUSTOMER, retention, true).await.unwrap(), would_be, "a dry run changes nothing");
    assert_eq!(counts(world).await, before);
    let done = prune(&world.store, CUSTOMER, retention, false).await.unwrap();
    assert_eq!(done, would_be);
    let taken = [done.versions, done.events, done.coverage, done.identities];
    let after = counts(world).await;
    let left = before.iter().zip(&after).map(|(before, after)| (before - after) as u64);
    assert_eq!(left.collect::<Vec<_>>(), taken);
    assert_eq!(prune(&world.store, CUSTOMER, retention, false).await.unwrap(), Pruned::default(), "once");
    done
}

async fn counts(world: &World) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["versions", "events", "coverage", "identities"] {
        let sql = format!("SELECT COUNT(*) AS number FROM {table}");
        let rows = world.store.read(async |tx| tx.query(&sql, &[]).await).await.unwrap();
        counts.push(rows[0].integer("number").unwrap());
    }
    counts
}

async fn nothing_is_taken_out_unless_it_is_asked_for(place: &Place) {
    let world = World::new(place).await;
    see(&world, "A").await;
    event(&world, "x", "carrier.changed", CARRIER).await;
    world.read(&[CARRIER]).await;
    write(&world, async |held| identities::see(held, "changes", &["x"], 0).await).await;
    pass(&world, 4000);
    assert_eq!(pruned(&world, &Retention::default()).await, Pruned::default());
    assert_eq!(counts(&world).await, [1, 1, 1, 1]);
}

async fn what_was_in_force_and_its_chain_stay(place: &Place) {
    let world = World::new(place).await;
    let mut seen = Vec::new();
    for rating in ["A", "B", "C", "D"] {
        seen.push(see(&world, rating).await);
        pass(&world, 10);
    }
    // 40 days since the first, and 15 is between C and D.
    let versions = Retention { versions: days(15), ..Retention::default() };
    assert_eq!(pruned(&world, &versions).await.versions, 2);
    let evidence = async |at: i64| evidence(&world, at).await;
    let rating = |evidence: &history::Evidence| {
        let known = evidence.parts[0].known.as_ref();
        known.map(|known| (known.verified, known.document.as_ref().unwrap()["rating"].as_str().unwrap().to_owned()))
    };
    // What was in force 15 days ago is known, with its chain, and so is all since.
    assert_eq!(rating(&evidence(now(&world) - 15 * DAY).await), Some((true, "C".to_owned())));
    let present = evidence(now(&world)).await;
    assert_eq!((rating(&present), present.is_broken()), (Some((true, "D".to_owned())), false));
    assert_eq!((present.parts[0].first_read_at, present.parts[0].versions), (None, 2));
    // What was taken out does not read as if it had never been.
    let before = evidence(seen[0]).await;
    assert!(
        before.lacks[0].contains("no longer kept") && before.lacks[1].contains("taken out at"),
        "{:?}",
        before.lacks
    );
    let entries = async |tx| history::history(&tx, CUSTOMER, CARRIER, i64::MIN).await;
    assert_eq!(world.store.read(entries).await.unwrap().len(), 1, "the change to D");
    // The present form stays whatever its age, and the chain goes on from it.
    pass(&world, 4000);
    assert_eq!(pruned(&world, &versions).await.versions, 1);
    see(&world, "E").await;
    let present = evidence(now(&world)).await;
    assert_eq!((rating(&present), present.parts[0].versions), (Some((true, "E".to_owned())), 2));
    // What is missing and was not taken out on purpose is still found, at the beginning and after.
    for (sql, expected) in [
        ("UPDATE versions SET observed_at = observed_at + 1 WHERE version = 4", 4),
        ("DELETE FROM versions WHERE version = 4", 4),
        ("DELETE FROM prunings", 1),
    ] {
        world.store.transaction(async |tx| tx.execute(sql, &[]).await).await.unwrap();
        let broken = evidence(now(&world)).await.parts[0].broken.clone().unwrap();
        assert_eq!(broken.version, expected, "{sql}: {broken:?}");
    }
}

async fn a_part_that_was_replaced_under_another_name_is_not_in_force_again(place: &Place) {
    let world = World::new(place).await;
    see_under(&world, "MC:1", "A").await;
    pass(&world, 10);
    write(&world, async |held| aliases::resolve(held, CARRIER, &["MC:1".to_owned()]).await).await;
    let second = see(&world, "B").await;
    for rating in ["C", "D"] {
        pass(&world, 10);
        see(&world, rating).await;
    }
    pass(&world, 10);
    assert_eq!(pruned(&world, &Retention { versions: days(5), ..Retention::default() }).await.versions, 2);
    let in_force = |evidence: Evidence| {
        let known = evidence.parts.into_iter().filter_map(|part| part.known);
        let known = known.filter(|known| known.replaced_at.is_none());
        known.map(|known| known.document.unwrap()["rating"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(in_force(evidence(&world, now(&world)).await), ["D"]);
    let as_of = async |at: i64| {
        let found = world.store.read(async |tx| history::as_of(&tx, CUSTOMER, CARRIER, at).await).await.unwrap();
        found.into_iter().map(|version| version.document["rating"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(as_of(now(&world)).await, ["D"]);
    assert!(as_of(second).await.is_empty(), "B was in force then, not A");
    let lacks = evidence(&world, second).await.lacks;
    assert!(lacks.iter().any(|lack| lack.contains("was taken out at")), "{lacks:?}");
}

async fn a_chain_that_is_broken_stays_as_it_is(place: &Place) {
    let world = World::new(place).await;
    for rating in ["A", "B", "C"] {
        see(&world, rating).await;
        pass(&world, 10);
    }
    let forge = "UPDATE versions SET hash = 'x' WHERE version = 1";
    world.store.transaction(async |tx| tx.execute(forge, &[]).await).await.unwrap();
    assert_eq!(pruned(&world, &Retention { versions: days(15), ..Retention::default() }).await.versions, 0);
}

async fn what_was_not_delivered_stays(place: &Place) {
    let world = World::new(place).await;
    let sinks = world.store.transaction(async |tx| {
        for sink in ["one", "two"] {
            deliveries::add_sink(&tx, sink, "jsonl", "{}", true).await?;
        }
        Ok::<_, Error>(())
    });
    sinks.await.unwrap();
    for id in ["done", "waiting", "parked", "half"] {
        event(&world, id, "carrier.changed", CARRIER).await;
    }
    deliver(&world, "one", async |leased| {
        deliveries::done(leased, &[1, 4]).await?;
        deliveries::refused(leased, 3, "no", None).await
    })
    .await;
    deliver(&world, "two", async |leased| deliveries::done(leased, &[1, 2, 3]).await).await;
    pass(&world, 10);
    event(&world, "young", "carrier.changed", CARRIER).await;
    for sink in ["one", "two"] {
        deliver(&world, sink, async |leased| deliveries::done(leased, &[5]).await).await;
    }
    let old = Retention { events: days(5), ..Retention::default() };
    assert_eq!(pruned(&world, &old).await.events, 1);
    let left = world.store.read(async |tx| events::list(&tx, CUSTOMER, 0, 100).await).await.unwrap();
    let left: Vec<_> = left.iter().map(|(number, event)| (*number, event.id.as_str())).collect();
    assert_eq!(left, [(2, "waiting"), (3, "parked"), (4, "half"), (5, "young")]);
    // That one sink took it stays known, so that it gets none of them again.
    let taken = world.store.read(async |tx| deliveries::count(&tx, CUSTOMER, "done").await).await.unwrap();
    assert_eq!(taken, 5);
    // What is left goes on: to those sinks, under the same numbers.
    let due = world.store.read(async |tx| deliveries::due(&tx, CUSTOMER, "one", 10).await).await.unwrap();
    assert_eq!(due.iter().map(|delivery| delivery.recorded.sequence).collect::<Vec<_>>(), [2]);
    event(&world, "next", "carrier.changed", CARRIER).await;
    let last = world.store.read(async |tx| events::list(&tx, CUSTOMER, 5, 100).await).await.unwrap();
    assert_eq!(last[0].0, 6);
}

async fn whether_a_carrier_was_on_a_list_stays_true(place: &Place) {
    let world = World::new(place).await;
    // On the list, then off it for good, with the events that the engine makes of that.
    world.read(&["DOT:2"]).await;
    world.read(&["DOT:2", CARRIER]).await;
    event(&world, "came", &EventKind::Monitored.name(), CARRIER).await;
    let on = now(&world);
    world.read(&["DOT:2", CARRIER]).await;
    world.read(&["DOT:2"]).await;
    world.read(&["DOT:2"]).await;
    event(&world, "left", &EventKind::Unmonitored.name(), CARRIER).await;
    let gone = world.store.read(async |tx| roster::members(&tx, CUSTOMER, "monitored").await).await.unwrap();
    assert_eq!(gone, ["DOT:2"]);
    let standing = async || {
        let evidence = evidence(&world, on).await;
        (evidence.lists[0].standing, evidence.feeds.into_iter().find(|feed| feed.feed == "monitored").unwrap().state)
    };
    assert_eq!(standing().await, (Standing::Listed, Watching::Watched));
    pass(&world, 10);
    // Who was there is known without the events of it.
    assert_eq!(pruned(&world, &Retention { events: days(5), ..Retention::default() }).await.events, 2);
    assert_eq!(standing().await, (Standing::Listed, Watching::Watched));
    assert_eq!(pruned(&world, &all(20)).await, Pruned::default());
    assert_eq!(pruned(&world, &all(5)).await.coverage, 4);
    assert_eq!(standing().await, (Standing::Unknown, Watching::NotKept), "not: it was not on the list");
    let lacks = evidence(&world, on).await.lacks;
    assert!(lacks.iter().any(|lack| lack.contains("whether it was monitored is unknown")), "{lacks:?}");
    assert!(lacks.iter().any(|lack| lack == "monitored: the notes of its reads at that time were taken out"));
}

async fn who_was_watching_stays_true_from_the_time_on_and_is_unknown_before(place: &Place) {
    let world = World::new(place).await;
    let start = now(&world);
    let lists: [&[&str]; 8] = [&[CARRIER], &[CARRIER], &[], &[CARRIER], &[], &[], &[], &[CARRIER]];
    let mut kept_from = 0;
    for (number, list) in lists.into_iter().enumerate() {
        world.read(list).await;
        let at = now(&world);
        write(&world, async |held| coverage::begin(held, "monitored", at + MINUTE / 4).await).await;
        let failed = read_at(at + MINUTE / 2, Some("it moved"));
        write(&world, async |held| coverage::end(held, "monitored", &failed).await).await;
        if number == 3 {
            kept_from = at;
        }
    }
    let cutoff = kept_from + MINUTE / 3;
    let of = async |at: i64| {
        let Evidence { feeds, lists, .. } = evidence(&world, at).await;
        (feeds.into_iter().find(|feed| feed.feed == "monitored").unwrap(), lists[0].clone())
    };
    let moments: Vec<i64> = (start..=now(&world)).step_by((MINUTE / 8) as usize).collect();
    let mut before = Vec::new();
    for at in &moments {
        before.push(of(*at).await);
    }
    let age = Duration::from_micros((now(&world) - cutoff) as u64);
    // Three reads, and what was cut off or failed between them.
    assert_eq!(pruned(&world, &Retention { coverage: Some(age), ..Retention::default() }).await.coverage, 9);
    let mut seen = (0, 0);
    for (at, before) in moments.into_iter().zip(before) {
        let (feed, list) = of(at).await;
        if at >= kept_from {
            assert_eq!((feed, list), before, "{at}");
            seen.0 += 1;
        } else {
            assert_eq!((feed.state, list.standing), (Watching::NotKept, Standing::Unknown), "{at}");
            seen.1 += 1;
        }
    }
    assert!(seen.0 > 20 && seen.1 > 20, "{seen:?}");
}

async fn the_last_reads_and_what_may_come_again_stay(place: &Place) {
    let world = World::new(place).await;
    let read = async |feed: &str, complete: bool| {
        let read = read_at(now(&world), (!complete).then_some("it moved"));
        write(&world, async |held| coverage::end(held, feed, &read).await).await;
    };
    for feed in ["changes", "monitored"] {
        read(feed, true).await;
        pass(&world, 1);
        read(feed, true).await;
        pass(&world, 1);
        read(feed, false).await;
    }
    read("packets", false).await;
    pass(&world, 1);
    write(&world, async |held| coverage::begin(held, "packets", now(&world)).await).await;
    pass(&world, 100);
    let done = pruned(&world, &Retention { coverage: days(1), ..Retention::default() }).await;
    // Of each feed the last complete read, and what came after it.
    assert_eq!(done.coverage, 4, "two that were followed by another, and those of a feed that was never complete");

    let see = async |feed: &str, id: &str| {
        let at = now(&world);
        write(&world, async |held| identities::see(held, feed, &[id], at).await).await;
    };
    let advance = async |feed: &str| {
        let at = now(&world);
        write(&world, async |held| feeds::advance(held, feed, "{}", at).await).await;
    };
    let identities = Retention { identities: days(0), ..Retention::default() };
    see("changes", "old").await;
    pass(&world, 20);
    see("changes", "young").await;
    // Never read to its end: it may all come again.
    assert_eq!(pruned(&world, &identities).await.identities, 0);
    advance("changes").await;
    see("packets", "of a feed that is behind").await;
    pass(&world, 1);
    assert_eq!(pruned(&world, &identities).await.identities, 0);
    advance("packets").await;
    assert_eq!(pruned(&world, &identities).await.identities, 1);
    // After a long pause, the window begins where the last one ended.
    pass(&world, 300);
    assert_eq!(pruned(&world, &identities).await.identities, 0);
    advance("packets").await;
    advance("changes").await;
    assert_eq!(pruned(&world, &identities).await.identities, 2);
}
