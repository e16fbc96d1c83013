//! The one public error.

use crate::operation::Operation;
use bytes::Bytes;
use http::StatusCode;
use std::{fmt, sync::Arc, time::Duration};

mod advice;
#[cfg(feature = "test-util")]
mod builder;
mod cause;
mod dry_run;
pub(crate) mod in_response;
pub(crate) mod masked;

#[cfg(feature = "test-util")]
pub use builder::ErrorBuilder;
pub use dry_run::PlannedRequest;

/// A result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Arc<dyn std::error::Error + Send + Sync>;

/// What went wrong, in which call, and what to do about it.
///
/// Match on [`kind`](Error::kind); print it for a person. Neither `Display` nor `Debug` shows a secret, a tax id,
/// bank data or the body of an answer; [`body`](Error::body) hands out the latter when asked. A clone keeps the source.
///
/// ```
/// use mycarrierpackets::types::CarrierId;
///
/// let error = mycarrierpackets::Error::from("MC".parse::<CarrierId>().unwrap_err());
/// assert!(error.is_invalid_input());
/// ```
///
/// What a program can do with one:
///
/// ```
/// use mycarrierpackets::{Error, ErrorKind};
///
/// fn handle(error: &Error) {
///     match error.kind() {
///         ErrorKind::DryRun => println!("would have sent {:?}", error.planned()),
///         ErrorKind::Decode => println!("at {:?} of {:?} bytes", error.json_path(), error.body().map(<[u8]>::len)),
///         // Look before you repeat it.
///         _ if error.may_have_acted() => println!("{:?} may have acted", error.operation()),
///         _ if error.is_transient() => println!("again in {:?}", error.retry_after().unwrap_or_default()),
///         _ if error.is_not_found() => println!("no such carrier or document"),
///         _ if error.is_declined() => println!("the vendor says no: {:?}", error.vendor_message()),
///         _ if error.is_credentials() => println!("sign in again"),
///         _ if error.is_network() || error.is_rate_limited() => println!("after {} attempts", error.attempts()),
///         _ => println!("{}. What to do: {} ({:?})", error.message(), error.advice(), error.status()),
///     }
/// }
/// # handle(&Error::from("MC".parse::<mycarrierpackets::types::CarrierId>().unwrap_err()));
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: Option<Operation>,
    status: Option<StatusCode>,
    what: String,
    vendor_message: Option<String>,
    retry_after: Option<Duration>,
    attempts: u32,
    may_have_acted: bool,
    transient: Option<bool>,
    /// The vendor itself says that there is no such thing.
    absent: bool,
    advice: Option<&'static str>,
    json_path: Option<String>,
    body: Option<Bytes>,
    planned: Option<PlannedRequest>,
    source: Option<Source>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument was refused before anything was sent.
    InvalidInput,
    /// The client was built with [`dry_run`](crate::ClientBuilder::dry_run), and the call is one that acts.
    DryRun,
    /// The client is not set up so that it could make the call.
    Config,
    /// User name, password or refresh token were refused.
    Credentials,
    /// 401 with a token that was just issued.
    Unauthorized,
    /// 403: the account may not do this.
    Forbidden,
    /// The vendor says that there is no such carrier or document: a 404 of its own, or words to that effect.
    NotFound,
    /// A good status with an answer that says no: a flag that is false, or a message in place of what was asked for.
    /// The vendor's words are in [`vendor_message`](Error::vendor_message). Nothing was done.
    Declined,
    /// 429: called too often.
    RateLimited,
    /// Another 4xx: the server refused the request.
    Refused,
    /// 5xx: the server, or a gateway before it, failed.
    Server,
    /// No connection, or it broke.
    Network,
    /// No answer within the time allowed.
    Timeout,
    /// The answer was not of this API: an error page of a gateway or proxy, another content type, an object without any field
    /// that belongs to it.
    UnexpectedAnswer,
    /// The answer was JSON of another shape than expected, or was cut off.
    Decode,
    /// The answer was larger than the limit set for it.
    TooLarge,
    /// A page came back twice, or the paging made no sense.
    Paging,
    /// A file could not be written.
    Io,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            status: None,
            what: what.into(),
            vendor_message: None,
            retry_after: None,
            attempts: 0,
            may_have_acted: false,
            transient: None,
            absent: false,
            advice: None,
            json_path: None,
            body: None,
            planned: None,
            source: None,
        }))
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed; `None` when none was called.
    pub fn operation(&self) -> Option<Operation> {
        self.0.operation
    }

    /// HTTP status of the last answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The server's own words, shortened, with long numbers and tokens masked.
    pub fn vendor_message(&self) -> Option<&str> {
        self.0.vendor_message.as_deref()
    }

    /// How long the server asked to wait before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Requests that were sent for this call, those for tokens aside.
    ///
    /// 0 if nothing was sent, and also if an answer came whole but could not be decoded.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the server may have done what was asked although the call failed.
    ///
    /// True for an operation that acts, such as an invitation, when the request was sent and no clear refusal came
    /// back. Look before you repeat it.
    pub fn may_have_acted(&self) -> bool {
        self.0.may_have_acted
    }

    /// Where in the answer decoding failed, such as `[0].CertData.Certificates`.
    pub fn json_path(&self) -> Option<&str> {
        self.0.json_path.as_deref()
    }

    /// The first 64 KiB of the answer that caused the error, if one was read.
    ///
    /// It can hold personal data, tax ids and bank numbers: do not log it.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref()
    }

    /// The request that a client built with [`dry_run`](crate::ClientBuilder::dry_run) did not send.
    pub fn planned(&self) -> Option<&PlannedRequest> {
        self.0.planned.as_ref()
    }

    /// Whether an argument was refused before anything was sent.
    pub fn is_invalid_input(&self) -> bool {
        self.kind() == ErrorKind::InvalidInput
    }

    /// Whether user name, password or token were refused.
    pub fn is_credentials(&self) -> bool {
        matches!(self.kind(), ErrorKind::Credentials | ErrorKind::Unauthorized)
    }

    /// Whether a good status came with an answer that says no.
    pub fn is_declined(&self) -> bool {
        self.kind() == ErrorKind::Declined
    }

    /// Whether the vendor says that there is no such carrier or document.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether the server asked to slow down.
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether no connection could be made, it broke, or no answer came in time.
    pub fn is_network(&self) -> bool {
        matches!(self.kind(), ErrorKind::Network | ErrorKind::Timeout)
    }

    /// Whether the same call may work later, unchanged, and can do no harm.
    ///
    /// True after failures of the network and of the server, a gateway error page, a truncated response, or a list that
    /// came without its items. False if a certificate is not trusted, which waiting does not change.
    pub fn is_transient(&self) -> bool {
        use ErrorKind::{Network, RateLimited, Server, Timeout};
        let by_kind = || matches!(self.kind(), RateLimited | Server | Network | Timeout);
        self.0.transient.unwrap_or_else(by_kind) && !self.may_have_acted()
    }

    pub(crate) fn at(mut self, operation: Operation) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_vendor_message(mut self, message: Option<String>) -> Self {
        self.0.vendor_message = message;
        self
    }

    pub(crate) fn with_retry_after(mut self, after: Option<Duration>) -> Self {
        self.0.retry_after = after;
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_may_have_acted(mut self, may: bool) -> Self {
        self.0.may_have_acted = may;
        self
    }

    pub(crate) fn with_transient(mut self, transient: bool) -> Self {
        self.0.transient = Some(transient);
        self
    }

    /// Whether the vendor itself says that there is no such carrier or document. A 404 alone can be a gateway's.
    pub(crate) fn says_absent(&self) -> bool {
        self.0.absent
    }

    /// Not found, and it is the vendor who says so.
    pub(crate) fn absent(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, what).with_absent(true)
    }

    pub(crate) fn with_absent(mut self, absent: bool) -> Self {
        self.0.absent = absent;
        self
    }

    pub(crate) fn with_advice(mut self, advice: Option<&'static str>) -> Self {
        self.0.advice = advice;
        self
    }

    pub(crate) fn with_json_path(mut self, path: impl Into<String>) -> Self {
        self.0.json_path = Some(path.into());
        self
    }

    pub(crate) fn with_body(mut self, body: &Bytes) -> Self {
        const KEPT: usize = 64 * 1024;
        // Copied: a slice would keep the whole answer in memory for as long as the error lives.
        self.0.body = Some(Bytes::copy_from_slice(&body[..body.len().min(KEPT)]));
        self
    }

    pub(crate) fn without_body(mut self) -> Self {
        self.0.body = None;
        self
    }

    /// The client is not set up so that it could make the call.
    pub(crate) fn config(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, what)
    }

    pub(crate) fn dry_run(request: &reqwest::Request) -> Self {
        let mut error = Self::new(ErrorKind::DryRun, "this is a dry run, so the request was not sent");
        error.0.planned = Some(PlannedRequest::of(request));
        error
    }

    pub(crate) fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// Reads an answer that did not decode once more, to learn where it went wrong.
    pub(crate) fn decode<T: serde::de::DeserializeOwned>(bytes: &Bytes) -> Self {
        if bytes.is_empty() {
            return Self::new(ErrorKind::Decode, "the answer is empty").with_transient(true).with_body(bytes);
        }
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let (path, error) = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
            Ok(_) => return Self::new(ErrorKind::Decode, "the answer has text after its end").with_body(bytes),
            Err(error) => (error.path().to_string(), error.into_inner()),
        };
        // Where a text ends early, the last part of the path is not known.
        let path = path.strip_suffix(".?").unwrap_or(&path);
        Self::from_json(&error).with_json_path(path).with_body(bytes)
    }

    // serde_json's own text can hold a value of the answer ("invalid type: string \"…\""), so only the place and
    // the class of the fault are kept.
    pub(crate) fn from_json(error: &serde_json::Error) -> Self {
        let what = if error.is_eof() {
            return Self::new(ErrorKind::Decode, "the answer is cut off").with_transient(true);
        } else if error.is_syntax() {
            format!("the answer is not JSON (line {}, column {})", error.line(), error.column())
        } else {
            format!("the answer has a value of another kind (line {}, column {})", error.line(), error.column())
        };
        Self::new(ErrorKind::Decode, what)
    }
}

impl From<crate::types::ParseError> for Error {
    fn from(error: crate::types::ParseError) -> Self {
        // Its text is this error's own: as a source it would be said twice.
        Self::new(ErrorKind::InvalidInput, error.to_string())
    }
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("status", &inner.status)
            .field("what", &inner.what)
            .field("vendor_message", &inner.vendor_message)
            .field("retry_after", &inner.retry_after)
            .field("attempts", &inner.attempts)
            .field("may_have_acted", &inner.may_have_acted)
            .field("json_path", &inner.json_path)
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}
