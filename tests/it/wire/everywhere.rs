//! The habits of the server's JSON, on every field of every operation: each changes nothing of what is read.

use super::*;
use mycarrierpackets::{ErrorKind, Idempotency};
use serde_json::Map;

type Change = fn(Value) -> Value;

/// Each habit, as a change to an answer that means the same before and after.
const HABITS: [(&str, Change); 9] = [
    ("as documented", |answer| answer),
    ("$id in every object", |answer| numbered(answer, &mut 0)),
    ("lists under $values", |answer| {
        each(answer, &|value| match value {
            Value::Array(items) => json!({"$id": "7", "$values": items}),
            other => other,
        })
    }),
    ("$id and lists under $values", |answer| {
        each(numbered(answer, &mut 0), &|value| match value {
            Value::Array(items) => json!({"$id": "v", "$values": items}),
            other => other,
        })
    }),
    ("fields nobody knows", |answer| {
        each(answer, &|value| with(value, "Surprise", json!({"a": [1, null, {"b": "c"}]})))
    }),
    ("a field nobody knows, first", |answer| {
        each(answer, &|value| with(value, "$ type", json!("Vendor.Model, Vendor")))
    }),
    ("numbers and booleans as text", |answer| {
        each(answer, &|value| match value {
            Value::Number(_) | Value::Bool(_) => json!(value.to_string()),
            other => other,
        })
    }),
    ("an object as an array of one", |answer| {
        each(answer, &|value| match value {
            Value::Object(map) => {
                let around = |value: Value| if value.is_object() { json!([value]) } else { value };
                map.into_iter().map(|(name, value)| (name, around(value))).collect()
            }
            other => other,
        })
    }),
    ("nulls between", |answer| {
        each(answer, &|value| match value {
            Value::Array(mut items) if !items.is_empty() => {
                items.insert(0, Value::Null);
                items.push(Value::Null);
                json!(items)
            }
            other => other,
        })
    }),
];

#[tokio::test]
async fn no_habit_of_the_server_changes_what_is_read() {
    let bench = Bench::new().await;
    for info in typed() {
        let record = full(record_schema(info), &mut 0);
        let expected = plain_records(info, std::slice::from_ref(&record));
        assert!(size(&expected[0]) >= record_schema(info)["properties"].as_object().unwrap().len());
        for (habit, change) in HABITS {
            let body = change(answer_of(info, vec![record.clone()]));
            // A list that is the whole answer holds no null.
            let body = match habit {
                "nulls between" => answer_of(info, vec![in_fields(record.clone(), change)]),
                _ => body,
            };
            let read = bench.served(info.operation, &body).await;
            let read = read.unwrap_or_else(|error| panic!("{}, {habit}: {error}", info.id));
            assert_eq!(plain_records(info, &read), expected, "{}, {habit}", info.id);
        }
    }
}

#[tokio::test]
async fn an_object_that_comes_again_may_be_a_reference() {
    let bench = Bench::new().await;
    let mut followed = 0;
    for info in typed() {
        let doubled = each(full(record_schema(info), &mut 0), &|value| match value {
            Value::Array(items) => json!([items[0], items[0]]),
            other => other,
        });
        let body = referring(numbered(answer_of(info, vec![doubled.clone()]), &mut 0));
        followed += body.to_string().matches("$ref").count();
        let read = bench.served(info.operation, &body).await;
        let read = read.unwrap_or_else(|error| panic!("{}: {error}", info.id));
        assert_eq!(plain_records(info, &read), plain_records(info, &[doubled]), "{}", info.id);
    }
    assert!(followed > 50, "{followed} references");
}

#[tokio::test]
async fn a_record_may_be_referred_to_as_a_whole() {
    let bench = Bench::new().await;
    for info in typed().filter(|info| info.pagination.is_some()) {
        let record = full(record_schema(info), &mut 0);
        let mut first = record.clone();
        first["$id"] = json!("2");
        let body = answer_of(info, vec![first, json!({"$ref": "2"})]);
        let read = bench.served(info.operation, &body).await.unwrap();
        assert_eq!(plain_records(info, &read), plain_records(info, &[record.clone(), record]), "{}", info.id);
    }
}

fn must_have_its_list(info: &OperationInfo) -> bool {
    info.operation == Operation::GetUpdatedFactoringCompanies
}

#[tokio::test]
async fn any_field_may_be_null_or_empty_or_absent() {
    let bench = Bench::new().await;
    for info in typed() {
        let record = full(record_schema(info), &mut 0);
        let fields = record.as_object().unwrap();
        let all = |value: Value| -> Value { fields.keys().map(|name| (name.clone(), value.clone())).collect() };
        for (name, record) in [("absent", json!({})), ("null", all(Value::Null)), ("only $id", json!({"$id": "1"}))] {
            let read = bench.served(info.operation, answer_of(info, vec![record])).await;
            // A row of a page may be as empty as it likes. An answer that is nothing but empty is none, unless its
            // fields are there, or it is to a call that was answered without a no.
            let fields_are_there = name == "null" && info.idempotency == Idempotency::Read && !must_have_its_list(info);
            if wrapper(info).is_none() && !fields_are_there && info.idempotency != Idempotency::Once {
                assert_eq!(read.unwrap_err().kind(), ErrorKind::UnexpectedAnswer, "{}, {name}", info.id);
                continue;
            }
            let read = read.unwrap_or_else(|error| panic!("{}, {name}: {error}", info.id));
            assert_eq!(read, [json!({})], "{}, {name}", info.id);
        }
        let read = bench.served(info.operation, answer_of(info, vec![all(json!(""))])).await;
        // Without its fields the answer to a change does not say that it was done, and that of a window what it holds.
        if info.idempotency == Idempotency::Idempotent || must_have_its_list(info) {
            assert_eq!(read.unwrap_err().kind(), ErrorKind::UnexpectedAnswer, "{}", info.id);
            continue;
        }
        let read = read.unwrap_or_else(|error| panic!("{}, empty text: {error}", info.id));
        let kept = read[0].as_object().unwrap();
        assert!(kept.values().all(|value| value == "" || value.is_object()), "{}: {kept:?}", info.id);

        // Deeper: every scalar null inside objects and lists that are there, then every list and object null in turn.
        let hollow = each(record.clone(), &|value| match value {
            Value::Object(_) | Value::Array(_) => value,
            _ => Value::Null,
        });
        let read = bench.served(info.operation, answer_of(info, vec![hollow.clone()])).await.unwrap();
        assert_eq!(plain_records(info, &read), plain_records(info, &[hollow]), "{}", info.id);
        for name in fields.keys() {
            let mut without = record.clone();
            without[name] = Value::Null;
            let read = bench.served(info.operation, answer_of(info, vec![without.clone()])).await;
            let read = read.unwrap_or_else(|error| panic!("{}, {name} null: {error}", info.id));
            assert_eq!(plain_records(info, &read), plain_records(info, &[without]), "{}, {name} null", info.id);
        }
        let empty = each(record, &|value| if value.is_array() { json!([null]) } else { value });
        let read = bench.served(info.operation, answer_of(info, vec![empty.clone()])).await.unwrap();
        assert_eq!(plain_records(info, &read), plain_records(info, &[empty]), "{}, lists of null", info.id);
    }
}

/// A value with every field of a schema, no two scalars alike, lists of two.
fn full(schema: &'static Value, count: &mut u32) -> Value {
    let schema = followed(schema);
    *count += 1;
    if schema["anyOf"].is_array() {
        return json!(9_900_000 + *count);
    }
    match (schema["type"].as_str().unwrap_or_default(), schema["format"].as_str().unwrap_or_default()) {
        ("object", _) => {
            let fields = contract::entries(&schema["properties"]);
            // A flag that says no makes the answer an error.
            let value = |name: &str, schema, count: &mut u32| match name {
                "Result" | "Success" | "succeeded" => json!(true),
                _ => full(schema, count),
            };
            fields.map(|(name, schema)| (name.clone(), value(name, schema, count))).collect::<Map<_, _>>().into()
        }
        ("array", _) => json!([full(&schema["items"], count), full(&schema["items"], count)]),
        ("integer", _) => json!(*count),
        ("number", _) => json!(f64::from(*count) + 0.25),
        ("boolean", _) => json!(count.is_multiple_of(2)),
        ("string", "mcp-date-time") => json!(format!("2025-05-05T08:33:32.{count:07}")),
        ("string", _) => json!(format!("text {count}")),
        other => panic!("{other:?}: {schema}"),
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.values().map(size).sum(),
        Value::Array(items) => items.iter().map(size).sum(),
        _ => 1,
    }
}

/// `change` to every value, the inner ones first.
fn each(value: Value, change: &dyn Fn(Value) -> Value) -> Value {
    change(match value {
        Value::Object(map) => map.into_iter().map(|(name, value)| (name, each(value, change))).collect(),
        Value::Array(items) => items.into_iter().map(|item| each(item, change)).collect(),
        other => other,
    })
}

fn in_fields(record: Value, change: Change) -> Value {
    let Value::Object(map) = record else { panic!("{record} is not a record") };
    map.into_iter().map(|(name, value)| (name, change(value))).collect()
}

fn with(value: Value, name: &str, field: Value) -> Value {
    match value {
        Value::Object(mut map) => {
            map.insert(name.to_owned(), field);
            map.into()
        }
        other => other,
    }
}

/// Every object with a number of its own, from the outside in.
fn numbered(value: Value, count: &mut u32) -> Value {
    match value {
        Value::Object(map) => {
            *count += 1;
            let id = json!(count.to_string());
            let fields = map.into_iter().map(|(name, value)| (name, numbered(value, count)));
            std::iter::once(("$id".to_owned(), id)).chain(fields).collect()
        }
        Value::Array(items) => items.into_iter().map(|item| numbered(item, count)).collect(),
        other => other,
    }
}

/// The second of two objects in a list as a reference to the first.
fn referring(value: Value) -> Value {
    each(value, &|value| match value {
        Value::Array(items) if items.len() == 2 && items[0].is_object() => {
            json!([items[0], {"$ref": items[0]["$id"]}])
        }
        other => other,
    })
}
