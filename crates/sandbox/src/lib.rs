//! A sandbox that behaves like the MyCarrierPackets API: seeded synthetic carriers, no account, no network.
//!
//! It answers all 23 operations of the API, its token endpoint, and the portal's token and packet: 26 in all, on two loopback
//! ports, with the habits of the
//! real server: `$id` and `$ref`, nulls anywhere, times without an offset, text for numbers, 411 for a POST without
//! a length, page sizes that are replaced, 429 for polling too often.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
//! use mycarrierpackets_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::builder().carriers(50).seed(7).start().await?;
//! println!("{} {} {}", sandbox.base_url(), sandbox.username(), sandbox.password());
//! // ... calls ...
//! assert_eq!(sandbox.count("PreviewCarrier"), 0);
//! # Ok(()) }
//! ```
//!
//! Any user name signs in with the password `demo` and is a customer of its own. Time is the machine's until it is
//! held or skipped ([`Sandbox::advance`], [`Sandbox::now`]); invited carriers complete their packets in it. [`Fault`] makes
//! it misbehave. What is made to happen by hand happens to one customer ([`Sandbox::customer`]).
//!
//! It runs in the tasks of the test's runtime, or with [`Sandbox::start_blocking`] on threads of its own.
//!
//! The data path: `server` (HTTP) → `router` → `ops` (one function per operation) → `model` (writes the JSON).
//! Carriers are not stored: `world` and `carrier` compute them from (seed, index). What becomes of them in time is in `vendor`,
//! what calls change in `state`, one for each user name in `customers`.
#![forbid(unsafe_code)]

/// The README, whose example is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod account;
mod answer;
mod auth;
mod blob;
mod broker;
mod builder;
mod calls;
mod carrier;
mod clock;
mod console;
mod control;
mod customers;
mod encode;
mod engine;
mod fault;
mod feed;
mod hash;
mod json;
mod line;
mod log;
mod model;
mod notify;
mod ops;
mod options;
mod own;
mod paging;
mod pdf;
mod png;
mod poll_limit;
mod profile;
mod request;
mod respond;
mod response_body;
mod router;
mod sandbox;
mod server;
mod snapshot;
mod state;
mod state_file;
mod triggers;
mod vendor;
mod webhook;
mod words;
mod world;
mod xml;

pub use account::Customer;
pub use builder::Builder;
pub use calls::Calls;
pub use fault::Fault;
pub use log::{RecordedAnswer, RecordedRequest};
pub use options::Options;
pub use profile::Profile;
pub use sandbox::Sandbox;
pub use snapshot::Snapshot;
pub use webhook::{Attempt, Delivery, DeliveryState, Webhook, WebhookEvent};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, whether or not another thread panicked: every critical section leaves its data whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
