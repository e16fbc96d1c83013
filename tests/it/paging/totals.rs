//! Servers that state no totals, or false ones: all items come, and the stream ends.

use super::{Ask, calls, drain, good, header, number, numbers, page, read, rows, server};
use crate::support::server::{Reply, path_of};
use mycarrierpackets::{ErrorKind, Report};
use serde_json::{Value, json};

/// Reads 23 carriers, 5 a page, under this `X-Pagination`, and counts the requests.
async fn under(totals: Option<&'static str>, concurrency: usize) -> (Report, usize) {
    let (server, client) = server(move |request| {
        let reply = Reply::json(Value::Array(rows(request, 23, 5)));
        totals.map_or(reply.clone(), |totals| reply.header("x-pagination", totals))
    })
    .await;
    let (found, report) = read(&client, "MonitoredCarriers", Ask { concurrency, ..Ask::PLAIN }).await;
    assert_eq!(good(found), numbers(23), "{totals:?}");
    assert!(report.complete && report.items == 23, "{totals:?}: {report:?}");
    (report, calls(&server))
}

#[tokio::test]
async fn without_totals_pages_are_read_until_one_is_empty() {
    let nothing = [
        None,
        Some(""),
        Some("?"),
        Some("null"),
        Some("[1,2]"),
        Some("{}"),
        Some(r#"{"pageSize":5,"totalPages":null,"totalCount":null}"#),
        Some(r#"{"pageSize":5,"totalPages":0,"totalCount":0}"#),
        Some(r#"{"pageSize":5,"totalPages":-1,"totalCount":-1}"#),
        Some(r#"{"pageSize":"five","totalPages":{},"totalCount":[]}"#),
        Some(r#"{"pageSize":5,"totalPages":5,"totalCount""#),
    ];
    for totals in nothing {
        for concurrency in [1, 4] {
            let (report, requests) = under(totals, concurrency).await;
            assert_eq!((requests, report.pages), (6, 6), "{totals:?}");
            assert_eq!((report.total_pages, report.total_count), (None, None), "{totals:?}");
            assert!(!report.changed, "{totals:?}");
        }
    }
}

#[tokio::test]
async fn totals_are_read_however_they_are_written() {
    let same = [
        r#"{"pageNumber":1,"pageSize":5,"totalPages":5,"totalCount":23}"#,
        r#"{"pageNumber":"1","pageSize":"5","totalPages":"5","totalCount":"23"}"#,
        r#"{"PageNumber":1,"PageSize":5,"TotalPages":5,"TotalCount":23}"#,
        r#" { "totalCount" : 23.0, "totalPages" : 5.0, "hasNext" : true } "#,
        r#"{"totalPages":5}"#,
    ];
    for totals in same {
        for concurrency in [1, 4] {
            let (report, requests) = under(Some(totals), concurrency).await;
            assert_eq!((requests, report.total_pages), (5, Some(5)), "{totals}");
            assert!(!report.changed, "{totals}");
        }
    }
}

#[tokio::test]
async fn totals_that_contradict_the_items_are_not_believed() {
    // The header, and the most requests that it may cost.
    let wrong = [
        (r#"{"pageSize":5,"totalPages":1,"totalCount":23}"#, 6),
        (r#"{"pageSize":5,"totalPages":3,"totalCount":23}"#, 6),
        (r#"{"pageSize":5,"totalPages":1,"totalCount":1}"#, 6),
        (r#"{"pageSize":5,"totalPages":1,"totalCount":2000000}"#, 6),
        (r#"{"pageSize":5,"totalPages":9,"totalCount":45}"#, 8),
        (r#"{"pageSize":5,"totalPages":4294967295,"totalCount":99999999999}"#, 8),
        // The size asked for, not the one used.
        (r#"{"pageSize":10,"totalPages":3,"totalCount":23}"#, 6),
        (r#"{"pageSize":1,"totalPages":23,"totalCount":23}"#, 8),
    ];
    for (totals, most) in wrong {
        let (report, requests) = under(Some(totals), 1).await;
        assert!(requests <= most, "{totals}: {requests}");
        let contradicted = report.total_count != Some(23) || report.total_pages > Some(5);
        assert_eq!(report.changed, contradicted, "{totals}: {report:?}");
        under(Some(totals), 4).await;
    }
}

#[tokio::test]
async fn a_size_that_the_page_contradicts_is_not_asked_for() {
    // The server cuts by 5 but calls it 4, which it would cut by if it were asked to.
    let (server, client) = server(|request| {
        let totals = header(4, 5, 23);
        Reply::json(Value::Array(rows(request, 23, 5))).header("x-pagination", &totals)
    })
    .await;
    let (found, _) = read(&client, "MonitoredCarriers", Ask { size: Some(50), ..Ask::PLAIN }).await;
    assert_eq!(good(found), numbers(23));
    let sizes = server.requests_for(&path_of("MonitoredCarriers"));
    assert!(sizes.iter().all(|request| number(request, "pageSize") == Some(50)));
}

#[tokio::test]
async fn an_empty_page_amid_the_list_does_not_end_it() {
    for concurrency in [1, 4] {
        let (server, client) = server(|request| match number(request, "pageNumber") {
            Some(2) => Reply::json("[]").header("x-pagination", &header(5, 5, 23)),
            _ => page(request, 23, 5),
        })
        .await;
        let (found, report) = read(&client, "MonitoredCarriers", Ask { concurrency, ..Ask::PLAIN }).await;
        let rest: Vec<_> = numbers(23).into_iter().filter(|n| !(9_900_005..9_900_010).contains(n)).collect();
        assert_eq!(good(found), rest);
        assert!(report.changed && report.complete, "items are missing: {report:?}");
        assert!(calls(&server) <= 6);
    }
}

#[tokio::test]
async fn a_body_without_totals_is_read_until_it_is_empty() {
    let envelopes: [fn(Vec<Value>) -> Value; 5] = [
        |rows| json!({"data": rows}),
        |rows| json!({"pageSize": 5, "totalPages": 0, "totalCount": 0, "succeeded": true, "data": rows}),
        |rows| json!({"pageSize": null, "totalPages": null, "totalCount": null, "succeeded": null, "data": rows}),
        |rows| json!({"totalPages": "", "data": rows}),
        |rows| Value::Array(rows),
    ];
    for (nth, envelope) in envelopes.into_iter().enumerate() {
        let (server, client) = server(move |request| Reply::json(envelope(rows(request, 23, 5)))).await;
        let (found, report) = drain(client.monitoring().risk().concurrency(4)).await;
        assert_eq!(good(found), numbers(23), "{nth}");
        assert_eq!(server.count(&path_of("GetMonitoredCarriersRiskAssessment")), 6, "{nth}");
        assert!(report.complete && !report.changed, "{nth}: {report:?}");
    }
}

#[tokio::test]
async fn a_page_that_comes_again_ends_the_stream() {
    // A server that knows no pages, whatever it says of them.
    for totals in [None, Some(header(5, 900, 4_500))] {
        for concurrency in [1, 4] {
            let totals = totals.clone();
            let (server, client) = server(move |_| {
                let reply = Reply::json(json!([{"DOTNumber": 9_900_000}, {"DOTNumber": 9_900_001}]));
                totals.iter().fold(reply, |reply, totals| reply.header("x-pagination", totals))
            })
            .await;
            let (found, report) = read(&client, "MonitoredCarriers", Ask { concurrency, ..Ask::PLAIN }).await;
            let error = found.last().unwrap().as_ref().unwrap_err();
            assert_eq!((found.len(), error.kind()), (3, ErrorKind::Paging));
            assert!(error.to_string().contains("page 2 holds the same items"), "{error}");
            assert!(error.to_string().starts_with("monitored_carriers: "), "{error}");
            assert!(calls(&server) <= 1 + concurrency);
            assert!(!report.complete && report.next_page == 2, "{report:?}");
        }
    }
}
