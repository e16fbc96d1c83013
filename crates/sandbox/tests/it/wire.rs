//! The habits of HTTP and JSON.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use mycarrierpackets_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::{Caller, raw};

#[tokio::test]
async fn a_post_without_a_length_is_411() {
    let caller = Caller::small().await;
    let request = |extra: &str| {
        format!(
            "POST /api/v1/Carrier/MonitoredCarriers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Authorization: bearer {}\r\n{extra}\r\n",
            caller.token
        )
    };
    let refused = raw(&caller.sandbox, &request("")).await;
    assert!(refused.starts_with("HTTP/1.1 411 Length Required\r\n"), "{refused}");
    assert!(refused.contains("The request must be chunked or have a content length."));
    for length in ["Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n\r\n0\r\n"] {
        let answer = raw(&caller.sandbox, &request(length)).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{length} {answer}");
        assert!(answer.contains("\r\nTransfer-Encoding: chunked\r\n"));
        assert!(answer.contains("\r\nServer: Microsoft-IIS/10.0\r\n"));
    }
    let statuses: Vec<_> = caller.sandbox.requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [Some(200), Some(411), Some(200), Some(200)]);

    let lenient = Sandbox::builder().carriers(5).require_content_length(false).start().await.unwrap();
    let answer = raw(&lenient, "POST /token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[tokio::test]
async fn case_does_not_matter() {
    let caller = Caller::small().await;
    let url = format!("{}/API/V1/carrier/PREVIEWcarrier/", caller.sandbox.base_url());
    for name in ["dotnumber", "DOTNUMBER", "DotNumber"] {
        let request = caller.client.post(&url).bearer_auth(&caller.token).header("content-length", "0");
        let answer: Value = request.query(&[(name, "23868")]).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer[0]["CompanyName"], "Sample Trucking LLC");
    }
    assert_eq!(caller.sandbox.count("PreviewCarrier"), 3);
    let last = caller.sandbox.requests().pop().unwrap();
    assert_eq!((last.operation, last.param("DotNumber")), ("PreviewCarrier", Some("23868")));
    assert_eq!(last.path, "/API/V1/carrier/PREVIEWcarrier/");
    assert_eq!(last.header("content-length"), Some("0"));
}

#[tokio::test]
async fn wrong_turns_are_answered_as_asp_net_does() {
    let caller = Caller::small().await;
    let base = caller.sandbox.base_url();
    let answer = caller
        .client
        .post(format!("{base}/api/v1/Carrier/Nonsense"))
        .header("content-length", "0")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 404);
    let body: Value = answer.json().await.unwrap();
    assert!(body["Message"].as_str().unwrap().starts_with("No HTTP resource was found"), "{body}");
    assert!(body["MessageDetail"].is_string());

    let answer = caller.client.get(format!("{base}/api/v1/Carrier/PreviewCarrier")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["allow"].to_str().unwrap()), (405, "POST"));

    for (status, query) in [
        (400, vec![]),
        (400, vec![("DOTNumber", "abc")]),
        (404, vec![("DOTNumber", "1")]),
        (404, vec![("DOTNumber", "-5")]),
        (404, vec![("docketNumber", "MC1")]),
        (404, vec![("DOTNumber", "23868"), ("docketNumber", "MC9000001")]),
    ] {
        caller.failure(status, "PreviewCarrier", &query).await;
    }
    caller.failure(400, "CompletedPackets", &[("fromDate", "2026-01-01T00:00:00")]).await;
    caller.failure(400, "CompletedPackets", &[("fromDate", "soon"), ("toDate", "2026-01-01")]).await;
    caller.failure(400, "CompletedPackets", &[("fromDate", "2026-01-02"), ("toDate", "2026-01-01")]).await;

    let huge = caller.client.post(format!("{base}/token")).body(vec![b'x'; (1 << 20) + 1]).send().await;
    // The server may close before all of it is sent.
    assert!(huge.is_err() || huge.is_ok_and(|answer| answer.status() == 413));
}

/// Checks that every object is numbered, each number used once and in order, or is a reference to one before it;
/// returns how many references there are.
fn references(text: &str) -> usize {
    let (mut last, mut count) = (0, 0);
    for (at, _) in text.match_indices('{') {
        let object = &text[at + 1..];
        let number = |rest: &str| rest.split('"').next().unwrap().parse::<usize>().unwrap();
        if let Some(target) = object.strip_prefix("\"$ref\":\"") {
            assert!((1..=last).contains(&number(target)), "a reference to nothing");
            count += 1;
        } else {
            last += 1;
            assert_eq!(number(object.strip_prefix("\"$id\":\"").unwrap()), last);
        }
    }
    count
}

#[tokio::test]
async fn objects_have_ids_and_repeats_are_references() {
    let caller = Caller::small().await;
    let mut found = BTreeMap::new();
    let window = [("fromDate", "2020-01-01"), ("toDate", "2099-01-01")];
    for (operation, query) in [
        ("MonitoredCarriers", &[][..]),
        ("MonitoredCarrierData", &[]),
        ("GetMonitoredCarrierContactsData", &[]),
        ("GetMonitoredCarriersRiskAssessment", &[]),
        ("CarriersChanges", &window),
    ] {
        let text = caller.send(operation, query).await.text().await.unwrap();
        found.insert(operation, references(&text));
    }
    assert_eq!(found.remove("MonitoredCarriers"), Some(0), "rows have nothing in common");
    for dot in caller.sandbox.dot_numbers().iter().take(60) {
        let query = [("DOTNumber", &*dot.to_string())];
        for operation in [
            "GetCarrierContacts",
            "GetCarrierData",
            "GetCarrierIncidentReports",
            "GetCarrierRiskAssessment",
            "GetCarrierVINVerifications",
            "PreviewCarrier",
        ] {
            let text = caller.send(operation, &query).await.text().await.unwrap();
            *found.entry(operation).or_default() += references(&text);
        }
    }
    assert!(found.values().all(|&count| count > 0), "{found:?}");
}

#[tokio::test]
async fn some_dot_numbers_are_text() {
    let caller = Caller::small().await;
    let mut kinds = HashSet::new();
    for dot in caller.sandbox.dot_numbers() {
        let answer = caller.json("PreviewCarrier", &[("DOTNumber", &dot.to_string())]).await;
        let number = &answer[0]["DotNumber"];
        assert!(*number == json!(dot) || *number == json!(dot.to_string()));
        kinds.insert(number.is_string());
    }
    assert_eq!(kinds.len(), 2);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    let build = |seed| Sandbox::builder().carriers(60).seed(seed).fixed_time(crate::noon());
    let read = async |caller: Caller| {
        let mut all = Vec::new();
        let window = [("fromDate", "2026-03-17T00:00:00"), ("toDate", "2026-03-18T12:00:00")];
        for (operation, query) in [
            ("MonitoredCarrierData", &[][..]),
            ("MonitoredCarriers", &[]),
            ("BlockedCarriers", &[]),
            ("GetCarrierData", &[("DOTNumber", "23868")]),
            ("CarriersChanges", &window),
            ("CompletedPackets", &window),
            ("GetUpdatedFactoringCompanies", &window),
            ("RequestMonitoring", &[("DOTNumber", "23868")]),
        ] {
            all.push(caller.send(operation, query).await.bytes().await.unwrap());
        }
        all
    };
    let first = read(Caller::start(build(3)).await).await;
    assert_eq!(first, read(Caller::start(build(3)).await).await);
    assert_ne!(first, read(Caller::start(build(4)).await).await);
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_accept_it() {
    let caller = Caller::small().await;
    let plain = caller.client.post(format!("{}/api/v1/Carrier/MonitoredCarrierData", caller.sandbox.base_url()));
    let plain = plain.bearer_auth(&caller.token).header("content-length", "0").header("accept-encoding", "identity");
    let plain = plain.send().await.unwrap().bytes().await.unwrap();
    // This client asks for gzip and unpacks by itself.
    let packed = caller.send("MonitoredCarrierData", &[]).await.bytes().await.unwrap();
    assert_eq!(plain, packed);
    let request = format!(
        "POST /api/v1/Carrier/MonitoredCarrierData HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\
         Accept-Encoding: gzip\r\nAuthorization: bearer {}\r\n\r\n",
        caller.token
    );
    let answer = raw(&caller.sandbox, &request).await;
    assert!(answer.contains("Content-Encoding: gzip"));
    assert!(answer.len() * 2 < plain.len());
}

#[tokio::test]
async fn xml_is_there_for_those_who_ask() {
    let caller = Caller::small().await;
    let url = format!("{}/api/v1/Carrier/PreviewCarrier", caller.sandbox.base_url());
    let request = caller.client.post(url).bearer_auth(&caller.token).header("content-length", "0");
    let answer = request.query(&[("DOTNumber", "23868")]).header("accept", "text/xml").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/xml; charset=utf-8");
    let text = answer.text().await.unwrap();
    assert!(text.starts_with("<ArrayOfPreviewCarrier "), "{text}");
    assert!(text.contains("<CompanyName>Sample Trucking LLC</CompanyName>"));
    assert!(!text.contains('$'));
}

#[tokio::test]
async fn delays_run_side_by_side() {
    let caller = Caller::start(Sandbox::builder().carriers(5).delay(Duration::from_millis(100))).await;
    let start = Instant::now();
    let call = || caller.send("MonitoredCarriers", &[]);
    tokio::join!(call(), call(), call(), call(), call());
    let took = start.elapsed();
    assert!((Duration::from_millis(100)..Duration::from_millis(400)).contains(&took), "{took:?}");
    assert_eq!(caller.sandbox.peak_requests(), 5);
}

#[tokio::test]
async fn dropping_it_stops_it() {
    let sandbox = Sandbox::builder().carriers(5).start().await.unwrap();
    let address = sandbox.base_url().strip_prefix("http://").unwrap().to_owned();
    assert!(tokio::net::TcpStream::connect(&address).await.is_ok());
    drop(sandbox);
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(&address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("still listening");
}
