#![doc = include_str!("../README.md")]
//!
//! # Where things are
//!
//! A call goes `resources` → `raw` (generated from `spec/openapi.yaml`) → `exec` (limits → token → send → retry →
//! normalize) → `reqwest`, and comes back through the generated decoding as a typed value or an [`Error`].
//!
//! - [`Client`] and [`ClientBuilder`]: handles, hosts, credentials, limits, retries.
//! - [`resources`]: one handle a tag of the document.
//! - [`Pager`]: lists as streams.
//! - [`types`]: ids, times, money, vocabularies; [`models`]: what the API answers, and the questions to ask of it.
//! - [`files`]: the one writer of files, whole or not at all.
//! - [`Operation`]: every operation, with what may be repeated and how it is paged.
//! - [`raw`] and [`Client::request`]: the ways around the handles.

mod client;
mod error;
mod exec;
pub mod files;
pub mod models;
mod operation;
mod page;
pub mod raw;
pub mod resources;
mod settings;
mod task;
pub mod types;
#[cfg(feature = "webhook")]
pub mod webhook;

pub use client::{Client, ClientBuilder, RawAnswer, RequestBuilder};
pub use error::{Error, ErrorKind, PlannedRequest, Result};
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use exec::fuzzing;
/// The crate of the times in this one's signatures, version 0.2.
pub use jiff;
pub use operation::{Answer, Idempotency, Operation, OperationInfo, Pagination, PaginationStyle, Server};
pub use page::{Listing, Page, Pager, Pages, Report};
pub use resources::Window;
pub use settings::{Environment, KeptToken, Limits, PortalTokenRequest, RetryPolicy, Timeouts, TokenStore};
