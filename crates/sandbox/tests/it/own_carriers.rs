//! Facts of carriers that are set: every operation that shows one shows the same, the feed has what changed, and facts that
//! contradict each other are refused.

use std::time::Duration;

use mycarrierpackets_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::Caller;

async fn start() -> Caller {
    let builder = Sandbox::builder().carriers(120).fixed_time(crate::noon()).changes_interval(Duration::ZERO);
    Caller::start(builder.token_lifetime(Duration::from_secs(500 * 86_400))).await
}

async fn put(caller: &Caller, dot: u32, facts: &Value) -> (u16, Value) {
    call(caller, Method::PUT, &format!("carriers/{dot}"), facts.to_string()).await
}

async fn call(caller: &Caller, method: Method, path: &str, body: String) -> (u16, Value) {
    let url = format!("{}/__sandbox/{path}", caller.sandbox.base_url());
    let answer = caller.client.request(method, url).body(body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

/// What each operation shows of a carrier.
async fn shown(caller: &Caller, dot: u32) -> Value {
    let number = dot.to_string();
    let query = [("DOTNumber", number.as_str())];
    let monitored = caller.json("MonitoredCarrierData", &[("pageSize", "500")]).await;
    let rows = monitored.as_object().unwrap().values().find_map(Value::as_array).unwrap();
    let of_dot =
        |row: &&Value| row["CarrierDetails"]["dotNumber"]["Value"] == *number || row["dotNumber"]["Value"] == *number;
    let row = rows.iter().find(of_dot).unwrap();
    let row = if row["CarrierDetails"].is_object() { &row["CarrierDetails"] } else { row };
    let packet = caller.json("GetCarrierData", &query).await;
    json!({
        "preview": caller.json("PreviewCarrier", &query).await[0],
        "monitored": row,
        "details": packet["AssureAdvantage"][0]["CarrierDetails"],
        "packet": packet,
        "contacts": caller.json("GetCarrierContacts", &query).await,
        "risk": caller.json("GetCarrierRiskAssessment", &query).await[0],
        "listed": call(caller, Method::GET, &format!("carriers/{dot}"), String::new()).await.1,
    })
}

/// A fact, and where it is shown as which value.
fn table() -> Vec<(Value, Vec<(&'static str, Value)>)> {
    let both = |pairs: &[(&'static str, &'static str)], value: Value| {
        pairs
            .iter()
            .map(|(one, _)| (*one, value.clone()))
            .chain(pairs.iter().map(|(_, two)| (*two, value.clone())))
            .collect::<Vec<_>>()
    };
    vec![
        (
            json!({"legalName": "Oak Lane \"Freight\" LLC"}),
            both(
                &[
                    ("/preview/CompanyName", "/packet/LegalName"),
                    ("/monitored/Identity/legalName", "/details/Identity/legalName"),
                    ("/contacts/Carrier/LegalName", "/listed/name"),
                ],
                "Oak Lane \"Freight\" LLC".into(),
            ),
        ),
        (
            json!({"dbaName": "Oak"}),
            both(
                &[
                    ("/preview/DBAName", "/monitored/Identity/dbaName"),
                    ("/contacts/Carrier/DBAName", "/details/Identity/dbaName"),
                ],
                "Oak".into(),
            ),
        ),
        (
            json!({"street": "12 Oak Lane"}),
            both(&[("/preview/Street", "/monitored/Identity/businessStreet")], "12 Oak Lane".into()),
        ),
        (
            json!({"phone": "(312) 555-0142"}),
            both(&[("/preview/Phone", "/monitored/Identity/businessPhone")], "(312) 555-0142".into()),
        ),
        (
            json!({"email": "dispatch@oak.example"}),
            both(
                &[("/details/Identity/emailAddress", "/monitored/Identity/emailAddress")],
                "dispatch@oak.example".into(),
            ),
        ),
        (
            json!({"insuranceExpires": "2026-09-01"}),
            [
                both(
                    &[(
                        "/preview/CertData/Certificates/0/Coverages/0/ExpirationDate",
                        "/monitored/CertData/Certificate/0/Coverage/0/expirationDate",
                    )],
                    "2026-09-01".into(),
                ),
                vec![("/listed/insuredUntil", "2026-09-01".into())],
            ]
            .concat(),
        ),
        (
            json!({"autoLimit": 6_000_000}),
            both(
                &[("/monitored/FMCSAInsurance/bipdOnFile", "/details/FMCSAInsurance/PolicyList/0/coverageTo")],
                "6,000,000".into(),
            ),
        ),
        (
            json!({"authority": "revoked"}),
            [
                both(
                    &[("/monitored/Authority/commonAuthority", "/details/Authority/commonAuthority")],
                    "Inactive".into(),
                ),
                vec![
                    ("/monitored/Authority/commonAuthorityRevocation", "Yes".into()),
                    ("/preview/Status", "Inactive".into()),
                    ("/listed/active", false.into()),
                    ("/risk/RiskAssessmentDetails/OverallRating", "Unacceptable".into()),
                ],
            ]
            .concat(),
        ),
        (
            json!({"safetyRating": "Unsatisfactory"}),
            [
                both(&[("/monitored/Safety/rating", "/details/Safety/rating")], "Unsatisfactory".into()),
                vec![("/monitored/Operation/outOfService", "Yes".into())],
            ]
            .concat(),
        ),
        (
            json!({"outOfService": true}),
            both(
                &[("/monitored/Operation/operatingStatus", "/details/Operation/operatingStatus")],
                "OUT OF SERVICE".into(),
            ),
        ),
        (
            json!({"powerUnits": 77}),
            both(&[("/monitored/Equipment/totalPower", "/details/Equipment/totalPower")], "77".into()),
        ),
        (
            json!({"drivers": 91}),
            both(&[("/monitored/Drivers/driversTotal", "/details/Drivers/driversTotal")], "91".into()),
        ),
    ]
}

#[tokio::test]
async fn a_fact_that_is_set_is_shown_alike_everywhere() {
    let caller = start().await;
    let before = shown(&caller, 23868).await;
    for (facts, places) in table() {
        let (status, answer) = put(&caller, 23868, &facts).await;
        assert_eq!((status, &answer["given"]), (200, &facts), "{answer}");
        let seen = shown(&caller, 23868).await;
        for (place, value) in places {
            let own = seen.pointer(place).unwrap_or(&Value::Null);
            let alike = own == &value
                || own.as_str().map(|text| text.replace("T00:00:00", "")) == value.as_str().map(str::to_owned)
                || crate::shown::plain(own) == value.as_str().unwrap_or_default();
            assert!(alike, "{facts}: {place} is {own}");
        }
    }
    assert_eq!(call(&caller, Method::DELETE, "carriers/23868", String::new()).await.0, 200);
    assert_eq!(shown(&caller, 23868).await, before, "as it was");
}

#[tokio::test]
async fn a_rating_comes_of_rules_that_are_broken_for_every_carrier() {
    let caller = start().await;
    for dot in caller.sandbox.dot_numbers().into_iter().take(110) {
        for rating in ["Acceptable", "Moderate", "UnacceptableReview", "Unacceptable"] {
            let (status, answer) = put(&caller, dot, &json!({ "rating": rating })).await;
            assert_eq!(status, 200, "{dot} {rating}: {answer}");
            let preview = &answer["answers"]["PreviewCarrier"][0];
            assert_eq!(preview["RiskAssessment"]["Overall"], rating, "{dot}");
            assert_eq!(preview["RiskAssessmentDetails"]["OverallRating"], rating, "{dot}");
        }
    }
}

#[tokio::test]
async fn facts_that_contradict_each_other_are_refused_and_change_nothing() {
    let caller = start().await;
    let before = caller.sandbox.snapshot().to_json();
    for (facts, error) in [
        (json!({"rating": "Acceptable", "authority": "revoked"}), "Carrier has no active authority"),
        (json!({"rating": "Acceptable", "insuranceExpires": "2026-01-01"}), "No coverage is in force"),
        (json!({"rating": "Moderate", "cargoLimit": 20_000}), "Cargo coverage is below 100,000"),
        (json!({"rating": "UnacceptableReview", "outOfService": true}), "Carrier is out of service"),
        (json!({"safetyRating": "Satisfactory", "outOfService": true}), "outOfService true contradicts"),
        (json!({"safetyRating": "Unsatisfactory", "outOfService": false}), "outOfService false contradicts"),
        (json!({"autoLimit": 5000}), "autoLimit must be at least"),
    ] {
        let (status, answer) = put(&caller, 23868, &facts).await;
        assert_eq!((status, &answer["code"]), (400, &json!("contradictingFacts")), "{facts}: {answer}");
        assert!(answer["error"].as_str().unwrap().contains(error), "{facts}: {answer}");
    }
    for facts in [
        json!({"phone": "(312) 867-5309"}),
        json!({"email": "a@oak.com"}),
        json!({"street": "\"\\"}),
        json!({"powerUnits": 0}),
        json!({"colour": 1}),
    ] {
        assert_eq!(put(&caller, 23868, &facts).await.0, 400, "{facts}");
    }
    assert_eq!(put(&caller, 1, &json!({})).await.0, 404);
    assert_eq!(caller.sandbox.snapshot().to_json(), before);
}

async fn changes(caller: &Caller) -> Vec<Value> {
    let window = [("fromDate", "2026-03-18T12:00:00"), ("toDate", "2026-04-18T12:00:00"), ("pageSize", "500")];
    let feed = caller.json("CarriersChanges", &window).await;
    let rows = feed["CarrierList"].as_array().unwrap();
    // A carrier that comes twice is written once, and referred to after that.
    let is_first = |row: &&Value| row["CarrierDetails"]["dotNumber"]["Value"] == "23868";
    let first = rows.iter().find(is_first).map_or(Value::Null, |row| row["CarrierDetails"]["$id"].clone());
    let own = |row: &&Value| is_first(row) || !first.is_null() && row["CarrierDetails"]["$ref"] == first;
    rows.iter().filter(own).map(|row| row["ChangeCategories"].clone()).collect()
}

#[tokio::test]
async fn the_feed_has_what_changed_and_what_comes_of_it_with_time() {
    let caller = start().await;
    assert_eq!(changes(&caller).await.len(), 0);
    for (facts, categories) in [
        (json!({"legalName": "Oak Lane LLC"}), Some(json!(["FMCSA"]))),
        (json!({"legalName": "Oak Lane LLC"}), None),
        (json!({"legalName": "Oak Lane LLC", "autoLimit": 9_000_000}), Some(json!(["Insurance"]))),
        (json!({"authority": "revoked"}), Some(json!(["Insurance", "FMCSA", "RiskAssessment"]))),
        (json!({}), Some(json!(["FMCSA", "RiskAssessment"]))),
        (json!({"insuranceExpires": "2026-04-10"}), Some(json!(["Insurance"]))),
    ] {
        let before = changes(&caller).await.len();
        assert_eq!(put(&caller, 23868, &facts).await.0, 200);
        let rows = changes(&caller).await;
        assert_eq!(rows.get(before), categories.as_ref(), "{facts}");
    }
    // The coverage ends soon, and then it has ended.
    let before = changes(&caller).await.len();
    caller.sandbox.advance(Duration::from_secs(24 * 86_400));
    let rows = changes(&caller).await;
    assert!(rows.contains(&json!(["RiskAssessment"])), "{rows:?}");
    assert!(rows[before..].contains(&json!(["Insurance", "RiskAssessment"])), "{rows:?}");
    assert_eq!(shown(&caller, 23868).await["preview"]["CertData"]["Status"], "Expired");
}

#[tokio::test]
async fn what_is_set_is_in_snapshots_and_goes_with_a_reset() {
    let caller = start().await;
    let natural = shown(&caller, 23868).await;
    caller.sandbox.set_carrier(23868, r#"{"legalName": "Oak Lane LLC", "rating": "Unacceptable"}"#).unwrap();
    let set = shown(&caller, 23868).await;
    assert_ne!(set, natural);
    let snapshot = caller.sandbox.snapshot();
    caller.sandbox.reset();
    assert_eq!(shown(&caller, 23868).await, natural);
    caller.sandbox.restore(snapshot).unwrap();
    assert_eq!(shown(&caller, 23868).await, set);
    assert!(caller.sandbox.set_carrier(1, "{}").is_err() && caller.sandbox.set_carrier(23868, "[").is_err());
}

#[tokio::test]
async fn carriers_that_are_given_one_phone_and_one_email_are_found_together() {
    let caller = start().await;
    let dots = caller.sandbox.dot_numbers();
    for dot in &dots[20..23] {
        let facts = r#"{"phone": "(312) 555-0142", "email": "dispatch@ring.example"}"#;
        caller.sandbox.set_carrier(*dot, facts).unwrap();
    }
    for query in [("phone", "312 555 0142"), ("email", "dispatch@ring.example")] {
        let found = caller.json("FindAssociatedCarriers", &[query]).await;
        let found = found["AssociatedCarriers"].as_array().unwrap();
        let found: Vec<_> = found.iter().map(|row| row["DOTNumber"].as_u64().unwrap() as u32).collect();
        assert!(dots[20..23].iter().all(|dot| found.contains(dot)), "{query:?}: {found:?}");
    }
}
