//! Everything is explained, in words that are safe as Rust documentation.

use crate::support::{
    contract,
    schema::{YAML, spec},
};
use serde_json::Value;

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default().trim()
}

#[test]
fn nothing_is_left_to_do() {
    let left: Vec<_> = YAML.lines().enumerate().filter(|(_, line)| line.contains("TODO")).map(|(n, _)| n + 1).collect();
    assert!(left.is_empty(), "TODO in lines {left:?}");
}

#[test]
fn operations_parameters_and_schemas_are_described() {
    let mut bare = Vec::new();
    for (path, verb, op) in contract::operations(spec()) {
        for field in ["summary", "description"] {
            if words(&op[field]).is_empty() {
                bare.push(format!("{verb} {path} {field}"));
            }
        }
        let parameters = op["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.map(|parameter| contract::resolve(spec(), parameter)) {
            if words(&parameter["description"]).is_empty() {
                bare.push(format!("{verb} {path} {}", parameter["name"]));
            }
        }
    }
    for (name, schema) in contract::entries(&spec()["components"]["schemas"]) {
        if words(&schema["description"]).is_empty() {
            bare.push(name.clone());
        }
    }
    assert!(bare.is_empty(), "no description: {bare:#?}");
}

#[test]
fn names_that_do_not_say_it_all_are_described() {
    const SIGNS: [&str; 12] =
        ["Blob", "PCT", "Pct", "OOS", "Trend", "Date", "Utc", "coverage", "Safey", "Fowarder", "deductable", "GeoLoc"];
    let mut seen = 0;
    for (name, schema) in contract::entries(&spec()["components"]["schemas"]) {
        for (field, schema) in contract::entries(&schema["properties"]) {
            if SIGNS.iter().any(|sign| field.contains(sign)) {
                seen += 1;
                assert!(!words(&schema["description"]).is_empty(), "{name}.{field}");
            }
        }
    }
    assert!(seen > 80, "{seen}");
}

#[test]
fn descriptions_are_safe_as_rustdoc() {
    let mut texts = Vec::new();
    for (path, verb, op) in contract::operations(spec()) {
        texts.extend([(format!("{verb} {path}"), &op["summary"]), (format!("{verb} {path}"), &op["description"])]);
        let parameters = op["parameters"].as_array().into_iter().flatten();
        let parameters = parameters.map(|parameter| contract::resolve(spec(), parameter));
        texts.extend(parameters.map(|p| (format!("{verb} {path} {}", p["name"]), &p["description"])));
    }
    for (name, schema) in contract::entries(&spec()["components"]["schemas"]) {
        texts.push((name.clone(), &schema["description"]));
        for (field, schema) in contract::entries(&schema["properties"]) {
            let text = &schema["description"];
            assert!(words(text).len() <= 160, "{name}.{field}: {text}");
            texts.push((format!("{name}.{field}"), text));
        }
    }
    // What is not code must not read as a link or as HTML.
    let misreads = |text: &str| {
        let prose: String = text.split('`').step_by(2).collect();
        prose.contains(['[', ']', '<', '>']) || prose.contains("://") || text.matches('`').count() % 2 == 1
    };
    let faults: Vec<_> = texts.iter().filter(|(_, text)| misreads(words(text))).collect();
    assert!(faults.is_empty() && texts.len() > 1400, "{} texts, {faults:#?}", texts.len());
}
