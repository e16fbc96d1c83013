//! What the control API answers, and the words in which it refuses.

use bytes::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::wire::response_body::ResponseBody;

/// An answer of the control API.
pub(crate) enum Reply {
    Json(Value),
    /// A text of a content type of its own.
    Text(&'static str, String),
    /// A file that a browser shows in place.
    File(&'static str, Vec<u8>),
    /// What goes on for as long as somebody listens.
    Live(&'static str, ResponseBody),
    Done,
}

pub(crate) type Result = std::result::Result<Reply, Refusal>;

/// Why a call is refused, for programs. The words are never changed, and their list is in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Code {
    BodyIncomplete,
    BodyTimedOut,
    BodyTooLarge,
    ContradictingFacts,
    DroppedRequest,
    ForeignHost,
    ForeignOrigin,
    InvalidFault,
    InvalidJson,
    InvalidSnapshot,
    InvalidValue,
    InvalidWebhook,
    MethodNotAllowed,
    MissingMember,
    NoCertificate,
    NoLog,
    NoReport,
    TimedOut,
    TooFewCarriers,
    TooManyCustomers,
    TooManyNamespaces,
    TooManyStreams,
    UnknownAddress,
    UnknownCarrier,
    UnknownDelivery,
    UnknownDocument,
    UnknownFault,
    UnknownMember,
    UnknownMessage,
    UnknownNamespace,
    UnknownOperation,
    UnknownParameter,
    UnknownRequest,
    UnknownScenario,
    UnknownWebhook,
}

/// A refusal: a word for programs, what is wrong in a sentence, and what to do.
pub(crate) struct Refusal {
    status: u16,
    code: Code,
    error: String,
    advice: String,
    /// What else it says.
    more: Map<String, Value>,
    /// The methods that the address takes.
    allow: Option<String>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: Code, error: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { status, code, error: error.into(), advice: advice.into(), more: Map::new(), allow: None }
    }

    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    pub(crate) fn allow(mut self, methods: String) -> Self {
        self.allow = Some(methods);
        self
    }
}

/// A mistake in what was sent.
pub(crate) fn bad(code: Code, error: impl Into<String>) -> Refusal {
    Refusal::new(400, code, error, "See /docs?control for what this call takes.")
}

/// Something of a number or a name that is not there.
pub(crate) fn missing(code: Code, error: impl Into<String>, list: &str) -> Refusal {
    Refusal::new(404, code, error, format!("GET {list} lists those there are."))
}

/// An answer or a refusal as it goes out.
pub(crate) fn response(reply: Result) -> Response<ResponseBody> {
    const JSON: &str = "application/json; charset=utf-8";
    let whole = |text: String| ResponseBody::whole(Bytes::from(text));
    let (status, kind, body, allow) = match reply {
        Ok(Reply::Json(value)) => (200, JSON, whole(value.to_string()), None),
        Ok(Reply::Text(kind, text)) => (200, kind, whole(text), None),
        Ok(Reply::File(kind, bytes)) => (200, kind, ResponseBody::whole(Bytes::from(bytes)), None),
        Ok(Reply::Live(kind, body)) => (200, kind, body, None),
        Ok(Reply::Done) => (204, JSON, whole(String::new()), None),
        Err(Refusal { status, code, error, advice, more, allow }) => {
            let mut value = json!({ "code": code, "error": error, "try": advice });
            if let Value::Object(members) = &mut value {
                members.extend(more);
            }
            (status, JSON, whole(value.to_string()), allow)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let headers = response.headers_mut();
    if status != 204 {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    // Methods are letters, which any header can carry.
    if let Some(methods) = allow.and_then(|methods| HeaderValue::from_str(&methods).ok()) {
        headers.insert(header::ALLOW, methods);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
