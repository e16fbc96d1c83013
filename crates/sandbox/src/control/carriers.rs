//! The carriers: searched, shown whole, and what happens to them.

use serde_json::{Map, Value, json};

use crate::control::addresses;
use crate::control::call::Call;
use crate::control::reply::{Code, Refusal, Reply, Result, bad, missing};
use crate::control::{changes, papers, profile};
use crate::customers::Customer;
use crate::engine::facts;
use crate::engine::given::Unset;
use crate::engine::triggers::{Cannot, Event};
use crate::lock;
use crate::vendor;
use crate::vendor::answer::Body;
use crate::vendor::model::certificates::insured_until;
use crate::vendor::request::Params;
use crate::webhooks::Whose;
use crate::wire::members::Accepts::{OneOf, Words};
use crate::wire::members::{Member, needed, optional};
use crate::world::Index;
use crate::world::carrier::Carrier;
use crate::world::company::Company;

const SHOWN: [&str; 5] = [
    "PreviewCarrier",
    "GetCarrierData",
    "GetCarrierContacts",
    "GetCarrierIncidentReports",
    "GetCarrierVINVerifications",
];

const TAKES: [Member; 2] = [
    needed("event", OneOf(&["change", "completePacket", "reportIncident", "updateIncident", "retractIncident"])),
    optional("customer", Words(1, 100)),
];

pub(crate) async fn route(call: &Call<'_>, method: &str, path: &[&str]) -> Result {
    match (method, path) {
        ("GET", ["carriers"]) => list(call),
        ("GET", ["carriers", dot]) => one(call, dot),
        ("GET", ["carriers", dot, "packet"]) => papers::packet(call, &*customer(call)?, dot),
        ("PUT", ["carriers", dot]) => {
            let members = call.members(&facts::TAKES, r#"{"rating": "Unacceptable"}"#)?;
            set(call, dot, members)
        }
        ("DELETE", ["carriers", dot]) => set(call, dot, Map::new()),
        ("POST", ["carriers", dot, "events"]) => happen(call, dot).await,
        _ => Err(addresses::nowhere(method, path)),
    }
}

async fn happen(call: &Call<'_>, dot: &str) -> Result {
    let wanted = call.members(&TAKES, r#"{"event": "completePacket"}"#)?;
    let event = wanted.get("event").cloned().unwrap_or_default();
    let event: Event = serde_json::from_value(event).map_err(|error| bad(Code::InvalidValue, error.to_string()))?;
    let name = wanted.get("customer").and_then(Value::as_str).unwrap_or(crate::customers::USERNAME);
    let customer = someone(call, name)?;
    match call.engine.happen(&customer, dot.parse().unwrap_or(-1), event) {
        Ok(()) => {
            call.flushed(Whose::Customer(name)).await;
            Ok(Reply::Done)
        }
        Err(Cannot::NoCarrier) => Err(stranger(dot)),
        Err(Cannot::NoReport) => {
            let error = "no incident with this carrier was reported since the start";
            Err(Refusal::new(409, Code::NoReport, error, "Report one first, with reportIncident."))
        }
    }
}

fn set(call: &Call<'_>, dot: &str, members: Map<String, Value>) -> Result {
    match call.engine.set_carrier(dot.parse().unwrap_or(-1), members) {
        Ok(()) => one(call, dot),
        Err(Unset::NoCarrier) => Err(stranger(dot)),
        Err(Unset::Invalid(error)) => Err(bad(Code::InvalidValue, error)),
        Err(Unset::Contradiction(error)) => {
            let advice = "Leave one of them out: what is not set is made to fit.";
            Err(Refusal::new(400, Code::ContradictingFacts, error, advice))
        }
    }
}

fn stranger(dot: &str) -> Refusal {
    let dot: String = dot.chars().take(20).collect();
    missing(Code::UnknownCarrier, format!("there is no carrier with DOT number {dot}"), "/__sandbox/carriers")
}

/// The customer of a user name, who is here from now on.
fn someone(call: &Call<'_>, name: &str) -> std::result::Result<std::sync::Arc<Customer>, Refusal> {
    if !crate::wire::auth::is_user_name(name) {
        return Err(no_name());
    }
    let customer = call.engine.customers.of(name, &call.engine.world);
    let error = "there are too many customers";
    customer.ok_or_else(|| Refusal::new(409, Code::TooManyCustomers, error, "Reset the sandbox."))
}

/// A look is no visit: who has not signed in has the lists of the start.
pub(super) fn customer(call: &Call<'_>) -> std::result::Result<std::sync::Arc<Customer>, Refusal> {
    let name = call.params.get("customer").unwrap_or(crate::customers::USERNAME);
    call.engine
        .customers
        .known(name)
        .or_else(|| call.engine.customers.stranger(name, &call.engine.world))
        .ok_or_else(no_name)
}

fn no_name() -> Refusal {
    bad(Code::InvalidValue, "customer must be a user name of 1 to 100 characters")
}

fn list(call: &Call<'_>) -> Result {
    let customer = customer(call)?;
    let page = call.count("page", 1, u64::from(u32::MAX))?;
    let size = call.count("pageSize", 50, 500)?;
    call.engine.settle(&customer);
    let world = &call.engine.world;
    let wanted = call.params.get("search").map(|text| text.trim().to_lowercase());
    let found: Vec<Index> = match &wanted {
        None => (0..world.total).collect(),
        Some(wanted) => (0..world.total).filter(|&index| matches(world, index, wanted)).collect(),
    };
    let start = (page - 1).saturating_mul(size).min(found.len() as u64) as usize;
    let shown = &found[start..found.len().min(start + size as usize)];
    Ok(Reply::Json(json!({
        "total": found.len(),
        "page": page,
        "pageSize": size,
        "carriers": shown.iter().map(|&index| row(call, &customer, index)).collect::<Vec<_>>(),
    })))
}

fn matches(world: &crate::world::World, index: Index, wanted: &str) -> bool {
    if world.dot(index).to_string().starts_with(wanted) {
        return true;
    }
    let docket = world.docket(index).map(|docket| format!("{}{}", docket.prefix.to_lowercase(), docket.number));
    docket.is_some_and(|docket| docket.starts_with(wanted) || docket[2..].starts_with(wanted))
        || Company::of(world, index).name.to_lowercase().contains(wanted)
}

fn row(call: &Call<'_>, customer: &Customer, index: Index) -> Value {
    let engine = call.engine;
    let now = engine.clock.now();
    let standing = customer.standing(&engine.world, &lock(&engine.history), index, now);
    let carrier = Carrier::new(&engine.world, index, standing.facts.clone(), now);
    json!({
        "dot": carrier.dot,
        "docket": carrier.docket_text(),
        "name": carrier.name,
        "city": carrier.city,
        "state": carrier.state,
        "active": carrier.is_active(),
        "insuredUntil": insured_until(&carrier).map(|until| until.day()),
        "monitored": standing.monitored,
        "blocked": standing.blocked,
        "packet": standing.packet,
    })
}

fn one(call: &Call<'_>, dot: &str) -> Result {
    let customer = customer(call)?;
    let index = dot.parse().ok().and_then(|dot| call.engine.world.by_dot(dot)).ok_or_else(|| stranger(dot))?;
    let now = call.engine.settle(&customer);
    let params = Params::parse(format!("DOTNumber={dot}").as_bytes());
    let asked = call.engine.call(&customer, &params, now);
    let answers: Map<String, Value> = vendor::OPERATIONS
        .iter()
        .filter(|operation| SHOWN.contains(&operation.name))
        .filter_map(|operation| match (operation.run)(&asked).ok()?.body {
            Body::Api { json, .. } => Some((operation.name.to_owned(), serde_json::from_slice(&json).ok()?)),
            _ => None,
        })
        .collect();
    let mut value = row(call, &customer, index);
    let standing = customer.standing(&call.engine.world, &lock(&call.engine.history), index, now);
    let carrier = Carrier::new(&call.engine.world, index, standing.facts.clone(), now);
    value["profile"] = profile::of(call.engine, &customer, (&standing, &carrier), &answers);
    value["changes"] = changes::of(&call.engine.world, &lock(&customer.state), index, now).into();
    let given = call.engine.world.given(index, now).map(|given| given.asked.clone()).unwrap_or_default();
    value["given"] = serde_json::to_value(given).unwrap_or_default();
    value["answers"] = answers.into();
    Ok(Reply::Json(value))
}
