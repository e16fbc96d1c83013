//! Pages read side by side: in order, never more than asked for, and going on while the caller is busy.

use super::{Ask, good, number, numbers, page, read, server};
use crate::support::client::{of_sandbox, sandbox_builder};
use crate::support::server::path_of;
use futures::StreamExt as _;
use mycarrierpackets::ErrorKind;
use mycarrierpackets_sandbox::{Fault, Sandbox};
use std::time::Duration;

#[tokio::test]
async fn as_many_as_asked_for_and_in_order() {
    let sandbox = Sandbox::builder().carriers(400).delay(Duration::from_millis(30)).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    let expected: Vec<_> = sandbox.dot_numbers().into_iter().take(400).map(i64::from).collect();
    for (concurrency, peak) in [(1, 1..=1), (3, 2..=3), (8, 5..=8), (1_000, 15..=64)] {
        sandbox.clear_requests();
        let ask = Ask { size: Some(10), concurrency, ..Ask::PLAIN };
        let (found, report) = read(&client, "MonitoredCarriers", ask).await;
        assert_eq!(good(found), expected);
        assert_eq!((sandbox.count("MonitoredCarriers"), report.pages), (40, 40));
        assert!(peak.contains(&sandbox.peak_requests()), "{concurrency}: {}", sandbox.peak_requests());
    }
}

#[tokio::test]
async fn a_page_that_is_asked_for_again_is_one_of_as_many() {
    let sandbox = Sandbox::builder().carriers(400).delay(Duration::from_millis(30)).start().await.unwrap();
    sandbox.fault(Fault::empty_body().on("MonitoredCarriers").every(3));
    let client = sandbox_builder(&sandbox).retry(|retry| {
        retry.attempts = 30;
        retry.budget = u32::MAX;
    });
    let ask = Ask { size: Some(10), concurrency: 2, ..Ask::PLAIN };
    let (found, report) = read(&client.build().unwrap(), "MonitoredCarriers", ask).await;
    assert_eq!((good(found).len(), report.pages), (400, 40));
    assert!(sandbox.count("MonitoredCarriers") > 45, "{}", sandbox.count("MonitoredCarriers"));
    assert_eq!(sandbox.peak_requests(), 2);
}

#[tokio::test]
async fn in_order_though_later_pages_come_first() {
    let (_server, client) = server(|request| {
        let number = number(request, "pageNumber").unwrap() as u64;
        page(request, 60, 5).after(Duration::from_millis(5 * (13 - number)))
    })
    .await;
    let (found, report) = read(&client, "MonitoredCarriers", Ask { concurrency: 12, ..Ask::PLAIN }).await;
    assert_eq!(good(found), numbers(60));
    assert!(report.complete && !report.changed, "{report:?}");
}

#[tokio::test]
async fn the_total_may_grow_while_reading_ahead() {
    let (_server, client) = server(|request| {
        let total = if number(request, "pageNumber").unwrap() < 3 { 23 } else { 38 };
        page(request, total, 5)
    })
    .await;
    let (found, report) = read(&client, "MonitoredCarriers", Ask { concurrency: 4, ..Ask::PLAIN }).await;
    assert_eq!(good(found), numbers(38));
    assert!(report.complete && report.changed, "{report:?}");
    assert_eq!((report.total_pages, report.total_count), (Some(8), Some(38)));
}

#[tokio::test]
async fn dropping_the_stream_stops_what_waits_for_its_turn() {
    const SLOW: Duration = Duration::from_secs(1);
    let (server, client) = server(|request| match number(request, "pageNumber") {
        Some(1 | 2) => page(request, 500, 5),
        _ => page(request, 500, 5).after(SLOW),
    })
    .await;
    let mut list = client.monitoring().list().page_size(5).concurrency(4);
    for _ in 0..6 {
        list.next().await.unwrap().unwrap();
    }
    drop(list);
    // Of the pages that were asked for ahead, four are on their way and the seventh waits for the turn of one of them.
    tokio::time::sleep(SLOW + SLOW / 2).await;
    let sent = server.count(&path_of("MonitoredCarriers"));
    assert!((2..=6).contains(&sent), "{sent}");
}

#[tokio::test]
async fn an_error_stops_what_is_in_flight() {
    let (server, client) = server(|request| {
        let page = page(request, 500, 5);
        match number(request, "pageNumber") {
            Some(3) => crate::support::server::Reply::error(403, "No."),
            Some(1) => page,
            _ => page.after(Duration::from_millis(20)),
        }
    })
    .await;
    let (found, report) = read(&client, "MonitoredCarriers", Ask { concurrency: 4, ..Ask::PLAIN }).await;
    assert_eq!(found.last().unwrap().as_ref().unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!((found.len(), report.next_page), (11, 3));
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert!(server.count(&path_of("MonitoredCarriers")) <= 6);
}

#[tokio::test]
async fn reading_ahead_does_not_keep_the_caller_from_calling() {
    let sandbox = Sandbox::builder().carriers(60).delay(Duration::from_millis(5)).start().await.unwrap();
    let builder = sandbox_builder(&sandbox)
        .limits(|limits| limits.in_flight = 2)
        .timeouts(|timeouts| timeouts.total = Duration::from_secs(5));
    let client = builder.build().unwrap();
    let mut list = client.monitoring().list().page_size(10).concurrency(8);
    let mut seen = 0;
    while let Some(carrier) = list.next().await {
        let number = carrier.unwrap().dot_number.unwrap();
        if seen % 10 == 0 {
            client.carriers().preview(number).await.unwrap();
        }
        seen += 1;
    }
    assert_eq!((seen, sandbox.count("MonitoredCarriers"), sandbox.count("PreviewCarrier")), (60, 6, 6));
}

#[tokio::test]
async fn pages_read_ahead_do_not_time_out_while_the_caller_is_busy() {
    let sandbox = Sandbox::builder().carriers(60).delay(Duration::from_millis(20)).start().await.unwrap();
    let timeouts = |timeouts: &mut mycarrierpackets::Timeouts| timeouts.attempt = Duration::from_millis(600);
    let client = sandbox_builder(&sandbox).timeouts(timeouts).retry(|retry| retry.attempts = 1).build().unwrap();
    let pages = client.monitoring().list().page_size(10).concurrency(4).pages();
    let slow = pages.then(async |page| {
        tokio::time::sleep(Duration::from_millis(250)).await;
        page.map(|page| page.number)
    });
    let numbers: Vec<_> = slow.map(Result::unwrap).collect().await;
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    assert_eq!(sandbox.count("MonitoredCarriers"), 6);
}

#[tokio::test]
async fn no_more_pages_are_read_than_may_be_held() {
    let sandbox = Sandbox::builder().carriers(400).start().await.unwrap();
    let client = of_sandbox(&sandbox);
    let mut list = client.monitoring().list().page_size(10).concurrency(4);
    for seen in 1..=100 {
        list.next().await.unwrap().unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
        let read = usize::div_ceil(seen, 10);
        assert!(sandbox.count("MonitoredCarriers") < read + 6, "{seen}");
    }
}
