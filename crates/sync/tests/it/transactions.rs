//! What a transaction keeps, and what it does not.

use crate::place::Place;
use mycarrierpackets_sync::store::{Error, ErrorKind, Store, Tx, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Barrier;

crate::on_both!(
    a_commit_is_there_when_the_store_is_opened_again,
    an_error_rolls_back,
    a_dropped_transaction_rolls_back,
    nothing_is_committed_after_a_statement_that_failed,
    nothing_is_committed_after_a_statement_that_was_given_up,
    values_come_back_as_they_were,
    values_of_another_type_are_errors,
    texts_are_in_the_order_of_their_bytes,
    a_read_sees_one_moment_and_writes_nothing,
    a_transaction_that_ended_takes_no_statements,
    time_is_that_of_the_clock,
    work_that_another_was_in_the_way_of_is_repeated,
);

pub async fn add(tx: &Tx, name: &str) -> Result<u64, Error> {
    let sql = "INSERT INTO sinks (name, kind, settings, created_at) VALUES ($1, 'jsonl', '{}', 0)";
    tx.execute(sql, &[name.into()]).await
}

pub async fn names(store: &Store) -> Vec<String> {
    let names = store.read(async |tx| {
        let rows = tx.query("SELECT name FROM sinks ORDER BY name", &[]).await?;
        rows.iter().map(|row| Ok::<_, Error>(row.text("name")?.to_owned())).collect()
    });
    names.await.unwrap()
}

async fn a_commit_is_there_when_the_store_is_opened_again(place: &Place) {
    let store = place.store().await;
    assert_eq!(store.transaction(async |tx| add(&tx, "a").await).await.unwrap(), 1);
    drop(store);
    assert_eq!(names(&place.store().await).await, ["a"]);
}

async fn an_error_rolls_back(place: &Place) {
    #[derive(Debug)]
    enum Own {
        Store,
        Mine,
    }
    impl From<Error> for Own {
        fn from(_: Error) -> Self {
            Self::Store
        }
    }
    let store = place.store().await;
    let failed = store.transaction(async |tx| {
        add(&tx, "a").await?;
        Err::<(), _>(Own::Mine)
    });
    assert!(matches!(failed.await, Err(Own::Mine)));
    let failed = store.transaction(async |tx| Ok::<_, Own>(tx.execute("not SQL", &[]).await?));
    assert!(matches!(failed.await, Err(Own::Store)));
    assert_eq!(names(&store).await, [""; 0]);
}

async fn a_dropped_transaction_rolls_back(place: &Place) {
    let store = place.store().await;
    let begun = Arc::new(Barrier::new(2));
    let (other, inside) = (store.clone(), begun.clone());
    let task = tokio::spawn(async move {
        let never = other.transaction(async |tx| {
            add(&tx, "a").await?;
            inside.wait().await;
            std::future::pending::<Result<(), Error>>().await
        });
        never.await
    });
    begun.wait().await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    // And others need not wait for it.
    place.store().await.transaction(async |tx| add(&tx, "b").await).await.unwrap();
    assert_eq!(names(&store).await, ["b"]);
}

async fn nothing_is_committed_after_a_statement_that_failed(place: &Place) {
    let store = place.store().await;
    store.transaction(async |tx| add(&tx, "a").await).await.unwrap();
    let failed = store.transaction(async |tx| {
        add(&tx, "b").await?;
        let twice = add(&tx, "a").await.unwrap_err();
        assert_eq!(twice.kind(), ErrorKind::Constraint, "{twice}");
        let next = add(&tx, "c").await.unwrap_err();
        assert_eq!(next.kind(), ErrorKind::Over, "{next}");
        Ok::<_, Error>(())
    });
    let error = failed.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Over, "{error}");
    assert_eq!(names(&store).await, ["a"]);
}

async fn nothing_is_committed_after_a_statement_that_was_given_up(place: &Place) {
    let store = place.store().await;
    let given_up = store.transaction(async |tx| {
        {
            // It takes some time: its answer is not there at once.
            let sql = "INSERT INTO sinks (name, kind, settings, created_at)
                WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
                SELECT 'a', 'jsonl', '{}', MAX(i) FROM n";
            let mut statement = std::pin::pin!(tx.execute(sql, &[]));
            let once = std::future::poll_fn(|context| std::task::Poll::Ready(statement.as_mut().poll(context)));
            assert!(once.await.is_pending());
        }
        Ok::<_, Error>(())
    });
    let error = given_up.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Over, "{error}");
    assert_eq!(names(&store).await, [""; 0]);
}

async fn values_come_back_as_they_were(place: &Place) {
    let store = place.store().await;
    let all_bytes: Vec<u8> = (0..=255).collect();
    let checked = store.transaction(async |tx| {
        let sql = "INSERT INTO customers (id, name, state, settings, created_at, secret, token, reason)
            VALUES ($2, $3, 'active', $2, $1, $4, $5, $6)";
        let values: [Value; 6] =
            [i64::MIN.into(), "ä\u{1F69A}'\"$1".into(), "".into(), all_bytes.clone().into(), Value::Null, Value::Null];
        assert_eq!(tx.execute(sql, &values).await?, 1);
        let row = tx.query_opt("SELECT * FROM customers WHERE created_at = $1", &[i64::MIN.into()]).await?.unwrap();
        assert_eq!(row.text("id")?, "ä\u{1F69A}'\"$1");
        assert_eq!((row.text("name")?, row.integer("created_at")?), ("", i64::MIN));
        assert_eq!((row.bytes("secret")?, row.bytes_opt("token")?), (&all_bytes[..], None));
        assert_eq!((row.text_opt("reason")?, row.integer_opt("lease_until")?), (None, None));
        let sql = "UPDATE customers SET fence = $1 RETURNING fence";
        assert_eq!(tx.query_opt(sql, &[i64::MAX.into()]).await?.unwrap().integer("fence")?, i64::MAX);
        assert_eq!(tx.execute("DELETE FROM customers WHERE id = $1", &["b".into()]).await?, 0);
        Ok::<_, Error>(())
    });
    checked.await.unwrap();
}

async fn values_of_another_type_are_errors(place: &Place) {
    let store = place.store().await;
    store.transaction(async |tx| add(&tx, "a").await).await.unwrap();
    let sql = "SELECT name, created_at FROM sinks";
    let row = store.read(async |tx| tx.query_opt(sql, &[]).await).await.unwrap().unwrap();
    let kinds = [
        row.integer("name").unwrap_err().kind(),
        row.bytes("name").unwrap_err().kind(),
        row.text("created_at").unwrap_err().kind(),
        row.text("nowhere").unwrap_err().kind(),
        row.flag("name").unwrap_err().kind(),
    ];
    assert_eq!(kinds, [ErrorKind::Value; 5]);
    // A text slips into no column of numbers, a number with a fraction out of none.
    for (sql, values) in [
        ("UPDATE sinks SET created_at = $1", vec!["x".into()]),
        ("UPDATE sinks SET created_at = $1", vec![Value::Bytes(vec![1])]),
        ("SELECT 1.5 AS number", vec![]),
        ("UPDATE sinks SET kind = $1", vec!["a\0b".into()]),
        ("UPDATE sinks SET kind = $1 WHERE name = $2", vec!["a".into()]),
    ] {
        let result = store.transaction(async |tx| tx.execute(sql, &values).await).await;
        let kind = result.map_err(|error| error.kind());
        let expected = [ErrorKind::Value, ErrorKind::Statement, ErrorKind::Constraint];
        assert!(kind.is_err_and(|kind| expected.contains(&kind)), "{sql} with {values:?}: {kind:?}");
    }
}

async fn texts_are_in_the_order_of_their_bytes(place: &Place) {
    let store = place.store().await;
    let added = store.transaction(async |tx| {
        for name in ["b", "B", "a", "Z", "ä", "_"] {
            add(&tx, name).await?;
        }
        Ok::<_, Error>(())
    });
    added.await.unwrap();
    assert_eq!(names(&store).await, ["B", "Z", "_", "a", "b", "ä"]);
}

async fn a_read_sees_one_moment_and_writes_nothing(place: &Place) {
    let store = place.store().await;
    let read = store.read(async |tx| {
        let count = "SELECT COUNT(*) AS number FROM sinks";
        let before = tx.query_opt(count, &[]).await?.unwrap().integer("number")?;
        store.transaction(async |tx| add(&tx, "a").await).await?;
        let after = tx.query_opt(count, &[]).await?.unwrap().integer("number")?;
        Ok::<_, Error>((before, after))
    });
    assert_eq!(read.await.unwrap(), (0, 0));
    let error = store.read(async |tx| add(&tx, "b").await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    assert_eq!(names(&store).await, ["a"]);
}

async fn a_transaction_that_ended_takes_no_statements(place: &Place) {
    let store = place.store().await;
    let tx = store.transaction(async |tx| Ok::<_, Error>(tx)).await.unwrap();
    assert_eq!(add(&tx, "a").await.unwrap_err().kind(), ErrorKind::Over);
    assert_eq!(names(&store).await, [""; 0]);
}

async fn time_is_that_of_the_clock(place: &Place) {
    let now = Arc::new(AtomicI64::new(5));
    let hands = now.clone();
    let clock = Arc::new(move || hands.load(Ordering::Relaxed));
    let store = Store::open_with_clock(&place.address, clock).await.unwrap();
    let times = store.transaction(async |tx| {
        let first = tx.now().await?;
        now.store(7, Ordering::Relaxed);
        Ok::<_, Error>((first, tx.now().await?))
    });
    assert_eq!(times.await.unwrap(), (5, 7));
    let real = place.store().await.transaction(async |tx| tx.now().await).await.unwrap();
    assert!((1_600_000_000_000_000..4_000_000_000_000_000).contains(&real), "{real}");
}

/// On PostgreSQL two that lock rows in opposite orders. SQLite lets one in at a time.
async fn work_that_another_was_in_the_way_of_is_repeated(place: &Place) {
    let store = place.store().await;
    let added = store.transaction(async |tx| {
        add(&tx, "a").await?;
        add(&tx, "b").await
    });
    added.await.unwrap();
    let (met, times) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU32::new(0)));
    let work = |first: &'static str, second: &'static str, repeat: bool| {
        let (store, met, times, both) = (store.clone(), met.clone(), times.clone(), place.is_postgres());
        let work = move |tx: Tx| {
            let (met, times) = (met.clone(), times.clone());
            async move {
                let sql = "UPDATE sinks SET created_at = created_at + 1 WHERE name = $1";
                tx.execute(sql, &[first.into()]).await?;
                if times.fetch_add(1, Ordering::Relaxed) < 2 && both {
                    met.wait().await;
                }
                tx.execute(sql, &[second.into()]).await
            }
        };
        tokio::spawn(async move { if repeat { store.repeatable(work).await } else { store.transaction(work).await } })
    };
    let (one, two) = (work("a", "b", true), work("b", "a", true));
    let ended = tokio::time::timeout(Duration::from_secs(60), async { (one.await.unwrap(), two.await.unwrap()) });
    let (one, two) = ended.await.unwrap();
    assert_eq!((one.unwrap(), two.unwrap()), (1, 1));
    let sum = "SELECT CAST(SUM(created_at) AS BIGINT) AS sum FROM sinks";
    let sum = store.read(async |tx| tx.query_opt(sum, &[]).await).await.unwrap().unwrap().integer("sum").unwrap();
    assert_eq!(sum, 4);
    if place.is_postgres() {
        assert_eq!(times.swap(0, Ordering::Relaxed), 3);
        // What may have acted outside of the store is not done again.
        let (one, two) = (work("a", "b", false), work("b", "a", false));
        let results = [one.await.unwrap(), two.await.unwrap()];
        let kinds: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).map(Error::kind).collect();
        assert_eq!(kinds, [ErrorKind::Conflict]);
    }
}

#[tokio::test]
async fn a_read_of_a_store_in_memory_writes_nothing() {
    let store = Store::open("sqlite::memory:").await.unwrap();
    assert_eq!(store.read(async |tx| add(&tx, "a").await).await.unwrap_err().kind(), ErrorKind::ReadOnly);
    store.transaction(async |tx| add(&tx, "b").await).await.unwrap();
    assert_eq!(names(&store).await, ["b"]);
}
