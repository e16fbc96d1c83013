//! Pages: every carrier exactly once, and what happens to sizes out of range.

use std::collections::BTreeSet;

use mycarrierpackets_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::Caller;

fn header(response: &reqwest::Response) -> Value {
    serde_json::from_str(response.headers()["x-pagination"].to_str().unwrap()).unwrap()
}

#[tokio::test]
async fn pages_in_the_header_hold_every_carrier_once() {
    let caller = Caller::start(Sandbox::builder().carriers(730)).await;
    for (operation, total) in [("MonitoredCarriers", 730), ("BlockedCarriers", 15)] {
        let mut seen = BTreeSet::new();
        let mut page = 1;
        loop {
            let response = caller.send(operation, &[("pageNumber", &page.to_string()), ("pageSize", "7")]).await;
            let pages = (total as u64).div_ceil(7);
            let expected = json!({"pageNumber": page, "pageSize": 7, "totalPages": pages, "totalCount": total});
            assert_eq!(header(&response), expected);
            let rows: Value = response.json().await.unwrap();
            let rows = rows.as_array().unwrap();
            if rows.is_empty() {
                assert_eq!(page, pages + 1, "a page beyond the end is empty");
                break;
            }
            for row in rows {
                assert!(seen.insert(row["DOTNumber"].as_u64().unwrap()), "{row} comes twice");
            }
            page += 1;
        }
        assert_eq!(seen.len(), total);
    }
}

#[tokio::test]
async fn pages_in_the_body_hold_every_carrier_once() {
    let caller = Caller::start(Sandbox::builder().carriers(730)).await;
    for operation in ["MonitoredCarrierData", "GetMonitoredCarrierContactsData", "GetMonitoredCarriersRiskAssessment"] {
        let mut seen = BTreeSet::new();
        for page in 1..=4 {
            let answer = caller.json(operation, &[("pageNumber", &page.to_string()), ("pageSize", "200")]).await;
            assert_eq!(answer["pageNumber"], page);
            assert_eq!(answer["pageSize"], 200);
            assert_eq!((&answer["totalPages"], &answer["totalCount"]), (&json!(4), &json!(730)));
            assert_eq!((&answer["succeeded"], &answer["message"]), (&json!(true), &Value::Null));
            for row in answer["data"].as_array().unwrap() {
                let dot = match &row["dotNumber"]["Value"] {
                    Value::String(dot) => dot.parse().unwrap(),
                    _ => row["DOTNumber"].as_u64().unwrap(),
                };
                assert!(seen.insert(dot), "{dot} comes twice");
            }
        }
        assert_eq!(seen.len(), 730, "{operation}");
        let beyond = caller.json(operation, &[("pageNumber", "4000000000")]).await;
        assert_eq!(beyond["data"], json!([]));
    }
}

#[tokio::test]
async fn a_size_out_of_range_is_replaced_by_the_default() {
    let caller = Caller::start(Sandbox::builder().carriers(6000)).await;
    for (operation, size, expected) in [
        ("MonitoredCarriers", "5000", 5000),
        ("MonitoredCarriers", "5001", 2500),
        ("MonitoredCarriers", "0", 2500),
        ("MonitoredCarriers", "-1", 2500),
        ("BlockedCarriers", "9999999999999999999999", 2500),
    ] {
        let response = caller.send(operation, &[("PAGESIZE", size)]).await;
        assert_eq!(header(&response)["pageSize"], expected, "{operation} {size}");
    }
    for (name, value) in [("pageSize", "many"), ("pageNumber", "abc"), ("pageNumber", "1.5")] {
        caller.failure(400, "MonitoredCarriers", &[(name, value)]).await;
        caller.failure(400, "MonitoredCarrierData", &[(name, value)]).await;
    }
    for (size, expected) in [("500", 500), ("501", 250), ("0", 250), ("", 250)] {
        let answer = caller.json("GetMonitoredCarriersRiskAssessment", &[("pageSize", size)]).await;
        assert_eq!(answer["pageSize"], expected, "{size}");
        assert_eq!(answer["data"].as_array().unwrap().len(), expected);
    }
}

#[tokio::test]
async fn an_empty_world_has_empty_pages() {
    let caller = Caller::start(Sandbox::builder().carriers(0)).await;
    let response = caller.send("MonitoredCarriers", &[]).await;
    assert_eq!(header(&response)["totalPages"], 0);
    assert_eq!(response.text().await.unwrap(), "[]");
    assert_eq!(caller.json("MonitoredCarrierData", &[]).await["data"], json!([]));
    let window = [("fromDate", "2020-01-01"), ("toDate", "2099-01-01")];
    assert_eq!(caller.json("CarriersChanges", &window).await["CarrierList"], json!([]));
    assert_eq!(caller.json("CompletedPackets", &window).await, json!([]));
}
