//! Profiles: as the documents say, as production is, as it is on its worst day.

use std::collections::BTreeMap;
use std::time::Duration;

use mycarrierpackets_sandbox::{Builder, Profile, Sandbox};
use serde_json::Value;

use crate::Caller;

fn of(profile: Profile) -> Builder {
    Sandbox::builder()
        .carriers(60)
        .activity(2000)
        .profile(profile)
        .fixed_time(crate::noon())
        .changes_interval(Duration::ZERO)
}

fn names(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        Value::Object(fields) => {
            found.extend(fields.keys().cloned());
            fields.values().for_each(|field| names(field, found));
        }
        _ => {}
    }
}

#[tokio::test]
async fn documents_know_no_references_and_no_missing_lists() {
    let many = |profile| of(profile).carriers(300);
    let (docs, wire) = (Caller::start(many(Profile::Docs)).await, Caller::start(many(Profile::Wire)).await);
    let page = [("pageSize", "300")];
    let (mut plain, mut real) = (Vec::new(), Vec::new());
    let answer = docs.json("MonitoredCarrierData", &page).await;
    names(&answer, &mut plain);
    let other = wire.json("MonitoredCarrierData", &page).await;
    names(&other, &mut real);
    assert!(!plain.iter().any(|name| name.starts_with('$')));
    assert!(real.iter().any(|name| name == "$ref") && real.iter().any(|name| name == "$id"));
    let lists = |answer: &Value| {
        let records = answer["data"].as_array().unwrap().iter();
        records.filter(|record| record["FMCSAInsurance"]["PolicyList"].is_null()).count()
    };
    assert_eq!(lists(&answer), 0);
    assert!(lists(&other) > 3);
    // What a reference stood for stands there itself.
    let counts = answer["data"].as_array().unwrap().iter().map(|record| &record["IncidentReports"]);
    assert!(counts.clone().count() == 300 && counts.clone().all(|c| c["TotalIncidentReports"].is_u64()));

    let sample = [("DOTNumber", "23868")];
    assert!(docs.json("GetCarrierContacts", &sample).await[0]["Carrier"]["Contacts"].is_array());
    let url = format!("{}/api/v1/Carrier/PreviewCarrier?DOTNumber=23868", docs.sandbox.base_url());
    let request = docs.client.post(url).bearer_auth(&docs.token);
    assert_eq!(request.send().await.unwrap().status(), 200, "no length is asked for");
}

#[tokio::test]
async fn a_storm_is_every_sort_of_weather_and_the_same_for_a_seed() {
    async fn weather() -> BTreeMap<String, u32> {
        let caller = Caller::start(of(Profile::Storm).token_lifetime(Duration::from_secs(86_400))).await;
        let mut seen = BTreeMap::new();
        for call in 0..400 {
            let operation = ["PreviewCarrier", "GetCarrierData"][call % 2];
            let request = caller.request(operation, &[("DOTNumber", "23868")]).send().await;
            let what = match request {
                Err(_) => "closed".to_owned(),
                Ok(response) if response.status() == 401 => {
                    // Its token was let expire; the storm goes on with another.
                    return seen;
                }
                Ok(response) => match (response.status().as_u16(), response.json::<Value>().await) {
                    (200, Ok(_)) => "200".to_owned(),
                    (200, Err(_)) => "200 broken".to_owned(),
                    (status, _) => status.to_string(),
                },
            };
            *seen.entry(what).or_insert(0) += 1;
        }
        seen
    }
    let seen = weather().await;
    let calls: u32 = seen.values().sum();
    assert!(seen.len() > 2 && seen["200"] * 2 > calls, "mostly fine: {seen:?}");
    assert_eq!(weather().await, seen);
}
