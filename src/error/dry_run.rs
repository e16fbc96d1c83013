//! The request that a dry run holds back.

use bytes::Bytes;

/// A request that was not sent, because the client makes a [dry run](crate::ClientBuilder::dry_run).
///
/// It holds what the caller passed, email addresses and phone numbers included, and no token.
#[derive(Clone)]
#[non_exhaustive]
pub struct PlannedRequest {
    /// Its method.
    pub method: http::Method,
    /// Its address, with the query.
    pub url: url::Url,
    /// Its body; empty where it has none.
    pub body: Bytes,
}

impl PlannedRequest {
    pub(crate) fn of(request: &reqwest::Request) -> Self {
        let body = request.body().and_then(reqwest::Body::as_bytes).map(Bytes::copy_from_slice);
        Self { method: request.method().clone(), url: request.url().clone(), body: body.unwrap_or_default() }
    }
}

impl std::fmt::Debug for PlannedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlannedRequest").field("path", &self.url.path()).finish_non_exhaustive()
    }
}
