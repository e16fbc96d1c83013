//! Files of SQLite that cannot be used, or no longer.

use crate::place::Place;
use crate::transactions::{add, names};
use mycarrierpackets_sync::store::{Error, ErrorKind, Store, Tx, Value};
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;

async fn refused(place: &Place) -> Error {
    Store::open(&place.address).await.unwrap_err()
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_as_it_is() {
    let place = Place::sqlite();
    let text = "carrier;dot\n".repeat(1000);
    fs::write(place.file(), &text).unwrap();
    let error = refused(&place).await;
    assert_eq!(error.kind(), ErrorKind::Foreign, "{error}");
    assert!(error.to_string().contains("store.db"), "{error}");
    assert_eq!(fs::read_to_string(place.file()).unwrap(), text);
}

#[tokio::test]
async fn the_database_of_another_program_is_left_as_it_is() {
    let place = Place::sqlite();
    for setup in ["CREATE TABLE loads (id INTEGER)", "PRAGMA application_id = 77"] {
        let other = rusqlite::Connection::open(place.file()).unwrap();
        other.execute_batch(setup).unwrap();
        drop(other);
        let bytes = fs::read(place.file()).unwrap();
        let error = refused(&place).await;
        assert_eq!(error.kind(), ErrorKind::Foreign, "{error}");
        assert_eq!(fs::read(place.file()).unwrap(), bytes);
        fs::remove_file(place.file()).unwrap();
    }
}

#[tokio::test]
async fn an_empty_file_becomes_a_store_and_a_new_one_is_for_its_owner_alone() {
    let place = Place::sqlite();
    fs::write(place.file(), "").unwrap();
    place.store().await;
    let place = Place::sqlite();
    let _store = place.store().await;
    for file in fs::read_dir(place.file().parent().unwrap()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
}

#[tokio::test]
async fn a_folder_that_does_not_exist_is_named() {
    let error = Store::open("sqlite:/nowhere/at/all.db").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.to_string().contains("/nowhere/at/all.db"), "{error}");
}

#[tokio::test]
async fn a_damaged_page_is_an_error() {
    let place = Place::sqlite();
    let store = place.store().await;
    fill(&store, 300).await.unwrap();
    drop(store);
    // The thread of the store closes the file after the last handle is dropped.
    let closed = || !place.file().with_extension("db-wal").exists();
    for _ in 0..500 {
        if closed() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(closed());
    let length = fs::metadata(place.file()).unwrap().len();
    let mut file = fs::OpenOptions::new().write(true).open(place.file()).unwrap();
    // Past the schema, which is read when the file is opened.
    file.seek(SeekFrom::Start(length / 2)).unwrap();
    file.write_all(&vec![0xa5; usize::try_from(length / 2).unwrap()]).unwrap();
    drop(file);
    let store = place.store().await;
    let error = store.read(async |tx| tx.query("SELECT * FROM sinks", &[]).await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    assert!(error.to_string().contains("restore the store from a backup"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

async fn fill(store: &Store, rows: i64) -> Result<(), Error> {
    let filled = store.transaction(async |tx: Tx| {
        for number in 0..rows {
            let sql = "INSERT INTO sinks (name, kind, settings, created_at) VALUES ($1, $2, '{}', 0)";
            tx.execute(sql, &[format!("sink-{number}").into(), "x".repeat(1000).into()]).await?;
        }
        Ok(())
    });
    filled.await
}

#[tokio::test]
async fn a_full_disk_rolls_back_and_work_goes_on_when_there_is_space() {
    let place = Place::sqlite();
    let store = place.store().await;
    store.transaction(async |tx| add(&tx, "a").await).await.unwrap();
    let limit = async |pages: &str| {
        let sql = format!("PRAGMA max_page_count = {pages}");
        let limit = store.transaction(async |tx| tx.query(&sql, &[]).await);
        limit.await.unwrap();
    };
    // As low as it goes: what there is already.
    limit("1").await;
    let error = fill(&store, 300).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Full, "{error}");
    assert_eq!(names(&store).await, ["a"]);
    limit("100000").await;
    fill(&store, 300).await.unwrap();
    assert_eq!(names(&store).await.len(), 301);
}

/// SQLite rolls back by itself when the disk is full: what comes after must not be committed alone.
#[tokio::test]
async fn nothing_is_written_after_sqlite_rolled_back() {
    let place = Place::sqlite();
    let store = place.store().await;
    let result = store.transaction(async |tx| {
        // As a full disk does it, without an error that the transaction would notice.
        tx.query("ROLLBACK", &[]).await?;
        add(&tx, "a").await
    });
    let error = result.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Over, "{error}");
    let result = store.transaction(async |tx| tx.query("ROLLBACK", &[]).await);
    assert_eq!(result.await.unwrap_err().kind(), ErrorKind::Over);
    assert_eq!(names(&store).await, [""; 0]);
}

#[tokio::test]
async fn a_database_that_another_program_locks_is_an_error_after_a_wait() {
    let place = Place::sqlite();
    let store = place.store().await;
    let other = rusqlite::Connection::open(place.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.transaction(async |tx| add(&tx, "a").await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
    other.execute_batch("ROLLBACK").unwrap();
    store.transaction(async |tx| add(&tx, "a").await).await.unwrap();
}

#[tokio::test]
async fn two_stores_of_one_file_wait_for_each_other() {
    let place = Place::sqlite();
    let stores = [place.store().await, place.store().await];
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let store = stores[number % 2].clone();
            tokio::spawn(async move { store.transaction(async |tx| add(&tx, &format!("{number}")).await).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(names(&stores[0]).await.len(), 40);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_to_is_refused() {
    const PATHS: &str = "READ_ONLY_STORES";
    if let Ok(paths) = std::env::var(PATHS) {
        for path in paths.split(':') {
            let error = Store::open(&format!("sqlite:{path}")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
        }
        return;
    }
    let (place, empty) = (Place::sqlite(), Place::sqlite());
    drop(place.store().await);
    fs::write(empty.file(), "").unwrap();
    for file in [place.file(), empty.file()] {
        fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
        // The files beside it can be made: it would be opened, and fail at the first write.
        fs::set_permissions(file.parent().unwrap(), fs::Permissions::from_mode(0o777)).unwrap();
    }
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "refused_files::a_file_that_cannot_be_written_to_is_refused"]);
    again.env(PATHS, format!("{}:{}", place.file().display(), empty.file().display()));
    // Root may write anywhere: then as nobody.
    if fs::OpenOptions::new().append(true).open(place.file()).is_ok() {
        again.uid(65534).gid(65534);
    }
    let output = again.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

/// A statement that returns columns of a type that no store has.
#[tokio::test]
async fn a_fraction_is_an_error() {
    let store = Store::open("sqlite::memory:").await.unwrap();
    let error = store.read(async |tx| tx.query("SELECT 1.5 AS half", &[]).await).await.unwrap_err();
    assert_eq!((error.kind(), error.message().contains("half")), (ErrorKind::Value, true));
    assert_eq!(Value::from(1), Value::Integer(1));
}
