//! What a part of a carrier is and was.

use crate::kept::{DOT, Kept};
use crate::place::Place;
use mycarrierpackets_sync::store::sections::{self, Observation, Observed, Version};
use serde_json::{Value, json};

crate::on_both!(
    a_part_changes_by_what_was_read_after_whatever_the_clock_says,
    what_changed_is_kept_field_by_field,
    a_version_is_for_one_customer,
);

async fn see(kept: &Kept, document: &Value, at: i64) -> Observed {
    let seen = Observation { carrier: DOT, section: "details", source: "CarriersChanges", document, at };
    kept.write(async |held| sections::observe(held, &seen).await).await
}

async fn versions(kept: &Kept) -> Vec<Version> {
    kept.store.read(async |tx| sections::versions(&tx, "a", DOT).await).await.unwrap()
}

const YEAR: i64 = 365 * 24 * 3600 * 1_000_000;

async fn a_part_changes_by_what_was_read_after_whatever_the_clock_says(place: &Place) {
    let kept = Kept::new(place).await;
    // What was read, when, and the version that it makes.
    let steps = [
        (json!({"rating": "Good", "fleet": 3}), 100, Some(1)),
        (json!({"rating": " Good ", "fleet": "3", "phone": null, "trucks": []}), 200, None),
        // A clock that goes back a little stands still.
        (json!({"rating": "Fair", "fleet": 3}), 199, Some(2)),
        (json!({"rating": "Fair", "fleet": 3}), 400, None),
        (json!({"rating": "Poor", "fleet": 3}), 399, Some(3)),
        // One that was a year ahead begins again.
        (json!({"rating": "Poor", "fleet": 3}), YEAR, None),
        (json!({}), 500, Some(4)),
        (json!({"fleet": null}), 600, None),
    ];
    for (document, at, expected) in steps {
        assert_eq!(see(&kept, &document, at).await.version, expected, "{document} at {at}");
    }
    let found = versions(&kept).await;
    let times: Vec<_> = found.iter().map(|one| (one.version, one.observed_at, one.confirmed_at)).collect();
    assert_eq!(times, [(1, 100, 200), (2, 200, 400), (3, 400, YEAR), (4, 500, 600)]);
    // As it came, and not its canonical form.
    assert_eq!(found[0].document, json!({"rating": "Good", "fleet": 3}));
    assert_eq!(found[1].previous_hash.as_ref(), Some(&found[0].hash));
    assert!(found.iter().all(Version::is_unaltered));
    let sql = "SELECT version, observed_at, document FROM sections";
    let row = kept.store.read(async |tx| tx.query_opt(sql, &[]).await).await.unwrap().unwrap();
    let present = (row.integer("version").unwrap(), row.integer("observed_at").unwrap(), row.text("document").unwrap());
    assert_eq!(present, (4, 600, "{}"));
    assert_eq!(kept.store.read(async |tx| sections::carriers(&tx, "a").await).await.unwrap(), 1);
}

async fn what_changed_is_kept_field_by_field(place: &Place) {
    let kept = Kept::new(place).await;
    let first = see(&kept, &json!({"a": 1, "b": "x"}), 100).await;
    assert!(first.changes.is_empty(), "the first is where it begins: {first:?}");
    let second = see(&kept, &json!({"a": 2, "c": {"d": "y"}}), 200).await;
    let changes = kept.store.read(async |tx| sections::changes(&tx, "a", DOT, 0).await).await.unwrap();
    let shown: Vec<_> = changes
        .iter()
        .map(|one| {
            (one.field.path.as_str(), one.field.old.clone(), one.field.new.clone(), one.version, one.observed_at)
        })
        .collect();
    let (x, y) = (Some(json!("x")), Some(json!("y")));
    assert_eq!(
        shown,
        [("a", Some(json!("1")), Some(json!("2")), 2, 200), ("b", x, None, 2, 200), ("c.d", None, y, 2, 200)]
    );
    assert_eq!(second.changes.len(), 3);
    let later = kept.store.read(async |tx| sections::changes(&tx, "a", DOT, 201).await).await.unwrap();
    assert_eq!(later.len(), 0);
}

async fn a_version_is_for_one_customer(place: &Place) {
    let kept = Kept::new(place).await;
    see(&kept, &json!({"a": 1}), 100).await;
    let sql = "INSERT INTO customers (id, name, state, settings, created_at) VALUES ('b', 'b', 'active', '{}', 0)";
    kept.sql(sql).await;
    kept.sql("UPDATE versions SET customer = 'b'").await;
    let moved = kept.store.read(async |tx| sections::versions(&tx, "b", DOT).await).await.unwrap();
    assert!(moved.len() == 1 && !moved[0].is_unaltered(), "what was known for another says nothing for this one");
}
