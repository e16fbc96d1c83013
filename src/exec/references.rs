//! Puts the object where `{"$ref":"<n>"}` stands for it, by byte ranges: no tree, no second parse.
//!
//! A body without `"$ref"` is returned as it came, after one search for both. Json.NET writes `$id` and `$ref`
//! first in an object, so both are found by searching for them, without reading what is between. Only when a reference
//! leads nowhere is the body searched for an `$id` that stands elsewhere in its object.
//!
//! An `$id` that stands first is left out, as no reference is left to mean it: with most objects numbered, that is
//! a twentieth of the fields to decode.

use super::buffers::Buffer;
use bytes::Bytes;
use memchr::{memchr2, memchr3, memmem};
use std::collections::HashMap;
use std::ops::Range;

/// The body would be larger than allowed.
#[derive(Debug, PartialEq)]
pub(crate) struct TooLarge;

/// `body` with its references resolved; a cycle, or a reference to nothing, becomes `null`.
pub(crate) fn resolve(body: Bytes, most: usize) -> Result<Bytes, TooLarge> {
    let (references, numbered) = keys(&body);
    if references.is_empty() {
        return Ok(body);
    }
    let objects = objects(&body, &references, &numbered);
    // References to an object around themselves add nothing, so the sum of all would be far too much.
    let out = Buffer::with_capacity((body.len() + body.len() / 2).min(most));
    let (followed, lost) = (Vec::new(), 0);
    let (references, objects, numbered) = (&references, &objects, &numbered);
    let mut copy = Copy { body: &body, references, objects, numbered, out, followed, lost, most };
    copy.range(0, body.len())?;
    if copy.lost > 0 {
        tracing::warn!(count = copy.lost, "references lead nowhere and are left out");
    }
    Ok(copy.out.freeze())
}

/// A `{"$ref":"<n>"}`: where it stands, and `<n>`.
struct Reference<'a> {
    start: usize,
    end: usize,
    id: &'a [u8],
}

/// An object whose `$id` is its first field.
struct Numbered<'a> {
    start: usize,
    id: &'a [u8],
    /// Where the field stands, with the comma after it.
    place: Range<usize>,
}

/// Start and end of the objects that are referred to, by number; `None` for one that was not found.
type Objects<'a> = HashMap<&'a [u8], Option<(usize, usize)>>;

/// How both keys begin, and rarely anything else.
const KEY: &[u8] = b"\"$";
const ID: &[u8] = b"\"$id\"";
const REF: &[u8] = b"\"$ref\"";

/// Every reference, and every numbered object, each by its place in the body.
fn keys(body: &[u8]) -> (Vec<Reference<'_>>, Vec<Numbered<'_>>) {
    let (mut references, mut numbered) = (Vec::new(), Vec::new());
    for at in memmem::find_iter(body, KEY) {
        let key = if body[at..].starts_with(ID) {
            ID
        } else if body[at..].starts_with(REF) {
            REF
        } else {
            continue;
        };
        let Some(start) = opened_by(body, at) else { continue };
        let named = number(body, at + key.len()).or_else(|| null(body, at + key.len()).filter(|_| key == REF));
        let Some((id, after)) = named else { continue };
        let after = after.trim_ascii_start();
        if key == ID {
            let end = body.len() - after.strip_prefix(b",").unwrap_or(after).len();
            numbered.push(Numbered { start, id, place: at..end });
        } else if let Some(after) = after.strip_prefix(b"}") {
            references.push(Reference { start, end: body.len() - after.len(), id });
        }
    }
    (references, numbered)
}

fn objects<'a>(body: &'a [u8], references: &[Reference<'a>], numbered: &[Numbered<'a>]) -> Objects<'a> {
    let mut objects: Objects<'a> = references.iter().map(|reference| (reference.id, None)).collect();
    let wanted = Wanted::of(references);
    let mut starts = Vec::new();
    for Numbered { start, id, .. } in numbered.iter().filter(|numbered| wanted.may_have(numbered.id)) {
        // The first object of a number is the one that references mean.
        if let Some(place @ None) = objects.get_mut(id) {
            *place = Some((*start, 0));
            starts.push(*start);
        }
    }
    let ends = object_ends(body, &starts);
    for (start, end) in objects.values_mut().flatten() {
        if let Ok(nth) = starts.binary_search(start) {
            *end = ends[nth];
        }
    }
    if objects.values().any(Option::is_none) {
        late_numbers(body, &mut objects);
    }
    objects
}

/// Which numbers are referred to, or share a bit with one that is: most objects are never referred to, and to look each
/// of them up takes as long as to find them.
struct Wanted([u64; 64]);

impl Wanted {
    fn of(references: &[Reference<'_>]) -> Self {
        let mut bits = [0; 64];
        for reference in references {
            let (word, bit) = Self::place(reference.id);
            bits[word] |= bit;
        }
        Self(bits)
    }

    fn may_have(&self, id: &[u8]) -> bool {
        let (word, bit) = Self::place(id);
        self.0[word] & bit != 0
    }

    fn place(id: &[u8]) -> (usize, u64) {
        let number = id.iter().fold(0_usize, |n, byte| n.wrapping_mul(10).wrapping_add(usize::from(byte & 15)));
        (number / 64 % 64, 1 << (number % 64))
    }
}

/// The start of the object whose first key stands at `key`.
fn opened_by(body: &[u8], key: usize) -> Option<usize> {
    let before = body[..key].trim_ascii_end();
    // A quote that closes or is escaped belongs to other text.
    before.len().checked_sub(1).filter(|&start| before[start] == b'{')
}

/// The value of a key that ends at `at`, as text or as a number, and what comes after it.
fn number(body: &[u8], at: usize) -> Option<(&[u8], &[u8])> {
    let value = body[at..].trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    if let Some(text) = value.strip_prefix(b"\"") {
        let end = memchr2(b'"', b'\\', text).filter(|&end| text[end] == b'"')?;
        return Some((&text[..end], &text[end + 1..]));
    }
    let end = value.iter().position(|byte| !byte.is_ascii_digit())?;
    (end > 0).then(|| value.split_at(end))
}

/// The same, where the value is null: a reference to nothing, under a name that no object has.
fn null(body: &[u8], at: usize) -> Option<(&[u8], &[u8])> {
    let value = body[at..].trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    value.strip_prefix(b"null").map(|after| (b"\"".as_slice(), after))
}

/// One past the brace that closes each of the objects that begin at `starts`, which are in order.
///
/// The last is searched for first, and those that lie inside another are passed over in it: no byte is read twice,
/// however many objects lie inside one another.
fn object_ends(body: &[u8], starts: &[usize]) -> Vec<usize> {
    let mut ends = vec![body.len(); starts.len()];
    for nth in (0..starts.len()).rev() {
        let inner = (&starts[nth + 1..], &ends[nth + 1..]);
        ends[nth] = object_end(body, starts[nth], inner);
    }
    ends
}

/// One past the brace that closes the object at `start`, or the end of a body that is cut off.
fn object_end(body: &[u8], start: usize, (starts, ends): (&[usize], &[usize])) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(found) = body.get(at..).and_then(|rest| memchr3(b'{', b'}', b'"', rest)) {
        at += found;
        match body[at] {
            b'"' => at = string_end(body, at),
            b'{' => match starts.binary_search(&at) {
                Ok(known) => at = ends[known],
                Err(_) => {
                    depth += 1;
                    at += 1;
                }
            },
            _ => {
                depth = depth.saturating_sub(1);
                at += 1;
                if depth == 0 {
                    return at;
                }
            }
        }
    }
    body.len()
}

/// Finds the objects whose `$id` is not their first key.
fn late_numbers<'a>(body: &'a [u8], objects: &mut Objects<'a>) {
    if memmem::find_iter(body, ID).all(|at| opened_by(body, at).is_some()) {
        return;
    }
    // The objects that are open, with their numbers.
    let mut open: Vec<(usize, Option<&[u8]>)> = Vec::new();
    let mut at = 0;
    while let Some(found) = body.get(at..).and_then(|rest| memchr3(b'{', b'}', b'"', rest)) {
        at += found;
        match body[at] {
            b'{' => open.push((at, None)),
            b'}' => {
                if let Some((start, Some(id))) = open.pop()
                    && let Some(place @ None) = objects.get_mut(id)
                {
                    *place = Some((start, at + 1));
                }
            }
            _ => {
                if body[at..].starts_with(ID)
                    && let Some((_, id @ None)) = open.last_mut()
                {
                    *id = number(body, at + ID.len()).map(|(id, _)| id);
                }
                at = string_end(body, at);
                continue;
            }
        }
        at += 1;
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

struct Copy<'a> {
    body: &'a [u8],
    references: &'a [Reference<'a>],
    objects: &'a Objects<'a>,
    numbered: &'a [Numbered<'a>],
    out: Buffer,
    /// Where the references stand that are being followed: an object around one of them would hold itself.
    followed: Vec<usize>,
    /// References to nothing, or too deep to follow.
    lost: usize,
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
            _ => {
                self.lost += 1;
                self.append(b"null")
            }
        }
    }

    fn plain(&mut self, from: usize, to: usize) -> Result<(), TooLarge> {
        let (body, numbered) = (self.body, self.numbered);
        let first = numbered.partition_point(|numbered| numbered.place.start < from);
        let mut at = from;
        for place in numbered[first..].iter().map(|numbered| &numbered.place).take_while(|place| place.end <= to) {
            self.append(&body[at..place.start])?;
            at = place.end;
        }
        self.append(&body[at..to])
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), TooLarge> {
        if self.out.len() + bytes.len() > self.most {
            return Err(TooLarge);
        }
        self.out.extend(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
