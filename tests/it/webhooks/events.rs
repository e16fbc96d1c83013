//! What a signed body says: all that it can, and nothing that it does not.

use super::vectors::accepted;
use mycarrierpackets::types::{CommenterType, GeolocationMethod, UserRole, VerificationStatus};
use mycarrierpackets::types::{VinVerificationOutcome, WebhookEventType};
use mycarrierpackets::webhook::{Event, EventDetail, Verifier, WebhookError};
use serde_json::{Value, json};

fn verifier() -> Verifier {
    Verifier::new("example-secret").unwrap()
}

fn read(body: impl AsRef<[u8]>) -> Result<Event, WebhookError> {
    let (verifier, body) = (verifier(), body.as_ref().to_vec());
    verifier.verify_signature(verifier.sign(&body), body).unwrap().event()
}

fn event(body: &Value) -> Event {
    read(body.to_string()).unwrap_or_else(|error| panic!("{body}: {error}"))
}

fn published(event_type: &str) -> (Value, Event) {
    let vector = accepted().into_iter().find(|vector| vector.name == event_type).unwrap();
    (serde_json::from_str(&vector.body).unwrap(), read(vector.body).unwrap())
}

/// The detail as JSON, to compare it with what came.
fn detail(event: &Event) -> (&'static str, Value) {
    let (name, value) = match &event.detail {
        EventDetail::PacketCompleted(agreement) => ("agreement", serde_json::to_value(agreement)),
        EventDetail::IncidentReportCreated(report)
        | EventDetail::IncidentReportUpdated(report)
        | EventDetail::IncidentReportRetracted(report) => ("incidentReport", serde_json::to_value(report)),
        EventDetail::VinVerificationCompleted(vin) => ("vinVerificationDetail", serde_json::to_value(vin)),
        EventDetail::UserVerificationCompleted(user) => ("userVerificationDetail", serde_json::to_value(user)),
        EventDetail::Unknown(json) => ("", Ok(json.clone())),
        other => panic!("{other:?}"),
    };
    (name, value.unwrap())
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, field)| !field.is_null());
            Value::Object(kept.map(|(name, field)| (name.clone(), without_nulls(field))).collect())
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

#[test]
fn every_value_of_the_published_forms_is_there() {
    for known in WebhookEventType::KNOWN {
        let (body, event) = published(known.as_str());
        let (name, detail) = detail(&event);
        assert_eq!(&event.event_type, known);
        assert_eq!(event.occurred_at.as_ref().map(|at| at.as_str()), body["eventDateTime"].as_str());
        assert!(event.occurred_at.as_ref().unwrap().instant().is_some());
        assert_eq!(without_nulls(&detail), without_nulls(&body["eventData"][name]), "{known}");
        let carrier = serde_json::to_value(event.carrier.as_ref().unwrap()).unwrap();
        assert_eq!(carrier, without_nulls(&body["eventData"]["carrier"]), "{known}");
        assert_eq!(serde_json::to_value(event.customer.as_ref().unwrap()).unwrap(), body["eventData"]["customer"]);
        assert_eq!(event.carrier_id(), "DOT 9900417 MC9900417".parse().ok());
        assert!(event.unreadable.is_empty() && event.extra.is_empty() && event.data_extra.is_empty(), "{event:?}");
    }
}

#[test]
fn a_type_is_the_variant_of_its_name() {
    let kinds = WebhookEventType::KNOWN.iter().map(|known| match published(known.as_str()).1.detail {
        EventDetail::PacketCompleted(_) => "carrier.packet.completed",
        EventDetail::IncidentReportCreated(_) => "carrier.incident_report.created",
        EventDetail::IncidentReportUpdated(_) => "carrier.incident_report.updated",
        EventDetail::IncidentReportRetracted(_) => "carrier.incident_report.retracted",
        EventDetail::VinVerificationCompleted(_) => "carrier.vin_verification.completed",
        EventDetail::UserVerificationCompleted(_) => "carrier.user_verification.completed",
        other => panic!("{other:?}"),
    });
    assert!(kinds.eq(WebhookEventType::KNOWN.iter().map(WebhookEventType::as_str)));
}

#[test]
fn known_words_are_typed_and_others_are_kept_and_are_not_good() {
    let user = |status: Value, role: &str| {
        let detail = json!({"verificationStatus": status, "role": role});
        let body = json!({"eventType": "carrier.user_verification.completed", "eventData": {"userVerificationDetail": detail}});
        match event(&body).detail {
            EventDetail::UserVerificationCompleted(user) => *user,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(user(json!("Verified"), "Driver").role, Some(UserRole::Driver));
    assert_eq!(user(json!("Verified"), "Other").role, Some(UserRole::SomethingElse));
    assert_eq!(user(json!("Verified"), "Broker").role, Some(UserRole::Other("Broker".into())));
    assert_eq!(user(json!("verified"), "").verification_status, Some(VerificationStatus::Verified));
    for status in
        [json!("Verified?"), json!("Unverified"), json!(""), json!(true), json!(1), json!(["Verified"]), Value::Null]
    {
        assert_ne!(user(status.clone(), "").verification_status, Some(VerificationStatus::Verified), "{status}");
    }
    let kept = user(json!("Reverified"), "").verification_status.unwrap();
    assert_eq!((kept.as_str(), kept.is_known()), ("Reverified", false));

    let (_, vin) = published("carrier.vin_verification.completed");
    let EventDetail::VinVerificationCompleted(vin) = vin.detail else { panic!() };
    assert_eq!(vin.vin_verification_status, Some(VinVerificationOutcome::VinBelongsToAnotherCarrier));
    assert_eq!(vin.other_dot_number.map(|dot| dot.get()), Some(9_900_532));
    assert_eq!(vin.image_uploaded_geolocation.unwrap().method, Some(GeolocationMethod::IpAddress));
    let (_, report) = published("carrier.incident_report.updated");
    let EventDetail::IncidentReportUpdated(report) = report.detail else { panic!() };
    let sides: Vec<_> = report.comments.unwrap().into_iter().map(|comment| comment.commenter_type.unwrap()).collect();
    assert_eq!(sides, [CommenterType::ReportingParty, CommenterType::RespondingParty]);
    assert_eq!(report.incident_date.unwrap().date(), Some(jiff::civil::date(2025, 4, 22)));
}

#[test]
fn an_unknown_type_keeps_all_that_came() {
    let body = json!({"eventType": "carrier.insurance.expired", "eventDateTime": "2026-03-18T08:30:00Z", "new": 1,
        "eventData": {"carrier": {"dotNumber": 9_900_417}, "policy": {"days": [1, null]}}});
    let unknown = event(&body);
    assert_eq!(unknown.event_type, WebhookEventType::Other("carrier.insurance.expired".into()));
    assert_eq!(unknown.detail, EventDetail::Unknown(body.clone()));
    assert_eq!(unknown.carrier_id(), "DOT 9900417".parse().ok(), "whom it is about is known all the same");
    assert_eq!((&unknown.extra["new"], &unknown.data_extra["policy"]), (&body["new"], &body["eventData"]["policy"]));
    for none in [json!({}), json!({"eventType": null}), json!({"eventType": {}}), json!({"eventType": ""})] {
        let event = event(&none);
        assert_eq!(event.event_type, WebhookEventType::Other("".into()), "{none}");
        assert_eq!(event.detail, EventDetail::Unknown(none));
        assert_eq!(event.carrier_id(), None);
    }
}

#[test]
fn unknown_fields_are_kept_at_every_depth() {
    for known in WebhookEventType::KNOWN {
        let (mut body, _) = published(known.as_str());
        fn mark(value: &mut Value) {
            match value {
                Value::Object(fields) => {
                    fields.values_mut().for_each(mark);
                    fields.insert("newField".into(), json!({"a": [1, "x"]}));
                }
                Value::Array(items) => items.iter_mut().for_each(mark),
                _ => {}
            }
        }
        mark(&mut body);
        let event = event(&body);
        let (name, detail) = detail(&event);
        assert_eq!(without_nulls(&detail), without_nulls(&body["eventData"][name]), "{known}");
        assert!(detail.to_string().contains("newField"));
        for extra in [&event.extra, &event.data_extra, &event.carrier.unwrap().extra, &event.customer.unwrap().extra] {
            assert_eq!(extra.get("newField"), Some(&body["newField"]), "{known}");
        }
    }
}

#[test]
fn a_part_of_another_type_is_kept() {
    let body = json!({"eventType": "carrier.packet.completed",
        "eventData": {"agreement": {}, "incidentReport": {"originCity": "Provo"}}});
    let event = event(&body);
    assert_eq!(event.data_extra["incidentReport"], body["eventData"]["incidentReport"]);
    assert_eq!(event.data_extra.len(), 1);
}

#[test]
fn a_value_that_cannot_be_read_costs_its_own_field() {
    let wrong = |detail: Value| {
        let body = json!({"eventType": "carrier.packet.completed", "eventDateTime": "2026-03-18T08:30:00Z",
            "eventData": {"carrier": {"dotNumber": 9_900_417, "legalName": "Prairie Lantern"}, "agreement": detail}});
        event(&body)
    };
    for (detail, path) in [
        (json!([7]), "eventData.agreement[0]"),
        (json!("text"), "eventData.agreement"),
        (json!({"signatureDate": {}}), "eventData.agreement.signatureDate"),
        (json!({"agreementImageBlobName": 7}), "eventData.agreement.agreementImageBlobName"),
        (json!({"ipAddress": "203.0.113.7"}), "eventData.agreement.ipAddress"),
        (json!({"geolocation": {"latitude": "north"}}), "eventData.agreement.geolocation.latitude"),
    ] {
        let event = wrong(detail.clone());
        assert_eq!(event.unreadable, [path], "{detail}");
        assert!(matches!(event.detail, EventDetail::PacketCompleted(_)), "{detail}");
        assert_eq!(event.carrier.unwrap().legal_name.as_deref(), Some("Prairie Lantern"), "{detail}");
        assert!(event.occurred_at.is_some());
    }
    let (mut body, _) = published("carrier.incident_report.created");
    body["eventData"]["incidentReport"]["comments"] = json!([{"comment": "one"}, 7, null, {"comment": {}}]);
    let event = event(&body);
    let EventDetail::IncidentReportCreated(report) = event.detail else { panic!() };
    assert_eq!(report.comments.unwrap()[0].comment.as_deref(), Some("one"));
    assert_eq!(report.origin_city.as_deref(), Some("Provo"));
    assert!(event.unreadable.len() >= 2, "{:?}", event.unreadable);
}

#[test]
fn texts_and_numbers_stand_for_each_other() {
    let body = json!({"eventType": "carrier.packet.completed", "eventData": {
        "carrier": {"dotNumber": "00023868", "docketNumber": "MC000113843"}, "customer": {"customerID": "4711"},
        "agreement": {"signaturePersonPhoneNumber": 8_015_550_123_i64, "geolocation": {"latitude": "40.5"}}}});
    let event = event(&body);
    assert_eq!(event.carrier_id(), "DOT 23868 MC113843".parse().ok());
    assert_eq!(event.customer.unwrap().customer_id, Some(4711));
    let EventDetail::PacketCompleted(agreement) = event.detail else { panic!() };
    assert_eq!(agreement.signature_person_phone_number.as_deref(), Some("8015550123"));
    assert_eq!(agreement.geolocation.unwrap().latitude, Some(40.5));
    assert!(event.unreadable.is_empty(), "{:?}", event.unreadable);
}

#[test]
fn what_is_signed_and_not_an_object_is_kept_and_not_understood() {
    for body in ["", " ", "null", "7", "\"{}\"", "[]", "[{}]", "[null,null,null]", "{", "{}{}", "<html>", "\u{feff}"] {
        assert_eq!(read(body), Err(WebhookError::NotUnderstood), "{body:?}");
    }
    for body in ["{}", " {} ", "{\"eventType\":1}", "{\"a\":1,\"a\":2}"] {
        assert!(read(body).is_ok(), "{body:?}");
    }
    // What is not UTF-8 costs its own text.
    let event = read(b"{\"eventType\":\"carrier.packet.completed\",\"eventData\":{\"carrier\":{\"legalName\":\"\xff\",\"dotNumber\":7}}}");
    let event = event.unwrap();
    assert_eq!(event.event_type, WebhookEventType::CarrierPacketCompleted);
    assert_eq!(event.carrier_id(), "DOT 7".parse().ok());
    assert_eq!(event.unreadable, ["eventData.carrier.legalName"]);
}

#[test]
fn the_type_is_that_of_the_body_whatever_the_header_says() {
    let body = r#"{"eventType":"carrier.incident_report.retracted"}"#;
    for (header, contradicts) in [
        (None, false),
        (Some("carrier.incident_report.retracted"), false),
        (Some(" carrier.incident_report.retracted "), false),
        (Some("carrier.incident_report.created"), true),
        (Some("carrier.packet.completed"), true),
        (Some(""), true),
    ] {
        let mut headers = mycarrierpackets::http::HeaderMap::new();
        headers.insert("mcp-signature", verifier().sign(body).parse().unwrap());
        if let Some(header) = header {
            headers.insert("mcp-event", header.parse().unwrap());
        }
        let event = verifier().verify(&headers, body).unwrap().event().unwrap();
        assert!(matches!(event.detail, EventDetail::IncidentReportRetracted(_)), "{header:?}");
        assert_eq!(event.contradicting_header.as_deref(), header.filter(|_| contradicts), "{header:?}");
    }
}
