//! An exchange against the document: its parameters, credentials and what it sends.

use super::answer::answered;
use super::body::{self, Reader};
use super::exchange::{Exchange, Parsed};
use super::formats;
use super::operation::{Operation, find, is_ours};
use super::tally::{Deviation, Tally};
use crate::document::nodes::escape;
use crate::document::resolve;
use serde_json::Value;
use std::collections::BTreeSet;

/// Notes how `exchange` deviates from the document.
pub fn check(tally: &mut Tally<'_>, exchange: &Exchange) {
    if exchange.host.as_deref().is_some_and(|host| !is_ours(tally.doc, host)) || exchange.path.starts_with("/__sandbox")
    {
        tally.others += 1;
        return;
    }
    tally.exchanges += 1;
    tally.values.clear();
    tally.operation = "unknown".to_owned();
    let Some(operation) = find(tally, exchange) else { return };
    tally.operation = operation.id.to_owned();
    let answer = exchange.answer.parsed();
    let request = exchange.request.parsed();
    let mut ids = BTreeSet::new();
    let mut twice = false;
    for body in [&answer, &request] {
        if let Parsed::Json(value) = body {
            body::collect(value, &mut ids, &mut tally.values, &mut twice);
        }
    }
    if twice {
        tally.remark(
            "reference",
            &operation.place,
            "answer",
            "an `$id` that is there twice",
            "describe it in spec/WIRE.md; a client must refuse it",
        );
    }
    parameters(tally, exchange, &operation);
    credentials(tally, exchange, &operation);
    sent(tally, &request, &operation);
    answered(tally, exchange, &answer, &operation, ids);
}

fn parameters(tally: &mut Tally<'_>, exchange: &Exchange, operation: &Operation<'_>) {
    let doc = tally.doc;
    let documented: Vec<(String, &Value)> = operation.op["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(n, one)| {
            let shared = one["$ref"].as_str().and_then(|target| target.strip_prefix('#')).map(str::to_owned);
            (shared.unwrap_or_else(|| format!("{}/parameters/{n}", operation.place)), resolve(doc, one))
        })
        .collect();
    // A call that was refused says nothing about what is accepted.
    let worked = exchange.status.is_some_and(|status| status < 300);
    let same = |one: &Value, name: &str| one["name"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(name));
    for (name, value) in &exchange.query {
        let Some((place, parameter)) = documented.iter().find(|(_, one)| one["in"] == "query" && same(one, name))
        else {
            tally.note_name(name, "query", true, |shown| Deviation {
                class: "parameter",
                place: operation.place.clone(),
                at: format!("query/{}", escape(shown)),
                message: format!("a parameter that is not documented: {shown}"),
                repair: format!("add `- {{name: {shown}, in: query, …}}` to the parameters"),
            });
            continue;
        };
        if worked {
            parameter_value(tally, place, parameter, value);
        }
    }
    for (name, value) in operation.path.iter().filter(|_| worked) {
        if let Some((place, parameter)) = documented.iter().find(|(_, one)| one["in"] == "path" && same(one, name)) {
            parameter_value(tally, place, parameter, value);
        }
    }
    for (place, parameter) in
        documented.iter().filter(|(_, one)| worked && one["in"] == "query" && one["required"] == true)
    {
        let name = parameter["name"].as_str().unwrap_or_default();
        if !exchange.query.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
            let message = format!("{name} is documented as required, and the call worked without it");
            tally.remark("parameter-missing", place, &format!("query/{name}"), &message, "remove `required: true`");
        }
    }
}

fn parameter_value(tally: &mut Tally<'_>, place: &str, parameter: &Value, text: &str) {
    let name = parameter["name"].as_str().unwrap_or_default();
    let schema = resolve(tally.doc, &parameter["schema"]);
    let at = format!("{}/{name}", parameter["in"].as_str().unwrap_or_default());
    let place = format!("{place}/schema");
    let kind = schema["type"].as_str().unwrap_or_default();
    let number = text.parse::<f64>().ok();
    let fits = match kind {
        "integer" => text.parse::<i64>().is_ok(),
        "number" => number.is_some(),
        "boolean" => text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
        _ => formats::fits(schema["format"].as_str().unwrap_or_default(), text),
    };
    if text.is_empty() {
        return;
    }
    if !fits {
        let what = if kind == "string" { schema["format"].as_str().unwrap_or(kind) } else { kind };
        let message = format!("{name} is not as `{what}` says");
        return tally.remark(
            "parameter-type",
            &place,
            &at,
            &message,
            "correct the type of the parameter, or the caller",
        );
    }
    let beyond = |word: &str, out: fn(f64, f64) -> bool| {
        number.zip(schema[word].as_f64()).is_some_and(|(number, limit)| out(number, limit))
    };
    if beyond("maximum", |number, limit| number > limit) || beyond("minimum", |number, limit| number < limit) {
        let message = format!("{name} is out of its range");
        tally.remark("parameter-range", &place, &at, &message, "correct `minimum` or `maximum`, or the caller");
    }
    if schema["enum"].as_array().is_some_and(|known| !known.iter().any(|own| own == text)) {
        let message = format!("{name} has a value that is not listed");
        tally.remark("parameter-value", &place, &at, &message, "add it to `enum`; the first exchange shows it");
    }
}

fn credentials(tally: &mut Tally<'_>, exchange: &Exchange, operation: &Operation<'_>) {
    let security = operation.op.get("security").unwrap_or(&tally.doc["security"]);
    let is_open = security.as_array().is_none_or(Vec::is_empty);
    let worked = exchange.status.is_some_and(|status| status < 300);
    if worked && !is_open && exchange.has_credentials && exchange.request.header("authorization").next().is_none() {
        let message = "the call worked without the documented token";
        tally.remark(
            "token",
            &operation.place,
            "request",
            message,
            "add `security: []` to the operation, if that is so for everybody",
        );
    }
}

fn sent<'a>(tally: &mut Tally<'a>, body: &Parsed, operation: &Operation<'a>) {
    let documented = resolve(tally.doc, &operation.op["requestBody"]);
    let place = format!("{}/requestBody", operation.place);
    match body {
        Parsed::Empty if documented["required"] == true => {
            tally.remark(
                "body-missing",
                &place,
                "request",
                "a call without its required body",
                "remove `required: true`, or correct the caller",
            );
        }
        Parsed::Damaged if !documented.is_null() => {
            tally.remark("body-damaged", &place, "request", "a body that is not JSON", "correct the caller");
        }
        Parsed::Json(value) if documented["content"]["application/json"].is_object() => {
            let schema = &documented["content"]["application/json"]["schema"];
            let (outer, mut ids, mut nothing, mut twice) =
                (tally.operation.clone(), BTreeSet::new(), BTreeSet::new(), false);
            body::collect(value, &mut ids, &mut nothing, &mut twice);
            tally.operation = format!("{outer}, request");
            Reader { tally, ids, accepts: &Value::Null }.read(
                value,
                schema,
                &format!("{place}/content/application~1json/schema"),
            );
            tally.operation = outer;
        }
        Parsed::Json(_) | Parsed::Other if documented.is_null() => {
            tally.remark(
                "body",
                &operation.place,
                "request",
                "a body where none is documented",
                "add `requestBody` to the operation",
            );
        }
        _ => {}
    }
}
