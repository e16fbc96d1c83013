//! How much the sandbox is like the vendor: as its documents say, as it is, or as it is on its worst day.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::vendor::answer::{Answer, Body};
use crate::wire::fault::Fault;

/// What a sandbox behaves like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum Profile {
    /// What the vendor's documents say: no `$id` and `$ref`, no null for a list, contacts as a list, and a POST needs
    /// no length. A client that knows only this fails in production.
    Docs,
    /// What production does.
    #[default]
    Wire,
    /// Production on its worst day: as `Wire`, with faults of every sort in a share of the calls, chosen by the seed.
    Storm,
}

impl Profile {
    /// The faults that are in force from the start.
    pub(crate) fn faults(self) -> Vec<Fault> {
        if self != Self::Storm {
            return Vec::new();
        }
        let listed = ["MonitoredCarriers", "BlockedCarriers", "MonitoredCarrierData"];
        let drifts = listed.map(|operation| Fault::page_drift(1).on(operation).share(100));
        let mut faults = vec![
            Fault::page(503).share(15),
            Fault::page(502).share(5),
            Fault::status(500).share(10),
            Fault::retry_after_seconds(429, 1).share(15),
            Fault::retry_after_date(503, 2).share(5),
            Fault::reset_before().share(10),
            Fault::reset_during(200).share(5),
            Fault::reset_after_work().share(3),
            Fault::after_work(500).share(3),
            Fault::short_body().share(3),
            Fault::broken_json().share(3),
            Fault::login().share(2),
            Fault::lost_rotation().share(100),
            Fault::expired_token().share(10),
            Fault::delay(Duration::from_millis(300)).share(30),
            Fault::drip(500, Duration::from_millis(5)).share(10),
            Fault::duplicate_rows().on("CarriersChanges").share(100),
            Fault::late_rows(120).on("CarriersChanges").share(200),
            Fault::duplicate_rows().on("CompletedPackets").share(100),
            Fault::no_pagination().on("MonitoredCarriers").share(20),
            Fault::unknown_fields().share(50),
            Fault::unknown_values().share(20),
            Fault::missing_fields().share(10),
            Fault::nulls().share(10),
            Fault::numbers_as_text().share(10),
            Fault::wrapped_lists().share(10),
            Fault::page(403).share(2),
            Fault::cut_body().share(2),
            Fault::invalid_utf8().share(3),
            Fault::duplicate_keys().share(3),
            Fault::huge_numbers().share(2),
            Fault::wrong_types().share(2),
            Fault::date_skew(-1200).share(20),
        ];
        faults.extend(drifts);
        faults
    }
}

/// The fields that hold lists.
const LISTS: &[&str] = &[
    "AssociatedCarriers",
    "AssureAdvantage",
    "CarrierCustomerAgreementImages",
    "CarrierCustomerAgreements",
    "CarrierCustomerPacketStatuses",
    "CarrierDispatchers",
    "CarrierDrivers",
    "CarrierPaymentTerms",
    "CarrierPaymentTypes",
    "CarrierTINMatchings",
    "CarrierW9FormImages",
    "CarrierW9Forms",
    "CarriersContacts",
    "Certificate",
    "Certificates",
    "Comments",
    "Contacts",
    "Coverage",
    "Coverages",
    "EmailAssociationTypes",
    "Emails",
    "IncidentTypes",
    "Infractions",
    "Messages",
    "PhoneAssociationTypes",
    "PolicyList",
    "Requests",
    "VINVerifications",
];

/// An answer as the documents have it.
pub(crate) fn documented(operation: &str, mut answer: Answer) -> Answer {
    if let Body::Api { json, .. } = &mut answer.body
        && let Ok(value) = serde_json::from_slice::<Value>(json)
    {
        let mut objects = HashMap::new();
        let plain = plain(value, &mut objects);
        let plain = match operation {
            "GetCarrierContacts" if answer.status == 200 => Value::Array(vec![plain]),
            _ => plain,
        };
        *json = plain.to_string().into_bytes();
    }
    answer
}

/// Every object written out where it stands.
fn plain(value: Value, objects: &mut HashMap<String, Value>) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| plain(item, objects)).collect(),
        Value::Object(fields) => {
            if let Some(Value::String(id)) = fields.get("$ref") {
                return objects.get(id).cloned().unwrap_or_default();
            }
            let id = fields.get("$id").and_then(Value::as_str).map(str::to_owned);
            let written: Map<String, Value> = fields
                .into_iter()
                .filter(|(name, _)| name != "$id")
                .map(|(name, value)| match value {
                    Value::Null if LISTS.contains(&name.as_str()) => (name, Value::Array(Vec::new())),
                    value => (name, plain(value, objects)),
                })
                .collect();
            if let Some(id) = id {
                objects.insert(id, Value::Object(written.clone()));
            }
            Value::Object(written)
        }
        other => other,
    }
}
