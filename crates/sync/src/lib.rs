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
mod carrier;
#[doc(hidden)]
pub mod crash;
mod deliver;
mod diff;
pub mod engine;
mod error;
mod event;
mod hash;
pub mod history;
#[doc(hidden)]
pub mod planted;
mod private;
mod schedule;
pub mod sink;
pub mod status;
pub mod store;
pub mod vault;

pub use carrier::carrier_key;
pub use deliver::Delivered;
pub use diff::FieldChange;
pub use engine::{Engine, Settings, Tick};
pub use error::Error;
pub use event::{Event, EventKind};
pub use schedule::Schedule;
