//! Misbehaviour on demand: which calls it meets, and what becomes of them.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

use crate::answer::{Answer, Body, Failure};
use crate::clock::{SECOND, Ticks};
use crate::hash::{pair, reduce};
use crate::lock;

/// One rule of misbehaviour: what happens, to which calls.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// use mycarrierpackets_sandbox::{Fault, Sandbox};
///
/// let sandbox = Sandbox::builder().carriers(10).start().await?;
/// // The first two previews fail; what a 500 leaves behind is done all the same.
/// sandbox.fault(Fault::status(503).on("PreviewCarrier").first(2));
/// sandbox.fault(Fault::after_work(500).on("EmailPacketInvitation"));
/// sandbox.clear_faults();
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "pass it to `Sandbox::fault`"]
pub struct Fault {
    pub(crate) kind: Kind,
    operation: Option<String>,
    customer: Option<String>,
    calls: Calls,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Answered before any work, with the vendor's error body and perhaps `Retry-After`.
    Status {
        code: u16,
        retry_after: Option<RetryAfter>,
    },
    /// The same after the work was done.
    AfterWork(u16),
    /// A gateway's web page.
    Page(u16),
    /// A redirect to a page to sign in.
    Login,
    Delay(Duration),
    /// The body in pieces, so far apart.
    Drip {
        bytes: usize,
        pause: Duration,
    },
    /// The body stops, and the connection stays.
    Stall {
        after: usize,
    },
    ResetBefore,
    ResetDuring {
        after: usize,
    },
    ResetAfterWork,
    /// Half of the body, as if it were whole.
    BrokenJson,
    /// The length that was told, and fewer bytes.
    ShortBody,
    BrokenGzip,
    ContentType(&'static str),
    EmptyBody,
    NoPagination,
    BrokenPagination,
    DoublePagination,
    UnknownFields,
    Nulls,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RetryAfter {
    Seconds(u32),
    Date(u32),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Calls {
    All,
    First(u64),
    Nth(u64),
    Every(u64),
    /// Of 1,000, as the seed decides.
    Share(u32),
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self { kind, operation: None, customer: None, calls: Calls::All }
    }

    /// An error with the vendor's body; nothing is done.
    pub fn status(code: u16) -> Self {
        Self::new(Kind::Status { code, retry_after: None })
    }

    /// An error that asks to come back in so many seconds; nothing is done.
    pub fn retry_after_seconds(code: u16, seconds: u32) -> Self {
        Self::new(Kind::Status { code, retry_after: Some(RetryAfter::Seconds(seconds)) })
    }

    /// An error that asks to come back at a date, so many seconds from now; nothing is done.
    pub fn retry_after_date(code: u16, seconds: u32) -> Self {
        Self::new(Kind::Status { code, retry_after: Some(RetryAfter::Date(seconds)) })
    }

    /// An error although the work was done.
    pub fn after_work(code: u16) -> Self {
        Self::new(Kind::AfterWork(code))
    }

    /// A gateway's web page in place of the answer; nothing is done.
    pub fn page(code: u16) -> Self {
        Self::new(Kind::Page(code))
    }

    /// A redirect to a page to sign in; nothing is done.
    pub fn login() -> Self {
        Self::new(Kind::Login)
    }

    /// The answer comes so much later.
    pub fn delay(by: Duration) -> Self {
        Self::new(Kind::Delay(by))
    }

    /// The body comes in pieces of so many bytes, so far apart.
    pub fn drip(bytes: usize, pause: Duration) -> Self {
        Self::new(Kind::Drip { bytes: bytes.max(1), pause })
    }

    /// The body stops after so many bytes, and the connection stays open.
    pub fn stall(after: usize) -> Self {
        Self::new(Kind::Stall { after })
    }

    /// The connection closes before anything is done.
    pub fn reset_before() -> Self {
        Self::new(Kind::ResetBefore)
    }

    /// The connection closes after so many bytes of the body; the work was done.
    pub fn reset_during(after: usize) -> Self {
        Self::new(Kind::ResetDuring { after })
    }

    /// The connection closes without an answer after the work was done.
    pub fn reset_after_work() -> Self {
        Self::new(Kind::ResetAfterWork)
    }

    /// Half of the body, as if it were the whole.
    pub fn broken_json() -> Self {
        Self::new(Kind::BrokenJson)
    }

    /// A `Content-Length` that is more than comes.
    pub fn short_body() -> Self {
        Self::new(Kind::ShortBody)
    }

    /// `Content-Encoding: gzip` over bytes that are none.
    pub fn broken_gzip() -> Self {
        Self::new(Kind::BrokenGzip)
    }

    /// The right body under another content type.
    pub fn content_type(kind: &'static str) -> Self {
        Self::new(Kind::ContentType(kind))
    }

    /// A 200 without a body.
    pub fn empty_body() -> Self {
        Self::new(Kind::EmptyBody)
    }

    /// A list without its `X-Pagination` header.
    pub fn no_pagination() -> Self {
        Self::new(Kind::NoPagination)
    }

    /// An `X-Pagination` header that is no JSON.
    pub fn broken_pagination() -> Self {
        Self::new(Kind::BrokenPagination)
    }

    /// The `X-Pagination` header twice.
    pub fn double_pagination() -> Self {
        Self::new(Kind::DoublePagination)
    }

    /// A field that nobody knows in every object.
    pub fn unknown_fields() -> Self {
        Self::new(Kind::UnknownFields)
    }

    /// Null for every text, number and yes or no.
    pub fn nulls() -> Self {
        Self::new(Kind::Nulls)
    }

    /// Only on this operation, by its documented name; `"token"` is one, too.
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// Only for this user name.
    pub fn customer(mut self, name: impl Into<String>) -> Self {
        self.customer = Some(name.into());
        self
    }

    /// Only the first `count` calls that it fits.
    pub fn first(mut self, count: u64) -> Self {
        self.calls = Calls::First(count);
        self
    }

    /// Only the `n`th call that it fits, from 1.
    pub fn nth(mut self, n: u64) -> Self {
        self.calls = Calls::Nth(n);
        self
    }

    /// Every `n`th call that it fits.
    pub fn every(mut self, n: u64) -> Self {
        self.calls = Calls::Every(n.max(1));
        self
    }

    /// So many of 1,000 calls, chosen by the seed.
    pub fn share(mut self, per_thousand: u32) -> Self {
        self.calls = Calls::Share(per_thousand);
        self
    }

    fn fits(&self, operation: &str, customer: Option<&str>) -> bool {
        self.operation.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(operation))
            && self.customer.as_deref().is_none_or(|own| customer == Some(own))
    }

    fn meets(&self, seed: u64, call: u64) -> bool {
        match self.calls {
            Calls::All => true,
            Calls::First(count) => call <= count,
            Calls::Nth(n) => call == n,
            Calls::Every(n) => call.is_multiple_of(n),
            Calls::Share(per_thousand) => reduce(pair(seed ^ 0xFA, call), 1000) < per_thousand,
        }
    }
}

impl Kind {
    /// The answer to a call that is not carried out.
    pub(crate) fn before_work(&self, now: Ticks) -> Option<Answer> {
        match *self {
            Self::Status { code, retry_after } => {
                let failure = Failure::new(code, message(code));
                Some(Answer::from(match retry_after {
                    None => failure,
                    Some(RetryAfter::Seconds(seconds)) => failure.header("retry-after", seconds.to_string()),
                    Some(RetryAfter::Date(seconds)) => {
                        failure.header("retry-after", now.plus(i64::from(seconds) * SECOND).rfc1123())
                    }
                }))
            }
            Self::Page(code) => Some(Answer::page(code)),
            Self::Login => Some(Answer::page(302).header("location", "/Account/Login?ReturnUrl=%2f".to_owned())),
            _ => None,
        }
    }

    /// What becomes of the answer to a call that was carried out.
    pub(crate) fn after_work(&self, mut answer: Answer) -> Answer {
        const PAGING: &str = "x-pagination";
        match self {
            Self::AfterWork(code) => return Failure::new(*code, message(*code)).into(),
            Self::BrokenJson => on_bytes(&mut answer.body, |bytes| bytes.truncate(bytes.len() / 2)),
            Self::EmptyBody => on_bytes(&mut answer.body, Vec::clear),
            Self::UnknownFields => on_json(&mut answer.body, unknown_fields),
            Self::Nulls => on_json(&mut answer.body, nulls),
            Self::NoPagination => answer.headers.retain(|(name, _)| *name != PAGING),
            Self::BrokenPagination => {
                for (_, value) in answer.headers.iter_mut().filter(|(name, _)| *name == PAGING) {
                    value.truncate(value.len() / 2);
                }
            }
            Self::DoublePagination => {
                let twice = answer.headers.iter().find(|(name, _)| *name == PAGING).cloned();
                answer.headers.extend(twice);
            }
            _ => {}
        }
        answer
    }
}

fn message(code: u16) -> &'static str {
    match code {
        400 => "The request is invalid.",
        401 | 403 => "Authorization has been denied for this request.",
        404 => "No carrier was found.",
        408 => "The request timed out.",
        429 => "Too many requests.",
        _ => "An error has occurred.",
    }
}

fn on_bytes(body: &mut Body, change: impl FnOnce(&mut Vec<u8>)) {
    match body {
        Body::Api { json: bytes, .. } | Body::Json(bytes) | Body::File { bytes, .. } => change(bytes),
        Body::Page(_) => {}
    }
}

fn on_json(body: &mut Body, change: fn(&mut Value)) {
    on_bytes(body, |bytes| {
        if let Ok(mut value) = serde_json::from_slice::<Value>(bytes) {
            change(&mut value);
            *bytes = value.to_string().into_bytes();
        }
    });
}

fn unknown_fields(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(unknown_fields),
        Value::Object(fields) if !fields.contains_key("$ref") => {
            fields.values_mut().for_each(unknown_fields);
            fields.insert("ZNewField".to_owned(), Value::from("of tomorrow"));
            fields.insert("ZNewObject".to_owned(), serde_json::json!({ "Level": 3 }));
        }
        _ => {}
    }
}

// Objects and lists stay, and what Json.NET needs to tell them apart.
fn nulls(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(nulls),
        Value::Object(fields) => {
            fields.iter_mut().filter(|(name, _)| !name.starts_with('$')).for_each(|(_, value)| nulls(value));
        }
        scalar => *scalar = Value::Null,
    }
}

/// The rules in force, each with the number of calls that it fitted.
pub(crate) struct Faults {
    seed: u64,
    rules: Mutex<Vec<(Fault, u64)>>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, rules: Mutex::default() }
    }

    pub(crate) fn add(&self, fault: Fault) {
        lock(&self.rules).push((fault, 0));
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.rules).is_empty()
    }

    pub(crate) fn clear(&self) {
        lock(&self.rules).clear();
    }

    /// What befalls a call: the first rule that meets it.
    pub(crate) fn befall(&self, operation: &str, customer: Option<&str>) -> Option<Kind> {
        let mut met = None;
        for (fault, calls) in lock(&self.rules).iter_mut() {
            if fault.fits(operation, customer) {
                *calls += 1;
                if met.is_none() && fault.meets(self.seed, *calls) {
                    met = Some(fault.kind.clone());
                }
            }
        }
        met
    }
}
