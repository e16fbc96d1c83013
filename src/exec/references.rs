//! Puts the object where `{"$ref":"<n>"}` stands for it, by byte ranges: no tree, no second parse.
//!
//! A body without `"$ref"` is returned as it came, after one search for that text. Json.NET writes `$id` and `$ref`
//! first in an object, so both are found by searching for them, without reading what is between.

use bytes::Bytes;
use memchr::{memchr2, memchr3, memmem};
use std::collections::HashMap;

/// The body would be larger than allowed.
#[derive(Debug, PartialEq)]
pub(crate) struct TooLarge;

/// `body` with its references resolved; a cycle, or a reference to nothing, becomes `null`.
pub(crate) fn resolve(body: Bytes, most: usize) -> Result<Bytes, TooLarge> {
    let references = references(&body);
    if references.is_empty() {
        return Ok(body);
    }
    let objects = objects(&body, &references, most)?;
    let size =
        |reference: &Reference<'_>| objects.get(reference.id).copied().flatten().map_or(0, |(start, end)| end - start);
    let expected = body.len() + references.iter().map(size).sum::<usize>();
    let out = Vec::with_capacity(expected.min(most));
    let mut copy = Copy { body: &body, references: &references, objects: &objects, out, followed: Vec::new(), most };
    copy.range(0, body.len())?;
    Ok(Bytes::from(copy.out))
}

/// A `{"$ref":"<n>"}`: where it stands, and `<n>`.
struct Reference<'a> {
    start: usize,
    end: usize,
    id: &'a [u8],
}

/// The objects that are referred to, by number; `None` for one that was not found.
type Objects<'a> = HashMap<&'a [u8], Option<(usize, usize)>>;

/// Every reference, by its place in the body.
fn references(body: &[u8]) -> Vec<Reference<'_>> {
    let key = b"\"$ref\"";
    let found = memmem::find_iter(body, key).filter_map(|at| {
        let (start, id, after) = object_with(body, at, key.len())?;
        let end = body.len() - after.trim_ascii_start().strip_prefix(b"}")?.len();
        Some(Reference { start, end, id })
    });
    found.collect()
}

fn objects<'a>(body: &'a [u8], references: &[Reference<'a>], most: usize) -> Result<Objects<'a>, TooLarge> {
    let key = b"\"$id\"";
    let mut objects: Objects<'a> = references.iter().map(|reference| (reference.id, None)).collect();
    let mut copied = 0;
    for at in memmem::find_iter(body, key) {
        if let Some((start, id, _)) = object_with(body, at, key.len())
            // The first object of a number is the one that references mean.
            && let Some(place @ None) = objects.get_mut(id)
        {
            let end = object_end(body, start);
            *place = Some((start, end));
            // Each is copied once at least. Stopping here also bounds the search in a body made to be slow.
            copied += end - start;
            if copied > most {
                return Err(TooLarge);
            }
        }
    }
    Ok(objects)
}

/// The start of the object whose first key stands at `key`, that key's text value, and what comes after it.
fn object_with(body: &[u8], key: usize, length: usize) -> Option<(usize, &[u8], &[u8])> {
    let before = body[..key].trim_ascii_end();
    // A quote that closes or is escaped belongs to other text.
    let start = before.len().checked_sub(1).filter(|&start| before[start] == b'{')?;
    let value = body[key + length..].trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    let end = memchr2(b'"', b'\\', value).filter(|&end| value[end] == b'"')?;
    Some((start, &value[..end], &value[end + 1..]))
}

/// One past the brace that closes the object at `start`, or the end of a body that is cut off.
fn object_end(body: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(found) = body.get(at..).and_then(|rest| memchr3(b'{', b'}', b'"', rest)) {
        at += found;
        match body[at] {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {
                at = string_end(body, at);
                continue;
            }
        }
        at += 1;
    }
    body.len()
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

struct Copy<'a> {
    body: &'a [u8],
    references: &'a [Reference<'a>],
    objects: &'a Objects<'a>,
    out: Vec<u8>,
    /// Where the references stand that are being followed: an object around one of them would hold itself.
    followed: Vec<usize>,
    most: usize,
}

/// Deepest chain of references inside referenced objects; a deeper one becomes `null`.
const DEEPEST: usize = 64;

impl Copy<'_> {
    fn range(&mut self, from: usize, to: usize) -> Result<(), TooLarge> {
        let references = self.references;
        let first = references.partition_point(|reference| reference.start < from);
        let mut at = from;
        for reference in &references[first..] {
            if reference.end > to {
                break;
            }
            self.plain(at, reference.start)?;
            self.referenced(reference)?;
            at = reference.end;
        }
        self.plain(at, to)
    }

    fn referenced(&mut self, reference: &Reference<'_>) -> Result<(), TooLarge> {
        match self.objects.get(reference.id).copied().flatten() {
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
        // Objects inside objects, each referred to, and none closed: a search of each to the end would take for ever.
        let nested: String = (0..20_000).map(|n| format!(r#"{{"$id":"{n}","r":{{"$ref":"{n}"}},"o":"#)).collect();
        assert_eq!(resolve(Bytes::from(nested), 2 << 20), Err(TooLarge));
        let blanks = format!("{{{}", format!("{}\"$ref\"", " ".repeat(50)).repeat(5_000));
        assert!(resolve(Bytes::from(blanks), 64 << 20).is_ok());
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
