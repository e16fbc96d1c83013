//! Where everything is kept: SQLite, or PostgreSQL 15 or newer, behind one SQL text.
//!
//! [`Store::transaction`] hands out a [`Tx`]; the modules here are what is done within one, by subject. What is written
//! for a customer needs a [`leases::Held`]: proof that this worker has the customer. All times are microseconds since
//! 1970 in UTC.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), mycarrierpackets_sync::store::Error> {
//! use mycarrierpackets_sync::store::{Error, Store, customers, events, feeds, leases};
//! use std::time::Duration;
//!
//! let store = Store::open("sqlite::memory:").await?;
//! store.transaction(async |tx| {
//!     customers::add(&tx, "acme", "Acme Freight", "{}").await?;
//!     feeds::add(&tx, "acme", "changes", tx.now().await?).await
//! }).await?;
//!
//! let claimed = store.transaction(async |tx| leases::claim(&tx, "worker-1", Duration::from_secs(45)).await);
//! let claim = claimed.await?.expect("a feed is due");
//! // ... read from the vendor ...
//! let recorded = store.transaction(async |tx| {
//!     let held = leases::check(&tx, &claim).await?;
//!     let now = tx.now().await?;
//!     feeds::advance(&held, "changes", "{}", now).await?;
//!     events::append(&held, &[events::Event {
//!         id: "4f2a".into(),
//!         kind: "carrier.changed".into(),
//!         carrier: Some("DOT9000001".into()),
//!         happened_at: None,
//!         observed_at: now,
//!         data: "{}".into(),
//!     }]).await
//! });
//! assert_eq!(recorded.await?, [Some(1)]);
//! # Ok(()) }
//! ```
//!
//! # One SQL for both
//!
//! Parameters are `$1`, `$2`. The types are `TEXT`, `BIGINT` and `BYTEA`; a store keeps them strictly, and compares
//! texts byte by byte. A sum is a number of another type in PostgreSQL: write `CAST(SUM(x) AS BIGINT)`. What is read in
//! order to be written again is locked with [`Tx::for_update`].

pub mod acts;
pub mod aliases;
pub mod chains;
pub mod coverage;
pub mod customers;
pub mod deliveries;
pub mod documents;
pub mod events;
pub mod feeds;
pub mod identities;
pub mod inbox;
pub mod leases;
pub mod ownership;
pub mod prunings;
pub mod rejects;
pub mod roster;
pub mod routes;
pub mod sections;
pub mod set_back;
pub mod terms;
pub mod wanted;

mod address;
mod answer;
mod clock;
mod error;
mod handle;
mod list;
mod migrate;
#[cfg(feature = "postgres")]
mod postgres;
mod session;
mod sqlite;
mod text;
mod tx;
mod value;

pub use clock::Clock;
pub use error::{Error, ErrorKind};
pub use handle::Store;
pub use tx::Tx;
pub use value::{Row, Value};
