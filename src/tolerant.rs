//! Reads an answer that did not decode once more, so that what cannot be read costs its own field and nothing else.
//!
//! Only answers that failed come here: the way of the good ones stays as it is. The text is parsed by a reader that
//! forgives what others refuse, and whatever value the type then refuses is set to nothing and named by its path.

use crate::{Error, ErrorKind};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

mod parse;

pub(crate) use parse::{Parsed, parse};

/// Bytes that may be looked at in all rounds together: each round reads the whole record again.
const MOST_WORK: usize = 1 << 30;
const MOST_ROUNDS: usize = 10_000;
/// Paths that are kept; an answer with more is of another kind.
const MOST_PATHS: usize = 1000;

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
    let rounds = (MOST_WORK / size.max(1)).clamp(16, MOST_ROUNDS);
    let mut unreadable = Vec::new();
    for _ in 0..rounds {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(value) => return Ok(Read { value, unreadable }),
            Err(error) => error,
        };
        let segments: Vec<&Segment> = error.path().iter().collect();
        let Some(path) = clear(&mut value, &segments) else {
            return Err(Error::new(ErrorKind::Decode, "the answer has a value of another kind")
                .with_json_path(error.path().to_string()));
        };
        if unreadable.len() < MOST_PATHS {
            unreadable.push(path);
        }
    }
    Err(Error::new(ErrorKind::Decode, "the answer has too many values of another kind"))
}

/// Sets the value at the end of a path to nothing, or the nearest one around it that is not nothing yet; its path.
fn clear(root: &mut Value, segments: &[&Segment]) -> Option<String> {
    for end in (1..=segments.len()).rev() {
        let found = segments[..end].iter().try_fold(&mut *root, |value, segment| match segment {
            Segment::Seq { index } => value.get_mut(index),
            Segment::Map { key } => value.get_mut(key.as_str()),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        if let Some(value) = found.filter(|value| !value.is_null()) {
            *value = Value::Null;
            return Some(shown(&segments[..end]));
        }
    }
    None
}

fn shown(segments: &[&Segment]) -> String {
    let mut path = String::new();
    for segment in segments {
        match segment {
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

/// A key as it may be shown: what is no plain name could be anything of the answer.
fn plain(key: &str) -> &str {
    let named =
        key.len() <= 60 && key.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'.'));
    if named { key } else { "?" }
}

#[cfg(test)]
mod tests;
