//! Reads one page: its items, and where it says it is in the list.

use super::Page;
use crate::operation::{Operation, PaginationStyle};
use crate::raw::ResponseValue;
use crate::raw::types::ApiError;
use crate::types::lenient;
use crate::{Error, ErrorKind, Result, raw};
use bytes::Bytes;
use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, hash_map::DefaultHasher};
use std::hash::{Hash, Hasher};

const HEADER: &str = "X-Pagination";

/// Where a page says it is. Any of it may be missing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paging {
    pub size: Option<i64>,
    pub pages: Option<i64>,
    pub count: Option<i64>,
}

impl Paging {
    // A header that is missing or malformed tells nothing; the pager then reads until a page is empty.
    fn of_header(headers: &HeaderMap) -> Self {
        let text = headers.get(HEADER).map(|value| value.as_bytes()).unwrap_or_default();
        serde_json::from_slice(text).map(|fields| Self::of(&fields)).unwrap_or_default()
    }

    fn of(fields: &Fields<'_>) -> Self {
        let told = |name: &str| {
            let (_, value) = fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
            let mut value = serde_json::Deserializer::from_str(value.get());
            lenient::scalar(&mut value).ok().flatten()
        };
        Self { size: told("pageSize"), pages: told("totalPages"), count: told("totalCount") }
    }
}

type Fields<'a> = BTreeMap<String, &'a RawValue>;

type Called<A> = std::result::Result<ResponseValue<A>, raw::Error<ApiError>>;

/// A page whose paging is in the header; `items` takes the items out of the answer.
pub(crate) fn header_page<A, T>(
    operation: Operation,
    number: u32,
    called: Called<A>,
    items: impl FnOnce(A) -> Vec<T>,
) -> Result<Page<T>>
where
    A: DeserializeOwned,
    T: DeserializeOwned + Serialize,
{
    match called {
        Ok(answer) => {
            let paging = Paging::of_header(answer.headers());
            Ok(page(operation, number, items(answer.into_inner()), Vec::new(), paging))
        }
        // The headers of an answer that did not decode are gone: the pager reads on until a page is empty.
        Err(error) => salvage::<A, T, _>(operation, number, error),
    }
}

/// A page whose paging is beside its items.
pub(crate) fn body_page<A, T>(
    operation: Operation,
    number: u32,
    called: Called<A>,
    parts: impl FnOnce(A) -> (Option<bool>, Option<String>, Vec<T>, Paging),
) -> Result<Page<T>>
where
    A: DeserializeOwned,
    T: DeserializeOwned + Serialize,
{
    match called {
        Ok(answer) => {
            let (succeeded, message, items, paging) = parts(answer.into_inner());
            if succeeded == Some(false) {
                return Err(did_not_succeed(message).at(operation));
            }
            Ok(page(operation, number, items, Vec::new(), paging))
        }
        Err(error) => salvage::<A, T, _>(operation, number, error),
    }
}

fn did_not_succeed(message: Option<String>) -> Error {
    let message = message.map(|text| crate::error::masked::presentable(&text));
    Error::new(ErrorKind::Server, "the server could not read the page").with_vendor_message(message)
}

fn page<T: Serialize>(
    operation: Operation,
    number: u32,
    items: Vec<T>,
    rejected: Vec<(usize, Error)>,
    paging: Paging,
) -> Page<T> {
    let fingerprint = fingerprint(&items, &rejected);
    Page {
        number,
        items,
        rejected,
        size: paging.size.and_then(|n| u32::try_from(n).ok()),
        total_pages: paging.pages.and_then(|n| u32::try_from(n).ok()),
        total_count: paging.count.and_then(|n| u64::try_from(n).ok()),
        operation,
        fingerprint,
    }
}

// First and last item and their number tell one page of a list from another, at no cost worth naming.
fn fingerprint<T: Serialize>(items: &[T], rejected: &[(usize, Error)]) -> u64 {
    let mut hasher = DefaultHasher::new();
    items.len().hash(&mut hasher);
    for item in [items.first(), items.last()].into_iter().flatten() {
        serde_json::to_vec(item).unwrap_or_default().hash(&mut hasher);
    }
    for (place, error) in rejected {
        place.hash(&mut hasher);
        error.body().hash(&mut hasher);
    }
    hasher.finish()
}

// Only a page that failed is read again, item by item: the good records are kept beside the bad.
fn salvage<A: DeserializeOwned, T: DeserializeOwned + Serialize, E>(
    operation: Operation,
    number: u32,
    error: raw::Error<E>,
) -> Result<Page<T>> {
    let bytes = Error::undecoded(error).map_err(|error| error.at(operation))?;
    let whole = || Error::decode::<A>(&bytes).at(operation);
    let pagination = operation.info().pagination.ok_or_else(whole)?;
    let mut paging = Paging::default();
    let found = match pagination.items {
        None => elements(&bytes).ok_or_else(whole)?,
        Some(field) => {
            let envelope: Fields<'_> = serde_json::from_slice(&bytes).map_err(|_| whole())?;
            if pagination.style == PaginationStyle::Body {
                if envelope.get("succeeded").is_some_and(|told| told.get() == "false") {
                    let message = envelope.get("message").and_then(|text| serde_json::from_str(text.get()).ok());
                    return Err(did_not_succeed(message).at(operation));
                }
                paging = Paging::of(&envelope);
            }
            envelope.get(field).and_then(|items| elements(items.get().as_bytes())).ok_or_else(whole)?
        }
    };
    let (mut items, mut rejected) = (Vec::with_capacity(found.len()), Vec::new());
    for (place, item) in found.into_iter().enumerate() {
        match serde_json::from_str::<T>(item.get()) {
            Ok(item) => items.push(item),
            Err(_) => {
                let bytes = Bytes::copy_from_slice(item.get().as_bytes());
                let error = Error::decode::<T>(&bytes).at(operation);
                let within = error.json_path().filter(|path| *path != ".").map(|path| format!(".{path}"));
                let path = format!("{}[{place}]{}", pagination.items.unwrap_or(""), within.unwrap_or_default());
                rejected.push((place, error.with_json_path(path)));
            }
        }
    }
    Ok(page(operation, number, items, rejected, paging))
}

// A list, or the same in the other form of Json.NET, `{"$id":"1","$values":[…]}`.
fn elements(bytes: &[u8]) -> Option<Vec<&RawValue>> {
    #[derive(Deserialize)]
    struct Wrapped<'a> {
        #[serde(rename = "$values", borrow)]
        values: Vec<&'a RawValue>,
    }
    let wrapped = || serde_json::from_slice::<Wrapped<'_>>(bytes).ok().map(|wrapped| wrapped.values);
    serde_json::from_slice(bytes).ok().or_else(wrapped)
}
