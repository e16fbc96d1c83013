//! What a page shows of a carrier: read from what the operations answer, so that no page says anything else.

use serde_json::Value;

use crate::customers::Customer;
use crate::engine::Engine;
use crate::vendor;
use crate::vendor::answer::Body;
use crate::vendor::request::Params;
use crate::world::Index;
use crate::world::clock::Ticks;

/// A carrier as a customer sees it at an instant.
pub(super) struct Facts {
    pub(super) dot: u32,
    pub(super) docket: String,
    pub(super) name: String,
    pub(super) dba: String,
    pub(super) street: String,
    pub(super) place: String,
    pub(super) phone: String,
    pub(super) email: String,
    pub(super) status: String,
    pub(super) rating: String,
    pub(super) coverages: Vec<Coverage>,
    pub(super) producer: Producer,
    /// Who signed the present agreement, and when.
    pub(super) signed: Option<(String, String)>,
}

/// A line of a certificate.
pub(super) struct Coverage {
    pub(super) kind: String,
    pub(super) insurer: String,
    pub(super) policy: String,
    pub(super) limit: String,
    pub(super) until: String,
}

/// The agency that made the certificate.
#[derive(Default)]
pub(super) struct Producer {
    pub(super) name: String,
    pub(super) email: String,
}

impl Facts {
    pub(super) fn of(engine: &Engine, customer: &Customer, index: Index, now: Ticks) -> Self {
        let dot = engine.world.dot(index);
        let asked = |operation| ask(engine, customer, operation, dot, now);
        let preview = asked("PreviewCarrier");
        let preview = preview.get(0).cloned().unwrap_or_default();
        let record = asked("GetCarrierData");
        let agreement = &record["CarrierCustomerAgreements"][0];
        let certificates = preview["CertData"]["Certificates"].as_array().cloned().unwrap_or_default();
        let emails = preview["Emails"].as_array().cloned().unwrap_or_default();
        let place = ["City", "State", "ZipCode"].map(|name| text(&preview[name]));
        Self {
            dot,
            docket: text(&preview["DocketNumber"]),
            name: text(&preview["CompanyName"]),
            dba: text(&preview["DBAName"]),
            street: text(&preview["Street"]),
            place: format!("{}, {} {}", place[0], place[1], place[2]),
            phone: text(&preview["Phone"]),
            email: emails.first().map(|email| text(&email["Email"])).unwrap_or_default(),
            status: text(&preview["Status"]),
            rating: text(&preview["RiskAssessment"]["Overall"]),
            coverages: coverages(&certificates),
            producer: certificates.first().map_or_else(Producer::default, |own| Producer {
                name: text(&own["ProducerName"]),
                email: text(&own["ProducerEmail"]),
            }),
            signed: agreement["SignaturePerson"].as_str().map(|person| {
                let date = text(&agreement["SignatureDate"]);
                (person.to_owned(), date.chars().take(10).collect())
            }),
        }
    }

    /// Its name with its numbers: `Sample Trucking LLC, DOT 23868, MC113843`.
    pub(super) fn called(&self) -> String {
        let docket = if self.docket.is_empty() { String::new() } else { format!(", {}", self.docket) };
        format!("{}, DOT {}{docket}", self.name, self.dot)
    }
}

/// What an operation answers about a carrier; null if it refuses.
fn ask(engine: &Engine, customer: &Customer, operation: &str, dot: u32, now: Ticks) -> Value {
    let params = Params::parse(format!("DOTNumber={dot}").as_bytes());
    let call = engine.call(customer, &params, now);
    let found = vendor::OPERATIONS.iter().find(|own| own.name == operation);
    match found.and_then(|own| (own.run)(&call).ok()).map(|answer| answer.body) {
        Some(Body::Api { json, .. }) => serde_json::from_slice(&json).unwrap_or_default(),
        _ => Value::Null,
    }
}

/// A coverage that an answer has had before comes as a reference to it, and is listed once.
fn coverages(certificates: &[Value]) -> Vec<Coverage> {
    let all = certificates.iter().filter_map(|own| own["Coverages"].as_array()).flatten();
    all.filter(|own| own.get("$ref").is_none())
        .map(|own| Coverage {
            kind: text(&own["Type"]),
            insurer: text(&own["InsurerName"]),
            policy: text(&own["PolicyNumber"]),
            limit: text(&own["CoverageLimit"]),
            until: text(&own["ExpirationDate"]).chars().take(10).collect(),
        })
        .collect()
}

/// A value as a person reads it; empty where there is none.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}
