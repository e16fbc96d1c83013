//! The path of a call by path: below the API's address, and nowhere else.

use crate::operation::OperationInfo;
use crate::{Error, ErrorKind, Operation, Result};
use url::{Url, form_urlencoded};

/// A path that leads to the API, and its query.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ByPath {
    path: String,
    query: String,
}

impl ByPath {
    /// Reads a path such as `/api/v1/carrier/x?y=1`. What could lead to another host, or out of the API's own path,
    /// is refused.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let refused = |why: &str| {
            let error = Error::new(ErrorKind::InvalidInput, format!("the path {why}"));
            Err(error.with_advice(Some("Write it as it follows the API's address: /api/v1/carrier/name?key=value.")))
        };
        if text.starts_with("//") || text.contains("://") && !text.starts_with('/') {
            return refused("names a host");
        }
        if !text.starts_with('/') {
            return refused("does not begin with /");
        }
        if text.contains(|c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '#')) {
            return refused("holds a space, a backslash, a # or a control character");
        }
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let segments: Vec<&str> = path[1..].split('/').collect();
        for (place, segment) in segments.iter().enumerate() {
            let plain = decoded(segment);
            if segment.is_empty() && place + 1 < segments.len() {
                return refused("holds //");
            }
            if matches!(plain.as_str(), "." | "..") {
                return refused("holds . or ..");
            }
            if plain.contains(['/', '\\']) || plain.contains(char::is_control) {
                return refused("holds an encoded separator or control character");
            }
        }
        Ok(Self { path: path.to_owned(), query: query.to_owned() })
    }

    /// The names and values of the query.
    pub(super) fn query(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// The operation of the document that has this path, and the parameters in it. The server does not heed case.
    pub(super) fn known(&self, method: &http::Method) -> Option<(&'static OperationInfo, Vec<(String, String)>)> {
        Operation::all().iter().filter(|info| info.method == *method).find_map(|info| {
            let (own, asked): (Vec<_>, Vec<_>) = (info.path.split('/').collect(), self.path.split('/').collect());
            let mut params = Vec::new();
            let same = own.len() == asked.len()
                && own.iter().zip(&asked).all(|(own, asked)| {
                    match own.strip_prefix('{').and_then(|own| own.strip_suffix('}')) {
                        Some(name) => {
                            params.push((name.to_owned(), decoded(asked)));
                            !asked.is_empty()
                        }
                        None => own.eq_ignore_ascii_case(&decoded(asked)),
                    }
                });
            same.then_some((info, params))
        })
    }

    /// Puts the path below the API's own.
    pub(super) fn under(&self, api: &mut Url) {
        let whole = format!("{}{}", api.path().trim_end_matches('/'), self.path);
        api.set_path(&whole);
    }
}

fn decoded(segment: &str) -> String {
    // A plus sign stands for itself in a path.
    let kept = segment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(kept.as_bytes()).map(|(name, _)| name.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_nowhere_but_below_the_api() {
        let refused = [
            "",
            "api",
            "//evil.example/x",
            "https://evil.example/x",
            "http:/x",
            "/a//b",
            "/a/../b",
            "/..",
            "/./a",
            "/a/.",
            "/a/%2e%2e/b",
            "/a/.%2E/b",
            "/a%2fb",
            "/a%5Cb",
            "/a\\b",
            "\\\\evil.example\\x",
            "/a b",
            "/a\tb",
            "/a#b",
            "/a%00",
            "/a\u{a0}b",
            "javascript:x",
            "@evil.example/x",
            "/a/https://evil.example",
        ];
        for text in refused {
            assert_eq!(ByPath::parse(text).unwrap_err().kind(), ErrorKind::InvalidInput, "{text}");
        }
        let cases = [
            ("/api/v1/x", "https://api.example/base/api/v1/x"),
            ("/api/v1/x/", "https://api.example/base/api/v1/x/"),
            ("/a/@evil.example", "https://api.example/base/a/@evil.example"),
            ("/a/%C3%A9;x=1?q=1", "https://api.example/base/a/%C3%A9;x=1"),
            ("/a/...", "https://api.example/base/a/..."),
            ("/a?next=https://other.example/x", "https://api.example/base/a"),
        ];
        for (text, whole) in cases {
            let mut url: Url = "https://api.example/base/".parse().unwrap();
            ByPath::parse(text).unwrap().under(&mut url);
            assert_eq!(url.as_str(), whole);
        }
    }

    #[test]
    fn a_path_of_the_document_is_its_operation() {
        for info in Operation::all() {
            let path = ByPath::parse(&info.path.replace('{', "x").replace('}', "").to_uppercase()).unwrap();
            let (known, params) = path.known(&info.method).unwrap_or_else(|| panic!("{}", info.path));
            assert_eq!((known.operation, params.len()), (info.operation, info.path.matches('{').count()));
        }
        let unknown = ByPath::parse("/api/v1/carrier/getcustomerpacketwithsw?DOTNumber=23868").unwrap();
        assert!(unknown.known(&http::Method::POST).is_none());
        assert_eq!(unknown.query(), [("DOTNumber".to_owned(), "23868".to_owned())]);
    }
}
