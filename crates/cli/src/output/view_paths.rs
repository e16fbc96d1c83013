//! Every column names a field that its record has: a misspelt one would be an empty column.

use super::view::{Column, Kind, View};
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

/// The columns of `view` that a `T` has no field for.
pub fn strangers<T: JsonSchema>(view: &View) -> Vec<String> {
    let schema = Value::from(schema_for!(T));
    let unknown = view.columns.iter().filter(|column| !has(&schema, column));
    unknown.map(|column| column.name()).collect()
}

fn has(root: &Value, column: &Column) -> bool {
    let mut place = resolved(root, root);
    for name in column.path.split('/') {
        match place.and_then(|place| place.get("properties")?.get(name)) {
            Some(field) => place = resolved(root, field),
            None => return false,
        }
    }
    match column.kind {
        Kind::List(field) => {
            let element = place.and_then(|place| resolved(root, place.get("items")?));
            field.is_empty() || element.and_then(|element| element.get("properties")?.get(field)).is_some()
        }
        _ => true,
    }
}

// Past references, and past the alternative that is null.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return resolved(root, root.pointer(reference.strip_prefix('#')?)?);
    }
    let one_of = schema.get("anyOf").or(schema.get("allOf")).and_then(Value::as_array);
    match one_of.and_then(|schemas| schemas.iter().find(|schema| schema.get("type") != Some(&Value::from("null")))) {
        Some(schema) => resolved(root, schema),
        None => Some(schema),
    }
}

#[test]
fn a_misspelt_column_is_found() {
    static VIEW: View = View {
        columns: &[
            Column::text("DOT", "DOTNumber"),
            Column::text("Docket", "DocketNo"),
            Column::new("Email", "CarriersContacts", Kind::List("Email")),
            Column::new("Fax", "CarriersContacts", Kind::List("Fax")),
        ],
    };
    let unknown = strangers::<mycarrierpackets::models::MonitoredCarrierContacts>(&VIEW);
    assert_eq!(unknown, ["DocketNo", "CarriersContacts.Fax"]);
}
