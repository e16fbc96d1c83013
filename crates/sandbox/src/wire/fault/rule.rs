//! A rule of misbehaviour, as Rust makes it.

use std::time::{Duration, SystemTime};

use crate::wire::fault::Kind;
use crate::wire::fault::choice::{Calls, Choice};
use crate::wire::router::Route;
use crate::world::clock::Ticks;

/// One rule of misbehaviour: what happens, to which calls.
///
/// Every kind can also be read from text: `r#"{"kind":"saysNo","form":"result"}"#.parse::<Fault>()`.
///
/// Of the rules that match a call, the first decides what is done and answered. Beside it, the first of those about time
/// (`delay`) and the first of those about the bytes of the body (`drip`, `stall`, `reset_during`, `short_body`) apply.
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
    pub(super) choice: Choice,
    pub(super) calls: Calls,
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self { kind, choice: Choice::default(), calls: Calls::All }
    }

    /// An error with the vendor's body; nothing is done.
    pub fn status(code: u16) -> Self {
        Self::new(Kind::Status { code, retry_after: None, retry_after_as_date: false })
    }

    /// An error that asks to come back in `seconds` seconds; nothing is done.
    pub fn retry_after_seconds(code: u16, seconds: u32) -> Self {
        Self::new(Kind::Status { code, retry_after: Some(seconds), retry_after_as_date: false })
    }

    /// An error that asks to come back at a date, `seconds` seconds from now; nothing is done.
    pub fn retry_after_date(code: u16, seconds: u32) -> Self {
        Self::new(Kind::Status { code, retry_after: Some(seconds), retry_after_as_date: true })
    }

    /// An error although the work was done.
    pub fn after_work(code: u16) -> Self {
        Self::new(Kind::AfterWork { code })
    }

    /// A gateway's web page in place of the answer; nothing is done.
    pub fn page(code: u16) -> Self {
        Self::new(Kind::Page { code })
    }

    /// A redirect to a page to sign in; nothing is done.
    pub fn login() -> Self {
        Self::new(Kind::Login {})
    }

    /// The answer comes so much later.
    pub fn delay(by: Duration) -> Self {
        Self::new(Kind::Delay { ms: ms(by) })
    }

    /// The body comes in pieces of `bytes` bytes, each after a pause.
    pub fn drip(bytes: usize, pause: Duration) -> Self {
        Self::new(Kind::Drip { bytes: bytes.max(1), ms: ms(pause) })
    }

    /// The body stops after `after` bytes, and the connection stays open.
    pub fn stall(after: usize) -> Self {
        Self::new(Kind::Stall { after })
    }

    /// The connection is reset before anything is done.
    pub fn reset_before() -> Self {
        Self::new(Kind::ResetBefore {})
    }

    /// The connection is reset after `after` bytes of the body; the work was done.
    pub fn reset_during(after: usize) -> Self {
        Self::new(Kind::ResetDuring { after })
    }

    /// The connection is reset without an answer after the work was done.
    pub fn reset_after_work() -> Self {
        Self::new(Kind::ResetAfterWork {})
    }

    /// Half of the body, as if it were the whole.
    pub fn broken_json() -> Self {
        Self::new(Kind::BrokenJson {})
    }

    /// A `Content-Length` that is more than comes.
    pub fn short_body() -> Self {
        Self::new(Kind::ShortBody {})
    }

    /// `Content-Encoding: gzip` over bytes that are none.
    pub fn broken_gzip() -> Self {
        Self::new(Kind::BrokenGzip {})
    }

    /// The right body under another content type.
    pub fn content_type(value: impl Into<String>) -> Self {
        Self::new(Kind::ContentType { value: value.into() })
    }

    /// A 200 without a body.
    pub fn empty_body() -> Self {
        Self::new(Kind::EmptyBody {})
    }

    /// A list without its `X-Pagination` header.
    pub fn no_pagination() -> Self {
        Self::new(Kind::NoPagination {})
    }

    /// An `X-Pagination` header that is no JSON.
    pub fn broken_pagination() -> Self {
        Self::new(Kind::BrokenPagination {})
    }

    /// The `X-Pagination` header twice.
    pub fn double_pagination() -> Self {
        Self::new(Kind::DoublePagination {})
    }

    /// A field that nobody knows in every object.
    pub fn unknown_fields() -> Self {
        Self::new(Kind::UnknownFields {})
    }

    /// Null for every text, number and yes or no.
    pub fn nulls() -> Self {
        Self::new(Kind::Nulls {})
    }

    /// The access token of the call is no longer valid.
    pub fn expired_token() -> Self {
        Self::new(Kind::ExpiredToken {})
    }

    /// All tokens of the call's customer are no longer valid, refresh tokens included.
    pub fn revoked_tokens() -> Self {
        Self::new(Kind::RevokedTokens {})
    }

    /// A refresh token is refused. It does not apply to other calls.
    pub fn refused_refresh() -> Self {
        Self::new(Kind::RefusedRefresh {})
    }

    /// A token is renewed, and the connection closes before the new one is sent. It does not apply to other calls.
    pub fn lost_rotation() -> Self {
        Self::new(Kind::LostRotation {})
    }

    /// `items` carriers leave the front of a list, and as many join its end, before a page of it is read.
    ///
    /// The lists of monitored and blocked carriers really change.
    pub fn page_drift(items: u32) -> Self {
        Self::new(Kind::PageDrift { items })
    }

    /// Half of the rows of a window show `seconds` seconds after they happened.
    pub fn late_rows(seconds: u32) -> Self {
        Self::new(Kind::LateRows { seconds })
    }

    /// Every row of a window comes twice.
    pub fn duplicate_rows() -> Self {
        Self::new(Kind::DuplicateRows {})
    }

    /// The server's clock is `seconds` seconds ahead, or behind.
    pub fn clock_skew(seconds: i64) -> Self {
        Self::new(Kind::ClockSkew { seconds })
    }

    /// A 200 with an error's message in place of the answer; the work was done.
    pub fn message_instead() -> Self {
        Self::new(Kind::MessageInstead {})
    }

    /// A third of the fields is not there.
    pub fn missing_fields() -> Self {
        Self::new(Kind::MissingFields {})
    }

    /// A value that nobody knows wherever the documents list the values there can be.
    pub fn unknown_values() -> Self {
        Self::new(Kind::UnknownValues {})
    }

    /// Every number is a text.
    pub fn numbers_as_text() -> Self {
        Self::new(Kind::NumbersAsText {})
    }

    /// An object in place of a list of objects: its first.
    pub fn object_for_list() -> Self {
        Self::new(Kind::ObjectForList {})
    }

    /// Lists as Json.NET can also write them: `{"$id":"1","$values":[…]}`.
    pub fn wrapped_lists() -> Self {
        Self::new(Kind::WrappedLists {})
    }

    /// A `$ref` to an object that is nowhere.
    pub fn dangling_reference() -> Self {
        Self::new(Kind::DanglingReference {})
    }

    /// A byte that is no UTF-8 in the first text of every object.
    pub fn invalid_utf8() -> Self {
        Self::new(Kind::InvalidUtf8 {})
    }

    /// The first field of every object twice, with the same value.
    pub fn duplicate_keys() -> Self {
        Self::new(Kind::DuplicateKeys {})
    }

    /// A number that no type can hold for every number.
    pub fn huge_numbers() -> Self {
        Self::new(Kind::HugeNumbers {})
    }

    /// Words for every number, and an object for every list within a list.
    pub fn wrong_types() -> Self {
        Self::new(Kind::WrongTypes {})
    }

    /// Half of the body with the `Content-Length` of that half.
    pub fn cut_body() -> Self {
        Self::new(Kind::CutBody {})
    }

    /// An empty object in place of the answer; the work was done.
    pub fn empty_object() -> Self {
        Self::new(Kind::EmptyObject {})
    }

    /// A 400 with `ModelState`; nothing is done.
    pub fn model_state() -> Self {
        Self::new(Kind::ModelState {})
    }

    /// The 403 of Azure's storage where the link to a document has run out.
    pub fn blob_forbidden() -> Self {
        Self::new(Kind::BlobForbidden {})
    }

    /// The `Date` header alone is `seconds` seconds ahead, or behind.
    pub fn date_skew(seconds: i64) -> Self {
        Self::new(Kind::DateSkew { seconds })
    }

    /// No `Content-Type`.
    pub fn no_content_type() -> Self {
        Self::new(Kind::NoContentType {})
    }

    /// `Content-Type` twice, the second `text/plain`.
    pub fn double_content_type() -> Self {
        Self::new(Kind::DoubleContentType {})
    }

    /// Only on this operation, by its documented name; `"token"`, `"portal token"` and `"CarrierPacket"` are some, too.
    ///
    /// # Panics
    /// If there is no such operation: the rule would apply to nothing.
    pub fn on(mut self, operation: &str) -> Self {
        let name = Route::operation(operation);
        assert!(name.is_some(), "there is no operation {operation:?}");
        self.choice.operation = name;
        self
    }

    /// Only until this instant of the sandbox's time.
    pub fn until(mut self, end: SystemTime) -> Self {
        self.choice.until = Some(Ticks::from_system(end));
        self
    }

    /// Only for this user name.
    pub fn customer(mut self, name: impl Into<String>) -> Self {
        self.choice.customer = Some(name.into());
        self
    }

    /// Only calls with this parameter, wherever it is: in the address, in a form or in a JSON body. Given repeatedly, all
    /// of them must be there. The case of the name does not matter; the value is compared as text.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use mycarrierpackets_sandbox::{Fault, Sandbox};
    ///
    /// let sandbox = Sandbox::builder().carriers(10).start().await?;
    /// // One carrier cannot be previewed, and every other can.
    /// sandbox.fault(Fault::status(503).on("PreviewCarrier").with("DOTNumber", "23868"));
    /// # Ok(()) }
    /// ```
    pub fn with(mut self, parameter: impl Into<String>, value: impl Into<String>) -> Self {
        self.choice.with.push((parameter.into(), value.into()));
        self
    }

    /// Only the first `count` calls that it matches, without those that an earlier rule took.
    pub fn first(mut self, count: u64) -> Self {
        self.calls = Calls::First(count);
        self
    }

    /// Only the `n`th call that it matches, from 1.
    pub fn nth(mut self, n: u64) -> Self {
        self.calls = Calls::Nth(n);
        self
    }

    /// Every `n`th call that it matches.
    pub fn every(mut self, n: u64) -> Self {
        self.calls = Calls::Every(n.max(1));
        self
    }

    /// `per_thousand` of 1,000 calls, chosen by the seed.
    pub fn share(mut self, per_thousand: u32) -> Self {
        self.calls = Calls::Share(per_thousand.clamp(1, 1000).into());
        self
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
