//! An answer against the document: its status, media type and headers.

use super::body::Reader;
use super::exchange::{Exchange, Parsed};
use super::operation::Operation;
use super::tally::{Deviation, Tally};
use crate::document::nodes::escape;
use crate::document::{entries, resolve};
use serde_json::Value;
use std::collections::BTreeSet;

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

/// Notes how the answer deviates; `ids` are the `$id`s of its body.
pub fn answered<'a>(
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
        return tally.remark(
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
            return tally.remark(
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
        return tally.remark("media-type", &format!("{place}/content"), "answer", &message, "add it to `content`");
    };
    let schema_place = format!("{place}/content/{}/schema", escape(own));
    match body {
        Parsed::Json(value) => {
            Reader { tally, ids, accepts: &operation.op["x-mcp-accepts"] }.read(value, &media["schema"], &schema_place);
        }
        Parsed::Damaged => tally.remark(
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
        tally.remark(
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
            tally.remark("header-twice", place, "answer", &message, "say so in spec/WIRE.md");
        }
        match documented {
            Some((own, _)) if own.eq_ignore_ascii_case("X-Pagination") => {
                pages(tally, value, &format!("{place}/headers/{own}"))
            }
            Some((own, header)) => {
                let kind =
                    resolve(tally.doc, resolve(tally.doc, header)).pointer("/schema/type").and_then(Value::as_str);
                if kind == Some("integer") && value.parse::<i64>().is_err() {
                    let message = format!("{own} is not an integer");
                    tally.remark(
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
            tally.remark("header", &format!("{place}/headers/{own}"), "answer", &message, "remove `required: true`");
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
        tally.remark(
            "pages",
            place,
            "headers/X-Pagination",
            "X-Pagination is not JSON with the four whole numbers",
            "describe the form in spec/WIRE.md; the pager must bear it",
        );
    }
}
