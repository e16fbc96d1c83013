//! Makes an answer what the document says: references resolved, an array where one object came, and the reverse.

use super::body::Head;
use super::failure::Failure;
use super::headers::content_type;
use super::{references, responder, split, verdict};
use crate::error::masked::presentable;
use crate::operation::{Answer, OperationInfo};
use crate::{Error, ErrorKind};
use bytes::{BufMut, Bytes, BytesMut};
use serde::de::IgnoredAny;
use std::borrow::Cow;

/// The body as the generated client expects it, once it is clear that it is an answer; `most` bounds what references
/// may expand to.
pub(crate) fn normalize(info: &OperationInfo, head: &Head, body: Bytes, most: usize) -> Result<Bytes, Failure> {
    let body = trimmed(body);
    foreign(info.answer, head, &body)?;
    verdict::judge(info, head, &body)?;
    let body = resolved(body, most)?;
    shaped(info.answer, info.pagination.and_then(|paging| paging.items), head, body)
}

/// The body in the shape of `answer`, if it is an object or a list. Whether it is an answer is not judged.
#[cfg(feature = "test-util")]
pub(crate) fn unjudged(answer: Answer, body: Bytes) -> Result<Bytes, Failure> {
    let head = Head { status: http::StatusCode::OK, headers: http::HeaderMap::new() };
    let body = resolved(trimmed(body), crate::Limits::default().json_bytes)?;
    if matches!(body.first(), Some(b'[' | b'{')) { shaped(answer, None, &head, body) } else { Ok(body) }
}

fn resolved(body: Bytes, most: usize) -> Result<Bytes, Failure> {
    references::resolve(body, most).map_err(|_| {
        let what = format!("the answer is larger than {most} bytes with its references resolved");
        Failure::last(Error::new(ErrorKind::TooLarge, what))
    })
}

/// The body in the shape that the document gives it. `items` is the field that holds the items of a page.
fn shaped(answer: Answer, items: Option<&str>, head: &Head, body: Bytes) -> Result<Bytes, Failure> {
    let nothing = body.is_empty() || matches!(&*body, b"null" | b"true" | b"True");
    Ok(match (answer, body.first()) {
        (Answer::Document, _) | (Answer::Array, Some(b'[')) => body,
        (Answer::Array, Some(b'{')) => values(&body).unwrap_or_else(|| surrounded(b"[", &body, b"]")),
        (Answer::Array, _) if nothing => Bytes::from_static(b"[]"),
        (Answer::Object { .. }, Some(b'[')) => match items {
            Some(field) if !is_one_page(field, &body) => enveloped(field, &body),
            _ => only_element(&body)?,
        },
        (Answer::Object { .. }, _) if nothing => Bytes::from_static(b"{}"),
        (Answer::Object { text_as }, _) => match (text_as, text(&body)) {
            (Some(field), Some(text)) => field_of(field, &text),
            // A sentence that says that it was done, where the document has an object.
            (None, Some(_)) => Bytes::from_static(b"{}"),
            (_, None) => body,
        },
        (Answer::Any, _) => any(head, body),
        _ => body,
    })
}

// An answer of another type than JSON, or than text where a text may come, is not of this API.
fn foreign(answer: Answer, head: &Head, body: &Bytes) -> Result<(), Failure> {
    let kind = content_type(&head.headers);
    let text_may_come = matches!(answer, Answer::Any | Answer::Object { text_as: Some(_) });
    if kind.is_empty() || kind.contains("json") || (text_may_come && kind.starts_with("text/")) {
        return Ok(());
    }
    // Plain text is judged by its words; what begins as JSON is JSON, whatever it is called.
    if body.is_empty() || matches!(body[0], b'[' | b'{' | b'"') || &**body == b"null" || kind == "text/plain" {
        return Ok(());
    }
    let what = format!("the server sent {} in place of an answer", presentable(&kind));
    let error = Error::new(ErrorKind::UnexpectedAnswer, what).with_status(head.status);
    Err(Failure::last(error.with_body(body)))
}

// A byte order mark and white space would hide the first byte.
fn trimmed(body: Bytes) -> Bytes {
    let start = responder::without_mark(&body).trim_ascii();
    if start.len() == body.len() { body } else { body.slice_ref(start) }
}

fn surrounded(before: &[u8], body: &[u8], after: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(before.len() + body.len() + after.len());
    out.put_slice(before);
    out.put_slice(body);
    out.put_slice(after);
    out.freeze()
}

/// The array in `{"$id":"1","$values":[…]}`, the other way Json.NET writes one.
fn values(body: &Bytes) -> Option<Bytes> {
    memchr::memmem::find(body, b"\"$values\"")?;
    split::field(body, "$values").map(|values| body.slice_ref(values))
}

/// Whether an array holds one page that has its items in `field`, and not the items themselves.
fn is_one_page(field: &str, body: &[u8]) -> bool {
    let pages = split::elements(body);
    pages.is_some_and(|pages| matches!(pages.as_slice(), [page] if split::field(page, field).is_some()))
}

fn enveloped(field: &str, items: &[u8]) -> Bytes {
    surrounded(format!("{{\"{field}\":").as_bytes(), items, b"}")
}

fn only_element(body: &Bytes) -> Result<Bytes, Failure> {
    let Some(items) = split::elements(body) else {
        return Ok(body.clone());
    };
    match items.as_slice() {
        [one] => Ok(body.slice_ref(one)),
        [] => Err(Failure::last(Error::absent("the server answered an empty list"))),
        more => {
            let what = format!("the server answered {} objects where one is expected", more.len());
            Err(Failure::last(Error::new(ErrorKind::Decode, what).with_body(body)))
        }
    }
}

// A JSON string, or text that is not JSON at all.
fn text(body: &[u8]) -> Option<Cow<'_, str>> {
    match body.first() {
        None | Some(b'{') => None,
        Some(b'"') => serde_json::from_slice::<String>(body).ok().map(Cow::Owned),
        Some(_) if serde_json::from_slice::<IgnoredAny>(body).is_ok() => None,
        Some(_) => Some(String::from_utf8_lossy(body)),
    }
}

fn field_of(field: &str, text: &str) -> Bytes {
    let mut object = serde_json::Map::new();
    object.insert(field.to_owned(), text.into());
    Bytes::from(serde_json::Value::Object(object).to_string())
}

fn any(head: &Head, body: Bytes) -> Bytes {
    if body.is_empty() {
        return Bytes::from_static(b"null");
    }
    if serde_json::from_slice::<IgnoredAny>(&body).is_ok() || content_type(&head.headers).contains("json") {
        return body;
    }
    Bytes::from(serde_json::Value::from(String::from_utf8_lossy(&body)).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Answer = Answer::Object { text_as: Some("page") };

    fn normal(answer: Answer, kind: &str, body: &'static str) -> Result<String, ErrorKind> {
        let mut headers = http::HeaderMap::new();
        headers.insert(http::header::CONTENT_TYPE, kind.parse().unwrap());
        let head = Head { status: http::StatusCode::OK, headers };
        let body = trimmed(Bytes::from_static(body.as_bytes()));
        foreign(answer, &head, &body)
            .and_then(|()| shaped(answer, Some("data").filter(|_| answer == PAGE), &head, body))
            .map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
            .map_err(|failure| failure.error.kind())
    }

    #[test]
    fn every_shape_becomes_the_documented_one() {
        const OBJECT: Answer = Answer::Object { text_as: None };
        const MESSAGE: Answer = Answer::Object { text_as: Some("Message") };
        let cases = [
            (Answer::Array, r#"[{"a":1}]"#, r#"[{"a":1}]"#),
            (Answer::Array, " \n{\"a\":1} ", r#"[{"a":1}]"#),
            (Answer::Array, "\u{feff}[1]", "[1]"),
            (Answer::Array, r#"{"$id":"1","$values":[{"$id":"2"}]}"#, r#"[{"$id":"2"}]"#),
            (Answer::Array, "null", "[]"),
            (OBJECT, r#"{"a":1}"#, r#"{"a":1}"#),
            (OBJECT, r#"[{"a":1}]"#, r#"{"a":1}"#),
            (MESSAGE, "\"sent\"", r#"{"Message":"sent"}"#),
            (MESSAGE, "Sent to \"them\"", r#"{"Message":"Sent to \"them\""}"#),
            (MESSAGE, r#"{"Message":"a"}"#, r#"{"Message":"a"}"#),
            (MESSAGE, r#"{"Message":"#, r#"{"Message":"#),
            (PAGE, r#"{"data":[]}"#, r#"{"data":[]}"#),
            (PAGE, r#"[{"data":[{"a":1}]}]"#, r#"{"data":[{"a":1}]}"#),
            (PAGE, r#"[{"a":1},{"a":2}]"#, r#"{"data":[{"a":1},{"a":2}]}"#),
            (PAGE, r#"[{"a":1}]"#, r#"{"data":[{"a":1}]}"#),
            (PAGE, "[]", r#"{"data":[]}"#),
            (PAGE, "null", "{}"),
            (MESSAGE, "null", "{}"),
            (MESSAGE, "", "{}"),
            (OBJECT, "", "{}"),
            (OBJECT, "null", "{}"),
            (OBJECT, "true", "{}"),
            (OBJECT, "Carrier is already monitored.", "{}"),
            (Answer::Any, "", "null"),
            (Answer::Any, "\"sent\"", "\"sent\""),
            (Answer::Any, r#"{"a":1}"#, r#"{"a":1}"#),
            (Answer::Any, "Sent", "\"Sent\""),
        ];
        for (answer, given, expected) in cases {
            assert_eq!(normal(answer, "text/plain", given).as_deref(), Ok(expected), "{given}");
        }
        assert_eq!(normal(OBJECT, "application/json", "[]"), Err(ErrorKind::NotFound));
        for answer in [Answer::Array, Answer::Any, MESSAGE] {
            assert_eq!(normal(answer, "application/pdf", "%PDF"), Err(ErrorKind::UnexpectedAnswer));
        }
        assert_eq!(normal(OBJECT, "application/json", "[{},{}]"), Err(ErrorKind::Decode));
        for body in ["", "null", "[1]", "{}", "\"sent\""] {
            assert!(
                normal(Answer::Any, "application/octet-stream", body).is_ok(),
                "{body} is JSON, whatever it is called"
            );
        }
        for body in ["nul", "%PDF", "1"] {
            let read = normal(Answer::Any, "application/octet-stream", body);
            assert_eq!(read, Err(ErrorKind::UnexpectedAnswer), "{body}");
        }
        assert_eq!(normal(Answer::Any, "application/json", "{\"a\":").as_deref(), Ok("{\"a\":"), "cut off stays so");
    }
}
