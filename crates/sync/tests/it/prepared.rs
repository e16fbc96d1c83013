//! Statements that are prepared by name do what the others do.

use crate::place::{Place, with};
use mycarrierpackets_sync::store::leases::{self, Claimed};
use mycarrierpackets_sync::store::{Error, ErrorKind, Store, Value, customers, events, feeds};
use std::time::Duration;

async fn prepared() -> Option<(Place, Store)> {
    let place = Place::postgres()?;
    let store = Store::open(&with(&place.address, "prepared=yes")).await.unwrap();
    Some((place, store))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_is_read_whatever_its_type() {
    let Some((place, store)) = prepared().await else { return };
    for (value, kept) in [(Value::Null, None), (Value::from("x"), Some("x")), (Value::Null, None)] {
        let read = store.transaction(async |tx| {
            customers::add(&tx, "acme", "Acme", "{}").await?;
            tx.execute("UPDATE customers SET reason = $2 WHERE id = $1", &["acme".into(), value]).await?;
            let row = tx.query_opt("SELECT reason FROM customers WHERE id = $1", &["acme".into()]).await?.unwrap();
            tx.execute("DELETE FROM customers WHERE id = $1", &["acme".into()]).await?;
            Ok::<_, Error>(row.text_opt("reason")?.map(str::to_owned))
        });
        assert_eq!(read.await.unwrap().as_deref(), kept);
    }
    place.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fence_that_moved_is_found_and_a_table_that_changed_is_read() {
    let Some((place, store)) = prepared().await else { return };
    let claim = store.transaction(async |tx| {
        customers::add(&tx, "acme", "Acme", "{}").await?;
        feeds::add(&tx, "acme", "changes", 0).await?;
        leases::claim_customer(&tx, "acme", "w", Duration::from_secs(45)).await
    });
    let Claimed::Yes(claim) = claim.await.unwrap() else { panic!("held") };
    let advance = async || {
        let advanced = store.transaction(async |tx| {
            let held = leases::check(&tx, &claim).await?;
            feeds::advance(&held, "changes", "{}", 1).await?;
            feeds::advance(&held, "changes", "{}", 2).await?;
            events::append(&held, &[crate::events::event("e")]).await
        });
        advanced.await.map_err(|error| error.kind())
    };
    assert_eq!(advance().await, Ok(vec![Some(1)]));
    let list = async || store.read(async |tx| feeds::list(&tx, "acme").await).await;
    assert_eq!(list().await.unwrap()[0].last_success, Some(2));
    store.transaction(async |tx| tx.execute("ALTER TABLE feeds ADD COLUMN more TEXT", &[]).await).await.unwrap();
    // Once at most for each connection: the statement was prepared for other columns.
    let mut refused = 0;
    while list().await.is_err() {
        refused += 1;
        assert!(refused < 10, "the statement stays as it was prepared");
    }
    store.transaction(async |tx| leases::release(&tx, claim.clone()).await).await.unwrap();
    assert_eq!(advance().await, Err(ErrorKind::Lost));
    place.clean().await;
}
