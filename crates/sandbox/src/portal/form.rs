//! A form that a page sends: as a query is written, or in parts where a file may be among them.

use crate::vendor::request::Params;

/// Of a value or a file's name so much is read.
const LONGEST: usize = 1_000;
/// More than any form of the portal has.
const MOST_PARTS: usize = 50;

/// What was entered. Names and values are short, and the bytes of a file are counted and not kept.
#[derive(Debug, Default)]
pub(super) struct Form {
    values: Vec<(String, String)>,
    file: Option<File>,
}

/// A file that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) size: usize,
}

impl Form {
    /// Reads a body of this content type; `None` if it is not a form.
    pub(super) fn read(kind: &str, body: &[u8]) -> Option<Self> {
        let (media, parameters) = kind.split_once(';').unwrap_or((kind, ""));
        match media.trim().to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" => {
                let pairs = Params::parse(body);
                let pairs = pairs.pairs().iter().take(MOST_PARTS);
                Some(Self { values: pairs.map(|(name, value)| (cut(name), cut(value))).collect(), file: None })
            }
            "multipart/form-data" => Self::parts(&parameter(parameters, "boundary")?, body),
            _ => None,
        }
    }

    fn parts(boundary: &str, body: &[u8]) -> Option<Self> {
        let (first, between) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
        let mut rest = body.get(find(body, first.as_bytes())? + first.len()..)?;
        let mut form = Self::default();
        for _ in 0..MOST_PARTS {
            // After the last part stands a double hyphen.
            let Some(part) = rest.strip_prefix(b"\r\n") else { break };
            let end = find(part, between.as_bytes())?;
            let (part, after) = (part.get(..end)?, part.get(end + between.len()..)?);
            rest = after;
            let (head, content) = match part.strip_prefix(b"\r\n") {
                Some(content) => (&b""[..], content),
                None => {
                    let at = find(part, b"\r\n\r\n")?;
                    (part.get(..at)?, part.get(at + 4..)?)
                }
            };
            form.add(&String::from_utf8_lossy(head), content);
        }
        Some(form)
    }

    fn add(&mut self, head: &str, content: &[u8]) {
        let disposition = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
        });
        let Some((_, parameters)) = disposition.and_then(|value| value.split_once(';')) else { return };
        let Some(name) = parameter(parameters, "name") else { return };
        match parameter(parameters, "filename") {
            // No file was chosen.
            Some(file) if file.is_empty() => {}
            Some(file) => self.file = Some(File { name: cut(&file), size: content.len() }),
            None => self.values.push((cut(&name), cut(&String::from_utf8_lossy(content)))),
        }
    }

    /// What was entered in a field, without blanks around it; empty if nothing was.
    pub(super) fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.trim())
    }

    pub(super) fn is_ticked(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }

    pub(super) fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }
}

/// A parameter like `name="company"`. Quotes inside a value come as `%22` from browsers.
fn parameter(parameters: &str, wanted: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_once(';').map_or((after, ""), |(value, next)| (value.trim(), next)),
        };
        if name.trim().trim_start_matches(';').trim().eq_ignore_ascii_case(wanted) {
            return Some(value.to_owned());
        }
        rest = next;
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_with_and_without_a_file() {
        let kind = "multipart/form-data; charset=utf-8; boundary=\"x y\"";
        let body = "--x y\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n Ada \u{c9}\r\n--x \r\n--x y\r\n\
                    content-disposition: form-data; name=\"file\"; filename=\"W;9.pdf\"\r\nContent-Type: application/pdf\
                    \r\n\r\n%PDF-\r\n\r\n--x y\r\nContent-Disposition: form-data; filename=\"\"; name=\"other\"\r\n\r\n\
                    \r\n--x y\r\n\r\nno name\r\n--x y--\r\n";
        let form = Form::read(kind, body.as_bytes()).unwrap();
        assert_eq!(form.value("name"), "Ada \u{c9}\r\n--x");
        assert_eq!(form.file(), Some(&File { name: "W;9.pdf".to_owned(), size: 7 }));
        assert!(!form.is_ticked("other"));
        let form = Form::read("application/x-www-form-urlencoded", b"name=A+B%21&tick=on").unwrap();
        assert!(form.value("name") == "A B!" && form.is_ticked("tick") && form.file().is_none());
    }

    #[test]
    fn what_is_not_a_form_is_refused_and_never_a_reason_to_fail() {
        let kind = "multipart/form-data; boundary=b";
        for (kind, body) in [
            ("application/json", "{}"),
            ("", "a=b"),
            ("multipart/form-data", "--b\r\n"),
            (kind, ""),
            (kind, "--b\r\nx"),
            (kind, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx"),
        ] {
            assert!(Form::read(kind, body.as_bytes()).is_none(), "{kind} {body}");
        }
        for body in
            ["--b--\r\n", "--b\r\n\r\n\r\n--b--", "--b\r\nContent-Disposition: form-data; name=\"\r\n\r\nx\r\n--b--"]
        {
            assert!(Form::read(kind, body.as_bytes()).is_some_and(|form| form.value("a").is_empty()), "{body}");
        }
        let long = format!("a={}", "x".repeat(5_000));
        let form = Form::read("application/x-www-form-urlencoded", long.as_bytes()).unwrap();
        assert_eq!(form.value("a").len(), 1_000);
    }
}
