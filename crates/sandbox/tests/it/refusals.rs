//! What the control API refuses: with a word for programs, a sentence, and what to do.

use std::collections::BTreeSet;

use mycarrierpackets_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::Caller;

async fn start() -> Caller {
    Caller::start(Sandbox::builder().carriers(60).fixed_time(crate::noon())).await
}

/// Method, path, body; then status, word and the beginning of the sentence.
const REFUSED: [(&str, &str, &str, u16, &str, &str); 51] = [
    ("GET", "nothing", "", 404, "unknownAddress", "the sandbox has no address \"/__sandbox/nothing\""),
    (
        "GET",
        "request",
        "",
        404,
        "unknownAddress",
        "the sandbox has no address \"/__sandbox/request\"; did you mean \"requests\"",
    ),
    ("GET", "carriers/23868/event", "", 404, "unknownAddress", "the sandbox has no address"),
    ("PUT", "faults", "", 405, "methodNotAllowed", "/__sandbox/faults takes GET, HEAD, POST, DELETE, and not PUT"),
    ("GET", "reset", "", 405, "methodNotAllowed", "/__sandbox/reset takes POST, and not GET"),
    ("POST", "faults/kinds", "", 405, "methodNotAllowed", "/__sandbox/faults/kinds takes GET, HEAD, and not POST"),
    (
        "POST",
        "carriers/23868",
        "",
        405,
        "methodNotAllowed",
        "/__sandbox/carriers/{dot} takes GET, HEAD, PUT, DELETE, and not POST",
    ),
    ("DELETE", "requests/wait", "", 405, "methodNotAllowed", "/__sandbox/requests/wait takes GET"),
    ("PATCH", "", "", 405, "methodNotAllowed", "/__sandbox takes GET, HEAD, and not PATCH"),
    ("DELETE", "webhooks", "", 405, "methodNotAllowed", "/__sandbox/webhooks takes GET, HEAD, POST, and not DELETE"),
    ("POST", "clock", "", 400, "invalidJson", "the body is empty; the body must be JSON such as {\"hold\": true"),
    ("POST", "clock", "{\"hold\":", 400, "invalidJson", "the body is not JSON: EOF"),
    ("POST", "clock", "[1]", 400, "invalidJson", "the body is [1]; the body must be JSON such as"),
    (
        "POST",
        "clock",
        r#"{"advanceSecond":1}"#,
        400,
        "unknownMember",
        "the body has no member \"advanceSecond\"; did you mean \"advanceSeconds\"?; it takes hold, advanceSeconds",
    ),
    (
        "POST",
        "clock",
        r#"{"advanceSeconds":-1}"#,
        400,
        "invalidValue",
        "advanceSeconds must be a whole number from 0 to 34560000, and is -1",
    ),
    ("POST", "clock", r#"{"hold":"yes"}"#, 400, "invalidValue", "hold must be true or false, and is \"yes\""),
    (
        "POST",
        "tokens",
        r#"{"expires":true}"#,
        400,
        "unknownMember",
        "the body has no member \"expires\"; did you mean \"expire\"?",
    ),
    (
        "POST",
        "tokens",
        r#"{"lifetimeSeconds":18446744073709551615}"#,
        400,
        "invalidValue",
        "lifetimeSeconds must be a whole number",
    ),
    ("POST", "faults", r#"{"kind":"nul"}"#, 400, "invalidFault", "there is no kind \"nul\"; did you mean \"nulls\"?"),
    ("DELETE", "faults/99", "", 404, "unknownFault", "there is no fault of this number"),
    ("DELETE", "faults/first", "", 404, "unknownFault", "there is no fault of this number"),
    ("GET", "requests?limit=0", "", 400, "invalidValue", "limit must be a whole number from 1 to 1000, and is 0"),
    ("GET", "requests?after=x", "", 400, "invalidValue", "after must be a whole number, and is \"x\""),
    (
        "GET",
        "requests?operation=Preview",
        "",
        400,
        "unknownOperation",
        "there is no operation \"Preview\"; did you mean \"PreviewCarrier\"?",
    ),
    (
        "GET",
        "requests?operations=token",
        "",
        400,
        "unknownParameter",
        "this address takes no parameter \"operations\"; did you mean \"operation\"?",
    ),
    ("GET", "outbox/99", "", 404, "unknownMessage", "there is no message of this number"),
    ("GET", "requests/99", "", 404, "unknownRequest", "there is no request of this number"),
    (
        "GET",
        "requests/wait?operation=PreviewCarrier&timeoutSeconds=1",
        "",
        408,
        "timedOut",
        "0 of 1 calls of PreviewCarrier",
    ),
    ("GET", "carriers/1", "", 404, "unknownCarrier", "there is no carrier with DOT number 1"),
    (
        "PUT",
        "carriers/23868",
        r#"{"rating":"Acceptable","authority":"revoked"}"#,
        400,
        "contradictingFacts",
        "the rating Acceptable contradicts the other facts",
    ),
    (
        "GET",
        "carriers?size=5",
        "",
        400,
        "unknownParameter",
        "this address takes no parameter \"size\"; did you mean \"pageSize\"?",
    ),
    (
        "POST",
        "carriers/23868/events",
        "{}",
        400,
        "missingMember",
        "event is required, as in {\"event\": \"completePacket\"}",
    ),
    ("POST", "carriers/23868/events", r#"{"event":null}"#, 400, "missingMember", "event is required, as in"),
    ("POST", "webhooks", r#"{"url":null}"#, 400, "missingMember", "url is required"),
    (
        "POST",
        "carriers/23868/events",
        r#"{"event":"completePackets"}"#,
        400,
        "invalidValue",
        "event must be one of change, completePacket",
    ),
    (
        "POST",
        "carriers/23868/events",
        r#"{"event":"retractIncident"}"#,
        409,
        "noReport",
        "no incident with this carrier was reported",
    ),
    (
        "POST",
        "webhooks",
        r#"{"colour":1}"#,
        400,
        "unknownMember",
        "the body has no member \"colour\"; it takes url, customer, events",
    ),
    ("POST", "webhooks", "{}", 400, "missingMember", "url is required"),
    ("POST", "webhooks", r#"{"url":"https://tms.example/"}"#, 400, "invalidWebhook", "url must be on this machine"),
    (
        "POST",
        "webhooks",
        r#"{"url":"http://127.0.0.1/","events":["packet"]}"#,
        400,
        "invalidValue",
        "each of events must be one of carrier.packet.completed",
    ),
    ("PATCH", "webhooks/99", "{}", 404, "unknownWebhook", "there is no webhook of this number"),
    ("POST", "deliveries/99/resend", "", 404, "unknownDelivery", "there is no delivery of this number"),
    ("PUT", "snapshot", r#"{"format":1}"#, 400, "invalidSnapshot", "this is a snapshot of format 1"),
    ("GET", "blobs", "", 400, "invalidValue", "name must be the blob name of a document"),
    ("GET", "blobs?name=none", "", 404, "unknownDocument", "there is no document of this name"),
    ("GET", "carriers/1/packet", "", 404, "unknownDocument", "this carrier has completed no packet"),
    ("POST", "clock", r#"{"at":"soon"}"#, 400, "invalidValue", "at must be an instant in ISO 8601, and is \"soon\""),
    (
        "POST",
        "clock",
        r#"{"at":"2026-03-19","advanceSeconds":1}"#,
        400,
        "invalidValue",
        "advanceSeconds and at exclude each other",
    ),
    (
        "POST",
        "scenarios/theft",
        "",
        404,
        "unknownScenario",
        "there is no scenario \"theft\"; did you mean \"identity-theft\"?",
    ),
    ("DELETE", "namespaces/none", "", 404, "unknownNamespace", "there is no namespace of this name"),
    ("GET", "certificate", "", 404, "noCertificate", "the sandbox speaks plain HTTP"),
];

/// Words of the document that the table above does not have, and why.
const ELSEWHERE: [&str; 11] = [
    // What is sent is broken or too much.
    "bodyIncomplete",
    "bodyTimedOut",
    "bodyTooLarge",
    // Who calls.
    "foreignHost",
    "foreignOrigin",
    // What the sandbox has been through.
    "droppedRequest",
    "noLog",
    "tooFewCarriers",
    "tooManyCustomers",
    "tooManyNamespaces",
    "tooManyStreams",
];

#[tokio::test]
async fn every_refusal_has_a_word_a_sentence_and_what_to_do() {
    let caller = start().await;
    let mut words = BTreeSet::new();
    for (method, path, body, status, code, error) in REFUSED {
        let request = caller.control(method.parse().unwrap(), path).body(body);
        let answer = request.send().await.unwrap();
        let allow = answer.headers().get("allow").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(answer.headers()["content-type"], "application/json; charset=utf-8", "{method} {path}");
        let (own, answer): (_, Map<String, Value>) = (answer.status().as_u16(), answer.json().await.unwrap());
        let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
        assert_eq!((own, text("code")), (status, code), "{method} {path} {body}: {answer:?}");
        assert!(text("error").starts_with(error), "{method} {path} {body}: {}", text("error"));
        assert!(text("try").ends_with('.'), "{method} {path} {body}: {answer:?}");
        assert_eq!(allow.is_some(), status == 405, "{method} {path}: {allow:?}");
        if let Some(allow) = allow {
            assert!(text("error").contains(&format!("takes {allow}, and not {method}")), "{allow}: {}", text("error"));
        }
        words.insert(code.to_owned());
    }
    // The document lists the same words.
    let document = caller.get("openapi.json").await;
    let listed = document["components"]["schemas"]["Refusal"]["properties"]["code"]["enum"].as_array().unwrap();
    let listed: BTreeSet<String> = listed.iter().map(|word| word.as_str().unwrap().to_owned()).collect();
    words.extend(ELSEWHERE.map(str::to_owned));
    assert_eq!(words, listed);
    assert_eq!(caller.get("faults").await, json!([]), "nothing was done");
}

#[tokio::test]
async fn every_address_of_the_document_refuses_the_methods_it_does_not_have_and_takes_head_for_get() {
    let caller = start().await;
    let document = caller.get("openapi.json").await;
    for (address, item) in document["paths"].as_object().unwrap() {
        let path = address.replace("{dot}", "23868").replace("{id}", "1").replace("{number}", "1");
        let url = format!("{}{path}", caller.sandbox.base_url());
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if item.get(method.to_lowercase()).is_some() {
                continue;
            }
            let answer = caller.client.request(method.parse().unwrap(), &url).send().await.unwrap();
            assert_eq!(answer.status(), 405, "{method} {path}");
            let allowed: BTreeSet<&str> = answer.headers()["allow"].to_str().unwrap().split(", ").collect();
            let mut own: BTreeSet<&str> = ["GET", "POST", "PUT", "PATCH", "DELETE"]
                .into_iter()
                .filter(|own| item.get(own.to_lowercase()).is_some())
                .collect();
            if own.contains("GET") {
                own.insert("HEAD");
            }
            assert_eq!(allowed, own, "{path}");
        }
    }
    let head = caller.control(Method::HEAD, "clock").send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.text().await.unwrap()), (200, String::new()));
}

/// What is misspelt would count for nothing: `DELETE /__sandbox/faults?customer=demo` would take away those of all.
#[tokio::test]
async fn no_operation_takes_a_parameter_that_it_does_not_have_and_each_documents_the_refusal() {
    let caller = start().await;
    let document = caller.get("openapi.json").await;
    let before = caller.get("snapshot").await;
    let mut operations = 0;
    for (address, item) in document["paths"].as_object().unwrap() {
        let Some(path) = address.strip_prefix("/__sandbox") else { continue };
        let path = path.trim_start_matches('/').replace("{dot}", "23868").replace("{id}", "1").replace("{number}", "1");
        for (method, operation) in item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
            let method: Method = method.to_uppercase().parse().unwrap();
            let answer = caller.control(method.clone(), &format!("{path}?nonsense=1")).send().await.unwrap();
            let (status, body): (_, Value) = (answer.status(), answer.json().await.unwrap());
            assert_eq!((status.as_u16(), &body["code"]), (400, &json!("unknownParameter")), "{method} {path}");
            assert!(operation["responses"]["400"].is_object(), "{method} {path} documents no 400");
            operations += 1;
        }
    }
    assert!(operations > 25, "{operations}");
    assert_eq!(caller.get("snapshot").await, before, "nothing was done");
}

#[tokio::test]
async fn a_member_that_is_null_counts_as_absent() {
    let caller = start().await;
    let (status, clock) =
        caller.send_json(Method::POST, "clock", json!({ "hold": null, "advanceSeconds": null })).await;
    assert_eq!((status, &clock["held"]), (200, &json!(true)));
    let (status, _) = caller
        .send_json(Method::POST, "webhooks", json!({ "url": "http://127.0.0.1:9/", "secret": "", "events": [] }))
        .await;
    assert_eq!(status, 200);
}
