//! Misbehaviour, each kind by the bytes it leaves on the wire.

use std::time::Duration;

use mycarrierpackets_sandbox::{Fault, Sandbox};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{Caller, End};

fn request(caller: &Caller, operation: &str, query: &str) -> String {
    format!(
        "POST /api/v1/Carrier/{operation}?{query} HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 0\r\n\
         Connection: close\r\nAccept-Encoding: gzip\r\nAuthorization: bearer {}\r\n\r\n",
        caller.token
    )
}

async fn bytes(caller: &Caller, operation: &str, query: &str) -> String {
    crate::raw(&caller.sandbox, &request(caller, operation, query)).await
}

fn split(answer: &str) -> (&str, &str) {
    answer.split_once("\r\n\r\n").unwrap_or((answer, ""))
}

/// The body of a chunked answer.
fn unchunked(body: &str) -> String {
    let (mut whole, mut rest) = (String::new(), body);
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        whole.push_str(&after[..size]);
        rest = &after[size + 2..];
    }
    whole
}

async fn start() -> Caller {
    Caller::start(Sandbox::builder().carriers(60).compress(false).fixed_time(crate::noon())).await
}

const PREVIEW: &str = "DOTNumber=23868";

#[tokio::test]
async fn errors_come_before_any_work_or_after_it() {
    let caller = start().await;
    for code in [400, 401, 403, 404, 408, 409, 413, 429, 500, 501, 502, 503, 504] {
        caller.sandbox.fault(Fault::status(code));
        let answer = bytes(&caller, "BlockCarrier", PREVIEW).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {code} ")), "{answer}");
        assert!(answer.contains("{\"$id\":\"1\",\"Message\":\""), "{answer}");
        caller.sandbox.clear_faults();
        caller.sandbox.fault(Fault::page(code));
        let answer = bytes(&caller, "BlockCarrier", PREVIEW).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {code} ")) && answer.contains("<!DOCTYPE html>"), "{answer}");
        assert!(split(&answer).0.contains("Content-Type: text/html"), "{answer}");
        caller.sandbox.clear_faults();
    }
    let blocked = async || caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await[0]["IsBlocked"].clone();
    assert_eq!(blocked().await, false, "nothing was done");
    caller.sandbox.fault(Fault::after_work(500).on("BlockCarrier"));
    assert!(bytes(&caller, "BlockCarrier", PREVIEW).await.starts_with("HTTP/1.1 500 "));
    assert_eq!(blocked().await, true, "done all the same");
}

#[tokio::test]
async fn retry_after_has_two_forms_and_a_login_redirects() {
    let caller = start().await;
    let head = async |fault: Fault| {
        caller.sandbox.fault(fault);
        let answer = bytes(&caller, "PreviewCarrier", PREVIEW).await;
        caller.sandbox.clear_faults();
        split(&answer).0.to_owned()
    };
    let seconds = head(Fault::retry_after_seconds(429, 7)).await;
    assert!(seconds.starts_with("HTTP/1.1 429 ") && seconds.contains("\r\nRetry-After: 7\r\n"), "{seconds}");
    let date = head(Fault::retry_after_date(503, 90)).await;
    assert!(date.contains("\r\nRetry-After: Wed, 18 Mar 2026 12:01:30 GMT\r\n"), "{date}");
    let login = head(Fault::login()).await;
    assert!(login.starts_with("HTTP/1.1 302 ") && login.contains("\r\nLocation: /Account/Login"), "{login}");
}

#[tokio::test]
async fn connections_break_before_during_and_after() {
    let caller = start().await;
    let blocked = async || caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await[0]["IsBlocked"].clone();
    let end = async |operation: &str| crate::exchange(&caller.sandbox, &request(&caller, operation, PREVIEW)).await;
    caller.sandbox.fault(Fault::reset_before().on("BlockCarrier").nth(1));
    assert_eq!(end("BlockCarrier").await, (String::new(), End::Reset), "not a byte");
    assert_eq!(blocked().await, false);
    caller.sandbox.clear_faults();
    caller.sandbox.fault(Fault::reset_after_work().on("BlockCarrier"));
    assert_eq!(end("BlockCarrier").await, (String::new(), End::Reset));
    assert_eq!(blocked().await, true);
    caller.sandbox.clear_faults();

    let (whole, closed) = end("PreviewCarrier").await;
    assert!(whole.ends_with("\r\n0\r\n\r\n") && closed == End::Closed);
    caller.sandbox.fault(Fault::reset_during(100));
    let (cut, reset) = end("PreviewCarrier").await;
    assert!(split(&cut).1.starts_with("64\r\n") && !cut.ends_with("0\r\n\r\n"), "100 bytes and no end: {cut}");
    assert_eq!(reset, End::Reset);
    caller.sandbox.clear_faults();
    caller.sandbox.fault(Fault::short_body());
    let ((head, closed), body) = (end("PreviewCarrier").await, unchunked(split(&whole).1));
    assert_eq!(closed, End::Closed, "it breaks off without an error");
    let (head, short) = split(&head);
    assert!(head.contains(&format!("Content-Length: {}", body.len() + 1000)), "{head}");
    assert_eq!(short, body);
}

#[tokio::test]
async fn bodies_are_broken_in_every_way() {
    let caller = start().await;
    let whole = unchunked(split(&bytes(&caller, "PreviewCarrier", PREVIEW).await).1);
    let body = async |fault: Fault| {
        caller.sandbox.fault(fault);
        let answer = bytes(&caller, "PreviewCarrier", PREVIEW).await;
        caller.sandbox.clear_faults();
        let (head, body) = split(&answer);
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
        (head.to_owned(), unchunked(body))
    };
    assert_eq!(body(Fault::broken_json()).await.1, whole[..whole.len() / 2]);
    assert_eq!(body(Fault::empty_body()).await.1, "");
    let (head, bytes) = body(Fault::broken_gzip()).await;
    assert!(head.contains("Content-Encoding: gzip") && bytes == whole, "{head}");
    let (head, bytes) = body(Fault::content_type("text/html")).await;
    assert!(head.contains("Content-Type: text/html") && bytes == whole, "{head}");
    let plain: Value = serde_json::from_str(&whole).unwrap();
    let new: Value = serde_json::from_str(&body(Fault::unknown_fields()).await.1).unwrap();
    assert_eq!(new[0]["ZNewField"], "of tomorrow");
    assert_eq!(new[0]["RiskAssessment"]["ZNewObject"]["Level"], 3);
    assert_eq!(new[0]["CompanyName"], plain[0]["CompanyName"]);
    let nulls: Value = serde_json::from_str(&body(Fault::nulls()).await.1).unwrap();
    let fields = |value: &Value| value[0].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&nulls), fields(&plain));
    assert_eq!((&nulls[0]["$id"], &nulls[0]["CompanyName"]), (&plain[0]["$id"], &Value::Null));
    assert!(nulls[0]["Emails"].is_array() && nulls[0]["Emails"][0]["Email"].is_null());
}

#[tokio::test]
async fn the_paging_header_is_missing_broken_or_twofold() {
    let caller = start().await;
    let headers = async |fault: Fault| {
        caller.sandbox.fault(fault);
        let answer = caller.send("MonitoredCarriers", &[]).await;
        caller.sandbox.clear_faults();
        let values = answer.headers().get_all("x-pagination").iter();
        values.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(headers(Fault::no_pagination()).await.is_empty());
    let broken = headers(Fault::broken_pagination()).await;
    assert!(broken.len() == 1 && serde_json::from_str::<Value>(&broken[0]).is_err(), "{broken:?}");
    let twice = headers(Fault::double_pagination()).await;
    assert!(twice.len() == 2 && twice[0] == twice[1], "{twice:?}");
}

#[tokio::test(start_paused = true)]
async fn slow_answers_are_slow_and_stalled_ones_never_end() {
    let caller = start().await;
    let size = unchunked(split(&bytes(&caller, "PreviewCarrier", PREVIEW).await).1).len();
    let took = async |fault: Fault| {
        caller.sandbox.fault(fault);
        let begun = tokio::time::Instant::now();
        let answer = bytes(&caller, "PreviewCarrier", PREVIEW).await;
        caller.sandbox.clear_faults();
        assert_eq!(unchunked(split(&answer).1).len(), size);
        begun.elapsed()
    };
    assert!(took(Fault::delay(Duration::from_secs(9))).await >= Duration::from_secs(9));
    let pieces = u32::try_from(size.div_ceil(1000)).unwrap();
    assert!(took(Fault::drip(1000, Duration::from_secs(2))).await >= Duration::from_secs(2) * (pieces - 1));

    caller.sandbox.fault(Fault::stall(50));
    let address = caller.sandbox.base_url().strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(request(&caller, "PreviewCarrier", PREVIEW).as_bytes()).await.unwrap();
    let mut got = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(3600), stream.read_to_end(&mut got)).await;
    assert!(read.is_err(), "an hour later it is still open");
    let text = String::from_utf8(got).unwrap();
    assert!(split(&text).1.starts_with("32\r\n") && split(&text).1.len() == 4 + 50 + 2, "{text}");
}
