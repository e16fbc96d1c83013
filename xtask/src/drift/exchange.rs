//! A recorded exchange, in the three forms that there are: a line of JSON, an entry of a HAR file, a call in the sandbox's
//! log.

use serde_json::Value;

/// One request and its answer.
#[derive(Default)]
pub struct Exchange {
    pub method: String,
    /// Without the query.
    pub path: String,
    /// The host with its port, if it is known.
    pub host: Option<String>,
    pub query: Vec<(String, String)>,
    pub request: Message,
    /// None if there was no answer.
    pub status: Option<u16>,
    pub answer: Message,
    /// Whether the headers of the request are all there: HAR files often leave out credentials.
    pub has_credentials: bool,
}

/// One direction of an exchange.
#[derive(Default)]
pub struct Message {
    /// None if they were not recorded.
    pub headers: Option<Vec<(String, String)>>,
    pub body: Body,
}

/// What was sent or answered.
#[derive(Default)]
pub enum Body {
    /// It was not recorded, or is too large, or no text.
    #[default]
    Unknown,
    Empty,
    Json(Value),
    Text(String),
}

/// A body as far as it can be read.
pub enum Parsed {
    Unknown,
    Empty,
    Json(Value),
    Damaged,
    Other,
}

impl Message {
    /// The values of a header, whatever the case of its name.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let headers = self.headers.iter().flatten();
        headers.filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The media type, without its parameters and in lower case.
    pub fn media_type(&self) -> Option<String> {
        let value = self.header("content-type").next()?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// Its body, as far as it can be read.
    pub fn parsed(&self) -> Parsed {
        let is_json = self.media_type().is_none_or(|kind| kind.ends_with("json"));
        match &self.body {
            Body::Unknown => Parsed::Unknown,
            Body::Empty => Parsed::Empty,
            Body::Json(value) => Parsed::Json(value.clone()),
            Body::Text(_) if !is_json => Parsed::Other,
            Body::Text(text) => serde_json::from_str(text).map_or(Parsed::Damaged, Parsed::Json),
        }
    }
}

/// Bodies of the sandbox's log are cut there.
const CUT: u64 = 256 << 10;

/// The exchanges in a value: a line, a HAR file, or what the sandbox's control API answers.
///
/// # Errors
/// What it is not; never a part of it.
pub fn exchanges(value: &Value) -> Result<Vec<Exchange>, &'static str> {
    if let Some(entries) = value["log"]["entries"].as_array() {
        return entries.iter().map(har).collect();
    }
    if let Some(calls) = value["requests"].as_array() {
        return calls.iter().map(sandbox).collect();
    }
    match value {
        Value::Array(items) => items.iter().map(one).collect(),
        one_value => Ok(vec![one(one_value)?]),
    }
}

fn one(value: &Value) -> Result<Exchange, &'static str> {
    match (value.get("request"), value.get("number").and(value.get("path"))) {
        (Some(_), _) if value["request"].get("url").is_some() => har(value),
        (_, Some(_)) => sandbox(value),
        _ => line(value),
    }
}

const NO_METHOD: &str = "it has no text `method`";

fn line(value: &Value) -> Result<Exchange, &'static str> {
    let url = value["url"].as_str().or(value["path"].as_str()).ok_or("it has no text `url` or `path`")?;
    let mut exchange = addressed(url);
    exchange.method = value["method"].as_str().ok_or(NO_METHOD)?.to_owned();
    exchange.query.extend(pairs(&value["query"]).unwrap_or_default());
    exchange.request = message(&value["request"]);
    exchange.has_credentials = exchange.request.headers.is_some();
    let answer = &value["response"];
    exchange.status = status(&answer["status"])?;
    exchange.answer = message(answer);
    Ok(exchange)
}

fn message(value: &Value) -> Message {
    let body = match (value.get("body"), value["text"].as_str(), value["size"].as_u64()) {
        (Some(body), ..) => Body::Json(body.clone()),
        (None, Some(text), _) => text_body(text),
        (None, None, Some(0)) => Body::Empty,
        _ => Body::Unknown,
    };
    Message { headers: pairs(&value["headers"]), body }
}

fn har(value: &Value) -> Result<Exchange, &'static str> {
    let (request, answer) = (&value["request"], &value["response"]);
    let mut exchange = addressed(request["url"].as_str().ok_or("an entry has no text `request.url`")?);
    exchange.method = request["method"].as_str().ok_or("an entry has no text `request.method`")?.to_owned();
    let sent = match (request.get("postData"), request["postData"]["text"].as_str()) {
        (_, Some(text)) => text_body(text),
        (None, _) => Body::Empty,
        // A form, in parts.
        (Some(_), None) => Body::Unknown,
    };
    exchange.request = Message { headers: pairs(&request["headers"]), body: sent };
    exchange.status = status(&answer["status"])?;
    let content = &answer["content"];
    let body = match (content["text"].as_str(), content["encoding"].as_str()) {
        (Some(text), None) => text_body(text),
        (Some(text), Some("base64")) => decoded(text).map_or(Body::Unknown, |text| text_body(&text)),
        (None, _) if content["size"] == 0 => Body::Empty,
        _ => Body::Unknown,
    };
    exchange.answer = Message { headers: pairs(&answer["headers"]), body };
    Ok(exchange)
}

fn sandbox(value: &Value) -> Result<Exchange, &'static str> {
    let mut exchange = addressed(value["path"].as_str().ok_or("a call has no text `path`")?);
    exchange.method = value["method"].as_str().ok_or(NO_METHOD)?.to_owned();
    exchange.query = pairs(&value["query"]).unwrap_or_default();
    exchange.status = status(&value["status"])?;
    let is_dropped = value["bodiesDropped"] == true;
    let body = |text: &Value, size: Option<u64>| match text.as_str() {
        // What it puts in place of tokens and files.
        Some(text) if is_dropped || size.is_some_and(|size| size >= CUT) || text.starts_with('(') => Body::Unknown,
        Some(text) => text_body(text),
        None => Body::Unknown,
    };
    exchange.request = Message { headers: pairs(&value["headers"]), body: body(&value["body"], None) };
    exchange.has_credentials = exchange.request.headers.is_some();
    let answer = &value["answer"];
    exchange.answer =
        Message { headers: pairs(&answer["headers"]), body: body(&answer["body"], answer["size"].as_u64()) };
    Ok(exchange)
}

fn status(value: &Value) -> Result<Option<u16>, &'static str> {
    match value.as_u64() {
        // HAR writes 0 where there was no answer.
        None | Some(0) => Ok(None),
        Some(code) => u16::try_from(code)
            .ok()
            .filter(|code| (100..600).contains(code))
            .map(Some)
            .ok_or("its status is none of HTTP"),
    }
}

fn text_body(text: &str) -> Body {
    if text.is_empty() { Body::Empty } else { Body::Text(text.to_owned()) }
}

// `[[name, value]]`, `[{name, value}]`, or a map.
fn pairs(value: &Value) -> Option<Vec<(String, String)>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Object(map) => Some(map.iter().map(|(name, value)| (name.clone(), text(value))).collect()),
        Value::Array(items) => {
            let pair = |item: &Value| match item.as_array() {
                Some(pair) => Some((pair.first()?.as_str()?.to_owned(), text(pair.get(1)?))),
                None => Some((item["name"].as_str()?.to_owned(), text(&item["value"]))),
            };
            Some(items.iter().filter_map(pair).collect())
        }
        _ => None,
    }
}

// Host, path and query of an address; a path alone is one, too.
fn addressed(url: &str) -> Exchange {
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (host, path) = match address.split_once("://") {
        Some((_, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            // Before an `@` stand user and password.
            let host = rest[..end].rsplit('@').next().unwrap_or_default();
            (Some(host.to_ascii_lowercase()), &rest[end..])
        }
        None => (None, address),
    };
    let query = query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (unescaped(name), unescaped(value))
    });
    Exchange { path: unescaped(path), host, query: query.collect(), ..Exchange::default() }
}

fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut n = 0;
    while let Some(byte) = bytes.get(n) {
        let hex = bytes.get(n + 1..n + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (byte, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(decoded)) => {
                plain.push(decoded);
                n += 2;
            }
            (b'+', _) => plain.push(b' '),
            _ => plain.push(*byte),
        }
        n += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

// Base64 of a text; none if it is something else.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.bytes().filter(|letter| !letter.is_ascii_whitespace() && *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{addressed, decoded, exchanges};
    use serde_json::json;

    #[test]
    fn an_address_has_host_path_and_query() {
        let exchange = addressed("https://user:word@API.example:8443/api/v1/a%20b?x=1&y=%2B+z&&w#top");
        assert_eq!(exchange.host.as_deref(), Some("api.example:8443"));
        assert_eq!(exchange.path, "/api/v1/a b");
        let query: Vec<_> = exchange.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(query, [("x", "1"), ("y", "+ z"), ("w", "")]);
        assert_eq!(addressed("/a%zz%").path, "/a%zz%");
    }

    #[test]
    fn base64_is_read() {
        assert_eq!(decoded("eyJhIjoxfQ==").as_deref(), Some("{\"a\":1}"));
        assert_eq!(decoded("a b*"), None);
        assert_eq!(decoded("/w=="), None, "a byte that is not UTF-8");
    }

    #[test]
    fn another_value_is_refused_without_a_part_of_it() {
        for value in [
            json!("CANARY"),
            json!({"url": "/CANARY"}),
            json!({"method": "GET"}),
            json!([1]),
            json!({"log": {"entries": [{"request": {}}]}}),
            json!({"url": "/", "method": "GET", "response": {"status": 9999}}),
        ] {
            let reason = exchanges(&value).err().expect("refused");
            assert!(!reason.contains("CANARY"));
        }
    }
}
