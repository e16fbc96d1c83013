//! What the handles have in common: arguments on their way to a call, and the values of answers.

use crate::page::{Page, Pager};
use crate::raw::ResponseValue;
use crate::raw::types::{ApiError, CarrierKey};
use crate::types::{CarrierId, DotNumber};
use crate::{Error, ErrorKind, Operation, Result, raw};
use futures::FutureExt as _;
use serde::de::DeserializeOwned;
use std::sync::Arc;

type Called<T> = std::result::Result<ResponseValue<T>, raw::Error<ApiError>>;

/// The value of an answer.
pub(super) fn value<T: DeserializeOwned>(operation: Operation, called: Called<T>) -> Result<T> {
    called.map(ResponseValue::into_inner).map_err(|error| Error::from_raw::<T, _>(operation, error))
}

/// `None` where the vendor itself says that there is no such thing. A 404 in anybody else's words stays an error:
/// whoever put it there knows nothing of carriers.
pub(super) fn optional<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Err(error) if error.says_absent() => Ok(None),
        read => read.map(Some),
    }
}

/// The carrier of an answer that is a list of it; `name` distinguishes one carrier from another.
pub(super) fn only<T>(operation: Operation, mut found: Vec<T>, name: impl Fn(&T) -> String) -> Result<T> {
    /// How many an error names.
    const NAMED: usize = 5;
    if found.len() > 1 {
        let names: Vec<_> = found.iter().take(NAMED).map(name).collect();
        let more = if found.len() > NAMED { ", …" } else { "" };
        let what = format!("the server found {} carriers: {}{more}", found.len(), names.join(", "));
        let advice = "Name one by DOT and docket number.";
        return Err(Error::new(ErrorKind::UnexpectedAnswer, what).with_advice(Some(advice)).at(operation));
    }
    found.pop().ok_or_else(|| Error::absent("the server found no such carrier").at(operation))
}

/// The numbers of a record, as a person would write them.
pub(super) fn written(dot: Option<DotNumber>, docket: Option<&str>) -> String {
    let dot = dot.map(|dot| format!("DOT {dot}"));
    let docket = docket.map(crate::error::masked::presentable).filter(|docket| !docket.is_empty());
    let numbers: Vec<_> = dot.into_iter().chain(docket).collect();
    if numbers.is_empty() { "one without a number".to_owned() } else { numbers.join(" ") }
}

/// DOT and docket number, for the operations that take no other.
pub(super) fn numbers(operation: Operation, carrier: &CarrierId) -> Result<(Option<DotNumber>, Option<&str>)> {
    if carrier.dot_number().is_none() && carrier.docket_number().is_none() {
        let what = "the operation finds a carrier by DOT or docket number only, not by an intrastate number";
        return Err(Error::new(ErrorKind::InvalidInput, what).at(operation));
    }
    Ok((carrier.dot_number(), carrier.docket_number().map(|docket| docket.as_str())))
}

/// The numbers of a carrier as a body: the sources disagree on query or body, so both are sent.
pub(super) fn key(carrier: &CarrierId) -> CarrierKey {
    CarrierKey {
        dot_number: carrier.dot_number(),
        docket_number: carrier.docket_number().map(|docket| docket.as_str().to_owned()),
        intrastate_number: carrier.intrastate_number().map(str::to_owned),
    }
}

/// Refuses blank text and control characters, so that a slip does not become a call.
pub(super) fn text<'a>(operation: Operation, what: &str, given: &'a str) -> Result<&'a str> {
    let trimmed = given.trim();
    if trimmed.is_empty() || trimmed.chars().any(char::is_control) {
        let what = format!("{what} is blank or holds a control character");
        return Err(Error::new(ErrorKind::InvalidInput, what).at(operation));
    }
    Ok(trimmed)
}

/// Refuses what no email could be sent to. The address itself is not repeated in the error.
pub(super) fn email_address<'a>(operation: Operation, what: &str, given: &'a str) -> Result<&'a str> {
    let address = text(operation, what, given)?;
    let parts = address.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty());
    if parts.is_none() || address.contains([',', ';', ' ']) {
        let what = format!("{what} is not one email address, such as dispatch@carrier.example");
        return Err(Error::new(ErrorKind::InvalidInput, what).at(operation));
    }
    Ok(address)
}

/// A pager whose pages `fetch` reads, given page number and page size.
pub(super) fn pager<T, F, R>(raw: &raw::Client, fetch: F) -> Pager<T>
where
    F: Fn(raw::Client, u32, i32, Option<i32>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Page<T>>> + Send + 'static,
{
    let raw = raw.clone();
    let wire = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    Pager::new(Arc::new(move |number, size| fetch(raw.clone(), number, wire(number), size.map(wire)).boxed()))
}
