//! The bodies of deliveries.

use serde_json::{Map, Value, json};

use crate::blob::{Blob, CUSTOMER_ID, Kind};
use crate::carrier::{Carrier, Person, Salt, phone};
use crate::clock::Ticks;
use crate::hash::Draw;
use crate::json::Json;
use crate::model::{incidents, vins};
use crate::state::{UserRequest, VinRequest, request_draw, user_outcome};
use crate::vendor::Incident;
use crate::webhook::WebhookEvent;

/// A body: the event, when it happened, the carrier, the customer, and what the event adds.
pub(crate) fn write(
    event: WebhookEvent,
    at: Ticks,
    carrier: Option<&Carrier<'_>>,
    (name, detail): (&str, Value),
) -> String {
    let mut data = json!({
        "carrier": carrier.map(|c| json!({
            "dotNumber": c.dot,
            "docketNumber": c.docket_text(),
            "legalName": c.name,
            "dbaName": c.dba,
        })),
        "customer": { "customerID": CUSTOMER_ID, "companyName": "Example Brokerage LLC" },
    });
    data[name] = detail;
    json!({ "eventType": event.name(), "eventDateTime": at.iso(), "eventData": data }).to_string()
}

pub(crate) fn agreement(c: &Carrier<'_>, at: Ticks, blobs: u32) -> (&'static str, Value) {
    let mut draw = c.draw(Salt::Agreement);
    let image = Blob { index: c.index, kind: Kind::Agreement, ordinal: 0 };
    let detail = json!({
        "signatureDate": at.iso(),
        "signaturePerson": c.owner.full(),
        "signaturePersonTitle": "Owner",
        "signaturePersonEmail": c.email,
        "signaturePersonPhoneNumber": phone(&mut draw),
        "agreementImageBlobName": image.name(c.world, blobs),
        "ipAddress": address(c),
        "geolocation": place(&mut draw),
    });
    ("agreement", detail)
}

pub(crate) fn incident(c: &Carrier<'_>, incident: &Incident) -> (&'static str, Value) {
    let mut w = Json::new(1024);
    incidents::since(&mut w, c, incident, &mut None);
    let written = serde_json::from_slice(&w.finish()).unwrap_or_default();
    ("incidentReport", camel(written))
}

pub(crate) fn vin(c: &Carrier<'_>, request: &VinRequest, blobs: u32) -> (&'static str, Value) {
    let outcome = vins::outcome(c, request);
    let mut draw = request_draw(c.world, request.id);
    let states = ["VINRequestSent", "VINBelongsToCarrier", "VINBelongsToAnotherCarrier", "VINCarrierUndetermined"];
    let detail = json!({
        "imageUploadedByFirstName": outcome.person.first,
        "imageUploadedByLastName": outcome.person.last,
        "imageUploadedDateTime": request.done.unwrap_or(request.at).iso(),
        "imageUploadedIPAddress": address(c),
        "imageUploadedGeolocation": place(&mut draw),
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
        "phoneNumber": phone(&mut draw),
        "role": role,
        "otherRole": (role == "Other").then_some("Fleet manager"),
        "verificationStatus": user_outcome(world, request.id),
        "verificationDatetime": request.done.map(Ticks::iso),
    });
    ("userVerificationDetail", detail)
}

fn address(c: &Carrier<'_>) -> Value {
    json!({ "address": "203.0.113.7", "city": c.city, "region": c.state, "country": c.country })
}

fn place(draw: &mut Draw) -> Value {
    let by_device = draw.hit(128);
    json!({
        "latitude": f64::from(3000 + draw.below(1500)) / 100.0,
        "longitude": -f64::from(7000 + draw.below(5000)) / 100.0,
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
