//! Keeps a copy of your own of what the MyCarrierPackets API knows of your carriers.
//!
//! [`store`] holds it: in one file (SQLite), or for many customers and workers in PostgreSQL 15 or newer (feature
//! `postgres`).
#![forbid(unsafe_code)]

/// The README, whose examples are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod acts;
mod canon;
mod carrier;
mod deliver;
mod diff;
pub mod engine;
mod error;
mod event;
pub mod export;
mod hash;
pub mod history;
pub mod ownership;
mod private;
pub mod reconcile;
pub mod retention;
pub mod sink;
pub mod store;

pub use carrier::carrier_key;
pub use deliver::Delivered;
pub use diff::FieldChange;
pub use engine::{Engine, Settings, Tick};
pub use error::Error;
pub use event::{Event, EventKind};
