//! Customers: each user name has lists, invitations and polls of its own, and all have the same vendor.

use std::time::Duration;

use mycarrierpackets_sandbox::{Sandbox, Webhook, WebhookEvent};
use serde_json::{Value, json};

use crate::Caller;
use crate::receiver::Receiver;

pub async fn sign_in(caller: &mut Caller, username: &str) {
    let form = [("grant_type", "password"), ("username", username), ("password", "demo")];
    let url = format!("{}/token", caller.sandbox.base_url());
    let answer: Value = caller.client.post(url).form(&form).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["userName"], username);
    caller.token = answer["access_token"].as_str().unwrap().to_owned();
}

async fn sees(caller: &Caller) -> (usize, usize, String, String) {
    let monitored = caller.json("MonitoredCarriers", &[]).await.as_array().unwrap().len();
    let blocked = caller.json("BlockedCarriers", &[]).await.as_array().unwrap().len();
    let preview = caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
    let recipient = caller.json("MonitoredCarrierData", &[("pageSize", "1")]).await;
    let invitation = recipient["data"][0]["LatestInvitation"]["InvitationRecipient"].to_string();
    (monitored, blocked, preview[0]["IsBlocked"].to_string(), invitation)
}

#[tokio::test]
async fn what_one_does_no_other_sees() {
    let mut caller = Caller::small().await;
    sign_in(&mut caller, "alder").await;
    let untouched = sees(&caller).await;
    let dot = [("DOTNumber", "23868")];
    caller.json("BlockCarrier", &dot).await;
    let other = caller.sandbox.dot_numbers()[59].to_string();
    caller.json("CancelMonitoring", &[("DOTNumber", &other)]).await;
    caller.json("EmailPacketInvitation", &[("DOTNumber", "23868"), ("carrierEmail", "ada@carrier.example")]).await;
    let changed = sees(&caller).await;
    assert_eq!((changed.0, changed.1), (untouched.0 - 1, untouched.1 + 1));
    assert_eq!((changed.2.as_str(), changed.3.as_str()), ("true", "\"ada@carrier.example\""));

    sign_in(&mut caller, "birke").await;
    assert_eq!(sees(&caller).await, untouched);
    sign_in(&mut caller, "alder").await;
    assert_eq!(sees(&caller).await, changed, "a name is the same customer at every sign-in");
}

#[tokio::test]
async fn what_happens_at_the_vendor_happens_to_all_also_to_those_who_come_later() {
    let mut caller =
        Caller::start(Sandbox::builder().carriers(60).activity(2000).changes_interval(Duration::ZERO)).await;
    let window = [("fromDate", "2000-01-01"), ("toDate", "2100-01-01"), ("pageSize", "1")];
    sign_in(&mut caller, "alder").await;
    let before = caller.json("CarriersChanges", &window).await["FMCSAChangeCount"].as_u64().unwrap();
    caller.sandbox.advance(Duration::from_secs(86_400));
    let count = caller.json("CarriersChanges", &window).await["FMCSAChangeCount"].as_u64().unwrap();
    assert!(count > before);
    sign_in(&mut caller, "late").await;
    assert_eq!(caller.json("CarriersChanges", &window).await["FMCSAChangeCount"], count);
}

#[tokio::test]
async fn each_waits_for_its_own_polls() {
    let mut caller = Caller::small().await;
    let window = [("fromDate", "2026-03-18T08:00:00"), ("toDate", "2026-03-18T09:00:00")];
    sign_in(&mut caller, "alder").await;
    caller.json("CarriersChanges", &window).await;
    caller.failure(429, "CarriersChanges", &window).await;
    sign_in(&mut caller, "birke").await;
    caller.json("CarriersChanges", &window).await;
}

#[tokio::test]
async fn what_is_triggered_for_one_customer_happens_to_no_other() {
    let builder =
        Sandbox::builder().carriers(60).activity(2000).fixed_time(crate::noon()).changes_interval(Duration::ZERO);
    let mut caller = Caller::start(builder).await;
    let receivers = [Receiver::start().await, Receiver::start().await];
    for (receiver, name) in receivers.iter().zip(["demo", "birke"]) {
        caller.sandbox.add_webhook(Webhook::to(&receiver.url).customer(name)).unwrap();
    }
    // One without a packet, so that it shows.
    let mut dots = caller.sandbox.dot_numbers();
    dots.retain(|dot| *dot != 23868);
    let mut dot = String::new();
    for candidate in dots {
        dot = candidate.to_string();
        if caller.json("PreviewCarrier", &[("DOTNumber", &dot)]).await[0]["InProcessState"].is_null() {
            break;
        }
    }
    let untouched = all(&caller, &dot).await;
    let url = format!("{}/__sandbox/carriers/{dot}/events", caller.sandbox.base_url());
    let mut seen = 0;
    for (customer, owner) in [(None, 0), (Some("birke"), 1)] {
        for (event, notified) in [
            ("change", ""),
            ("completePacket", "carrier.packet.completed"),
            ("reportIncident", "carrier.incident_report.created"),
            ("updateIncident", "carrier.incident_report.updated"),
            ("retractIncident", "carrier.incident_report.retracted"),
            ("reportIncident", "carrier.incident_report.created"),
        ] {
            let mut body = json!({ "event": event });
            body.as_object_mut().unwrap().extend(customer.map(|name| ("customer".to_owned(), json!(name))));
            assert_eq!(caller.client.post(&url).json(&body).send().await.unwrap().status(), 204, "{body}");
            let events = |r: &Receiver| r.take().iter().map(|p| p.headers["mcp-event"].clone()).collect::<Vec<_>>();
            let came = receivers.each_ref().map(events);
            let mut expected = [Vec::new(), Vec::new()];
            expected[owner].extend((!notified.is_empty()).then(|| notified.to_owned()));
            assert_eq!(came, expected, "{body}");
            seen += 1;
        }
        // The first did it all, and the second sees nothing of it before it does so itself.
        let name = ["demo", "birke"][owner];
        sign_in(&mut caller, name).await;
        assert_ne!(all(&caller, &dot).await, untouched, "{name}");
        let next = ["birke", "third"][owner];
        sign_in(&mut caller, next).await;
        assert_eq!(all(&caller, &dot).await, untouched, "{next}");
    }
    assert_eq!(seen, 12);
    for bad in [json!({ "event": "change", "customer": "" }), json!({ "event": "change", "customer": "x".repeat(101) })]
    {
        assert_eq!(caller.client.post(&url).json(&bad).send().await.unwrap().status(), 400, "{bad}");
    }
    // What was triggered survives a restart.
    let kept = caller.sandbox.snapshot();
    sign_in(&mut caller, "demo").await;
    let then = all(&caller, &dot).await;
    let mut again = Caller::start(Sandbox::builder().snapshot(kept).changes_interval(Duration::ZERO)).await;
    sign_in(&mut again, "demo").await;
    assert_eq!(all(&again, &dot).await, then);
}

/// What one customer sees of a carrier, without the identities that differ between answers and names of customers.
async fn all(caller: &Caller, dot: &str) -> Vec<Value> {
    let window = [("fromDate", "2026-03-18T12:00:00"), ("toDate", "2026-03-19T00:00:00")];
    let number = [("DOTNumber", dot)];
    let preview = caller.json("PreviewCarrier", &number).await;
    let incidents = caller.json("GetCarrierIncidentReports", &number).await;
    let changes = caller.json("CarriersChanges", &window).await;
    vec![
        preview[0]["InProcessState"].clone(),
        preview[0]["IncidentReports"].clone(),
        incidents["IncidentReports"].clone(),
        changes["FMCSAChangeCount"].clone(),
        caller.json("CompletedPackets", &window).await,
        caller.json("MonitoredCarrierData", &[("pageSize", "500")]).await,
    ]
}

#[tokio::test]
async fn each_customer_is_a_company_of_its_own_wherever_the_vendor_names_it() {
    let mut caller = Caller::small().await;
    let mut known = Vec::new();
    for name in ["demo", "alder", "birke", "birke@broker.example"] {
        let receiver = Receiver::start().await;
        let id = caller.sandbox.add_webhook(Webhook::to(&receiver.url).customer(name)).unwrap();
        caller.sandbox.send_event(id, WebhookEvent::PacketCompleted, 23868).unwrap();
        caller.sandbox.deliveries_done().await;
        let body: Value = serde_json::from_str(&receiver.take()[0].body).unwrap();
        let named = &body["eventData"]["customer"];
        let number = named["customerID"].as_u64().unwrap();

        sign_in(&mut caller, name).await;
        let record = caller.json("GetCarrierData", &[("DOTNumber", "23868")]).await;
        let mut numbers = Vec::new();
        let mut companies = Vec::new();
        walk(&record, &mut |field, value| match field {
            "CustomerID" => numbers.push(value.as_u64().unwrap()),
            "CompanyName" => {
                companies.extend(value.as_str().filter(|name| name.contains("Brokerage")).map(str::to_owned))
            }
            _ => {}
        });
        assert!(numbers.len() >= 5 && numbers.iter().all(|own| *own == number), "{name}: {numbers:?}");
        assert!(!companies.is_empty() && companies.iter().all(|own| named["companyName"] == **own), "{name}");
        let preview = caller.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
        walk(&preview, &mut |field, value| assert!(field != "CustomerID" || *value == number, "{name}: {value}"));

        // Its agreement holds its number, and is nobody else's to read.
        let blob = body["eventData"]["agreement"]["agreementImageBlobName"].as_str().unwrap().to_owned();
        assert!(blob.starts_with(&format!("company-agreement/{number}/")), "{blob}");
        assert_eq!(caller.send("GetDocument", &[("name", &blob)]).await.status(), 200, "{name}");
        sign_in(&mut caller, "stranger").await;
        assert_eq!(caller.send("GetDocument", &[("name", &blob)]).await.status(), 404, "{name}");
        known.push((number, named["companyName"].as_str().unwrap().to_owned()));
    }
    assert_eq!(known[0], (12, "Example Brokerage LLC".to_owned()));
    let companies: std::collections::BTreeSet<_> = known.iter().collect();
    assert_eq!(companies.len(), known.len());
}

fn walk(value: &Value, look: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, look)),
        Value::Object(fields) => {
            for (name, field) in fields {
                look(name, field);
                walk(field, look);
            }
        }
        _ => {}
    }
}
