//! Where everything is kept: SQLite, or PostgreSQL 15 or newer, behind one SQL text.
//!
//! [`Store::transaction`] hands out a [`Tx`]; the modules here are what is done within one, by subject. All times are
//! microseconds since 1970 in UTC.
//!
//! # One SQL for both
//!
//! Parameters are `$1`, `$2`. The types are `TEXT`, `BIGINT` and `BYTEA`; a store keeps them strictly, and compares
//! texts byte by byte. A sum is a number of another type in PostgreSQL: write `CAST(SUM(x) AS BIGINT)`. What is read in
//! order to be written again is locked with [`Tx::for_update`].

mod address;
mod clock;
mod error;
mod handle;
mod migrate;
#[cfg(feature = "postgres")]
mod postgres;
mod session;
mod sqlite;
mod tx;
mod value;

pub use clock::Clock;
pub use error::{Error, ErrorKind};
pub use handle::Store;
pub use tx::Tx;
pub use value::{Row, Value};
