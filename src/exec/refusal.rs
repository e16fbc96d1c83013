//! What an error status means, once it is clear who gave it.

use super::body;
use super::failure::Failure;
use super::headers;
use super::responder::{self, Responder};
use crate::{Error, ErrorKind};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use reqwest::Response;
use std::time::Duration;

/// How much of the body of an error is read.
pub(crate) const ERROR_BODY: usize = 64 * 1024;

/// The failure that an answer of an error status is. `now` is the local time; the body may stand still for `stall`.
pub(crate) async fn refusal(answer: Response, now: Timestamp, stall: Duration) -> Failure {
    let status = answer.status();
    let headers = answer.headers().clone();
    let body = body::read_start(answer, body::Most { bytes: ERROR_BODY, stall }).await;
    of(status, &headers, &body, now)
}

fn of(status: StatusCode, headers: &HeaderMap, body: &Bytes, now: Timestamp) -> Failure {
    let responder = responder::of(headers, body);
    // The body of a redirect is for browsers.
    let words = if status.is_redirection() { None } else { responder::words(headers, body) };
    let whole = |error: Error| {
        error
            .with_status(status)
            .with_retry_after(headers::retry_after(headers, now))
            .with_vendor_message(words.clone())
            .with_body(body)
    };
    let refused = |kind: ErrorKind, what: &str| Failure::refused(whole(Error::new(kind, what)));
    match (status.as_u16(), &responder) {
        (300..=399, _) => refused(ErrorKind::UnexpectedAnswer, &redirected(headers)),
        (407, _) => {
            let advice = "Give user and password in the proxy's address: http://user:password@host:port.";
            let error = Error::new(ErrorKind::Network, "the proxy asks for a login").with_transient(false);
            Failure::refused(whole(error.with_advice(Some(advice))))
        }
        (429, _) => refused(ErrorKind::RateLimited, "the server asks to slow down"),
        (500.., Responder::Page(title)) => {
            refused(ErrorKind::Server, &titled("a gateway before the server failed", title.as_deref()))
        }
        (500.., _) => refused(ErrorKind::Server, "the server failed"),
        (408, _) => {
            let error = Error::new(ErrorKind::Refused, "the server waited too long for the request");
            Failure::refused(whole(error.with_transient(true)))
        }
        // These are about the form of the request, whoever says it.
        (405 | 411 | 413..=415 | 431, _) => refused(ErrorKind::Refused, "the server refused the request"),
        (_, Responder::Page(title)) => Failure::misunderstood(whole(page(title.as_deref()))),
        (_, Responder::Server) => refused(ErrorKind::UnexpectedAnswer, "the server has nothing at this address"),
        (401, _) => refused(ErrorKind::Unauthorized, "the server refused the token"),
        (403, _) => refused(ErrorKind::Forbidden, "the server does not allow this"),
        (404, _) => {
            let by_vendor = responder::is_vendors_own(body);
            let error = whole(Error::new(ErrorKind::NotFound, "the server found nothing"));
            Failure::refused(error.with_absent(by_vendor))
        }
        _ => refused(ErrorKind::Refused, "the server refused the request"),
    }
}

/// A web page where the API should have answered.
pub(crate) fn page(title: Option<&str>) -> Error {
    Error::new(ErrorKind::UnexpectedAnswer, titled("a web page came in place of an answer", title))
}

fn titled(what: &str, title: Option<&str>) -> String {
    title.map_or_else(|| what.to_owned(), |title| format!("{what}: \"{title}\""))
}

fn redirected(headers: &HeaderMap) -> String {
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let what = "the server redirected the call";
    // Host and path only: a query can hold anything.
    let shown = location.and_then(|text| text.split(['?', '#']).next()).map(crate::error::masked::presentable);
    shown.filter(|shown| !shown.is_empty()).map_or_else(|| what.to_owned(), |shown| format!("{what} to {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Idempotency;
    use crate::exec::failure::Reached;

    fn failure(status: u16, kind: &str, body: &'static str) -> Failure {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        let now = "2026-03-18T09:00:00Z".parse().unwrap();
        of(StatusCode::from_u16(status).unwrap(), &headers, &Bytes::from_static(body.as_bytes()), now)
    }

    #[test]
    fn a_status_means_what_it_says_only_if_the_vendor_gave_it() {
        use ErrorKind::*;
        const HTML: &str = "<html><title>404 - File or directory not found.</title></html>";
        const STOPPED: &str = "<html><title>Web App - Unavailable</title><h1>Error 403 - This web app is stopped.</h1>";
        const VENDOR: &str = r#"{"Message":"No carrier was found."}"#;
        const SERVER: &str = r#"{"Message":"No HTTP resource was found that matches the request URI."}"#;
        let cases = [
            (401, "application/json", VENDOR, Unauthorized, false),
            (401, "application/json", "", Unauthorized, false),
            (401, "text/html", HTML, UnexpectedAnswer, true),
            (403, "application/json", VENDOR, Forbidden, false),
            (403, "text/html", STOPPED, UnexpectedAnswer, true),
            (404, "application/json", VENDOR, NotFound, false),
            (404, "text/plain", "", NotFound, false),
            (404, "text/html", HTML, UnexpectedAnswer, true),
            (404, "application/json", SERVER, UnexpectedAnswer, false),
            (400, "text/html", HTML, UnexpectedAnswer, true),
            (400, "text/plain", "fromDate is missing", Refused, false),
            (407, "text/html", HTML, Network, false),
            (408, "text/html", HTML, Refused, true),
            (411, "text/html", HTML, Refused, false),
            (429, "text/html", HTML, RateLimited, true),
            (500, "application/json", VENDOR, Server, true),
            (502, "text/html", HTML, Server, true),
            (302, "text/html", HTML, UnexpectedAnswer, false),
        ];
        for (status, content, body, kind, repeated) in cases {
            let failure = failure(status, content, body);
            assert_eq!(failure.error.kind(), kind, "{status} {content} {body}");
            assert_eq!(failure.may_repeat(Idempotency::Read), repeated, "{status} {content} {body}");
            assert_eq!(failure.error.is_transient(), repeated, "{status} {content} {body}");
        }
    }

    #[test]
    fn a_page_is_named_and_may_hide_that_the_server_acted() {
        let failure = failure(403, "text/html", "<title>Error 403 - This web app is stopped</title>");
        assert!(failure.error.message().contains("This web app is stopped"), "{}", failure.error);
        assert_eq!(failure.reached, Reached::Misunderstood);
        assert!(!failure.may_repeat(Idempotency::Once) && failure.may_have_acted(Idempotency::Once));
    }

    #[test]
    fn a_redirect_shows_where_to_without_its_query() {
        let mut headers = HeaderMap::new();
        headers.insert(header::LOCATION, "https://login.example/signin?token=secret".parse().unwrap());
        let failure = of(StatusCode::FOUND, &headers, &Bytes::new(), Timestamp::UNIX_EPOCH);
        assert!(failure.error.message().contains("to https://login.example/signin ("), "{}", failure.error);
    }

    #[test]
    fn a_gateway_that_failed_is_not_the_server_that_failed() {
        let gateway = failure(502, "text/html", "<title>502 Bad Gateway</title>").error;
        assert!(gateway.message().contains("a gateway before the server failed"), "{gateway}");
        assert!(gateway.message().contains("Bad Gateway"), "{gateway}");
        let server = failure(500, "application/json", r#"{"Message":"An error has occurred."}"#).error;
        assert!(server.message().contains("the server failed"), "{server}");
    }
}
