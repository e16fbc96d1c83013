//! `spec/vectors/*.json`, which normalisers in other languages pass, and the table that those read.

use super::*;
use mycarrierpackets::models::{CarrierPreview, CarrierRiskAssessment, MonitoredCarrier};
use mycarrierpackets::{ErrorKind, raw, test_util};
use serde_json::Map;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// As in `spec/normalise/tests/run.sh`.
const LEAST: usize = 150;

fn spec_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("spec").join(name)
}

fn json_file(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The files of vectors: name and content.
fn files() -> Vec<(String, Value)> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(spec_file("vectors")).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|kind| kind == "json") && !path.ends_with("schema.json"));
    found.sort();
    found.iter().map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), json_file(path))).collect()
}

/// The kind of a schema in the table; the schemas that it names are added to `named`.
fn kind(schema: &Value, named: &mut BTreeSet<String>) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|target| target.strip_prefix("#/components/schemas/")) {
        let target = &spec()["components"]["schemas"][name];
        return match target["properties"] {
            Value::Object(_) => {
                named.insert(name.to_owned());
                name.to_owned()
            }
            _ if name == "DotNumber" => "dot-number".to_owned(),
            _ => kind(target, named),
        };
    }
    if let Some(inner) = schema["allOf"].as_array() {
        assert_eq!(inner.len(), 1, "{schema}");
        return kind(&inner[0], named);
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => format!("[{}]", kind(&schema["items"], named)),
        (Some("string"), _) => "text".to_owned(),
        (Some("integer"), Some("int32")) => "int32".to_owned(),
        (Some("integer"), _) => "int64".to_owned(),
        (Some("number"), _) => "number".to_owned(),
        (Some("boolean"), _) => "boolean".to_owned(),
        _ => "any".to_owned(),
    }
}

/// `spec/normalise/schemas.json` as the document has it.
fn table() -> String {
    let (mut operations, mut schemas, mut named) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    for (path, _, operation) in contract::operations(spec()) {
        let Some(json) = operation["responses"]["200"]["content"].get("application/json") else { continue };
        let mut row = Map::new();
        row.insert("path".to_owned(), path.as_str().into());
        row.insert("answer".to_owned(), kind(&json["schema"], &mut named).into());
        row.insert("idempotency".to_owned(), operation["x-mcp-idempotency"].clone());
        if let Some(items) = operation["x-mcp-pagination"].get("items") {
            row.insert("items".to_owned(), items.clone());
        }
        operations.insert(operation["operationId"].as_str().unwrap().to_owned(), Value::Object(row));
    }
    while let Some(name) = named.pop_first() {
        let schema = &spec()["components"]["schemas"][&name];
        let mut row = Map::new();
        if let Some(field) = schema.get("x-mcp-text-as") {
            row.insert("text_as".to_owned(), field.clone());
        }
        let fields = contract::entries(&schema["properties"]);
        let fields: Map<_, _> = fields.map(|(name, each)| (name.clone(), kind(each, &mut named).into())).collect();
        row.insert("fields".to_owned(), Value::Object(fields));
        schemas.insert(name, Value::Object(row));
        named.retain(|name| !schemas.contains_key(name));
    }
    let lines = |rows: &BTreeMap<String, Value>| {
        rows.iter().map(|(name, row)| format!("    \"{name}\": {row}")).collect::<Vec<_>>().join(",\n")
    };
    format!(
        "{{\n  \"operations\": {{\n{}\n  }},\n  \"schemas\": {{\n{}\n  }}\n}}\n",
        lines(&operations),
        lines(&schemas)
    )
}

#[test]
fn the_table_of_the_normalisers_is_that_of_the_document() {
    let (path, table) = (spec_file("normalise/schemas.json"), table());
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &table).unwrap();
    }
    let refresh = "refresh: INSTA_UPDATE=always cargo test -p mycarrierpackets --test it vectors";
    assert!(std::fs::read_to_string(&path).unwrap() == table, "spec/normalise/schemas.json is out of date\n{refresh}");
}

#[test]
fn every_file_has_the_form_of_its_schema_and_no_name_comes_twice() {
    let schema = jsonschema::validator_for(&json_file(&spec_file("vectors/schema.json"))).unwrap();
    let (mut names, mut count) = (BTreeSet::new(), 0);
    for (file, content) in files() {
        let faults: Vec<_> = schema.iter_errors(&content).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{file}: {faults:?}");
        for vector in content["vectors"].as_array().unwrap() {
            count += 1;
            assert!(names.insert(vector["name"].as_str().unwrap().to_owned()), "{file}: {}", vector["name"]);
        }
    }
    assert!(count >= LEAST, "{count} vectors");
}

/// Whether a decoder that forgives nothing takes `value`.
fn is_strictly(table: &Value, kind: &str, value: &Value) -> bool {
    if value.is_null() || kind == "any" {
        return true;
    }
    if let Some(element) = kind.strip_prefix('[') {
        let fits = |item: &Value| !item.is_null() && is_strictly(table, element.trim_end_matches(']'), item);
        return value.as_array().is_some_and(|items| items.iter().all(fits));
    }
    match kind {
        "text" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "int32" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        "int64" => value.is_i64(),
        "dot-number" => value.as_u64().is_some_and(|number| (1..100_000_000).contains(&number)),
        _ => value.as_object().is_some_and(|fields| {
            let kinds = &table["schemas"][kind]["fields"];
            let fits = |name: &str, value| kinds[name].as_str().is_none_or(|kind| is_strictly(table, kind, value));
            kinds.is_object() && fields.iter().all(|(name, value)| name != "$id" && fits(name, value))
        }),
    }
}

#[test]
fn a_decoder_that_forgives_nothing_takes_every_output() {
    let table = json_file(&spec_file("normalise/schemas.json"));
    let mut outputs = 0;
    for (file, content) in files() {
        for vector in content["vectors"].as_array().unwrap() {
            let Some(output) = vector.get("output") else { continue };
            let of = vector["of"].as_str().unwrap();
            let kind = table["operations"][of]["answer"].as_str().unwrap_or(of);
            assert!(is_strictly(&table, kind, output), "{file}: {}", vector["name"]);
            outputs += 1;
        }
    }
    assert!(outputs > LEAST / 2, "{outputs} outputs");
}

/// What a model keeps of `value`: known fields that are not null, numbers without their spelling.
fn kept(table: &Value, kind: &str, value: &Value) -> Value {
    let element = kind.trim_matches(['[', ']']);
    match (value, table["schemas"].get(element)) {
        (Value::Array(items), _) => items.iter().map(|item| kept(table, element, item)).collect(),
        (Value::Object(map), Some(schema)) => map
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), kept(table, schema["fields"].get(name)?.as_str()?, value))))
            .filter(|(_, value)| !value.is_null())
            .collect(),
        (Value::Number(number), _) if kind == "number" => json!(number.as_f64()),
        (other, _) => other.clone(),
    }
}

fn body(vector: &Value) -> Vec<u8> {
    match (vector["text"].as_str(), vector["base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (_, Some(encoded)) => decoded(encoded),
        _ => vector["answer"].to_string().into_bytes(),
    }
}

/// The body under the content type that the server gives its like.
fn reply(body: Vec<u8>) -> Reply {
    let content_type = match body.first() {
        None => "",
        Some(b'<') => "text/html",
        Some(b'A'..=b'Z') => "text/plain; charset=utf-8",
        _ => "application/json; charset=utf-8",
    };
    Reply::new(200, content_type, body)
}

fn decoded(base64: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for digit in base64.bytes().filter(|byte| *byte != b'=') {
        let value = DIGITS.iter().position(|known| *known == digit).expect("base64");
        bits = bits << 6 | u32::try_from(value).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}

fn value<T: serde::de::DeserializeOwned + Serialize>(json: &[u8]) -> Result<Vec<Value>> {
    test_util::from_json::<T>(json).and_then(one)
}

/// What the client returns for a vector, as records.
async fn returned(bench: &Bench, vector: &Value) -> Result<Vec<Value>> {
    let of = vector["of"].as_str().unwrap();
    let body = body(vector);
    match of {
        "request_token" => value::<raw::types::Token>(&body),
        "CarrierRiskAssessment" => value::<CarrierRiskAssessment>(&body),
        "[CarrierPreview]" => many(test_util::from_json::<Vec<CarrierPreview>>(&body)?),
        "[CarrierRiskAssessment]" => many(test_util::from_json::<Vec<CarrierRiskAssessment>>(&body)?),
        "[MonitoredCarrier]" => many(test_util::from_json::<Vec<MonitoredCarrier>>(&body)?),
        _ => {
            let info = Operation::all().iter().find(|info| info.id == of).unwrap_or_else(|| panic!("{of}"));
            bench.replied(info.operation, reply(body)).await
        }
    }
}

/// What the vector lets one expect, as records.
fn expected(table: &Value, vector: &Value) -> Vec<Value> {
    let of = vector["of"].as_str().unwrap();
    let kind = table["operations"][of]["answer"].as_str().unwrap_or(of);
    let output = kept(table, kind, &vector["output"]);
    match Operation::all().iter().find(|info| info.id == of && of != "request_token") {
        Some(info) => records_of(info, &output),
        None if of.starts_with('[') => output.as_array().unwrap().clone(),
        None => vec![output],
    }
}

/// The kinds of error that stand for a code.
fn is_kind(code: &str, kind: ErrorKind) -> bool {
    match code {
        "truncated" | "several" | "lost-row" => kind == ErrorKind::Decode,
        "absent" => kind == ErrorKind::NotFound,
        "too-large" => kind == ErrorKind::TooLarge,
        "not-json" | "too-deep" | "empty" => matches!(kind, ErrorKind::Decode | ErrorKind::UnexpectedAnswer),
        "other-kind" | "no-rows" => {
            matches!(kind, ErrorKind::Declined | ErrorKind::NotFound | ErrorKind::UnexpectedAnswer | ErrorKind::Decode)
        }
        _ => false,
    }
}

#[tokio::test]
async fn the_client_returns_what_the_vectors_say() {
    let table = json_file(&spec_file("normalise/schemas.json"));
    let bench = Bench::new().await;
    let (mut faults, mut alike) = (Vec::new(), 0);
    for (file, content) in files() {
        for vector in content["vectors"].as_array().unwrap() {
            let returned = returned(&bench, vector).await;
            let same = match (&returned, vector["error"].as_str()) {
                (Err(error), Some(code)) => is_kind(code, error.kind()),
                (Ok(found), None) => {
                    let of = vector["of"].as_str().unwrap();
                    let kind = table["operations"][of]["answer"].as_str().unwrap_or(of);
                    let kind = record_kind(&table, kind);
                    let found: Vec<Value> = found.iter().map(|record| kept(&table, &kind, record)).collect();
                    let found: Vec<Value> = found.into_iter().filter(|record| !record.is_null()).collect();
                    found == expected(&table, vector)
                }
                _ => false,
            };
            alike += usize::from(same);
            if same == vector["rust"].is_string() {
                let found = returned.map(|records| json!(records).to_string()).map_err(|error| error.kind());
                faults.push(format!("{file}: {}: alike: {same}\n  {found:?}", vector["name"]));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(alike >= LEAST * 9 / 10, "{alike} vectors alike");
}

/// The kind of one record of an answer of this kind.
fn record_kind(table: &Value, kind: &str) -> String {
    let fields = &table["schemas"][kind]["fields"];
    let inner = ["data", "CarrierList", "Carrier"].iter().find_map(|items| fields[*items].as_str());
    inner.unwrap_or(kind).trim_matches(['[', ']']).to_owned()
}
