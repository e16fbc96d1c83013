//! The operations and parameters of the vendor's own document, and the three it does not list.

use super::rows;
use crate::support::{contract, schema::spec};
use serde_json::Value;

const OPERATIONS: &str = include_str!("../../../spec/vendor/operations.tsv");
const PARAMETERS: &str = include_str!("../../../spec/vendor/parameters.tsv");

/// Answers that the vendor's document leaves open (`object`), and what they are here.
const OPEN: [(&str, &str); 3] = [
    ("EmailPacketInvitation", "application/json"),
    ("RequestUserVerification", "application/json"),
    ("GetDocument", "application/octet-stream"),
];

fn by_vendor_name(name: &str) -> (&'static str, &'static str, &'static Value) {
    let found: Vec<_> = contract::operations(spec()).filter(|(_, _, op)| op["x-vendor-name"] == name).collect();
    assert_eq!(found.len(), 1, "operations named {name}");
    (found[0].0, found[0].1, found[0].2)
}

#[test]
fn has_the_vendors_operations_and_three_more() {
    let vendors = rows::<4>(OPERATIONS);
    for [name, method, path, answer] in &vendors {
        let (our_path, verb, op) = by_vendor_name(name);
        assert_eq!((our_path, verb.to_uppercase().as_str()), (*path, *method), "{name}");
        assert_answers(name, answer, op);
    }
    let others = contract::operations(spec()).filter(|(_, _, op)| op.get("x-vendor-name").is_none());
    let mut others: Vec<_> = others
        .map(|(path, verb, op)| {
            let server = op["x-mcp-server"].as_str();
            (verb.as_str(), path.as_str(), server.map(|name| spec()["x-mcp-servers"][name]["url"].as_str()))
        })
        .collect();
    others.sort_unstable();
    let portal = Some(Some("https://mycarrierpackets.com"));
    let expected = [
        ("get", "/api/Download/CarrierPacket/{DOTNumber}", portal),
        ("get", "/api/token", portal),
        ("post", "/token", None),
    ];
    assert_eq!(others, expected);
    assert_eq!(contract::operations(spec()).count(), 26);
    assert_eq!(vendors.len(), 23);
}

// The model is the vendor's; one or a list of it may differ, and then `x-mcp-accepts` says so.
fn assert_answers(name: &str, published: &str, op: &Value) {
    let content = &op["responses"]["200"]["content"];
    if let Some((_, kind)) = OPEN.iter().find(|(open, _)| *open == name) {
        assert!(published == "object" && content[*kind].is_object(), "{name} answers {content}");
        return;
    }
    let schema = contract::resolve(spec(), &content["application/json"]["schema"]);
    let is_list = schema["type"] == "array";
    let model = if is_list { contract::resolve(spec(), &schema["items"]) } else { schema };
    let element = published.strip_prefix("Array[").and_then(|rest| rest.strip_suffix(']'));
    assert_eq!(model["x-vendor-name"], element.unwrap_or(published), "{name}");
    if is_list != element.is_some() {
        let other = if is_list { "object" } else { "array" };
        assert_eq!(op["x-mcp-accepts"], serde_json::json!([other]), "{name}");
    }
}

#[test]
fn has_the_vendors_parameters_and_no_others() {
    let rows = rows::<6>(PARAMETERS);
    assert_eq!(rows.len(), 62);
    for [operation, parameter, place, kind, required, _] in &rows {
        let op = by_vendor_name(operation).2;
        let mut all = op["parameters"].as_array().into_iter().flatten().map(|p| contract::resolve(spec(), p));
        let found = all.find(|p| p["name"] == *parameter);
        let ours = found.unwrap_or_else(|| panic!("{operation} has no {parameter}"));
        let ours = (&ours["in"], ours["required"] == true, type_of(&ours["schema"]));
        let vendors = (&Value::from(*place), *required == "yes", our_type(parameter, kind).to_owned());
        assert_eq!(ours, vendors, "{operation} {parameter}");
    }
    for (path, verb, op) in contract::operations(spec()) {
        let Some(name) = op["x-vendor-name"].as_str() else { continue };
        let ours = op["parameters"].as_array().map_or(0, Vec::len);
        let vendors = rows.iter().filter(|row| row[0] == name).count();
        assert_eq!(ours, vendors, "{verb} {path}");
    }
}

fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["x-mcp-schema"].as_str() {
        assert_eq!((schema["type"].as_str(), name), (Some("integer"), "DotNumber"));
        return name.to_owned();
    }
    let kind = schema["type"].as_str().unwrap_or("?");
    schema["format"].as_str().map_or(kind.to_owned(), |format| format!("{kind} ({format})"))
}

// A DOT number is text in places, and a time has no offset: both are types of their own.
fn our_type<'a>(parameter: &str, vendors: &'a str) -> &'a str {
    match vendors {
        "integer (int32)" if parameter.eq_ignore_ascii_case("DOTNumber") => "DotNumber",
        "string (date-time)" => "string (mcp-date-time)",
        other => other,
    }
}

#[test]
fn the_packet_download_takes_a_dot_number_in_its_path() {
    let (_, _, op) = contract::operations(spec()).find(|(path, ..)| path.contains("CarrierPacket/")).unwrap();
    let parameter = &op["parameters"][0];
    assert_eq!((&parameter["name"], &parameter["in"]), (&"DOTNumber".into(), &"path".into()));
    assert_eq!((&parameter["required"], type_of(&parameter["schema"]).as_str()), (&Value::Bool(true), "DotNumber"));
}

#[test]
fn the_portals_password_is_a_password() {
    let (_, _, op) = contract::operations(spec()).find(|(path, ..)| *path == "/api/token").unwrap();
    let parameters = op["parameters"].as_array().unwrap();
    let types: Vec<_> = parameters.iter().map(|p| (p["name"].as_str().unwrap(), type_of(&p["schema"]))).collect();
    let text = || "string".to_owned();
    assert_eq!(types, [("grant_type", text()), ("username", text()), ("password", "string (password)".to_owned())]);
}
