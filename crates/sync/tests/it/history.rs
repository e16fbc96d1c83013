//! What was known at a moment, at its edges, and whether it is what was written.

use crate::leases::{claim, timed};
use crate::place::{Place, customers};
use mycarrierpackets_sync::history::{self, Evidence, Standing, Watching, What};
use mycarrierpackets_sync::store::feeds::{self, Coverage};
use mycarrierpackets_sync::store::leases::{self, Claim, Held};
use mycarrierpackets_sync::store::sections::{self, Observation};
use mycarrierpackets_sync::store::{Error, Store, aliases, events, roster};
use mycarrierpackets_sync::{EventKind, Settings};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

crate::on_both!(
    each_part_is_as_it_was_at_the_instant,
    a_part_is_confirmed_by_what_was_read_and_no_more,
    what_is_not_what_was_written_is_named,
    a_feed_was_watched_only_if_a_read_shows_it,
    a_list_is_known_between_two_reads_that_agree,
    a_carrier_is_found_by_any_of_its_numbers,
);

const DOT: &str = "DOT:9000001";
const MINUTE: i64 = 60_000_000;

struct Kept {
    store: Store,
    clock: Arc<AtomicI64>,
    claim: Claim,
}

impl Kept {
    async fn new(place: &Place) -> Self {
        let (store, clock) = timed(place).await;
        customers(&store, &["a"], 0).await;
        let claim = claim(&store, "w").await.unwrap();
        // The lease outlasts the test, whose clock jumps once.
        let long = std::time::Duration::from_secs(3600 * 24 * 365);
        store.transaction(async |tx| leases::renew(&tx, &claim, long).await).await.unwrap();
        clock.store(1_000 * 60 * MINUTE, Ordering::Relaxed);
        Self { store, clock, claim }
    }

    async fn write<T>(&self, work: impl AsyncFnOnce(&Held<'_>) -> Result<T, Error>) -> T {
        let done = self.store.transaction(async |tx| {
            let held = leases::check(&tx, &self.claim).await?;
            work(&held).await
        });
        done.await.unwrap()
    }

    async fn see(&self, section: &str, document: Value, at: i64) {
        let (carrier, source, document) = (DOT, "CarriersChanges", &document);
        let seen = Observation { carrier, section, source, document, at };
        self.write(async |held| sections::observe(held, &seen).await).await;
    }

    async fn read(&self, feed: &str, (start, end): (i64, i64), read_at: i64, complete: bool) {
        let read = Coverage { window_start: start, window_end: end, read_at, complete, rows: 3, new_rows: 1 };
        self.write(async |held| feeds::cover(held, feed, &read).await).await;
    }

    async fn evidence(&self, at: i64) -> Evidence {
        let evidence = async |tx| history::evidence(&tx, "a", DOT, at, &Settings::default()).await;
        self.store.read(evidence).await.unwrap()
    }

    async fn watching(&self, feed: &str, at: i64) -> (Watching, bool) {
        let evidence = self.evidence(at).await;
        let watch = evidence.feeds.into_iter().find(|watch| watch.feed == feed).unwrap();
        let named = evidence.lacks.iter().any(|lack| lack.starts_with(&format!("{feed}: ")));
        assert_eq!(named, watch.state != Watching::Watched, "{:?}", evidence.lacks);
        (watch.state, watch.covered_by.is_some())
    }

    /// A complete read of a list, kept as the engine does.
    async fn list(&self, list: &str, carriers: &[&str], at: i64, first: bool) {
        let carriers: BTreeSet<String> = carriers.iter().map(|&carrier| carrier.to_owned()).collect();
        let moves = self.write(async |held| roster::replace(held, list, &carriers, at).await).await;
        let came = moves.came.iter().filter(|_| !first).map(|carrier| (EventKind::Monitored, carrier));
        let moved = came.chain(moves.left.iter().map(|carrier| (EventKind::Unmonitored, carrier)));
        let moved: Vec<events::Event> = moved
            .map(|(kind, carrier)| events::Event {
                id: format!("{} {carrier} {at}", kind.name()),
                kind: kind.name(),
                carrier: Some(carrier.clone()),
                happened_at: None,
                observed_at: at,
                data: "{}".to_owned(),
            })
            .collect();
        self.write(async |held| events::append(held, &moved).await).await;
        self.read(list, (at, at), at, true).await;
    }

    async fn sql(&self, sql: &str) {
        let done = self.store.transaction(async |tx| tx.execute(sql, &[]).await).await.unwrap();
        assert!(done > 0, "{sql}");
    }
}

async fn each_part_is_as_it_was_at_the_instant(place: &Place) {
    let kept = Kept::new(place).await;
    kept.see("details", json!({"rating": "Acceptable"}), 1_000).await;
    kept.see("data", json!({"name": "Sample Trucking LLC"}), 1_500).await;
    kept.see("details", json!({"rating": "Unacceptable"}), 2_000).await;
    // Two reads of one instant, the second of which is in force.
    kept.see("details", json!({"rating": "Fail"}), 2_000).await;
    let cases = [
        (999, None, None),
        (1_000, Some(("Acceptable", 1)), None),
        (1_499, Some(("Acceptable", 1)), None),
        (1_500, Some(("Acceptable", 1)), Some(1)),
        (1_999, Some(("Acceptable", 1)), Some(1)),
        (2_000, Some(("Fail", 3)), Some(1)),
        (2_001, Some(("Fail", 3)), Some(1)),
    ];
    for (at, details, data) in cases {
        let versions = kept.store.read(async |tx| history::as_of(&tx, "a", DOT, at).await).await.unwrap();
        let of = |section: &str| versions.iter().find(|version| version.section == section);
        let found = of("details").map(|version| (version.document["rating"].as_str().unwrap(), version.version));
        assert_eq!((found, of("data").map(|version| version.version)), (details, data), "at {at}");
        assert!(versions.iter().all(|version| version.observed_at <= at && version.is_unaltered(DOT)));

        let evidence = kept.evidence(at).await;
        let known = |section: &str| {
            let part = evidence.parts.iter().find(|part| part.section == section).unwrap();
            let lack = format!("{section}: not known at that moment");
            assert_eq!(part.known.is_none(), evidence.lacks.iter().any(|text| text.starts_with(&lack)));
            part.known.as_ref()
        };
        let found = known("details").map(|known| {
            assert!(known.verified && known.since.as_microsecond() <= at);
            (known.document.as_ref().unwrap()["rating"].as_str().unwrap(), known.version)
        });
        assert_eq!((found, known("data").map(|known| known.version)), (details, data), "at {at}");
        assert_eq!(evidence.is_known(), details.is_some());
    }
    let entries = async |since| kept.store.read(async |tx| history::history(&tx, "a", DOT, since).await).await.unwrap();
    let shown: Vec<String> = entries(0)
        .await
        .into_iter()
        .map(|entry| match entry.what {
            What::FirstRead { section, operation, version } => format!("{section} {operation} {version}"),
            What::Changed { path, old, new, version, operation, .. } => {
                format!("{path} {} {} {version} {}", old.unwrap(), new.unwrap(), operation.unwrap())
            }
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "details CarriersChanges 1",
            "data CarriersChanges 1",
            "rating \"Acceptable\" \"Unacceptable\" 2 CarriersChanges",
            "rating \"Unacceptable\" \"Fail\" 3 CarriersChanges",
        ]
    );
    assert_eq!(entries(1_500).await.len(), 3);
    assert_eq!(entries(2_001).await, []);
}

async fn a_part_is_confirmed_by_what_was_read_and_no_more(place: &Place) {
    let kept = Kept::new(place).await;
    for (value, at) in [(1, 1_000), (1, 1_400), (2, 2_000), (2, 2_600)] {
        kept.see("details", json!({"value": value}), at).await;
    }
    // What, confirmed at, confirmed after, replaced at. That 1 was read again at 1,400 is not kept once it is replaced.
    let cases = [
        (1_500, 1_000, None, Some(2_000)),
        (2_000, 2_000, Some(2_600), None),
        (2_599, 2_000, Some(2_600), None),
        (2_600, 2_600, None, None),
        (9_000, 2_600, None, None),
    ];
    for (at, confirmed, after, replaced) in cases {
        let known = kept.evidence(at).await.parts.remove(0).known.unwrap();
        let micros = |at: Option<jiff::Timestamp>| at.map(jiff::Timestamp::as_microsecond);
        let found = (known.confirmed_at.as_microsecond(), micros(known.confirmed_after), micros(known.replaced_at));
        assert_eq!(found, (confirmed, after, replaced), "at {at}");
    }
}

async fn what_is_not_what_was_written_is_named(place: &Place) {
    let hex = |text: &str| match place.is_postgres() {
        true => format!("'\\x{text}'"),
        false => format!("x'{text}'"),
    };
    let cases = [
        ("UPDATE versions SET source = 'CarrierDetails' WHERE version = 2".to_owned(), 2, "not what was written"),
        ("UPDATE versions SET observed_at = observed_at - 1 WHERE version = 1".to_owned(), 1, "not what was written"),
        (
            "UPDATE versions SET document = (SELECT o.document FROM versions o WHERE o.version = 3) WHERE version = 2"
                .to_owned(),
            2,
            "not what was written",
        ),
        (format!("UPDATE versions SET document = {} WHERE version = 2", hex("ffff")), 2, "cannot be unpacked"),
        ("UPDATE versions SET hash = 'ab' WHERE version = 2".to_owned(), 2, "not what was written"),
        ("UPDATE versions SET previous_hash = 'ab' WHERE version = 3".to_owned(), 3, "does not follow"),
        ("DELETE FROM versions WHERE version = 1".to_owned(), 1, "is missing"),
        ("DELETE FROM versions WHERE version = 2".to_owned(), 2, "is missing"),
        ("DELETE FROM versions WHERE version = 3".to_owned(), 3, "is missing"),
        ("DELETE FROM versions".to_owned(), 1, "is missing"),
        ("DELETE FROM sections".to_owned(), 3, "present form is missing"),
        ("UPDATE sections SET document = '{}'".to_owned(), 3, "not the last version"),
        ("UPDATE sections SET version = 2".to_owned(), 2, "not the last version"),
    ];
    let kept = Kept::new(place).await;
    for (sql, version, why) in cases {
        for (value, at) in [(1, 1_000), (2, 2_000), (3, 3_000)] {
            // A number that is not the same when it is read and written again, and an order that is not the alphabet's.
            let document = json!({"z": value, "a": 1.1e-7, "b": 123_456_789.123_456_78_f64});
            kept.see("details", document, at).await;
        }
        let whole = kept.evidence(2_500).await;
        assert!(!whole.is_broken(), "{:?}", whole.parts);
        kept.sql(&sql).await;
        let evidence = kept.evidence(2_500).await;
        let broken = evidence.parts[0].broken.clone().expect(&sql);
        assert_eq!(broken.version, version, "{sql}: {broken:?}");
        assert!(broken.why.contains(why), "{sql}: {broken:?}");
        let named = format!("details: broken at version {version}: ");
        assert!(evidence.is_broken() && evidence.lacks.iter().any(|lack| lack.starts_with(&named)), "{sql}");
        // What is later than the moment does not make it doubtful.
        if let Some(known) = &evidence.parts[0].known {
            assert_eq!(known.verified, known.version < version, "{sql}");
        }
        for table in ["changes", "versions", "sections"] {
            kept.store.transaction(async |tx| tx.execute(&format!("DELETE FROM {table}"), &[]).await).await.unwrap();
        }
    }
}

async fn a_feed_was_watched_only_if_a_read_shows_it(place: &Place) {
    let kept = Kept::new(place).await;
    // Reads at minute 100, 105, 110; then none until 300, which reaches back to 200.
    for (start, end) in [(90, 100), (95, 105), (100, 110), (200, 300)] {
        kept.read("changes", (start * MINUTE, end * MINUTE), end * MINUTE + 5, true).await;
    }
    kept.read("changes", (110 * MINUTE, 200 * MINUTE), 150 * MINUTE, false).await;
    let cases = [
        // Before the first read nobody watched, though it covers what happened.
        (95 * MINUTE, Watching::NotWatched, true),
        (100 * MINUTE, Watching::NotWatched, true),
        (100 * MINUTE + 4, Watching::NotWatched, true),
        (100 * MINUTE + 5, Watching::Watched, true),
        (110 * MINUTE, Watching::Watched, true),
        // Both edges of a window are in it, and nothing beyond.
        (110 * MINUTE + 1, Watching::Gap, false),
        // The last read before may be 11 minutes old. An incomplete one counts for nothing.
        (121 * MINUTE + 5, Watching::Gap, false),
        (121 * MINUTE + 6, Watching::Late, false),
        (160 * MINUTE, Watching::Late, false),
        (200 * MINUTE, Watching::Late, true),
        (299 * MINUTE, Watching::Late, true),
        (300 * MINUTE + 5, Watching::NotConfirmed, false),
        (303 * MINUTE, Watching::NotConfirmed, false),
        (400 * MINUTE, Watching::Late, false),
    ];
    for (at, state, covered) in cases {
        assert_eq!(kept.watching("changes", at).await, (state, covered), "at minute {}", at as f64 / MINUTE as f64);
    }
    assert_eq!(kept.watching("packets", 100 * MINUTE).await, (Watching::NotWatched, false));
    let now = kept.clock.load(Ordering::Relaxed);
    let later = kept.store.read(async |tx| history::evidence(&tx, "a", DOT, now + 1, &Settings::default()).await).await;
    assert!(matches!(later, Err(mycarrierpackets_sync::Error::Usage(_))), "{later:?}");
}

async fn a_list_is_known_between_two_reads_that_agree(place: &Place) {
    let kept = Kept::new(place).await;
    let hour = 60 * MINUTE;
    let others = "DOT:9000002";
    // On it from the first read, off it from hour 13 on (noticed at 14), on it again from 16, off once at 18.
    for (at, on) in
        [(10, true), (11, true), (12, true), (13, false), (14, false), (15, false), (16, true), (17, true), (18, false)]
    {
        let carriers: &[&str] = if on { &[DOT, others] } else { &[others] };
        kept.list("monitored", carriers, at * hour, at == 10).await;
    }
    use Standing::{Listed, NotListed, Unknown};
    let cases = [
        (10 * hour - 1, Unknown, None),
        (10 * hour, Listed, None),
        (12 * hour - 1, Listed, None),
        // It left between two reads, and nobody knows when.
        (12 * hour, Unknown, None),
        (13 * hour - 1, Unknown, None),
        (13 * hour, NotListed, None),
        (14 * hour, NotListed, None),
        (15 * hour - 1, NotListed, None),
        (15 * hour, Unknown, None),
        (16 * hour, Listed, Some(16 * hour)),
        (17 * hour, Unknown, None),
        (18 * hour, NotListed, None),
        (18 * hour + 132 * MINUTE, NotListed, None),
        // No read for too long.
        (18 * hour + 132 * MINUTE + 1, Unknown, None),
    ];
    for (at, standing, since) in cases {
        let evidence = kept.evidence(at).await;
        let list = evidence.lists.iter().find(|list| list.list == "monitored").unwrap();
        let found = list.since.map(jiff::Timestamp::as_microsecond);
        assert_eq!((list.standing, found), (standing, since), "at hour {}: {list:?}", at as f64 / hour as f64);
        let named = evidence.lacks.iter().any(|lack| lack.starts_with("whether it was monitored is unknown: "));
        assert_eq!((named, list.why.is_some()), (standing == Unknown, standing == Unknown));
    }
    // Of a list that was never read nothing is known.
    let blocked = kept.evidence(11 * hour).await.lists.remove(1);
    assert_eq!((blocked.list.as_str(), blocked.standing), ("blocked", Unknown));
}

async fn a_carrier_is_found_by_any_of_its_numbers(place: &Place) {
    let kept = Kept::new(place).await;
    kept.write(async |held| aliases::resolve(held, DOT, &["MC:900001".to_owned()]).await).await;
    let cases = [
        ("9000001", Ok(DOT)),
        ("MC900001", Ok(DOT)),
        ("MC 0900001", Ok(DOT)),
        ("DOT 9000001 MC900001", Ok(DOT)),
        ("MC900002", Ok("MC:900002")),
        ("DOT 9000001 MC900002", Ok(DOT)),
        ("DOT 9000009 MC900001", Err("MC:900001 is a number of DOT:9000001, not of DOT:9000009")),
    ];
    for (named, expected) in cases {
        let id = named.parse().unwrap();
        let found = kept.store.read(async |tx| history::find(&tx, "a", &id).await).await;
        let found = found.map_err(|error| error.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{named}");
    }
}
