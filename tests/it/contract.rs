//! The sandbox's answers to every operation, good and bad, against `spec/openapi.yaml`.
//!
//! They are fetched without the SDK and checked strictly: a field that the document does not know is a fault of one
//! of the two.

use crate::support::contract::operations;
use crate::support::schema::{Mode, spec, validate_answer, validate_schema};
use mycarrierpackets_sandbox::Sandbox;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Fields that the sandbox writes and the document does not know, as the vendor's unannounced ones.
const PLANTED: [&str; 2] = ["identitySource", "BrokerSnapshotUrl"];

type Query = Vec<(&'static str, String)>;

/// A caller of the sandbox with the tokens of both hosts.
struct Caller {
    sandbox: Sandbox,
    http: Client,
    tokens: [Value; 2],
    visited: BTreeSet<String>,
    references: usize,
    planted: usize,
}

/// The place of an operation in the document: its path and method, and whether the portal answers it.
fn operation(id: &str) -> (&'static str, &'static str, bool) {
    let found = operations(spec()).find(|(_, _, op)| op["operationId"] == id);
    let (path, verb, op) = found.unwrap_or_else(|| panic!("{id} is not in the document"));
    (path, verb, op["x-mcp-server"] == "portal")
}

impl Caller {
    async fn start(seed: u64) -> Self {
        let sandbox = Sandbox::builder().carriers(90).seed(seed).start().await.expect("a sandbox");
        let tokens = [Value::Null, Value::Null];
        let mut caller =
            Self { sandbox, http: Client::new(), tokens, visited: BTreeSet::new(), references: 0, planted: 0 };
        let password = [("grant_type", "password"), ("username", "demo"), ("password", "demo")];
        let password: Query = password.map(|(name, value)| (name, value.to_owned())).to_vec();
        caller.tokens = [
            caller.good("request_token", &password).await.expect("JSON"),
            caller.good("request_portal_token", &password).await.expect("JSON"),
        ];
        let refresh = caller.tokens[0]["refresh_token"].as_str().expect("a refresh token").to_owned();
        let refresh: Query = vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh)];
        caller.tokens[0] = caller.good("request_token", &refresh).await.expect("JSON");
        caller
    }

    /// Sends as the document says: `{name}` into the path, a token's form into the body, the rest into the query.
    async fn send(&self, id: &str, values: &Query, authorization: Option<&str>) -> Response {
        let (path, verb, portal) = operation(id);
        let host = if portal { self.sandbox.portal_url() } else { self.sandbox.base_url() };
        let (in_path, rest): (Vec<_>, Vec<_>) =
            values.iter().partition(|(name, _)| path.contains(&format!("{{{name}}}")));
        let path =
            in_path.iter().fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
        let method = verb.to_uppercase().parse().expect("a method");
        let mut request = self.http.request(method, format!("{host}{path}"));
        request = match id {
            "request_token" if !rest.is_empty() => request.form(&rest),
            _ if verb == "post" => request.query(&rest).header("content-length", "0"),
            _ => request.query(&rest),
        };
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        request.send().await.expect("an answer")
    }

    fn bearer(&self, id: &str) -> Option<String> {
        let (_, _, portal) = operation(id);
        self.tokens[usize::from(portal)]["access_token"].as_str().map(|token| format!("bearer {token}"))
    }

    /// A 200 answer that is as the document says; its JSON with references resolved, if it is JSON.
    async fn good(&mut self, id: &str, values: &Query) -> Option<Value> {
        let answer = self.send(id, values, self.bearer(id).as_deref()).await;
        assert_eq!(answer.status(), StatusCode::OK, "{id} {values:?}");
        let (_, _, op) = operations(spec()).find(|(_, _, op)| op["operationId"] == id).expect("an operation");
        let media = op["responses"]["200"]["content"].as_object().expect("content");
        let kind = answer.headers()["content-type"].to_str().expect("text").split(';').next().unwrap_or_default();
        let known = |kind: &str| media.contains_key(kind) || media.contains_key("*/*");
        // The document says bytes; the header says which kind of document they are.
        let document = matches!(kind, "application/pdf" | "image/png") && known("application/octet-stream");
        assert!(known(kind) || document, "{id}: {kind}");
        let paging = answer.headers().get("x-pagination").map(|value| value.to_str().expect("text").to_owned());
        assert_eq!(paging.is_some(), op["x-mcp-pagination"]["style"] == "header", "{id}");
        if let Some(paging) = paging {
            let paging: BTreeMap<String, u64> = serde_json::from_str(&paging).expect("four numbers");
            let names: Vec<_> = paging.keys().map(String::as_str).collect();
            assert_eq!(names, ["pageNumber", "pageSize", "totalCount", "totalPages"], "{id}");
        }
        self.visited.insert(id.to_owned());
        let json = kind == "application/json";
        let bytes = answer.bytes().await.expect("a body");
        if !json {
            assert!(bytes.starts_with(b"%PDF-") || bytes.starts_with(b"\x89PNG"), "{id}");
            return None;
        }
        let (answer, references) = resolved(std::str::from_utf8(&bytes).expect("UTF-8"));
        self.references += references;
        let planted =
            |fault: &String| PLANTED.iter().any(|field| fault.contains(&format!("('{field}' was unexpected)")));
        let (planted, faults): (Vec<_>, Vec<_>) =
            validate_answer(id, &answer, Mode::Strict).into_iter().partition(planted);
        assert!(faults.is_empty(), "{id} {values:?}: {faults:#?}");
        assert_eq!(validate_answer(id, &answer, Mode::Generous), Vec::<String>::new(), "{id} {values:?}");
        self.planted += planted.len();
        Some(answer)
    }

    /// An error answer that is as the document says.
    async fn bad(&self, id: &str, values: &Query, authorization: Option<&str>, status: u16) {
        let answer = self.send(id, values, authorization).await;
        assert_eq!(answer.status(), status, "{id} {values:?}");
        let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
        assert!(kind.starts_with("application/json"), "{id}: {kind}");
        let body: Value = answer.json().await.expect("JSON");
        let schema = json!({"$ref": "#/components/schemas/ApiError"});
        let faults = validate_schema(&schema, &body, Mode::Strict);
        assert!(faults.is_empty(), "{id} {values:?} {status}: {faults:#?}");
        let words = [&body["Message"], &body["error_description"], &body["error"]];
        assert!(words.iter().any(|text| text.as_str().is_some_and(|text| !text.is_empty())), "{id}: {body}");
    }
}

/// The answer with each `{"$ref": "3"}` replaced by the object that came before as `"$id": "3"`, and how many were.
fn resolved(text: &str) -> (Value, usize) {
    let answer: Value = serde_json::from_str(text).expect("JSON");
    let mut known = BTreeMap::new();
    collect(&answer, &mut known);
    let mut references = 0;
    (substituted(&answer, text, &known, &mut references), references)
}

fn collect<'v>(value: &'v Value, known: &mut BTreeMap<&'v str, &'v Value>) {
    if let Some(id) = value["$id"].as_str() {
        assert!(known.insert(id, value).is_none(), "$id {id} comes twice");
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, known)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, known)),
        _ => {}
    }
}

fn substituted(value: &Value, text: &str, known: &BTreeMap<&str, &Value>, references: &mut usize) -> Value {
    let mut inner = |value| substituted(value, text, known, references);
    match value {
        Value::Array(items) => items.iter().map(inner).collect(),
        Value::Object(fields) => match fields.get("$ref") {
            None => Value::Object(fields.iter().map(|(name, field)| (name.clone(), inner(field))).collect()),
            Some(id) => {
                assert_eq!(fields.len(), 1, "a reference stands alone");
                let place = |word: &str| text.find(&format!("\"{word}\":{id}"));
                assert!(place("$id") < place("$ref"), "the object comes before its references");
                let object = inner(known[id.as_str().expect("text")]);
                *references += 1;
                object
            }
        },
        other => other.clone(),
    }
}

fn values<const N: usize>(pairs: [(&'static str, &str); N]) -> Query {
    pairs.map(|(name, value)| (name, value.to_owned())).to_vec()
}

/// The operations on one carrier, with what they need beside its number.
fn on_a_carrier() -> Vec<(&'static str, Query)> {
    let phone = || values([("deliveryOption", "2"), ("vinVerificationPhoneNumber", "312-555-0142")]);
    let with_id = values([("outputVINVerificationRequestID", "true")]);
    vec![
        ("preview_carrier", vec![]),
        ("get_carrier_data", vec![]),
        ("get_carrier_contacts", vec![]),
        ("get_carrier_risk_assessment", vec![]),
        ("get_carrier_incident_reports", vec![]),
        ("request_vin_verification", phone()),
        ("request_vin_verification", [phone(), with_id].concat()),
        ("get_carrier_vin_verifications", vec![]),
        ("email_packet_invitation", values([("carrierEmail", "dispatch@carrier.example")])),
        ("request_user_verification", values([("userVerificationEmail", "driver@carrier.example")])),
        ("request_monitoring", vec![]),
        ("cancel_monitoring", vec![]),
        ("request_monitoring", vec![]),
        ("block_carrier", vec![]),
        ("block_carrier", vec![]),
        ("unblock_carrier", vec![]),
        ("unblock_carrier", vec![]),
        ("preview_carrier", vec![]),
    ]
}

/// The operations on all carriers, or none.
fn on_all() -> Vec<(&'static str, Query)> {
    let last = jiff::Timestamp::now();
    let window = |days: i64| {
        let text = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let from = last - jiff::SignedDuration::from_hours(24 * days);
        vec![("fromDate", text(from)), ("toDate", text(last))]
    };
    let mut all = vec![
        ("find_associated_carriers", values([("phone", "(312) 555-0142")])),
        ("find_associated_carriers", values([("email", "nobody@carrier.example")])),
        ("completed_packets", window(7)),
        ("carriers_changes", window(3)),
        ("carriers_changes", [window(4), values([("pageNumber", "2"), ("pageSize", "5")])].concat()),
        ("get_updated_factoring_companies", window(14)),
    ];
    for list in [
        "monitored_carriers",
        "blocked_carriers",
        "monitored_carrier_data",
        "get_monitored_carrier_contacts_data",
        "get_monitored_carriers_risk_assessment",
    ] {
        all.push((list, vec![]));
        all.push((list, values([("pageNumber", "2"), ("pageSize", "40")])));
        all.push((list, values([("pageNumber", "99")])));
    }
    all
}

/// Every blob name in an answer.
fn blobs(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(blob) if name.ends_with("BlobName") => drop(found.insert(blob.to_owned())),
                    _ => blobs(field, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| blobs(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_good_answer_is_as_the_document_says() {
    let (mut references, mut planted) = (0, 0);
    for seed in [7, 11, 4_000_000_000] {
        let mut caller = Caller::start(seed).await;
        let all = caller.sandbox.dot_numbers();
        // Some that are monitored, and the last, which is not; the seed's own among them.
        let mut carriers: Vec<u32> = all.iter().copied().step_by(17).collect();
        carriers.extend(all.last());
        assert!(carriers.contains(&23868));
        let mut found = BTreeSet::new();
        for dot in &carriers {
            caller.sandbox.change_carrier(*dot);
            for (id, more) in on_a_carrier() {
                let number = ("DOTNumber", dot.to_string());
                let answer = caller.good(id, &[vec![number], more].concat()).await;
                blobs(&answer.unwrap_or_default(), &mut found);
            }
        }
        for (id, values) in on_all() {
            caller.good(id, &values).await;
        }
        assert!(found.len() > 10, "{found:?}");
        for blob in found.into_iter().step_by(3) {
            caller.good("get_document", &vec![("name", blob)]).await;
        }
        caller.good("download_carrier_packet", &values([("DOTNumber", "23868")])).await;

        let documented: BTreeSet<_> = operations(spec()).filter_map(|(_, _, op)| op["operationId"].as_str()).collect();
        assert_eq!(documented.len(), 26);
        assert_eq!(caller.visited.iter().map(String::as_str).collect::<BTreeSet<_>>(), documented, "seed {seed}");
        references += caller.references;
        planted += caller.planted;
    }
    assert!(references > 0, "some objects come as references");
    assert!(planted > 0, "some fields come unannounced");
}

#[tokio::test]
async fn every_bad_answer_is_as_the_document_says() {
    let caller = Caller::start(7).await;
    for (_, _, op) in operations(spec()) {
        let id = op["operationId"].as_str().unwrap();
        if id.ends_with("token") {
            for form in [
                values([("grant_type", "password"), ("username", "demo"), ("password", "wrong")]),
                values([("grant_type", "refresh_token"), ("refresh_token", "spent")]),
                values([("grant_type", "magic")]),
                vec![],
            ] {
                caller.bad(id, &form, None, 400).await;
            }
            continue;
        }
        let dot = values([("DOTNumber", "23868")]);
        caller.bad(id, &dot, None, 401).await;
        caller.bad(id, &dot, Some("bearer no-such-token"), 401).await;
        let others =
            caller.bearer(if id == "download_carrier_packet" { "get_document" } else { "download_carrier_packet" });
        caller.bad(id, &dot, others.as_deref(), 401).await;
    }

    for (id, more) in on_a_carrier() {
        let bearer = caller.bearer(id);
        for (number, status) in [("9999999", 404), ("nonsense", 400)] {
            let values = [values([("DOTNumber", number)]), more.clone()].concat();
            caller.bad(id, &values, bearer.as_deref(), status).await;
        }
        let needs_none = matches!(id, "email_packet_invitation" | "request_user_verification");
        if !needs_none || !more.is_empty() {
            let nothing = if needs_none { vec![] } else { more };
            caller.bad(id, &nothing, bearer.as_deref(), 400).await;
        }
    }

    let bearer = caller.bearer("get_document");
    let bearer = bearer.as_deref();
    let reversed = values([("fromDate", "2026-03-02T00:00:00"), ("toDate", "2026-03-01T00:00:00")]);
    for id in ["completed_packets", "carriers_changes", "get_updated_factoring_companies"] {
        for bad in [vec![], values([("fromDate", "soon"), ("toDate", "later")]), reversed.clone()] {
            caller.bad(id, &bad, bearer, 400).await;
        }
    }
    caller.bad("find_associated_carriers", &vec![], bearer, 400).await;
    caller.bad("get_document", &vec![], bearer, 400).await;
    caller.bad("get_document", &values([("name", "certificate-image/none.pdf")]), bearer, 404).await;
    let by_mail = values([("DOTNumber", "23868"), ("deliveryOption", "1"), ("vinVerificationEmail", "a@b.example")]);
    caller.bad("request_vin_verification", &by_mail, bearer, 400).await;
    let portal = caller.bearer("download_carrier_packet");
    caller.bad("download_carrier_packet", &values([("DOTNumber", "9999999")]), portal.as_deref(), 404).await;
    caller.bad("download_carrier_packet", &values([("DOTNumber", "x")]), portal.as_deref(), 400).await;

    let window = values([("fromDate", "2026-03-01T00:00:00"), ("toDate", "2026-03-02T00:00:00")]);
    let first = caller.send("carriers_changes", &window, bearer).await;
    assert_eq!(first.status(), StatusCode::OK);
    caller.bad("carriers_changes", &window, bearer, 429).await;
}

#[test]
fn a_fault_in_an_answer_is_found() {
    let faulty = [
        ("monitored_carriers", json!([{"$id": "1", "DOTNumber": {"no": "number"}}])),
        ("monitored_carriers", json!([{"$id": "1", "DotNumbers": 1}])),
        ("monitored_carrier_data", json!({"data": {"no": "list"}})),
        ("request_token", json!({"expires_in": "an hour"})),
        ("get_carrier_data", json!({"CarrierW9Forms": [{"SignatureDate": "yesterday"}]})),
    ];
    for (id, answer) in faulty {
        assert!(!validate_answer(id, &answer, Mode::Strict).is_empty(), "{id}: {answer}");
    }
    let (whole, references) = resolved(r#"[{"$id":"1","a":{"$id":"2","b":1}},{"$ref":"2"}]"#);
    assert_eq!((whole[1]["b"].as_i64(), references), (Some(1), 1));
}
