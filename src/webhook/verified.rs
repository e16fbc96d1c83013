//! A body that is the vendor's.

use super::event::Event;
use super::{WebhookError, secrets};
use bytes::Bytes;
use std::fmt;

/// A body whose signature was verified. Only a [`Verifier`](super::Verifier) makes one.
///
/// Keep [`body`](Self::body) under [`key`](Self::key) before you answer 2xx: the vendor does not send again what was
/// answered. What was kept once and comes again is a duplicate.
///
/// ```
/// use mycarrierpackets::webhook::Verifier;
/// use std::collections::HashSet;
///
/// let verifier = Verifier::new("example-secret")?;
/// let mut kept = HashSet::new();
/// for _ in 0..2 {
///     let event = verifier.verify_signature(verifier.sign("{}"), "{}")?;
///     println!("{}: {:?}", if kept.insert(event.key().to_owned()) { "new" } else { "again" }, event.body());
/// }
/// assert_eq!(kept.len(), 1);
/// # Ok::<(), mycarrierpackets::webhook::WebhookError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedEvent {
    body: Bytes,
    key: String,
    header: Option<String>,
}

impl VerifiedEvent {
    pub(super) fn new(body: Bytes) -> Self {
        Self { key: secrets::sha256(&body), body, header: None }
    }

    pub(super) fn with_header(mut self, header: Option<String>) -> Self {
        self.header = header;
        self
    }

    /// The body, byte by byte as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// What distinguishes this event from all others: the SHA-256 of the body, in lower-case hex.
    ///
    /// A repeated delivery has the same body and so the same key. Nothing else can serve: a delivery has no id, and what
    /// is not signed could be anybody's.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What the body says.
    ///
    /// A field that cannot be read costs itself and nothing else; a type that is not known is an event, too.
    ///
    /// ```
    /// use mycarrierpackets::webhook::{EventDetail, Verifier};
    ///
    /// let body = r#"{"eventType": "carrier.packet.completed",
    ///     "eventData": {"carrier": {"dotNumber": 9900417}, "agreement": {"signaturePerson": "Ada Quill"}}}"#;
    /// let verifier = Verifier::new("example-secret")?;
    /// let event = verifier.verify_signature(verifier.sign(body), body)?.event()?;
    /// if let EventDetail::PacketCompleted(agreement) = &event.detail {
    ///     assert_eq!(agreement.signature_person.as_deref(), Some("Ada Quill"));
    /// }
    /// assert_eq!(event.carrier_id(), "DOT 9900417".parse().ok());
    /// # Ok::<(), mycarrierpackets::webhook::WebhookError>(())
    /// ```
    ///
    /// # Errors
    /// [`NotUnderstood`](WebhookError::NotUnderstood): the body is not a JSON object. It is signed all the same: keep it
    /// and let a person look, since the vendor will not send it in another form.
    pub fn event(&self) -> Result<Event, WebhookError> {
        Event::read(&self.body, self.header.as_deref())
    }
}

impl fmt::Debug for VerifiedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedEvent").field("key", &self.key).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}
