//! What becomes of a webhook in the store: an event, and a read of the carrier.

use crate::leases::{claim, timed};
use crate::place::Place;
use crate::posting::packet;
use crate::vendor::{Vendor, certificates};
use mycarrierpackets::webhook::Verifier;
use mycarrierpackets_sync::Tick;
use mycarrierpackets_sync::inbox::{self, HORIZON};
use mycarrierpackets_sync::store::events::{self, Event};
use mycarrierpackets_sync::store::{Store, Tx, customers, inbox as kept, leases, rejects, sections, wanted};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;

crate::on_both!(
    a_webhook_becomes_an_event_and_its_carrier_is_read_once,
    what_cannot_be_understood_is_kept_and_is_an_event,
    bank_data_and_tax_numbers_are_left_out,
    what_cannot_be_understood_leaves_no_tax_number,
    a_webhook_and_a_row_of_the_feed_that_report_the_same_are_linked,
    more_than_one_turn_takes_are_all_handled,
    a_carrier_that_cannot_be_read_is_tried_again_and_seen,
    what_was_handled_long_ago_is_forgotten,
);

async fn receive(store: &Store, body: &str) {
    let verifier = Verifier::new("example-secret").unwrap();
    let event = verifier.verify_signature(verifier.sign(body), body.to_owned()).unwrap();
    store.repeatable(async |tx| inbox::accept(&tx, "acme", &event, HORIZON).await).await.unwrap();
}

async fn listed(store: &Store) -> Vec<Event> {
    let all = store.read(async |tx| events::list(&tx, "acme", 0, 10_000).await).await.unwrap();
    all.into_iter().map(|(_, event)| event).collect()
}

fn data(event: &Event) -> Value {
    serde_json::from_str(&event.data).unwrap()
}

async fn customer(store: &Store) {
    store.transaction(async |tx| customers::add(&tx, "acme", "Acme", "{}").await).await.unwrap();
}

async fn waiting(store: &Store) -> i64 {
    store.read(async |tx| kept::count(&tx, "acme").await).await.unwrap()
}

async fn a_webhook_becomes_an_event_and_its_carrier_is_read_once(place: &Place) {
    let (vendor, (store, _)) = (Vendor::start().await, timed(place).await);
    customer(&store).await;
    vendor.set_data(certificates(&[]));
    let engine = vendor.engine(&store);
    receive(&store, &packet(9_000_001, "1970-01-01T00:10:00Z")).await;
    receive(&store, r#"{"eventType":"carrier.new.thing","eventData":{"carrier":{"dotNumber":9000001},"new":{"x":1}}}"#)
        .await;
    let Tick::Done(reads) = engine.tick("acme").await.unwrap() else { panic!("not done") };
    let reads: Vec<_> = reads.iter().map(|read| (read.feed, read.rows, read.events)).collect();
    assert_eq!(reads, [("webhooks", 2, 2), ("data", 1, 0)]);
    assert_eq!(vendor.asked(), ["GetCarrierData?DOTNumber=9000001"]);
    let found = listed(&store).await;
    assert!(found.iter().all(|event| event.kind == "mycarrierpackets.webhook.received"));
    assert!(found.iter().all(|event| event.carrier.as_deref() == Some("DOT:9000001")));
    let packet_at = found.iter().find_map(|event| event.happened_at);
    assert_eq!(packet_at, Some(600_000_000));
    let new = found.iter().map(data).find(|data| data["eventType"] == "carrier.new.thing").unwrap();
    assert_eq!(new["eventData"]["new"], json!({"x": 1}), "unknown types and fields are kept");
    // The webhook is no part of the carrier; what was read is.
    let versions = store.read(async |tx| sections::versions(&tx, "acme", "DOT:9000001").await).await.unwrap();
    assert_eq!(versions.iter().map(|version| version.section.as_str()).collect::<Vec<_>>(), ["GetCarrierData"]);
    // A copy, and nothing more, comes of it.
    receive(&store, &packet(9_000_001, "1970-01-01T00:10:00Z")).await;
    let Tick::Done(reads) = engine.tick("acme").await.unwrap() else { panic!("not done") };
    assert!(reads.is_empty() && vendor.asked().is_empty(), "{reads:?}");
    assert_eq!((listed(&store).await.len(), waiting(&store).await), (2, 0));
    assert_eq!(claim(&store, "w").await, None, "nothing is due");
}

async fn what_cannot_be_understood_is_kept_and_is_an_event(place: &Place) {
    let (vendor, (store, _)) = (Vendor::start().await, timed(place).await);
    customer(&store).await;
    let engine = vendor.engine(&store);
    for body in ["no JSON", "", "[1]", "{\"eventType\":\"a\\u0000b\"}", &"[".repeat(10_000)] {
        receive(&store, body).await;
    }
    for _ in 0..2 {
        assert!(matches!(engine.tick("acme").await.unwrap(), Tick::Done(_)));
        let found = listed(&store).await;
        let rejected = found.iter().filter(|event| event.kind == "mycarrierpackets.feed.rejected");
        assert_eq!((found.len(), rejected.count(), waiting(&store).await), (5, 4, 0));
        assert_eq!(store.read(async |tx| rejects::count(&tx, "acme").await).await.unwrap(), 4);
    }
}

async fn bank_data_and_tax_numbers_are_left_out(place: &Place) {
    for keep in [false, true] {
        let (vendor, (store, _)) = (Vendor::start().await, timed(place).await);
        customer_named(&store, if keep { "acme-keep" } else { "acme" }).await;
        let customer = if keep { "acme-keep" } else { "acme" };
        let verifier = Verifier::new("example-secret").unwrap();
        let body =
            r#"{"eventType":"x","eventData":{"EIN":"990000123","bank":{"BankAccountNumber":"1"},"city":"Reno"}}"#;
        let event = verifier.verify_signature(verifier.sign(body), body.to_owned()).unwrap();
        store.repeatable(async |tx| inbox::accept(&tx, customer, &event, HORIZON).await).await.unwrap();
        let mut settings = mycarrierpackets_sync::Settings::default();
        settings.keep_private = keep;
        vendor.engine(&store).settings(settings).tick(customer).await.unwrap();
        let all = store.read(async |tx| events::list(&tx, customer, 0, 10).await).await.unwrap();
        assert_eq!(all[0].1.data.contains("990000123"), keep);
        assert!(all[0].1.data.contains("Reno"));
        let sql = "SELECT body FROM inbox WHERE customer = $1";
        let row = store.read(async |tx| tx.query_opt(sql, &[customer.into()]).await).await.unwrap().unwrap();
        assert_eq!(row.bytes("body").unwrap(), if keep { body.as_bytes() } else { b"" });
    }
}

async fn what_cannot_be_understood_leaves_no_tax_number(place: &Place) {
    let (vendor, (store, _)) = (Vendor::start().await, timed(place).await);
    customer(&store).await;
    for body in [r#"[{"EIN":"990000123","city":"Reno"}]"#, r#"{"EIN":"990000123","city":"Reno""#, r#"["Reno"]"#] {
        receive(&store, body).await;
    }
    vendor.engine(&store).tick("acme").await.unwrap();
    let bodies = async |table: &str| -> Vec<String> {
        let sql = format!("SELECT body FROM {table} WHERE customer = 'acme'");
        let rows = store.read(async |tx| tx.query(&sql, &[]).await).await.unwrap();
        let mut bodies: Vec<_> =
            rows.iter().map(|row| String::from_utf8_lossy(row.bytes("body").unwrap()).into()).collect();
        bodies.sort();
        bodies
    };
    assert_eq!(bodies("rejects").await, ["", r#"["Reno"]"#, r#"[{"city":"Reno"}]"#]);
    assert_eq!(bodies("inbox").await, ["", "", r#"["Reno"]"#]);
}

async fn customer_named(store: &Store, id: &str) {
    store.transaction(async |tx| customers::add(&tx, id, id, "{}").await).await.unwrap();
}

async fn a_webhook_and_a_row_of_the_feed_that_report_the_same_are_linked(place: &Place) {
    let (vendor, (store, _)) = (Vendor::start().await, timed(place).await);
    customer(&store).await;
    // What the feed brought, before the webhooks.
    let row = |id: &str, carrier: &str, at: i64| Event {
        id: id.to_owned(),
        kind: "mycarrierpackets.packet.completed".to_owned(),
        carrier: Some(carrier.to_owned()),
        happened_at: Some(at * 1_000_000),
        observed_at: 7,
        data: "{}".to_owned(),
    };
    let rows = [
        row("same", "DOT:9000001", 10_060),
        row("far", "DOT:9000002", 11_000),
        row("one", "DOT:9000003", 9_900),
        row("two", "DOT:9000003", 10_100),
    ];
    let claimed = async |tx| leases::claim_customer(&tx, "acme", "test", Duration::from_secs(45)).await;
    let leases::Claimed::Yes(claim) = store.transaction(claimed).await.unwrap() else { panic!("held") };
    let append = async |tx: Tx| {
        let held = leases::check(&tx, &claim).await?;
        events::append(&held, &rows).await?;
        leases::release(&tx, claim.clone()).await
    };
    assert!(store.transaction(append).await.unwrap());
    for dot in [9_000_001, 9_000_002, 9_000_003] {
        receive(&store, &packet(dot, "1970-01-01T02:46:40Z")).await;
    }
    vendor.engine(&store).tick("acme").await.unwrap();
    let found = listed(&store).await;
    let of = |carrier: &str| {
        let mine = |event: &&Event| event.kind.ends_with("received") && event.carrier.as_deref() == Some(carrier);
        data(found.iter().find(mine).unwrap())
    };
    assert_eq!(of("DOT:9000001")["sameAs"], "same");
    assert_eq!((&of("DOT:9000002")["sameAs"], &of("DOT:9000002")["maybeSameAs"]), (&Value::Null, &Value::Null));
    assert_eq!(of("DOT:9000003")["maybeSameAs"], json!(["one", "two"]), "both are kept");
    assert_eq!(found.len(), 7);
}

async fn more_than_one_turn_takes_are_all_handled(place: &Place) {
    let (vendor, (store, _)) = (Vendor::start().await, timed(place).await);
    customer(&store).await;
    for number in 0..230 {
        receive(&store, &format!(r#"{{"eventType":"test","number":{number}}}"#)).await;
    }
    vendor.engine(&store).tick("acme").await.unwrap();
    assert_eq!((listed(&store).await.len(), waiting(&store).await), (230, 0));
}

async fn a_carrier_that_cannot_be_read_is_tried_again_and_seen(place: &Place) {
    let (vendor, (store, hands)) = (Vendor::start().await, timed(place).await);
    customer(&store).await;
    let engine = vendor.engine(&store);
    vendor.set_data(json!("The carrier was not found."));
    receive(&store, &packet(9_000_001, "1970-01-01T00:10:00Z")).await;
    engine.tick("acme").await.unwrap();
    let failing = async || store.read(async |tx| wanted::failing(&tx, "acme").await).await.unwrap();
    assert_eq!(failing().await, 1);
    vendor.set_data(certificates(&[]));
    hands.fetch_add(3600 * 1_000_000, Ordering::Relaxed);
    engine.tick("acme").await.unwrap();
    assert_eq!(failing().await, 0);
    let versions = store.read(async |tx| sections::versions(&tx, "acme", "DOT:9000001").await).await.unwrap();
    assert_eq!(versions.len(), 1);
}

async fn what_was_handled_long_ago_is_forgotten(place: &Place) {
    const DAY: i64 = 24 * 3600 * 1_000_000;
    let (vendor, (store, hands)) = (Vendor::start().await, timed(place).await);
    customer(&store).await;
    let engine = vendor.engine(&store);
    let keys = async || {
        let rows = store.read(async |tx| tx.query("SELECT key FROM inbox", &[]).await).await.unwrap();
        rows.len()
    };
    for (days, kept) in [(0, 1), (179, 2), (2, 2)] {
        hands.fetch_add(days * DAY, Ordering::Relaxed);
        receive(&store, &format!(r#"{{"eventType":"test","days":{days}}}"#)).await;
        engine.tick("acme").await.unwrap();
        assert_eq!(keys().await, kept, "{days}");
    }
}
