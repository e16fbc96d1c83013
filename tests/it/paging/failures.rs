//! What ends a stream early, or not; and how to go on.

use super::{Ask, calls, drain, good, header, number, numbers, page, read, rows, server};
use crate::support::client::of_sandbox;
use crate::support::server::{Reply, path_of};
use futures::{StreamExt as _, TryStreamExt as _};
use mycarrierpackets::ErrorKind;
use mycarrierpackets_sandbox::Sandbox;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[tokio::test]
async fn an_error_comes_once_and_says_where_to_resume() {
    for concurrency in [1, 4] {
        let broken = Arc::new(AtomicBool::new(true));
        let now = broken.clone();
        let (server, client) = server(move |request| match number(request, "pageNumber") {
            Some(3) if now.load(Ordering::Relaxed) => Reply::error(400, "Bad page."),
            _ => page(request, 23, 5),
        })
        .await;
        let ask = Ask { concurrency, ..Ask::PLAIN };
        let (mut found, report) = read(&client, "MonitoredCarriers", ask).await;
        let error = found.pop().unwrap().unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Refused, 1));
        assert_eq!(good(found), numbers(10));
        assert_eq!((report.next_page, report.items, report.pages), (3, 10, 2));
        assert!(!report.complete);
        assert!(calls(&server) <= 2 + concurrency);

        broken.store(false, Ordering::Relaxed);
        let (found, report) = read(&client, "MonitoredCarriers", Ask { from: report.next_page, ..ask }).await;
        assert_eq!(good(found), numbers(23)[10..]);
        assert!(report.complete && !report.changed, "{report:?}");
    }
}

#[tokio::test]
async fn a_page_that_failed_for_a_moment_is_read_again() {
    let (server, client) = server(|request| match (number(request, "pageNumber"), request.nth) {
        (Some(3), 3) => Reply::error(503, "Busy."),
        (Some(3), 4) => Reply::json("[{\"DOTNumber\":").cut_after(3),
        _ => page(request, 23, 5),
    })
    .await;
    let (found, report) = read(&client, "MonitoredCarriers", Ask::PLAIN).await;
    assert_eq!(good(found), numbers(23));
    assert_eq!((calls(&server), report.pages), (7, 5));
}

#[tokio::test]
async fn a_list_that_changed_while_it_was_read_is_reported() {
    // The list's length at each request.
    let cases: [(&str, [usize; 7]); 5] = [
        ("grows", [23, 23, 24, 24, 24, 24, 24]),
        ("grows by a page", [23, 23, 23, 23, 27, 27, 27]),
        ("shrinks", [23, 23, 22, 22, 22, 22, 22]),
        ("loses its last pages", [23, 23, 12, 12, 12, 12, 12]),
        ("is emptied", [23, 23, 0, 0, 0, 0, 0]),
    ];
    for (what, lengths) in cases {
        let (_server, client) = server(move |request| page(request, lengths[request.nth - 1], 5)).await;
        let (found, report) = read(&client, "MonitoredCarriers", Ask::PLAIN).await;
        let found = good(found);
        assert!(report.changed && report.complete, "{what}: {report:?}");
        assert_eq!(report.items as usize, found.len(), "{what}");
        assert!(found.len() >= lengths[6].min(23), "{what}: {found:?}");
    }

    // A body that states pages only.
    let (_server, client) = server(|request| {
        let total = if request.nth < 3 { 23 } else { 12 };
        Reply::json(json!({"totalPages": usize::div_ceil(total, 5), "data": rows(request, total, 5)}))
    })
    .await;
    let (_, report) = drain(client.monitoring().risk()).await;
    assert!(report.changed && report.complete, "{report:?}");
}

#[tokio::test]
async fn a_bad_record_is_an_error_in_its_place() {
    const LISTS: [&str; 3] = ["MonitoredCarriers", "CarriersChanges", "GetMonitoredCarriersRiskAssessment"];
    for operation in LISTS {
        for wrapped in [false, true] {
            let (server, client) = server(move |request| {
                let mut rows = rows(request, 12, 5);
                if number(request, "pageNumber") == Some(2) {
                    rows[1] = json!("no number");
                }
                if operation == "CarriersChanges" {
                    let change = |row: Value| match row {
                        Value::Object(row) => json!({"CarrierDetails": {"dotNumber": {"Value": row["DOTNumber"]}}}),
                        other => other,
                    };
                    rows = rows.into_iter().map(change).collect();
                }
                let rows = if wrapped { json!({"$id": "1", "$values": rows}) } else { Value::Array(rows) };
                let body = match operation {
                    "MonitoredCarriers" => rows,
                    "CarriersChanges" => json!({"$id": "1", "CarrierList": rows}),
                    _ => json!({"pageSize": 5, "totalPages": 3, "totalCount": 12, "succeeded": true, "data": rows}),
                };
                Reply::json(body).header("X-Pagination", &header(5, 3, 12))
            })
            .await;
            let (found, report) = read(&client, operation, Ask::PLAIN).await;
            assert_eq!((report.items, report.rejected), (11, 1), "{operation} {wrapped}");
            // The bad one is left out, and the stream goes on.
            let expected: Vec<i64> = numbers(12).into_iter().filter(|number| *number != 9_900_006).collect();
            assert_eq!(good(found), expected, "{operation} {wrapped}");
            assert!(report.complete && !report.changed, "{operation}: {report:?}");
            assert_eq!(server.count(&path_of(operation)), 3, "{operation}");
        }
    }
}

#[tokio::test]
async fn pages_keep_the_bad_records_apart() {
    let (_server, client) = server(|request| {
        let mut rows = rows(request, 7, 7);
        if let [first, .., last] = rows.as_mut_slice() {
            *first = json!([]);
            *last = json!(7);
        }
        Reply::json(Value::Array(rows)).header("X-Pagination", &header(7, 1, 7))
    })
    .await;
    let pages: Vec<_> = client.monitoring().list().pages().try_collect().await.unwrap();
    let page = &pages[0];
    assert_eq!(page.items.len(), 5);
    assert_eq!(page.rejected.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 6]);
    assert_eq!(page.rejected[1].1.json_path(), Some("[6]"));
    assert_eq!((pages.len(), page.total_count), (1, Some(7)));
    let listing = client.monitoring().list().read_all(7).await.unwrap();
    assert_eq!((listing.items.len(), listing.rejected.len()), (5, 2));
    let mut stream = client.monitoring().list();
    while let Some(carrier) = stream.try_next().await.unwrap() {
        assert!(carrier.dot_number.is_some());
    }
    let report = stream.report();
    assert_eq!((report.items, report.rejected, report.pages, stream.rejected().len()), (5, 2, 1, 2));
    let error = &stream.rejected()[1];
    assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some("[6]")));
    assert_eq!(client.monitoring().list().read_all(6).await.unwrap_err().kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn a_page_that_did_not_succeed_is_an_error() {
    for bad_record in [false, true] {
        let (server, client) = server(move |request| {
            let mut rows = rows(request, 23, 5);
            let second = request.nth >= 2;
            if second && bad_record {
                rows[0] = json!(1);
            }
            let message = second.then_some("The page could not be read.");
            Reply::json(json!({"pageSize": 5, "totalPages": 5, "totalCount": 23, "succeeded": !second, "message": message, "data": rows}))
        })
        .await;
        let (found, report) = read(&client, "GetMonitoredCarriersRiskAssessment", Ask::PLAIN).await;
        let error = found.last().unwrap().as_ref().unwrap_err();
        assert_eq!((found.len(), error.kind()), (6, ErrorKind::Declined), "{error}");
        assert_eq!(error.vendor_message(), Some("The page could not be read."));
        assert_eq!((report.next_page, server.calls(), error.is_transient()), (2, 4, true));
    }
}

#[tokio::test]
async fn a_whole_list_stops_at_its_cap() {
    let sandbox = Sandbox::builder().carriers(30).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    let list = || client.monitoring().list().page_size(10);
    let listing = list().read_all(30).await.unwrap();
    assert_eq!((listing.items.len(), listing.rejected.len(), listing.report.pages), (30, 0, 3));
    assert!(listing.report.complete);
    for concurrency in [1, 8] {
        sandbox.clear_requests();
        let error = list().concurrency(concurrency).read_all(29).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge);
        assert!(error.to_string().contains("more than 29 items"), "{error}");
        assert_eq!(sandbox.count("MonitoredCarriers"), 1, "the first page says how many there are");
    }
    // From a later page on, fewer are left than the whole list has.
    assert_eq!(list().from_page(3).read_all(10).await.unwrap().items.len(), 10);

    let (server, client) = server(|request| Reply::json(Value::Array(rows(request, 500, 5)))).await;
    assert_eq!(client.monitoring().list().read_all(12).await.unwrap_err().kind(), ErrorKind::TooLarge);
    assert_eq!(calls(&server), 3);
}

#[tokio::test]
async fn nothing_is_sent_that_nobody_asks_for() {
    let sandbox = Sandbox::builder().carriers(100).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    drop(client.monitoring().list());
    assert_eq!(sandbox.requests().len(), 0);
    for concurrency in [1, 8] {
        sandbox.clear_requests();
        let first = client.monitoring().list().page_size(10).concurrency(concurrency);
        assert_eq!(first.take(10).count().await, 10);
        assert_eq!(sandbox.count("MonitoredCarriers"), 1);
    }
}

#[tokio::test]
async fn an_unfinished_page_is_read_again() {
    let sandbox = Sandbox::builder().carriers(25).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    let mut list = client.monitoring().list().page_size(10);
    assert_eq!(list.report().next_page, 1);
    let mut seen = Vec::new();
    for expected in [1, 2, 2, 3, 3] {
        for _ in 0..5 {
            seen.push(list.next().await.unwrap().unwrap());
        }
        let report = list.report();
        assert_eq!(
            (report.next_page, report.items as usize),
            (if seen.len() == 25 { 4 } else { expected }, seen.len())
        );
        assert_eq!(report.complete, seen.len() == 25, "{report:?}");
    }
}

#[tokio::test]
async fn the_pages_of_one_list_are_asked_for_one_after_the_other() {
    let running = Arc::new(AtomicUsize::new(0));
    let count = running.clone();
    let (_server, client) = server(move |request| {
        count.fetch_add(1, Ordering::Relaxed);
        page(request, 23, 5)
    })
    .await;
    let mut list = client.monitoring().list();
    for nth in 1..=23 {
        list.next().await.unwrap().unwrap();
        assert_eq!(running.load(Ordering::Relaxed), usize::div_ceil(nth, 5), "no page before it is needed");
    }
}
