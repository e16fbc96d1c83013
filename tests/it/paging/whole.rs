//! Every list, whole and in order, with as many requests as there are pages.

use super::{Ask, asked, good, read};
use crate::support::client::of_sandbox;
use mycarrierpackets_sandbox::Sandbox;
use std::time::{Duration, SystemTime};

const SIX: [&str; 6] = [
    "MonitoredCarriers",
    "BlockedCarriers",
    "CarriersChanges",
    "MonitoredCarrierData",
    "GetMonitoredCarrierContactsData",
    "GetMonitoredCarriersRiskAssessment",
];

async fn sandbox(carriers: u32) -> Sandbox {
    // 2026-03-18T12:00:00Z.
    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_835_200);
    let sandbox = Sandbox::builder().carriers(carriers).activity(400).fixed_time(noon).changes_interval(Duration::ZERO);
    sandbox.start().await.unwrap()
}

/// The carriers of a list, by the sandbox's rules.
fn expected(sandbox: &Sandbox, operation: &str, carriers: usize) -> Vec<i64> {
    let numbers = sandbox.dot_numbers().into_iter().take(carriers).map(i64::from).enumerate();
    let blocked_only = operation == "BlockedCarriers";
    numbers.filter(|(index, _)| !blocked_only || index % 50 == 7).map(|(_, number)| number).collect()
}

#[tokio::test]
async fn a_size_that_is_too_large_is_replaced_and_nothing_is_lost() {
    let sandbox = sandbox(25_000).await;
    let client = of_sandbox(&sandbox);
    for concurrency in [1, 8] {
        sandbox.clear_requests();
        let ask = Ask { size: Some(10_000), concurrency, ..Ask::PLAIN };
        let (found, report) = read(&client, "MonitoredCarriers", ask).await;
        assert!(good(found) == expected(&sandbox, "MonitoredCarriers", 25_000), "all of them, in order");
        assert_eq!((report.items, report.pages, report.total_count), (25_000, 10, Some(25_000)));
        assert!(report.complete && !report.changed, "{report:?}");
        let mut pages = asked(&sandbox, "MonitoredCarriers");
        pages.sort_unstable();
        let replaced = (2..=10).map(|page| (page, Some(2_500)));
        assert_eq!(pages, [(1, Some(10_000))].into_iter().chain(replaced).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn every_list_yields_each_item_once_and_in_order() {
    let sandbox = sandbox(263).await;
    let client = of_sandbox(&sandbox);
    for operation in SIX {
        let whole = match operation {
            "CarriersChanges" => good(read(&client, operation, Ask { size: Some(500), ..Ask::PLAIN }).await.0),
            _ => expected(&sandbox, operation, 263),
        };
        assert!(whole.len() > 4, "{operation}");
        let default = if matches!(operation, "MonitoredCarriers" | "BlockedCarriers") { 2_500 } else { 250 };
        let sizes = [(None, default), (Some(whole.len() as u32 / 4), whole.len() / 4), (Some(1 << 31), default)];
        for (size, used) in sizes {
            for concurrency in [1, 3] {
                sandbox.clear_requests();
                let (found, report) = read(&client, operation, Ask { size, concurrency, ..Ask::PLAIN }).await;
                assert_eq!(good(found), whole, "{operation} {size:?}");
                let pages = whole.len().div_ceil(used);
                assert_eq!(sandbox.count(operation), pages, "{operation} {size:?}");
                assert_eq!((report.pages as usize, report.items as usize), (pages, whole.len()), "{operation}");
                assert_eq!(report.total_count, Some(whole.len() as u64), "{operation}");
                assert_eq!(report.next_page, report.pages + 1, "{operation}");
                assert!(report.complete && !report.changed && report.rejected == 0, "{operation}: {report:?}");
            }
        }
    }
}

#[tokio::test]
async fn every_list_begins_at_the_page_asked_for() {
    let sandbox = sandbox(263).await;
    let client = of_sandbox(&sandbox);
    for operation in SIX {
        let ask = Ask { size: Some(2), ..Ask::PLAIN };
        let whole = good(read(&client, operation, ask).await.0);
        sandbox.clear_requests();
        let (found, report) = read(&client, operation, Ask { from: 3, ..ask }).await;
        assert_eq!(good(found), whole[4..], "{operation}");
        assert_eq!(sandbox.count(operation), whole.len().div_ceil(2) - 2, "{operation}");
        assert!(report.complete && !report.changed, "{operation}: {report:?}");
        let beyond = Ask { from: 1_000, ..ask };
        let (found, report) = read(&client, operation, beyond).await;
        assert!(found.is_empty() && report.complete && report.pages == 1, "{operation}: {report:?}");
    }
}

#[tokio::test]
async fn an_empty_list_is_one_request() {
    let sandbox = sandbox(0).await;
    let client = of_sandbox(&sandbox);
    for operation in SIX {
        for concurrency in [1, 8] {
            sandbox.clear_requests();
            let (found, report) = read(&client, operation, Ask { concurrency, ..Ask::PLAIN }).await;
            assert!(found.is_empty(), "{operation}");
            assert_eq!((sandbox.count(operation), report.total_count), (1, Some(0)), "{operation}");
            assert!(report.complete && !report.changed, "{operation}: {report:?}");
        }
    }
}
