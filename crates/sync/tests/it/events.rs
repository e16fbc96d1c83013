//! Events are recorded once, in an order without holes, with a delivery for each sink.

use crate::leases::{claim, timed};
use crate::place::{Place, customers};
use crate::transactions::add;
use mycarrierpackets_sync::store::events::{self, Event};
use mycarrierpackets_sync::store::leases::{self, Claim};
use mycarrierpackets_sync::store::{Error, ErrorKind, Store};

crate::on_both!(
    events_appended_twice_are_recorded_once,
    a_rolled_back_append_leaves_no_hole,
    an_id_of_another_customer_is_an_error_and_not_a_loss,
    every_sink_gets_a_delivery_of_each_event,
    more_events_than_one_statement_takes_keep_their_order,
    what_was_read_is_what_was_appended,
);

pub fn event(id: &str) -> Event {
    Event {
        id: id.to_owned(),
        kind: "carrier.changed".to_owned(),
        carrier: Some("DOT9000001".to_owned()),
        happened_at: None,
        observed_at: 7,
        data: "{}".to_owned(),
    }
}

async fn append(store: &Store, claim: &Claim, ids: &[&str]) -> Result<Vec<Option<i64>>, Error> {
    let events: Vec<Event> = ids.iter().map(|id| event(id)).collect();
    let appended = store.transaction(async |tx| {
        let held = leases::check(&tx, claim).await?;
        events::append(&held, &events).await
    });
    appended.await
}

async fn list(store: &Store, customer: &str) -> Vec<(i64, String)> {
    let listed = store.read(async |tx| events::list(&tx, customer, 0, 100_000).await).await.unwrap();
    listed.into_iter().map(|(number, event)| (number, event.id)).collect()
}

async fn events_appended_twice_are_recorded_once(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let claim = claim(&store, "w").await.unwrap();
    assert_eq!(append(&store, &claim, &[]).await.unwrap(), []);
    assert_eq!(append(&store, &claim, &["x", "y", "x"]).await.unwrap(), [Some(1), Some(2), None]);
    assert_eq!(append(&store, &claim, &["y", "z", "x"]).await.unwrap(), [None, Some(3), None]);
    assert_eq!(append(&store, &claim, &["y"]).await.unwrap(), [None]);
    let expected = [(1, "x"), (2, "y"), (3, "z")].map(|(number, id)| (number, id.to_owned()));
    assert_eq!(list(&store, "a").await, expected);
}

async fn a_rolled_back_append_leaves_no_hole(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let claim = claim(&store, "w").await.unwrap();
    append(&store, &claim, &["x"]).await.unwrap();
    let lost = store.transaction(async |tx| {
        let held = leases::check(&tx, &claim).await?;
        assert_eq!(events::append(&held, &[event("lost")]).await?, [Some(2)]);
        tx.execute("not SQL", &[]).await
    });
    lost.await.unwrap_err();
    assert_eq!(append(&store, &claim, &["y"]).await.unwrap(), [Some(2)]);
}

async fn an_id_of_another_customer_is_an_error_and_not_a_loss(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a", "b"], 0).await;
    let (a, b) = (claim(&store, "w").await.unwrap(), claim(&store, "w").await.unwrap());
    append(&store, &a, &["x"]).await.unwrap();
    assert_eq!(append(&store, &b, &["y", "x"]).await.unwrap_err().kind(), ErrorKind::Constraint);
    assert_eq!(append(&store, &b, &["y"]).await.unwrap(), [Some(1)]);
}

async fn every_sink_gets_a_delivery_of_each_event(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let claim = claim(&store, "w").await.unwrap();
    append(&store, &claim, &["before"]).await.unwrap();
    let sinks = store.transaction(async |tx| {
        add(&tx, "one").await?;
        add(&tx, "two").await
    });
    sinks.await.unwrap();
    let appended = store.transaction(async |tx| {
        let held = leases::check(&tx, &claim).await?;
        let gap = Event { carrier: None, kind: "feed.gap".to_owned(), ..event("gap") };
        events::append(&held, &[event("x"), gap, event("before")]).await
    });
    assert_eq!(appended.await.unwrap(), [Some(2), Some(3), None]);
    let rows = store.read(async |tx| tx.query("SELECT * FROM deliveries ORDER BY sequence, sink", &[]).await);
    let found: Vec<_> = rows
        .await
        .unwrap()
        .iter()
        .map(|row| {
            assert_eq!(row.integer("due_at").unwrap(), 7);
            assert_eq!((row.text("state").unwrap(), row.integer("attempts").unwrap()), ("waiting", 0));
            let text = |column| row.text(column).unwrap().to_owned();
            (row.integer("sequence").unwrap(), text("sink"), text("carrier"))
        })
        .collect();
    let expected = [(2, "one", "DOT9000001"), (2, "two", "DOT9000001"), (3, "one", ""), (3, "two", "")];
    assert_eq!(found, expected.map(|(number, sink, carrier)| (number, sink.to_owned(), carrier.to_owned())));
}

async fn more_events_than_one_statement_takes_keep_their_order(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let claim = claim(&store, "w").await.unwrap();
    let ids: Vec<String> = (0..1003).map(|number| format!("{number}")).collect();
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let numbers = append(&store, &claim, &ids).await.unwrap();
    assert_eq!(numbers, (1..=1003).map(Some).collect::<Vec<_>>());
    ids.push("new");
    assert_eq!(append(&store, &claim, &ids).await.unwrap().last(), Some(&Some(1004)));
    let listed = list(&store, "a").await;
    assert!(listed.iter().zip(&ids).all(|((_, id), expected)| id == expected));
    assert_eq!(listed.len(), 1004);
}

async fn what_was_read_is_what_was_appended(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let claim = claim(&store, "w").await.unwrap();
    let one = Event { happened_at: Some(-5), data: "{\"a\":\"\\u0000\"}".to_owned(), ..event("x") };
    let two = Event { carrier: None, observed_at: i64::MAX, ..event("y") };
    let appended = store.transaction(async |tx| {
        let held = leases::check(&tx, &claim).await?;
        events::append(&held, &[one.clone(), two.clone()]).await
    });
    appended.await.unwrap();
    let listed = store.read(async |tx| events::list(&tx, "a", 0, 1).await).await.unwrap();
    assert_eq!(listed, [(1, one)]);
    let listed = store.read(async |tx| events::list(&tx, "a", 1, 9).await).await.unwrap();
    assert_eq!(listed, [(2, two)]);
}

/// By the plans of SQLite, which chooses without statistics.
#[tokio::test]
async fn what_a_worker_asks_for_is_found_by_an_index() {
    let store = Store::open("sqlite::memory:").await.unwrap();
    for (index, sql) in [
        ("feeds_due (due_at<?)", "SELECT * FROM feeds WHERE due_at <= 1 ORDER BY due_at"),
        (
            "deliveries_due (sink=? AND customer=?)",
            "SELECT * FROM deliveries WHERE sink = 'a' AND customer = 'b' AND state = 'waiting' AND due_at <= 1
             ORDER BY sequence",
        ),
        (
            "deliveries_lane (sink=? AND customer=? AND carrier=?)",
            "SELECT * FROM deliveries WHERE sink = 'a' AND customer = 'b' AND carrier = 'c' AND state = 'waiting'
             ORDER BY sequence LIMIT 1",
        ),
        ("deliveries_parked (sink=?)", "SELECT * FROM deliveries WHERE sink = 'a' AND state = 'parked'"),
        ("inbox_waiting (customer=?)", "SELECT * FROM inbox WHERE customer = 'a' AND state = 'waiting'"),
        ("(customer=? AND sequence>?)", "SELECT * FROM events WHERE customer = 'a' AND sequence > 1 ORDER BY sequence"),
        (
            "versions_time (customer=? AND carrier=? AND observed_at<?)",
            "SELECT * FROM versions WHERE customer = 'a' AND carrier = 'b' AND observed_at <= 1 ORDER BY observed_at DESC",
        ),
    ] {
        let plan = store.read(async |tx| tx.query(&format!("EXPLAIN QUERY PLAN {sql}"), &[]).await).await.unwrap();
        let steps: Vec<&str> = plan.iter().map(|row| row.text("detail").unwrap()).collect();
        assert!(steps.len() == 1 && steps[0].contains(index), "{sql}: {steps:?}");
    }
}
