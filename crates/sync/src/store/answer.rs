//! What either engine is asked for, and what it answers.

use super::value::Row;

/// What a statement answered.
pub(super) struct Answer {
    pub rows: Vec<Row>,
    /// Rows that were inserted, updated or deleted.
    pub changed: u64,
}

/// What a transaction is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Writes, one transaction at a time for each row (PostgreSQL) or store (SQLite).
    Write,
    /// Reads of one moment, beside any writer.
    Read,
}
