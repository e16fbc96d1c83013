//! The operations of the API, and what the document says of each beyond its types.

use crate::types::ParseError;

include!(concat!(env!("OUT_DIR"), "/operations.rs"));

/// What the client must know of an operation to call it well.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OperationInfo {
    /// The operation itself.
    pub operation: Operation,
    /// `operationId` in `spec/openapi.yaml`, such as `preview_carrier`.
    pub id: &'static str,
    /// The vendor's name, such as `PreviewCarrier`.
    pub vendor_name: &'static str,
    /// The tag, which is also the name of the resource handle.
    pub tag: &'static str,
    /// HTTP method; almost always `POST`, whatever the operation does.
    pub method: http::Method,
    /// Path, with `{name}` for a path parameter.
    pub path: &'static str,
    /// Which of the two hosts answers it.
    pub server: Server,
    /// Whether a bearer token is sent.
    pub needs_token: bool,
    /// Whether it may be repeated.
    pub idempotency: Idempotency,
    /// How its list is paged, if it is.
    pub pagination: Option<Pagination>,
    /// The form of a good answer.
    pub answer: Answer,
    /// Fields of that answer, or of one element where it is an array; empty where none is documented.
    pub fields: &'static [&'static str],
    /// What a carrier is once the operation is done, such as `monitored` or `not blocked`, if it changes that.
    pub makes: Option<&'static str>,
    /// Whether it lists what happened in a window of time, so that a poller's cursor depends on it.
    pub windowed: bool,
}

/// What holds for an operation of which nothing is known: it acts, and anything may be its answer.
static BY_PATH: OperationInfo = OperationInfo {
    operation: Operation::ByPath,
    id: "request_path",
    vendor_name: "",
    tag: "",
    method: http::Method::POST,
    path: "",
    server: Server::Api,
    needs_token: true,
    idempotency: Idempotency::Once,
    pagination: None,
    answer: Answer::Any,
    fields: &[],
    makes: None,
    windowed: false,
};

/// The host of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Server {
    /// The API, `https://api.mycarrierpackets.com`.
    Api,
    /// The portal, `https://mycarrierpackets.com`, which has its own tokens.
    Portal,
}

/// Whether repeating a call could act twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// Changes nothing.
    Read,
    /// Leaves the same state however often it is called.
    Idempotent,
    /// Acts each time it is called: it sends an email or a text message.
    Once,
}

/// Where the paging of a list is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PaginationStyle {
    /// In the response header `X-Pagination`.
    Header,
    /// In fields of the answer beside the items.
    Body,
}

/// How a list is paged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Pagination {
    /// Where the paging is reported.
    pub style: PaginationStyle,
    /// Items a page if none are asked for, or too many, or too few.
    pub default_size: u32,
    /// Most items a page may have.
    pub max_size: u32,
    /// Field of the answer that holds the items; the answer itself is the list if `None`.
    pub items: Option<&'static str>,
}

/// The form of a good answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Answer {
    /// A JSON array; one object instead means an array of it.
    Array,
    /// A JSON object; an array of one instead means that one.
    Object {
        /// The field that a plain text in place of the object means.
        text_as: Option<&'static str>,
    },
    /// Text, any JSON, or nothing.
    Any,
    /// The bytes of a document.
    Document,
}

impl Operation {
    /// Every operation of the document and what is known of it, in the document's order.
    pub fn all() -> &'static [OperationInfo] {
        &TABLE
    }

    /// What is known of this operation.
    pub fn info(self) -> &'static OperationInfo {
        // The enum and the table are generated from the same list, in the same order; what is left is by path.
        TABLE.get(self as usize).unwrap_or(&BY_PATH)
    }

    /// The operation with this `operationId` or vendor name; case does not matter.
    ///
    /// ```
    /// use mycarrierpackets::Operation;
    ///
    /// assert_eq!(Operation::by_name("preview_carrier"), Some(Operation::PreviewCarrier));
    /// assert_eq!(Operation::by_name("PreviewCarrier"), Some(Operation::PreviewCarrier));
    /// assert_eq!(Operation::by_name("FlyCarrier"), None);
    /// ```
    pub fn by_name(name: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|info| info.id.eq_ignore_ascii_case(name) || info.vendor_name.eq_ignore_ascii_case(name))
            .map(|info| info.operation)
    }

    /// `operationId` in the document.
    pub fn id(self) -> &'static str {
        self.info().id
    }
}

/// As [`Operation::by_name`].
///
/// ```
/// use mycarrierpackets::Operation;
///
/// assert_eq!("PreviewCarrier".parse(), Ok(Operation::PreviewCarrier));
/// assert!("FlyCarrier".parse::<Operation>().is_err());
/// ```
impl std::str::FromStr for Operation {
    type Err = ParseError;

    fn from_str(name: &str) -> Result<Self, ParseError> {
        let expected = "an operationId such as preview_carrier, or the vendor's name for it, PreviewCarrier";
        Self::by_name(name).ok_or_else(|| ParseError::new(name, "an operation", expected))
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}
