//! A good answer on its way to the generated client.

use super::body::{self, Head};
use super::decode::OfRecords;
use super::failure::Failure;
use super::headers::content_type;
use super::refusal::{self, ERROR_BODY};
use super::responder::{self, Responder};
use super::verdict;
use crate::operation::{Answer, OperationInfo};
use crate::{Error, ErrorKind};
use bytes::Bytes;
use futures::StreamExt as _;
use http::StatusCode;
use reqwest::Response;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// A good answer for the generated client.
pub(crate) fn of(info: &OperationInfo, head: Head, body: Bytes) -> Response {
    let mut response = http::Response::new(body);
    // 201 and 204 mean the same here, and the document has only 200.
    *response.status_mut() = StatusCode::OK;
    *response.headers_mut() = head.headers;
    if info.pagination.is_some() || (info.windowed && info.answer == Answer::Array) {
        response.extensions_mut().insert(OfRecords);
    }
    Response::from(response)
}

/// The whole of an answer that came through the funnel.
pub(crate) async fn whole(answer: Response, most: body::Most) -> Result<(Head, Bytes), Error> {
    body::read(answer, most).await.map_err(|failure| failure.error)
}

/// Refuses a page of a proxy, a gateway or the portal's login where the API should have answered.
pub(crate) fn no_page(head: &Head, body: &Bytes) -> Result<(), Failure> {
    match responder::is_page(&head.headers, body).then(|| responder::of(&head.headers, body)) {
        Some(Responder::Page(title)) => {
            let error = refusal::page(title.as_deref()).with_status(head.status);
            Err(Failure::misunderstood(error.with_body(body)))
        }
        _ => Ok(()),
    }
}

/// Refuses what says that it is a page or a message and not a document; passes a document on, unread.
pub(crate) async fn document(info: &OperationInfo, answer: Response, stall: Duration) -> Result<Response, Failure> {
    let kind = content_type(answer.headers());
    if !kind.contains("html") && !kind.contains("json") {
        return Ok(answer);
    }
    let head = Head { status: answer.status(), headers: answer.headers().clone() };
    let body = body::read_start(answer, body::Most { bytes: ERROR_BODY, stall }).await;
    no_page(&head, &body)?;
    verdict::judge(info, &head, &body)?;
    let what = "the server sent a message in place of the document";
    let error = Error::new(ErrorKind::UnexpectedAnswer, what).with_status(head.status);
    let words = responder::words(&head.headers, &body);
    Err(Failure::last(error.with_vendor_message(words).with_body(&body)))
}

/// The answer, whose body gives `slot` back at its end: a document that is being read is a request under way.
pub(crate) fn holding(mut answer: Response, slot: OwnedSemaphorePermit) -> Response {
    let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
    let chunks = answer.bytes_stream().map(move |chunk| {
        let _held = &slot;
        chunk
    });
    let mut response = http::Response::new(reqwest::Body::wrap_stream(chunks));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Response::from(response)
}
