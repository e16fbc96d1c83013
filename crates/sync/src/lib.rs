//! Keeps a copy of your own of what the MyCarrierPackets API knows of your carriers.
//!
//! [`store`] holds it: in one file (SQLite), or for many customers and workers in PostgreSQL 15 or newer (feature
//! `postgres`).
#![forbid(unsafe_code)]

/// The README, whose examples are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod canon;
mod diff;
mod event;
mod private;
pub mod store;

pub use diff::FieldChange;
pub use event::{Event, EventKind, NewEvent, event_id};
