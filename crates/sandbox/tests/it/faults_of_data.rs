//! Misbehaviour in what an answer says, in tokens, lists, windows and headers: each by the bytes it leaves.

use std::time::Duration;

use mycarrierpackets_sandbox::{Builder, Fault, Sandbox};
use serde_json::Value;

use crate::Caller;

fn still() -> Builder {
    Sandbox::builder()
        .carriers(60)
        .activity(2000)
        .compress(false)
        .fixed_time(crate::noon())
        .changes_interval(Duration::ZERO)
}

/// The answer to a call that a fault applies to.
async fn faulty(caller: &Caller, fault: Fault, operation: &str, query: &[(&str, &str)]) -> reqwest::Response {
    let number = caller.sandbox.fault(fault);
    let response = caller.send(operation, query).await;
    assert!(caller.sandbox.remove_fault(number) && !caller.sandbox.remove_fault(number));
    response
}

async fn json(caller: &Caller, fault: Fault, operation: &str, query: &[(&str, &str)]) -> Value {
    let response = faulty(caller, fault, operation, query).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

async fn grant(caller: &Caller, form: &[(&str, &str)]) -> reqwest::Result<reqwest::Response> {
    caller.client.post(format!("{}/token", caller.sandbox.base_url())).form(form).send().await
}

async fn sign_in(caller: &Caller) -> (String, String) {
    let form = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
    let answer: Value = grant(caller, &form).await.unwrap().json().await.unwrap();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

const SAMPLE: [(&str, &str); 1] = [("DOTNumber", "23868")];

#[tokio::test]
async fn tokens_end_early() {
    let mut caller = Caller::start(still()).await;
    let expired = faulty(&caller, Fault::expired_token(), "PreviewCarrier", &SAMPLE).await;
    assert_eq!((expired.status().as_u16(), expired.headers()["www-authenticate"].to_str().unwrap()), (401, "Bearer"));
    assert_eq!(caller.send("PreviewCarrier", &SAMPLE).await.status(), 401, "for good");
    let (token, refresh) = sign_in(&caller).await;
    caller.token = token;
    assert_eq!(faulty(&caller, Fault::revoked_tokens(), "PreviewCarrier", &SAMPLE).await.status(), 401);
    let renewal = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    let answer = grant(&caller, &renewal).await.unwrap();
    assert_eq!(answer.status(), 400, "the refresh token is revoked, too");
    assert_eq!(answer.text().await.unwrap(), r#"{"error":"invalid_grant"}"#);
}

#[tokio::test]
async fn renewals_are_refused_or_lost_and_sign_ins_are_not() {
    let caller = Caller::start(still()).await;
    let (_, refresh) = sign_in(&caller).await;
    let renewal = [("grant_type", "refresh_token"), ("refresh_token", &*refresh)];
    let number = caller.sandbox.fault(Fault::refused_refresh());
    let refused = grant(&caller, &renewal).await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), refused.text().await.unwrap().as_str()),
        (400, r#"{"error":"invalid_grant"}"#)
    );
    sign_in(&caller).await;
    caller.sandbox.remove_fault(number);
    // A customer's renewals are known by the refresh token, and sign-ins by the name.
    caller.sandbox.fault(Fault::refused_refresh().customer("birke"));
    caller.sandbox.fault(Fault::status(503).on("token").customer("birke"));
    let number = caller.sandbox.fault(Fault::lost_rotation().customer("demo").first(1));
    sign_in(&caller).await;
    assert!(grant(&caller, &renewal).await.is_err(), "closed without an answer");
    caller.sandbox.remove_fault(number);
    assert_eq!(grant(&caller, &renewal).await.unwrap().status(), 400, "and the old one is used up");
}

#[tokio::test]
async fn lists_drift_while_they_are_paged() {
    let caller = Caller::start(still()).await;
    let page = async |number: &str| {
        let rows = caller.json("MonitoredCarriers", &[("pageSize", "20"), ("pageNumber", number)]).await;
        rows.as_array().unwrap().iter().map(|row| row["DOTNumber"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let before = [page("1").await, page("2").await, page("3").await].concat();
    caller.sandbox.fault(Fault::page_drift(2).on("MonitoredCarriers").nth(2));
    let after = [page("1").await, page("2").await, page("3").await].concat();
    caller.sandbox.clear_faults();
    assert_eq!(after.len(), 60, "two went and two came");
    assert_eq!(before.iter().filter(|dot| !after.contains(dot)).count(), 2, "two were passed over");
    assert_eq!(after.iter().filter(|dot| !before.contains(dot)).count(), 2);
    assert_eq!(page("1").await[..18], before[2..20], "the list itself has moved");
}

#[tokio::test]
async fn rows_come_late_or_twice() {
    let caller = Caller::start(still().activity(10_000)).await;
    let window = [("fromDate", "2026-03-18T08:00:00"), ("toDate", "2026-03-18T12:00:00")];
    for (operation, rows) in [("CarriersChanges", "/CarrierList"), ("CompletedPackets", "")] {
        let count = |answer: Value| answer.pointer(rows).unwrap().as_array().unwrap().len();
        let all = count(caller.json(operation, &window).await);
        let late = count(json(&caller, Fault::late_rows(3600), operation, &window).await);
        assert!(late < all && late > all / 2, "{operation}: {late} of {all}");
        assert_eq!(count(json(&caller, Fault::duplicate_rows(), operation, &window).await), all * 2);
    }
    // A late row is there in the end.
    let number = caller.sandbox.fault(Fault::late_rows(3600));
    let early = caller.json("CarriersChanges", &window).await["CarrierList"].as_array().unwrap().len();
    caller.sandbox.advance(Duration::from_secs(3500));
    let later = caller.json("CarriersChanges", &window).await["CarrierList"].as_array().unwrap().len();
    assert!(later > early);
    assert!(caller.sandbox.remove_fault(number));
}

#[tokio::test]
async fn the_server_s_clock_is_off() {
    let caller = Caller::start(still()).await;
    let answer = faulty(&caller, Fault::clock_skew(-90), "RequestMonitoring", &SAMPLE).await;
    assert_eq!(answer.headers()["date"], "Wed, 18 Mar 2026 11:58:30 GMT");
    assert_eq!(answer.json::<Value>().await.unwrap()["RequestDate"], "2026-03-18T11:58:30");
    let right = caller.send("RequestMonitoring", &SAMPLE).await;
    assert_eq!(right.headers()["date"], "Wed, 18 Mar 2026 12:00:00 GMT");
}

#[tokio::test]
async fn what_an_answer_says_is_odd() {
    let caller = Caller::start(still()).await;
    let plain = caller.json("PreviewCarrier", &SAMPLE).await;
    let odd = async |fault: Fault| json(&caller, fault, "PreviewCarrier", &SAMPLE).await;

    let message = odd(Fault::message_instead()).await;
    assert_eq!(message["Message"], "The service is being maintained.");
    let fields = |value: &Value| value[0].as_object().unwrap().len();
    let missing = odd(Fault::missing_fields()).await;
    assert!(fields(&missing) < fields(&plain) && fields(&missing) > fields(&plain) / 3);
    assert_eq!(missing[0]["$id"], "1");
    let values = odd(Fault::unknown_values()).await;
    assert_eq!(
        (&values[0]["Status"], &values[0]["RiskAssessment"]["Overall"]),
        (&"Of Tomorrow".into(), &"Of Tomorrow".into())
    );
    assert_eq!(values[0]["CompanyName"], plain[0]["CompanyName"]);
    let texts = odd(Fault::numbers_as_text()).await;
    assert_eq!((&texts[0]["DotNumber"], &texts[0]["IsMonitored"]), (&"23868".into(), &true.into()));
    let object = odd(Fault::object_for_list()).await;
    assert_eq!((&object["DotNumber"], object["Emails"].is_object()), (&23868.into(), true));
    let wrapped = odd(Fault::wrapped_lists()).await;
    assert_eq!(wrapped["$values"][0]["DotNumber"], 23868);
    assert!(wrapped["$values"][0]["Emails"]["$values"].is_array());
    let dangling = odd(Fault::dangling_reference()).await;
    assert_eq!(dangling.to_string().matches(r#"{"$ref":"999999"}"#).count(), 1);
    assert_eq!(dangling[0]["CompanyName"], plain[0]["CompanyName"]);
}

#[tokio::test]
async fn the_content_type_is_missing_or_twofold() {
    let caller = Caller::start(still()).await;
    let types = async |fault: Fault| {
        let answer = faulty(&caller, fault, "PreviewCarrier", &SAMPLE).await;
        let types = answer.headers().get_all("content-type").iter();
        types.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(types(Fault::no_content_type()).await.is_empty());
    assert_eq!(types(Fault::double_content_type()).await, ["application/json; charset=utf-8", "text/plain"]);
}
