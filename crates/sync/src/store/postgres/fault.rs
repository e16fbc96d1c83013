//! What PostgreSQL's errors mean for a store.

use crate::store::error::{Error, ErrorKind};
use tokio_postgres::error::{DbError, Severity};

/// An error of `error`'s kind whose message begins with `what`.
pub fn fault(what: &str, error: &tokio_postgres::Error) -> Error {
    let Some(refused) = error.as_db_error() else {
        let mut why = chain(error);
        if why.contains("TLS") {
            why.push_str(
                " (in the address, sslrootcert=FILE names an authority to trust, sslmode=disable does without)",
            );
        }
        return Error::new(ErrorKind::Unreachable, format!("{what}: {why}"));
    };
    // Its detail has the row.
    Error::new(kind(refused), format!("{what}: {} ({})", refused.message(), refused.code().code()))
}

fn chain(error: &dyn std::error::Error) -> String {
    let source = error.source().map(|source| format!(": {}", chain(source)));
    format!("{error}{}", source.unwrap_or_default())
}

/// An error that ends the connection, not a statement alone.
fn ends(refused: &DbError) -> bool {
    !matches!(refused.parsed_severity(), Some(Severity::Error))
}

fn kind(refused: &DbError) -> ErrorKind {
    match refused.code().code() {
        "40001" | "40P01" => ErrorKind::Conflict,
        "55P03" => ErrorKind::Locked,
        "53100" => ErrorKind::Full,
        // A standby, or a database that is set to it.
        "25006" => ErrorKind::ReadOnly,
        "XX001" | "XX002" => ErrorKind::Corrupt,
        "58030" => ErrorKind::Disk,
        // Permissions are those of the login.
        "42501" => ErrorKind::Unreachable,
        code if code.starts_with("23") => ErrorKind::Constraint,
        _ if ends(refused) => ErrorKind::Unreachable,
        // Too little memory, too many connections, a statement that was stopped.
        code if code.starts_with("53") || code.starts_with("57") => ErrorKind::Unreachable,
        _ => ErrorKind::Statement,
    }
}

/// The connection was known to be lost before COMMIT was sent.
pub fn lost() -> Error {
    Error::new(ErrorKind::Unreachable, "the connection to PostgreSQL was lost before COMMIT, and nothing was committed")
}

/// What a failed COMMIT means. An error that the server reports for it, and lives on, is a rollback. Anything else may
/// have come after the commit: a backend that is stopped while it waits for a replica has committed already.
pub fn uncommitted(error: &tokio_postgres::Error) -> Error {
    match error.as_db_error() {
        Some(refused) if !ends(refused) => fault("COMMIT failed", error),
        _ => {
            let error = fault("COMMIT", error);
            Error::new(ErrorKind::Unknown, format!("the connection was lost during COMMIT, {}", error.message()))
        }
    }
}
