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
//! The data path: `wire` (HTTP, tokens, misbehaviour) → `vendor` (one function per operation; `vendor/model` writes the
//! JSON) → `customers` (what each has changed) → `world` (what is so for all).
//! Carriers are not stored: `world` computes them from (seed, index, time).
#![forbid(unsafe_code)]

/// The README, whose example is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod account;
mod builder;
mod calls;
mod carriers_file;
mod console;
mod control;
mod customers;
mod engine;
mod launch;
mod namespace;
mod options;
mod played;
mod portal;
mod sandbox;
mod server;
mod snapshot;
mod state_file;
mod vendor;
mod watch;
mod webhooks;
mod wire;
mod world;

pub use account::Customer;
pub use builder::Builder;
pub use calls::{Calls, NotInTime};
pub use customers::message::{Channel, Message, MessageKind};
pub use namespace::Namespace;
pub use options::Options;
pub use played::Played;
pub use sandbox::Sandbox;
pub use snapshot::Snapshot;
pub use webhooks::{Attempt, Delivery, DeliveryState, Webhook, WebhookEvent};
pub use wire::fault::Fault;
pub use wire::profile::Profile;
pub use wire::record::{RecordedAnswer, RecordedRequest};
pub use wire::tls::Tls;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, whether or not another thread panicked: every critical section leaves its data whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
