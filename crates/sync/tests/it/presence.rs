//! A store in a file, and who has it open.

use crate::leases::{claim, timed};
use crate::place::{Place, customers};
use mycarrierpackets_sync::store::{ErrorKind, leases};

fn beside(place: &Place) -> Vec<String> {
    let folder = place.file().parent().unwrap().to_owned();
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_store_that_is_closed_is_one_file() {
    let place = Place::sqlite();
    let store = place.store().await;
    customers(&store, &["a"], 0).await;
    assert_eq!(beside(&place), ["store.db", "store.db-lock", "store.db-shm", "store.db-wal"]);
    let clone = store.clone();
    drop(store);
    assert_eq!(beside(&place).len(), 4, "it is open as long as one has it");
    drop(clone);
    assert_eq!(beside(&place), ["store.db", "store.db-lock"]);
    let store = place.store().await;
    let kept = store.read(async |tx| mycarrierpackets_sync::store::customers::list(&tx).await).await.unwrap();
    assert_eq!(kept.len(), 1);
}

/// A transaction that outlives the store keeps its connection.
#[tokio::test]
async fn a_store_that_is_dropped_within_a_transaction_waits_for_its_end() {
    let place = Place::sqlite();
    let store = place.store().await;
    customers(&store, &["a"], 0).await;
    let other = store.clone();
    let work = other.transaction(async |tx| {
        drop(store);
        tx.execute("UPDATE customers SET name = 'b'", &[]).await
    });
    assert_eq!(work.await.unwrap(), 1);
    drop(other);
    assert_eq!(beside(&place), ["store.db", "store.db-lock"]);
}

#[tokio::test]
async fn the_lease_of_the_dead_is_over_and_that_of_the_living_is_not() {
    let place = Place::sqlite();
    let (dead, _) = timed(&place).await;
    customers(&dead, &["a"], 0).await;
    let lost = claim(&dead, "dead").await.unwrap();
    let (second, _) = timed(&place).await;
    assert_eq!(claim(&second, "second").await, None, "the first is alive");
    drop(dead);
    // One was alive all the time: who comes now cannot know whose the lease is.
    let (third, _) = timed(&place).await;
    assert_eq!(claim(&third, "third").await, None);
    drop((second, third));
    let (next, _) = timed(&place).await;
    let taken = claim(&next, "next").await.unwrap();
    assert!(taken.fence() > lost.fence());
    // It was not dead after all: what it has under way is of no effect.
    let stale = next.transaction(async |tx| leases::check(&tx, &lost).await.map(drop)).await;
    assert_eq!(stale.unwrap_err().kind(), ErrorKind::Lost);
    let (beside_it, _) = timed(&place).await;
    assert_eq!(claim(&beside_it, "other").await, None);
}
