//! Waits for calls, so that a test need not ask again and again.

use std::time::Duration;

use serde_json::json;

use crate::control::call::Call;
use crate::control::reply::{Code, Refusal, Reply, Result, bad};
use crate::control::requests::{Filter, LONGEST};
use crate::control::shown::summary;
use crate::wire::meant::quoted;

const DEFAULT: u64 = 10;
const LONGEST_WAIT: u64 = 60;
/// The most of the calls that came instead that are shown.
const INSTEAD: usize = 20;

/// Answers when the calls that are asked for are over, or have arrived if that is enough; or when the time is.
pub(crate) async fn wait(call: &Call<'_>) -> Result {
    let mut filter = Filter::of(call)?;
    filter.over = match call.params.get("until") {
        None | Some("answered") => true,
        Some("arrived") => false,
        Some(other) => {
            let error = format!("until must be answered or arrived, and is {}", quoted(other));
            return Err(bad(Code::InvalidValue, error));
        }
    };
    let count = call.count("count", 1, LONGEST)?;
    let seconds = call.count("timeoutSeconds", DEFAULT, LONGEST_WAIT)?;
    let log = &call.engine.log;
    if !log.recording() {
        let error = "the sandbox keeps no requests, so none can be waited for";
        return Err(Refusal::new(409, Code::NoLog, error, "Start it without --no-log."));
    }
    let limit = LONGEST as usize;
    let enough = |log: &_| (filter.total(log) as u64 >= count).then(|| filter.list(log, limit));
    if let Some(list) = log.wait(Duration::from_secs(seconds), enough).await {
        return Ok(Reply::Json(list));
    }
    let came = filter.total(log);
    let what = filter.operation.map_or("calls".to_owned(), |operation| format!("calls of {operation}"));
    let instead = log.listing((None, filter.after), INSTEAD, |_| true);
    let error = format!("{came} of {count} {what} that match came within {seconds} seconds");
    let advice = match instead.total {
        0 => "Nothing came at all: look at the address that the program calls.",
        _ => "Compare with what came instead.",
    };
    let instead: Vec<_> = instead.requests.iter().map(summary).collect();
    Err(Refusal::new(408, Code::TimedOut, error, advice).with("total", json!(came)).with("came", instead.into()))
}
