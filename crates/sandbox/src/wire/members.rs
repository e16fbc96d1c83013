//! What the members of a JSON object can be, and what is wrong with one, in words that name it.

use hyper::header::HeaderValue;
use serde_json::Value;

use crate::wire::meant::{meant, shown};

const LONGEST_VALUE: usize = 200;

/// A member that an object can have.
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) accepts: Accepts,
    pub(crate) required: bool,
}

/// What a member can be.
#[derive(Clone, Copy)]
pub(crate) enum Accepts {
    /// A whole number between two, both included.
    Number(i64, i64),
    Flag,
    /// A text that a header can carry.
    Text,
    OneOf(&'static [&'static str]),
    /// Several of these words, in a list.
    Several(&'static [&'static str]),
    /// Any text of a number of bytes between two, both included.
    Words(usize, usize),
}

pub(crate) const fn needed(name: &'static str, accepts: Accepts) -> Member {
    Member { name, accepts, required: true }
}

pub(crate) const fn optional(name: &'static str, accepts: Accepts) -> Member {
    Member { name, accepts, required: false }
}

impl Accepts {
    /// The value as the kind reads it, or what it must be.
    pub(crate) fn check(self, name: &str, value: &Value) -> Result<(), String> {
        let must = |what: String| Err(format!("{name} must be {what}, and is {}", shown(value)));
        match self {
            Self::Number(least, most) if value.as_i64().is_none_or(|number| !(least..=most).contains(&number)) => {
                must(format!("a whole number from {least} to {most}"))
            }
            Self::Flag if !value.is_boolean() => must("true or false".to_owned()),
            Self::Text if !value.as_str().is_some_and(can_be_sent) => {
                must(format!("a text that a header can carry, of 1 to {LONGEST_VALUE} characters"))
            }
            Self::Words(least, most) if !value.as_str().is_some_and(|text| (least..=most).contains(&text.len())) => {
                must(format!("a text of {least} to {most} characters"))
            }
            Self::Several(words) => match value {
                Value::Array(all) => {
                    all.iter().try_for_each(|own| Self::OneOf(words).check(&format!("each of {name}"), own))
                }
                _ => must(format!("a list of {}", words.join(", "))),
            },
            Self::OneOf(words) if !value.as_str().is_some_and(|word| words.contains(&word)) => {
                let guess = value.as_str().map(|word| meant(word, words.iter().copied())).unwrap_or_default();
                must(format!("one of {}", words.join(", "))).map_err(|mistake| mistake + &guess)
            }
            _ => Ok(()),
        }
    }
}

fn can_be_sent(text: &str) -> bool {
    (1..=LONGEST_VALUE).contains(&text.len()) && HeaderValue::from_str(text).is_ok()
}
