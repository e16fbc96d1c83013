//! What the fuzz targets call: readers of foreign bytes that are not public. No part of the interface.

use super::body::Head;
use super::{headers, normalize, references};
use crate::{Error, Operation};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use std::time::Duration;

/// `body` with its references resolved; `None` if it would be larger than `most`.
pub fn resolve(body: &[u8], most: usize) -> Option<Vec<u8>> {
    references::resolve(Bytes::copy_from_slice(body), most).ok().map(Into::into)
}

/// The body of a 200 as the generated client gets it.
///
/// # Errors
/// Why it is no answer.
pub fn normalized(operation: Operation, content_type: &[u8], body: &[u8], most: usize) -> Result<Vec<u8>, Error> {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(content_type) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    let head = Head { status: StatusCode::OK, headers };
    let answer = normalize::normalize(operation.info(), &head, Bytes::copy_from_slice(body), most);
    answer.map(Into::into).map_err(|failure| failure.error)
}

/// How long an answer with this `Retry-After`, and this `Date` if it is not empty, asks to wait.
pub fn retry_after(value: &[u8], date: &[u8], now: Timestamp) -> Option<Duration> {
    let mut headers = HeaderMap::new();
    for (name, value) in [(header::RETRY_AFTER, value), (header::DATE, date)] {
        match HeaderValue::from_bytes(value) {
            Ok(value) if !value.is_empty() => headers.insert(name, value),
            _ => None,
        };
    }
    headers::retry_after(&headers, now)
}
