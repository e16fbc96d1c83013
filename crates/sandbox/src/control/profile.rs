//! A carrier as the console draws it: its assessment by category, its policies, its people, its papers.

use serde_json::{Map, Value, json};

use crate::customers::Customer;
use crate::customers::state::Standing;
use crate::engine::Engine;
use crate::lock;
use crate::vendor::blob::{Blob, Kind};
use crate::vendor::model::{certificates, contacts, risk};
use crate::world::carrier::Carrier;
use crate::world::clock::Ticks;
use crate::world::cover::Policy;
use crate::world::risk::{Infraction, points};

const CATEGORIES: [&str; crate::world::risk::CATEGORIES] = ["Authority", "Insurance", "Safety", "Operation", "Other"];

/// What is shown of a carrier beside its row and the answers of the operations.
pub(super) fn of(
    engine: &Engine,
    customer: &Customer,
    (standing, carrier): (&Standing, &Carrier<'_>),
    answers: &Map<String, Value>,
) -> Value {
    json!({
        "authority": authority(carrier),
        "risk": assessment(carrier),
        "policies": carrier.cover.policies.iter().map(|policy| shown(carrier, policy)).collect::<Vec<_>>(),
        "contacts": people(engine, customer, carrier),
        "papers": papers(engine, customer, standing, answers),
    })
}

/// What a carrier may do, in a word or two.
pub(super) fn authority(c: &Carrier<'_>) -> &'static str {
    match &c.authority {
        own if own.is_closed => "given up",
        own if own.granted.is_none() => "inside one state only",
        own if own.is_revoked => "revoked",
        _ => "active",
    }
}

fn assessment(c: &Carrier<'_>) -> Value {
    let assessed = c.risk();
    let (total, rating) = risk::overall(c, &assessed);
    let category = |(name, broken): (&&str, &Vec<Infraction>)| {
        json!({
            "name": name,
            "points": points(broken),
            "rating": risk::rating(c, points(broken)),
            "infractions": broken.iter().map(infraction).collect::<Vec<_>>(),
        })
    };
    json!({
        "points": total,
        "rating": rating,
        "categories": CATEGORIES.iter().zip(&assessed).map(category).collect::<Vec<_>>(),
    })
}

fn infraction(Infraction { rule, output }: &Infraction) -> Value {
    json!({ "rule": rule.name, "points": rule.points, "level": rule.level, "text": rule.text, "output": output })
}

fn shown(c: &Carrier<'_>, policy: &Policy) -> Value {
    json!({
        "kind": certificates::kind(c, policy.line),
        "insurer": policy.insurer.name,
        "number": policy.number,
        "limit": policy.limit,
        "deductible": policy.deductible,
        "from": policy.from.day(),
        "until": policy.until.day(),
        "cancelled": c.cover.cancelled.map(Ticks::day),
    })
}

fn people(engine: &Engine, customer: &Customer, c: &Carrier<'_>) -> Vec<Value> {
    let verified = lock(&customer.state).verifications(&engine.world);
    let one = |contact: &contacts::Contact| {
        let status = verified.get(&contact.email).map(|(_, status)| *status).or(contact.status);
        json!({
            "name": contact.person.full(),
            "title": contact.title,
            "phone": contact.phone,
            "email": contact.email,
            "authorized": contact.authorized,
            "verification": status,
        })
    };
    contacts::of(c).iter().map(one).collect()
}

/// The papers whose names the answers give.
fn papers(engine: &Engine, customer: &Customer, standing: &Standing, answers: &Map<String, Value>) -> Vec<Value> {
    let mut names = Vec::new();
    answers.values().for_each(|answer| blob_names(answer, &mut names));
    let mut seen = std::collections::BTreeSet::new();
    let known = names.into_iter().filter(|name| seen.insert(*name));
    known
        .filter_map(|name| {
            let blob = Blob::find(&engine.world, standing.blobs, customer.broker.id, name)?;
            let (title, kind) = match blob.kind {
                Kind::Template => ("Agreement to sign", "application/pdf"),
                Kind::Agreement => ("Signed agreement", "application/pdf"),
                Kind::Certificate => ("Certificate of insurance", "application/pdf"),
                Kind::W9 => ("Form W-9", "application/pdf"),
                Kind::VinPhoto => ("Photo of a VIN", "image/png"),
            };
            Some(json!({ "title": title, "type": kind, "name": name }))
        })
        .collect()
}

fn blob_names<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(blob) if name.ends_with("BlobName") => found.push(blob),
                    _ => blob_names(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| blob_names(item, found)),
        _ => {}
    }
}
