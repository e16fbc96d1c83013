//! The forms in which the vendor, its server and its storage say no.

use serde::{Deserialize, Serialize};

use crate::vendor::answer::{Answer, Body};
use crate::world::clock::{SECOND, Ticks};

/// How a 200 says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum No {
    Result,
    Success,
    Succeeded,
    Message,
    List,
    Text,
    False,
    Error,
}

impl No {
    pub(super) const NAMES: &[&str] = &["result", "success", "succeeded", "message", "list", "text", "false", "error"];

    pub(super) fn answer(self) -> Answer {
        let json = match self {
            Self::Result => r#"{"$id":"1","Result":false,"Message":"The request could not be carried out."}"#,
            Self::Success => r#"{"$id":"1","Success":false,"Message":"The request could not be carried out."}"#,
            Self::Succeeded => {
                r#"{"$id":"1","pageNumber":1,"pageSize":0,"totalPages":0,"totalCount":0,"succeeded":false,"message":"The request could not be carried out.","data":[]}"#
            }
            Self::Message => r#"{"$id":"1","Message":"Carrier Agreement does not exist."}"#,
            Self::List => r#"[{"$id":"1","Message":"Carrier Agreement does not exist."}]"#,
            Self::Text => r#""The request could not be carried out.""#,
            Self::False => "false",
            Self::Error => r#"{"$id":"1","error":"The request could not be carried out."}"#,
        };
        Answer::api("Error", json.as_bytes().to_vec())
    }
}

/// In which form an answer asks to come back later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Later {
    Decimal,
    Rfc850,
    Asctime,
    Overflow,
    Negative,
    Past,
    Words,
}

impl Later {
    pub(super) const NAMES: &[&str] = &["decimal", "rfc850", "asctime", "overflow", "negative", "past", "words"];

    /// The value of `Retry-After`: two seconds from now, where it is a time to come.
    pub(super) fn header(self, now: Ticks) -> String {
        let then = now.plus(2 * SECOND);
        match self {
            Self::Decimal => "2.0".to_owned(),
            Self::Rfc850 => then.rfc850(),
            Self::Asctime => then.asctime(),
            Self::Overflow => "99999999999999999999".to_owned(),
            Self::Negative => "-5".to_owned(),
            Self::Past => now.plus(-3600 * SECOND).rfc1123(),
            Self::Words => "in a moment".to_owned(),
        }
    }
}

/// What Azure's storage answers where the vendor's link to a document has run out.
pub(super) fn blob_forbidden(now: Ticks) -> Answer {
    let xml = format!(
        "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to \
         authenticate the request. Make sure the value of Authorization header is formed correctly including the \
         signature.\nRequestId:00000000-001e-0000-0000-000000000000\nTime:{}</Message><AuthenticationErrorDetail>\
         Signature not valid in the specified time frame</AuthenticationErrorDetail></Error>",
        now.iso()
    );
    let body = Body::File { kind: "application/xml", bytes: xml.into_bytes() };
    let headers = vec![
        ("server", "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0".to_owned()),
        ("x-ms-error-code", "AuthenticationFailed".to_owned()),
    ];
    Answer { status: 403, body, headers }
}
