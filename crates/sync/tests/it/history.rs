//! What was known at a moment, at its edges, and whether it is what was written.

use crate::kept::{DOT, Kept, MINUTE};
use crate::place::Place;
use mycarrierpackets_sync::history::{self, Standing, What};
use mycarrierpackets_sync::store::aliases;
use mycarrierpackets_sync::store::sections::{self, Observation};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

crate::on_both!(
    each_part_is_as_it_was_at_the_instant,
    a_part_is_confirmed_by_what_was_read_and_no_more,
    what_is_not_what_was_written_is_named,
    a_carrier_is_found_by_any_of_its_numbers,
    what_came_under_another_number_is_found,
    a_number_of_two_carriers_is_of_neither,
);

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
        assert!(versions.iter().all(|version| version.observed_at <= at && version.is_unaltered()));

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
    // When, confirmed at, confirmed after, replaced at.
    let cases = [
        (1_000, 1_000, Some(1_400), Some(2_000)),
        (1_399, 1_000, Some(1_400), Some(2_000)),
        (1_400, 1_400, None, Some(2_000)),
        (1_500, 1_400, None, Some(2_000)),
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

async fn a_carrier_is_found_by_any_of_its_numbers(place: &Place) {
    let kept = Kept::new(place).await;
    kept.write(async |held| aliases::resolve(held, DOT, &["MC:900001".to_owned()]).await).await;
    for carrier in ["DOT:9000003", "DOT:9000004"] {
        kept.write(async |held| aliases::resolve(held, carrier, &["MC:900003".to_owned()]).await).await;
    }
    let cases = [
        ("9000001", Ok(DOT)),
        ("MC900001", Ok(DOT)),
        ("MC 0900001", Ok(DOT)),
        ("DOT 9000001 MC900001", Ok(DOT)),
        ("MC900002", Ok("MC:900002")),
        ("DOT 9000001 MC900002", Ok(DOT)),
        ("DOT 9000009 MC900001", Err("MC:900001 is a number of DOT:9000001, not of DOT:9000009")),
        ("MC900003", Err("MC:900003 is a number of DOT:9000003 and of DOT:9000004: name the one that is meant")),
        ("DOT 9000004 MC900003", Ok("DOT:9000004")),
    ];
    for (named, expected) in cases {
        let id = named.parse().unwrap();
        let found = kept.store.read(async |tx| history::find(&tx, "a", &id).await).await;
        let found = found.map_err(|error| error.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{named}");
    }
}

async fn what_came_under_another_number_is_found(place: &Place) {
    let kept = Kept::new(place).await;
    let mc = "MC:900001";
    let see = async |carrier: &str, section: &str, document: Value, at: i64| {
        let seen = Observation { carrier, section, source: "CarriersChanges", document: &document, at };
        kept.write(async |held| sections::observe(held, &seen).await).await;
    };
    see(mc, "details", json!({"name": "Sample"}), 1_000).await;
    see(mc, "details", json!({"name": "Sample Trucking"}), 2_000).await;
    see(mc, "data", json!({"phone": "555-0100"}), 2_500).await;
    let hour = 60 * MINUTE;
    kept.list("monitored", &[mc], (hour - 10, hour), true).await;
    kept.clock.store(5_000, Ordering::Relaxed);
    kept.write(async |held| aliases::resolve(held, DOT, &[mc.to_owned()]).await).await;
    kept.clock.store(1_000 * hour, Ordering::Relaxed);
    see(DOT, "details", json!({"name": "Sample Trucking LLC"}), 6_000).await;
    kept.list("monitored", &[DOT], (2 * hour - 10, 2 * hour), false).await;

    let of = |version: &sections::Version| (version.section.clone(), version.carrier.clone(), version.version);
    let as_of = async |at: i64| {
        let versions = kept.store.read(async |tx| history::as_of(&tx, "a", DOT, at).await).await.unwrap();
        assert!(versions.iter().all(sections::Version::is_unaltered));
        versions.iter().map(of).collect::<Vec<_>>()
    };
    let part = |section: &str, carrier: &str, version| (section.to_owned(), carrier.to_owned(), version);
    assert_eq!(as_of(1_500).await, [part("details", mc, 1)]);
    assert_eq!(as_of(5_999).await, [part("data", mc, 1), part("details", mc, 2)]);
    assert_eq!(as_of(6_000).await, [part("data", mc, 1), part("details", DOT, 1)]);

    let evidence = kept.evidence(7_000).await;
    assert!(!evidence.is_broken(), "{:?}", evidence.parts);
    let replaced: Vec<_> = evidence
        .parts
        .iter()
        .map(|part| (part.name.as_str(), part.section.as_str(), part.known.as_ref().unwrap().replaced_at.is_some()))
        .collect();
    assert_eq!(replaced, [(DOT, "details", false), (mc, "data", false), (mc, "details", true)]);
    let names: Vec<_> = evidence.names.iter().map(|name| (name.number.as_str(), name.since.as_microsecond())).collect();
    assert_eq!(names, [(mc, 5_000)]);
    let entries = kept.store.read(async |tx| history::history(&tx, "a", DOT, 0).await).await.unwrap();
    assert_eq!(entries.len(), 4, "{entries:?}");
    // On the list it has been all the time.
    let list = kept.evidence(hour + 1).await.lists.remove(0);
    assert_eq!((list.standing, list.since_before), (Standing::Listed, true));
    assert_eq!(list.since.unwrap().as_microsecond(), hour);
}

async fn a_number_of_two_carriers_is_of_neither(place: &Place) {
    let kept = Kept::new(place).await;
    let (mc, other) = ("MC:900001", "DOT:9000002");
    let resolve = async |carrier: &str, others: &[&str]| {
        let others: Vec<String> = others.iter().map(|&other| other.to_owned()).collect();
        kept.write(async |held| aliases::resolve(held, carrier, &others).await).await
    };
    assert_eq!(resolve(DOT, &[mc]).await.shared, []);
    assert_eq!(resolve(mc, &[]).await.carrier, DOT);
    let second = resolve(other, &[mc]).await;
    assert_eq!((second.carrier.as_str(), second.shared.len()), (other, 1));
    assert_eq!(second.shared[0].carriers, [DOT, other]);
    // It is said once, and what comes by that number alone is neither's.
    assert_eq!(resolve(other, &[mc]).await.shared, []);
    assert_eq!(resolve(mc, &[]).await.carrier, mc);
    let seen = Observation { carrier: mc, section: "data", source: "x", document: &json!({"a": 1}), at: 1_000 };
    kept.write(async |held| sections::observe(held, &seen).await).await;
    let evidence = kept.evidence(2_000).await;
    assert!(!evidence.is_known());
    let named = |lack: &String| lack.starts_with("MC:900001 is also a number of another carrier");
    assert!(evidence.lacks.iter().any(named), "{:?}", evidence.lacks);
}
