//! The older push model: `POST https://…/{DOTNumber}/{DocketNumber}` when a packet completes, unsigned.

use super::WebhookError;
use super::secrets::Shared;
use crate::types::{CarrierId, DocketNumber, DotNumber};
use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use std::fmt;
use std::sync::Arc;

/// Checks the shared secret of a call of the older push model, in which the vendor calls an address of the customer's
/// with the carrier's numbers at its end.
///
/// Such a call is not signed. What protects it is a secret that only the vendor knows: in the path, since the vendor
/// keeps the address as it was given, or in a header that a gateway of yours adds. Anybody who learns it can name any
/// carrier: take the call as a hint to read that carrier again, and believe nothing else of it.
///
/// ```
/// use mycarrierpackets::webhook::PushVerifier;
///
/// let verifier = PushVerifier::new("example-secret")?;
/// let packet = verifier.verify("example-secret", "23868", "MC113843")?;
/// assert_eq!((packet.dot_number.get(), packet.docket_number.is_some()), (23868, true));
/// assert_eq!(packet.carrier_id().to_string(), "DOT 23868 MC113843");
/// assert!(verifier.verify("another", "23868", "MC113843").is_err());
/// # Ok::<(), mycarrierpackets::webhook::WebhookError>(())
/// ```
#[derive(Clone)]
pub struct PushVerifier(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    secrets: Shared,
    header: Option<HeaderName>,
}

/// What a call of the older push model names: the carrier whose packet is complete.
///
/// ```
/// use mycarrierpackets::webhook::PushVerifier;
///
/// let packet = PushVerifier::new("example-secret")?.verify("example-secret", "23868", "")?;
/// assert_eq!((packet.carrier_id().to_string(), packet.hint.len()), ("DOT 23868".to_owned(), 0));
/// # Ok::<(), mycarrierpackets::webhook::WebhookError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PushedPacket {
    /// Its DOT number.
    pub dot_number: DotNumber,
    /// Its docket number; none for a carrier that has none.
    pub docket_number: Option<DocketNumber>,
    /// The body, if there was one of at most 64 KiB. Nobody documents what is in it, and it is not signed.
    pub hint: Bytes,
}

impl PushedPacket {
    /// The carrier by its numbers.
    pub fn carrier_id(&self) -> CarrierId {
        match self.docket_number.clone() {
            Some(docket) => CarrierId::from((self.dot_number, docket)),
            None => CarrierId::from(self.dot_number),
        }
    }
}

impl PushVerifier {
    /// The largest body that is kept as a hint: 64 KiB.
    pub const MAX_HINT: usize = 64 * 1024;

    /// A verifier with one secret, which is looked for in the path: register `https://host/mcp/SECRET` with the vendor,
    /// and route `/mcp/{secret}/{dot_number}/{docket_number}`.
    ///
    /// # Errors
    /// A secret that is empty or blank.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        Self::from_secrets([secret])
    }

    /// A verifier with several secrets, each of which is enough.
    ///
    /// ```
    /// use mycarrierpackets::webhook::PushVerifier;
    ///
    /// let verifier = PushVerifier::from_secrets(["new-secret", "old-secret"])?;
    /// assert!(verifier.verify("old-secret", "23868", "MC113843").is_ok());
    /// # Ok::<(), mycarrierpackets::webhook::WebhookError>(())
    /// ```
    ///
    /// # Errors
    /// No secret, or one that is empty or blank.
    pub fn from_secrets(secrets: impl IntoIterator<Item: AsRef<[u8]>>) -> Result<Self, WebhookError> {
        Ok(Self(Arc::new(Inner { secrets: Shared::new(secrets)?, header: None })))
    }

    /// Looks for the secret in the header `name`, and not in the path.
    ///
    /// ```
    /// use mycarrierpackets::http::{HeaderMap, HeaderName};
    /// use mycarrierpackets::webhook::PushVerifier;
    ///
    /// let verifier = PushVerifier::new("example-secret")?.in_header(HeaderName::from_static("x-mcp-secret"));
    /// let mut headers = HeaderMap::new();
    /// assert_eq!(verifier.shown(&headers, Some("example-secret")), None);
    /// headers.insert("x-mcp-secret", "example-secret".parse()?);
    /// assert_eq!(verifier.shown(&headers, None), Some(&b"example-secret"[..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn in_header(self, name: HeaderName) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.header = Some(name);
        Self(Arc::new(inner))
    }

    /// The secret that a request shows: in the header of [`in_header`](Self::in_header), or else in the path.
    ///
    /// None if the header is there more than once.
    pub fn shown<'r>(&self, headers: &'r HeaderMap, in_path: Option<&'r str>) -> Option<&'r [u8]> {
        let Some(name) = &self.0.header else { return in_path.map(str::as_bytes) };
        let mut all = headers.get_all(name).iter();
        all.next().filter(|_| all.next().is_none()).map(|value| value.as_bytes())
    }

    /// Checks the secret, in constant time, and then reads the numbers. An empty docket number is none.
    ///
    /// # Errors
    /// Another secret, no DOT number, or a docket number that cannot be read.
    pub fn verify(&self, shown: impl AsRef<[u8]>, dot: &str, docket: &str) -> Result<PushedPacket, WebhookError> {
        if !self.0.secrets.knows(shown.as_ref()) {
            return Err(WebhookError::WrongSecret);
        }
        let dot_number = dot.parse().map_err(|_| WebhookError::NoCarrier)?;
        let docket = Some(docket.trim()).filter(|docket| !docket.is_empty());
        let docket_number = docket.map(DocketNumber::from_field).transpose().map_err(|_| WebhookError::NoCarrier)?;
        Ok(PushedPacket { dot_number, docket_number, hint: Bytes::new() })
    }
}

impl fmt::Debug for PushVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushVerifier").field("header", &self.0.header).finish_non_exhaustive()
    }
}
