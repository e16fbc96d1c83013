//! A list that moves while it is read may settle before its end: what was read of it is kept, and nothing follows from
//! what was not in it.

use crate::scripted::{Page, Scripted};
use mycarrierpackets_sync::engine::Read;
use mycarrierpackets_sync::planted::{self, Fault};
use mycarrierpackets_sync::store::{Store, events, feeds, roster};
use mycarrierpackets_sync::{Engine, Tick};
use std::sync::Arc;

/// A list of four at rest.
const WHOLE: &[Page] = &[(&[9_900_001, 9_900_002], 2, 4), (&[9_900_003, 9_900_004], 2, 4)];
/// The first carrier leaves once its page was read, and the third is in no page. The totals agree with what came.
const MOVED: &[Page] = &[(&[9_900_001, 9_900_002], 2, 4), (&[9_900_004], 2, 3)];
/// The third left.
const LESS: &[Page] = &[(&[9_900_001, 9_900_002], 2, 3), (&[9_900_004], 2, 3)];

struct Watched {
    vendor: Scripted,
    engine: Engine,
}

impl Watched {
    async fn new() -> Self {
        let vendor = Scripted::start("2026-03-01T12:00:00Z".parse().expect("a time")).await;
        vendor.pages(WHOLE);
        let clock = vendor.clock();
        let store = Store::open_with_clock("sqlite::memory:", Arc::new(move || clock().as_microsecond())).await;
        let client = vendor.client().expect("a client");
        let engine = Engine::new(store.expect("a store"), move |_| Ok(client.clone()));
        engine.add_customer("acme", "Acme Brokers").await.expect("a customer");
        Self { vendor, engine }
    }

    /// A tick in which everything is due.
    async fn tick(&self, pages: &[Page]) -> Vec<Read> {
        self.vendor.pages(pages);
        self.vendor.pass(2 * 3600);
        match self.engine.tick("acme").await {
            Ok(Tick::Done(reads)) => {
                assert!(reads.iter().all(|read| read.error.is_none()), "{reads:?}");
                reads
            }
            other => panic!("{other:?}"),
        }
    }

    async fn position(&self) -> Option<String> {
        let feeds = self.engine.store().read(async |tx| feeds::list(&tx, "acme").await).await.expect("the feeds");
        feeds.into_iter().find(|feed| feed.feed == "changes").expect("the feed").position
    }

    async fn members(&self) -> Vec<String> {
        self.engine.store().read(async |tx| roster::members(&tx, "acme", "monitored").await).await.expect("the roster")
    }

    async fn changed(&self) -> usize {
        let all = self.engine.store().read(async |tx| events::list(&tx, "acme", 0, 1000).await).await;
        all.expect("the events").iter().filter(|(_, event)| event.kind.ends_with("carrier.changed")).count()
    }
}

fn moved(reads: &[Read]) -> Vec<&str> {
    let moved = reads.iter().filter(|read| read.moved);
    moved.map(|read| read.feed).filter(|feed| ["changes", "monitored"].contains(feed)).collect()
}

#[tokio::test]
async fn a_window_that_moves_while_it_is_read_moves_no_cursor() {
    let watched = Watched::new().await;
    let reads = watched.tick(MOVED).await;
    assert_eq!((moved(&reads), watched.changed().await), (vec!["changes", "monitored"], 3), "{reads:?}");
    assert_eq!(watched.position().await, None);
    assert_eq!(moved(&watched.tick(WHOLE).await), [""; 0]);
    assert_eq!(watched.changed().await, 4, "the one that was left out came with the same window");
    let before = watched.position().await;
    assert!(before.is_some());
    watched.tick(MOVED).await;
    assert_eq!(watched.position().await, before);
    // The test would see it.
    planted::plant(Some(Fault::MovedCounts));
    watched.tick(MOVED).await;
    planted::plant(None);
    assert_ne!(watched.position().await, before);
}

#[tokio::test]
async fn a_list_that_moves_while_it_is_read_removes_nobody() {
    let watched = Watched::new().await;
    watched.tick(WHOLE).await;
    assert_eq!(watched.members().await.len(), 4);
    for _ in 0..5 {
        assert!(moved(&watched.tick(MOVED).await).contains(&"monitored"));
        assert_eq!(watched.members().await.len(), 4);
    }
    // One read without the third may be chance, and one that moved counts as none.
    watched.tick(LESS).await;
    watched.tick(MOVED).await;
    assert_eq!(watched.members().await.len(), 4);
    watched.tick(LESS).await;
    assert_eq!(watched.members().await, ["DOT:9900001", "DOT:9900002", "DOT:9900004"]);
    // The test would see it.
    let watched = Watched::new().await;
    watched.tick(WHOLE).await;
    planted::plant(Some(Fault::MovedCounts));
    for _ in 0..2 {
        watched.tick(MOVED).await;
    }
    planted::plant(None);
    assert_eq!(watched.members().await.len(), 3);
}
