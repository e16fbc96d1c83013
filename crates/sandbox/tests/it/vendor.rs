//! What becomes of carriers as time goes on: their data follow the feed, insurance runs out, incidents are reported,
//! vehicles and users are verified.

use std::collections::BTreeMap;
use std::time::Duration;

use mycarrierpackets_sandbox::{Builder, Sandbox};
use serde_json::Value;

use crate::Caller;

const DAY: Duration = Duration::from_secs(86_400);

fn still(carriers: u32) -> Builder {
    let builder = Sandbox::builder().carriers(carriers).activity(2000).fixed_time(crate::noon());
    builder.token_lifetime(500 * DAY).changes_interval(Duration::ZERO)
}

async fn details(caller: &Caller) -> BTreeMap<String, Value> {
    let page = caller.json("MonitoredCarrierData", &[("pageSize", "500")]).await;
    let own = |record: &Value| (record["dotNumber"]["Value"].as_str().unwrap().to_owned(), record.clone());
    page["data"].as_array().unwrap().iter().map(own).collect()
}

/// The rows of a window, each the carrier and its categories.
async fn rows(caller: &Caller, from: &str, to: &str) -> Vec<(String, Vec<String>, String)> {
    let mut rows = Vec::new();
    for page in 1.. {
        let query = [("fromDate", from), ("toDate", to), ("pageSize", "500"), ("pageNumber", &*page.to_string())];
        let answer = caller.json("CarriersChanges", &query).await;
        let list = answer["CarrierList"].as_array().unwrap();
        let mut ids = BTreeMap::new();
        for row in list {
            let details = &row["CarrierDetails"];
            // Within an answer a carrier that comes twice is a reference.
            let dot: String = match details["$ref"].as_str() {
                Some(id) => ids[id],
                None => details["dotNumber"]["Value"].as_str().unwrap(),
            }
            .to_owned();
            ids.extend(details["$id"].as_str().map(|id| (id, details["dotNumber"]["Value"].as_str().unwrap())));
            let categories = row["ChangeCategories"].as_array().unwrap();
            let categories = categories.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
            rows.push((dot, categories, row["ChangeDateTime"].as_str().unwrap().to_owned()));
        }
        if list.is_empty() {
            return rows;
        }
    }
    rows
}

#[tokio::test]
async fn carriers_change_as_the_feed_says_and_no_others() {
    let caller = Caller::start(still(400)).await;
    let before = details(&caller).await;
    caller.sandbox.advance(DAY / 12);
    let after = details(&caller).await;
    let rows = rows(&caller, "2026-03-18T12:00:00.0000001", "2026-03-18T14:00:00").await;
    assert!(rows.len() > 15, "{rows:?}");
    for (dot, record) in &before {
        let named: Vec<_> = rows.iter().filter(|row| row.0 == *dot).flat_map(|row| &row.1).collect();
        for (part, category) in [("FMCSAInsurance", "Insurance"), ("RiskAssessmentDetails", "RiskAssessment")] {
            let same = plain(&record[part]) == plain(&after[dot][part]);
            assert!(same || named.iter().any(|name| *name == category), "{dot} {part} changed, and no row says so");
        }
        let same =
            ["Authority", "Safety", "Inspection"].iter().all(|part| plain(&record[*part]) == plain(&after[dot][*part]));
        assert!(same || named.iter().any(|name| *name == "FMCSA"), "{dot} changed, and no row says so");
    }
    let changed = before.iter().filter(|(dot, r)| plain(&r["Safety"]) != plain(&after[*dot]["Safety"]));
    assert!(changed.count() > 3);
}

/// Without the identities, which differ between answers.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) if fields.contains_key("$ref") => Value::Null,
        Value::Object(fields) => {
            fields.iter().filter(|(name, _)| *name != "$id").map(|(name, value)| (name.clone(), plain(value))).collect()
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn insurance_runs_out_with_a_row_that_day_and_is_renewed() {
    let caller = Caller::start(still(500).activity(1)).await;
    let expiry = |record: &Value| {
        let certificates = record["CertData"]["Certificate"].as_array()?;
        certificates.first()?["Coverage"][0]["expirationDate"].as_str().map(str::to_owned)
    };
    let in_force = |record: &Value| matches!(record["CertData"]["status"].as_str(), Some("OK" | "Current"));
    let mut before = details(&caller).await;
    let mut ran_out = BTreeMap::new();
    for _ in 0..12 {
        caller.sandbox.advance(8 * DAY);
        let after = details(&caller).await;
        for (dot, record) in &after {
            if in_force(&before[dot]) && record["CertData"]["status"] == "Expired" {
                let cancelled = record["CertData"]["Certificate"][0]["Coverage"][0]["cancellationDate"].as_str();
                let cancelled = cancelled.filter(|day| !day.is_empty()).map(str::to_owned);
                let date = cancelled.or_else(|| expiry(record)).expect("a day on which it ran out");
                // Within the first hour of the day.
                let rows = rows(&caller, &format!("{date}T00:01:00"), &format!("{date}T01:01:00")).await;
                let row = rows.iter().find(|row| row.0 == *dot).unwrap_or_else(|| panic!("{dot} has no row on {date}"));
                assert_eq!(row.1, ["Insurance", "RiskAssessment"], "{dot}");
                ran_out.insert(dot.clone(), date);
            }
        }
        before = after;
    }
    assert!(ran_out.len() > 2, "of 500 some run out within three months: {ran_out:?}");
    caller.sandbox.advance(60 * DAY);
    let later = details(&caller).await;
    assert!(ran_out.keys().any(|dot| in_force(&later[dot])), "most are renewed");
}

#[tokio::test]
async fn the_same_happens_in_one_leap_and_in_many() {
    let (leap, steps) = (Caller::start(still(50)).await, Caller::start(still(50)).await);
    leap.sandbox.advance(60 * DAY);
    for _ in 0..240 {
        steps.sandbox.advance(DAY / 4);
        steps.json("MonitoredCarriers", &[("pageSize", "1")]).await;
    }
    assert_eq!(details(&leap).await, details(&steps).await);
    let reports = async |caller: &Caller| {
        let mut all = Vec::new();
        for dot in caller.sandbox.dot_numbers() {
            all.push(caller.json("GetCarrierIncidentReports", &[("DOTNumber", &*dot.to_string())]).await);
        }
        all
    };
    assert_eq!(reports(&leap).await, reports(&steps).await);
}

#[tokio::test]
async fn incidents_are_reported_corrected_and_withdrawn() {
    let caller = Caller::start(still(10).activity(1)).await;
    let dot = caller.sandbox.dot_numbers()[3];
    let query = [("DOTNumber", &*dot.to_string())];
    let reports = async || {
        let answer = caller.json("GetCarrierIncidentReports", &query).await;
        let preview = caller.json("PreviewCarrier", &query).await;
        let list = answer["IncidentReports"].as_array().cloned().unwrap_or_default();
        let total = preview[0]["IncidentReports"]["TotalIncidentReports"].as_u64().unwrap_or(0);
        assert_eq!(total as usize, list.len(), "the preview counts what the list has");
        list
    };
    let before = reports().await;
    assert!(!caller.sandbox.update_incident(dot) && !caller.sandbox.retract_incident(dot), "there is none yet");
    assert!(caller.sandbox.report_incident(dot) && !caller.sandbox.report_incident(1));
    let reported = reports().await;
    assert_eq!(reported.len(), before.len() + 1);
    let last = reported.last().unwrap();
    assert_eq!((last["CreatedDate"].as_str(), last["ModifiedDate"].as_str()), (Some("2026-03-18T12:00:00"), None));
    caller.sandbox.advance(DAY / 24);
    assert!(caller.sandbox.update_incident(dot));
    assert_eq!(reports().await.last().unwrap()["ModifiedDate"], "2026-03-18T13:00:00");
    assert!(caller.sandbox.retract_incident(dot));
    assert_eq!(reports().await.len(), before.len());

    // Without a hand, too.
    let caller = Caller::start(still(10)).await;
    let count = async || {
        let mut count = 0;
        for record in details(&caller).await.values() {
            count += record["IncidentReports"]["TotalIncidentReports"].as_u64().unwrap_or(0);
        }
        count
    };
    let start = count().await;
    caller.sandbox.advance(20 * DAY);
    assert!(count().await > start);
}

#[tokio::test]
async fn vehicles_are_photographed_and_the_photo_is_a_document() {
    let caller = Caller::start(still(40)).await;
    let mut answered = 0;
    for dot in caller.sandbox.dot_numbers() {
        let query = [("DOTNumber", &*dot.to_string())];
        let list = async || {
            let answer = caller.json("GetCarrierVINVerifications", &query).await;
            answer["VINVerifications"].as_array().cloned().unwrap_or_default()
        };
        let before = list().await.len();
        let phone = ("vinVerificationPhoneNumber", "(312) 555-0142");
        caller.json("RequestVINVerification", &[query[0], phone, ("deliveryOption", "2")]).await;
        let waiting = list().await;
        assert_eq!(waiting.len(), before + 1);
        assert_eq!(waiting.last().unwrap()["Requests"][0]["RequestSentTo"], "(312) 555-0142");
        assert_eq!(waiting.last().unwrap()["VIN"], Value::Null);
        caller.sandbox.advance(2 * DAY);
        let later = list().await;
        let request = &later.last().unwrap()["Requests"][0];
        if let Some(blob) = request["ImageBlobName"].as_str() {
            let photo = caller.send("GetDocument", &[("name", blob)]).await;
            assert_eq!(photo.headers()["content-type"], "image/png");
            assert_eq!(request["VIN"], later.last().unwrap()["VIN"]);
            assert!(request["ImageUploadedDateTime"].as_str() > request["RequestedDateTime"].as_str());
            answered += 1;
        }
    }
    assert!((30..50).contains(&answered), "most answer, some never: {answered}");
}

#[tokio::test]
async fn users_are_verified_in_contacts_and_associates() {
    let caller = Caller::start(still(60)).await;
    let mut seen = BTreeMap::new();
    for dot in caller.sandbox.dot_numbers() {
        let query = [("DOTNumber", &*dot.to_string())];
        let answer = caller.json("GetCarrierContacts", &query).await;
        let Some(email) = answer["Carrier"]["Contacts"][0]["Email"].as_str() else { continue };
        let look = async || {
            let contact = caller.json("GetCarrierContacts", &query).await["Carrier"]["Contacts"][0].clone();
            let found = caller.json("FindAssociatedCarriers", &[("email", email)]).await;
            let types = found["AssociatedCarriers"][0]["EmailAssociationTypes"].as_array().unwrap().clone();
            (contact["VerificationStatus"].to_string(), types.last().unwrap()["AssociationType"].as_u64().unwrap())
        };
        let request = [query[0], ("userVerificationEmail", email)];
        caller.json("RequestUserVerification", &request).await;
        assert_eq!(look().await, ("\"Pending\"".to_owned(), 13));
        caller.sandbox.advance(DAY);
        *seen.entry(look().await).or_insert(0) += 1;
    }
    let seen: Vec<_> = seen.keys().map(|(status, kind)| (status.trim_matches('"'), *kind)).collect();
    assert_eq!(seen, [("Denied", 14), ("FollowUp", 15), ("Pending", 13), ("Verified", 12)]);
}

#[tokio::test]
async fn who_comes_to_be_monitored_is_in_the_list_the_data_and_the_feed() {
    let caller = Caller::start(still(60)).await;
    let stranger = *caller.sandbox.dot_numbers().last().unwrap();
    let number = stranger.to_string();
    let listed = async || {
        let list = caller.json("MonitoredCarriers", &[]).await;
        list.as_array().unwrap().iter().any(|row| row["DOTNumber"] == stranger)
    };
    caller.sandbox.advance(20 * DAY);
    let (from, to) = ("2026-03-18T12:00:00", "2026-04-07T12:00:00");
    let changed_rows = async || rows(&caller, from, to).await.iter().filter(|row| row.0 == number).count();
    assert!(!listed().await && !details(&caller).await.contains_key(&number));
    assert_eq!(changed_rows().await, 0);
    caller.json("RequestMonitoring", &[("DOTNumber", &number)]).await;
    assert!(listed().await && details(&caller).await.contains_key(&number));
    assert!(changed_rows().await > 0, "it has changed, too, in twenty days");
    caller.json("CancelMonitoring", &[("DOTNumber", &number)]).await;
    assert!(!listed().await && changed_rows().await == 0);
}

#[tokio::test]
async fn a_number_names_its_carrier_in_every_spelling() {
    let caller = crate::Caller::start(mycarrierpackets_sandbox::Sandbox::builder().carriers(40)).await;
    let sample = caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
    for (name, number) in [
        ("DOTNumber", "00023868"),
        ("docketNumber", "MC113843"),
        ("docketNumber", "113843"),
        ("docketNumber", "MC0113843"),
        ("docketNumber", "mc-000113843"),
    ] {
        assert_eq!(caller.json("PreviewCarrier", &[(name, number)]).await, sample, "{name} {number}");
    }
    let list = caller.json("MonitoredCarriers", &[]).await;
    let listed = |row: &serde_json::Value| {
        row["IntrastateNumber"].as_str().filter(|number| !number.is_empty()).map(str::to_owned)
    };
    let Some(number) = list.as_array().unwrap().iter().find_map(listed) else { panic!("no intrastate carrier") };
    let id = |answer: serde_json::Value| answer["MonitoringID"].as_i64().unwrap();
    let first = id(caller.json("RequestMonitoring", &[("IntrastateNumber", &number)]).await);
    for spelt in [number.to_lowercase(), format!("{}-{} {}", &number[..2], &number[2..5], &number[5..])] {
        assert_eq!(id(caller.json("RequestMonitoring", &[("IntrastateNumber", &spelt)]).await), first, "{spelt}");
    }
}
