//! The store: one suite, run on SQLite and on PostgreSQL.

use mycarrierpackets_sync::store::{Error, Store};

#[tokio::test]
async fn smoke() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}/a.db", dir.path().display())).await.unwrap();
    let work = async move {
        store
            .repeatable(async |tx| {
                let now = tx.now().await?;
                tx.execute(
                    "INSERT INTO sinks (kind, name, settings, created_at) VALUES ($2, $1, 'x', $3)",
                    &["a".into(), "k".into(), now.into()],
                )
                .await?;
                let row = tx.query_opt("SELECT * FROM sinks", &[]).await?.unwrap();
                assert_eq!(row.text("name")?, "a");
                row.integer("created_at")
            })
            .await
    };
    let r: Result<i64, Error> = tokio::spawn(work).await.unwrap();
    println!("{}", r.unwrap());
}
