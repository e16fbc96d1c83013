//! A row of a feed is new once.

use crate::leases::{claim, timed};
use crate::place::{Place, customers};
use mycarrierpackets_sync::store::leases::{self, Claim};
use mycarrierpackets_sync::store::{Store, identities};

crate::on_both!(
    a_row_is_new_once_for_each_customer_and_feed,
    rows_not_seen_for_long_are_forgotten,
    more_rows_than_one_statement_takes,
);

async fn see(store: &Store, claim: &Claim, feed: &str, ids: &[&str], at: i64) -> Vec<bool> {
    let seen = store.transaction(async |tx| {
        let held = leases::check(&tx, claim).await?;
        identities::see(&held, feed, ids, at).await
    });
    seen.await.unwrap()
}

async fn a_row_is_new_once_for_each_customer_and_feed(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a", "b"], 0).await;
    let (a, b) = (claim(&store, "w").await.unwrap(), claim(&store, "w").await.unwrap());
    assert!(see(&store, &a, "changes", &[], 10).await.is_empty());
    assert_eq!(see(&store, &a, "changes", &["x", "y", "x"], 10).await, [true, true, false]);
    assert_eq!(see(&store, &a, "changes", &["z", "x"], 20).await, [true, false]);
    assert_eq!(see(&store, &a, "packets", &["x"], 20).await, [true]);
    assert_eq!(see(&store, &b, "changes", &["x"], 20).await, [true]);
}

async fn rows_not_seen_for_long_are_forgotten(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a", "b"], 0).await;
    let (a, b) = (claim(&store, "w").await.unwrap(), claim(&store, "w").await.unwrap());
    see(&store, &a, "changes", &["x", "y", "z"], 10).await;
    see(&store, &b, "changes", &["x"], 10).await;
    see(&store, &a, "changes", &["y"], 20).await;
    // A clock that went back does not make it older.
    see(&store, &a, "changes", &["y"], 5).await;
    let forget = async |before| {
        let forgotten = store.transaction(async |tx| {
            let held = leases::check(&tx, &a).await?;
            identities::forget(&held, before).await
        });
        forgotten.await.unwrap()
    };
    assert_eq!((forget(10).await, forget(20).await), (0, 2));
    assert_eq!(see(&store, &a, "changes", &["x", "y", "z"], 30).await, [true, false, true]);
    assert_eq!(see(&store, &b, "changes", &["x"], 30).await, [false]);
}

async fn more_rows_than_one_statement_takes(place: &Place) {
    let (store, _) = timed(place).await;
    customers(&store, &["a"], 0).await;
    let claim = claim(&store, "w").await.unwrap();
    let ids: Vec<String> = (0..1003).map(|number| format!("{number}")).collect();
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert!(see(&store, &claim, "changes", &ids, 10).await.iter().all(|new| *new));
    ids.insert(0, "new");
    ids.push("1002");
    let again = see(&store, &claim, "changes", &ids, 20).await;
    assert!(again[0] && !again[1..].iter().any(|new| *new));
    assert_eq!(again.len(), 1005);
}
