//! Reads an answer that did not decode once more, so that what cannot be read costs its own field and nothing else.
//!
//! Only answers that failed come here: the way of the good ones stays as it is. The text is parsed by a reader that
//! forgives what others refuse, and whatever value the type then refuses is set to nothing and named by its path.

use crate::{Error, ErrorKind};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

mod parse;

use parse::{MOST_PATHS, plain};
pub(crate) use parse::{Parsed, parse};

/// Bytes that may be looked at in all rounds together: each round reads the record, or one element of its list, again.
const MOST_WORK: usize = 1 << 30;
/// What a round costs at least.
const SMALLEST: usize = 256;

/// What was read, and the paths of what could not be.
pub(crate) struct Read<T> {
    pub value: T,
    pub unreadable: Vec<String>,
}

/// The whole of an answer.
pub(crate) fn answer<T: DeserializeOwned>(body: &[u8]) -> Result<Read<T>, Error> {
    let parsed = parse(body)?;
    let mut read = record(parsed.value, body.len())?;
    read.unreadable.splice(0..0, parsed.unreadable);
    Ok(read)
}

/// A record of `size` bytes or so, without the values that a `T` cannot have.
pub(crate) fn record<T: DeserializeOwned>(mut value: Value, size: usize) -> Result<Read<T>, Error> {
    let mut fixer = Fixer { work: MOST_WORK, unreadable: Vec::new() };
    match fixer.fix(&mut value, size, None)? {
        Some(value) => Ok(Read { value, unreadable: fixer.unreadable }),
        None => Err(Error::new(ErrorKind::Decode, "the answer has a value of another kind")),
    }
}

struct Fixer {
    work: usize,
    unreadable: Vec<String>,
}

impl Fixer {
    /// Clears what a `T` cannot have until the rest is one. With `alone`, the list in `root` of which only one element is
    /// there, it ends without a `T` once that element is no longer in the way.
    fn fix<T: DeserializeOwned>(
        &mut self,
        root: &mut Value,
        size: usize,
        alone: Option<Alone<'_>>,
    ) -> Result<Option<T>, Error> {
        let mut apart: Vec<String> = Vec::new();
        loop {
            let error = match serde_path_to_error::deserialize::<_, T>(&*root) {
                Ok(value) => return Ok(Some(value)),
                Err(error) => error,
            };
            let Some(rest) = self.work.checked_sub(size.max(SMALLEST)) else {
                self.work = 0;
                return Err(Error::new(ErrorKind::Decode, "the answer has too many values of another kind"));
            };
            self.work = rest;
            let segments: Vec<&Segment> = error.path().iter().collect();
            if alone.is_some_and(|alone| !alone.holds(&segments)) {
                return Ok(None);
            }
            let list = segments.iter().position(|segment| matches!(segment, Segment::Seq { .. }));
            if let (None, Some(list)) = (alone, list)
                && !apart.contains(&shown(&segments[..list], None))
                && let Some(Value::Array(items)) = at(root, &segments[..list])
                && !items.is_empty()
            {
                apart.push(shown(&segments[..list], None));
                self.one_by_one::<T>(root, &segments[..list], size)?;
                continue;
            }
            match clear(root, &segments, alone) {
                Some(path) => self.note(path),
                None => {
                    return Err(Error::new(ErrorKind::Decode, "the answer has a value of another kind")
                        .with_json_path(error.path().to_string()));
                }
            }
        }
    }

    /// Fixes each element of a list apart from the others, so that a list takes time in proportion to its length. A value
    /// that is not an element by any reading leaves the list; a list of nothing else is unknown, and not empty.
    fn one_by_one<T: DeserializeOwned>(
        &mut self,
        root: &mut Value,
        list: &[&Segment],
        size: usize,
    ) -> Result<(), Error> {
        let Some(Value::Array(items)) = at(root, list).map(Value::take) else {
            return Ok(());
        };
        let sizes: Vec<usize> = items.iter().map(|item| item.to_string().len()).collect();
        let around = size.saturating_sub(sizes.iter().sum());
        let (count, mut kept) = (items.len(), Vec::with_capacity(items.len()));
        for (place, (item, size)) in items.into_iter().zip(sizes).enumerate() {
            let was_null = item.is_null();
            if let Some(slot) = at(root, list) {
                *slot = Value::Array(vec![item]);
            }
            let fixed = self.fix::<T>(root, around + size, Some(Alone { list, place }));
            let left = match at(root, list).map(Value::take) {
                Some(Value::Array(mut items)) => items.pop(),
                _ => None,
            };
            match (fixed, left) {
                (Ok(_), Some(item)) if was_null || !item.is_null() => kept.push(item),
                (Ok(_), _) => {}
                // What is not a record is its caller's to reject, and one that there was no time for is not unreadable.
                (Err(error), _) if list.is_empty() || self.work == 0 => return Err(error),
                (Err(_), _) => self.note(format!("{}[{place}]", shown(list, None))),
            }
        }
        if let Some(slot) = at(root, list)
            && (kept.len() == count || kept.iter().any(|item| !item.is_null()))
        {
            *slot = Value::Array(kept);
        }
        Ok(())
    }

    fn note(&mut self, path: String) {
        if self.unreadable.len() < MOST_PATHS && self.unreadable.last() != Some(&path) {
            self.unreadable.push(path);
        }
    }
}

/// Where the list is of which only one element is left, and where that one stood.
#[derive(Clone, Copy)]
struct Alone<'a> {
    list: &'a [&'a Segment],
    place: usize,
}

impl Alone<'_> {
    fn holds(&self, segments: &[&Segment]) -> bool {
        segments.get(..self.list.len()).is_some_and(|start| shown(start, None) == shown(self.list, None))
    }
}

fn at<'v>(root: &'v mut Value, segments: &[&Segment]) -> Option<&'v mut Value> {
    segments.iter().try_fold(root, |value, segment| match segment {
        Segment::Seq { index } => value.get_mut(index),
        Segment::Map { key } => value.get_mut(key.as_str()),
        Segment::Enum { .. } | Segment::Unknown => None,
    })
}

/// Sets the value at the end of a path to nothing, or the nearest one around it that is not nothing yet; its path.
fn clear(root: &mut Value, segments: &[&Segment], alone: Option<Alone<'_>>) -> Option<String> {
    // What is around an element is not its own.
    let least = alone.map_or(1, |alone| alone.list.len() + 1);
    for end in (least..=segments.len()).rev() {
        if let Some(value) = at(root, &segments[..end]).filter(|value| !value.is_null()) {
            *value = Value::Null;
            return Some(shown(&segments[..end], alone));
        }
    }
    None
}

fn shown(segments: &[&Segment], alone: Option<Alone<'_>>) -> String {
    let mut path = String::new();
    for (depth, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Seq { .. } if alone.is_some_and(|alone| alone.list.len() == depth) => {
                path.push_str(&format!("[{}]", alone.map_or(0, |alone| alone.place)));
            }
            Segment::Seq { index } => path.push_str(&format!("[{index}]")),
            Segment::Map { key } => {
                let dot = if path.is_empty() { "" } else { "." };
                path.push_str(&format!("{dot}{}", plain(key)));
            }
            Segment::Enum { .. } | Segment::Unknown => path.push_str(".?"),
        }
    }
    path
}

#[cfg(test)]
mod tests;
