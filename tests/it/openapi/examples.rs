//! Every example is as its schema says, and the checker that says so can fail.

use crate::support::{
    contract,
    schema::{Mode, examples, spec, validate, validate_answer, validate_schema},
};
use serde_json::{Value, json};

#[test]
fn every_operation_has_an_example_answer() {
    for (path, verb, op) in contract::operations(spec()) {
        let content = contract::entries(&op["responses"]["200"]["content"]);
        let mut examples = content.filter(|(_, media)| media.get("example").is_some() || media["examples"].is_object());
        assert!(examples.next().is_some(), "{verb} {path} has no example");
    }
}

#[test]
fn every_example_is_as_its_schema_says() {
    let examples = examples();
    let faults: Vec<_> = examples
        .iter()
        .flat_map(|(place, schema, value)| {
            let faults = validate_schema(schema, value, Mode::Strict);
            faults.into_iter().map(move |fault| format!("{place}: {fault}"))
        })
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(examples.iter().any(|(place, ..)| place.contains("/responses/ApiError/")), "no error answer was checked");
    assert!(examples.iter().any(|(place, ..)| place.contains("requestBody")), "no request body was checked");
    assert!(examples.len() > 60, "{}", examples.len());
}

#[test]
fn the_pagination_header_shows_its_four_fields() {
    let text = spec()["components"]["headers"]["X-Pagination"]["schema"]["example"].as_str().unwrap();
    let header: Value = serde_json::from_str(text).unwrap();
    for field in ["pageNumber", "pageSize", "totalPages", "totalCount"] {
        assert!(header[field].is_u64(), "{header}");
    }
}

#[test]
fn a_bad_example_is_refused_where_it_is_bad() {
    let cases = [
        ("preview_carrier", json!([{"CarrierID": "x"}]), "/0/CarrierID"),
        ("preview_carrier", json!([{"IsMonitored": "Yes"}]), "/0/IsMonitored"),
        ("preview_carrier", json!([{"CarrierID": 3_000_000_000_u64}]), "/0/CarrierID"),
        ("preview_carrier", json!([{"StatusDate": "04/22/2025"}]), "/0/StatusDate"),
        ("preview_carrier", json!([{"RiskAssessmentDetails": {"Safety": {"Infractions": [7]}}}]), "/Infractions/0"),
        ("preview_carrier", json!([{"Emails": {"$id": "2"}}]), "/0/Emails"),
        ("preview_carrier", json!([null]), "/0"),
        ("preview_carrier", json!("<html>"), ""),
        ("preview_carrier", json!([{"DotNumber": {}}]), "/0/DotNumber"),
        ("get_carrier_data", json!({"$id": 1}), "/$id"),
        ("get_carrier_data", json!({"CarrierBank": {"CarrierBankName": 5}}), "/CarrierBank/CarrierBankName"),
        ("monitored_carrier_data", json!({"data": {"$values": [{"isBlocked": 1}]}}), "/data/$values/0/isBlocked"),
    ];
    for (operation, answer, place) in cases {
        for mode in [Mode::Generous, Mode::Strict] {
            let faults = validate_answer(operation, &answer, mode);
            assert!(
                faults.iter().any(|f| f.split(": ").next().is_some_and(|p| p.ends_with(place))),
                "{answer}: {faults:?}"
            );
        }
    }
    for (operation, reason) in [("no_such_operation", "not in the document"), ("get_document", "not answer JSON")] {
        let faults = validate(operation, &json!({}));
        assert!(faults.len() == 1 && faults[0].contains(reason), "{faults:?}");
    }
}

#[test]
fn what_the_wire_does_is_allowed() {
    let cases = [
        ("preview_carrier", json!([])),
        ("preview_carrier", json!({"$id": "1", "DotNumber": 23868})),
        ("preview_carrier", json!([{"$id": "1", "DotNumber": "23868", "Emails": null, "CertData": {"$ref": "1"}}])),
        (
            "preview_carrier",
            json!([{"StatusDate": "2025-05-05T08:33:32.5971191"}, {"StatusDate": "2024-01-15T14:30:00Z"}]),
        ),
        (
            "preview_carrier",
            json!([{"StatusDate": null, "RiskAssessmentDetails": {"Safety": {"Infractions": ["text"]}}}]),
        ),
        ("get_carrier_contacts", json!([{"Success": true}])),
        ("get_carrier_data", json!({"RiskAssessmentDetails": {"Overall": "Low", "Safety": "Pass"}})),
        ("block_carrier", json!("Carrier is blocked.")),
        ("monitored_carrier_data", json!({"data": {"$id": "2", "$values": [{"isBlocked": true}]}})),
    ];
    for (operation, answer) in cases {
        assert_eq!(validate_answer(operation, &answer, Mode::Strict), Vec::<String>::new(), "{answer}");
        assert_eq!(validate(operation, &answer), Vec::<String>::new(), "{answer}");
    }
}

#[test]
fn strict_refuses_a_field_the_document_does_not_have() {
    let cases = [
        ("preview_carrier", json!([{"Surprise": 1}]), "Surprise"),
        ("preview_carrier", json!([{"CertData": {"Certificates": [{"surprise": 1}]}}]), "surprise"),
        ("monitored_carriers", json!([{"dotNumber": 23868}]), "dotNumber"),
    ];
    for (operation, answer, field) in cases {
        assert_eq!(validate(operation, &answer), Vec::<String>::new(), "{answer}");
        let faults = validate_answer(operation, &answer, Mode::Strict);
        assert!(faults.len() == 1 && faults[0].contains(field), "{faults:?}");
    }
}
