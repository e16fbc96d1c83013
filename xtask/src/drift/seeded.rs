//! Clean traffic, and deviations planted in it: each is found, and nothing of what was captured is shown.

use super::exchange::exchanges;
use super::tally::{Report, Tally};
use super::{as_json, check, text};
use crate::document;
use crate::mutate::{broken, places};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SPEC: &str = include_str!("../../../spec/openapi.yaml");
/// Calls of every operation at the sandbox, as its control API lists them. All data is invented.
const TRAFFIC: &str = include_str!("../../tests/it/traffic.jsonl");
/// Part of every value and of every odd name that is planted.
const CANARY: &str = "Canary";

/// A call in the sandbox's log, and the JSON of its answer.
struct Call {
    call: Value,
    body: Value,
}

impl Call {
    fn all() -> Vec<Value> {
        TRAFFIC.lines().map(|line| serde_json::from_str(line).expect("a call")).collect()
    }

    /// The first good call of an operation.
    fn of(operation: &str) -> Self {
        let is_good = |call: &&Value| call["operation"] == operation && call["status"] == 200;
        let call = Self::all().iter().find(is_good).cloned().unwrap_or_else(|| panic!("no {operation}"));
        let body = call["answer"]["body"].as_str().and_then(|text| serde_json::from_str(text).ok());
        Self { call, body: body.unwrap_or_default() }
    }

    fn at(&mut self, place: &str) -> &mut Value {
        self.body.pointer_mut(place).unwrap_or_else(|| panic!("no {place}"))
    }

    fn answer(&mut self, text: &str) {
        self.body = Value::Null;
        self.call["answer"]["body"] = json!(text);
        self.call["answer"]["size"] = json!(text.len());
    }

    fn header(&mut self, name: &str, value: Option<&str>) {
        let headers = self.call["answer"]["headers"].as_array_mut().expect("headers");
        headers.retain(|pair| pair[0] != name);
        headers.extend(value.map(|value| json!([name, value])));
    }

    fn finished(mut self) -> Value {
        if !self.body.is_null() {
            let text = self.body.to_string();
            self.answer(&text);
        }
        self.call
    }
}

fn report<'a>(doc: &'a Value, lines: impl Iterator<Item = &'a Value>) -> Report {
    let mut tally = Tally::new(doc);
    for (n, line) in lines.enumerate() {
        tally.current = format!("traffic:{}", n + 1);
        for exchange in exchanges(line).expect("an exchange") {
            check::check(&mut tally, &exchange);
        }
    }
    tally.findings("spec/openapi.yaml", |_| 1)
}

/// What is planted, in a call of which operation, how; the class that it is found under, and a part of where.
type Case = (&'static str, &'static str, fn(&mut Call), &'static str, &'static str);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("an unknown operation", "PreviewCarrier", |c| c.call["path"] = json!("/api/v1/Carrier/PreviewDriver/Canary12345"), "operation", "request"),
    ("an operation of a documented word", "PreviewCarrier", |c| c.call["path"] = json!("/api/v1/Carrier/PreviewDriver"), "operation", "request"),
    ("another verb", "PreviewCarrier", |c| c.call["method"] = json!("PUT"), "method", "request"),
    ("a verb that is none", "PreviewCarrier", |c| c.call["method"] = json!("CANARYCanary"), "method", "request"),
    ("an unknown parameter", "PreviewCarrier", |c| c.call["query"] = json!([["DOTNumber", "9900123"], ["includeHistory", "Canary"]]), "parameter", "query/includeHistory"),
    ("a parameter that is data", "PreviewCarrier", |c| c.call["query"] = json!([["CanaryQuill", "1"]]), "parameter", "query/(name withheld)"),
    ("a parameter of another type", "PreviewCarrier", |c| c.call["query"] = json!([["DOTNumber", "Canary"]]), "parameter-type", "query/DOTNumber"),
    ("a time that is none", "CompletedPackets", |c| c.call["query"] = json!([["fromDate", "Canary"], ["toDate", "2026-03-18T08:30:00"]]), "parameter-type", "query/fromDate"),
    ("no required parameter", "CompletedPackets", |c| c.call["query"] = json!([["toDate", "2026-03-18T08:30:00"]]), "parameter-missing", "query/fromDate"),
    ("a path parameter of another type", "CarrierPacket", |c| c.call["path"] = json!("/api/Download/CarrierPacket/Canary"), "parameter-type", "path/DOTNumber"),
    ("no token", "PreviewCarrier", |c| c.call["headers"] = json!([["host", "Canary"]]), "token", "request"),
    ("an undocumented status", "PreviewCarrier", |c| c.call["status"] = json!(302), "status", "answer"),
    ("another success", "RequestMonitoring", |c| c.call["status"] = json!(202), "status", "answer"),
    ("another media type", "PreviewCarrier", |c| c.header("content-type", Some("text/css; charset=Canary")), "media-type", "answer"),
    ("a media type that is data", "PreviewCarrier", |c| c.header("content-type", Some("text/x-Canary")), "media-type", "answer"),
    ("no media type", "PreviewCarrier", |c| c.header("content-type", None), "media-type", "answer"),
    ("the media type twice", "PreviewCarrier", |c| { let headers = c.call["answer"]["headers"].as_array_mut().expect("headers"); headers.push(json!(["content-type", "application/json"])); }, "header-twice", "answer"),
    ("an unknown header", "PreviewCarrier", |c| c.header("x-rate-limit", Some("Canary")), "header", "headers/x-rate-limit"),
    ("a header that is data", "PreviewCarrier", |c| c.header("x-Canary-quill", Some("1")), "header", "headers/(name withheld)"),
    ("pages that are no JSON", "MonitoredCarriers", |c| c.header("x-pagination", Some("Canary 1 of 3")), "pages", "headers/X-Pagination"),
    ("pages without a total", "MonitoredCarriers", |c| c.header("x-pagination", Some("{\"pageNumber\":1,\"Canary\":2}")), "pages", "headers/X-Pagination"),
    ("an empty answer", "PreviewCarrier", |c| c.answer(""), "body-empty", "answer"),
    ("half an answer", "PreviewCarrier", |c| c.answer("[{\"CompanyName\":\"Canary"), "body-damaged", "answer"),
    ("an unknown field", "PreviewCarrier", |c| c.at("/0")["InsuranceScore"] = json!("Canary"), "field", "/*/InsuranceScore"),
    ("an unknown field deep inside", "GetCarrierData", |c| c.at("/AssureAdvantage/0/CarrierDetails/Identity")["ScoreCanary"] = json!(1), "field", "/AssureAdvantage/*/CarrierDetails/Identity/(name withheld)"),
    ("a field that is data", "PreviewCarrier", |c| c.at("/0")["Canary Freight LLC"] = json!(1), "field", "/*/(name withheld)"),
    ("a field that repeats a value", "PreviewCarrier", |c| { c.at("/0")["City"] = json!("InsuranceCity"); c.at("/0")["InsuranceCity"] = json!("Canary"); }, "field", "/*/(name withheld)"),
    ("a map of data", "PreviewCarrier", |c| { for n in 0..20 { c.at("/0")[format!("Insurance{}Type", [ "City", "State", "Street", "Phone", "Email", "Status", "Source", "Code", "Name", "Limit", "Score", "Level", "Rank", "Group", "Kind", "Zone", "Unit", "Part", "Plan", "Rule" ][n])] = json!("Canary"); } }, "field", "/*"),
    ("an object of which nothing is known", "PreviewCarrier", |c| *c.at("/0/RiskAssessment") = json!({"CanaryOne": 1, "CanaryTwo": 2}), "field", "/*/RiskAssessment/(name withheld)"),
    ("a field in another case", "PreviewCarrier", |c| { let name = c.at("/0/CompanyName").take(); c.at("/0")["companyname"] = name; }, "field", "/*/CompanyName"),
    ("an unknown value", "PreviewCarrier", |c| *c.at("/0/RiskAssessment/Overall") = json!("Canary"), "value", "/*/RiskAssessment/Overall"),
    ("an unknown code", "PreviewCarrier", |c| *c.at("/0/Source") = json!(9_900_123), "value", "/*/Source"),
    ("a text for a number", "PreviewCarrier", |c| *c.at("/0/CarrierID") = json!("Canary"), "type", "/*/CarrierID"),
    ("a number for a text", "PreviewCarrier", |c| *c.at("/0/CompanyName") = json!(990_012_345), "type", "/*/CompanyName"),
    ("an object for a text", "PreviewCarrier", |c| *c.at("/0/City") = json!({"Canary": 1}), "type", "/*/City"),
    ("a number beyond 32 bits", "PreviewCarrier", |c| *c.at("/0/CarrierID") = json!(99_001_234_567_u64), "range", "/*/CarrierID"),
    ("a yes or no as a text", "PreviewCarrier", |c| *c.at("/0/IsMonitored") = json!("Canary"), "type", "/*/IsMonitored"),
    ("one for many", "PreviewCarrier", |c| *c.at("/0/Emails") = json!({"Email": "canary@carrier.example"}), "shape", "/*/Emails"),
    ("many for one", "PreviewCarrier", |c| *c.at("/0/RiskAssessment") = json!([{"Overall": "Moderate"}]), "shape", "/*/RiskAssessment"),
    ("a list for an object", "RequestMonitoring", |c| c.body = json!([c.body]), "shape", "/"),
    ("a text for an object", "PreviewCarrier", |c| *c.at("/0/CertData") = json!("Canary"), "text-for-object", "/*/CertData"),
    ("a number for an object", "PreviewCarrier", |c| *c.at("/0/CertData") = json!(990_012_345), "type", "/*/CertData"),
    ("null in a list", "MonitoredCarriers", |c| c.body.as_array_mut().expect("rows").push(Value::Null), "null", "/*"),
    ("a reference to nothing", "PreviewCarrier", |c| *c.at("/0/RiskAssessment") = json!({"$ref": "Canary"}), "reference", "/*/RiskAssessment"),
    ("a reference with more", "PreviewCarrier", |c| *c.at("/0/RiskAssessment") = json!({"$ref": "1", "Overall": "Moderate"}), "reference", "/*/RiskAssessment"),
    ("an id twice", "PreviewCarrier", |c| *c.at("/0/RiskAssessment/$id") = json!("1"), "reference", "answer"),
    ("a date in words", "MonitoredCarriers", |c| *c.at("/0/CreatedDate") = json!("the Canary of March"), "format", "/*/CreatedDate"),
    ("an unknown field of what is sent", "RequestMonitoring", |c| c.call["body"] = json!("{\"DOTNumber\":9900123,\"Reason\":\"Canary\"}"), "field", "/Reason"),
    ("another type of what is sent", "RequestMonitoring", |c| c.call["body"] = json!("{\"DocketNumber\":[\"Canary\"]}"), "type", "/DocketNumber"),
    ("half of what is sent", "RequestMonitoring", |c| c.call["body"] = json!("{\"DOTNumber\":\"Canary"), "body-damaged", "request"),
    ("a body where there is none", "PreviewCarrier", |c| c.call["body"] = json!("{\"x\":\"Canary\"}"), "body", "request"),
];

fn spec() -> Value {
    document::read(SPEC).expect("a document")
}

#[test]
fn clean_traffic_deviates_nowhere() {
    let (doc, calls) = (spec(), Call::all());
    let report = report(&doc, calls.iter());
    assert_eq!(text(&report, false).lines().count(), 1, "{}", text(&report, false));
    assert!(report.exchanges > 30);
    let called: BTreeSet<_> = calls.iter().filter_map(|call| call["operation"].as_str()).collect();
    assert_eq!(called.len(), document::operations(&doc).count(), "each operation was called: {called:?}");
}

#[test]
fn every_planted_deviation_is_found_and_nothing_is_shown() {
    let doc = spec();
    let mut classes = BTreeSet::new();
    for (what, operation, plant, class, place) in CASES {
        let mut call = Call::of(operation);
        plant(&mut call);
        let line = call.finished();
        let report = report(&doc, std::iter::once(&line));
        let shown = text(&report, true) + &as_json(&report).to_string();
        let found = report.findings.iter().any(|drift| drift.finding.rule == *class && drift.at.contains(place));
        assert!(found, "{what}: {class} at {place} in\n{shown}");
        assert!(
            report.findings.iter().all(|drift| !drift.finding.repair.is_empty() && drift.first == "traffic:1"),
            "{what}"
        );
        for part in [CANARY, "canary", "CANARY", "InsuranceCityType", "9900123", "990012345", "99001234567"] {
            assert!(!shown.contains(part), "{what}: {part} in\n{shown}");
        }
        classes.insert(*class);
    }
    assert!(CASES.len() >= 40 && classes.len() >= 15, "{} in {classes:?}", CASES.len());
}

// All that was captured, planted in a body of which the document knows nothing.
#[test]
fn nothing_of_a_strange_answer_is_shown() {
    let doc = spec();
    for (n, line) in Call::all().iter().enumerate().filter(|(_, call)| call["status"] == 200) {
        let text_of = line["answer"]["body"].as_str().unwrap_or_default();
        let Ok(body) = serde_json::from_str::<Value>(text_of) else { continue };
        let mut call = Call { call: line.clone(), body: marked(&body) };
        call.call["query"] = json!([["DOTNumber", CANARY]]);
        let line = call.finished();
        let report = report(&doc, std::iter::once(&line));
        let shown = text(&report, true) + &as_json(&report).to_string();
        assert!(!report.findings.is_empty(), "call {n}");
        assert!(!shown.contains(CANARY), "call {n}: {shown}");
    }
}

// The same with every text, number and name made a canary where the document does not have it.
fn marked(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut map: serde_json::Map<_, _> =
                map.iter().map(|(name, value)| (name.clone(), marked(value))).collect();
            map.insert(format!("{CANARY} {}", map.len()), json!(CANARY));
            map.insert(CANARY.to_owned(), json!({CANARY: 1}));
            Value::Object(map)
        }
        Value::Array(items) => items.iter().map(marked).collect(),
        _ => json!(CANARY),
    }
}

#[test]
fn a_field_that_no_object_has_is_listed_apart() {
    let doc = spec();
    let mut calls = Call::all();
    let unseen = |report: &Report| {
        let is_it = |field: &&Value| field["schema"] == "CompletedPacket" && field["field"] == "CompletedDate";
        report.unseen.iter().filter(is_it).count()
    };
    assert_eq!(unseen(&report(&doc, calls.iter())), 0);
    for call in &mut calls {
        if let Some(text) = call["answer"]["body"].as_str() {
            call["answer"]["body"] = json!(text.replace("CompletedDate", "LegalName"));
        }
    }
    let report = report(&doc, calls.iter());
    assert_eq!(unseen(&report), 1);
    assert!(report.findings.is_empty());
}

#[test]
fn broken_exchanges_are_compared_or_refused() {
    let doc = spec();
    let lines = Call::all();
    let mut rng = fastrand::Rng::with_seed(19);
    let (mut tally, mut refused) = (Tally::new(&doc), 0);
    for n in 0..2000 {
        let line = &lines[rng.usize(..lines.len())];
        let mut now = line.clone();
        // The body is a text: it is broken as JSON, and then the call around it.
        if let Some(mut body) =
            line["answer"]["body"].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok())
        {
            let mut all = Vec::new();
            places(&body, String::new(), &mut all);
            body = broken(&body, &all, &mut rng).0;
            now["answer"]["body"] = json!(body.to_string());
            now["answer"]["size"] = json!(1);
        }
        if n % 4 == 0 {
            let mut all = Vec::new();
            places(&now, String::new(), &mut all);
            now = broken(&now, &all, &mut rng).0;
        }
        match exchanges(&now) {
            Ok(all) => all.iter().for_each(|exchange| check::check(&mut tally, exchange)),
            Err(_) => refused += 1,
        }
    }
    let found = tally.findings("spec/openapi.yaml", |_| 1).findings.len();
    assert!(found > 300 && refused > 5, "{found} deviations, {refused} were refused");
}
