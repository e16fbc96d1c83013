//! Webhooks and feeds agree: what one reports, the other has, whoever asks and however time passes.

use std::collections::BTreeMap;
use std::time::Duration;

use mycarrierpackets_sandbox::{Builder, Sandbox, Webhook, WebhookEvent};
use serde_json::Value;

use crate::Caller;
use crate::customers::sign_in;
use crate::receiver::Receiver;

const DAY: Duration = Duration::from_secs(86_400);

fn still() -> Builder {
    let builder = Sandbox::builder().carriers(60).activity(2000).fixed_time(crate::noon());
    builder.token_lifetime(500 * DAY).changes_interval(Duration::ZERO)
}

/// An instant without its offset and the zeros at its end.
fn plain(time: &Value) -> String {
    let text = time.as_str().unwrap().trim_end_matches('Z');
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// The events that came, each with the carrier, in order of time.
fn reported(receiver: &Receiver) -> Vec<(String, u64, Value)> {
    let mut reported: Vec<_> = receiver
        .take()
        .iter()
        .map(|posted| {
            let body: Value = serde_json::from_str(&posted.body).unwrap();
            (plain(&body["eventDateTime"]), body["eventData"]["carrier"]["dotNumber"].as_u64().unwrap(), body)
        })
        .collect();
    reported.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    reported
}

async fn completed(caller: &Caller, from: &str, to: &str) -> Vec<(String, u64)> {
    let rows = caller.json("CompletedPackets", &[("fromDate", from), ("toDate", to)]).await;
    let row = |row: &Value| (plain(&row["CompletedDate"]), row["DOTNumber"].as_u64().unwrap());
    let mut rows: Vec<_> = rows.as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn each_completed_packet_is_reported_once_from_the_subscription_on() {
    let (mut caller, mine, others) = (Caller::start(still()).await, Receiver::start().await, Receiver::start().await);
    for dot in caller.sandbox.dot_numbers().iter().take(30) {
        let invited = [("DOTNumber", &*dot.to_string()), ("carrierEmail", "ada@carrier.example")];
        caller.json("EmailPacketInvitation", &invited).await;
    }
    // A day that nobody looks at, then the subscription, then days in leaps of several sizes.
    caller.sandbox.advance(DAY);
    caller.sandbox.add_webhook(Webhook::to(&mine.url).events([WebhookEvent::PacketCompleted])).unwrap();
    let birke = Webhook::to(&others.url).customer("birke").events([WebhookEvent::PacketCompleted]);
    caller.sandbox.add_webhook(birke).unwrap();
    for leap in [DAY / 24, DAY / 3, DAY, 2 * DAY] {
        caller.sandbox.advance(leap);
        caller.json("MonitoredCarriers", &[("pageSize", "1")]).await;
    }
    assert!(caller.sandbox.complete_packet(23868));
    caller.sandbox.deliveries_done().await;
    let events = reported(&mine);
    let came: Vec<_> = events.iter().map(|(at, dot, _)| (at.clone(), *dot)).collect();
    let window = ("2026-03-19T12:00:00.0000001", "2026-03-23T12:00:00");
    let rows = completed(&caller, window.0, window.1).await;
    assert!(rows.len() > 200, "{}", rows.len());
    assert_eq!(came, rows);
    let invited = rows.len();

    sign_in(&mut caller, "birke").await;
    let rows = completed(&caller, window.0, window.1).await;
    assert!(rows.len() > 200 && rows.len() < invited, "of an invitation only its customer hears");
    let came: Vec<_> = reported(&others).into_iter().map(|(at, dot, _)| (at, dot)).collect();
    assert_eq!(came, rows);

    // The carrier's agreement is the one that was reported last.
    sign_in(&mut caller, "demo").await;
    let last: BTreeMap<u64, &Value> = events.iter().map(|(_, dot, body)| (*dot, body)).collect();
    for (dot, body) in last {
        let record = caller.json("GetCarrierData", &[("DOTNumber", &dot.to_string())]).await;
        let (own, event) = (&record["CarrierCustomerAgreements"][0], &body["eventData"]["agreement"]);
        assert_eq!(plain(&own["SignatureDate"]), plain(&event["signatureDate"]), "{dot}");
        assert!(!event["signatureDate"].as_str().unwrap().ends_with('Z'), "without an offset");
        let image = &own["CarrierCustomerAgreementImages"][0]["BlobName"];
        assert_eq!((image, &own["SignaturePerson"]), (&event["agreementImageBlobName"], &event["signaturePerson"]));
    }
}

#[tokio::test]
async fn incidents_that_come_with_time_are_in_the_feed_and_in_the_reports() {
    let (caller, receiver) = (Caller::start(still()).await, Receiver::start().await);
    use WebhookEvent::{IncidentReportCreated, IncidentReportRetracted, IncidentReportUpdated};
    let incidents = [IncidentReportCreated, IncidentReportUpdated, IncidentReportRetracted];
    let before: BTreeMap<u64, usize> = listed(&caller).await.into_iter().map(|(dot, own)| (dot, own.len())).collect();
    caller.sandbox.add_webhook(Webhook::to(&receiver.url).events(incidents)).unwrap();
    caller.sandbox.advance(40 * DAY);
    caller.sandbox.deliveries_done().await;
    let events = reported(&receiver);
    let rows = changes(&caller, "2026-03-18T12:00:00.0000001", "2026-04-27T12:00:00").await;
    let mut standing: BTreeMap<u64, usize> = before.clone();
    let of = |name: &str| events.iter().filter(|(_, _, body)| body["eventType"] == name).count();
    assert!(of("carrier.incident_report.created") >= 15 && of("carrier.incident_report.updated") > 0);
    assert!(of("carrier.incident_report.retracted") > 0);
    for (at, dot, body) in &events {
        assert!(rows.contains(&(at.clone(), *dot)), "{dot} has a row at {at}");
        let report = &body["eventData"]["incidentReport"];
        match body["eventType"].as_str().unwrap() {
            "carrier.incident_report.created" => {
                assert_eq!((plain(&report["createdDate"]), &report["modifiedDate"]), (at.clone(), &Value::Null));
                *standing.get_mut(dot).unwrap() += 1;
            }
            event => {
                assert_eq!((plain(&report["modifiedDate"]), &report["modifiedBy"]), (at.clone(), &"brenda".into()));
                *standing.get_mut(dot).unwrap() -= usize::from(event == "carrier.incident_report.retracted");
            }
        }
    }
    let after = listed(&caller).await;
    assert_eq!(after.iter().map(|(dot, own)| (*dot, own.len())).collect::<BTreeMap<_, _>>(), standing);
}

/// The incident reports of all carriers that are monitored.
async fn listed(caller: &Caller) -> BTreeMap<u64, Vec<Value>> {
    let mut all = BTreeMap::new();
    for dot in &caller.sandbox.dot_numbers()[..60] {
        let answer = caller.json("GetCarrierIncidentReports", &[("DOTNumber", &*dot.to_string())]).await;
        all.insert(u64::from(*dot), answer["IncidentReports"].as_array().cloned().unwrap_or_default());
    }
    all
}

async fn changes(caller: &Caller, from: &str, to: &str) -> Vec<(String, u64)> {
    let mut rows = Vec::new();
    for page in 1.. {
        let query = [("fromDate", from), ("toDate", to), ("pageSize", "500"), ("pageNumber", &*page.to_string())];
        let answer = caller.json("CarriersChanges", &query).await;
        let list = answer["CarrierList"].as_array().unwrap();
        let mut known = BTreeMap::new();
        for row in list {
            let details = &row["CarrierDetails"];
            if let Some(id) = details["$id"].as_str() {
                known.insert(id, details["dotNumber"]["Value"].as_str().unwrap());
            }
            let dot = match details["$ref"].as_str() {
                Some(id) => known[id],
                None => details["dotNumber"]["Value"].as_str().unwrap(),
            };
            rows.push((plain(&row["ChangeDateTime"]), dot.parse().unwrap()));
        }
        if list.is_empty() {
            return rows;
        }
    }
    rows
}

#[tokio::test]
async fn reports_sent_by_hand_are_of_their_kind_and_match_what_the_operation_lists() {
    let (caller, receiver) = (Caller::start(still().activity(20)).await, Receiver::start().await);
    let id = caller.sandbox.add_webhook(Webhook::to(&receiver.url)).unwrap();
    let listed = listed(&caller).await;
    let of = |count: usize| *listed.iter().find(|(dot, own)| **dot != 23868 && own.len() == count).unwrap().0;
    for dot in [23868, of(0), of(1), of(2), of(3)] {
        let mut reports = Vec::new();
        for event in [
            WebhookEvent::IncidentReportCreated,
            WebhookEvent::IncidentReportUpdated,
            WebhookEvent::IncidentReportRetracted,
        ] {
            caller.sandbox.send_event(id, event, dot.try_into().unwrap()).unwrap();
            caller.sandbox.deliveries_done().await;
            let (_, _, body) = reported(&receiver).remove(0);
            assert_eq!(body["eventType"], event.name());
            let report = body["eventData"]["incidentReport"].clone();
            assert!(!report.to_string().contains("$ref") && !report.to_string().contains("$id"), "{report}");
            reports.push(report);
        }
        let [created, updated, retracted] = &reports[..] else { panic!("three reports") };
        assert_eq!((&created["modifiedBy"], &created["modifiedDate"]), (&Value::Null, &Value::Null));
        assert_eq!(updated["modifiedBy"], "brenda");
        assert!(updated["modifiedDate"].as_str() > updated["createdDate"].as_str(), "{dot}: {updated}");
        assert_eq!(retracted["modifiedDate"], "2026-03-18T12:00:00");
        // They are about one report, and the last that there is.
        if let Some(last) = listed[&dot].last() {
            for report in &reports {
                for (field, own) in
                    [("incidentDate", "IncidentDate"), ("createdDate", "CreatedDate"), ("originCity", "OriginCity")]
                {
                    assert_eq!(report[field], last[own], "{dot} {field}");
                }
            }
            let modified = &last["ModifiedDate"];
            assert!(modified.is_null() || updated["modifiedDate"] == *modified, "{dot}");
        }
    }
}
