//! Days with many carriers: windows of several pages, time that runs on, ticks that are cut off at any instant.

use crate::vendor::{client, now};
use mycarrierpackets::Window;
use mycarrierpackets::feed::{CarrierChanges, CompletedPackets, RowId, Source};
use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets_sandbox::{Fault, Sandbox};
use mycarrierpackets_sync::store::{Store, events, feeds, sections};
use mycarrierpackets_sync::{Engine, Tick};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

pub const CUSTOMER: &str = "acme";

pub struct World {
    pub sandbox: Arc<Sandbox>,
    pub engine: Engine,
    random: fastrand::Rng,
}

impl World {
    pub async fn new(seed: u64) -> Self {
        let sandbox = Sandbox::builder().carriers(30).activity(1000).seed(seed).start().await.expect("a sandbox");
        let sandbox = Arc::new(sandbox);
        let clock = Arc::clone(&sandbox);
        let store = Store::open_with_clock("sqlite::memory:", Arc::new(move || now(&clock).as_microsecond())).await;
        let vendor = Arc::clone(&sandbox);
        let engine = Engine::new(store.expect("a store"), move |_| client(&vendor));
        engine.add_customer(CUSTOMER, "Acme Brokers").await.expect("a customer");
        Self { sandbox, engine, random: fastrand::Rng::with_seed(seed) }
    }

    /// Ticks for a while. Now and then one is cut off, as a process that dies is.
    pub async fn run(&mut self, span: Duration, cuts: bool) {
        let end = now(&self.sandbox) + span;
        while now(&self.sandbox) < end {
            self.sandbox.advance(Duration::from_secs(self.random.u64(30..900)));
            let tick = self.engine.tick(CUSTOMER);
            if cuts && self.random.u8(0..4) == 0 {
                let _ = tokio::time::timeout(Duration::from_millis(self.random.u64(0..60)), tick).await;
                // Another worker may take over when the lease has run out.
                self.sandbox.advance(Duration::from_secs(60));
            } else {
                assert!(matches!(tick.await.expect("a tick"), Tick::Done(_) | Tick::Held { .. }));
            }
        }
    }

    async fn read_until(&self, feed: &str) -> Timestamp {
        let feeds = self.engine.store().read(async |tx| feeds::list(&tx, CUSTOMER).await).await.expect("the feeds");
        let feed = feeds.into_iter().find(|known| known.feed == feed).expect("the feed");
        let position: mycarrierpackets::feed::Position =
            serde_json::from_str(&feed.position.expect("a position")).expect("a position");
        position.read_until()
    }

    /// The newest version of each part of a carrier.
    pub async fn known(&self, carrier: &str) -> BTreeMap<String, String> {
        let versions = self.engine.store().read(async |tx| sections::versions(&tx, CUSTOMER, carrier).await).await;
        versions.expect("the versions").into_iter().map(|version| (version.section, version.hash)).collect()
    }

    /// How often each event of a kind is in the store, by who and when.
    async fn kept(&self, kind: &str) -> BTreeMap<String, usize> {
        let all = self.engine.store().read(async |tx| events::list(&tx, CUSTOMER, 0, u32::MAX).await);
        let all = all.await.expect("the events");
        let numbers: Vec<i64> = all.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "without holes");
        let mut kept = BTreeMap::new();
        for (_, event) in all.iter().filter(|(_, event)| event.kind.ends_with(kind)) {
            let at = Timestamp::from_microsecond(event.happened_at.expect("a time")).expect("a time");
            *kept.entry(format!("{} {at}", event.carrier.as_deref().expect("a carrier"))).or_default() += 1;
        }
        kept
    }

    /// What the vendor knows of, until `end`.
    async fn truth<S: Source>(&self, source: S, start: Timestamp, end: Timestamp) -> BTreeMap<String, usize> {
        let client = client(&self.sandbox).expect("a client");
        let rows = source.rows(client.raw(), Window::new(start, end).expect("a window")).read_all(100_000).await;
        let mut found: BTreeMap<RowId, String> = BTreeMap::new();
        for row in rows.expect("the rows").items {
            let carrier = source.carrier(&row.record).expect("a carrier");
            let at = source.happened_at(&row.record).expect("a time");
            let at = Timestamp::from_microsecond(at.as_microsecond()).expect("a time");
            found.insert(source.row_id(&row), format!("{} {at}", mycarrierpackets_sync::carrier_key(&carrier)));
        }
        let mut truth = BTreeMap::new();
        for name in found.into_values() {
            *truth.entry(name).or_default() += 1;
        }
        truth
    }
}

async fn days(seed: u64, faults: impl Fn(&Sandbox), cuts: bool) {
    let mut world = World::new(seed).await;
    let start = now(&world.sandbox);
    faults(&world.sandbox);
    world.run(Duration::from_secs(12 * 3600), cuts).await;
    world.sandbox.clear_faults();
    // Late rows are looked for once a day at least.
    world.run(Duration::from_secs(26 * 3600), false).await;
    // The vendor refuses two polls in 4 minutes, whoever makes them.
    let mut ends = Vec::new();
    for feed in ["changes", "packets"] {
        ends.push(world.read_until(feed).await);
    }
    world.sandbox.advance(Duration::from_secs(300));
    let monitored = client(&world.sandbox).expect("a client").monitoring().list().read_all(1000).await.expect("a list");
    let named = monitored.items.iter().filter_map(|carrier| carrier.dot_number).map(|dot| format!("DOT:{dot}"));
    let monitored: BTreeSet<String> = named.collect();
    for ((feed, kind), end) in [("changes", "carrier.changed"), ("packets", "packet.completed")].into_iter().zip(ends) {
        let truth = match feed {
            "changes" => world.truth(CarrierChanges, start, end).await,
            _ => world.truth(CompletedPackets, start, end).await,
        };
        let kept = world.kept(kind).await;
        assert!(truth.len() > 20, "{feed}: {}", truth.len());
        let lost: Vec<_> = truth.iter().filter(|(name, times)| kept.get(*name).unwrap_or(&0) < times).collect();
        assert!(lost.is_empty(), "seed {seed}, {feed}: {} of {} lost, as {:?}", lost.len(), truth.len(), lost[0]);
        let more = kept.iter().filter(|(name, times)| truth.get(*name).unwrap_or(&0) < times);
        // What happened in the minutes before the customer was added may be there, too, and the vendor no longer shows what
        // happened to a carrier that it dropped from the list.
        let counts = |name: &str| {
            let (carrier, at) = name.split_once(' ').expect("who and when");
            at > start.to_string().as_str() && monitored.contains(carrier)
        };
        let more: Vec<_> = more.filter(|(name, _)| counts(name)).collect();
        assert!(more.is_empty(), "seed {seed}, {feed}: {} too many, as {:?}", more.len(), more[0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_arrives_once() {
    days(1, |_| {}, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_arrives_once_though_the_engine_is_cut_off() {
    days(2, |_| {}, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_arrives_once_in_a_storm() {
    days(
        3,
        |sandbox| {
            sandbox.fault(Fault::late_rows(3600).on("CarriersChanges"));
            sandbox.fault(Fault::duplicate_rows().on("CarriersChanges"));
            sandbox.fault(Fault::page_drift(2).share(200));
            sandbox.fault(Fault::status(500).share(100));
            sandbox.fault(Fault::lost_rotation().share(20));
            sandbox.fault(Fault::unknown_fields().every(2));
        },
        true,
    )
    .await;
}
