//! A clock that is set forward, and back: what was noted meanwhile does not wait for years.

use crate::leases::timed;
use crate::place::Place;
use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sandbox::Sandbox;
use mycarrierpackets_sync::engine::FEEDS;
use mycarrierpackets_sync::sink::NotTaken;
use mycarrierpackets_sync::store::leases::{self, Claimed};
use mycarrierpackets_sync::store::routes;
use mycarrierpackets_sync::store::{Store, Tx, deliveries, feeds};
use mycarrierpackets_sync::{Engine, Event, Tick};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

crate::on_both!(
    what_a_clock_that_was_ahead_noted_does_not_wait_for_that_time,
    what_waits_rightly_goes_on_to_wait,
    a_worker_that_asks_for_anybody_finds_it_too,
);

fn after(now: &AtomicI64, minutes: i64) -> i64 {
    now.load(Ordering::Relaxed) + minutes * MINUTE
}

const MINUTE: i64 = 60_000_000;
const YEAR: i64 = 365 * 24 * 60 * MINUTE;
const LEASE: Duration = Duration::from_secs(45);

/// An engine for one customer, "a", with a sink, "s".
async fn engine(sandbox: &Sandbox, store: Store) -> Engine {
    let url = sandbox.base_url().to_owned();
    let engine = Engine::new(store, move |_| {
        let environment = Environment::custom(url.parse().expect("an address"));
        Client::builder().environment(environment).credentials("demo", "demo").build()
    });
    engine.add_customer("a", "a").await.unwrap();
    engine.store().transaction(async |tx| deliveries::add_sink(&tx, "s", "handler", "{}", true).await).await.unwrap();
    engine
}

/// Which of the feeds a tick read.
async fn read(engine: &Engine) -> Vec<&'static str> {
    match engine.tick("a").await.unwrap() {
        Tick::Done(reads) => FEEDS.into_iter().filter(|feed| reads.iter().any(|read| read.feed == *feed)).collect(),
        other => panic!("{other:?}"),
    }
}

async fn taken(engine: &Engine) -> u64 {
    engine.deliver("a", "s", &mut async |_: Event| Ok::<(), NotTaken>(())).await.unwrap().taken
}

async fn what_a_clock_that_was_ahead_noted_does_not_wait_for_that_time(place: &Place) {
    let sandbox = Sandbox::builder().carriers(3).start().await.unwrap();
    let (store, now) = timed(place).await;
    let engine = engine(&sandbox, store).await;
    assert_eq!(read(&engine).await, FEEDS);
    taken(&engine).await;

    now.fetch_add(YEAR, Ordering::Relaxed);
    assert!(sandbox.customer("demo").complete_packet(sandbox.dot_numbers()[0]));
    sandbox.advance(Duration::from_secs(60));
    assert_eq!(read(&engine).await, FEEDS);
    // Two workers that die.
    let claim = async |tx| leases::claim_customer(&tx, "a", "dead", LEASE).await;
    assert!(matches!(engine.store().repeatable(claim).await.unwrap(), Claimed::Yes(_)));
    let claim = async |tx| routes::claim(&tx, "a", "s", "dead", LEASE).await;
    assert!(matches!(engine.store().repeatable(claim).await.unwrap(), routes::Claimed::Yes(_)));

    // What fails is tried again at a time that will not come.
    let (at, never) = (after(&now, 0), after(&now, 10));
    let later = async |tx: Tx| {
        tx.execute("UPDATE routes SET due_at = $1", &[never.into()]).await?;
        let sql = "INSERT INTO wanted (customer, carrier, wanted_at, due_at) VALUES ('a', 'DOT:9', $1, $2)";
        tx.execute(sql, &[at.into(), never.into()]).await?;
        let sql = "INSERT INTO downloads (customer, carrier, kind, name, state, is_new, due_at)
            VALUES ('a', 'DOT:9', 'w9', 'w9.pdf', 'waiting', 1, $1)";
        tx.execute(sql, &[never.into()]).await
    };
    engine.store().transaction(later).await.unwrap();

    now.fetch_sub(YEAR - 10 * MINUTE, Ordering::Relaxed);
    assert!(matches!(engine.tick("a").await.unwrap(), Tick::Held { .. }));
    now.fetch_add(10 * MINUTE, Ordering::Relaxed);
    assert_eq!(read(&engine).await, FEEDS, "all are due in four minutes, and who died holds nothing for longer");
    assert!(taken(&engine).await > 0);
    for table in ["wanted", "downloads"] {
        let sql = format!("SELECT COUNT(*) AS number FROM {table} WHERE due_at > $1");
        let ahead =
            engine.store().read(async |tx: Tx| tx.query_opt(&sql, &[after(&now, 60).into()]).await).await.unwrap();
        assert_eq!(ahead.unwrap().integer("number").unwrap(), 0, "{table}");
    }
    assert_eq!(read(&engine).await, [""; 0], "at their own times from then on");
}

async fn what_waits_rightly_goes_on_to_wait(place: &Place) {
    let sandbox = Sandbox::builder().carriers(3).start().await.unwrap();
    let (store, now) = timed(place).await;
    let engine = engine(&sandbox, store).await;
    read(&engine).await;
    let due = async || engine.store().read(async |tx| feeds::list(&tx, "a").await).await.unwrap();
    let before = due().await;
    // As two servers may differ.
    now.fetch_sub(MINUTE / 2, Ordering::Relaxed);
    assert_eq!(read(&engine).await, [""; 0]);
    assert_eq!(due().await, before);
}

async fn a_worker_that_asks_for_anybody_finds_it_too(place: &Place) {
    let sandbox = Sandbox::builder().carriers(3).start().await.unwrap();
    let (store, now) = timed(place).await;
    let engine = engine(&sandbox, store).await;
    now.fetch_add(YEAR, Ordering::Relaxed);
    read(&engine).await;
    now.fetch_sub(YEAR, Ordering::Relaxed);
    let own = engine.store().clone();
    // In a task of its own: a question that is under way and not polled would hold up those of the engine.
    let stop = tokio::spawn(async move {
        for _ in 0..3_000 {
            let feeds = own.read(async |tx| feeds::list(&tx, "a").await).await.unwrap();
            if feeds.iter().all(|feed| feed.due_at < Some(1_000_000_000 + 5 * MINUTE)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the feeds wait");
    });
    engine.run(async { stop.await.expect("feeds that are due") }, async |_| {}).await;
}
