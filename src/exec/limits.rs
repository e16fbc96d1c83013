//! Reads the body of an answer, never more of it than allowed.

use super::retry::Failure;
use crate::{Error, ErrorKind};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use reqwest::Response;

/// Status and headers of an answer.
pub(crate) struct Head {
    pub status: StatusCode,
    pub headers: HeaderMap,
}

/// The whole body, decompressed; an error past `most` bytes.
pub(crate) async fn read(answer: Response, most: usize) -> Result<(Head, Bytes), Failure> {
    let too_large = || {
        let what = format!("the answer is larger than {most} bytes");
        Failure::last(Error::new(ErrorKind::TooLarge, what))
    };
    let told = answer.content_length();
    if told.is_some_and(|told| told > most as u64) {
        return Err(too_large());
    }
    let (head, body) = read_up_to(answer, told, most).await?;
    body.map(|body| (head, body)).ok_or_else(too_large)
}

/// The body, or its first `most` bytes if it is longer or breaks off.
pub(crate) async fn read_start(mut answer: Response, most: usize) -> Bytes {
    let mut body = BytesMut::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        let room = most - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == most {
            break;
        }
    }
    body.freeze()
}

async fn read_up_to(mut answer: Response, told: Option<u64>, most: usize) -> Result<(Head, Option<Bytes>), Failure> {
    let head = Head { status: answer.status(), headers: std::mem::take(answer.headers_mut()) };
    let Some(first) = answer.chunk().await.map_err(Failure::transport)? else {
        return Ok((head, Some(Bytes::new())));
    };
    let Some(second) = answer.chunk().await.map_err(Failure::transport)? else {
        // A small answer is one chunk: no copy.
        return Ok((head, (first.len() <= most).then_some(first)));
    };
    // Room for what the server tells, which `most` bounds; a compressed answer tells nothing.
    let told = told.and_then(|told| usize::try_from(told).ok()).unwrap_or((first.len() + second.len()) * 2);
    let mut body = BytesMut::with_capacity(told.min(most));
    let mut next = Some(second);
    body.extend_from_slice(&first);
    while let Some(chunk) = next {
        if body.len() + chunk.len() > most {
            return Ok((head, None));
        }
        body.extend_from_slice(&chunk);
        next = answer.chunk().await.map_err(Failure::transport)?;
    }
    Ok((head, Some(body.freeze())))
}
