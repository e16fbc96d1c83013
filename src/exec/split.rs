//! Takes the outermost list or object of a body apart by its bytes.
//!
//! What stands inside is not read, so bytes that are no UTF-8, `NaN` or depth do not matter here: they are for the
//! decoder to name.

use memchr::memchr2;

/// The elements of a list; `None` if the body is not one, or has no end.
pub(crate) fn elements(body: &[u8]) -> Option<Vec<&[u8]>> {
    let inside = body.trim_ascii().strip_prefix(b"[")?.strip_suffix(b"]")?;
    parts(inside)
}

/// The fields of an object, with their keys as they are written; `None` if the body is not one, or has no end.
pub(crate) fn fields(body: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let inside = body.trim_ascii().strip_prefix(b"{")?.strip_suffix(b"}")?;
    let field = |part: &'_ [u8]| {
        let key = part.strip_prefix(b"\"")?;
        let end = text_end(key)?;
        let value = key[end..].trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        Some((end - 1, part.len() - value.len()))
    };
    parts(inside)?.into_iter().map(|part| field(part).map(|(end, value)| (&part[1..=end], &part[value..]))).collect()
}

/// The value of the last field of this name, which is the one that counts.
pub(crate) fn field<'a>(body: &'a [u8], name: &str) -> Option<&'a [u8]> {
    fields(body)?.into_iter().rev().find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value)
}

/// What is between the commas that are in no list, object or text.
fn parts(inside: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut parts, mut from, mut at, mut open) = (Vec::new(), 0, 0, 0_usize);
    while let Some(found) = inside[at..].iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b','))
    {
        at += found + 1;
        match inside[at - 1] {
            b'"' => at += text_end(&inside[at..])?,
            b'{' | b'[' => open += 1,
            b',' if open == 0 => {
                parts.push(inside[from..at - 1].trim_ascii());
                from = at;
            }
            b',' => {}
            _ => open = open.checked_sub(1)?,
        }
    }
    if open > 0 {
        return None;
    }
    let last = inside[from..].trim_ascii();
    if !last.is_empty() || !parts.is_empty() {
        parts.push(last);
    }
    parts.iter().all(|part| !part.is_empty()).then_some(parts)
}

/// One past the quote that closes a text, from after the one that opens it.
fn text_end(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr2(b'"', b'\\', text.get(from..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        from = at + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(body: &str) -> Option<Vec<&str>> {
        elements(body.as_bytes())
            .map(|parts| parts.into_iter().map(|part| std::str::from_utf8(part).unwrap()).collect())
    }

    #[test]
    fn a_list_has_elements() {
        let cases: [(&str, Option<&[&str]>); 12] = [
            ("[]", Some(&[])),
            (" [ ] ", Some(&[])),
            ("[1]", Some(&["1"])),
            ("[1 , {\"a\":[2,3]},NaN]", Some(&["1", "{\"a\":[2,3]}", "NaN"])),
            (r#"["a,\"]","\\",{"}":"{"}]"#, Some(&[r#""a,\"]""#, r#""\\""#, r#"{"}":"{"}"#])),
            ("[[[", None),
            ("[1,]", None),
            ("[,]", None),
            ("[1}]", None),
            ("[\"]", None),
            ("{}", None),
            ("", None),
        ];
        for (body, expected) in cases {
            assert_eq!(list(body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn an_object_has_fields() {
        let body = br#" { "$id" : "1","a\"":{"b":[1,2]} ,"c":NaN,"c":2 } "#;
        let found: Vec<(&[u8], &[u8])> =
            vec![(b"$id", b"\"1\""), (br#"a\""#, br#"{"b":[1,2]}"#), (b"c", b"NaN"), (b"c", b"2")];
        assert_eq!(fields(body), Some(found));
        assert_eq!((field(body, "c"), field(body, "b")), (Some(&b"2"[..]), None));
        assert_eq!(fields(b"{}"), Some(Vec::new()));
        for body in ["{a:1}", "{\"a\"}", "{\"a\" 1}", "{\"a\":1", "[]", "{\"a\":{}", "{,}"] {
            assert_eq!(fields(body.as_bytes()), None, "{body}");
        }
    }
}
