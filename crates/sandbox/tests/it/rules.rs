//! Rules of misbehaviour: which calls they choose, how several apply to one call, and what is wrong with one.

use std::time::{Duration, UNIX_EPOCH};

use mycarrierpackets_sandbox::{Builder, Fault, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::Caller;

fn still() -> Builder {
    Sandbox::builder().carriers(60).compress(false).fixed_time(crate::noon())
}

const SAMPLE: [(&str, &str); 1] = [("DOTNumber", "23868")];

#[tokio::test]
async fn rules_choose_their_calls() {
    let caller = Caller::start(still()).await;
    let pattern = async |fault: Fault| {
        caller.sandbox.fault(fault);
        let mut failed = Vec::new();
        for call in 1..=12 {
            if caller.send("PreviewCarrier", &SAMPLE).await.status() == 503 {
                failed.push(call);
            }
        }
        caller.sandbox.clear_faults();
        failed
    };
    let down = || Fault::status(503);
    assert_eq!(pattern(down().first(3)).await, [1, 2, 3]);
    assert_eq!(pattern(down().nth(4)).await, [4]);
    assert_eq!(pattern(down().every(5)).await, [5, 10]);
    assert_eq!(pattern(down().on("GetCarrierData")).await, [0; 0]);
    assert_eq!(pattern(down().customer("alder")).await, [0; 0]);
    assert_eq!(pattern(down().customer("demo").on("previewcarrier").nth(2)).await, [2]);
    let share = pattern(down().share(500)).await;
    assert!((2..=10).contains(&share.len()), "{share:?}");
    assert_eq!(pattern(down().share(500)).await, share, "the seed decides");
    caller.sandbox.fault(Fault::status(418).on("token"));
    let url = format!("{}/token", caller.sandbox.base_url());
    assert_eq!(caller.client.post(url).form(&[("a", "b")]).send().await.unwrap().status(), 418);
}

#[tokio::test(start_paused = true)]
async fn rules_about_time_about_the_answer_and_about_its_bytes_apply_together() {
    let caller = Caller::start(still()).await;
    let took = async |faults: &[Fault]| {
        for fault in faults {
            caller.sandbox.fault(fault.clone());
        }
        let begun = Instant::now();
        let answer = caller.request("PreviewCarrier", &SAMPLE).send().await;
        caller.sandbox.clear_faults();
        (answer.map(|answer| answer.status().as_u16()).ok(), begun.elapsed())
    };
    let delay = Fault::delay(Duration::from_secs(20));
    // In either order, and whatever the answer is.
    for faults in [[Fault::status(503), delay.clone()], [delay.clone(), Fault::status(503)]] {
        let (status, elapsed) = took(&faults).await;
        assert!(status == Some(503) && elapsed >= Duration::from_secs(20), "{status:?} {elapsed:?}");
    }
    for (fault, expected) in [
        (Fault::page(502), Some(502)),
        (Fault::nulls(), Some(200)),
        (Fault::reset_before(), None),
        (Fault::reset_after_work(), None),
    ] {
        let (status, elapsed) = took(&[fault.clone(), delay.clone()]).await;
        assert!(status == expected && elapsed >= Duration::from_secs(20), "{fault:?}: {status:?} {elapsed:?}");
    }
    // Of each sort the first applies.
    let (status, elapsed) =
        took(&[delay.clone(), Fault::delay(Duration::from_secs(500)), Fault::status(503), Fault::page(502)]).await;
    assert!(status == Some(503) && elapsed < Duration::from_secs(500), "{status:?} {elapsed:?}");
    let (status, _) = took(&[Fault::retry_after_seconds(429, 7), Fault::stall(0)]).await;
    assert_eq!(status, Some(429), "the head comes, and no body");
    let last = caller.sandbox.requests().pop().unwrap();
    assert_eq!(last.fault.as_deref(), Some("status, stall"));
}

#[tokio::test]
async fn the_first_calls_of_a_rule_are_those_that_no_earlier_rule_took() {
    let caller = Caller::start(still()).await;
    caller.sandbox.fault(Fault::status(503).nth(2));
    caller.sandbox.fault(Fault::status(500).first(2));
    caller.sandbox.fault(Fault::status(502).first(1));
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(caller.send("PreviewCarrier", &SAMPLE).await.status().as_u16());
    }
    assert_eq!(statuses, [500, 503, 500, 502, 200, 200]);
}

#[tokio::test]
async fn rules_end_in_the_sandbox_s_time() {
    let caller = Caller::start(still()).await;
    let end = UNIX_EPOCH + crate::noon().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(60);
    caller.sandbox.fault(Fault::status(503).until(end));
    assert_eq!(caller.send("PreviewCarrier", &SAMPLE).await.status(), 503);
    caller.sandbox.advance(Duration::from_secs(60));
    assert_eq!(caller.send("PreviewCarrier", &SAMPLE).await.status(), 200);
}

#[test]
fn rules_are_written_down_in_two_ways() {
    let rule = |text: &str| text.parse::<Fault>().unwrap();
    let expected = Fault::retry_after_seconds(429, 7).on("previewCarrier").first(2).customer("alder");
    let json =
        r#"{"kind":"status","code":429,"retryAfter":7,"operation":"PreviewCarrier","first":2,"customer":"alder"}"#;
    assert_eq!(rule(json), expected);
    assert_eq!(rule("kind=status,code=429,retryAfter=7,operation=PreviewCarrier,first=2,customer=alder"), expected);
    assert_eq!(rule("kind=nulls,perThousand=5"), Fault::nulls().share(5));
    assert_eq!(rule("kind=contentType,value=text/html"), Fault::content_type("text/html"));
    assert_eq!(rule("kind=drip,bytes=10,ms=200"), Fault::drip(10, Duration::from_millis(200)));
}

/// Rules that are wrong, and what is said of each.
const WRONG: [(&str, &str); 36] = [
    (r#"{}"#, "kind is required"),
    (r#"{"code":3}"#, "kind is required"),
    (r#"{"kind":7}"#, "kind must be the name of a kind, and is 7"),
    (r#"{"kind":"nul"}"#, "there is no kind \"nul\"; did you mean \"nulls\"?"),
    (r#"{"kind":"resetbefore"}"#, "did you mean \"resetBefore\"?"),
    (r#"{"kind":"reset"}"#, "\"resetAfterWork\""),
    (r#"{"kind":"503"}"#, "there is no kind \"503\"; GET /__sandbox/faults/kinds lists all"),
    (r#"{"kind":"nulls","code":3}"#, "nulls has no member \"code\"; it takes operation, customer, until"),
    (r#"{"kind":"status","cod":503}"#, "status has no member \"cod\"; did you mean \"code\"?"),
    (r#"{"kind":"delay","ms":5,"perThousands":5}"#, "did you mean \"perThousand\"?"),
    (r#"{"kind":"status"}"#, "code is required"),
    (r#"{"kind":"status","code":0}"#, "code must be a whole number from 200 to 599, and is 0"),
    (r#"{"kind":"status","code":99}"#, "code must be a whole number from 200 to 599, and is 99"),
    (r#"{"kind":"page","code":1000}"#, "code must be a whole number from 200 to 599, and is 1000"),
    (r#"{"kind":"afterWork","code":-500}"#, "code must be a whole number from 200 to 599, and is -500"),
    (r#"{"kind":"status","code":500.5}"#, "code must be a whole number from 200 to 599, and is 500.5"),
    (r#"{"kind":"status","code":"500"}"#, "code must be a whole number from 200 to 599, and is \"500\""),
    (r#"{"kind":"status","code":null}"#, "code must be a whole number from 200 to 599, and is null"),
    (
        r#"{"kind":"status","code":503,"retryAfter":-1}"#,
        "retryAfter must be a whole number from 0 to 31536000, and is -1",
    ),
    (r#"{"kind":"status","code":503,"retryAfterAsDate":1}"#, "retryAfterAsDate must be true or false, and is 1"),
    (r#"{"kind":"delay","ms":-5}"#, "ms must be a whole number from 0 to 3600000, and is -5"),
    (r#"{"kind":"delay","ms":99999999999999999999}"#, "ms must be a whole number from 0 to 3600000, and is"),
    (r#"{"kind":"drip","bytes":0,"ms":5}"#, "bytes must be a whole number from 1 to 1048576, and is 0"),
    (r#"{"kind":"clockSkew","seconds":1e12}"#, "seconds must be a whole number from -315360000 to 315360000"),
    (r#"{"kind":"contentType","value":"a\r\nb"}"#, "value must be a text that a header can carry"),
    (r#"{"kind":"nulls","perThousand":2000}"#, "perThousand must be a whole number from 1 to 1000, and is 2000"),
    (r#"{"kind":"nulls","perThousand":0}"#, "perThousand must be a whole number from 1 to 1000, and is 0"),
    (r#"{"kind":"nulls","first":0}"#, "first must be a whole number from 1 to 1000000000, and is 0"),
    (r#"{"kind":"nulls","every":-2}"#, "every must be a whole number from 1"),
    (r#"{"kind":"nulls","nth":"two"}"#, "nth must be a whole number from 1"),
    (r#"{"kind":"nulls","first":2,"nth":3}"#, "only one of first, nth, every and perThousand"),
    (
        r#"{"kind":"nulls","operation":"PreviewCarier"}"#,
        "there is no operation \"PreviewCarier\"; did you mean \"PreviewCarrier\"?",
    ),
    (r#"{"kind":"nulls","operation":7}"#, "operation must be a text of 1 to 100 characters, and is 7"),
    (r#"{"kind":"nulls","customer":""}"#, "customer must be a text of 1 to 100 characters, and is \"\""),
    (r#"{"kind":"nulls","until":"soon"}"#, "until must be a time such as 2026-03-18T08:30:00Z, and is \"soon\""),
    (r#"503"#, "a fault is a JSON object such as {\"kind\": \"nulls\"}, not 503"),
];

#[tokio::test]
async fn a_wrong_rule_is_refused_alike_from_the_file_and_from_the_control_api() {
    let caller = Caller::start(still()).await;
    let url = format!("{}/__sandbox/faults", caller.sandbox.base_url());
    let post = async |body: String| {
        let answer = caller.client.request(Method::POST, &url).body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    for (rule, said) in WRONG {
        let (status, answer) = post(rule.to_owned()).await;
        let text = answer["error"].as_str().unwrap_or_default();
        assert!(status == 400 && text.contains(said), "{rule}: {status} {answer}");
        // One wrong rule of a list is named by its place, and none of the list applies.
        let (status, answer) = post(format!(r#"[{{"kind":"nulls"}},{rule}]"#)).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some(&*format!("rule 2: {text}"))), "{rule}");
        if rule.starts_with('{') {
            assert_eq!(rule.parse::<Fault>().unwrap_err(), text, "as a flag or a line");
        }
    }
    let rules = caller.client.get(&url).send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(rules, json!([]), "none of them is in force");
}

#[test]
fn a_wrong_flag_is_refused_as_its_json_is() {
    for (rule, said) in [
        ("kind=nul", "there is no kind \"nul\"; did you mean \"nulls\"?"),
        ("kind=status,code=99", "code must be a whole number from 200 to 599, and is 99"),
        ("kind=status,code=", "code must be a whole number from 200 to 599, and is \"\""),
        ("kind=nulls,perThousand=2000", "perThousand must be a whole number from 1 to 1000, and is 2000"),
        ("kind=nulls,first=1,first=2", "\"first\" is given twice"),
        ("503", "expected name=value, not \"503\""),
        ("", "expected name=value, not \"\""),
        ("code=3", "kind is required"),
        ("{", "EOF"),
    ] {
        let mistake = rule.parse::<Fault>().unwrap_err();
        assert!(mistake.contains(said), "{rule}: {mistake}");
    }
}

#[test]
#[should_panic(expected = "there is no operation \"PreviewCarriers\"")]
fn a_rule_on_no_operation_is_a_mistake_of_the_test() {
    let _ = Fault::nulls().on("PreviewCarriers");
}
