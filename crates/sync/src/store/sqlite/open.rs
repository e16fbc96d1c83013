//! Opening a file: nothing is written to one that is not a store.

use super::fault::fault;
use super::presence::Presence;
use super::{Connections, Thread};
use crate::planted;
use crate::store::error::{Error, ErrorKind};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::OpenOptions;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The oldest version without the fault that damages a database when its write-ahead log starts again from the front
/// while another process reads.
const OLDEST: i32 = 3_051_003;
/// How long a statement waits for another process.
const BUSY: Duration = Duration::from_secs(10);
/// "MCPS": written into the header of the file by the first migration.
pub const APPLICATION: i64 = 0x4d43_5053;

/// Closing a file that the process has opened a second time gives up the locks that SQLite holds on it. A file is hence
/// made and closed before anybody opens it.
static MAKING: Mutex<()> = Mutex::new(());

/// The connections to a file, or to memory.
pub async fn open(path: Option<&Path>) -> Result<Connections, Error> {
    let path = path.map(Path::to_owned);
    let synchronous = planted::synchronous();
    let opened = tokio::task::spawn_blocking(move || {
        version(rusqlite::version_number())?;
        let Some(path) = path else {
            let memory = Connection::open_in_memory().map_err(|error| fault("no database in memory", error))?;
            let writer = Thread::start(prepared(memory, "the store", synchronous)?)?;
            return Ok(Connections { reader: writer.clone(), writer, presence: None });
        };
        let name = path.display().to_string();
        let writer = prepared(connect(&path, &name)?, &name, synchronous)?;
        let reader = connect(&path, &name)?;
        let presence = Presence::enter(&path).map(Arc::new);
        Ok(Connections { writer: Thread::start(writer)?, reader: Thread::start(reader)?, presence })
    });
    opened.await.unwrap_or_else(|error| Err(Error::caused(ErrorKind::Unreachable, "the store was not opened", error)))
}

fn version(found: i32) -> Result<(), Error> {
    if found >= OLDEST {
        return Ok(());
    }
    let shown = |version: i32| format!("{}.{}.{}", version / 1_000_000, version / 1000 % 1000, version % 1000);
    Err(Error::new(ErrorKind::Engine, format!("this is SQLite {}, and {} is needed", shown(found), shown(OLDEST))))
}

fn connect(path: &Path, name: &str) -> Result<Connection, Error> {
    let making = MAKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut file = OpenOptions::new();
    file.write(true).create_new(true);
    // The rows are business secrets, and the files beside it get the mode of this one.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    // One that exists, or cannot be made, is left to SQLite, which says why it fails.
    drop(file.open(path));
    drop(making);
    // Without CREATE and URI: the path is a path as it stands.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| fault(name, error))?;
    connection.busy_timeout(BUSY).map_err(|error| fault(name, error))?;
    Ok(connection)
}

/// The connection, if the file is a store or empty, with all that makes it durable.
fn prepared(connection: Connection, name: &str, synchronous: Option<&str>) -> Result<Connection, Error> {
    let failed = |error| fault(name, error);
    if connection.is_readonly("main").map_err(failed)? {
        return Err(Error::new(ErrorKind::ReadOnly, format!("{name}: the file cannot be written to")));
    }
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(failed);
    let application = number("PRAGMA application_id")?;
    if application != APPLICATION && (application != 0 || number("SELECT COUNT(*) FROM sqlite_master")? != 0) {
        return Err(Error::new(ErrorKind::Foreign, format!("{name}: the database of another program")));
    }
    let text = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0));
    // SQLite does not wait when two processes turn the log on at once.
    let mut mode = text("PRAGMA journal_mode = WAL");
    let busy =
        |mode: &rusqlite::Result<_>| matches!(mode, Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
    for _ in 0..500 {
        if !busy(&mode) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
        mode = text("PRAGMA journal_mode = WAL");
    }
    let mode = mode.map_err(failed)?;
    if mode != "wal" && mode != "memory" {
        let what = format!("{name}: the file system does not allow a write-ahead log, the journal is {mode}");
        return Err(Error::new(ErrorKind::Disk, what));
    }
    let settings = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF";
    connection.execute_batch(settings).map_err(failed)?;
    if let Some(synchronous) = synchronous {
        connection.pragma_update(None, "synchronous", synchronous).map_err(failed)?;
    }
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_sqlite_is_named() {
        assert!(version(3_051_003).is_ok() && version(rusqlite::version_number()).is_ok());
        let error = version(3_051_002).unwrap_err();
        let expected = (ErrorKind::Engine, "this is SQLite 3.51.2, and 3.51.3 is needed");
        assert_eq!((error.kind(), error.message()), expected);
    }
}
