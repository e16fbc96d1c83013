//! What becomes of the answer to a call that a fault befalls.

use serde_json::{Map, Value, json};

use crate::answer::{Answer, Body, Failure};
use crate::clock::{SECOND, Ticks};
use crate::fault::Kind;
use crate::hash::pair;

const PAGING: &str = "x-pagination";

impl Kind {
    /// The answer to a call that is not carried out.
    pub(crate) fn before_work(&self, now: Ticks) -> Option<Answer> {
        match *self {
            Self::Status { code, retry_after, retry_after_as_date } => {
                let failure = Failure::new(code, message(code));
                Some(Answer::from(match retry_after {
                    None => failure,
                    Some(seconds) if retry_after_as_date => {
                        failure.header("retry-after", now.plus(i64::from(seconds) * SECOND).rfc1123())
                    }
                    Some(seconds) => failure.header("retry-after", seconds.to_string()),
                }))
            }
            Self::Page { code } => Some(Answer::page(code)),
            Self::Login {} => {
                Some(Answer::page(302).header("location", format!("{}?ReturnUrl=%2f", crate::router::SIGN_IN)))
            }
            Self::RefusedRefresh {} => Some(Answer::token(400, br#"{"error":"invalid_grant"}"#.to_vec())),
            _ => None,
        }
    }

    /// What becomes of the answer to a call that was carried out.
    pub(crate) fn after_work(&self, mut answer: Answer) -> Answer {
        match self {
            Self::AfterWork { code } => return Failure::new(*code, message(*code)).into(),
            Self::MessageInstead {} => {
                return Answer { status: 200, ..Failure::new(200, "The service is being maintained.").into() };
            }
            Self::BrokenJson {} => on_bytes(&mut answer.body, |bytes| bytes.truncate(bytes.len() / 2)),
            Self::EmptyBody {} => on_bytes(&mut answer.body, Vec::clear),
            Self::UnknownFields {} => on_json(&mut answer.body, unknown_fields),
            Self::MissingFields {} => on_json(&mut answer.body, missing_fields),
            Self::UnknownValues {} => on_json(&mut answer.body, unknown_values),
            Self::Nulls {} => on_json(&mut answer.body, nulls),
            Self::NumbersAsText {} => on_json(&mut answer.body, numbers_as_text),
            Self::ObjectForList {} => on_json(&mut answer.body, object_for_list),
            Self::WrappedLists {} => on_json(&mut answer.body, |value| wrapped_lists(value, &mut 100_000)),
            Self::DanglingReference {} => on_json(&mut answer.body, |value| {
                dangling(value);
            }),
            Self::NoPagination {} => answer.headers.retain(|(name, _)| *name != PAGING),
            Self::BrokenPagination {} => {
                for (_, value) in answer.headers.iter_mut().filter(|(name, _)| *name == PAGING) {
                    value.truncate(value.len() / 2);
                }
            }
            Self::DoublePagination {} => {
                let twice = answer.headers.iter().find(|(name, _)| *name == PAGING).cloned();
                answer.headers.extend(twice);
            }
            _ => {}
        }
        answer
    }
}

fn message(code: u16) -> &'static str {
    match code {
        400 => "The request is invalid.",
        401 | 403 => "Authorization has been denied for this request.",
        404 => "No carrier was found.",
        408 => "The request timed out.",
        429 => "Too many requests.",
        _ => "An error has occurred.",
    }
}

fn on_bytes(body: &mut Body, change: impl FnOnce(&mut Vec<u8>)) {
    match body {
        Body::Api { json: bytes, .. } | Body::Json(bytes) | Body::File { bytes, .. } => change(bytes),
        Body::Page(_) => {}
    }
}

fn on_json(body: &mut Body, change: impl FnOnce(&mut Value)) {
    on_bytes(body, |bytes| {
        if let Ok(mut value) = serde_json::from_slice::<Value>(bytes) {
            change(&mut value);
            *bytes = value.to_string().into_bytes();
        }
    });
}

/// Changes every object from the innermost outwards, but for references.
fn on_objects(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| on_objects(item, change)),
        Value::Object(fields) if !fields.contains_key("$ref") => {
            fields.values_mut().for_each(|field| on_objects(field, change));
            change(fields);
        }
        _ => {}
    }
}

fn unknown_fields(value: &mut Value) {
    on_objects(value, &mut |fields| {
        fields.insert("ZNewField".to_owned(), Value::from("of tomorrow"));
        fields.insert("ZNewObject".to_owned(), json!({ "Level": 3 }));
    });
}

// A third of the fields, the same in every answer.
fn missing_fields(value: &mut Value) {
    let hash = |name: &str| name.bytes().fold(0, |hash, byte| pair(hash, byte.into()));
    on_objects(value, &mut |fields| fields.retain(|name, _| name.starts_with('$') || hash(name) % 3 != 0));
}

/// Where the documents list the values there can be.
const ENUMERATED: &[&str] = &[
    "Overall",
    "OverallRating",
    "RiskLevel",
    "InProcessState",
    "Status",
    "status",
    "VerificationStatus",
    "CarrierPacketStatus",
    "Description",
    "carrierType",
    "CommenterType",
];

fn unknown_values(value: &mut Value) {
    on_objects(value, &mut |fields| {
        for (_, value) in fields.iter_mut().filter(|(name, _)| ENUMERATED.contains(&name.as_str())) {
            if value.is_string() {
                *value = Value::from("Of Tomorrow");
            }
        }
    });
}

// Objects and lists stay, and what Json.NET needs to tell them apart.
fn nulls(value: &mut Value) {
    on_scalars(value, &mut |scalar| *scalar = Value::Null);
}

fn numbers_as_text(value: &mut Value) {
    on_scalars(value, &mut |scalar| {
        if scalar.is_number() {
            *scalar = Value::from(scalar.to_string());
        }
    });
}

fn on_scalars(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| on_scalars(item, change)),
        Value::Object(fields) => {
            let fields = fields.iter_mut().filter(|(name, _)| !name.starts_with('$'));
            fields.for_each(|(_, value)| on_scalars(value, change));
        }
        scalar => change(scalar),
    }
}

fn object_for_list(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(object_for_list);
            if items.first().is_some_and(Value::is_object) {
                *value = items.swap_remove(0);
            }
        }
        Value::Object(fields) => fields.values_mut().for_each(object_for_list),
        _ => {}
    }
}

fn wrapped_lists(value: &mut Value, id: &mut u64) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(|item| wrapped_lists(item, id));
            *id += 1;
            *value = json!({ "$id": id.to_string(), "$values": std::mem::take(items) });
        }
        Value::Object(fields) => fields.values_mut().for_each(|field| wrapped_lists(field, id)),
        _ => {}
    }
}

/// Puts a reference to nothing where the first inner object was; true once it is done.
fn dangling(value: &mut Value) -> bool {
    match value {
        Value::Array(items) => items.iter_mut().any(dangling),
        Value::Object(fields) => fields.values_mut().any(|field| {
            let found = field.is_object();
            if found {
                *field = json!({ "$ref": "999999" });
            }
            found || dangling(field)
        }),
        _ => false,
    }
}
