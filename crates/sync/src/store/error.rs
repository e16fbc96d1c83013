//! The one error of a store: what happened, and what to do next.

use std::fmt;
use std::sync::Arc;

/// Why a store refused or failed. [`Error::kind`] says of which sort it is.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    what: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What a program can decide by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The address of the store cannot be read.
    Address,
    /// The store is of a newer schema than this program knows.
    NewerSchema,
    /// Not a store: no database, or that of another program.
    Foreign,
    /// SQLite or PostgreSQL is too old.
    Engine,
    /// The store cannot be opened or reached, or refused the login.
    Unreachable,
    /// The store cannot be written to.
    ReadOnly,
    /// No space left.
    Full,
    /// The store is damaged.
    Corrupt,
    /// The disk or the file system failed.
    Disk,
    /// Another process or transaction held on for too long.
    Locked,
    /// Another transaction was in the way (serialization failure or deadlock): the same work may succeed if repeated.
    Conflict,
    /// A constraint does not allow the row.
    Constraint,
    /// A statement is wrong.
    Statement,
    /// A value is not of the type that was asked for.
    Value,
    /// The transaction cannot be used any more, and nothing of it was committed.
    Over,
    /// COMMIT was sent and its answer never came: **what the transaction wrote may or may not be there**. Read the
    /// fence and the cursor again, and never assume either.
    Unknown,
    /// Another worker holds the customer: the fence moved.
    Lost,
    /// There is no such customer, feed or sink.
    Missing,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self(Arc::new(Inner { kind, what: what.into(), source: None }))
    }

    pub(super) fn caused(
        kind: ErrorKind,
        what: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self(Arc::new(Inner { kind, what: what.into(), source: Some(source.into()) }))
    }

    pub(super) fn no_customer(id: &str) -> Self {
        Self::new(ErrorKind::Missing, format!("there is no customer {id:?}"))
    }

    /// What sort of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened: the first sentence of `Display`, without its full stop.
    pub fn message(&self) -> &str {
        &self.0.what
    }

    /// What to do next: the second sentence of `Display`.
    pub fn advice(&self) -> &'static str {
        match self.0.kind {
            ErrorKind::Address => {
                "Write sqlite:PATH, sqlite::memory:, or postgres://USER:PASSWORD@HOST:PORT/DATABASE, with @ in a password as %40"
            }
            ErrorKind::NewerSchema => "Use the program that wrote it or a newer one; a schema is never taken back",
            ErrorKind::Foreign => "Give the path or schema of a store, or one that does not exist yet",
            ErrorKind::Engine => "Update it: older versions damage or lose data that a store relies on",
            ErrorKind::Unreachable => "Check the address, the login, and that the database runs",
            ErrorKind::ReadOnly => {
                "Check who owns the file and its folder, or that the address is the primary server and not a standby"
            }
            ErrorKind::Full => "Free or add space: nothing of this transaction was kept, and work goes on from there",
            ErrorKind::Corrupt => "Stop, keep a copy of the files, and restore the store from a backup",
            ErrorKind::Disk => "Check the disk and the log of the system before going on",
            ErrorKind::Locked => {
                "Find who holds the store open: a backup, another program, a transaction that does not end"
            }
            ErrorKind::Conflict => "Repeat the transaction",
            ErrorKind::Constraint | ErrorKind::Statement | ErrorKind::Value => {
                "This is a fault of this program: please report it"
            }
            ErrorKind::Over => "Begin a new transaction",
            ErrorKind::Unknown => "Read the fence and the cursor before anything else: it may have been committed",
            ErrorKind::Lost => "Leave the customer to its new holder: nothing of this transaction was kept",
            ErrorKind::Missing => "Add it first",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.message(), self.advice())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("what", &self.0.what)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
