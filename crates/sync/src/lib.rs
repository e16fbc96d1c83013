//! Keeps a copy of your own of what the MyCarrierPackets API knows of your carriers.
//!
//! [`Engine`] reads what is due and hands on what happened; the feature `webhook` adds an inbox for what the vendor posts, and
//! `documents` keeps the documents of carriers.
//!
//! [`store`] holds it: in one file (SQLite), or for many customers and workers in PostgreSQL 15 or newer (feature
//! `postgres`).
#![forbid(unsafe_code)]

/// The README, whose examples are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod acts;
#[cfg(feature = "documents")]
mod blobs;
mod canon;
mod carrier;
#[doc(hidden)]
pub mod crash;
mod deliver;
mod diff;
#[cfg(feature = "documents")]
mod documents;
pub mod engine;
mod error;
mod event;
pub mod export;
mod hash;
pub mod history;
#[cfg(feature = "webhook")]
pub mod inbox;
pub mod ownership;
#[doc(hidden)]
pub mod planted;
mod private;
pub mod reconcile;
pub mod retention;
mod schedule;
pub mod sink;
pub mod status;
pub mod store;
pub mod vault;

pub use carrier::carrier_key;
pub use deliver::Delivered;
pub use diff::FieldChange;
#[cfg(feature = "documents")]
pub use documents::Documents;
pub use engine::{Engine, Progress, Settings, Tick};
pub use error::Error;
pub use event::{Event, EventKind};
pub use schedule::Schedule;
