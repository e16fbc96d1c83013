//! Checks JSON against `spec/openapi.yaml`: OpenAPI 3.0 and the document's own extensions, put as JSON Schema.
//!
//! Generous, it allows what a client must bear: any field may be unknown. Strict, it allows what a server that knows
//! only the document may say: an unknown field is a fault. `$id`, `$ref` and `$values` are Json.NET's and always allowed.

use super::contract;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

/// Whether a field that is not in the schema is a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    Generous,
    Strict,
}

/// The document as it is written.
pub const YAML: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/spec/openapi.yaml"));

static SPEC: LazyLock<Value> = LazyLock::new(|| match contract::parse(YAML) {
    Ok(document) => document.json,
    Err(faults) => panic!("spec/openapi.yaml: {faults:?}"),
});

static COMPILED: Mutex<BTreeMap<(String, Mode), Arc<Validator>>> = Mutex::new(BTreeMap::new());

/// The document as JSON.
pub fn spec() -> &'static Value {
    &SPEC
}

/// The faults of `answer`, a 200 answer of the operation with this `operationId`; none if it is as the document says.
pub fn validate(operation_id: &str, answer: &Value) -> Vec<String> {
    validate_answer(operation_id, answer, Mode::Generous)
}

/// [`validate`] in either mode.
pub fn validate_answer(operation_id: &str, answer: &Value, mode: Mode) -> Vec<String> {
    let found = contract::operations(spec()).find(|(_, _, op)| op["operationId"] == operation_id);
    let Some((_, _, op)) = found else {
        return vec![format!("{operation_id} is not in the document")];
    };
    let Some(media) = op["responses"]["200"]["content"].get("application/json") else {
        return vec![format!("{operation_id} does not answer JSON")];
    };
    let accepts = op["x-mcp-accepts"].as_array().map(Vec::as_slice).unwrap_or_default();
    validate_schema(&with_other_shape(&media["schema"], accepts), answer, mode)
}

/// The faults of `value` under `schema`, a schema of the document.
pub fn validate_schema(schema: &Value, value: &Value, mode: Mode) -> Vec<String> {
    let key = (schema.to_string(), mode);
    let known = COMPILED.lock().unwrap().get(&key).cloned();
    let validator = known.unwrap_or_else(|| {
        let made = Arc::new(compile(schema, mode));
        COMPILED.lock().unwrap().insert(key, made.clone());
        made
    });
    validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
}

// `x-mcp-accepts` names the shape that another source gives the same answer: one for an array, an array for one.
fn with_other_shape(schema: &Value, accepts: &[Value]) -> Value {
    let other = match contract::resolve(spec(), schema)["type"].as_str() {
        Some("array") if accepts.contains(&json!("object")) => schema["items"].clone(),
        Some("object") if accepts.contains(&json!("array")) => json!({"type": "array", "items": schema}),
        _ => return schema.clone(),
    };
    json!({"x-either": [schema, other]})
}

fn compile(schema: &Value, mode: Mode) -> Validator {
    let mut root = translate(schema, mode);
    let components = contract::entries(&spec()["components"]["schemas"]);
    root["$defs"] = components.map(|(name, schema)| (name.clone(), translate(schema, mode))).collect();
    jsonschema::draft202012::new(&root).unwrap_or_else(|fault| panic!("{schema}: {fault}"))
}

/// A schema of the document as JSON Schema. `if` says more than `anyOf`: the faults keep their place.
fn translate(schema: &Value, mode: Mode) -> Value {
    if let Some([one, other]) = schema["x-either"].as_array().map(Vec::as_slice) {
        let is_array = |s: &Value| contract::resolve(spec(), s)["type"] == "array";
        let (array, object) = if is_array(one) { (one, other) } else { (other, one) };
        return json!({"if": {"type": "array"}, "then": translate(array, mode), "else": translate(object, mode)});
    }
    let plain = unconditional(schema, mode);
    let text_may_stand = schema["x-mcp-text-as"].is_string();
    let mut allowed: Vec<_> = text_may_stand.then_some("string").into_iter().collect();
    if schema["nullable"] == true {
        allowed.push("null");
    }
    if allowed.is_empty() { plain } else { json!({"if": {"type": allowed}, "else": plain}) }
}

fn unconditional(schema: &Value, mode: Mode) -> Value {
    if let Some(target) = schema["$ref"].as_str() {
        return json!({"$ref": target.replace("#/components/schemas/", "#/$defs/")});
    }
    let mut made = Map::new();
    for word in ["allOf", "oneOf", "anyOf"] {
        if let Some(parts) = schema[word].as_array() {
            made.insert(word.to_owned(), parts.iter().map(|part| translate(part, mode)).collect());
        }
    }
    // Beside `allOf` the `type` is there for `nullable` alone: its parts say what is allowed.
    let composed = schema["allOf"].is_array();
    for word in ["type", "required", "enum", "minimum", "maximum", "pattern"] {
        if let Some(value) = schema.get(word).filter(|_| !(composed && word == "type")) {
            made.insert(word.to_owned(), value.clone());
        }
    }
    match schema["type"].as_str() {
        Some("array") => return array(made, translate(&schema["items"], mode)),
        Some("object") if !composed => object(&mut made, schema, mode),
        _ => format(&mut made, schema["format"].as_str().unwrap_or_default()),
    }
    Value::Object(made)
}

// Json.NET may write a list as an object around its `$values`.
fn array(mut made: Map<String, Value>, items: Value) -> Value {
    made.insert("items".to_owned(), items);
    let plain = Value::Object(made);
    let wrapped = json!({"type": "object", "required": ["$values"]});
    json!({"if": wrapped, "then": {"properties": {"$values": plain}}, "else": plain})
}

fn object(made: &mut Map<String, Value>, schema: &Value, mode: Mode) {
    let Some(fields) = schema["properties"].as_object() else { return };
    let mut properties: Map<_, _> = fields.iter().map(|(name, s)| (name.clone(), translate(s, mode))).collect();
    properties.insert("$id".to_owned(), json!({"type": "string"}));
    properties.insert("$ref".to_owned(), json!({"type": "string"}));
    made.insert("properties".to_owned(), Value::Object(properties));
    if mode == Mode::Strict {
        made.insert("additionalProperties".to_owned(), json!(false));
    }
}

fn format(made: &mut Map<String, Value>, format: &str) {
    match format {
        "int32" => {
            made.insert("minimum".to_owned(), i32::MIN.into());
            made.insert("maximum".to_owned(), i32::MAX.into());
        }
        "mcp-date-time" => {
            const TIME: &str = r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?(Z|[+-]\d{2}:\d{2})?)?$";
            made.insert("pattern".to_owned(), TIME.into());
        }
        _ => {}
    }
}

/// Every example that stands beside a schema in the document: the place, the schema, the example.
///
/// An operation's 200 answer comes with the other shape that `x-mcp-accepts` allows.
pub fn examples() -> Vec<(String, Value, Value)> {
    let mut found = Vec::new();
    for (path, verb, op) in contract::operations(spec()) {
        let place = format!("{verb} {path}");
        let accepts = op["x-mcp-accepts"].as_array().map(Vec::as_slice).unwrap_or_default();
        for parameter in op["parameters"].as_array().into_iter().flatten() {
            let place = format!("{place} {}", parameter["name"]);
            collect(&mut found, &place, &parameter["schema"], parameter);
            collect(&mut found, &place, &parameter["schema"], &parameter["schema"]);
        }
        for (kind, media) in contract::entries(&op["requestBody"]["content"]) {
            collect(&mut found, &format!("{place} body {kind}"), &media["schema"], media);
        }
        for (status, answer) in contract::entries(&op["responses"]) {
            let accepts = if status == "200" { accepts } else { &[] };
            for (kind, media) in contract::entries(&contract::resolve(spec(), answer)["content"]) {
                let schema = with_other_shape(&media["schema"], accepts);
                collect(&mut found, &format!("{place} {status} {kind}"), &schema, media);
            }
        }
    }
    found
}

fn collect(found: &mut Vec<(String, Value, Value)>, place: &str, schema: &Value, holder: &Value) {
    let one = holder.get("example").map(|value| ("example", value));
    let named = contract::entries(&holder["examples"]).map(|(name, e)| (name.as_str(), &e["value"]));
    for (name, value) in one.into_iter().chain(named) {
        found.push((format!("{place} {name}"), schema.clone(), value.clone()));
    }
}
