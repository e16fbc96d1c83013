//! The log of calls, for tests in any language.

use serde_json::{Value, json};

use crate::control::addresses;
use crate::control::call::Call;
use crate::control::reply::{Code, Refusal, Reply, Result, bad, missing};
use crate::control::shown::{summary, whole};
use crate::wire::log::{Listing, Log};
use crate::wire::meant::{meant, quoted};
use crate::wire::record::RecordedRequest;
use crate::wire::router::Route;

/// The most calls in one list.
pub(crate) const LONGEST: u64 = 1000;

pub(crate) fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    let log = &call.engine.log;
    match (method, path) {
        ("GET", ["requests"]) => {
            let limit = call.count("limit", 100, LONGEST)? as usize;
            Ok(Reply::Json(Filter::of(call)?.list(log, limit)))
        }
        ("DELETE", ["requests"]) => {
            log.clear();
            Ok(Reply::Done)
        }
        ("GET", ["requests", number]) => {
            let none = || missing(Code::UnknownRequest, "there is no request of this number", "/__sandbox/requests");
            let found = log.get(number.parse().map_err(|_| none())?);
            found.map(|request| Reply::Json(whole(&request))).map_err(|dropped| match dropped {
                true => {
                    let error = "this request came, and the log no longer has it";
                    let advice =
                        "The log keeps the last 10,000: look at a request sooner, or clear the log more often.";
                    Refusal::new(404, Code::DroppedRequest, error, advice)
                }
                false => none(),
            })
        }
        _ => Err(addresses::nowhere(method, path)),
    }
}

/// Which calls are asked for.
pub(crate) struct Filter {
    pub(crate) operation: Option<&'static str>,
    customer: Option<String>,
    status: Option<u64>,
    pub(crate) after: u64,
    /// Parameters that they have, with these values.
    with: Vec<(String, String)>,
    /// Whether a call must be over.
    pub(crate) over: bool,
}

impl Filter {
    pub(crate) fn of(call: &Call<'_>) -> std::result::Result<Self, Refusal> {
        let unknown = |name: &str| {
            let error = format!("there is no operation {}{}", quoted(name), meant(name, Route::operations()));
            bad(Code::UnknownOperation, error)
        };
        let operation = call.params.get("operation");
        Ok(Self {
            operation: operation.map(|name| Route::operation(name).ok_or_else(|| unknown(name))).transpose()?,
            customer: call.params.get("customer").map(str::to_owned),
            status: call.number("status")?,
            after: call.number("after")?.unwrap_or(0),
            with: call.wanted(),
            over: false,
        })
    }

    /// The last of these calls, how many there are, and whether that is all.
    pub(crate) fn list(&self, log: &Log, limit: usize) -> Value {
        let Listing { requests, total, dropped, complete } =
            log.listing((self.operation, self.after), limit, |request| self.fits(request));
        // A body that was dropped may have had the parameters.
        let unknown = !self.with.is_empty()
            && log.any((self.operation, self.after), |request| {
                request.bodies_dropped && self.could_fit(request) && !self.fits(request)
            });
        json!({
            "total": total,
            "complete": complete && !unknown,
            "dropped": dropped,
            "counts": log.counts(),
            "peak": log.peak(),
            "requests": requests.iter().map(summary).collect::<Vec<_>>(),
        })
    }

    /// How many of these calls the log has.
    pub(crate) fn total(&self, log: &Log) -> usize {
        log.listing((self.operation, self.after), 0, |request| self.fits(request)).total
    }

    fn fits(&self, request: &RecordedRequest) -> bool {
        self.could_fit(request) && self.with.iter().all(|(name, value)| request.gave(name, value))
    }

    fn could_fit(&self, request: &RecordedRequest) -> bool {
        self.customer.as_ref().is_none_or(|own| request.customer.as_ref() == Some(own))
            && self.status.is_none_or(|own| request.status.map(u64::from) == Some(own))
            && (request.over || !self.over)
    }
}
