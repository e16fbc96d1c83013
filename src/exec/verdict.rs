//! Whether an answer of a good status is one: for every operation and every caller, before anything is decoded.
//!
//! The vendor says no with status 200: a flag that is false, a message in place of what was asked for, `false`, a
//! sentence. None of that may be taken for a carrier without incidents, for the end of a list, or for a thing done.

use super::body::Head;
use super::failure::Failure;
use super::responder;
use super::tolerant;
use super::vendor_message::{self, Says};
use crate::operation::{Answer, Idempotency, OperationInfo};
use crate::types::lenient;
use crate::{Error, ErrorKind};
use bytes::Bytes;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// Answers up to this size are looked at whole: no record is that small, and it costs nothing.
const SMALL: usize = 1024;
/// Where the fields around the items of a large page stand: at its beginning or at its end.
const EDGE: usize = 4096;
/// What is said about the call and not about the carrier.
const FLAGS: [&str; 6] = ["Result", "Success", "succeeded", "IsSuccess", "IsSuccessful", "IsValid"];
const MESSAGES: [&str; 14] = [
    "$id",
    "Message",
    "Messages",
    "MessageDetail",
    "error",
    "errors",
    "error_description",
    "ExceptionMessage",
    "ExceptionType",
    "StackTrace",
    "ModelState",
    "title",
    "detail",
    "reason",
];
/// Fields that only repeat which carrier was asked for.
const IDENTITY: [&str; 8] =
    ["DOTNumber", "DotNumber", "DocketNumber", "MCNumber", "IntrastateNumber", "LegalName", "DBAName", "CompanyName"];

/// Passes an answer on which the call can rely, as far as that is seen without decoding it.
pub(crate) fn judge(info: &OperationInfo, head: &Head, body: &Bytes) -> Result<(), Failure> {
    let case = Case { info, head, body };
    match body.first() {
        None => case.nothing(),
        Some(b'{') if body.last() != Some(&b'}') => Err(case.cut()),
        Some(b'[') if body.last() != Some(&b']') => Err(case.cut()),
        Some(b'{') => case.object(body),
        Some(b'[') => case.array(),
        Some(b'"') => case.text(serde_json::from_str(&String::from_utf8_lossy(body)).ok()),
        _ => match &**body {
            b"null" => case.nothing(),
            b"false" | b"False" => Err(case.declined(None)),
            b"true" | b"True" => case.yes(),
            text if text.iter().any(u8::is_ascii_alphabetic) => {
                case.text(Some(String::from_utf8_lossy(text).into_owned()))
            }
            _ => Ok(()),
        },
    }
}

struct Case<'a> {
    info: &'a OperationInfo,
    head: &'a Head,
    body: &'a Bytes,
}

impl Case<'_> {
    fn acts(&self) -> bool {
        self.info.idempotency != Idempotency::Read
    }

    /// A list that a cursor or a roster is made from: without its items it must be asked for again.
    fn is_list(&self) -> bool {
        self.info.pagination.is_some() || self.info.windowed
    }

    fn text_may_come(&self) -> bool {
        matches!(self.info.answer, Answer::Any | Answer::Object { text_as: Some(_) })
    }

    /// Neither a body nor a value.
    fn nothing(&self) -> Result<(), Failure> {
        let (once, any) = (self.info.idempotency == Idempotency::Once, self.info.answer == Answer::Any);
        if once || (any && self.acts()) {
            return Ok(());
        }
        let empty_list = self.info.answer == Answer::Array && says_zero(self.head);
        if !self.body.is_empty() && empty_list {
            return Ok(());
        }
        let (kind, what) = if self.body.is_empty() {
            (ErrorKind::Decode, "the answer is empty")
        } else {
            (ErrorKind::UnexpectedAnswer, "the server answered null")
        };
        Err(self.misunderstood(kind, what, None))
    }

    fn yes(&self) -> Result<(), Failure> {
        if self.acts() || self.info.answer == Answer::Any {
            return Ok(());
        }
        Err(self.misunderstood(ErrorKind::UnexpectedAnswer, "the server answered true in place of an answer", None))
    }

    fn text(&self, text: Option<String>) -> Result<(), Failure> {
        let text = text.unwrap_or_default();
        let said = self.says(&text);
        if self.text_may_come() {
            return match (said, self.info.idempotency) {
                (Says::Yes, _) | (Says::Unclear, Idempotency::Once | Idempotency::Read) => Ok(()),
                (Says::No, _) | (Says::Unclear, Idempotency::Idempotent) => Err(self.declined(Some(text))),
            };
        }
        if said == Says::Yes && self.info.makes.is_some() {
            return Ok(());
        }
        if said == Says::No {
            return Err(self.declined(Some(text)));
        }
        let what = "the server sent a text in place of an answer";
        Err(self.misunderstood(ErrorKind::UnexpectedAnswer, what, Some(text)))
    }

    fn says(&self, text: &str) -> Says {
        self.info.makes.map_or_else(|| vendor_message::says(text), |makes| vendor_message::says_that_it_is(makes, text))
    }

    fn array(&self) -> Result<(), Failure> {
        if self.body.len() > SMALL {
            return Ok(());
        }
        let text = readable(self.body);
        let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(&text) else {
            return Ok(());
        };
        if elements.is_empty() && self.info.idempotency == Idempotency::Idempotent {
            let what = "the answer does not say that it was done";
            return Err(self.misunderstood(ErrorKind::UnexpectedAnswer, what, None));
        }
        // An envelope in an array of one is looked at like an envelope; a row of a list is not.
        let rows = self.info.pagination.and_then(|paging| paging.items).is_some();
        let one_envelope = |first: &&RawValue| first.get().contains(self.info.pagination?.items?).then_some(());
        if rows && elements.first().and_then(one_envelope).is_none() {
            return Ok(());
        }
        let mut verdicts = elements.iter().map(|element| match element.get().as_bytes().first() {
            Some(b'{') => self.object(element.get().as_bytes()),
            _ => Ok(()),
        });
        // A record that says no among good ones costs itself only.
        let first = verdicts.next().unwrap_or(Ok(()));
        if verdicts.any(|verdict| verdict.is_ok()) { Ok(()) } else { first }
    }

    fn object(&self, body: &[u8]) -> Result<(), Failure> {
        if body.len() > SMALL && self.is_plainly_good(body) {
            return Ok(());
        }
        let text = readable(body);
        // What cannot be read here is for the decoder to name.
        let Ok(fields) = serde_json::from_str::<HashMap<String, &RawValue>>(&text) else {
            return Ok(());
        };
        // The other form of an array in Json.NET.
        if fields.contains_key("$values") {
            return Ok(());
        }
        let seen = Seen::of(self.info, &fields);
        if seen.refused {
            return if self.was_so_already(seen.message.as_deref()) {
                Ok(())
            } else {
                Err(self.declined(seen.message))
            };
        }
        if let Some(items) = self.info.pagination.and_then(|paging| paging.items) {
            let alone = fields.contains_key(items);
            return if alone { Ok(()) } else { Err(self.without_content(seen)) };
        }
        if seen.data || seen.agreed {
            return Ok(());
        }
        match &seen.message {
            Some(message) => self.only_message(message.clone()),
            None if self.info.answer == Answer::Any || self.info.idempotency == Idempotency::Once => Ok(()),
            None if seen.known && !self.acts() => Ok(()),
            None => Err(self.without_content(seen)),
        }
    }

    /// A large object that begins with a field of its own, and says nowhere that it failed.
    fn is_plainly_good(&self, body: &[u8]) -> bool {
        let edges = [&body[..body.len().min(EDGE)], &body[body.len() - body.len().min(EDGE)..]];
        let fails = |edge: &&[u8]| FLAGS.iter().any(|flag| says_false(edge, flag));
        if let Some(items) = self.info.pagination.and_then(|paging| paging.items) {
            let key = format!("\"{items}\"");
            let has_items = |edge: &&[u8]| memchr::memmem::find(edge, key.as_bytes()).is_some();
            return edges.iter().any(has_items) && !edges.iter().any(fails);
        }
        let flagged = self.info.fields.iter().any(|field| FLAGS.contains(field));
        let first = first_key(body).is_some_and(|key| {
            self.info.fields.iter().any(|own| own.as_bytes() == key)
                && !is_named(&MESSAGES, key)
                && !is_named(&FLAGS, key)
        });
        (first || self.info.fields.is_empty()) && !flagged && !edges.iter().any(fails)
    }

    /// An object in which a message is all there is.
    fn only_message(&self, message: String) -> Result<(), Failure> {
        let done = self.info.makes.is_some() && self.says(&message) == Says::Yes;
        if done || (self.text_may_come() && self.acts()) {
            return self.text(Some(message));
        }
        Err(self.declined(Some(message)))
    }

    fn was_so_already(&self, message: Option<&str>) -> bool {
        self.info.makes.zip(message).is_some_and(|(makes, text)| vendor_message::was_so_already(makes, text))
    }

    fn without_content(&self, seen: Seen) -> Failure {
        match seen.message {
            Some(message) => self.declined(Some(message)),
            None => {
                let what = if self.is_list() {
                    "the answer does not hold the list that was asked for"
                } else if self.acts() {
                    "the answer does not say that it was done"
                } else {
                    "the answer holds nothing of what was asked for"
                };
                self.misunderstood(ErrorKind::UnexpectedAnswer, what, None)
            }
        }
    }

    fn declined(&self, message: Option<String>) -> Failure {
        let missing = message.as_deref().is_some_and(vendor_message::no_such_carrier);
        if missing && !self.acts() && !self.is_list() {
            let by_vendor = responder::is_vendors_own(self.body) || self.body.starts_with(b"\"");
            let error = Error::new(ErrorKind::NotFound, "the server found no such carrier").with_absent(by_vendor);
            return Failure::last(self.with_words(error, message));
        }
        let error = self.with_words(Error::new(ErrorKind::Declined, "the server declined"), message);
        // A poller that took this for an empty list would lose what the list holds.
        if self.is_list() { Failure::misunderstood(error) } else { Failure::refused(error) }
    }

    fn misunderstood(&self, kind: ErrorKind, what: &str, message: Option<String>) -> Failure {
        Failure::misunderstood(self.with_words(Error::new(kind, what), message))
    }

    fn cut(&self) -> Failure {
        self.misunderstood(ErrorKind::Decode, "the answer is cut off", None)
    }

    fn with_words(&self, error: Error, message: Option<String>) -> Error {
        let shown = message.map(|text| crate::error::masked::presentable(&text)).filter(|text| !text.is_empty());
        error.with_status(self.head.status).with_vendor_message(shown).with_body(self.body)
    }
}

/// What an object says, apart from its records.
struct Seen {
    /// A flag says no, or an error is named.
    refused: bool,
    /// A flag says yes.
    agreed: bool,
    /// A field of the answer, other than a repeated number or name, has a value.
    data: bool,
    /// A field of the answer is there, with or without a value.
    known: bool,
    message: Option<String>,
}

impl Seen {
    fn of(info: &OperationInfo, fields: &HashMap<String, &RawValue>) -> Self {
        let (mut refused, mut agreed, mut data, mut known) = (false, false, false, false);
        let mut said = Map::new();
        for (name, value) in fields {
            let empty = matches!(value.get(), "null" | "\"\"");
            let key = name.as_bytes();
            if is_named(&FLAGS, key) {
                let mut value = serde_json::Deserializer::from_str(value.get());
                let flag: Option<bool> = lenient::scalar(&mut value).ok().flatten();
                refused |= flag == Some(false);
                agreed |= flag == Some(true);
            } else if is_named(&MESSAGES, key) {
                let named_error = name.to_ascii_lowercase().starts_with("error") || name == "ExceptionMessage";
                refused |= named_error && !empty && !matches!(value.get(), "[]" | "{}" | "false" | "0");
                if !empty && let Ok(value) = serde_json::from_str::<Value>(value.get()) {
                    said.insert(name.clone(), value);
                }
            } else if info.fields.is_empty() || info.fields.contains(&name.as_str()) {
                known = true;
                data |= !empty && !is_named(&IDENTITY, key);
            }
        }
        let message = responder::of_object(&said);
        Self { refused, agreed, data, known, message }
    }
}

/// The text of a body. A no counts although something beside it is not JSON.
fn readable(body: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(body);
    if serde_json::from_str::<IgnoredAny>(&text).is_ok() {
        return text;
    }
    tolerant::parse(body).map_or(text, |parsed| Cow::Owned(parsed.value.to_string()))
}

fn is_named(names: &[&str], key: &[u8]) -> bool {
    names.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(key))
}

/// Whether `"flag": false` stands in these bytes.
fn says_false(bytes: &[u8], flag: &str) -> bool {
    let key = format!("\"{flag}\"");
    memchr::memmem::find_iter(bytes, key.as_bytes()).any(|at| {
        let rest = bytes[at + key.len()..].trim_ascii_start();
        rest.strip_prefix(b":").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"false"))
    })
}

/// The first key of an object that is not `$id`, if its value is not null.
fn first_key(body: &[u8]) -> Option<&[u8]> {
    let mut rest = body.strip_prefix(b"{")?;
    loop {
        rest = rest.trim_ascii_start().strip_prefix(b"\"")?;
        let end = memchr::memchr(b'"', rest)?;
        let key = &rest[..end];
        rest = rest[end + 1..].trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        if key != b"$id" {
            return (!rest.starts_with(b"null")).then_some(key);
        }
        rest = rest.strip_prefix(b"\"")?;
        rest = rest[memchr::memchr(b'"', rest)? + 1..].trim_ascii_start().strip_prefix(b",")?;
    }
}

fn says_zero(head: &Head) -> bool {
    let paging = head.headers.get("X-Pagination").map(|value| value.as_bytes()).unwrap_or_default();
    serde_json::from_slice::<Value>(paging).is_ok_and(|paging| paging["totalCount"] == 0)
}

#[cfg(test)]
mod tests;
