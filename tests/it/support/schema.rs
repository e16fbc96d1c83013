//! `spec/openapi.yaml` and its schemas, for tests that hold an answer against them.

use super::contract;
use super::schemas::Schemas;
use serde_json::Value;
use std::sync::LazyLock;

pub use super::schemas::Mode;

/// The document as it is written.
pub const YAML: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/spec/openapi.yaml"));

static SPEC: LazyLock<Value> = LazyLock::new(|| match contract::parse(YAML) {
    Ok(document) => document.json,
    Err(faults) => panic!("spec/openapi.yaml: {faults:?}"),
});

static SCHEMAS: LazyLock<Schemas<'static>> = LazyLock::new(|| Schemas::of(&SPEC));

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
    SCHEMAS.validate(&SCHEMAS.with_other_shape(&media["schema"], &op["x-mcp-accepts"]), answer, mode)
}

/// The faults of `value` under `schema`, a schema of the document.
pub fn validate_schema(schema: &Value, value: &Value, mode: Mode) -> Vec<String> {
    SCHEMAS.validate(schema, value, mode)
}

/// Every example in the document: the place, the schema, the example.
///
/// An operation's 200 answer comes with the other shape that `x-mcp-accepts` allows.
pub fn examples() -> Vec<(String, Value, &'static Value)> {
    SCHEMAS.examples()
}
