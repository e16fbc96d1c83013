//! A document under OpenAPI's own JSON schema, `spec/schema/openapi-3.0.json`.

use crate::document::{Fault, fault, nodes::escape};
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

const SCHEMA: &str = include_str!("../../spec/schema/openapi-3.0.json");

/// The schema, ready for use.
///
/// # Errors
/// A schema that is none.
pub fn validator() -> Result<Validator, String> {
    let schema = serde_json::from_str(SCHEMA).map_err(|e| format!("spec/schema/openapi-3.0.json: {e}"))?;
    jsonschema::draft4::new(&schema).map_err(|e| format!("spec/schema/openapi-3.0.json: {e}"))
}

/// Every fault of `doc`.
pub fn check(validator: &Validator, doc: &Value) -> Vec<Fault> {
    validator.iter_errors(doc).flat_map(|error| innermost(&error)).collect()
}

// Of alternatives the one that was meant is the one that fits best: what is wrong with it is the fault.
fn innermost(error: &ValidationError<'_>) -> Vec<Fault> {
    let place = error.instance_path().to_string();
    match error.kind() {
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
            let is_reference = error.instance().get("$ref").is_some();
            let meant = |branch: &&Vec<ValidationError<'static>>| {
                let wants_reference = branch.iter().any(|e| {
                    matches!(e.kind(), Kind::Required { property } if property == "$ref")
                        || e.schema_path().to_string().contains("Reference")
                });
                is_reference || !wants_reference
            };
            let closed = |error: &ValidationError<'static>| matches!(error.kind(), Kind::Enum { .. });
            let values = context.iter().filter(meant).filter_map(|branch| branch.iter().find(|error| closed(error)));
            let values: Vec<_> = values.collect();
            if let (true, [value, _, ..]) = (values.len() == context.len(), &values[..]) {
                return vec![fault(value.instance_path().to_string(), format!("{} is unknown here", value.instance()))];
            }
            let best = context.iter().filter(meant).min_by_key(|branch| branch.len());
            let faults: Vec<_> = best.into_iter().flatten().flat_map(innermost).collect();
            if faults.is_empty() { vec![fault(place, "is nothing that OpenAPI 3.0 knows here")] } else { faults }
        }
        Kind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|key| fault(format!("{place}/{}", escape(key)), format!("OpenAPI 3.0 has no `{key}` here")))
            .collect(),
        Kind::Required { property } => {
            vec![fault(place, format!("needs {}", property.as_str().unwrap_or_default()))]
        }
        _ if error.instance().is_object() || error.instance().is_array() => {
            vec![fault(place, error.masked_with("this").to_string())]
        }
        _ => vec![fault(place, error.to_string())],
    }
}
