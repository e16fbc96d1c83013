#![doc = include_str!("../README.md")]
//!
//! # Where things are
//!
//! A call goes `resources` → `raw` (generated from `spec/openapi.yaml`) → `exec` (limits → token → send → retry →
//! normalize) → `reqwest`, and comes back through the generated decoding as a typed value or an [`Error`].
//!
//! - [`Client`] and [`ClientBuilder`]: handles, hosts, credentials, limits, retries.
//! - [`resources`]: one handle per tag of the document.
//! - [`Pager`]: lists as streams.
//! - [`types`]: ids, times, money, vocabularies; [`models`]: what the API answers, and the questions to ask of it.
//! - [`files`]: the one writer of files, whole or not at all.
//! - [`Operation`]: every operation, with what may be repeated and how it is paged.
//! - `webhook`, a feature: what the vendor posts to you, verified and typed.
//! - [`raw`] and [`Client::request`]: escape hatches beside the handles.

mod client;
mod error;
mod exec;
#[cfg(feature = "feed")]
pub mod feed;
pub mod files;
pub mod models;
mod operation;
mod page;
pub mod raw;
mod record;
pub mod resources;
mod settings;
mod task;
pub mod types;
#[cfg(feature = "webhook")]
pub mod webhook;
mod window;

pub use client::{Client, ClientBuilder, RawAnswer, RequestBuilder};
#[cfg(feature = "test-util")]
pub use error::ErrorBuilder;
pub use error::{Error, ErrorKind, PlannedRequest, Result};
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use exec::fuzzing;
#[cfg(feature = "test-util")]
pub use exec::test_util;
pub use operation::{Answer, Idempotency, Operation, OperationInfo, Pagination, PaginationStyle, Server};
pub use page::{Listing, Page, Pager, Pages, Report, Row};
pub use settings::{Environment, KeptToken, Limits, PortalTokenRequest, RetryPolicy, Timeouts, TokenStore};
pub use window::Window;
/// The crates whose types are in this one's signatures: bytes 1, http 1, jiff 1, reqwest 0.13, url 2.
pub use {bytes, http, jiff, reqwest, url};
