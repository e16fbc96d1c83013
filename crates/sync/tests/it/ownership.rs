//! Which fields are whose, and what they were.

use crate::acts::World;
use crate::place::Place;
use mycarrierpackets_sync::Settings;
use mycarrierpackets_sync::export::What;
use mycarrierpackets_sync::ownership::{self, Owned, Ownership};
use mycarrierpackets_sync::store::aliases;
use mycarrierpackets_sync::store::leases::{self, Claimed};
use mycarrierpackets_sync::store::sections::{self, Observation};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;

crate::on_both!(
    whose_a_field_is_follows_from_reads_alone,
    what_the_vendor_leaves_blank_is_owned_and_null,
    a_value_that_becomes_an_object_is_other_fields,
    a_name_is_kept_whatever_it_is,
    a_carrier_is_on_the_list_by_its_new_name_too,
);

const CUSTOMER: &str = "acme";
const CARRIER: &str = "DOT:9000001";

async fn see(world: &World, section: &str, document: Value) -> i64 {
    let at = world.clock.fetch_add(1_000_000, Ordering::Relaxed) + 1_000_000;
    let claim = async |tx| leases::claim_customer(&tx, CUSTOMER, "w", Duration::from_secs(45)).await;
    let Claimed::Yes(claim) = world.store.transaction(claim).await.unwrap() else { panic!("held") };
    let seen = Observation { carrier: CARRIER, section, source: "CarriersChanges", document: &document, at };
    let kept = world.store.transaction(async |tx| {
        let held = leases::check(&tx, &claim).await?;
        sections::observe(&held, &seen).await?;
        leases::release(&tx, claim.clone()).await
    });
    kept.await.unwrap();
    at
}

/// What the API says; the view must say the same.
async fn known(world: &World) -> Ownership {
    let settings = Settings::default();
    let read = async |tx| ownership::fields(&tx, CUSTOMER, CARRIER, &settings).await;
    let known = world.store.read(read).await.unwrap();
    let sql = "SELECT * FROM carrier_fields WHERE customer = 'acme' AND carrier = $1 ORDER BY section, path";
    let rows = world.store.read(async |tx| tx.query(sql, &[CARRIER.into()]).await).await.unwrap();
    assert_eq!(rows.len(), known.fields.len());
    for (row, field) in rows.iter().zip(&known.fields) {
        let json = |name: &str| row.text_opt(name).unwrap().map(|text| serde_json::from_str(text).unwrap());
        let (section, path) = (row.text("section").unwrap(), row.text("path").unwrap());
        assert_eq!((section, path), (field.section.as_str(), field.path.as_str()));
        assert_eq!((json("value"), json("previous")), (field.value.clone(), field.previous.clone()), "{path}");
        assert_eq!(row.integer("since").unwrap(), field.since.as_microsecond());
        let read_at = known.list_read_at.map(|at| at.as_microsecond());
        assert_eq!(row.integer_opt("list_read_at").unwrap(), read_at);
    }
    known
}

async fn in_the_view(world: &World) -> String {
    let sql = "SELECT DISTINCT ownership FROM carrier_fields WHERE customer = 'acme' AND carrier = $1";
    let rows = world.store.read(async |tx| tx.query(sql, &[CARRIER.into()]).await).await.unwrap();
    assert_eq!(rows.len(), 1);
    rows[0].text("ownership").unwrap().to_owned()
}

async fn whose_a_field_is_follows_from_reads_alone(place: &Place) {
    let world = World::new(place).await;
    see(&world, "details", json!({"rating": "Acceptable"})).await;
    let whose = async || (known(&world).await.owned, in_the_view(&world).await);
    // Nobody read the list: not knowing it on the list is not knowing it off the list.
    assert_eq!(whose().await, (Owned::Unknown, "unknown".to_owned()));
    assert!(known(&world).await.why.is_some());
    world.read(&["DOT:9000002"]).await;
    assert_eq!(whose().await, (Owned::No, "not owned".to_owned()));
    world.read(&["DOT:9000002", CARRIER]).await;
    assert_eq!(whose().await, (Owned::Yes, "owned".to_owned()));
    // One read without it may be wrong, two are not.
    world.read(&["DOT:9000002"]).await;
    assert_eq!(whose().await, (Owned::Unknown, "unknown".to_owned()));
    world.read(&["DOT:9000002", CARRIER]).await;
    assert_eq!(whose().await, (Owned::Yes, "owned".to_owned()));
    world.read(&["DOT:9000002"]).await;
    world.read(&["DOT:9000002"]).await;
    assert_eq!(whose().await, (Owned::No, "not owned".to_owned()));
    // What was read long ago says nothing of today; the view shows when it was.
    world.clock.fetch_add(3 * 3_600_000_000, Ordering::Relaxed);
    assert_eq!(whose().await, (Owned::Unknown, "not owned".to_owned()));
    assert!(known(&world).await.list_read_at.is_some());
}

async fn a_carrier_is_on_the_list_by_its_new_name_too(place: &Place) {
    let world = World::new(place).await;
    see(&world, "details", json!({"rating": "Acceptable"})).await;
    // Its name was a docket number, and is a DOT number now.
    let claim_by = async |carrier: &str| {
        let claim = async |tx| leases::claim_customer(&tx, CUSTOMER, "w", Duration::from_secs(45)).await;
        let Claimed::Yes(claim) = world.store.transaction(claim).await.unwrap() else { panic!("held") };
        let named = world.store.transaction(async |tx| {
            let held = leases::check(&tx, &claim).await?;
            aliases::resolve(&held, carrier, &[CARRIER.to_owned()]).await?;
            leases::release(&tx, claim.clone()).await
        });
        named.await.unwrap();
    };
    world.read(&["DOT:9000002"]).await;
    claim_by("DOT:9000002").await;
    assert_eq!(in_the_view(&world).await, "owned");
    // A number of two carriers is of neither, and so nobody knows.
    claim_by("DOT:9000003").await;
    assert_eq!(in_the_view(&world).await, "unknown");
    let exported = crate::export::rows(&world, What::Carriers, i64::MIN).await;
    assert_eq!((exported.len(), &exported[0][2]), (1, &json!("unknown")));
}

async fn what_the_vendor_leaves_blank_is_owned_and_null(place: &Place) {
    let world = World::new(place).await;
    let policy = |end: &str| json!({"policyNumber": "AL-1", "type": "Auto", "expirationDate": end});
    let first = see(
        &world,
        "details",
        json!({"rating": "Acceptable", "phone": "555-0100", "x": "", "p": [policy("2026-01-01")]}),
    )
    .await;
    world.read(&[CARRIER]).await;
    let known = async || {
        let known = known(&world).await;
        assert_eq!(known.owned, Owned::Yes);
        let fields = known.fields.into_iter();
        fields.map(|field| (field.path, field.value, field.previous, field.since.as_microsecond())).collect::<Vec<_>>()
    };
    let field = |path: &str, value: Option<&str>, previous: Option<&str>, since: i64| {
        (path.to_owned(), value.map(Value::from), previous.map(Value::from), since)
    };
    let part = |name: &str| format!("p[policyNumber=AL-1,type=Auto].{name}");
    let (end, number, kind) = (part("expirationDate"), part("policyNumber"), part("type"));
    let unchanged = [field(&number, Some("AL-1"), None, first), field(&kind, Some("Auto"), None, first)];
    let expected = |ends: [_; 1], rest: [_; 2]| [ends.to_vec(), unchanged.to_vec(), rest.to_vec()].concat();
    let rating = |since| field("rating", Some("Acceptable"), None, since);
    assert_eq!(
        known().await,
        expected(
            [field(&end, Some("2026-01-01"), None, first)],
            [field("phone", Some("555-0100"), None, first), rating(first)]
        )
    );
    let second =
        see(&world, "details", json!({"rating": "Acceptable", "phone": " ", "p": [policy("2027-01-01")]})).await;
    let renewed = field(&end, Some("2027-01-01"), Some("2026-01-01"), second);
    let blank = field("phone", None, Some("555-0100"), second);
    assert_eq!(known().await, expected([renewed.clone()], [blank, rating(first)]));
    // What is read again and did not change stays as it is.
    see(&world, "details", json!({"rating": "Acceptable", "p": [policy("2027-01-01")]})).await;
    assert_eq!(known().await[0], renewed);
    let third =
        see(&world, "details", json!({"rating": "Acceptable", "phone": "555-0101", "p": [policy("2027-01-01")]})).await;
    assert_eq!(known().await[3], field("phone", Some("555-0101"), None, third));
    // Another operation has fields of its own.
    see(&world, "MonitoredCarrierData", json!({"rating": "Acceptable"})).await;
    assert_eq!(known().await.len(), 6);
}

async fn a_value_that_becomes_an_object_is_other_fields(place: &Place) {
    let world = World::new(place).await;
    see(
        &world,
        "details",
        json!({"a": "x", "many": (0..700).map(|n| json!({"VIN": format!("{n:04}"), "n": n})).collect::<Vec<_>>()}),
    )
    .await;
    assert_eq!(known(&world).await.fields.len(), 1401);
    see(&world, "details", json!({"a": {"b": "x", "c": ["y"]}})).await;
    let now = known(&world).await.fields.into_iter().filter(|field| !field.path.starts_with("many"));
    let now: Vec<_> = now.map(|field| (field.path, field.value, field.previous)).collect();
    let some = |text: &str| Some(Value::from(text));
    let expected = [("a", None, some("x")), ("a.b", some("x"), None), ("a.c[y]", some("y"), None)];
    assert_eq!(now, expected.map(|(path, value, previous)| (path.to_owned(), value, previous)));
    see(&world, "details", json!({"a": "x"})).await;
    let now = known(&world).await.fields;
    let of = |path: &str| now.iter().find(|field| field.path == path).map(|field| field.value.clone());
    assert_eq!((of("a"), of("a.b"), of("a.c[y]")), (Some(some("x")), Some(None), Some(None)));
    assert!(now.iter().filter(|field| field.path.starts_with("many")).all(|field| field.value.is_none()));
}

async fn a_name_is_kept_whatever_it_is(place: &Place) {
    let world = World::new(place).await;
    let odd = json!({"a.b": "x", "a": {"b": {"c \"d\" \\ é": "y", "": "z"}, "[.]": "\u{1}\""}, "Z": "nul\u{0}"});
    see(&world, "details", odd).await;
    let fields = async || known(&world).await.fields.into_iter().map(|field| (field.path, field.value));
    let expected = [("Z", "nul\0"), ("a.[.]", "\u{1}\""), ("a.b", "x"), ("a.b.", "z"), ("a.b.c \"d\" \\ é", "y")];
    let expected = expected.map(|(path, value)| (path.to_owned(), Some(Value::from(value))));
    assert_eq!(fields().await.collect::<Vec<_>>(), expected);
}
