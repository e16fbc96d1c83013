//! What came of a request: a good answer, a refusal, or a page that is not of this API.
//!
//! The generated client passes only responses. An [`Error`] travels through it inside a response of a status that
//! no server sends, and `error.rs` takes it out again.

use super::limits::{self, Head};
use super::retry::Failure;
use super::sources::Sources;
use crate::error::advice::presentable;
use crate::raw::types::ApiError;
use crate::{Error, ErrorKind};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::Response;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ERROR_STATUS: u16 = 999;
const ERROR_BODY: usize = 64 * 1024;

#[derive(Clone)]
struct Carried(Arc<Mutex<Option<Error>>>);

/// A response that carries `error` through the generated client.
pub(crate) fn response_of(error: Error) -> Response {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(ERROR_STATUS).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.extensions_mut().insert(Carried(Arc::new(Mutex::new(Some(error)))));
    Response::from(response)
}

/// The error that `response` carries, or what its status says.
pub(crate) fn error_of(response: Response) -> Error {
    let carried = response.extensions().get::<Carried>();
    let taken = carried.and_then(|carried| carried.0.lock().unwrap_or_else(|e| e.into_inner()).take());
    taken.unwrap_or_else(|| {
        Error::new(ErrorKind::UnexpectedAnswer, "the server gave an answer that is not of this API")
            .with_status(response.status())
    })
}

/// A good answer for the generated client.
pub(crate) fn answer(head: Head, body: Bytes) -> Response {
    let mut response = http::Response::new(body);
    // 201 and 204 mean the same here, and the document has only 200.
    *response.status_mut() = StatusCode::OK;
    *response.headers_mut() = head.headers;
    Response::from(response)
}

/// The whole of an answer that came through the funnel.
pub(crate) async fn whole(answer: Response, most: usize) -> Result<(Head, Bytes), Error> {
    limits::read(answer, most).await.map_err(|failure| failure.error)
}

/// Refuses a page of a proxy, a gateway or the portal's login where JSON is expected.
pub(crate) fn json(head: &Head, body: &Bytes) -> Result<(), Failure> {
    if is_page(&head.headers, body) {
        return Err(Failure::last(page(head.status).with_body(body)));
    }
    Ok(())
}

/// Refuses an error page in place of a document; passes the document on, unread.
pub(crate) async fn document(answer: Response) -> Result<Response, Failure> {
    let kind = content_type(answer.headers());
    if !kind.contains("html") && !kind.contains("json") && !kind.contains("xml") {
        return Ok(answer);
    }
    let (status, html) = (answer.status(), kind.contains("html"));
    let body = limits::read_start(answer, ERROR_BODY).await;
    let error = if html {
        page(status)
    } else {
        let what = "the server sent a message in place of the document";
        Error::new(ErrorKind::UnexpectedAnswer, what).with_status(status)
    };
    Err(Failure::last(error.with_vendor_message(vendor_message(&body)).with_body(&body)))
}

/// What an error status means.
pub(crate) async fn refusal(answer: Response, sources: &Sources) -> Failure {
    let status = answer.status();
    let retry_after = retry_after(answer.headers(), (sources.now)());
    let headers = answer.headers().clone();
    let body = limits::read_start(answer, ERROR_BODY).await;
    let (kind, what) = match status.as_u16() {
        401 => (ErrorKind::Unauthorized, "the server refused the token"),
        403 => (ErrorKind::Forbidden, "the server does not allow this"),
        404 => (ErrorKind::NotFound, "the server found nothing"),
        429 => (ErrorKind::RateLimited, "the server asks to slow down"),
        300..=399 => (ErrorKind::UnexpectedAnswer, "the server sent the call elsewhere"),
        500.. if is_page(&headers, &body) => (ErrorKind::Server, "a gateway before the server failed"),
        500.. => (ErrorKind::Server, "the server failed"),
        _ => (ErrorKind::Refused, "the server refused the request"),
    };
    let error = Error::new(kind, what)
        .with_status(status)
        .with_retry_after(retry_after)
        .with_vendor_message(vendor_message(&body))
        .with_body(&body);
    Failure::refused(error)
}

fn page(status: StatusCode) -> Error {
    let what = "a web page came in place of an answer";
    Error::new(ErrorKind::UnexpectedAnswer, what).with_status(status)
}

fn is_page(headers: &HeaderMap, body: &[u8]) -> bool {
    content_type(headers).contains("html") || body.trim_ascii_start().starts_with(b"<")
}

/// The content type, in lower case, without its parameters; empty if there is none.
pub(crate) fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// The message of an error body, fit to show.
pub(crate) fn vendor_message(body: &[u8]) -> Option<String> {
    let error: ApiError = serde_json::from_slice(body).ok()?;
    let words = [error.message, error.error_description, error.message_detail, error.exception_message, error.error];
    let words = words.into_iter().flatten().find(|text| !text.trim().is_empty())?;
    Some(presentable(&words))
}

/// `Retry-After`, in seconds or as a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let then = http_date(text)?;
    Some(Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO))
}

/// A date of HTTP, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now: Timestamp = "2026-03-18T08:00:00Z".parse().unwrap();
        let cases = [
            ("2", Some(2)),
            (" 120 ", Some(120)),
            ("Wed, 18 Mar 2026 08:00:30 GMT", Some(30)),
            ("Wed, 18 Mar 2026 07:00:00 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
            ("", None),
        ];
        for (text, seconds) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, text.parse().unwrap());
            let read = retry_after(&headers, now).map(|after| after.as_secs());
            assert_eq!(read, seconds, "{text}");
        }
    }

    #[test]
    fn the_message_is_found_in_every_form_of_error() {
        let cases = [
            (r#"{"$id":"1","Message":"No such carrier."}"#, Some("No such carrier.")),
            (r#"{"error":"invalid_grant","error_description":"Wrong password."}"#, Some("Wrong password.")),
            (r#"{"error":"invalid_grant"}"#, Some("invalid_grant")),
            (r#"{"Message":"","ExceptionMessage":"Boom."}"#, Some("Boom.")),
            ("<html>Bad gateway</html>", None),
            ("", None),
        ];
        for (body, message) in cases {
            assert_eq!(vendor_message(body.as_bytes()).as_deref(), message, "{body}");
        }
    }

    #[test]
    fn an_error_survives_its_way_through_a_response() {
        let error = Error::new(ErrorKind::Timeout, "late").with_attempts(2);
        let back = error_of(response_of(error));
        assert_eq!((back.kind(), back.attempts()), (ErrorKind::Timeout, 2));
    }
}
