//! Who answered: the vendor, the web server before it, or a gateway. It is decided before a status is believed, since
//! a gateway's 404 says nothing about a carrier.

use super::headers::content_type;
use http::HeaderMap;
use serde_json::Value;

/// Who made an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Responder {
    /// The vendor's program: JSON, or text without any markup.
    Vendor,
    /// The vendor's web server, which has nothing at this address.
    Server,
    /// A web page: of a gateway, a proxy, a login form. Its title, if it has one.
    Page(Option<String>),
    /// There is no body.
    Nobody,
}

/// Who made this answer, by its headers and the beginning of its body.
pub(crate) fn of(headers: &HeaderMap, body: &[u8]) -> Responder {
    if is_page(headers, body) {
        return Responder::Page(title(body));
    }
    if body.trim_ascii().is_empty() {
        return Responder::Nobody;
    }
    match object(body).as_ref().and_then(|fields| text_of(fields, "Message")) {
        Some(message) if is_servers_own(message) => Responder::Server,
        _ => Responder::Vendor,
    }
}

/// Whether an error is in the form that is the vendor's alone: an object with a `Message`, spelt so. Gateways answer
/// in JSON and in plain text, too.
pub(crate) fn is_vendors_own(body: &[u8]) -> bool {
    let message = object(body).and_then(|fields| Some(fields.get("Message")?.as_str()?.trim().to_owned()));
    message.is_some_and(|message| !message.is_empty() && !is_servers_own(&message))
}

/// Whether a web page came.
pub(crate) fn is_page(headers: &HeaderMap, body: &[u8]) -> bool {
    let kind = content_type(headers);
    let start = without_mark(body).trim_ascii_start();
    // The API has XML, too; a page in XHTML names itself in its first lines.
    let xml = kind.contains("xml") && !kind.contains("html");
    let head = start[..start.len().min(512)].to_ascii_lowercase();
    kind.contains("html") || (start.starts_with(b"<") && (!xml || memchr::memmem::find(&head, b"<html").is_some()))
}

/// The words of a body, fit to show: the vendor's message with its details, or the text that came.
pub(crate) fn words(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    if is_page(headers, body) {
        return None;
    }
    let text = String::from_utf8_lossy(without_mark(body));
    let words = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(fields)) => of_object(&fields)?,
        Ok(Value::String(text)) => text,
        Ok(_) => return None,
        Err(_) if text.trim_start().starts_with(['{', '[']) => return None,
        Err(_) => text.into_owned(),
    };
    let shown = crate::error::masked::presentable(&words);
    Some(shown).filter(|shown| !shown.is_empty())
}

/// The bytes without a byte order mark.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

type Fields = serde_json::Map<String, Value>;

fn object(body: &[u8]) -> Option<Fields> {
    serde_json::from_str(&String::from_utf8_lossy(without_mark(body))).ok()
}

/// The text of a field, whatever the case of its name; blank text is none.
pub(crate) fn text_of<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    let (_, value) = fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
    value.as_str().filter(|text| !text.trim().is_empty())
}

// ASP.NET answers so where no operation has the address that was called.
fn is_servers_own(message: &str) -> bool {
    let starts =
        ["No HTTP resource was found", "No type was found", "No action was found", "The requested resource does"];
    starts.iter().any(|start| message.trim_start().starts_with(start))
}

/// One line of an object of an error: what happened, then the details that ASP.NET puts beside it.
pub(crate) fn of_object(fields: &Fields) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    let mut say = |text: &str| {
        let text = text.trim();
        if !text.is_empty() && !said.iter().any(|before| before.contains(text)) {
            said.push(text.to_owned());
        }
    };
    // The first that is there says what happened; OAuth's code is for programs, unless there is nothing else.
    let heads = ["Message", "error_description", "title", "displayMsg", "error", "techMsg", "reason"];
    if let Some(text) = heads.iter().find_map(|name| text_of(fields, name)) {
        say(text);
    }
    for name in ["MessageDetail", "ExceptionMessage", "detail"] {
        text_of(fields, name).into_iter().for_each(&mut say);
    }
    for (name, value) in fields {
        let listed = ["Messages", "Errors", "ModelState"].iter().any(|own| own.eq_ignore_ascii_case(name));
        if listed || (name.eq_ignore_ascii_case("error") && !value.is_string()) {
            details(value).iter().for_each(|text| say(text));
        }
    }
    Some(said.join(" ")).filter(|text| !text.is_empty())
}

/// The texts in a list or in a map of lists, such as `{"carrierEmails": ["The field is required."]}`, five at most.
fn details(value: &Value) -> Vec<String> {
    let texts: Vec<String> = match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().take(5).flat_map(details).collect(),
        Value::Object(fields) => {
            let own = fields.iter().filter(|(name, _)| *name != "$id").take(5);
            own.flat_map(|(name, value)| details(value).into_iter().map(move |text| format!("{name}: {text}")))
                .collect()
        }
        _ => Vec::new(),
    };
    texts.into_iter().take(5).collect()
}

fn title(body: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&body[..body.len().min(4096)]).into_owned();
    let lower = head.to_ascii_lowercase();
    let between = |tag: &str| {
        let start = lower.find(&format!("<{tag}"))?;
        let start = start + lower[start..].find('>')? + 1;
        let end = start + lower[start..].find(&format!("</{tag}"))?;
        let shown = crate::error::masked::presentable(&head[start..end]);
        Some(shown).filter(|shown| !shown.is_empty() && !shown.contains('<'))
    };
    between("title").or_else(|| between("h1")).or_else(|| between("h2"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header;

    fn headers(kind: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if !kind.is_empty() {
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_speaker_is_known_by_the_body() {
        let page = |title: &str| Responder::Page(Some(title.to_owned()).filter(|title| !title.is_empty()));
        let cases = [
            ("application/json", r#"{"$id":"1","Message":"No carrier."}"#, Responder::Vendor),
            ("application/json", r#""No carrier.""#, Responder::Vendor),
            ("text/plain", "The parameter is missing.", Responder::Vendor),
            ("", "", Responder::Nobody),
            ("text/plain", " \r\n", Responder::Nobody),
            ("text/html", "", page("")),
            ("text/html; charset=us-ascii", "<html><title>Not Found</title>", page("Not Found")),
            ("TEXT/HTML", "hello", page("")),
            ("application/json", "\u{feff} <!DOCTYPE html><h1>503 \n Busy</h1>", page("503 Busy")),
            ("", "<html><head><title>\n</title></head><body><h2>Stopped</h2>", page("Stopped")),
            ("application/xhtml+xml", "<?xml version=\"1.0\"?><p/>", page("")),
            ("text/xml", "<?xml version=\"1.0\"?>\n<html xmlns=\"…\"><title>Gateway</title>", page("Gateway")),
            ("text/xml", "<Error><Message>No carrier.</Message></Error>", Responder::Vendor),
            (
                "application/json",
                r#"{"Message":"No HTTP resource was found that matches the request URI 'https://a.example/x'."}"#,
                Responder::Server,
            ),
            (
                "application/json",
                r#"{"message":"The requested resource does not support http method 'GET'."}"#,
                Responder::Server,
            ),
        ];
        for (kind, body, responder) in cases {
            assert_eq!(of(&headers(kind), body.as_bytes()), responder, "{kind} {body}");
        }
    }

    #[test]
    fn a_gateways_error_is_not_the_vendors() {
        let cases = [
            (r#"{"$id":"1","Message":"No such carrier."}"#, true),
            ("\u{feff}{\"Message\":\"No such carrier.\"}", true),
            (r#"{"message":"no Route matched with those values"}"#, false),
            (r#"{"Message":" "}"#, false),
            (r#"{"Message":null}"#, false),
            (r#"{"Message":"No HTTP resource was found that matches the request URI."}"#, false),
            (r#"{"error":"not found"}"#, false),
            (r#""Not found""#, false),
            ("default backend - 404", false),
            ("", false),
            ("<html>", false),
        ];
        for (body, own) in cases {
            assert_eq!(is_vendors_own(body.as_bytes()), own, "{body}");
        }
    }

    #[test]
    fn every_form_of_error_has_its_words() {
        let cases = [
            (r#"{"$id":"1","Message":"No such carrier."}"#, Some("No such carrier.")),
            (r#"{"message":"No such carrier."}"#, Some("No such carrier.")),
            ("\u{feff}{\"Message\":\"No such carrier.\"}", Some("No such carrier.")),
            (r#"{"error":"invalid_grant","error_description":"Wrong password."}"#, Some("Wrong password.")),
            (r#"{"error":"invalid_grant"}"#, Some("invalid_grant")),
            (r#"{"error":{"code":"X1","message":"Down."}}"#, Some("code: X1 message: Down.")),
            (r#"{"Message":"","ExceptionMessage":"Boom."}"#, Some("Boom.")),
            (
                r#"{"Message":"An error has occurred.","ExceptionMessage":"Boom.","ExceptionType":"X","StackTrace":"at"}"#,
                Some("An error has occurred. Boom."),
            ),
            (r#"{"Message":"Bad.","MessageDetail":"No action."}"#, Some("Bad. No action.")),
            (
                r#"{"Message":"The request is invalid.","ModelState":{"$id":"2","carrierEmail":["It is required."],"x":["a","b"]}}"#,
                Some("The request is invalid. carrierEmail: It is required. x: a x: b"),
            ),
            (r#"{"Success":false,"Messages":["Row 1.","Row 2."]}"#, Some("Row 1. Row 2.")),
            (r#"{"title":"Bad Request","detail":"No DOT number."}"#, Some("Bad Request No DOT number.")),
            (r#""Busy.""#, Some("Busy.")),
            ("The parameter 'fromDate' is missing.", Some("The parameter 'fromDate' is missing.")),
            ("{\"Message\":\"cut", None),
            ("[1,2]", None),
            ("null", None),
            ("", None),
            ("<html>Bad gateway</html>", None),
        ];
        for (body, words_of) in cases {
            assert_eq!(words(&headers(""), body.as_bytes()).as_deref(), words_of, "{body}");
        }
    }
}
