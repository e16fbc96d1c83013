//! The bodies that the vendor posts to a webhook: whether they are the vendor's, and what they say.
//!
//! A [`Verifier`] holds the webhook's secrets and turns a request into a [`VerifiedEvent`]: the bytes as they came, a key
//! for de-duplication, and an [`Event`] on request. Neither needs a client or a runtime. With the feature `axum`,
//! `Verified` is the same as an extractor.
//!
//! ```
//! use mycarrierpackets::http::HeaderMap;
//! use mycarrierpackets::webhook::{EventDetail, Verifier, WebhookError};
//!
//! fn receive(verifier: &Verifier, headers: &HeaderMap, body: Vec<u8>) -> Result<(), WebhookError> {
//!     let event = verifier.verify(headers, body)?; // answer error.status() if it fails
//!     keep_once(event.key(), event.body()); // commit before you answer 2xx
//!     if let EventDetail::PacketCompleted(_) = event.event()?.detail {
//!         // Read the carrier again: its data is not in the event.
//!     }
//!     Ok(())
//! }
//! # fn keep_once(_: &str, _: &[u8]) {}
//! # assert_eq!(receive(&Verifier::new("example-secret")?, &HeaderMap::new(), vec![]), Err(WebhookError::NoSignature));
//! # Ok::<(), WebhookError>(())
//! ```
//!
//! # What is guaranteed
//!
//! - There is no [`VerifiedEvent`] without a signature under one of the secrets over exactly its bytes. Signatures are
//!   compared in constant time, and a secret that is empty or blank makes no verifier.
//! - What counts is signed: the type is the body's, and a header that says otherwise is only reported.
//! - No signed JSON object is refused. Types, words and fields that this version does not know are kept, and a field that
//!   cannot be read costs itself alone. Nothing that is missing or unknown equals a good word.
//! - No secret, signature or body is in an error or in what `Debug` prints of a verifier or a verified event. An [`Event`]
//!   prints what it says, names and phone numbers included.
//!
//! # What a webhook cannot give
//!
//! - **A time of delivery, or an id.** Neither is signed, so that whoever recorded a delivery can send it again at any time.
//!   Refuse what you already have by its [key](VerifiedEvent::key), and keep keys for as long as an old event could do
//!   harm.
//! - **Order, or once.** A delivery that is not answered with 2xx in time comes up to five times, and can be resent by
//!   hand. Take an event as a reason to read the carrier again, and not as its newest state.
//! - **Completeness.** After a long outage deliveries are lost. Keep polling `completed` packets and `changes`, if less often.
//! - **Secrecy of the secret.** Whoever has it can sign anything. Change it in the portal, and give
//!   [`from_secrets`](Verifier::from_secrets) both until nothing comes with the old one.

mod error;
mod event;
#[cfg(feature = "axum")]
mod extract;
mod push;
mod secrets;
mod verified;
mod verifier;

pub use error::WebhookError;
pub use event::{Event, EventDetail};
#[cfg(feature = "axum")]
pub use extract::{Pushed, Verified};
pub use push::{PushVerifier, PushedPacket};
pub use verified::VerifiedEvent;
pub use verifier::Verifier;
