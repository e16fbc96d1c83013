//! What the numbers and dates of a carrier say, wherever they stand, and how a carrier is named.

use std::collections::BTreeMap;
use std::time::Duration;

use mycarrierpackets_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::Caller;

const DAY: Duration = Duration::from_secs(86_400);

/// The value with every reference replaced by what it refers to, and without identities.
pub(crate) fn resolved(value: &Value) -> Value {
    fn collect(value: &Value, known: &mut BTreeMap<String, Value>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, known)),
            Value::Object(fields) => {
                if let Some(id) = fields.get("$id").and_then(Value::as_str) {
                    known.insert(id.to_owned(), value.clone());
                }
                fields.values().for_each(|field| collect(field, known));
            }
            _ => {}
        }
    }
    fn put(value: &Value, known: &BTreeMap<String, Value>) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| put(item, known)).collect(),
            Value::Object(fields) => match fields.get("$ref").and_then(Value::as_str) {
                Some(id) => put(&known[id], known),
                None => {
                    let own = fields.iter().filter(|(name, _)| *name != "$id");
                    own.map(|(name, field)| (name.clone(), put(field, known))).collect()
                }
            },
            other => other.clone(),
        }
    }
    let mut known = BTreeMap::new();
    collect(value, &mut known);
    put(value, &known)
}

/// A field, whatever the case of its name.
fn field<'v>(value: &'v Value, name: &str) -> &'v Value {
    let found = value.as_object().and_then(|fields| fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)));
    found.map_or(&Value::Null, |(_, value)| value)
}

fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        // One element can stand alone.
        one => vec![one],
    }
}

async fn control(caller: &Caller, path: &str) -> Value {
    let url = format!("{}/__sandbox/{path}", caller.sandbox.base_url());
    caller.client.get(url).send().await.unwrap().json().await.unwrap()
}

/// The first day on which a coverage ends, as a reader of the certificates finds it.
fn insured_until(record: &Value) -> Option<String> {
    let data = field(record, "CertData");
    let certificates = [field(data, "Certificate"), field(data, "Certificates")].map(list).concat();
    let coverages =
        certificates.iter().flat_map(|one| [field(one, "Coverage"), field(one, "Coverages")].map(list).concat());
    let ends = coverages.flat_map(|coverage| {
        ["expirationDate", "cancellationDate"].map(|name| field(coverage, name).as_str().unwrap_or_default().to_owned())
    });
    ends.filter(|day| !day.is_empty() && day != "0000-00-00").min()
}

#[tokio::test]
async fn insured_until_is_what_every_answer_says_for_every_carrier_at_any_time() {
    let builder = Sandbox::builder().carriers(150).fixed_time(crate::noon()).token_lifetime(500 * DAY);
    let caller = Caller::start(builder).await;
    let (mut dates, mut none) = (0, 0);
    for days in [0, 40, 200] {
        caller.sandbox.advance(days * DAY);
        let all = control(&caller, "carriers?pageSize=500").await;
        let clock = control(&caller, "clock").await;
        let today = &clock["now"].as_str().unwrap()[..10];
        let listed = resolved(&caller.json("MonitoredCarrierData", &[("pageSize", "500")]).await);
        let of_list: BTreeMap<String, Option<String>> = list(&listed["data"])
            .into_iter()
            .map(|record| (record["dotNumber"]["Value"].as_str().unwrap().to_owned(), insured_until(record)))
            .collect();
        for carrier in all["carriers"].as_array().unwrap() {
            let dot = carrier["dot"].to_string();
            let expected = carrier["insuredUntil"].as_str().map(str::to_owned);
            let query = [("DOTNumber", &*dot)];
            let preview = resolved(&caller.json("PreviewCarrier", &query).await);
            let data = resolved(&caller.json("GetCarrierData", &query).await);
            assert_eq!(insured_until(&preview[0]), expected, "PreviewCarrier {dot}");
            let details = &data["AssureAdvantage"][0]["CarrierDetails"];
            assert_eq!(insured_until(details), expected, "GetCarrierData {dot}");
            if let Some(listed) = of_list.get(&dot) {
                assert_eq!(*listed, expected, "MonitoredCarrierData {dot}");
            }
            // What is in force by its date is not called expired, nor the other way round.
            let status = preview[0]["CertData"]["Status"].as_str();
            if let Some(day) = &expected {
                let lapsed = day.as_str() <= today;
                assert_eq!(status == Some("Expired"), lapsed, "{dot}: {status:?} until {day} on {today}");
                dates += 1;
            } else {
                none += 1;
            }
        }
    }
    assert!(dates > 300 && none > 5, "{dates} {none}");
}

/// The operations that take a docket number, with what else they need.
const OPERATIONS: [(&str, &[(&str, &str)]); 13] = [
    ("PreviewCarrier", &[]),
    ("GetCarrierData", &[]),
    ("GetCarrierContacts", &[]),
    ("GetCarrierRiskAssessment", &[]),
    ("GetCarrierIncidentReports", &[]),
    ("GetCarrierVINVerifications", &[]),
    ("RequestMonitoring", &[]),
    ("CancelMonitoring", &[]),
    ("BlockCarrier", &[]),
    ("UnblockCarrier", &[]),
    ("EmailPacketInvitation", &[("carrierEmail", "ada@carrier.example")]),
    ("RequestVINVerification", &[("deliveryOption", "2"), ("vinVerificationPhoneNumber", "312-555-0142")]),
    ("RequestUserVerification", &[("userVerificationEmail", "ada@carrier.example")]),
];

#[tokio::test]
async fn a_docket_number_is_known_however_it_is_written() {
    let caller = Caller::start(Sandbox::builder().carriers(20).fixed_time(crate::noon())).await;
    for (operation, more) in OPERATIONS {
        caller.sandbox.reset();
        let by_dot = caller.json(operation, &[&[("DOTNumber", "23868")], more].concat()).await;
        for name in ["docketNumber", "DocketNumber", "docketnumber"] {
            for docket in ["113843", "MC113843", "MC0113843", "0000113843", "mc 113843", "MC-113843", " MC000113843 "] {
                caller.sandbox.reset();
                let answer = caller.json(operation, &[&[(name, docket)], more].concat()).await;
                assert_eq!(answer, by_dot, "{operation} {name}={docket}");
            }
        }
        for dot in ["0023868", " 23868 ", "00000000023868"] {
            caller.sandbox.reset();
            assert_eq!(
                caller.json(operation, &[&[("DOTNumber", dot)], more].concat()).await,
                by_dot,
                "{operation} {dot}"
            );
        }
    }
}

#[tokio::test]
async fn a_carrier_that_is_not_there_is_a_404_and_nonsense_is_a_400_that_names_the_parameter() {
    let caller = Caller::start(Sandbox::builder().carriers(20).fixed_time(crate::noon())).await;
    for (operation, more) in OPERATIONS {
        for unknown in [
            ("docketNumber", "1590727"),
            ("docketNumber", "MC1590727"),
            ("docketNumber", "FF113843"),
            ("docketNumber", "MC99999999999"),
            ("docketNumber", "soon"),
            ("DOTNumber", "1"),
            ("DOTNumber", "-1"),
            ("IntrastateNumber", "TX1"),
        ] {
            let message = caller.failure(404, operation, &[&[unknown], more].concat()).await;
            assert!(message.starts_with("No carrier was found with"), "{operation} {unknown:?}: {message}");
        }
        for wrong in ["soon", "23868.0", "99999999999", "USDOT23868"] {
            let answer = caller.send(operation, &[&[("DOTNumber", wrong)], more].concat()).await;
            assert_eq!(answer.status(), 400, "{operation} {wrong}");
            let expected = json!({
                "$id": "1",
                "Message": "The request is invalid.",
                "ModelState": { "$id": "2", "DOTNumber": [format!("The value '{wrong}' is not valid for Int32.")] }
            });
            assert_eq!(answer.json::<Value>().await.unwrap(), expected, "{operation}");
        }
        // Numbers of two carriers do not agree.
        let other = caller.sandbox.dot_numbers()[1].to_string();
        let two = [&[("DOTNumber", &*other), ("docketNumber", "113843")], more].concat();
        caller.failure(404, operation, &two).await;
    }
}
