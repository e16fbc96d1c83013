//! The stream of events: that something changed, for pages that show it.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::control::call::Call;
use crate::control::reply::{Code, Refusal, Reply, Result};
use crate::engine::MOST_STREAMS;
use crate::watch::{Change, Watcher};
use crate::wire::response_body::ResponseBody;

/// A client that hears nothing for that long knows that the connection broke.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Parts of the stream that wait to be written out.
const WAITING: usize = 8;
/// How soon a browser comes back, in milliseconds.
const HELLO: &str = "retry: 1000\n: the sandbox says what changed\n\n";

pub(super) fn open(call: &Call<'_>) -> Result {
    let engine = call.engine;
    let Ok(place) = Arc::clone(&engine.streams).try_acquire_owned() else {
        let error = format!("there are {MOST_STREAMS} streams of events already");
        return Err(Refusal::new(503, Code::TooManyStreams, error, "Close some, such as pages of the console."));
    };
    let watcher = engine.watch.watcher();
    // The pump looks at the clock from now on.
    engine.webhooks.wake();
    let (parts, body) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let _place = place;
        stream(watcher, parts).await;
    });
    Ok(Reply::Live("text/event-stream", ResponseBody::live(body)))
}

/// Writes until the reader is no longer there, or is too far behind.
async fn stream(mut watcher: Watcher, parts: mpsc::Sender<Bytes>) {
    let mut next = Bytes::from_static(HELLO.as_bytes());
    loop {
        if parts.send(next).await.is_err() {
            return;
        }
        next = tokio::select! {
            () = parts.closed() => return,
            changes = watcher.changes() => match changes {
                Some(changes) => written(&changes),
                None => return,
            },
            () = sleep_until(Instant::now() + HEARTBEAT) => Bytes::from_static(b": still here\n\n"),
        };
    }
}

fn written(changes: &[Change]) -> Bytes {
    let mut text = String::new();
    for Change { topic, number } in changes {
        let number = number.map_or_else(|| "null".to_owned(), |number| number.to_string());
        // Writing to a String cannot fail.
        let _ = write!(text, "event: {}\ndata: {{\"number\":{number}}}\n\n", topic.name());
    }
    text.into()
}
