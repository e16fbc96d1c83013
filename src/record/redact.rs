//! What stays of an exchange: its shape.

use http::{HeaderMap, header};
use serde_json::{Map, Value, json};
use url::Url;

include!(concat!(env!("OUT_DIR"), "/recorded.rs"));

/// Stands for what has no shape worth keeping.
const LEFT_OUT: &str = "(left out)";
/// Longer texts are cut.
const LONGEST: usize = 200;
/// Longer than any word with a list of known ones.
const LONGEST_WORD: usize = 60;
const LONGEST_NAME: usize = 48;

/// Headers that describe the message and nothing else.
const HEADERS: [&str; 8] = [
    "accept",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "transfer-encoding",
    "x-pagination",
];

/// A body in its shape.
pub(super) fn body(value: &Value) -> Value {
    of(value, "")
}

fn of(value: &Value, field: &str) -> Value {
    let is_public = PUBLIC_FIELDS.binary_search(&field).is_ok();
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Array(items) => items.iter().map(|item| of(item, field)).collect(),
        Value::Object(fields) => {
            let mut shaped = Map::new();
            for (n, (name, value)) in fields.iter().enumerate() {
                let name = if is_name(name) { name.clone() } else { format!("(name {n})") };
                let value = of(value, &name);
                shaped.insert(name, value);
            }
            Value::Object(shaped)
        }
        // Json.NET counts the objects of an answer.
        Value::String(text) if ["$id", "$ref"].contains(&field) && is_digits(text) && text.len() < 9 => value.clone(),
        Value::String(text) if is_public && is_word(text) || is_listed(text) => value.clone(),
        Value::String(text) => Value::String(shape(text)),
        Value::Number(_) if is_public => value.clone(),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(0), _) => value.clone(),
            (Some(whole), _) if i32::try_from(whole).is_ok() => json!(ones(&whole.unsigned_abs().to_string())),
            // No longer one of 32 bits.
            (Some(_), _) | (_, Some(_)) => json!(4_000_000_000_u64),
            _ => json!(1.5),
        },
    }
}

fn ones(digits: &str) -> u64 {
    digits.bytes().fold(0, |number, _| number * 10 + 1)
}

/// An address without its host; `template` is the path of the operation, empty if it is not known.
pub(super) fn url(url: &Url, template: &str) -> String {
    let own: Vec<&str> = template.split('/').collect();
    // A base address can have a path of its own.
    let parts: Vec<&str> = url.path().split('/').collect();
    let skipped = if template.is_empty() { 0 } else { parts.len().saturating_sub(own.len()) };
    let part = |(n, part): (usize, &&str)| match own.get(n) {
        Some(own) if !own.starts_with('{') && !template.is_empty() => (*own).to_owned(),
        None | Some(_) if is_name(part) && template.is_empty() => (*part).to_owned(),
        _ => shape(part),
    };
    let path: Vec<String> = parts[skipped..].iter().enumerate().map(part).collect();
    let path = if path.first().is_some_and(String::is_empty) { path.join("/") } else { format!("/{}", path.join("/")) };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url.query_pairs() {
        let name = if is_name(&name) { name.into_owned() } else { LEFT_OUT.to_owned() };
        let lower = name.to_lowercase();
        let is_public = PUBLIC_PARAMETERS.binary_search(&lower.as_str()).is_ok();
        let is_secret = ["password", "token", "secret", "key"].iter().any(|word| lower.contains(word));
        let value = match (is_secret, is_public && is_word(&value)) {
            (true, _) => LEFT_OUT.to_owned(),
            (_, true) => value.into_owned(),
            _ => shape(&value),
        };
        query.append_pair(&name, &value);
    }
    let query = query.finish();
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// Names of headers, and the values of those that only describe the message.
pub(super) fn headers(headers: &HeaderMap) -> Value {
    let one = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        let text = value.to_str().ok().filter(|text| HEADERS.contains(&name.as_str()) && text.len() <= LONGEST);
        json!([name.as_str(), text.unwrap_or(LEFT_OUT)])
    };
    headers.iter().map(one).collect()
}

/// A text of the same shape: letters become x, digits 1. What says that there is no value stays.
fn shape(text: &str) -> String {
    if matches!(text, "NA" | "N/A") {
        return text.to_owned();
    }
    let docket = text.get(..2).filter(|prefix| ["MC", "FF", "MX"].contains(prefix) && is_digits(&text[2..]));
    let kept = if is_time(text) { "TZ" } else { "" };
    let shaped = text.chars().take(LONGEST).enumerate().map(|(n, c)| match c {
        c if docket.is_some() && n < 2 || kept.contains(c) => c,
        c if c.is_numeric() => '1',
        c if c.is_uppercase() => 'X',
        c if c.is_ascii() && !c.is_alphanumeric() => c,
        _ => 'x',
    });
    shaped.collect()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

// `2026-03-18T08:30:00`, with a fraction or an offset.
fn is_time(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00";
    text.len() >= shape.len()
        && text.bytes().zip(shape).all(|(c, own)| if *own == b'0' { c.is_ascii_digit() } else { c == *own })
        && text[shape.len()..].bytes().all(|c| c.is_ascii_digit() || b".Z+-:".contains(&c))
}

// A field's name has letters and few digits; a map's can be anything.
fn is_name(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let begins = name.bytes().next().is_some_and(|c| c.is_ascii_alphabetic() || b".$_".contains(&c));
    begins
        && digits <= 4
        && name.len() <= LONGEST_NAME
        && name.bytes().all(|c| c.is_ascii_alphanumeric() || b"_-.$".contains(&c))
}

// A word that the document lists.
fn is_listed(text: &str) -> bool {
    text.len() <= LONGEST_WORD && PUBLIC_WORDS.binary_search(&text.to_lowercase().as_str()).is_ok()
}

// A word or a date: nobody's sentence or address.
fn is_word(text: &str) -> bool {
    text.len() <= LONGEST_WORD && text.bytes().all(|c| c.is_ascii_alphanumeric() || b" _-/.,:+%".contains(&c))
}
