//! Reads one page: its items, and where it says it is in the list.

use super::listing::Page;
use super::record::Record;
use crate::exec::{decode, split, tolerant};
use crate::operation::{Operation, PaginationStyle};
use crate::raw::ResponseValue;
use crate::raw::types::ApiError;
use crate::types::lenient;
use crate::{Error, ErrorKind, Result, raw};
use bytes::Bytes;
use http::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
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
    // A header that is missing or malformed says nothing; the pager then reads until a page is empty.
    fn of_header(headers: &HeaderMap) -> Self {
        let text = headers.get(HEADER).map(|value| value.as_bytes()).unwrap_or_default();
        serde_json::from_slice(text).map(|fields| Self::of(&fields)).unwrap_or_default()
    }

    fn of(fields: &Fields<'_>) -> Self {
        let listed = |name: &str| {
            let (_, value) = fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
            let mut value = serde_json::Deserializer::from_str(value.get());
            lenient::scalar(&mut value).ok().flatten()
        };
        Self { size: listed("pageSize"), pages: listed("totalPages"), count: listed("totalCount") }
    }

    fn of_values(fields: &Map<String, Value>) -> Self {
        let listed = |name: &str| {
            let (_, value) = fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
            lenient::scalar(value).ok().flatten()
        };
        Self { size: listed("pageSize"), pages: listed("totalPages"), count: listed("totalCount") }
    }
}

/// Which page it is, and the field of its answer that holds the items.
#[derive(Clone, Copy)]
struct At {
    operation: Operation,
    number: u32,
    field: Option<&'static str>,
}

impl At {
    fn of(operation: Operation, number: u32) -> Self {
        Self { operation, number, field: operation.info().pagination.and_then(|paging| paging.items) }
    }
}

type Fields<'a> = BTreeMap<String, &'a RawValue>;

type Called<A> = std::result::Result<ResponseValue<A>, raw::Error<ApiError>>;

/// A page whose paging is in the header; `items` takes the items out of the answer.
pub(crate) fn header_page<A, T>(
    operation: Operation,
    number: u32,
    call: impl Future<Output = Called<A>> + Send,
    items: impl FnOnce(A) -> Option<Vec<T>> + Send,
) -> impl Future<Output = Result<Page<T>>> + Send
where
    A: DeserializeOwned + Send,
    T: Record,
{
    // A call is large, and would be held once by each of the futures around it.
    let call = Box::pin(call);
    async move {
        let (called, undecoded) = decode::keeping_headers(call).await;
        match called {
            Ok(answer) => {
                let paging = Paging::of_header(answer.headers());
                match items(answer.into_inner()) {
                    Some(items) => read::<A, T>(At::of(operation, number), items, paging),
                    None => no_items(operation, number, None, paging),
                }
            }
            Err(error) => {
                let body = Error::undecoded(error).map_err(|error| error.at(operation))?;
                salvage::<A, T>(At::of(operation, number), Paging::of_header(&undecoded), &body)
            }
        }
    }
}

/// A page whose paging is beside its items.
pub(crate) fn body_page<A, T>(
    operation: Operation,
    number: u32,
    called: Called<A>,
    parts: impl FnOnce(A) -> (Option<bool>, Option<String>, Option<Vec<T>>, Paging),
) -> Result<Page<T>>
where
    A: DeserializeOwned,
    T: Record,
{
    match called {
        Ok(answer) => {
            let (succeeded, message, items, paging) = parts(answer.into_inner());
            if succeeded == Some(false) {
                return Err(did_not_succeed(message).at(operation));
            }
            let Some(items) = items else {
                return no_items(operation, number, message, paging);
            };
            read::<A, T>(At::of(operation, number), items, paging)
        }
        Err(error) => {
            let body = Error::undecoded(error).map_err(|error| error.at(operation))?;
            salvage::<A, T>(At::of(operation, number), Paging::default(), &body)
        }
    }
}

/// A page that decoded, with the JSON of its items where that is kept.
fn read<A: DeserializeOwned, T: Record>(at: At, items: Vec<T>, paging: Paging) -> Result<Page<T>> {
    let At { operation, number, .. } = at;
    let Some(body) = decode::kept_body() else {
        return Ok(page(operation, number, items, Vec::new(), paging));
    };
    match listed(at.field, &body).filter(|json| json.len() == items.len()) {
        Some(json) => {
            let json = json.into_iter().map(Bytes::copy_from_slice).collect();
            Ok(Page { json, ..page(operation, number, items, Vec::new(), paging) })
        }
        None if items.is_empty() => Ok(page(operation, number, items, Vec::new(), paging)),
        // A list in another form: it is taken apart by what it means.
        None => salvage::<A, T>(at, paging, &body),
    }
}

/// The items of an answer as they are written, if they stand in a plain list.
fn listed<'a>(field: Option<&str>, body: &'a [u8]) -> Option<Vec<&'a [u8]>> {
    let list = match field {
        Some(field) => split::field(body, field)?,
        None => body,
    };
    Some(split::elements(list)?.into_iter().filter(|item| *item != b"null").collect())
}

/// The whole of a list that has no pages, whose items stand in `field` of an `A`.
#[cfg(feature = "feed")]
pub(crate) fn only_page<A: DeserializeOwned, T: Record>(
    operation: Operation,
    field: &'static str,
    items: Vec<T>,
) -> Result<Page<T>> {
    let paging = Paging { pages: Some(1), ..Paging::default() };
    read::<A, T>(At { operation, number: 1, field: Some(field) }, items, paging)
}

// A list that is null is empty where the server counts none. Anything else would end a list that has not ended.
fn no_items<T: Record>(operation: Operation, number: u32, message: Option<String>, paging: Paging) -> Result<Page<T>> {
    if paging.count == Some(0) {
        return Ok(page(operation, number, Vec::new(), Vec::new(), paging));
    }
    let message = message.map(|text| crate::error::masked::presentable(&text)).filter(|text| !text.is_empty());
    let error = Error::new(ErrorKind::UnexpectedAnswer, "the page does not hold the list that was asked for");
    Err(error.with_transient(true).with_vendor_message(message).at(operation))
}

fn did_not_succeed(message: Option<String>) -> Error {
    let message = message.map(|text| crate::error::masked::presentable(&text));
    Error::new(ErrorKind::Server, "the server could not read the page").with_vendor_message(message)
}

fn page<T: Record>(
    operation: Operation,
    number: u32,
    items: Vec<T>,
    rejected: Vec<(usize, Error)>,
    paging: Paging,
) -> Page<T> {
    let fingerprint = fingerprint(&items, &rejected);
    let keys = items.iter().filter_map(Record::key).collect();
    Page {
        number,
        items,
        rejected,
        unreadable: Vec::new(),
        size: paging.size.and_then(|n| u32::try_from(n).ok()),
        total_pages: paging.pages.and_then(|n| u32::try_from(n).ok()),
        total_count: paging.count.and_then(|n| u64::try_from(n).ok()),
        operation,
        fingerprint,
        keys,
        json: Vec::new(),
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

// Only a page that failed is read again, item by item: what cannot be read costs its own field, and only a value that is
// not an object is not a record.
fn salvage<A: DeserializeOwned, T: Record>(at: At, paging: Paging, body: &Bytes) -> Result<Page<T>> {
    let At { operation, number, field } = at;
    let whole = || Error::decode::<A>(body).at(operation);
    let tolerant::Parsed { value: tree, mut unreadable } =
        tolerant::parse(body).map_err(|error| error.with_body(body).at(operation))?;
    let style = operation.info().pagination.map(|paging| paging.style);
    let paging = match (&tree, style) {
        (Value::Object(envelope), Some(PaginationStyle::Body)) => {
            if flag(envelope, "succeeded") == Some(false) {
                let message = envelope.get("message").and_then(Value::as_str).map(str::to_owned);
                return Err(did_not_succeed(message).at(operation));
            }
            Paging::of_values(envelope)
        }
        _ => paging,
    };
    let found = match field {
        None => elements(tree),
        Some(field) => match tree {
            Value::Object(mut envelope) => envelope.remove(field).and_then(elements),
            _ => None,
        },
    };
    let found = found.ok_or_else(whole)?;
    // What the parser could not read keeps its path; its place is that of the record it stands in.
    let name = field.unwrap_or_default();
    let (mut items, mut json, mut rejected) = (Vec::with_capacity(found.len()), Vec::new(), Vec::new());
    for (place, item) in found.into_iter().enumerate() {
        let text = item.to_string();
        // A list of values is not a record, though it could be read as one, value by value.
        let read = if item.is_object() {
            tolerant::record::<T>(item, text.len())
        } else {
            Err(Error::new(ErrorKind::Decode, "the answer has a value where a record belongs"))
        };
        match read {
            Ok(read) => {
                items.push(read.value);
                json.push(Bytes::from(text));
                unreadable.extend(read.unreadable.iter().map(|path| format!("{name}[{place}].{path}")));
            }
            Err(error) => {
                let within = error.json_path().filter(|path| *path != ".").map(|path| format!(".{path}"));
                let path = format!("{name}[{place}]{}", within.unwrap_or_default());
                rejected.push((place, error.with_json_path(path).with_body(&Bytes::from(text)).at(operation)));
            }
        }
    }
    if !unreadable.is_empty() {
        tracing::warn!(
            operation = operation.id(),
            page = number,
            count = unreadable.len(),
            "fields could not be read and are left out"
        );
    }
    if !rejected.is_empty() {
        tracing::warn!(
            operation = operation.id(),
            page = number,
            count = rejected.len(),
            "records could not be read and are left out"
        );
    }
    let mut page = page(operation, number, items, rejected, paging);
    page.unreadable = unreadable;
    if decode::kept_body().is_some() {
        page.json = json;
    }
    Ok(page)
}

fn flag(envelope: &Map<String, Value>, name: &str) -> Option<bool> {
    lenient::scalar(envelope.get(name)?).ok().flatten()
}

// A list, the same in the other form of Json.NET, `{"$id":"1","$values":[…]}`, or one record in place of a list of it.
fn elements(tree: Value) -> Option<Vec<Value>> {
    match tree {
        Value::Array(items) => Some(items),
        Value::Object(mut fields) => match fields.remove("$values") {
            Some(Value::Array(items)) => Some(items),
            Some(_) => None,
            None => Some(vec![Value::Object(fields)]),
        },
        _ => None,
    }
}
