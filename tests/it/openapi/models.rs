//! The models and fields of the vendor's own document.

use super::rows;
use crate::support::{contract, schema::spec};
use serde_json::Value;
use std::collections::BTreeMap;

const MODELS: &str = include_str!("../../../spec/vendor/models.tsv");

/// Where a type differs from the vendor's on purpose: the vendor's, ours, the fields (all, if none), and why.
const DIFFERENCES: [(&str, &str, &[&str], &str); 3] = [
    ("integer (int32)", "DotNumber", &["DOTNumber", "DotNumber"], "it is text in places"),
    ("string (date-time)", "string (mcp-date-time)", &[], "it has no offset"),
    (
        "string",
        "string (password)",
        &[
            "BankRoutingNumber",
            "BankAccountNumber",
            "CarrierBankRoutingNumber",
            "CarrierBankAccountNumber",
            "ListAccountNumber",
            "SSN",
            "EIN",
            "TIN",
            "mxRFCNumber",
            "CustomerKey",
        ],
        "it must not reach a log",
    ),
];

/// Fields of the vendor's models that only the onboarding guide shows.
const ONLY_SEED: [(&str, &[&str]); 2] = [
    ("CarrierAADTO", &["DocketNumber", "Street", "ZipCode", "Status", "RiskAssessmentDetails"]),
    ("RiskAssessmentDetails", &["Overall"]),
];

/// Schemas by the name of the vendor's model.
fn by_vendor_name() -> BTreeMap<&'static str, (&'static str, &'static Value)> {
    let mut found = BTreeMap::new();
    for (name, schema) in contract::entries(&spec()["components"]["schemas"]) {
        if let Some(vendors) = schema["x-vendor-name"].as_str() {
            let other = found.insert(vendors, (name.as_str(), schema));
            assert!(other.is_none(), "two schemas are {vendors}");
        }
    }
    found
}

/// The type the document must give a field that the vendor gives the type `vendors`.
fn our_type(model: &str, field: &str, vendors: &str, names: &BTreeMap<&str, (&str, &Value)>) -> String {
    if let Some(element) = vendors.strip_prefix("Array[").and_then(|rest| rest.strip_suffix(']')) {
        return format!("Array[{}]", our_type(model, field, element, names));
    }
    // One name of the vendor's stands for two models.
    let vendors = match (vendors, model) {
        ("CertData", "PreviewCarrier") => "CertData@PreviewCarrier",
        ("CertData", _) => "CertData@others",
        _ => vendors,
    };
    if let Some((name, _)) = names.get(vendors) {
        return (*name).to_owned();
    }
    let differs = DIFFERENCES
        .iter()
        .find(|(from, _, fields, _)| *from == vendors && (fields.is_empty() || fields.contains(&field)));
    differs.map_or(vendors, |(_, to, ..)| to).to_owned()
}

/// What a text stands for, which the vendor does not say.
const TEXTS: [(&str, usize); 7] = [
    ("mcp-blob-name", 6),
    ("mcp-count", 45),
    ("mcp-date", 15),
    ("mcp-docket-number", 15),
    ("mcp-money", 10),
    ("mcp-percent", 12),
    ("mcp-yes-no", 88),
];

/// The vocabulary that a field refers to, or the field.
fn vocabulary(field: &'static Value) -> &'static Value {
    let target = field["allOf"][0]["$ref"].as_str().and_then(|target| spec().pointer(&target[1..]));
    target.filter(|target| !target["x-known-values"].is_null()).unwrap_or(field)
}

fn type_of(schema: &'static Value) -> String {
    let schema = vocabulary(schema);
    let target = schema["$ref"].as_str().or(schema["allOf"][0]["$ref"].as_str());
    if let Some(target) = target {
        return target.replace("#/components/schemas/", "");
    }
    match (schema["type"].as_str().unwrap_or("?"), schema["format"].as_str()) {
        ("array", _) => format!("Array[{}]", type_of(&schema["items"])),
        (kind, Some(format)) if TEXTS.iter().any(|(text, _)| *text == format) => kind.to_owned(),
        (kind, Some(format)) => format!("{kind} ({format})"),
        (kind, None) => kind.to_owned(),
    }
}

#[test]
fn has_the_vendors_models_and_fields() {
    let (rows, names) = (rows::<4>(MODELS), by_vendor_name());
    let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for [model, field, kind, known] in &rows {
        let (name, schema) = names.get(model).unwrap_or_else(|| panic!("no schema is {model}"));
        let ours = schema["properties"].get(*field).unwrap_or_else(|| panic!("{name} has no {field}"));
        assert_eq!(type_of(ours), our_type(model, field, kind, &names), "{model}.{field}");
        assert_knows(&vocabulary(ours)["x-known-values"], known, field);
        fields.entry(model).or_default().push(field);
    }
    assert_eq!((rows.len(), fields.len(), names.len()), (1357, 96, 96));

    for (model, (name, schema)) in &names {
        let more: Vec<_> = contract::entries(&schema["properties"])
            .filter(|(field, _)| !fields[model].contains(&field.as_str()))
            .map(|(field, schema)| {
                assert_eq!(schema["x-provenance"], "seed", "{name}.{field}");
                field.as_str()
            })
            .collect();
        let seed = ONLY_SEED.iter().find(|(m, _)| m == model).map_or(&[][..], |(_, fields)| fields);
        assert!(more.len() == seed.len() && seed.iter().all(|f| more.contains(f)), "{name} has {more:?}");
    }
    for body in ["CarrierKey", "VinVerificationBody"] {
        assert_eq!(spec()["components"]["schemas"][body]["x-provenance"], "seed", "{body}");
    }
}

// `1=Company 2=Belongs To Carrier (a remark)`: a code is a word of digits before `=`.
fn assert_knows(ours: &Value, vendors: &str, field: &str) {
    let vendors = vendors.split(" (").next().unwrap_or_default();
    let mut known: Vec<(&str, String)> = Vec::new();
    for word in vendors.split_whitespace() {
        match (word.split_once('='), known.last_mut()) {
            (Some((code, name)), _) => known.push((code, name.to_owned())),
            (None, Some((_, name))) => *name += &format!(" {word}"),
            (None, None) => panic!("{field}: {vendors}"),
        }
    }
    for (code, name) in known {
        assert_eq!(ours[code], name.as_str(), "{field} {code}");
    }
}

#[test]
fn what_must_not_be_logged_is_a_password() {
    const WORDS: [&str; 7] =
        ["routingnumber", "accountnumber", "password", "access_token", "refresh_token", "rfcnumber", "customerkey"];
    let mut found = 0;
    for (name, schema) in contract::entries(&spec()["components"]["schemas"]) {
        for (field, schema) in contract::entries(&schema["properties"]) {
            let lower = field.to_lowercase();
            let sensitive = WORDS.iter().any(|word| lower.ends_with(word)) || ["ssn", "ein", "tin"].contains(&&*lower);
            assert_eq!(schema["format"] == "password", sensitive, "{name}.{field}");
            found += usize::from(sensitive);
        }
    }
    // The vendor's 12, password and refresh token of the request, both tokens of the answer.
    assert_eq!(found, 16);
}

#[test]
fn texts_that_stand_for_a_value_have_its_format() {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, schema) in contract::entries(&spec()["components"]["schemas"]) {
        for (field, schema) in contract::entries(&schema["properties"]) {
            let format = schema["format"].as_str().unwrap_or_default();
            let described = schema["description"].as_str().unwrap_or_default();
            let lower = field.to_lowercase();
            for (is, expected) in [
                (described.starts_with("Plain date"), "mcp-date"),
                (described.contains("oney as text"), "mcp-money"),
                (lower.ends_with("blobname"), "mcp-blob-name"),
                (lower.ends_with("pct") || lower.contains("oospct"), "mcp-percent"),
            ] {
                assert!(!is || format == expected, "{name}.{field} is not {expected}");
            }
            *found.entry(format).or_default() += 1;
        }
    }
    let found = TEXTS.map(|(format, _)| (format, found.get(format).copied().unwrap_or_default()));
    assert_eq!(found, TEXTS);
}

#[test]
fn has_the_values_that_were_seen() {
    let ratings = [
        "Acceptable",
        "Moderate",
        "Unacceptable",
        "UnacceptableReview",
        "Review Recommended",
        "Low",
        "Pass",
        "Warning",
    ];
    let cover = ["General", "Auto", "Cargo Liability w/ Refer Breakdown"];
    let seen: [(&str, &str, &[&str]); 19] = [
        ("RiskSummary", "Overall", &ratings),
        ("RiskSummary", "Safety", &ratings),
        ("RiskAssessment", "OverallRating", &ratings),
        ("RiskCategory", "OverallRating", &ratings),
        ("Infraction", "RiskLevel", &["Low", "Medium", "Review"]),
        ("Safety", "hosTrend", &["UP", "DOWN", "NA"]),
        ("CarrierAgreement", "GeoLocMethod", &["DeviceOrBrowser", "IPAddress"]),
        ("IncidentComment", "CommenterType", &["ReportingParty", "RespondingParty"]),
        ("CarrierContact", "VerificationStatus", &["Verified", "Pending", "Denied", "FollowUp"]),
        ("CarrierPreview", "Status", &["Active", "Not Invited"]),
        ("CarrierPreview", "PossibleFraud", &["No Reports"]),
        ("CarrierPreview", "DoubleBrokering", &["No Alerts"]),
        ("CarrierPreview", "WatchdogReports", &["NOACCOUNT"]),
        ("CarrierPreview", "FreightValidateStatus", &["valid"]),
        ("PreviewCertData", "Status", &["OK", "Current"]),
        ("CertData", "status", &["OK", "Current"]),
        ("PreviewCoverage", "Type", &cover),
        ("Coverage", "type", &cover),
        ("TokenRequest", "grant_type", &["password", "refresh_token"]),
    ];
    for (name, field, values) in seen {
        let known = &vocabulary(&spec()["components"]["schemas"][name]["properties"][field])["x-known-values"];
        for value in values {
            let listed = known.as_array().is_some_and(|list| list.contains(&(*value).into()));
            assert!(listed || known.get(value).is_some(), "{name}.{field} {value}: {known}");
        }
    }
}
