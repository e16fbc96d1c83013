//! The body of a request: how much of it is read, and for how long.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::vendor::answer::Failure;

const SLOWEST_BODY: Duration = Duration::from_secs(30);

/// Reads a body of at most `most` bytes, or says what to answer instead.
pub(crate) async fn read(body: Incoming, most: usize) -> Result<Bytes, Failure> {
    match tokio::time::timeout(SLOWEST_BODY, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Failure::new(413, "Maximum request length exceeded.")),
        Ok(Err(_)) => Err(Failure::bad("The request body could not be read.")),
        Err(_) => Err(Failure::new(408, "The request body did not come in time.")),
    }
}
