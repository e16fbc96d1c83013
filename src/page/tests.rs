//! Lists whose pages are made here, and pages whose bytes are.

use super::listing::Page;
use super::pages::Fetch;
use super::record::Record;
use super::{Pager, Paging, body_page};
use crate::models::CarrierDataPage;
use crate::operation::Operation;
use crate::raw::types::{CarrierChange, CarrierDetails, CompletedPacket, MonitoredCarrier};
use crate::{Error, ErrorKind, Result, raw};
use bytes::Bytes;
use futures::FutureExt as _;
use futures::stream::StreamExt as _;
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

const LIST: Operation = Operation::MonitoredCarriers;

fn page(number: u32, items: Vec<u64>, rejected: usize, pages: u32) -> Page<u64> {
    let lost = |place| (place, Error::new(ErrorKind::Decode, "no record"));
    Page {
        number,
        fingerprint: items.iter().sum::<u64>() * 100 + rejected as u64,
        keys: items.clone(),
        items,
        rejected: (0..rejected).map(lost).collect(),
        unreadable: vec![format!("[{number}]"); rejected],
        size: None,
        total_pages: Some(pages),
        total_count: None,
        operation: LIST,
        json: Vec::new(),
    }
}

/// A list of `pages` pages of two items, and how many of them were asked for.
fn list(pages: u32) -> (Pager<u64>, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&asked);
    let fetch: Fetch<u64> = Arc::new(move |number, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        let first = u64::from(number) * 10;
        async move { Ok(page(number, vec![first, first + 1], 0, pages)) }.boxed()
    });
    (Pager::new(fetch), asked)
}

/// The same page, whichever is asked for, of at most `most` pages.
fn same(items: Vec<u64>, rejected: usize) -> Pager<u64> {
    Pager::new(Arc::new(move |number, _| {
        let page = page(number, items.clone(), rejected, 9);
        async move { Ok(page) }.boxed()
    }))
}

#[tokio::test]
async fn records_come_one_by_one_and_the_report_shows_what_was_handed_out() {
    let (mut pager, asked) = list(2);
    let mut seen = Vec::new();
    let mut reports = Vec::new();
    while let Some(item) = pager.read_next().await.expect("a good list") {
        seen.push(item);
        let report = pager.report();
        reports.push((report.items, report.pages, report.next_page, report.complete));
    }
    assert_eq!(seen, [10, 11, 20, 21]);
    assert_eq!(reports, [(1, 0, 1, false), (2, 1, 2, false), (3, 1, 2, false), (4, 2, 3, true)]);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_whole_list_is_read_up_to_its_limit_with_what_was_lost_of_it() {
    let listing = list(3).0.read_all(6).await.expect("six items");
    assert_eq!((listing.items, listing.report.complete), (vec![10, 11, 20, 21, 30, 31], true));
    assert_eq!(list(3).0.read_all(5).await.map(|_| ()).unwrap_err().kind(), ErrorKind::TooLarge);

    // Records that could not be read count too, on the page and before it.
    let lossy = |number: u32, _| {
        let page = page(number, vec![u64::from(number)], 2, 2);
        async move { Ok(page) }.boxed()
    };
    let listing = Pager::new(Arc::new(lossy)).read_all(6).await.expect("two items and four lost ones");
    assert_eq!((listing.items.len(), listing.rejected.len(), listing.unreadable.len()), (2, 4, 4));
    assert_eq!(Pager::new(Arc::new(lossy)).read_all(5).await.map(|_| ()).unwrap_err().kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn why_records_were_lost_is_kept_of_the_first_hundred() {
    let lossy = |number: u32, _| {
        let page = page(number, vec![u64::from(number)], 70, 3);
        async move { Ok(page) }.boxed()
    };
    let mut pager = Pager::new(Arc::new(lossy));
    let mut kept = Vec::new();
    while pager.read_next().await.expect("a good list").is_some() {
        kept.push(pager.rejected().len());
    }
    assert_eq!(kept, [70, 100, 100]);
    assert_eq!(pager.report().rejected, 210);
}

#[tokio::test]
async fn a_page_that_comes_again_is_an_error_and_an_item_may_come_thrice() {
    let items = async |pager: Pager<u64>| {
        let read: Vec<Result<Page<u64>>> = pager.pages().take(9).collect().await;
        (
            read.iter().filter(|page| page.is_ok()).count(),
            read.last().and_then(|page| page.as_ref().err()?.kind().into()),
        )
    };
    assert_eq!(items(same(vec![1, 2], 0)).await, (1, Some(ErrorKind::Paging)));
    assert_eq!(items(same(vec![1], 1)).await, (1, Some(ErrorKind::Paging)), "a lost record is one");
    assert_eq!(items(same(vec![1], 0)).await, (3, Some(ErrorKind::Paging)));
    assert_eq!(items(same(vec![], 1)).await, (3, Some(ErrorKind::Paging)));
}

#[tokio::test]
async fn no_page_is_asked_for_before_the_first_says_that_there_is_one() {
    for (concurrency, after) in [(1, [1, 2]), (2, [1, 4]), (4, [1, 7]), (5, [1, 9])] {
        let (pager, asked) = list(30);
        let mut pages = pager.concurrency(concurrency).pages();
        for expected in after {
            pages.next().await.expect("a page").expect("a good one");
            assert_eq!(asked.load(Ordering::Relaxed), expected, "{concurrency}");
        }
    }
    let (pager, asked) = list(3);
    assert_eq!(pager.concurrency(8).pages().count().await, 3);
    assert_eq!(asked.load(Ordering::Relaxed), 3, "none past the last");
}

#[tokio::test]
async fn only_pages_read_side_by_side_are_tasks_of_their_own() {
    for (concurrency, apart) in [(1, false), (2, true)] {
        let own = tokio::spawn(async move {
            let caller = tokio::task::id();
            let elsewhere = Arc::new(AtomicBool::new(false));
            let noted = Arc::clone(&elsewhere);
            let fetch: Fetch<u64> = Arc::new(move |number, _| {
                let noted = Arc::clone(&noted);
                let first = u64::from(number) * 10;
                async move {
                    noted.fetch_or(tokio::task::id() != caller, Ordering::Relaxed);
                    Ok(page(number, vec![first], 0, 4))
                }
                .boxed()
            });
            assert_eq!(Pager::new(fetch).concurrency(concurrency).pages().count().await, 4);
            elsewhere.load(Ordering::Relaxed)
        });
        assert_eq!(own.await.expect("no panic"), apart, "{concurrency}");
    }
}

#[tokio::test]
async fn the_size_of_the_first_page_is_asked_for_on_the_others() {
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&sizes);
    let fetch: Fetch<u64> = Arc::new(move |number, size| {
        noted.lock().expect("no panic").push(size);
        let mut page = page(number, vec![u64::from(number), 100 + u64::from(number)], 0, 3);
        page.size = Some(2);
        async move { Ok(page) }.boxed()
    });
    assert_eq!(Pager::new(fetch).pages().count().await, 3);
    assert_eq!(*sizes.lock().expect("no panic"), [None, Some(2), Some(2)]);
}

#[test]
fn a_record_is_known_by_its_numbers_or_not_at_all() {
    let of = |value| serde_json::from_value::<MonitoredCarrier>(value).expect("a carrier").key();
    assert_eq!(of(json!({})), None);
    let keys = [
        of(json!({"DOTNumber": 9900001})),
        of(json!({"DOTNumber": 9900002})),
        of(json!({"DocketNumber": "MC9900001"})),
        of(json!({"DOTNumber": 9900001, "DocketNumber": "MC9900001"})),
        of(json!({"IntrastateNumber": "TX 9900001"})),
    ];
    let different: std::collections::HashSet<_> = keys.iter().flatten().collect();
    assert_eq!(different.len(), keys.len(), "{keys:?}");
    assert_eq!(of(json!({"DOTNumber": 9900001, "CompanyName": "x"})), keys[0], "other fields make no other carrier");
    assert_eq!((CarrierChange::default().key(), CompletedPacket::default().key()), (None, None));
}

fn read(body: &str) -> Result<Page<CarrierDetails>> {
    let called = serde_json::from_str::<CarrierDataPage>(body)
        .map(|page| raw::ResponseValue::new(page, http::StatusCode::OK, http::HeaderMap::new()));
    let called =
        called.map_err(|error| raw::Error::InvalidResponsePayload(Bytes::copy_from_slice(body.as_bytes()), error));
    body_page(Operation::MonitoredCarrierData, 3, called, |page| {
        let paging = Paging {
            size: page.page_size.map(i64::from),
            pages: page.total_pages.map(i64::from),
            count: page.total_count.map(i64::from),
        };
        (page.succeeded, page.message, page.data, paging)
    })
}

#[test]
fn a_page_that_does_not_decode_loses_no_more_than_what_cannot_be_read() {
    let body = json!({
        "pageNumber": 3, "pageSize": "250", "totalPages": 4, "totalCount": 800, "succeeded": true,
        "data": [
            {"dotNumber": {"value": "9900001"}, "docketNumber": "MC9900001"},
            "not a record",
            {"dotNumber": {"value": "9900002"}, "docketNumber": {"no": "number"}},
        ],
    });
    let page = read(&body.to_string()).expect("a page");
    assert_eq!((page.size, page.total_pages, page.total_count), (Some(250), Some(4), Some(800)));
    assert_eq!((page.items.len(), page.unreadable.as_slice()), (2, ["data[2].docketNumber".to_owned()].as_slice()));
    let [(1, error)] = page.rejected.as_slice() else { panic!("{:?}", page.rejected) };
    assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("data[1]")));

    let failed = |flag: &str| {
        let page = read(&format!(r#"{{"succeeded":{flag},"message":"Try later.","data":["x"]}}"#));
        page.map(|page| page.rejected.len()).map_err(|error| (error.kind(), error.vendor_message().map(str::to_owned)))
    };
    assert_eq!(failed("false"), Err((ErrorKind::Server, Some("Try later.".to_owned()))));
    assert_eq!(failed("\"False\""), Err((ErrorKind::Server, Some("Try later.".to_owned()))));
    assert_eq!((failed("true"), failed("null")), (Ok(1), Ok(1)));
}

#[test]
fn a_list_that_is_null_is_empty_only_where_none_are_counted() {
    assert_eq!(read(r#"{"totalCount":0,"data":null}"#).expect("an empty page").items.len(), 0);
    let error = read(r#"{"totalCount":7,"data":null,"message":"Try later."}"#).map(|_| ()).unwrap_err();
    assert_eq!(
        (error.kind(), error.vendor_message(), error.is_transient()),
        (ErrorKind::UnexpectedAnswer, Some("Try later."), true)
    );
    let silent = read(r#"{"data":null,"message":""}"#).map(|_| ()).unwrap_err();
    assert_eq!(silent.vendor_message(), None);
}
