//! Why a request was refused.

use http::StatusCode;
use std::fmt;

/// Why a request to a webhook was refused, or a verifier could not be made.
///
/// Neither its text nor its `Debug` has a secret, a signature or any of the body in it.
///
/// ```
/// use mycarrierpackets::webhook::{Verifier, WebhookError};
///
/// let verifier = Verifier::new("example-secret")?;
/// let refused = verifier.verify_signature("no hex", "{}").unwrap_err();
/// assert_eq!(refused, WebhookError::MalformedSignature);
/// assert_eq!((refused.status().as_u16(), refused.to_string().as_str()), (400, "MCP-Signature is not one SHA-256 in hex"));
/// # Ok::<(), WebhookError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookError {
    /// A verifier was to be made with a secret that is empty or blank, or without any: everybody could sign with it.
    BlankSecret,
    /// There is no `MCP-Signature`, or it is empty.
    NoSignature,
    /// `MCP-Signature` is not 64 hex digits, or is there more than once.
    MalformedSignature,
    /// The signature is of another body or another secret.
    WrongSignature,
    /// The body is larger than the limit, in bytes. Nothing more of it was read.
    BodyTooLarge(usize),
    /// The body ended early, or the connection broke.
    BodyCutOff,
    /// The body is signed, but is not a JSON object. It is the vendor's, so keep its bytes.
    NotUnderstood,
    /// The shared secret of the older push model is missing or another.
    WrongSecret,
    /// The address names no carrier, in the older push model.
    NoCarrier,
}

impl WebhookError {
    /// The HTTP status to answer with: 401, 400, 413, or 500 for [`BlankSecret`](Self::BlankSecret).
    pub fn status(self) -> StatusCode {
        match self {
            Self::NoSignature | Self::WrongSignature | Self::WrongSecret => StatusCode::UNAUTHORIZED,
            Self::MalformedSignature | Self::BodyCutOff | Self::NotUnderstood | Self::NoCarrier => {
                StatusCode::BAD_REQUEST
            }
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BlankSecret => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BlankSecret => "a secret is missing or blank",
            Self::NoSignature => "MCP-Signature is missing",
            Self::MalformedSignature => "MCP-Signature is not one SHA-256 in hex",
            Self::WrongSignature => "MCP-Signature is of another body or secret",
            Self::BodyTooLarge(limit) => return write!(f, "the body is larger than {limit} bytes"),
            Self::BodyCutOff => "the body ended early",
            Self::NotUnderstood => "the body is signed, but is not a JSON object",
            Self::WrongSecret => "the shared secret is missing or wrong",
            Self::NoCarrier => "the address has no DOT number, or a docket number that cannot be read",
        })
    }
}

impl std::error::Error for WebhookError {}
