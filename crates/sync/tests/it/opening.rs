//! Stores that are opened at once, by another version, or where another program is.

use crate::place::Place;
use crate::transactions::{add, names};
use mycarrierpackets_sync::store::{Error, ErrorKind, Store};

crate::on_both!(eight_that_open_at_once_migrate_once, a_newer_schema_is_refused_and_both_versions_are_named,);

async fn eight_that_open_at_once_migrate_once(place: &Place) {
    let opened: Vec<_> = (0..8)
        .map(|_| {
            let address = place.address.clone();
            tokio::spawn(async move { Store::open(&address).await })
        })
        .collect();
    for store in opened {
        store.await.unwrap().unwrap();
    }
    let store = place.store().await;
    let versions = store.read(async |tx| tx.query("SELECT version FROM migrations ORDER BY version", &[]).await);
    let versions: Vec<i64> = versions.await.unwrap().iter().map(|row| row.integer("version").unwrap()).collect();
    assert_eq!(versions, [1]);
}

async fn a_newer_schema_is_refused_and_both_versions_are_named(place: &Place) {
    let store = place.store().await;
    let newer = store.transaction(async |tx| {
        add(&tx, "a").await?;
        tx.execute("INSERT INTO migrations (version) VALUES (97)", &[]).await
    });
    newer.await.unwrap();
    let error = Store::open(&place.address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NewerSchema, "{error}");
    let expected = "the store has schema version 97, and this program knows those up to 1";
    assert_eq!(error.message(), expected);
    assert_eq!(names(&store).await, ["a"]);
    let back = store.transaction(async |tx| tx.execute("DELETE FROM migrations WHERE version = 97", &[]).await);
    back.await.unwrap();
}

#[tokio::test]
async fn a_schema_of_another_program_is_refused_and_left_as_it_is() {
    let (Some(own), Some(other)) = (Place::postgres(), Place::postgres()) else { return };
    let store = own.store().await;
    let schema = other.schema();
    let made = store.transaction(async |tx| {
        tx.execute(&format!("CREATE SCHEMA {schema}"), &[]).await?;
        tx.execute(&format!("CREATE TABLE {schema}.customers (id BIGINT)"), &[]).await
    });
    made.await.unwrap();
    let error = Store::open(&other.address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Foreign, "{error}");
    let tables = store.transaction(async |tx| {
        let sql = "SELECT COUNT(*) AS number FROM pg_tables WHERE schemaname = $1";
        let number = tx.query_opt(sql, &[schema.into()]).await?.unwrap().integer("number")?;
        tx.execute(&format!("DROP SCHEMA {schema} CASCADE"), &[]).await?;
        Ok::<_, Error>(number)
    });
    assert_eq!(tables.await.unwrap(), 1);
    own.clean().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_without_the_password() {
    let error = Store::open("postgres://tms:hunter2@127.0.0.1:1/tms").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    assert!(error.to_string().contains("Check the address"), "{error}");
}
