//! Answers that say no with a 200, come from somebody else, or hold what no reader expects: each by its bytes.

use mycarrierpackets_sandbox::{Fault, Sandbox};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderName, RETRY_AFTER, SERVER};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::Caller;

const SAMPLE: [(&str, &str); 1] = [("DOTNumber", "23868")];

async fn start() -> Caller {
    Caller::start(Sandbox::builder().carriers(60).compress(false).fixed_time(crate::noon())).await
}

fn rule(text: &str) -> Fault {
    text.parse().unwrap_or_else(|mistake| panic!("{text}: {mistake}"))
}

/// The answer to a call under a fault.
async fn under(caller: &Caller, fault: Fault, operation: &str, query: &[(&str, &str)]) -> Response {
    let number = caller.sandbox.fault(fault);
    let response = caller.send(operation, query).await;
    caller.sandbox.remove_fault(number);
    response
}

fn header(answer: &Response, name: HeaderName) -> &str {
    answer.headers()[name].to_str().unwrap()
}

async fn is_blocked(caller: &Caller) -> bool {
    caller.json("PreviewCarrier", &SAMPLE).await[0]["IsBlocked"] == true
}

#[tokio::test]
async fn a_no_comes_as_200_in_every_form_and_nothing_is_done() {
    let caller = start().await;
    let forms = [
        ("result", json!({"$id": "1", "Result": false, "Message": "The request could not be carried out."})),
        ("success", json!({"$id": "1", "Success": false, "Message": "The request could not be carried out."})),
        ("message", json!({"$id": "1", "Message": "Carrier Agreement does not exist."})),
        ("list", json!([{"$id": "1", "Message": "Carrier Agreement does not exist."}])),
        ("text", json!("The request could not be carried out.")),
        ("false", json!(false)),
        ("error", json!({"$id": "1", "error": "The request could not be carried out."})),
    ];
    for (form, body) in forms {
        let fault = rule(&format!("kind=saysNo,form={form}"));
        let answer = under(&caller, fault, "BlockCarrier", &SAMPLE).await;
        assert_eq!(answer.status(), StatusCode::OK, "{form}");
        assert_eq!(answer.json::<Value>().await.unwrap(), body, "{form}");
        assert!(!is_blocked(&caller).await, "{form}");
    }
    let page = under(&caller, rule("kind=saysNo,form=succeeded"), "MonitoredCarrierData", &[]).await;
    let page: Value = page.json().await.unwrap();
    assert_eq!((&page["succeeded"], &page["data"]), (&json!(false), &json!([])));
    let refused = "kind=saysNo,form=reslt".parse::<Fault>().unwrap_err();
    assert!(refused.contains("form must be one of result, success") && refused.contains("\"result\"?"), "{refused}");
}

#[tokio::test]
async fn an_empty_object_comes_though_the_work_was_done() {
    let caller = start().await;
    let answer = under(&caller, Fault::empty_object(), "BlockCarrier", &SAMPLE).await;
    assert_eq!((answer.status(), answer.text().await.unwrap().as_str()), (StatusCode::OK, "{}"));
    assert!(is_blocked(&caller).await);
}

#[tokio::test]
async fn the_gateway_the_server_and_the_storage_answer_in_place_of_the_vendor() {
    let caller = start().await;
    let texts = [
        (200, "Maintenance"),
        (403, "This web app is stopped"),
        (404, "Not Found"),
        (500, "Error"),
        (503, "unavailable"),
    ];
    for (code, text) in texts {
        let page = under(&caller, Fault::page(code), "BlockCarrier", &SAMPLE).await;
        assert_eq!((page.status().as_u16(), header(&page, CONTENT_TYPE)), (code, "text/html; charset=utf-8"), "{code}");
        let html = page.text().await.unwrap();
        assert!(html.starts_with("<!DOCTYPE html>") && html.contains(text), "{html}");
    }
    let iis = under(&caller, rule("kind=serverNotFound,by=iis"), "BlockCarrier", &SAMPLE).await;
    assert_eq!((iis.status().as_u16(), header(&iis, CONTENT_TYPE)), (404, "text/html; charset=utf-8"));
    assert!(iis.text().await.unwrap().contains("404 - File or directory not found."));
    let fault = rule("kind=serverNotFound,by=aspNet");
    let message = under(&caller, fault, "BlockCarrier", &SAMPLE).await;
    assert_eq!((message.status().as_u16(), header(&message, CONTENT_TYPE)), (404, "application/json; charset=utf-8"));
    let message: Value = message.json().await.unwrap();
    assert!(message["Message"].as_str().unwrap().starts_with("No HTTP resource was found"), "{message}");
    let blob = under(&caller, Fault::blob_forbidden(), "GetDocument", &[("name", "x")]).await;
    assert_eq!((blob.status().as_u16(), header(&blob, CONTENT_TYPE)), (403, "application/xml"));
    assert_eq!(blob.headers().get_all(SERVER).iter().count(), 1);
    assert!(blob.headers()[SERVER].to_str().unwrap().starts_with("Windows-Azure-Blob"));
    assert!(blob.text().await.unwrap().contains("<Code>AuthenticationFailed</Code>"));
    let state = under(&caller, Fault::model_state(), "BlockCarrier", &SAMPLE).await;
    assert_eq!(state.status(), StatusCode::BAD_REQUEST);
    let state: Value = state.json().await.unwrap();
    assert_eq!(
        (&state["Message"], state["ModelState"]["carrier"].is_array()),
        (&json!("The request is invalid."), true)
    );
    assert!(!is_blocked(&caller).await, "nothing was done by any of them");
}

#[tokio::test]
async fn retry_after_comes_in_odd_forms() {
    let caller = start().await;
    for (form, value) in [
        ("decimal", "2.0"),
        ("rfc850", "Wednesday, 18-Mar-26 12:00:02 GMT"),
        ("asctime", "Wed Mar 18 12:00:02 2026"),
        ("overflow", "99999999999999999999"),
        ("negative", "-5"),
        ("past", "Wed, 18 Mar 2026 11:00:00 GMT"),
        ("words", "in a moment"),
    ] {
        let fault = rule(&format!("kind=oddRetryAfter,code=429,form={form}"));
        let answer = under(&caller, fault, "PreviewCarrier", &SAMPLE).await;
        assert_eq!((answer.status().as_u16(), header(&answer, RETRY_AFTER)), (429, value), "{form}");
    }
}

#[tokio::test]
async fn the_date_header_alone_is_off() {
    let caller = start().await;
    let answer = under(&caller, Fault::date_skew(-1200), "RequestMonitoring", &SAMPLE).await;
    assert_eq!(answer.headers()[DATE], "Wed, 18 Mar 2026 11:40:00 GMT");
    assert_eq!(answer.json::<Value>().await.unwrap()["RequestDate"], "2026-03-18T12:00:00");
}

#[tokio::test]
async fn values_are_such_that_no_reader_takes_them() {
    let caller = start().await;
    let plain = caller.send("PreviewCarrier", &SAMPLE).await.text().await.unwrap();
    let bytes = async |fault: Fault| {
        let answer = under(&caller, fault, "PreviewCarrier", &SAMPLE).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.bytes().await.unwrap().to_vec()
    };
    let odd = bytes(Fault::invalid_utf8()).await;
    assert!(odd.contains(&0xFF) && std::str::from_utf8(&odd).is_err());
    let without: Vec<u8> = odd.into_iter().filter(|byte| *byte != 0xFF).collect();
    let (without, whole): (Value, Value) =
        (serde_json::from_slice(&without).unwrap(), serde_json::from_str(&plain).unwrap());
    assert_eq!(without, whole, "nothing else is changed");

    let twice = String::from_utf8(bytes(Fault::duplicate_keys()).await).unwrap();
    let objects = plain.matches("\"$id\"").count();
    let count = |text: &str| text.matches("\":").count();
    assert!(count(&twice) >= count(&plain) + objects, "one more field in every object");
    assert_eq!(serde_json::from_str::<Value>(&twice).unwrap(), whole);

    let huge = String::from_utf8(bytes(Fault::huge_numbers()).await).unwrap();
    assert!(huge.contains("\"DotNumber\":1e999") && serde_json::from_str::<Value>(&huge).is_err(), "{huge}");
    let wrong: Value = serde_json::from_slice(&bytes(Fault::wrong_types()).await).unwrap();
    assert_eq!((&wrong[0]["DotNumber"], &wrong[0]["Emails"]), (&json!("not available"), &json!({"Count": 0})));
}

#[tokio::test]
async fn half_of_a_body_ends_as_if_it_were_the_whole() {
    let caller = start().await;
    let data = caller.json("GetCarrierData", &SAMPLE).await;
    let name = data.to_string();
    let name = &name[name.find("certificate-image/").unwrap()..];
    let name = &name[..name.find('"').unwrap()];
    for (operation, query) in [("GetDocument", [("name", name)]), ("PreviewCarrier", SAMPLE)] {
        let whole = caller.send(operation, &query).await.bytes().await.unwrap();
        let answer = under(&caller, Fault::cut_body(), operation, &query).await;
        assert_eq!(answer.headers()[CONTENT_LENGTH], (whole.len() / 2).to_string(), "{operation}");
        let half = answer.bytes().await.unwrap();
        assert_eq!(half, whole[..whole.len() / 2], "{operation}");
        assert!(!half.windows(5).any(|end| end == b"%%EOF"), "{operation}");
    }
}

#[tokio::test]
async fn every_kind_applies_to_every_operation_in_json_and_in_xml() {
    let caller = Caller::start(Sandbox::builder().carriers(4).compress(false)).await;
    let url = format!("{}/__sandbox/faults/kinds", caller.sandbox.base_url());
    let kinds: Value = caller.client.get(url).send().await.unwrap().json().await.unwrap();
    for kind in kinds.as_array().unwrap() {
        // What takes its time or takes the token has tests of its own.
        if ["delay", "drip", "stall", "expiredToken", "revokedTokens"].contains(&kind["kind"].as_str().unwrap()) {
            continue;
        }
        let mut example = kind["example"].clone();
        example.as_object_mut().unwrap().remove("operation");
        caller.sandbox.fault(rule(&example.to_string()));
        for operation in ["PreviewCarrier", "MonitoredCarrierData", "BlockedCarriers", "RequestUserVerification"] {
            for accept in ["application/json", "text/xml"] {
                let query = [("DOTNumber", "23868"), ("userVerificationEmail", "ada@carrier.example")];
                let request = caller.request(operation, &query).header("accept", accept);
                // An answer, or the end of the connection; never a sandbox that is gone.
                let _ = request.send().await.map(Response::bytes);
            }
        }
        caller.sandbox.clear_faults();
        assert_eq!(caller.send("PreviewCarrier", &SAMPLE).await.status(), 200, "{example}");
    }
}
