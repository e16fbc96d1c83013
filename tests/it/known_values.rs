//! The values that `spec/openapi.yaml` lists as known, and those that were seen on the wire: each occurs in the
//! sandbox's world, so that a client is tried on all of them before the vendor does.

use crate::support::contract::operations;
use crate::support::schema::spec;
use mycarrierpackets_sandbox::{Sandbox, Webhook, WebhookEvent};
use reqwest::Client;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Texts that were seen on the wire, as they stand in an answer.
const SEEN: [&str; 14] = [
    r#""Country":"US""#,
    r#""Country":"United States""#,
    r#""DotNumber":""#,
    r#""cancelationDate":"0000-00-00""#,
    r#""coverageTo":"1,000,000""#,
    // A share that was found, as 40.70 %.
    r#"%","PreReviewScore""#,
    r#""RuleOutput":"blocked by 8 companies""#,
    r#""RuleOutput":"<a href="#,
    r#""rating":"Satisfactory""#,
    r#""rating":"SATISFACTORY""#,
    r#""IncidentReports":null"#,
    r#"{"$ref":""#,
    r#""RiskLevel":"Medium""#,
    r#""OverallRating":"Review Recommended""#,
];

const EVENTS: [WebhookEvent; 6] = [
    WebhookEvent::PacketCompleted,
    WebhookEvent::IncidentReportCreated,
    WebhookEvent::IncidentReportUpdated,
    WebhookEvent::IncidentReportRetracted,
    WebhookEvent::VinVerificationCompleted,
    WebhookEvent::UserVerificationCompleted,
];

/// The values found, by the vocabulary.
type Found = BTreeMap<String, BTreeSet<String>>;

/// The vocabulary that a field refers to.
fn vocabulary(field: &Value) -> Option<&'static str> {
    let name = field["allOf"][0]["$ref"].as_str()?.strip_prefix("#/components/schemas/")?;
    let (name, schema) = spec()["components"]["schemas"].as_object()?.get_key_value(name)?;
    schema.get("x-known-values").map(|_| name.as_str())
}

fn walk(schema: &Value, value: &Value, found: &mut Found) {
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.rsplit('/').next().unwrap();
        return walk(&spec()["components"]["schemas"][name], value, found);
    }
    for choice in ["allOf", "anyOf", "oneOf"] {
        schema[choice].as_array().into_iter().flatten().for_each(|part| walk(part, value, found));
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(&schema["items"], item, found)),
        Value::Object(fields) => {
            for (field, value) in fields {
                let own = &schema["properties"][field];
                if let Some(vocabulary) = vocabulary(own).filter(|_| !value.is_null()) {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    found.entry(vocabulary.to_owned()).or_default().insert(text);
                }
                walk(own, value, found);
            }
        }
        _ => {}
    }
}

struct Caller {
    sandbox: Sandbox,
    http: Client,
    token: String,
    found: Found,
    seen: BTreeSet<&'static str>,
}

impl Caller {
    async fn start() -> Self {
        let noon = std::time::UNIX_EPOCH + Duration::from_secs(1_773_835_200);
        let sandbox = Sandbox::builder().carriers(2500).fixed_time(noon).start().await.unwrap();
        let http = Client::new();
        let form = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
        let url = format!("{}/token", sandbox.base_url());
        let token: Value = http.post(url).form(&form).send().await.unwrap().json().await.unwrap();
        let token = token["access_token"].as_str().unwrap().to_owned();
        Self { sandbox, http, token, found: Found::new(), seen: BTreeSet::new() }
    }

    /// Reads an answer and notes its values.
    async fn read(&mut self, id: &str, query: &[(&str, &str)]) -> Value {
        let (path, _, op) = operations(spec()).find(|(_, _, op)| op["operationId"] == id).unwrap();
        let url = format!("{}{path}", self.sandbox.base_url());
        let request = self.http.post(url).query(query).header("content-length", "0").bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{id} {query:?}: {}", answer.status());
        let text = answer.text().await.unwrap();
        self.seen.extend(SEEN.into_iter().filter(|seen| text.contains(seen)));
        let value: Value = serde_json::from_str(&text).unwrap();
        let media = &op["responses"]["200"]["content"]["application/json"]["schema"];
        walk(media, &value, &mut self.found);
        value
    }
}

#[tokio::test]
async fn every_known_value_occurs_somewhere_in_the_world() {
    let mut caller = Caller::start().await;
    // What is not listened to is written all the same.
    let unheard = caller.sandbox.add_webhook(Webhook::to("http://127.0.0.1:9/").paused(true)).unwrap();
    for dot in caller.sandbox.dot_numbers().into_iter().take(160) {
        let dot = dot.to_string();
        let dot = ("DOTNumber", &*dot);
        if dot.1.ends_with('3') {
            caller
                .read(
                    "request_vin_verification",
                    &[dot, ("deliveryOption", "2"), ("vinVerificationPhoneNumber", "312-555-0142")],
                )
                .await;
        }
        let preview = caller.read("preview_carrier", &[dot]).await;
        for id in [
            "get_carrier_data",
            "get_carrier_contacts",
            "get_carrier_incident_reports",
            "get_carrier_vin_verifications",
        ] {
            caller.read(id, &[dot]).await;
        }
        for (name, field) in [("phone", &preview[0]["Phone"]), ("email", &preview[0]["Emails"][0]["Email"])] {
            if let Some(value) = field.as_str() {
                caller.read("find_associated_carriers", &[(name, value)]).await;
            }
        }
        let contacts = caller.read("get_carrier_contacts", &[dot]).await;
        for contact in contacts["Carrier"]["Contacts"].as_array().into_iter().flatten() {
            if let Some(email) = contact["Email"].as_str() {
                caller.read("find_associated_carriers", &[("email", email)]).await;
            }
        }
    }
    for list in ["monitored_carrier_data", "get_monitored_carriers_risk_assessment"] {
        for page in 1..=5 {
            caller.read(list, &[("pageSize", "500"), ("pageNumber", &page.to_string())]).await;
        }
    }
    caller.read("get_monitored_carrier_contacts_data", &[("pageSize", "500")]).await;
    caller.read("carriers_changes", &[("fromDate", "2026-03-17"), ("toDate", "2026-03-18"), ("pageSize", "50")]).await;

    for dot in caller.sandbox.dot_numbers().into_iter().take(40) {
        let dot = dot.to_string();
        let email = format!("user-{dot}@carrier.example");
        let phone = ("vinVerificationPhoneNumber", "312-555-0142");
        caller.read("request_vin_verification", &[("dotNumber", &dot), ("deliveryOption", "2"), phone]).await;
        caller.read("request_user_verification", &[("dotNumber", &dot), ("userVerificationEmail", &email)]).await;
    }
    // What was asked for above is answered.
    caller.sandbox.advance(Duration::from_secs(3 * 86_400));
    for event in EVENTS {
        caller.sandbox.send_event(unheard, event, 23868).unwrap();
    }
    for delivery in caller.sandbox.deliveries() {
        let body = serde_json::from_str(&delivery.body).unwrap();
        walk(&spec()["components"]["schemas"]["WebhookBody"], &body, &mut caller.found);
    }

    let (mut listed, mut missing) = (0, Vec::new());
    for (name, schema) in spec()["components"]["schemas"].as_object().unwrap() {
        let known: Vec<_> =
            schema["x-known-values"].as_object().into_iter().flatten().map(|(value, _)| value).collect();
        listed += known.len();
        let found = caller.found.get(name);
        // A verification that is complete is not one that was only asked for.
        let known = known.into_iter().filter(|value| *value != "VINRequestSent");
        let absent = known.filter(|value| !found.is_some_and(|found| found.contains(*value)));
        missing.extend(absent.map(|value| format!("{name} is never {value}")));
    }
    assert!(missing.is_empty(), "{} of {listed}: {missing:#?}", missing.len());
    assert!(listed > 60, "{listed}");
    let unseen: Vec<_> = SEEN.iter().filter(|seen| !caller.seen.contains(**seen)).collect();
    assert!(unseen.is_empty(), "nowhere in the world: {unseen:?}");
}
