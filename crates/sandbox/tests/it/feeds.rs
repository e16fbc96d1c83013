//! Windows of time.

use std::time::Duration;

use mycarrierpackets_sandbox::{Builder, Sandbox};
use serde_json::Value;

use crate::Caller;

const DAY: [(&str, &str); 2] = [("fromDate", "2026-03-17T12:00:00"), ("toDate", "2026-03-18T12:00:00")];

fn fixed() -> Builder {
    Sandbox::builder().carriers(300).activity(800).fixed_time(crate::noon())
}

#[tokio::test]
async fn the_changes_cannot_be_polled_twice_in_four_minutes_whatever_the_window() {
    let caller = Caller::start(fixed()).await;
    assert_eq!(caller.send("CarriersChanges", &DAY).await.status(), 200);
    let mut windows = vec![DAY];
    for from in ["2026-03-17T11:00:00", "2026-03-17T11:30:00", "2026-03-18T11:59:00", "2021-03-18", "2026-03-18"] {
        windows.push([("fromDate", from), DAY[1]]);
    }
    for window in windows {
        let refused = caller.send("CarriersChanges", &window).await;
        assert_eq!(refused.status(), 429, "{window:?}");
        let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((235..=240).contains(&wait), "a refused poll does not make the wait longer: {wait}");
        let message = refused.json::<Value>().await.unwrap()["Message"].clone();
        assert_eq!(message, "CarriersChanges cannot be called more often than every 4 minutes.");
    }
    // A further page is the same poll; the other feeds and calls that are not polls are free.
    let second = [&DAY[..], &[("pageNumber", "2")]].concat();
    assert_eq!(caller.send("CarriersChanges", &second).await.status(), 200);
    for operation in ["CompletedPackets", "GetUpdatedFactoringCompanies", "CompletedPackets"] {
        assert_eq!(caller.send(operation, &DAY).await.status(), 200);
    }
    let wrong = caller.send("CarriersChanges", &[("fromDate", "soon"), DAY[1]]).await;
    assert_eq!(wrong.status(), 400, "what is wrong with a call is said first");

    let free = Caller::start(fixed().changes_interval(Duration::ZERO)).await;
    for _ in 0..2 {
        assert_eq!(free.send("CarriersChanges", &DAY).await.status(), 200);
    }
    let short = Caller::start(fixed().changes_interval(Duration::from_secs(1))).await;
    assert_eq!(short.send("CarriersChanges", &DAY).await.status(), 200);
    let refused = short.send("CarriersChanges", &DAY).await;
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].to_str().unwrap()), (429, "1"));
    assert!(refused.text().await.unwrap().contains("every second."));
    tokio::time::sleep(Duration::from_millis(1010)).await;
    assert_eq!(short.send("CarriersChanges", &DAY).await.status(), 200);
}

#[tokio::test]
async fn changes_come_in_pages_oldest_first() {
    let caller = Caller::start(fixed()).await;
    let mut times: Vec<String> = Vec::new();
    let mut total = 0;
    for page in 1..=6 {
        let page = page.to_string();
        let query = [&DAY[..], &[("pageNumber", &*page), ("pageSize", "60")]].concat();
        let response = caller.send("CarriersChanges", &query).await;
        let pages: Value = serde_json::from_str(response.headers()["x-pagination"].to_str().unwrap()).unwrap();
        total = pages["totalCount"].as_u64().unwrap();
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["FromDate"], "2026-03-17T12:00:00");
        for change in answer["CarrierList"].as_array().unwrap() {
            assert!(!change["ChangeCategories"].as_array().unwrap().is_empty());
            times.push(change["ChangeDateTime"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(times.len() as u64, total);
    assert!(total > 200);
    assert!(times.is_sorted());
}

#[tokio::test]
async fn a_change_by_hand_shows_in_the_feed_and_in_the_data() {
    let caller = Caller::start(fixed().changes_interval(Duration::ZERO)).await;
    let dot = caller.sandbox.dot_numbers()[9];
    let now = [("fromDate", "2026-03-18T11:59:59.9999999"), ("toDate", "2026-03-18T12:00:00")];
    let query = [("DOTNumber", &*dot.to_string())];
    let before = caller.json("GetCarrierData", &query).await;
    assert!(caller.sandbox.change_carrier(dot));
    assert!(!caller.sandbox.change_carrier(1));
    let changes = caller.json("CarriersChanges", &now).await;
    let details = &changes["CarrierList"][0]["CarrierDetails"];
    assert_eq!(details["dotNumber"]["Value"], dot.to_string());
    let after = caller.json("GetCarrierData", &query).await;
    let part = |data: &Value, name: &str| data["AssureAdvantage"][0]["CarrierDetails"][name].to_string();
    assert_ne!(part(&before, "Safety"), part(&after, "Safety"));
    assert_eq!(part(&before, "dotNumber"), part(&after, "dotNumber"));

    caller.json("CancelMonitoring", &query).await;
    let now = [("fromDate", "2026-03-18T11:59:59.9999998"), ("toDate", "2026-03-18T12:00:00")];
    assert_eq!(caller.json("CarriersChanges", &now).await["CarrierCount"], 0, "only monitored carriers are reported");
}

#[tokio::test]
async fn packets_and_factors_come_in_windows() {
    let caller = Caller::start(fixed()).await;
    let packets = caller.json("CompletedPackets", &DAY).await;
    let packets = packets.as_array().unwrap();
    assert!(packets.len() >= 144, "{}", packets.len());
    for packet in packets.iter().take(20) {
        let data = caller.json("GetCarrierData", &[("DOTNumber", &packet["DOTNumber"].to_string())]).await;
        assert_eq!(data["LegalName"], packet["LegalName"], "who completed a packet has one");
    }
    let factors = caller.json("GetUpdatedFactoringCompanies", &DAY).await;
    let count = factors["FactoringCompanies"].as_array().unwrap().len();
    assert_eq!(factors["FactoringCompaniesCount"], count);
    assert!((10..60).contains(&count), "{count}");
    let open = caller.json("GetUpdatedFactoringCompanies", &DAY[..1]).await;
    assert_eq!(open["ToDate"], "2026-03-18T12:00:00", "now");
}
