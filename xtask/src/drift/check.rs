//! An exchange against the document: its operation, parameters, status and headers. The bodies are read in `body`.

use super::body::{self, Reader};
use super::exchange::{Body, Exchange, Message};
use super::formats;
use super::names::WITHHELD;
use super::tally::{Deviation, Tally};
use crate::document::nodes::escape;
use crate::document::{entries, operations, resolve};
use serde_json::Value;
use std::collections::BTreeSet;

const METHODS: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// Types that may be named although the document has them not.
const MEDIA_TYPES: [&str; 16] = [
    "application/json",
    "application/octet-stream",
    "application/pdf",
    "application/problem+json",
    "application/x-www-form-urlencoded",
    "application/xml",
    "application/zip",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "multipart/form-data",
    "text/css",
    "text/html",
    "text/plain",
    "text/xml",
];

/// Headers that servers, gateways and caches add to any answer.
const USUAL: &str = "accept-ranges age allow alt-svc cache-control connection content-encoding content-language content-length \
    content-security-policy content-type date etag expires keep-alive last-modified location nel pragma referrer-policy \
    report-to request-context server server-timing set-cookie strict-transport-security trailer transfer-encoding upgrade vary \
    via warning x-aspnet-version x-aspnetmvc-version x-content-type-options x-frame-options x-powered-by x-xss-protection";

/// The operation that an exchange is of.
struct Operation<'a> {
    op: &'a Value,
    place: String,
    id: &'a str,
    /// The values of the path's parameters.
    path: Vec<(String, String)>,
}

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
    let answer = parsed(&exchange.answer);
    let request = parsed(&exchange.request);
    let mut ids = BTreeSet::new();
    let mut twice = false;
    for body in [&answer, &request] {
        if let Parsed::Json(value) = body {
            body::collect(value, &mut ids, &mut tally.values, &mut twice);
        }
    }
    if twice {
        note(
            tally,
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

fn note(tally: &mut Tally<'_>, class: &'static str, place: &str, at: &str, message: &str, repair: &str) {
    tally.note(Deviation {
        class,
        place: place.to_owned(),
        at: at.to_owned(),
        message: message.to_owned(),
        repair: repair.to_owned(),
    });
}

// A browser's recording has other hosts in it.
fn is_ours(doc: &Value, host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let listed =
        doc["servers"].as_array().into_iter().flatten().chain(entries(&doc["x-mcp-servers"]).map(|(_, server)| server));
    let mut urls = listed.filter_map(|server| server["url"].as_str()?.split_once("://"));
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
        || urls.any(|(_, own)| own.trim_end_matches('/').eq_ignore_ascii_case(host))
}

fn find<'a>(tally: &mut Tally<'a>, exchange: &Exchange) -> Option<Operation<'a>> {
    let doc = tally.doc;
    let parts: Vec<&str> = exchange.path.split('/').collect();
    let mut other_verb = None;
    for (path, verb, op) in operations(doc) {
        let own: Vec<&str> = path.split('/').collect();
        let is_same =
            |(own, part): (&&str, &&str)| own.starts_with('{') && !part.is_empty() || own.eq_ignore_ascii_case(part);
        if own.len() != parts.len() || !own.iter().zip(&parts).all(is_same) {
            continue;
        }
        let place = format!("/paths/{}", escape(path));
        if !verb.eq_ignore_ascii_case(&exchange.method) {
            other_verb = Some((place, path));
            continue;
        }
        let named = own.iter().zip(&parts).filter(|(own, _)| own.starts_with('{'));
        let path = named.map(|(own, part)| (own.trim_matches(['{', '}']).to_owned(), (*part).to_owned())).collect();
        let id = op["operationId"].as_str().unwrap_or("unnamed");
        return Some(Operation { op, place: format!("{place}/{verb}"), id, path });
    }
    let method = METHODS.iter().find(|own| own.eq_ignore_ascii_case(&exchange.method)).copied().unwrap_or(WITHHELD);
    match other_verb {
        Some((place, path)) => {
            let message = format!("{method} {path} is not documented");
            note(tally, "method", &place, "request", &message, &format!("add `{}` to the path", method.to_lowercase()));
        }
        None => {
            let empty = BTreeSet::new();
            let shown = parts.iter().map(|part| if part.is_empty() { "" } else { tally.names.shown(part, &empty) });
            let path = shown.collect::<Vec<_>>().join("/").replace(WITHHELD, "{…}");
            let message = format!("{method} {path} is not documented");
            note(
                tally,
                "operation",
                "/paths",
                "request",
                &message,
                "add the path to `paths`, and its source to spec/WIRE.md",
            );
        }
    }
    None
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
            note(tally, "parameter-missing", place, &format!("query/{name}"), &message, "remove `required: true`");
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
        return note(
            tally,
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
        note(tally, "parameter-range", &place, &at, &message, "correct `minimum` or `maximum`, or the caller");
    }
    if schema["enum"].as_array().is_some_and(|known| !known.iter().any(|own| own == text)) {
        let message = format!("{name} has a value that is not listed");
        note(tally, "parameter-value", &place, &at, &message, "add it to `enum`; the first exchange shows it");
    }
}

fn credentials(tally: &mut Tally<'_>, exchange: &Exchange, operation: &Operation<'_>) {
    let security = operation.op.get("security").unwrap_or(&tally.doc["security"]);
    let is_open = security.as_array().is_none_or(Vec::is_empty);
    let worked = exchange.status.is_some_and(|status| status < 300);
    if worked && !is_open && exchange.has_credentials && exchange.request.header("authorization").next().is_none() {
        let message = "the call worked without the documented token";
        note(
            tally,
            "token",
            &operation.place,
            "request",
            message,
            "add `security: []` to the operation, if that is so for everybody",
        );
    }
}

/// A body as far as it can be read.
enum Parsed {
    Unknown,
    Empty,
    Json(Value),
    Damaged,
    Other,
}

fn parsed(message: &Message) -> Parsed {
    let is_json = message.media_type().is_none_or(|kind| kind.ends_with("json"));
    match &message.body {
        Body::Unknown => Parsed::Unknown,
        Body::Empty => Parsed::Empty,
        Body::Json(value) => Parsed::Json(value.clone()),
        Body::Text(_) if !is_json => Parsed::Other,
        Body::Text(text) => serde_json::from_str(text).map_or(Parsed::Damaged, Parsed::Json),
    }
}

fn sent<'a>(tally: &mut Tally<'a>, body: &Parsed, operation: &Operation<'a>) {
    let documented = resolve(tally.doc, &operation.op["requestBody"]);
    let place = format!("{}/requestBody", operation.place);
    match body {
        Parsed::Empty if documented["required"] == true => {
            note(
                tally,
                "body-missing",
                &place,
                "request",
                "a call without its required body",
                "remove `required: true`, or correct the caller",
            );
        }
        Parsed::Damaged if !documented.is_null() => {
            note(tally, "body-damaged", &place, "request", "a body that is not JSON", "correct the caller");
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
            note(
                tally,
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

fn answered<'a>(
    tally: &mut Tally<'a>,
    exchange: &Exchange,
    body: &Parsed,
    operation: &Operation<'a>,
    ids: BTreeSet<String>,
) {
    let Some(status) = exchange.status else { return };
    let doc = tally.doc;
    let answers = &operation.op["responses"];
    let text = status.to_string();
    let keys = [text.clone(), format!("{}XX", &text[..1]), "default".to_owned()];
    let Some(key) = keys.iter().find(|key| answers.get(key.as_str()).is_some()) else {
        let message = format!("status {status} is not documented");
        return note(
            tally,
            "status",
            &format!("{}/responses", operation.place),
            "answer",
            &message,
            &format!("add the answer \"{status}\""),
        );
    };
    let shared = answers[key]["$ref"].as_str().and_then(|target| target.strip_prefix('#')).map(str::to_owned);
    let place = shared.unwrap_or_else(|| format!("{}/responses/{key}", operation.place));
    let answer = resolve(doc, &answers[key]);
    tally.operation = if key.ends_with("XX") || key == "default" {
        format!("{}, {key}", operation.id)
    } else {
        operation.id.to_owned()
    };
    headers(tally, exchange, answer, &place);
    let Some(content) = answer["content"].as_object() else { return };
    let named = exchange.answer.media_type();
    let kind = match (&named, exchange.answer.headers.is_some()) {
        (Some(kind), _) => kind.clone(),
        (None, true) if !matches!(body, Parsed::Empty) => {
            return note(
                tally,
                "media-type",
                &format!("{place}/content"),
                "answer",
                "an answer without Content-Type",
                "say so in spec/WIRE.md",
            );
        }
        _ => content.keys().next().cloned().unwrap_or_default(),
    };
    let found = content.iter().find(|(own, _)| own.eq_ignore_ascii_case(&kind));
    let Some((own, media)) = found else {
        if matches!(body, Parsed::Empty) {
            return empty(tally, content, &place);
        }
        let shown =
            MEDIA_TYPES.iter().find(|own| **own == kind).copied().unwrap_or("another type than those in the document");
        let message = format!("an answer of an undocumented media type: {shown}");
        return note(tally, "media-type", &format!("{place}/content"), "answer", &message, "add it to `content`");
    };
    let schema_place = format!("{place}/content/{}/schema", escape(own));
    match body {
        Parsed::Json(value) => {
            Reader { tally, ids, accepts: &operation.op["x-mcp-accepts"] }.read(value, &media["schema"], &schema_place);
        }
        Parsed::Damaged => note(
            tally,
            "body-damaged",
            &place,
            "answer",
            "an answer that is not JSON",
            "say so in spec/WIRE.md; a client must refuse it",
        ),
        Parsed::Empty => empty(tally, content, &place),
        Parsed::Unknown | Parsed::Other => {}
    }
}

// Where anything is accepted, nothing is, too.
fn empty(tally: &mut Tally<'_>, content: &serde_json::Map<String, Value>, place: &str) {
    let schema = &content.get("application/json").unwrap_or(&Value::Null)["schema"];
    let is_any = ["type", "$ref", "anyOf", "oneOf", "allOf"].iter().all(|word| schema.get(word).is_none());
    if !schema.is_null() && !is_any {
        note(
            tally,
            "body-empty",
            place,
            "answer",
            "an empty answer where JSON is documented",
            "say so in the description, and accept it",
        );
    }
}

fn headers(tally: &mut Tally<'_>, exchange: &Exchange, answer: &Value, place: &str) {
    let Some(headers) = &exchange.answer.headers else { return };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let first = seen.insert(name.clone());
        let documented = entries(&answer["headers"]).find(|(own, _)| own.eq_ignore_ascii_case(&name));
        if !first && (documented.is_some() || name == "content-type") {
            let message = format!("{} is there twice", documented.map_or("Content-Type", |(own, _)| own));
            note(tally, "header-twice", place, "answer", &message, "say so in spec/WIRE.md");
        }
        match documented {
            Some((own, _)) if own.eq_ignore_ascii_case("X-Pagination") => {
                pages(tally, value, &format!("{place}/headers/{own}"))
            }
            Some((own, header)) => {
                let kind =
                    resolve(tally.doc, resolve(tally.doc, header)).pointer("/schema/type").and_then(Value::as_str);
                if kind == Some("integer") && value.parse::<i64>().is_err() {
                    let message = format!("{own} is no integer");
                    note(
                        tally,
                        "header",
                        &format!("{place}/headers/{own}"),
                        "answer",
                        &message,
                        "correct the schema of the header",
                    );
                }
            }
            None if is_usual(&name) => {}
            None => {
                tally.note_name(&name, "headers", true, |shown| Deviation {
                    class: "header",
                    place: place.to_owned(),
                    at: format!("headers/{shown}"),
                    message: format!("a header that is not documented: {shown}"),
                    repair: format!("add `{shown}` to the headers of the answer"),
                });
            }
        }
    }
    for (own, header) in entries(&answer["headers"]) {
        let required = resolve(tally.doc, header)["required"] == true;
        if required && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(own)) {
            let message = format!("{own} is documented as required, and missing");
            note(tally, "header", &format!("{place}/headers/{own}"), "answer", &message, "remove `required: true`");
        }
    }
}

// Those of Azure and of gateways begin alike.
fn is_usual(name: &str) -> bool {
    const BEGINNINGS: [&str; 6] = ["x-ms-", "arr-", "access-control-", "cf-", "x-azure-", "x-cache"];
    USUAL.split_whitespace().any(|own| own == name)
        || matches!(name, "www-authenticate" | "retry-after" | "content-disposition")
        || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

fn pages(tally: &mut Tally<'_>, text: &str, place: &str) {
    let totals: Value = serde_json::from_str(text).unwrap_or_default();
    let sound = ["pageNumber", "pageSize", "totalPages", "totalCount"].iter().all(|field| totals[field].is_u64());
    if !sound {
        note(
            tally,
            "pages",
            place,
            "headers/X-Pagination",
            "X-Pagination is not JSON with the four whole numbers",
            "describe the form in spec/WIRE.md; the pager must bear it",
        );
    }
}
