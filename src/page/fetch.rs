//! Reads one page: its items, and where it says it is in the list.

use super::Page;
use crate::operation::{Operation, PaginationStyle};
use crate::raw::ResponseValue;
use crate::raw::types::ApiError;
use crate::{Error, ErrorKind, Result, raw};
use bytes::Bytes;
use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, hash_map::DefaultHasher};
use std::hash::{Hash, Hasher};

const HEADER: &str = "X-Pagination";

/// Where a page says it is. Any of it may be missing, and be a number or text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Paging {
    #[serde(rename = "pageSize", deserialize_with = "crate::types::lenient::scalar")]
    pub size: Option<i64>,
    #[serde(rename = "totalPages", deserialize_with = "crate::types::lenient::scalar")]
    pub pages: Option<i64>,
    #[serde(rename = "totalCount", deserialize_with = "crate::types::lenient::scalar")]
    pub count: Option<i64>,
}

impl Paging {
    // A header that is missing or malformed tells nothing; the pager then reads until a page is empty.
    fn of_header(headers: &HeaderMap) -> Self {
        let text = headers.get(HEADER).map(|value| value.as_bytes()).unwrap_or_default();
        serde_json::from_slice(text).unwrap_or_default()
    }
}

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
            Ok(page(number, items(answer.into_inner()), Vec::new(), paging))
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
            Ok(page(number, items, Vec::new(), paging))
        }
        Err(error) => salvage::<A, T, _>(operation, number, error),
    }
}

fn did_not_succeed(message: Option<String>) -> Error {
    let message = message.map(|text| crate::error::advice::presentable(&text));
    Error::new(ErrorKind::Server, "the server could not read the page").with_vendor_message(message)
}

fn page<T: Serialize>(number: u32, items: Vec<T>, rejected: Vec<(usize, Error)>, paging: Paging) -> Page<T> {
    let fingerprint = fingerprint(&items, &rejected);
    Page {
        number,
        items,
        rejected,
        size: paging.size.and_then(|n| u32::try_from(n).ok()),
        total_pages: paging.pages.and_then(|n| u32::try_from(n).ok()),
        total_count: paging.count.and_then(|n| u64::try_from(n).ok()),
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
    let raw::Error::InvalidResponsePayload(bytes, _) = error else {
        return Err(Error::from(error).at(operation));
    };
    let whole = || Error::decode::<A>(&bytes).at(operation);
    let pagination = operation.info().pagination.ok_or_else(whole)?;
    let (found, paging) = match (pagination.items, pagination.style) {
        (None, _) => (serde_json::from_slice::<Vec<&RawValue>>(&bytes).map_err(|_| whole())?, Paging::default()),
        (Some(field), style) => {
            let envelope: BTreeMap<String, &RawValue> = serde_json::from_slice(&bytes).map_err(|_| whole())?;
            let items = envelope.get(field).ok_or_else(whole)?;
            let items = serde_json::from_str::<Vec<&RawValue>>(items.get()).map_err(|_| whole())?;
            let paging = match style {
                PaginationStyle::Body => serde_json::from_slice(&bytes).unwrap_or_default(),
                PaginationStyle::Header => Paging::default(),
            };
            (items, paging)
        }
    };
    let (mut items, mut rejected) = (Vec::with_capacity(found.len()), Vec::new());
    for (place, item) in found.into_iter().enumerate() {
        match serde_json::from_str::<T>(item.get()) {
            Ok(item) => items.push(item),
            Err(_) => {
                let bytes = Bytes::copy_from_slice(item.get().as_bytes());
                let error = Error::decode::<T>(&bytes).at(operation);
                let path = format!("[{place}].{}", error.json_path().unwrap_or_default());
                rejected.push((place, error.with_json_path(path)));
            }
        }
    }
    Ok(page(number, items, rejected, paging))
}
