//! Rules of misbehaviour that choose calls by what they ask for: in the address, in a form, in a JSON body.

use mycarrierpackets_sandbox::{Fault, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::Caller;

async fn start() -> Caller {
    Caller::start(Sandbox::builder().carriers(60).compress(false).fixed_time(crate::noon())).await
}

async fn status(caller: &Caller, operation: &str, query: crate::Query<'_>) -> u16 {
    caller.send(operation, query).await.status().as_u16()
}

#[tokio::test]
async fn only_calls_with_all_the_parameters_are_met_whatever_the_case_of_their_names() {
    let caller = start().await;
    let other = caller.sandbox.dot_numbers()[1].to_string();
    caller.sandbox.fault(Fault::status(503).on("PreviewCarrier").with("dotnumber", "23868"));
    for (query, expected) in [
        (&[("DOTNumber", "23868")][..], 503),
        (&[("DotNUMBER", " 23868 ")], 503),
        (&[("DOTNumber", &*other)], 200),
        (&[("DocketNumber", "23868")], 404),
    ] {
        assert_eq!(status(&caller, "PreviewCarrier", query).await, expected, "{query:?}");
    }
    assert_eq!(status(&caller, "GetCarrierData", &[("DOTNumber", "23868")]).await, 200, "another operation");
    caller.sandbox.clear_faults();
    let both = Fault::status(503).with("carrierEmail", "ada@carrier.example").with("DOTNumber", "23868");
    caller.sandbox.fault(both);
    let invite = async |dot: &str, email: &str| {
        status(&caller, "EmailPacketInvitation", &[("DOTNumber", dot), ("carrierEmail", email)]).await
    };
    assert_eq!(invite("23868", "ada@carrier.example").await, 503);
    assert_eq!((invite("23868", "bo@carrier.example").await, invite(&other, "ada@carrier.example").await), (200, 200));
}

#[tokio::test]
async fn parameters_are_found_in_a_json_body_in_a_form_and_in_the_path() {
    let caller = start().await;
    let url = format!("{}/api/v1/Carrier/BlockCarrier", caller.sandbox.base_url());
    let post = async |body: Value| caller.client.post(&url).bearer_auth(&caller.token).json(&body).send().await;
    caller.sandbox.fault(Fault::status(503).on("BlockCarrier").with("DOTNumber", "23868"));
    for body in [json!({ "DOTNumber": 23868 }), json!({ "dotNumber": "23868" })] {
        assert_eq!(post(body).await.unwrap().status(), 503);
    }
    let other = caller.sandbox.dot_numbers()[1];
    assert_eq!(post(json!({ "DOTNumber": other })).await.unwrap().status(), 200);

    caller.sandbox.fault(Fault::status(500).on("token").with("username", "birke"));
    let grant = async |user: &str| {
        let form = [("grant_type", "password"), ("username", user), ("password", "demo")];
        let url = format!("{}/token", caller.sandbox.base_url());
        caller.client.post(url).form(&form).send().await.unwrap().status().as_u16()
    };
    assert_eq!((grant("birke").await, grant("alder").await), (500, 200));

    caller.sandbox.fault(Fault::status(502).on("CarrierPacket").with("DOTNumber", "23868"));
    let packet = async |dot: &str| {
        let url = format!("{}/api/Download/CarrierPacket/{dot}", caller.sandbox.portal_url());
        caller.client.get(url).send().await.unwrap().status().as_u16()
    };
    assert_eq!((packet("23868").await, packet("9900001").await), (502, 401));
}

#[tokio::test]
async fn counts_are_of_the_calls_that_match_alone() {
    let caller = start().await;
    let other = caller.sandbox.dot_numbers()[1].to_string();
    let pattern = async |fault: Fault| {
        caller.sandbox.fault(fault.with("DOTNumber", "23868"));
        let mut failed = Vec::new();
        for call in 1..=5 {
            assert_eq!(status(&caller, "PreviewCarrier", &[("DOTNumber", &other)]).await, 200);
            if status(&caller, "PreviewCarrier", &[("DOTNumber", "23868")]).await == 503 {
                failed.push(call);
            }
        }
        let rules = caller.get("faults").await;
        caller.sandbox.clear_faults();
        (failed, rules[0]["matched"].as_u64(), rules[0]["applied"].as_u64())
    };
    assert_eq!(pattern(Fault::status(503).first(2)).await, (vec![1, 2], Some(5), Some(2)));
    assert_eq!(pattern(Fault::status(503).nth(3)).await, (vec![3], Some(5), Some(1)));
    assert_eq!(pattern(Fault::status(503).every(2)).await, (vec![2, 4], Some(5), Some(2)));
}

#[tokio::test]
async fn a_rule_for_one_carrier_goes_before_one_for_all_and_beside_one_about_bytes() {
    let caller = start().await;
    let other = caller.sandbox.dot_numbers()[1].to_string();
    caller.sandbox.fault(Fault::status(503).with("DOTNumber", "23868").first(1));
    caller.sandbox.fault(Fault::status(500).on("PreviewCarrier").first(2));
    caller.sandbox.fault(Fault::delay(std::time::Duration::from_millis(1)).with("DOTNumber", &other));
    let mut statuses = Vec::new();
    for dot in ["23868", "23868", &*other, "23868"] {
        statuses.push(status(&caller, "PreviewCarrier", &[("DOTNumber", dot)]).await);
    }
    assert_eq!(statuses, [503, 500, 500, 200]);
    let faults: Vec<_> = caller.sandbox.requests().into_iter().map(|request| request.fault).collect();
    assert_eq!(faults[3].as_deref(), Some("delay, status"), "the one with the delay");
}

#[tokio::test]
async fn a_call_whose_body_was_refused_is_met_by_no_rule() {
    let caller = start().await;
    caller.sandbox.fault(Fault::status(503));
    let head = format!(
        "POST /api/v1/Carrier/BlockCarrier HTTP/1.1\r\nHost: sandbox\r\nAuthorization: bearer {}\r\n\
         Connection: close\r\nContent-Length: 1048577\r\n\r\n{}",
        caller.token,
        " ".repeat((1 << 20) + 1)
    );
    assert!(crate::raw(&caller.sandbox, &head).await.starts_with("HTTP/1.1 413 "));
    assert_eq!(caller.get("faults").await[0]["matched"], 0);
    assert_eq!(status(&caller, "PreviewCarrier", &[("DOTNumber", "23868")]).await, 503);
}

#[tokio::test]
async fn such_rules_are_written_down_in_both_ways_and_refused_in_plain_words() {
    let caller = start().await;
    let rule = |text: &str| text.parse::<Fault>();
    let expected = Fault::status(503).on("PreviewCarrier").with("DOTNumber", "23868");
    let json = r#"{"kind":"status","code":503,"operation":"PreviewCarrier","where":{"DOTNumber":23868}}"#;
    assert_eq!(rule(json).unwrap(), expected);
    assert_eq!(rule("kind=status,code=503,operation=PreviewCarrier,where.DOTNumber=23868").unwrap(), expected);
    let (status, added) = caller.send_json(Method::POST, "faults", serde_json::from_str(json).unwrap()).await;
    assert_eq!((status, &added[0]["where"]), (200, &json!({ "DOTNumber": "23868" })));
    let (status, again) = caller.send_json(Method::POST, "faults", added[0].clone()).await;
    assert_eq!((status, &again[0]["where"]), (200, &added[0]["where"]), "what is listed can be sent back");
    for (rule_text, said) in [
        (r#"{"kind":"nulls","where":"DOTNumber"}"#, "where must be an object of parameters such as {\"DOTNumber\""),
        (
            r#"{"kind":"nulls","where":{"DOTNumber":[1]}}"#,
            "where: DOTNumber must be a text, a number, true or false, and is [1]",
        ),
        (r#"{"kind":"nulls","where":{"":"1"}}"#, "where: a parameter has a name of 1 to 100 characters, not \"\""),
        (r#"{"kind":"nulls","were":{"DOTNumber":"1"}}"#, "nulls has no member \"were\"; did you mean \"where\""),
        ("kind=nulls,where.DOTNumber=1,where.DOTNumber=2", "\"where.DOTNumber\" is given twice"),
        ("kind=nulls,where=1", "where must be an object"),
    ] {
        let mistake = rule(rule_text).unwrap_err();
        assert!(mistake.contains(said), "{rule_text}: {mistake}");
    }
    let many: Value = (0..21).map(|n| (format!("p{n}"), json!("x"))).collect::<serde_json::Map<_, _>>().into();
    for (own, said) in
        [(many, "at most 20 parameters, and has 21"), (json!({ "p": "x".repeat(1001) }), "at most 1000 characters")]
    {
        let mistake = rule(&json!({ "kind": "nulls", "where": own }).to_string()).unwrap_err();
        assert!(mistake.contains(said), "{mistake}");
    }
}
