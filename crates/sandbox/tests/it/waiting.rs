//! Waiting for calls, and counts that include those that the log no longer has.

use std::time::Duration;

use mycarrierpackets_sandbox::{Fault, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::Caller;

async fn start() -> Caller {
    Caller::start(Sandbox::builder().carriers(60).compress(false)).await
}

const SAMPLE: [(&str, &str); 1] = [("DOTNumber", "23868")];

#[tokio::test]
async fn calls_that_came_before_are_answered_at_once_and_those_to_come_when_they_do() {
    let caller = start().await;
    caller.json("PreviewCarrier", &SAMPLE).await;
    let there = caller.get("requests/wait?operation=previewcarrier&customer=demo").await;
    assert_eq!((&there["total"], &there["requests"][0]["status"]), (&json!(1), &json!(200)));
    let last = there["requests"][0]["number"].as_u64().unwrap();
    let path = format!("requests/wait?operation=PreviewCarrier&after={last}&count=2&timeoutSeconds=60");
    let waiting = caller.get(&path);
    let calling = async {
        caller.json("PreviewCarrier", &SAMPLE).await;
        caller.json("GetCarrierData", &SAMPLE).await;
        caller.json("PreviewCarrier", &SAMPLE).await;
    };
    let (came, ()) = tokio::join!(waiting, calling);
    let of = |field: &str| came["requests"].as_array().unwrap().iter().map(|r| r[field].clone()).collect::<Vec<_>>();
    assert_eq!((of("operation"), of("status")), (vec![json!("PreviewCarrier"); 2], vec![json!(200); 2]));
    assert_eq!((&came["complete"], &came["dropped"]), (&json!(true), &json!(0)));
}

#[tokio::test]
async fn a_call_is_waited_for_until_it_is_answered_or_until_it_has_arrived() {
    let caller = start().await;
    caller.sandbox.fault(Fault::delay(Duration::from_secs(3600)).on("PreviewCarrier"));
    let calling = caller.send("PreviewCarrier", &SAMPLE);
    let waiting = async {
        let arrived = caller.get("requests/wait?operation=PreviewCarrier&until=arrived&timeoutSeconds=60").await;
        assert_eq!(arrived["requests"][0]["status"], Value::Null, "it has no answer yet");
        let (status, late) =
            caller.send_json(Method::GET, "requests/wait?operation=PreviewCarrier&timeoutSeconds=1", json!({})).await;
        assert_eq!((status, &late["code"], &late["total"]), (408, &json!("timedOut"), &json!(0)));
        assert_eq!(late["came"][1]["operation"], "PreviewCarrier", "{late}");
    };
    tokio::select! {
        _ = calling => panic!("it was answered"),
        () = waiting => {}
    }
}

#[tokio::test]
async fn calls_are_chosen_by_what_they_asked_for() {
    let caller = start().await;
    for email in ["ada@carrier.example", "bo@carrier.example"] {
        caller.json("EmailPacketInvitation", &[("DOTNumber", "23868"), ("carrierEmail", email)]).await;
    }
    let url = format!("{}/api/v1/Carrier/BlockCarrier", caller.sandbox.base_url());
    let body = json!({ "DOTNumber": 23868 });
    caller.client.post(url).bearer_auth(&caller.token).json(&body).send().await.unwrap();
    for (filter, total) in [
        ("operation=EmailPacketInvitation&where[CARRIEREMAIL]=bo@carrier.example", 1),
        ("where[DOTNumber]=23868&where[carrierEmail]=ada@carrier.example", 1),
        ("where[dotnumber]=23868", 3),
        ("where[username]=demo", 1),
    ] {
        assert_eq!(caller.get(&format!("requests?{filter}")).await["total"], total, "{filter}");
        assert_eq!(caller.get(&format!("requests/wait?{filter}")).await["total"], total, "{filter}");
    }
    assert_eq!(caller.get("requests?where[DOTNumber]=9900001").await["total"], 0);
    caller.sandbox.calls("BlockCarrier").param("dotNumber", "23868").assert_once();
}

#[tokio::test(start_paused = true)]
async fn what_does_not_come_in_time_is_said_with_what_came_instead() {
    let caller = start().await;
    let wait = async |path: &str| caller.send_json(Method::GET, &format!("requests/wait?{path}"), json!({})).await;
    let (status, nothing) = wait("after=1&operation=PreviewCarrier").await;
    assert_eq!((status, &nothing["code"], &nothing["came"]), (408, &json!("timedOut"), &json!([])));
    assert_eq!(nothing["error"], "0 of 1 calls of PreviewCarrier that match came within 10 seconds");
    assert!(nothing["try"].as_str().unwrap().starts_with("Nothing came at all"), "{nothing}");
    caller.json("PreviewCarrier", &SAMPLE).await;
    let (_, less) = wait("after=1&operation=PreviewCarrier&count=2&timeoutSeconds=3").await;
    assert_eq!(less["error"], "1 of 2 calls of PreviewCarrier that match came within 3 seconds");
    assert_eq!((&less["total"], &less["came"][0]["number"]), (&json!(1), &json!(2)));
    for (wrong, said) in [
        ("timeoutSeconds=61", "timeoutSeconds must be a whole number from 1 to 60, and is 61"),
        ("timeoutSeconds=0", "timeoutSeconds must be a whole number from 1 to 60, and is 0"),
        ("count=0", "count must be a whole number from 1 to 1000, and is 0"),
        ("until=seen", "until must be answered or arrived, and is \"seen\""),
        ("operation=Preview", "there is no operation \"Preview\"; did you mean \"PreviewCarrier\"?"),
        ("operaton=PreviewCarrier", "this address takes no parameter \"operaton\"; did you mean \"operation\"?"),
    ] {
        let (status, answer) = wait(wrong).await;
        assert!(status == 400 && answer["error"].as_str().unwrap().starts_with(said), "{wrong}: {answer}");
    }
}

#[tokio::test]
async fn rust_waits_too_and_says_what_came() {
    let caller = start().await;
    let calls = || caller.sandbox.calls("PreviewCarrier").param("DOTNumber", "23868");
    let waited = async { calls().wait(2, Duration::from_secs(60)).await };
    let calling = async {
        for _ in 0..2 {
            tokio::task::yield_now().await;
            caller.json("PreviewCarrier", &SAMPLE).await;
        }
    };
    let (waited, ()) = tokio::join!(waited, calling);
    assert_eq!(waited.unwrap().len(), 2);
    let late = calls().wait(3, Duration::from_millis(1)).await.unwrap_err().to_string();
    let said = "expected 3 calls of PreviewCarrier with [Param(\"DOTNumber\", \"23868\")], and 2 came within 1ms. All calls of \
                it:\n  #2 demo ?DOTNumber=23868 -> 200";
    assert!(late.starts_with(said), "{late}");
}

#[tokio::test]
async fn what_the_log_drops_is_counted_and_no_list_passes_for_all() {
    let caller = start().await;
    caller.json("PreviewCarrier", &SAMPLE).await;
    let mut pipeline = String::new();
    for _ in 0..10_050 {
        pipeline.push_str("GET /nowhere HTTP/1.1\r\nHost: sandbox\r\n\r\n");
    }
    pipeline.push_str("GET /nowhere HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n");
    assert!(!pipelined(&caller.sandbox, pipeline).await.is_empty());
    let list = caller.get("requests").await;
    assert_eq!((&list["total"], &list["dropped"], &list["complete"]), (&json!(10_000), &json!(53), &json!(false)));
    assert_eq!(list["counts"], json!({ "": 10_051, "token": 1, "PreviewCarrier": 1 }));
    let previews = caller.get("requests?operation=PreviewCarrier").await;
    assert_eq!(
        (&previews["total"], &previews["dropped"], &previews["complete"]),
        (&json!(0), &json!(1), &json!(false))
    );
    let later = caller.get("requests?operation=PreviewCarrier&after=2").await;
    assert_eq!(later["complete"], true, "nothing after it was dropped");
    assert_eq!(caller.get("requests?after=10051&limit=1").await["complete"], false, "the list is cut");
    assert_eq!(caller.get("requests?after=10052").await["complete"], true);
    let (status, gone) = caller.send_json(Method::GET, "requests/2", json!({})).await;
    assert_eq!((status, &gone["code"]), (404, &json!("droppedRequest")));
    let (status, never) = caller.send_json(Method::GET, "requests/99999", json!({})).await;
    assert_eq!((status, &never["code"]), (404, &json!("unknownRequest")));
    // Rust counts the same.
    assert_eq!((caller.sandbox.count("previewCarrier"), caller.sandbox.count("")), (1, 10_051));
    assert_eq!(caller.sandbox.dropped_requests(), 53);
    assert_eq!(caller.sandbox.calls("PreviewCarrier").count(), 1, "without anything else asked for it is known");
    caller.sandbox.clear_requests();
    let cleared = caller.get("requests").await;
    assert_eq!((&cleared["dropped"], &cleared["complete"], &cleared["counts"]), (&json!(0), &json!(true), &json!({})));
    caller.sandbox.calls("PreviewCarrier").param("DOTNumber", "23868").assert_never();
}

/// Sends all at once and reads beside it.
async fn pipelined(sandbox: &Sandbox, requests: String) -> Vec<u8> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(sandbox.base_url().strip_prefix("http://").unwrap()).await.unwrap();
    let (mut from, mut to) = stream.split();
    let mut answers = Vec::new();
    let (read, written) = tokio::join!(from.read_to_end(&mut answers), to.write_all(requests.as_bytes()));
    read.unwrap();
    written.unwrap();
    answers
}

#[tokio::test]
async fn without_a_log_counts_are_true_and_nothing_passes_for_none() {
    let caller = Caller::start(Sandbox::builder().carriers(60).record_requests(false)).await;
    caller.json("PreviewCarrier", &SAMPLE).await;
    let list = caller.get("requests").await;
    assert_eq!((&list["total"], &list["dropped"], &list["complete"]), (&json!(0), &json!(2), &json!(false)));
    assert_eq!(caller.sandbox.calls("PreviewCarrier").count(), 1);
    let (status, refused) = caller.send_json(Method::GET, "requests/wait?operation=PreviewCarrier", json!({})).await;
    assert_eq!((status, &refused["code"]), (409, &json!("noLog")));
}

#[tokio::test]
#[should_panic(
    expected = "the log no longer has 1 calls of PreviewCarrier, so it is not known how many there are with"
)]
async fn that_nothing_came_is_not_asserted_of_a_log_that_dropped_calls() {
    let caller = Caller::start(Sandbox::builder().carriers(60).record_requests(false)).await;
    caller.json("PreviewCarrier", &SAMPLE).await;
    caller.sandbox.calls("PreviewCarrier").param("DOTNumber", "23868").assert_never();
}

#[tokio::test]
#[should_panic(expected = "there is no operation \"PreviewCarriers\"")]
async fn a_count_of_no_operation_is_a_mistake_of_the_test() {
    let caller = start().await;
    assert_eq!(caller.sandbox.count("PreviewCarriers"), 0);
}
