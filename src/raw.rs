//! The generated client: one method per operation, arguments in the order of their wire names.
//!
//! The resource handles of [`Client`](crate::Client) are the same calls with named arguments. Calls made here pass
//! through the same funnel: token, retries, limits, normalisation. Turn an error into this crate's with
//! `mycarrierpackets::Error::from`; the generator's own text of it shows the body of an answer that did not decode.

#![allow(missing_docs, clippy::all, rustdoc::all, unused)]

include!(concat!(env!("OUT_DIR"), "/client.rs"));
