//! Puts the object where `{"$ref":"<n>"}` stands for it, by byte ranges: no tree, no second parse.
//!
//! A body without `"$ref"` is returned as it came, after one search for that text.

use bytes::Bytes;
use memchr::{memchr2, memmem};
use std::collections::HashMap;

/// The body would be larger than allowed.
#[derive(Debug, PartialEq)]
pub(crate) struct TooLarge;

/// `body` with its references resolved; a cycle, or a reference to nothing, becomes `null`.
pub(crate) fn resolve(body: Bytes, most: usize) -> Result<Bytes, TooLarge> {
    if memmem::find(&body, b"\"$ref\"").is_none() {
        return Ok(body);
    }
    let found = scan(&body);
    if found.references.is_empty() {
        return Ok(body);
    }
    let mut copy =
        Copy { body: &body, found: &found, out: Vec::with_capacity(body.len() * 2), followed: Vec::new(), most };
    copy.range(0, body.len())?;
    Ok(Bytes::from(copy.out))
}

/// A `{"$ref":"<n>"}`: where it stands, and the range of the text `<n>`.
struct Reference {
    start: usize,
    end: usize,
    id: (usize, usize),
}

#[derive(Default)]
struct Found<'a> {
    /// By their place in the body.
    references: Vec<Reference>,
    objects: HashMap<&'a [u8], (usize, usize)>,
}

struct Open<'a> {
    start: usize,
    id: Option<&'a [u8]>,
    reference: Option<(usize, usize)>,
    array: bool,
}

fn scan(body: &[u8]) -> Found<'_> {
    let mut found = Found::default();
    let mut stack: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        match byte {
            b'{' | b'[' => stack.push(Open { start: at, id: None, reference: None, array: byte == b'[' }),
            b'}' | b']' => {
                if let Some(open) = stack.pop() {
                    close(&mut found, &open, at + 1);
                }
            }
            b'"' => {
                let end = string_end(body, at);
                let key = body.get(at + 1..end.saturating_sub(1)).unwrap_or(b"");
                if (key == b"$id" || key == b"$ref")
                    && let Some(open) = stack.last_mut().filter(|open| !open.array)
                    && let Some((from, to)) = text_value(body, end)
                {
                    if key == b"$id" {
                        open.id = body.get(from..to);
                    } else {
                        open.reference = Some((from, to));
                    }
                    at = to + 1;
                    continue;
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    // Objects are closed inside out; copying needs them from front to back.
    found.references.sort_unstable_by_key(|reference| reference.start);
    found
}

fn close<'a>(found: &mut Found<'a>, open: &Open<'a>, end: usize) {
    if let Some(id) = open.reference {
        found.references.push(Reference { start: open.start, end, id });
    } else if let Some(id) = open.id {
        // The first object of a number is the one that references mean.
        found.objects.entry(id).or_insert((open.start, end));
    }
}

/// One past the closing quote of the string that opens at `at`.
fn string_end(body: &[u8], at: usize) -> usize {
    let mut from = at + 1;
    while let Some(found) = body.get(from..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        let place = from + found;
        if body[place] == b'"' {
            return place + 1;
        }
        from = place + 2;
    }
    body.len()
}

/// The range of the text in `: "text"` from `at` on; `None` if something else follows.
fn text_value(body: &[u8], at: usize) -> Option<(usize, usize)> {
    let skip = |mut at: usize| {
        while body.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let colon = skip(at);
    let quote = skip(colon + 1);
    if body.get(colon) != Some(&b':') || body.get(quote) != Some(&b'"') {
        return None;
    }
    let end = string_end(body, quote) - 1;
    (end > quote).then_some((quote + 1, end))
}

struct Copy<'a> {
    body: &'a [u8],
    found: &'a Found<'a>,
    out: Vec<u8>,
    /// Where the references stand that are being followed: an object around one of them would hold itself.
    followed: Vec<usize>,
    most: usize,
}

/// Deepest chain of references inside referenced objects; a deeper one becomes `null`.
const DEEPEST: usize = 64;

impl Copy<'_> {
    fn range(&mut self, from: usize, to: usize) -> Result<(), TooLarge> {
        let found = self.found;
        let first = found.references.partition_point(|reference| reference.start < from);
        let mut at = from;
        for reference in &found.references[first..] {
            if reference.end > to {
                break;
            }
            self.plain(at, reference.start)?;
            self.referenced(reference)?;
            at = reference.end;
        }
        self.plain(at, to)
    }

    fn referenced(&mut self, reference: &Reference) -> Result<(), TooLarge> {
        let id = &self.body[reference.id.0..reference.id.1];
        match self.found.objects.get(id).copied() {
            Some((start, end)) if self.followed.len() < DEEPEST => {
                self.followed.push(reference.start);
                let cycle = self.followed.iter().any(|place| (start..end).contains(place));
                if cycle {
                    self.append(b"null")?
                } else {
                    self.range(start, end)?
                }
                self.followed.pop();
                Ok(())
            }
            _ => self.append(b"null"),
        }
    }

    fn plain(&mut self, from: usize, to: usize) -> Result<(), TooLarge> {
        let body = self.body;
        self.append(&body[from..to])
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), TooLarge> {
        if self.out.len() + bytes.len() > self.most {
            return Err(TooLarge);
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(body: &str) -> String {
        let bytes = resolve(Bytes::copy_from_slice(body.as_bytes()), 1 << 20).unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn references_become_their_objects() {
        let cases = [
            (r#"[1]"#, r#"[1]"#),
            (r#"[{"$id":"1","a":2},{"$ref":"1"}]"#, r#"[{"$id":"1","a":2},{"$id":"1","a":2}]"#),
            // Forward, and with white space.
            (r#"[{ "$ref" : "1" },{"$id" : "1"}]"#, r#"[{"$id" : "1"},{"$id" : "1"}]"#),
            // Inside a referenced object.
            (
                r#"{"$id":"1","x":{"$id":"2","y":{"$id":"3"}},"z":[{"$ref":"2"},{"$ref":"3"}]}"#,
                r#"{"$id":"1","x":{"$id":"2","y":{"$id":"3"}},"z":[{"$id":"2","y":{"$id":"3"}},{"$id":"3"}]}"#,
            ),
            // To nothing, and to itself.
            (r#"[{"$ref":"9"}]"#, "[null]"),
            (r#"{"$id":"1","me":{"$ref":"1"}}"#, r#"{"$id":"1","me":null}"#),
            // Round and round.
            (
                r#"[{"$id":"1","b":{"$ref":"2"}},{"$id":"2","a":{"$ref":"1"}}]"#,
                r#"[{"$id":"1","b":{"$id":"2","a":null}},{"$id":"2","a":{"$id":"1","b":null}}]"#,
            ),
            // Only text that looks like one.
            (
                r#"{"a":"{\"$ref\":\"1\"}","b":["$ref"],"$id":"1"}"#,
                r#"{"a":"{\"$ref\":\"1\"}","b":["$ref"],"$id":"1"}"#,
            ),
            (r#"{"$ref":1}"#, r#"{"$ref":1}"#),
        ];
        for (given, expected) in cases {
            assert_eq!(resolved(given), expected, "{given}");
        }
    }

    #[test]
    fn expansion_is_bounded() {
        // Each object holds the one before it twice: 2^40 copies if nothing stopped it.
        let mut body = String::from(r#"[{"$id":"0","a":1}"#);
        for n in 1..40 {
            let before = n - 1;
            body += &format!(r#",{{"$id":"{n}","a":{{"$ref":"{before}"}},"b":{{"$ref":"{before}"}}}}"#);
        }
        body += "]";
        assert_eq!(resolve(Bytes::from(body), 1 << 20), Err(TooLarge));
    }

    #[test]
    fn half_a_document_does_not_panic() {
        let whole = r#"[{"$id":"1","a":"x\"y"},{"$ref":"1"}]"#;
        for end in 0..=whole.len() {
            let _ = resolve(Bytes::copy_from_slice(&whole.as_bytes()[..end]), 1 << 20);
        }
        for odd in [r#"]}{"$ref":"1"}"#, r#"{"$ref":"#, r#""$ref"#, r#"{"$ref":"\"#] {
            let _ = resolve(Bytes::copy_from_slice(odd.as_bytes()), 1 << 20);
        }
    }
}
