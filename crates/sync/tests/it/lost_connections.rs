//! PostgreSQL ends a connection in the middle of a transaction, or of its COMMIT.

use crate::place::{Place, with};
use crate::proxy::{Cut, Proxy};
use crate::server::{Server, server};
use crate::transactions::{add, names};
use mycarrierpackets_sync::store::{Error, ErrorKind, Store, Tx};
use std::time::Duration;

async fn backend(tx: &Tx) -> Result<i64, Error> {
    tx.query_opt("SELECT pg_backend_pid() AS pid", &[]).await?.unwrap().integer("pid")
}

/// Ends the backend, and waits until it ended.
async fn terminate(store: &Store, pid: i64) {
    let sql = "SELECT CAST(pg_terminate_backend(CAST($1 AS INT)) AS TEXT) AS ended";
    store.read(async |tx| tx.query(sql, &[pid.into()]).await).await.unwrap();
    for _ in 0..500 {
        let sql = "SELECT COUNT(*) AS number FROM pg_stat_activity WHERE pid = $1";
        let left = store.read(async |tx| tx.query_opt(sql, &[pid.into()]).await).await.unwrap().unwrap();
        if left.integer("number").unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the backend {pid} did not end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backend_that_ends_rolls_back() {
    let Some(place) = Place::postgres() else { return };
    let (store, other) = (place.store().await, place.store().await);
    let cut = store.transaction(async |tx| {
        add(&tx, "a").await?;
        terminate(&other, backend(&tx).await?).await;
        add(&tx, "b").await
    });
    let error = cut.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    // Before COMMIT: whether the client noticed is a matter of time, and it is never "committed".
    let cut = store.transaction(async |tx| {
        add(&tx, "c").await?;
        terminate(&other, backend(&tx).await?).await;
        Ok::<_, Error>(())
    });
    let error = cut.await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unreachable | ErrorKind::Unknown), "{error}");
    assert_eq!(names(&store).await, [""; 0]);
    place.clean().await;
}

/// As after a restart of the server: the connections of the pool are dead, and nobody noticed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_lost_when_a_transaction_begins_is_replaced() {
    let Some((place, proxy, store)) = behind_proxy().await else { return };
    proxy.cut(Cut::Begin);
    store.transaction(async |tx| add(&tx, "a").await).await.unwrap();
    assert_eq!(names(&store).await, ["a"]);
    place.clean().await;
}

async fn behind_proxy() -> Option<(Place, Proxy, Store)> {
    let place = Place::postgres()?;
    let Server { folder: Some(folder), port, .. } = server()? else {
        eprintln!("skipped: the server of DATABASE_URL cannot be reached through a socket");
        return None;
    };
    let proxy = Proxy::start(folder.join(format!(".s.PGSQL.{port}")));
    let store = Store::open(&with(&proxy.address(), &format!("schema={}", place.schema()))).await.unwrap();
    Some((place, proxy, store))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_lost_during_commit_leaves_the_outcome_unknown() {
    let Some((place, proxy, store)) = behind_proxy().await else { return };
    for (cut, name, committed) in [(Cut::Before, "lost", false), (Cut::After, "kept", true)] {
        proxy.cut(cut);
        let mut times = 0;
        let error = store.transaction(async |tx| {
            times += 1;
            add(&tx, name).await
        });
        let error = error.await.unwrap_err();
        assert_eq!((error.kind(), times), (ErrorKind::Unknown, 1), "{error}");
        proxy.cut(Cut::Never);
        assert_eq!(names(&store).await.contains(&name.to_owned()), committed);
    }
    // Nor is repeatable work repeated.
    proxy.cut(Cut::After);
    let error = store.repeatable(async |tx| add(&tx, "once").await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unknown, "{error}");
    place.clean().await;
}
