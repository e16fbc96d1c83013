//! Whether a body is the vendor's.

use super::secrets::{self, Secrets};
use super::{VerifiedEvent, WebhookError};
use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use std::fmt;
use std::sync::Arc;

/// The header with the signature.
pub(super) const SIGNATURE: HeaderName = HeaderName::from_static("mcp-signature");
/// The header that repeats the type of the event, unsigned.
const EVENT: HeaderName = HeaderName::from_static("mcp-event");

/// Verifies that a body was signed with the webhook's secret, and turns it into a [`VerifiedEvent`].
///
/// It is cheap to clone, keeps no secret that can be read back, and needs neither a client nor a runtime. Give it the
/// body byte by byte as it came: JSON that was parsed and written again has another signature.
///
/// ```
/// use mycarrierpackets::http::HeaderMap;
/// use mycarrierpackets::webhook::Verifier;
///
/// // While a secret is changed, both are valid: the new one, and the one before it.
/// let verifier = Verifier::from_secrets(["new-secret", "old-secret"])?;
///
/// let body = r#"{"eventType":"carrier.packet.completed"}"#;
/// let mut headers = HeaderMap::new();
/// headers.insert("MCP-Signature", verifier.sign(body).parse()?);
/// let event = verifier.verify(&headers, body)?;
/// assert_eq!(event.body(), body);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    secrets: Secrets,
    max_body: usize,
}

impl Verifier {
    /// The largest body that is read unless [`with_max_body`](Self::with_max_body) says otherwise: 1 MiB.
    pub const DEFAULT_MAX_BODY: usize = 1024 * 1024;

    /// A verifier with one secret, as the portal shows it.
    ///
    /// ```
    /// use mycarrierpackets::webhook::{Verifier, WebhookError};
    ///
    /// assert!(Verifier::new("example-secret").is_ok());
    /// assert_eq!(Verifier::new("").unwrap_err(), WebhookError::BlankSecret);
    /// ```
    ///
    /// # Errors
    /// A secret that is empty or blank.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, WebhookError> {
        Self::from_secrets([secret])
    }

    /// A verifier with several secrets, each of which is enough: so that one can be changed without refusing what is on
    /// its way.
    ///
    /// # Errors
    /// No secret, or one that is empty or blank.
    pub fn from_secrets(secrets: impl IntoIterator<Item: AsRef<[u8]>>) -> Result<Self, WebhookError> {
        let secrets = Secrets::new(secrets)?;
        Ok(Self(Arc::new(Inner { secrets, max_body: Self::DEFAULT_MAX_BODY })))
    }

    /// Refuses bodies of more than `bytes` bytes.
    ///
    /// ```
    /// use mycarrierpackets::webhook::{Verifier, WebhookError};
    ///
    /// let verifier = Verifier::new("example-secret")?.with_max_body(8);
    /// assert_eq!(verifier.max_body(), 8);
    /// let refused = verifier.verify_signature(verifier.sign("nine byte"), "nine byte").unwrap_err();
    /// assert_eq!(refused, WebhookError::BodyTooLarge(8));
    /// # Ok::<(), WebhookError>(())
    /// ```
    #[must_use]
    pub fn with_max_body(self, bytes: usize) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.max_body = bytes;
        Self(Arc::new(inner))
    }

    /// The largest body that is read, in bytes.
    pub fn max_body(&self) -> usize {
        self.0.max_body
    }

    /// Verifies a request by its headers and its body.
    ///
    /// `MCP-Signature` counts. `MCP-Event` is kept to be compared with what the body says, and for nothing else.
    ///
    /// # Errors
    /// No signature, one that is malformed or wrong, or a body above the limit.
    pub fn verify(&self, headers: &HeaderMap, body: impl Into<Bytes>) -> Result<VerifiedEvent, WebhookError> {
        let event = self.verify_signature(signature(headers)?, body)?;
        let header = headers.get(EVENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok(event.with_header(header))
    }

    /// Verifies a body by its signature: 64 hex digits of either case, with or without white space around them.
    ///
    /// ```
    /// use mycarrierpackets::webhook::{Verifier, WebhookError};
    ///
    /// let verifier = Verifier::new("example-secret")?;
    /// let signature = verifier.sign("{}");
    /// assert!(verifier.verify_signature(&signature, "{}").is_ok());
    /// assert_eq!(verifier.verify_signature(&signature, "{ }").unwrap_err(), WebhookError::WrongSignature);
    /// # Ok::<(), WebhookError>(())
    /// ```
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_signature(
        &self,
        signature: impl AsRef<[u8]>,
        body: impl Into<Bytes>,
    ) -> Result<VerifiedEvent, WebhookError> {
        let signature = digest(signature.as_ref())?;
        let body = body.into();
        if body.len() > self.0.max_body {
            return Err(WebhookError::BodyTooLarge(self.0.max_body));
        }
        if !self.0.secrets.signed(&body, &signature) {
            return Err(WebhookError::WrongSignature);
        }
        Ok(VerifiedEvent::new(body))
    }

    /// The signature of `body` under the first secret, as the vendor writes it: for tests, and to pass events on.
    pub fn sign(&self, body: impl AsRef<[u8]>) -> String {
        self.0.secrets.sign(body.as_ref())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("max_body", &self.0.max_body).finish_non_exhaustive()
    }
}

/// The digest that a signature is the text of.
pub(super) fn digest(signature: &[u8]) -> Result<[u8; 32], WebhookError> {
    if signature.trim_ascii().is_empty() {
        return Err(WebhookError::NoSignature);
    }
    secrets::unhex(signature).ok_or(WebhookError::MalformedSignature)
}

/// The one signature among the headers.
pub(super) fn signature(headers: &HeaderMap) -> Result<&[u8], WebhookError> {
    let mut all = headers.get_all(SIGNATURE).iter();
    match (all.next(), all.next()) {
        (None, _) => Err(WebhookError::NoSignature),
        (Some(one), None) => Ok(one.as_bytes()),
        // Which of them counts is not for a sender to leave open.
        (Some(_), Some(_)) => Err(WebhookError::MalformedSignature),
    }
}
