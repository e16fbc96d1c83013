//! What becomes of a read that is not as it should be, beside the sandbox.

use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sandbox::{Fault, Sandbox};
use mycarrierpackets_sync::engine::{Read, Tick};
use mycarrierpackets_sync::history::{self, Watching};
use mycarrierpackets_sync::status::{self, FeedStatus};
use mycarrierpackets_sync::store::coverage::{self, Failed};
use mycarrierpackets_sync::store::events::{self, Event};
use mycarrierpackets_sync::store::feeds::{self, Feed};
use mycarrierpackets_sync::store::{Store, Tx, chains, rejects, roster, sections};
use mycarrierpackets_sync::{Engine, Error};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CUSTOMER: &str = "acme";

struct World {
    sandbox: Arc<Sandbox>,
    engine: Engine,
}

fn now(sandbox: &Sandbox) -> Timestamp {
    sandbox.now().try_into().expect("a time")
}

impl World {
    /// The clock of the store is `behind` that of the vendor.
    async fn new(behind: Duration) -> Self {
        // Time passes when a test says so.
        let start: Timestamp = "2026-03-18T08:30:00.25Z".parse().expect("a time");
        let sandbox = Sandbox::builder().carriers(12).seed(7).fixed_time(start.try_into().expect("a time"));
        let sandbox = Arc::new(sandbox.start().await.expect("a sandbox"));
        let (clock, vendor) = (Arc::clone(&sandbox), Arc::clone(&sandbox));
        let by_store = Arc::new(move || (now(&clock) - behind).as_microsecond());
        let store = Store::open_with_clock("sqlite::memory:", by_store).await.expect("a store");
        let connect = move |_: &str| {
            let clock = Arc::clone(&vendor);
            Client::builder()
                .environment(Environment::custom(vendor.base_url().parse().expect("an address")))
                .credentials(vendor.username(), vendor.password())
                .retry(|retry| retry.attempts = 1)
                .clock(move || now(&clock))
                .build()
        };
        let engine = Engine::new(store, connect);
        engine.add_customer(CUSTOMER, "Acme Brokers").await.expect("a customer");
        Self { sandbox, engine }
    }

    async fn tick(&self) -> Vec<Read> {
        match self.engine.tick(CUSTOMER).await.expect("a tick") {
            Tick::Done(reads) => reads,
            other => panic!("{other:?}"),
        }
    }

    /// The read of one feed by a tick.
    async fn read(&self, feed: &str) -> Read {
        self.tick().await.into_iter().find(|read| read.feed == feed).expect("it was due")
    }

    async fn ask<T, W>(&self, question: impl FnOnce(Tx) -> W) -> T
    where
        W: Future<Output = Result<T, mycarrierpackets_sync::store::Error>>,
    {
        self.engine.store().read(question).await.expect("an answer")
    }

    async fn feed(&self, name: &str) -> Feed {
        let feeds = self.ask(async |tx| feeds::list(&tx, CUSTOMER).await).await;
        feeds.into_iter().find(|feed| feed.feed == name).expect("the feed")
    }

    async fn status(&self, feed: &str) -> FeedStatus {
        let status = self.ask(async |tx| status::of_customer(&tx, CUSTOMER).await).await.expect("the customer");
        status.feeds.into_iter().find(|status| status.feed == feed).expect("the feed")
    }

    async fn failed(&self, feed: &str) -> Vec<Failed> {
        self.ask(async |tx| coverage::failed(&tx, CUSTOMER, feed, (i64::MIN, i64::MAX), 99).await).await
    }

    async fn events(&self, kind: &str) -> Vec<Event> {
        let all = self.ask(async |tx| events::list(&tx, CUSTOMER, 0, u32::MAX).await).await;
        all.into_iter().map(|(_, event)| event).filter(|event| event.kind.ends_with(kind)).collect()
    }

    /// Each carrier changes, at a time of its own.
    fn change_all(&self) {
        for dot in self.sandbox.dot_numbers() {
            assert!(self.sandbox.change_carrier(dot));
            self.sandbox.advance(Duration::from_millis(20));
        }
    }

    fn hours(&self, hours: u64) {
        self.sandbox.advance(Duration::from_secs(hours * 3600));
    }
}

fn data(event: &Event) -> Value {
    serde_json::from_str(&event.data).expect("JSON")
}

#[tokio::test]
async fn a_record_of_nobody_is_kept_and_its_list_is_not_complete() {
    for (feed, operation) in
        [("monitored", "MonitoredCarriers"), ("blocked", "BlockedCarriers"), ("carriers", "MonitoredCarrierData")]
    {
        let world = World::new(Duration::ZERO).await;
        assert!(world.tick().await.iter().all(|read| read.incomplete().is_none()));
        // The others take time and show nothing.
        let sql = "UPDATE feeds SET due_at = NULL WHERE feed <> $1";
        world.engine.store().transaction(async |tx| tx.execute(sql, &[feed.into()]).await).await.expect("an update");
        let members = async || world.ask(async |tx| roster::members(&tx, CUSTOMER, feed).await).await;
        let (before, success) = (members().await, world.feed(feed).await.last_success);
        world.sandbox.fault(Fault::nulls().on(operation));
        for round in 1..=3 {
            world.hours(27);
            let read = world.read(feed).await;
            assert!(read.rejected > 0 && read.error.is_none(), "{feed}: {read:?}");
            let why = read.incomplete().expect("it is not complete");
            assert!(why.contains("cannot be read") || why.contains("changed while"), "{why}");
            let kept = world.feed(feed).await;
            assert_eq!((kept.failures, kept.error, kept.last_success), (round, Some(why.clone()), success));
            let failed = world.failed(feed).await;
            assert_eq!((failed.len() as i64, failed.last().map(|read| read.error.clone())), (round, Some(why)));
        }
        // Nobody was removed, though three reads named nobody.
        assert_eq!(members().await, before);
        let rejected = world.events("feed.rejected").await;
        assert!(!rejected.is_empty(), "{feed}");
        assert!(rejected.iter().all(|event| data(event)["feed"] == feed), "{rejected:?}");
        let kept = world.ask(async |tx| rejects::seen_by(&tx, CUSTOMER, feed, i64::MAX).await).await;
        assert_eq!(kept, rejected.len() as i64, "what comes again is one");
        world.sandbox.clear_faults();
        world.hours(27);
        assert_eq!(world.read(feed).await.incomplete(), None);
        let kept = world.feed(feed).await;
        assert_eq!((kept.failures, kept.error), (0, None));
    }
}

#[tokio::test]
async fn a_read_that_is_not_complete_is_due_at_its_usual_time() {
    let world = World::new(Duration::ZERO).await;
    world.tick().await;
    world.sandbox.fault(Fault::nulls().on("BlockedCarriers"));
    for _ in 0..5 {
        world.hours(2);
        world.tick().await;
        let wait = world.feed("blocked").await.due_at.expect("a time") - now(&world.sandbox).as_microsecond();
        assert!((3_600_000_000..=3_960_000_000).contains(&wait), "{wait}");
    }
    assert_eq!(world.feed("blocked").await.failures, 5);
}

#[tokio::test]
async fn a_read_that_failed_is_known_with_its_reason_and_one_that_was_cut_off_without() {
    let world = World::new(Duration::ZERO).await;
    world.tick().await;
    world.sandbox.fault(Fault::status(503).on("CarriersChanges"));
    world.sandbox.advance(Duration::from_secs(600));
    let began = now(&world.sandbox).as_microsecond();
    assert!(world.read("changes").await.error.is_some());
    world.sandbox.clear_faults();
    world.sandbox.fault(Fault::delay(Duration::from_secs(30)).on("CarriersChanges"));
    world.sandbox.advance(Duration::from_secs(600));
    let cut = tokio::time::timeout(Duration::from_millis(300), world.engine.tick(CUSTOMER)).await;
    assert!(cut.is_err());
    let failed = world.failed("changes").await;
    assert_eq!(failed.len(), 2, "{failed:?}");
    assert_eq!((failed[0].began_at, failed[0].ended_at), (began, Some(began)));
    assert!(failed[0].error.contains("503") && failed[1].error == "it did not end", "{failed:?}");
    assert_eq!(failed[1].ended_at, None);
    // While its worker may still be at it, nothing is wrong.
    let shown = world.status("changes").await;
    assert_eq!((shown.failures, shown.error), (1, world.feed("changes").await.error));
    world.sandbox.advance(Duration::from_secs(60));
    let shown = world.status("changes").await;
    assert_eq!(shown.failures, 2);
    assert!(shown.error.as_deref().is_some_and(|error| error.contains("cut off")), "{shown:?}");
    world.sandbox.clear_faults();
    world.sandbox.advance(Duration::from_secs(600));
    world.tick().await;
    let shown = world.status("changes").await;
    assert_eq!((shown.failures, shown.error), (0, None));
}

#[tokio::test]
async fn how_late_rows_come_is_known_for_a_month() {
    let world = World::new(Duration::ZERO).await;
    world.tick().await;
    world.change_all();
    world.sandbox.advance(Duration::from_secs(340));
    assert!(world.read("changes").await.events > 0);
    assert_eq!(world.status("changes").await.late_seconds, 0, "they came in time");
    world.sandbox.fault(Fault::late_rows(400).on("CarriersChanges"));
    world.change_all();
    world.sandbox.advance(Duration::from_secs(340));
    world.tick().await;
    world.sandbox.advance(Duration::from_secs(340));
    let found = world.read("changes").await;
    assert!(found.events > 0, "{found:?}");
    // They happened at the beginning, and were not there 335 s later; another may have happened before.
    let first = world.status("changes").await.late_seconds;
    assert!((334..=400).contains(&first), "{first}");
    let metrics = world.ask(async |tx| status::overview(&tx).await).await.metrics();
    let line = format!("mycarrierpackets_sync_feed_late_seconds{{feed=\"changes\"}} {first}");
    assert!(metrics.lines().any(|found| found == line), "{metrics}");
    // A row that is less late is not noted, and one that is later is.
    for (before, seconds, step, late) in [(200, 350, 340, first..=first), (0, 500, 400, 394..=500)] {
        world.sandbox.clear_faults();
        world.sandbox.fault(Fault::late_rows(seconds).on("CarriersChanges"));
        world.sandbox.advance(Duration::from_secs(before));
        world.change_all();
        for step in [step - before, step] {
            world.sandbox.advance(Duration::from_secs(step));
            assert!(world.read("changes").await.error.is_none());
        }
        let shown = world.status("changes").await.late_seconds;
        assert!(late.contains(&shown), "{shown} for {seconds} s");
    }
    world.sandbox.clear_faults();
    world.hours(24 * 31);
    assert_eq!(world.status("changes").await.late_seconds, 0, "a month later");
    // Of whom nothing was read before, nothing is late.
    world.change_all();
    world.sandbox.advance(Duration::from_secs(900));
    world.engine.add_customer("another", "Another").await.expect("a customer");
    world.engine.tick("another").await.expect("a tick");
    let another = world.ask(async |tx| status::of_customer(&tx, "another").await).await.expect("the customer");
    let changes = another.feeds.iter().find(|feed| feed.feed == "changes").expect("the feed");
    assert!(another.events > 0 && changes.late_seconds == 0, "{another:?}");
}

#[tokio::test]
async fn a_list_that_failed_or_was_cut_off_is_read_again_in_minutes() {
    let world = World::new(Duration::ZERO).await;
    let wait = async |list: &str| {
        let due_at = world.feed(list).await.due_at.expect("a time");
        (due_at - now(&world.sandbox).as_microsecond()) / 60_000_000
    };
    for (list, operation, minutes) in [
        ("carriers", "MonitoredCarrierData", 24 * 60),
        ("monitored", "MonitoredCarriers", 60),
        ("blocked", "BlockedCarriers", 60),
    ] {
        world.sandbox.fault(Fault::status(500).on(operation));
        world.hours(27);
        assert!(world.read(list).await.error.is_some());
        assert_eq!(wait(list).await, 4, "{list} failed");
        world.sandbox.clear_faults();
        world.sandbox.fault(Fault::delay(Duration::from_secs(30)).on(operation));
        world.sandbox.advance(Duration::from_secs(300));
        let cut = tokio::time::timeout(Duration::from_millis(300), world.engine.tick(CUSTOMER)).await;
        assert!(cut.is_err());
        assert_eq!(wait(list).await, 4, "{list} was cut off");
        world.sandbox.clear_faults();
        world.sandbox.advance(Duration::from_secs(300));
        assert!(world.read(list).await.incomplete().is_none());
        let wait = wait(list).await;
        assert!((minutes - 1..=minutes * 11 / 10).contains(&wait), "{list}: {wait}");
    }
}

#[tokio::test]
async fn what_only_meets_a_limit_says_so_and_has_not_failed() {
    let world = World::new(Duration::ZERO).await;
    world.sandbox.fault(Fault::status(429).on("CarriersChanges"));
    for _ in 0..3 {
        world.hours(1);
        assert!(world.read("changes").await.error.is_some());
    }
    let kept = world.feed("changes").await;
    assert!(kept.failures == 0 && kept.error.as_deref().is_some_and(|error| error.contains("slow down")), "{kept:?}");
    world.sandbox.clear_faults();
    world.hours(1);
    world.tick().await;
    assert_eq!(world.feed("changes").await.error, None);
}

#[tokio::test]
async fn a_position_that_cannot_be_read_stops_its_feed_and_no_other() {
    let world = World::new(Duration::ZERO).await;
    world.tick().await;
    let sql = "UPDATE feeds SET position = '{' WHERE feed = 'packets'";
    world.engine.store().transaction(async |tx| tx.execute(sql, &[]).await).await.expect("an update");
    world.sandbox.advance(Duration::from_secs(600));
    let reads = world.tick().await;
    let broken: Vec<_> = reads.iter().filter(|read| read.incomplete().is_some()).collect();
    assert!(matches!(broken[..], [Read { feed: "packets", error: Some(Error::Position(_)), .. }]), "{reads:?}");
    assert!(reads.len() >= 3, "{reads:?}");
    let kept = world.feed("packets").await;
    assert!(kept.failures == 1 && kept.error.expect("a reason").contains("cannot be read"));
}

#[tokio::test]
async fn what_was_observed_is_in_the_time_of_the_store() {
    let behind = Duration::from_secs(3 * 3600);
    let world = World::new(behind).await;
    world.tick().await;
    for _ in 0..4 {
        world.sandbox.advance(Duration::from_secs(400));
        world.tick().await;
    }
    let by_store = (now(&world.sandbox) - behind).as_microsecond();
    let at = by_store - 600_000_000;
    let evidence = world.engine.store().read(async |tx| history::evidence(&tx, CUSTOMER, "DOT:1", at).await).await;
    let evidence = evidence.expect("evidence");
    assert!(evidence.under.since.is_some_and(|since| since.as_microsecond() <= at), "{:?}", evidence.under);
    let watch = evidence.feeds.iter().find(|watch| watch.feed == "changes").expect("the feed");
    assert_eq!(watch.state, Watching::Watched, "{watch:?}");
    let covered = watch.covered_by.as_ref().expect("a window");
    let ahead = Duration::from_micros(u64::try_from(covered.server_ahead).expect("ahead"));
    assert!(ahead.abs_diff(behind) <= Duration::from_secs(2), "{ahead:?}");
    // Nothing was seen in a time that has not come.
    let carriers = world.ask(async |tx| roster::members(&tx, CUSTOMER, "monitored").await).await;
    for carrier in &carriers {
        let versions = world.ask(async |tx| sections::versions(&tx, CUSTOMER, carrier).await).await;
        assert!(!versions.is_empty() && versions.iter().all(|version| version.confirmed_at <= by_store), "{carrier}");
    }
    assert!(world.events("").await.iter().all(|event| event.observed_at <= by_store));
}

#[tokio::test]
async fn a_digest_of_all_that_is_known_is_an_event_once_a_day() {
    let world = World::new(Duration::ZERO).await;
    for _ in 0..10 {
        world.tick().await;
        world.hours(8);
    }
    let digests = world.events("store.digest").await;
    let days: std::collections::BTreeSet<i64> =
        digests.iter().map(|event| event.observed_at / 86_400_000_000).collect();
    assert!(digests.len() >= 3 && days.len() == digests.len(), "{digests:?}");
    assert!(data(&digests[1])["chains"].as_i64() > Some(10), "{:?}", digests[1]);
    for event in &digests {
        let at = event.observed_at;
        let now = world.ask(async |tx| chains::digest(&tx, CUSTOMER, at).await).await;
        let noted = data(event);
        assert_eq!((&noted["hash"], &noted["chains"]), (&json!(now.hash), &json!(now.chains)), "at {at}");
    }
}

#[tokio::test]
async fn how_far_a_list_has_come_is_shown() {
    let World { sandbox, engine } = World::new(Duration::ZERO).await;
    let shown = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&shown);
    let engine = engine.watch(move |progress| {
        let mut seen = seen.lock().expect("a lock");
        seen.push((progress.customer.to_owned(), progress.feed, progress.rows, progress.total));
    });
    let world = World { sandbox, engine };
    let reads = world.tick().await;
    let rows = |feed: &str| reads.iter().find(|read| read.feed == feed).expect("it was due").rows;
    let last = |feed: &'static str| (CUSTOMER.to_owned(), feed, rows(feed), Some(rows(feed)));
    assert!(rows("monitored") > 0);
    let shown = shown.lock().expect("a lock");
    for list in ["monitored", "carriers"] {
        let pages: Vec<_> = shown.iter().filter(|(_, feed, ..)| *feed == list).collect();
        assert_eq!(pages.last(), Some(&&last(list)));
        assert!(pages.is_sorted_by_key(|(_, _, rows, _)| rows));
    }
}
