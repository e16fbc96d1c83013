//! Answers that say what they should not: fields, values and lists other than the documents have.

use serde_json::{Map, Value, json};

use crate::world::hash::pair;

/// Marks a place in a value where the bytes that go out are not JSON: no answer has this character.
const MARK: char = '\u{F8FF}';

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

pub(super) fn unknown_fields(value: &mut Value) {
    on_objects(value, &mut |fields| {
        fields.insert("ZNewField".to_owned(), Value::from("of tomorrow"));
        fields.insert("ZNewObject".to_owned(), json!({ "Level": 3 }));
    });
}

// A third of the fields, the same in every answer.
pub(super) fn missing_fields(value: &mut Value) {
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

pub(super) fn unknown_values(value: &mut Value) {
    on_objects(value, &mut |fields| {
        for (_, value) in fields.iter_mut().filter(|(name, _)| ENUMERATED.contains(&name.as_str())) {
            if value.is_string() {
                *value = Value::from("Of Tomorrow");
            }
        }
    });
}

// Objects and lists stay, and what Json.NET needs to tell them apart.
pub(super) fn nulls(value: &mut Value) {
    on_scalars(value, &mut |scalar| *scalar = Value::Null);
}

pub(super) fn numbers_as_text(value: &mut Value) {
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

pub(super) fn object_for_list(value: &mut Value) {
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

pub(super) fn wrapped_lists(value: &mut Value, id: &mut u64) {
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
pub(super) fn dangling(value: &mut Value) -> bool {
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

/// A byte that is no UTF-8 in the first text of every object.
pub(super) fn invalid_utf8(value: &mut Value) -> Vec<u8> {
    on_objects(value, &mut |fields| {
        let mut own = fields.iter_mut().filter(|(name, _)| !name.starts_with('$')).map(|(_, value)| value);
        if let Some(Value::String(text)) = own.find(|value| value.as_str().is_some_and(|text| !text.is_empty())) {
            text.insert(text.chars().next().map_or(0, char::len_utf8), MARK);
        }
    });
    replaced(value, &MARK.to_string(), b"\xFF")
}

/// The first field of every object twice, with the same value.
pub(super) fn duplicate_keys(value: &mut Value) -> Vec<u8> {
    on_objects(value, &mut |fields| {
        let first = fields.iter().find(|(name, _)| !name.starts_with('$'));
        if let Some((name, value)) = first.map(|(name, value)| (format!("{MARK}{name}"), value.clone())) {
            fields.insert(name, value);
        }
    });
    replaced(value, &MARK.to_string(), b"")
}

/// A number that no type holds for every number.
pub(super) fn huge_numbers(value: &mut Value) -> Vec<u8> {
    on_scalars(value, &mut |scalar| {
        if scalar.is_number() {
            *scalar = Value::from(MARK.to_string());
        }
    });
    replaced(value, &format!("\"{MARK}\""), b"1e999")
}

/// The bytes of a value with others in place of each mark.
fn replaced(value: &Value, mark: &str, with: &[u8]) -> Vec<u8> {
    let text = value.to_string();
    let parts: Vec<&[u8]> = text.split(mark).map(str::as_bytes).collect();
    parts.join(with)
}

/// Words for numbers, and an object for every list within a list.
pub(super) fn wrong_types(value: &mut Value, inside_list: bool) {
    match value {
        Value::Number(_) => *value = Value::from("not available"),
        Value::Array(_) if inside_list => *value = json!({ "Count": 0 }),
        Value::Array(items) => items.iter_mut().for_each(|item| wrong_types(item, true)),
        Value::Object(fields) => {
            let own = fields.iter_mut().filter(|(name, _)| !name.starts_with('$'));
            own.for_each(|(_, field)| wrong_types(field, inside_list));
        }
        _ => {}
    }
}
