//! What SQLite's errors mean for a store.

use crate::store::error::{Error, ErrorKind};
use rusqlite::ErrorCode;

/// An error of `error`'s kind whose message begins with `what`.
pub fn fault(what: &str, error: rusqlite::Error) -> Error {
    let (kind, why) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (ErrorKind::Locked, "the database is locked"),
        Some(ErrorCode::DiskFull) => (ErrorKind::Full, "the disk or the database is full"),
        Some(ErrorCode::DatabaseCorrupt) => (ErrorKind::Corrupt, "the file is damaged"),
        Some(ErrorCode::NotADatabase) => (ErrorKind::Foreign, "the file is not an SQLite database"),
        Some(ErrorCode::ReadOnly) => (ErrorKind::ReadOnly, "the database cannot be written to"),
        Some(ErrorCode::SystemIoFailure) => (ErrorKind::Disk, "the disk failed"),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            (ErrorKind::Unreachable, "the file cannot be opened or made")
        }
        Some(ErrorCode::ConstraintViolation) => (ErrorKind::Constraint, "a constraint does not allow it"),
        _ => (ErrorKind::Statement, "SQLite does not accept it"),
    };
    Error::caused(kind, format!("{what}: {why}"), error)
}

/// What a failed COMMIT means. Its frames may be in the log although the disk reported an error, for instance when it
/// had to flush them: then the next process to open the file may find them.
pub fn uncommitted(error: rusqlite::Error) -> Error {
    match fault("COMMIT failed", error) {
        error if error.kind() == ErrorKind::Disk => {
            Error::caused(ErrorKind::Unknown, "the disk failed during COMMIT", error)
        }
        error => error,
    }
}
