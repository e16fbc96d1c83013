//! Reads the body of an answer: never more of it than allowed, and not for longer than it moves.

use super::buffers::{Buffer, LARGE};
use super::failure::Failure;
use super::turn;
use crate::settings::{Limits, Timeouts};
use crate::task::spawned;
use crate::{Error, ErrorKind};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use reqwest::Response;
use std::time::Duration;
use tokio::time::timeout;

/// How long the body of a refusal is waited for: its status is an answer already.
const REFUSAL_TIME: Duration = Duration::from_secs(5);

/// Status and headers of an answer.
pub(crate) struct Head {
    pub status: StatusCode,
    pub headers: HeaderMap,
}

/// The most that is read of a body.
#[derive(Clone, Copy)]
pub(crate) struct Most {
    /// Bytes, after decompression.
    pub bytes: usize,
    /// How long it may stand still.
    pub stall: Duration,
}

impl Most {
    pub(crate) fn json(limits: &Limits, timeouts: &Timeouts) -> Self {
        Self { bytes: limits.json_bytes, stall: timeouts.stall }
    }

    pub(crate) fn document(limits: &Limits, timeouts: &Timeouts) -> Self {
        Self { bytes: limits.document_bytes, stall: timeouts.stall }
    }
}

/// The whole body, decompressed; an error past what is allowed.
pub(crate) async fn read(answer: Response, most: Most) -> Result<(Head, Bytes), Failure> {
    let too_large = || {
        let what = format!("the answer is larger than {} bytes", most.bytes);
        Failure::last(Error::new(ErrorKind::TooLarge, what))
    };
    let length = answer.content_length();
    if length.is_some_and(|length| length > most.bytes as u64) {
        return Err(too_large());
    }
    // Pieces of a large answer pass from task to task: between tasks of the runtime that costs little, and to a thread
    // that waits outside of it, a wake-up each.
    let (head, body) = match length {
        Some(length) if length < LARGE as u64 => read_up_to(answer, Some(length), most).await?,
        _ => {
            let reading = spawned(async move { Ok(read_up_to(answer, length, most).await) });
            reading.await.map_err(Failure::last)??
        }
    };
    turn::give_back();
    body.map(|body| (head, body)).ok_or_else(too_large)
}

/// The body, or its beginning if it is longer, breaks off, stands still, or does not come in time.
pub(crate) async fn read_start(mut answer: Response, most: Most) -> Bytes {
    let mut body = BytesMut::new();
    let reading = async {
        while let Ok(Ok(Some(chunk))) = timeout(most.stall, answer.chunk()).await {
            let room = most.bytes - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == most.bytes {
                break;
            }
        }
    };
    // What came by then is what there is.
    let _ = timeout(REFUSAL_TIME, reading).await;
    body.freeze()
}

async fn read_up_to(mut answer: Response, length: Option<u64>, most: Most) -> Result<(Head, Option<Bytes>), Failure> {
    let head = Head { status: answer.status(), headers: std::mem::take(answer.headers_mut()) };
    let Some(first) = next(&mut answer, most.stall).await? else {
        return Ok((head, Some(Bytes::new())));
    };
    let Some(second) = next(&mut answer, most.stall).await? else {
        // A small answer is one chunk: no copy.
        return Ok((head, (first.len() <= most.bytes).then_some(first)));
    };
    // Room for what the server announces, which the limit bounds; a compressed answer announces nothing.
    let length = length.and_then(|length| usize::try_from(length).ok()).unwrap_or((first.len() + second.len()) * 2);
    let mut body = Buffer::with_capacity(length.min(most.bytes));
    let mut chunk = Some(second);
    body.extend(&first);
    while let Some(bytes) = chunk {
        if body.len() + bytes.len() > most.bytes {
            return Ok((head, None));
        }
        body.extend(&bytes);
        chunk = next(&mut answer, most.stall).await?;
    }
    Ok((head, Some(body.freeze())))
}

async fn next(answer: &mut Response, stall: Duration) -> Result<Option<Bytes>, Failure> {
    match timeout(stall, answer.chunk()).await {
        Ok(chunk) => chunk.map_err(Failure::transport),
        Err(_) => Err(Failure::timeout(format!("the answer stood still for {} s", stall.as_secs_f64()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use std::sync::Arc;
    use tokio::sync::Semaphore;

    fn answer(chunks: Vec<&'static str>, length: Option<u64>) -> Response {
        let chunks =
            chunks.into_iter().map(|chunk| Ok::<_, std::convert::Infallible>(Bytes::from_static(chunk.as_bytes())));
        let mut response = http::Response::new(reqwest::Body::wrap_stream(stream::iter(chunks)));
        if let Some(length) = length {
            response.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
        }
        Response::from(response)
    }

    async fn read_of(chunks: Vec<&'static str>, bytes: usize) -> Result<String, ErrorKind> {
        let read = read(answer(chunks, None), Most { bytes, stall: Duration::from_secs(20) }).await;
        read.map(|(_, body)| String::from_utf8(body.to_vec()).unwrap()).map_err(|failure| failure.error.kind())
    }

    #[tokio::test]
    async fn no_more_is_read_than_allowed_however_it_comes() {
        assert_eq!(read_of(vec![], 3).await.as_deref(), Ok(""));
        assert_eq!(read_of(vec!["abc"], 3).await.as_deref(), Ok("abc"), "one chunk of the allowed size");
        assert_eq!(read_of(vec!["abcd"], 3).await, Err(ErrorKind::TooLarge), "one chunk");
        assert_eq!(read_of(vec!["ab", "c"], 3).await.as_deref(), Ok("abc"));
        assert_eq!(read_of(vec!["ab", "cd"], 3).await, Err(ErrorKind::TooLarge));
        assert_eq!(read_of(vec!["a", "b", "c", "d"], 3).await, Err(ErrorKind::TooLarge));
    }

    #[tokio::test]
    async fn of_a_refusal_its_beginning_is_read_however_it_comes() {
        for (bytes, expected) in [(1, "a"), (3, "abc"), (4, "abcd"), (9, "abcdef")] {
            let most = Most { bytes, stall: Duration::from_secs(20) };
            assert_eq!(read_start(answer(vec!["ab", "cd", "ef"], None), most).await, expected);
        }
    }

    #[tokio::test]
    async fn an_answer_that_has_arrived_gives_its_turn_back() {
        let turns = Arc::new(Semaphore::new(1));
        let call = async {
            let reading = read(answer(vec!["{", "}"], None), Most { bytes: 9, stall: Duration::from_secs(20) });
            assert_eq!(turns.available_permits(), 0, "not before");
            reading.await.map(|_| turns.available_permits()).ok()
        };
        assert_eq!(turn::in_turn(Arc::clone(&turns), call).await, Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_is_given_up_and_a_refusal_is_read_as_far_as_it_came() {
        let silent = || {
            let begun = stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from_static(b"[1,"))]);
            let body = futures::StreamExt::chain(begun, stream::pending());
            Response::from(http::Response::new(reqwest::Body::wrap_stream(body)))
        };
        let most = Most { bytes: 100, stall: Duration::from_secs(20) };
        let failure = read(silent(), most).await.map(|_| ()).unwrap_err();
        assert_eq!(failure.error.kind(), ErrorKind::Timeout);
        assert!(failure.error.message().contains("stood still for 20 s"), "{}", failure.error);
        for (bytes, stall, waited) in [(100, 20, 5), (100, 1, 1), (2, 20, 0)] {
            let begun = tokio::time::Instant::now();
            let start = read_start(silent(), Most { bytes, stall: Duration::from_secs(stall) }).await;
            assert_eq!((&*start, begun.elapsed().as_secs()), (&b"[1,"[..bytes.min(3)], waited));
        }
    }
}
