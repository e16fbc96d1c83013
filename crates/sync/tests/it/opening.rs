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
        tx.execute(&format!("CREATE TABLE {schema}.customers (id BIGINT)"), &[]).await?;
        tx.execute(&format!("CREATE TABLE {schema}.migrations (version BIGINT)"), &[]).await?;
        tx.execute(&format!("INSERT INTO {schema}.migrations VALUES (1)"), &[]).await
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
    assert_eq!(tables.await.unwrap(), 2);
    own.clean().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_without_the_password() {
    let error = Store::open("postgres://tms:hunter2@127.0.0.1:1/tms").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    assert!(error.to_string().contains("Check the address"), "{error}");
}

#[tokio::test]
async fn what_was_committed_survives_a_loss_of_power_whatever_the_server_is_set_to() {
    let Some(place) = Place::postgres() else { return };
    let careless = crate::place::with(&place.address, "options=-c%20synchronous_commit%3Doff");
    let store = Store::open(&careless).await.unwrap();
    let setting = "SELECT current_setting('synchronous_commit') AS setting";
    let setting = store.transaction(async |tx| tx.query_opt(setting, &[]).await).await.unwrap().unwrap();
    assert_eq!(setting.text("setting").unwrap(), "on");
    place.clean().await;
}

#[tokio::test]
async fn every_commit_of_sqlite_is_flushed_and_references_are_kept() {
    let store = Place::sqlite().store().await;
    let settings = store.transaction(async |tx| {
        let mut found = Vec::new();
        for name in ["synchronous", "foreign_keys"] {
            found.push(tx.query_opt(&format!("PRAGMA {name}"), &[]).await?.unwrap().integer(name)?);
        }
        let journal = tx.query_opt("PRAGMA journal_mode", &[]).await?.unwrap().text("journal_mode")?.to_owned();
        Ok::<_, Error>((found, journal))
    });
    // 2 is FULL.
    assert_eq!(settings.await.unwrap(), (vec![2, 1], "wal".to_owned()));
}

#[tokio::test]
async fn a_store_that_is_up_to_date_is_opened_while_another_process_writes() {
    let place = Place::sqlite();
    drop(place.store().await);
    let other = rusqlite::Connection::open(place.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; DELETE FROM sinks").unwrap();
    assert_eq!(names(&place.store().await).await, [""; 0]);
}

#[tokio::test]
async fn a_login_that_may_not_make_tables_works_on_a_store_that_is_up_to_date() {
    let Some(place) = Place::postgres() else { return };
    let crate::server::Server { folder: Some(folder), port, .. } = crate::server::server().unwrap() else {
        return eprintln!("skipped: the server of DATABASE_URL has logins of its own");
    };
    let (store, schema) = (place.store().await, place.schema());
    let login = format!("login_of_{schema}");
    let granted = store.transaction(async |tx| {
        tx.execute(&format!("CREATE ROLE {login} LOGIN"), &[]).await?;
        tx.execute(&format!("GRANT USAGE ON SCHEMA {schema} TO {login}"), &[]).await?;
        tx.execute(&format!("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {schema} TO {login}"), &[]).await
    });
    granted.await.unwrap();
    let address = crate::server::address(folder, *port).replacen("postgres@", &format!("{login}@"), 1);
    let limited = Store::open(&crate::place::with(&address, &format!("schema={schema}"))).await.unwrap();
    limited.transaction(async |tx| add(&tx, "a").await).await.unwrap();
    // And one that needs tables is not made, with a reason.
    let error = Store::open(&crate::place::with(&address, "schema=elsewhere")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.message().contains("permission denied"), "{error}");
    place.clean().await;
}
