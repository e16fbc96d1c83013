//! The bodies of deliveries.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::customers::broker::Broker;
use crate::customers::signature::Signature;
use crate::customers::state::{UserRequest, VinRequest, request_draw, user_outcome};
use crate::vendor::blob::{Blob, Kind};
use crate::vendor::json::Json;
use crate::vendor::model::agreement::ADDRESS;
use crate::vendor::model::signer::Signer;
use crate::vendor::model::{incidents, vins};
use crate::webhooks::WebhookEvent;
use crate::world::carrier::Carrier;
use crate::world::clock::{DAY, Ticks};
use crate::world::company::{Person, phone};
use crate::world::facts::{Incident, Report};
use crate::world::places::State;

/// What is in every body.
pub(crate) struct Body<'b> {
    pub(crate) event: WebhookEvent,
    pub(crate) at: Ticks,
    pub(crate) carrier: Option<&'b Carrier<'b>>,
    /// Who the customer is.
    pub(crate) broker: &'b Broker,
}

/// A body, with what the event adds.
pub(crate) fn write(body: &Body<'_>, (name, detail): (&str, Value)) -> String {
    let Body { event, at, carrier, broker } = body;
    let mut data = json!({
        "carrier": carrier.map(|c| json!({
            "dotNumber": c.dot,
            "docketNumber": c.docket_text(),
            "legalName": c.name,
            "dbaName": c.dba,
        })),
        "customer": { "customerID": broker.id, "companyName": broker.company },
    });
    data[name] = detail;
    json!({ "eventType": event.name(), "eventDateTime": at.iso(), "eventData": data }).to_string()
}

/// The agreement that came with a packet; `signature` is that of a person on the portal, if one signed it there.
pub(crate) fn agreement(
    c: &Carrier<'_>,
    at: Ticks,
    (blobs, broker): (u32, &Broker),
    signature: Option<&Signature>,
) -> (&'static str, Value) {
    let signer = Signer::of(c, signature);
    let image = Blob { index: c.index, kind: Kind::Agreement, ordinal: 0 };
    let detail = json!({
        "signatureDate": at.local(),
        "signaturePerson": signer.person,
        "signaturePersonTitle": signer.title,
        "signaturePersonEmail": signer.email,
        "signaturePersonPhoneNumber": signer.phone,
        "agreementImageBlobName": image.name_for(c.world, blobs, broker.id),
        "ipAddress": address(c),
        "geolocation": place(c),
    });
    ("agreement", detail)
}

pub(crate) fn incident(c: &Carrier<'_>, incident: &Incident) -> (&'static str, Value) {
    let mut w = Json::new(1024);
    incidents::since(&mut w, c, incident, &mut None);
    let written = serde_json::from_slice(&w.finish()).unwrap_or_default();
    ("incidentReport", camel(written))
}

/// The last report that the incident operation lists of the carrier, as it is or would be then; or one made up.
pub(crate) fn incident_by_hand(c: &Carrier<'_>, report: Report, now: Ticks) -> (&'static str, Value) {
    let mut w = Json::new(4096);
    incidents::write(&mut w, c);
    let answer: Value = serde_json::from_slice(&w.finish()).unwrap_or_default();
    let mut objects = HashMap::new();
    by_id(&answer, &mut objects);
    let last = answer["IncidentReports"].as_array().and_then(|all| all.last());
    let (name, mut detail) = match last {
        Some(listed) => ("incidentReport", camel(resolved(listed, &objects))),
        None if report == Report::Created => incident(c, &Incident::new(0, now)),
        None => incident(c, &Incident::new(0, now.plus(-3 * DAY))),
    };
    match report {
        Report::Created => (detail["modifiedBy"], detail["modifiedDate"]) = (Value::Null, Value::Null),
        // One that was changed says when; who withdraws it changes it once more.
        Report::Updated if !detail["modifiedDate"].is_null() => {}
        Report::Updated | Report::Retracted => {
            (detail["modifiedBy"], detail["modifiedDate"]) = (incidents::EDITOR.into(), now.local().into());
        }
    }
    (name, detail)
}

/// The objects of an answer by their identities.
fn by_id<'v>(value: &'v Value, objects: &mut HashMap<&'v str, &'v Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| by_id(item, objects)),
        Value::Object(fields) => {
            if let Some(id) = value["$id"].as_str() {
                objects.insert(id, value);
            }
            fields.values().for_each(|field| by_id(field, objects));
        }
        _ => {}
    }
}

/// A value with the objects in place of the references to them.
fn resolved(value: &Value, objects: &HashMap<&str, &Value>) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| resolved(item, objects)).collect(),
        Value::Object(fields) => match value["$ref"].as_str().and_then(|id| objects.get(id)) {
            Some(object) => (*object).clone(),
            None => fields.iter().map(|(name, field)| (name.clone(), resolved(field, objects))).collect(),
        },
        other => other.clone(),
    }
}

pub(crate) fn vin(c: &Carrier<'_>, request: &VinRequest, blobs: u32) -> (&'static str, Value) {
    let outcome = vins::outcome(c, request);
    let states = ["VINRequestSent", "VINBelongsToCarrier", "VINBelongsToAnotherCarrier", "VINCarrierUndetermined"];
    let detail = json!({
        "imageUploadedByFirstName": outcome.person.first,
        "imageUploadedByLastName": outcome.person.last,
        "imageUploadedDateTime": request.done.unwrap_or(request.at).iso(),
        "imageUploadedIPAddress": address(c),
        "imageUploadedGeolocation": place(c),
        "vin": outcome.vin,
        "vinVerificationStatus": states[outcome.state - 1],
        "otherDOTNumber": outcome.other(c).map(|other| other.dot),
        "vinVerificationRequestID": request.id,
        "requesteePhoneNumber": request.phone,
        "vinImageUrl": format!("https://images.example/{}", vins::photo(c, request).name(c.world, blobs)),
    });
    ("vinVerificationDetail", detail)
}

pub(crate) fn user(world: &crate::world::World, request: &UserRequest) -> (&'static str, Value) {
    let mut draw = request_draw(world, request.id);
    let person = Person::draw(&mut draw);
    let role = draw.pick(&["Admin", "Driver", "Dispatcher", "Accounting", "Other"]);
    let detail = json!({
        "firstName": person.first,
        "lastName": person.last,
        "phoneNumber": phone("312", &mut draw),
        "role": role,
        "otherRole": (role == "Other").then_some("Fleet manager"),
        "verificationStatus": user_outcome(world, request.id),
        "verificationDatetime": request.done.map(Ticks::iso),
    });
    ("userVerificationDetail", detail)
}

fn address(c: &Carrier<'_>) -> Value {
    let country = if c.country == "MX" { "Mexico" } else { "United States" };
    json!({ "address": ADDRESS, "city": c.city, "region": c.state, "country": country })
}

fn place(c: &Carrier<'_>) -> Value {
    let by_device = c.index.is_multiple_of(2);
    let state = State::of(c.state);
    json!({
        "latitude": state.latitude as f64 / 100.0,
        "longitude": state.longitude as f64 / 100.0,
        "error": (!by_device).then_some("User denied Geolocation"),
        "method": if by_device { "DeviceOrBrowser" } else { "IPAddress" },
    })
}

/// Names as webhooks spell them, without what Json.NET adds.
fn camel(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(camel).collect(),
        Value::Object(fields) => {
            let named = |(name, value): (String, Value)| {
                let mut letters = name.chars();
                let first = letters.next()?;
                (first != '$').then(|| (format!("{}{}", first.to_ascii_lowercase(), letters.as_str()), camel(value)))
            };
            Value::Object(fields.into_iter().filter_map(named).collect::<Map<_, _>>())
        }
        other => other,
    }
}
