//! What is wrong with a rule as somebody wrote it, in words that name the member and what it can be.

use hyper::header::HeaderValue;
use serde_json::{Map, Value};

use crate::wire::fault::catalog::{About, Accepts, KINDS};
use crate::wire::router::Route;

/// The members that choose calls, of any kind.
pub(super) const CHOOSING: [&str; 7] = ["operation", "customer", "until", "first", "nth", "every", "perThousand"];
/// Of the counting ones, how high each goes.
pub(super) const COUNTING: [(&str, i64); 4] =
    [("first", 1_000_000_000), ("nth", 1_000_000_000), ("every", 1_000_000_000), ("perThousand", 1000)];

const LONGEST_VALUE: usize = 200;

impl Accepts {
    /// The value as the kind reads it, or what it must be.
    pub(super) fn check(self, name: &str, value: &Value) -> Result<(), String> {
        let must = |what: String| Err(format!("{name} must be {what}, and is {}", shown(value)));
        match self {
            Self::Number(least, most) if value.as_i64().is_none_or(|number| !(least..=most).contains(&number)) => {
                must(format!("a whole number from {least} to {most}"))
            }
            Self::Flag if !value.is_boolean() => must("true or false".to_owned()),
            Self::Text if !value.as_str().is_some_and(can_be_sent) => {
                must(format!("a text that a header can carry, of 1 to {LONGEST_VALUE} characters"))
            }
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

/// Checks the name of a kind and the members beside it, of which none may be unknown or absent.
pub(super) fn kind(members: &Map<String, Value>) -> Result<(), String> {
    let name = match members.get("kind") {
        None | Some(Value::Null) => {
            return Err("kind is required, such as \"kind\": \"status\"".to_owned());
        }
        Some(Value::String(name)) => name,
        Some(other) => return Err(format!("kind must be the name of a kind, and is {}", shown(other))),
    };
    let Some(about) = KINDS.iter().find(|about| about.name() == name) else {
        let guess = meant(name, KINDS.iter().map(About::name));
        let count = KINDS.len();
        return Err(format!("there is no kind {}{guess}; GET /__sandbox/faults/kinds lists all {count}", quoted(name)));
    };
    let own = about.members;
    for (given, value) in members.iter().filter(|(given, _)| *given != "kind") {
        match own.iter().find(|member| member.name == given) {
            Some(member) => member.accepts.check(given, value)?,
            None => {
                let all = own.iter().map(|member| member.name).chain(CHOOSING);
                let guess = meant(given, all.clone());
                let all = all.collect::<Vec<_>>().join(", ");
                return Err(format!("{name} has no member {}{guess}; it takes {all}", quoted(given)));
            }
        }
    }
    match own.iter().find(|member| member.required && !members.contains_key(member.name)) {
        Some(absent) => Err(format!("{} is required, as in {}", absent.name, about.example)),
        None => Ok(()),
    }
}

/// The documented name of an operation.
pub(super) fn operation(name: &str) -> Result<&'static str, String> {
    let guess = || meant(name, Route::operations());
    Route::operation(name).ok_or_else(|| format!("there is no operation {}{}", quoted(name), guess()))
}

/// A value fit for one line.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 { text } else { text.chars().take(60).chain(['…']).collect() }
}

pub(super) fn quoted(text: &str) -> String {
    shown(&Value::from(text))
}

/// `; did you mean …?` with the nearest of some names, if any is near.
fn meant<'n>(given: &str, names: impl Iterator<Item = &'n str>) -> String {
    let given = given.trim().to_ascii_lowercase();
    if given.is_empty() || given.len() > 40 {
        return String::new();
    }
    let mut near: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let own = name.to_ascii_lowercase();
            let distance = distance(&given, &own);
            let begins = given.len() >= 3 && (own.contains(&given) || given.contains(&own));
            (begins || distance <= given.len().max(own.len()) / 3).then_some((distance, name))
        })
        .collect();
    near.sort();
    match near.iter().take(3).map(|(_, name)| quoted(name)).collect::<Vec<_>>().join(" or ") {
        none if none.is_empty() => none,
        names => format!("; did you mean {names}?"),
    }
}

/// How many characters must be put in, taken out or changed to make one text of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, own) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], line + 1);
        for (at, other) in b.iter().enumerate() {
            let changed = corner + usize::from(own != *other);
            corner = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_what_was_meant() {
        for (a, b, far) in
            [("", "", 0), ("", "abc", 3), ("stauts", "status", 2), ("status", "status", 0), ("a", "b", 1)]
        {
            assert_eq!(distance(a, b), far, "{a} {b}");
        }
        let names = ["status", "stall", "delay", "PreviewCarrier"];
        for (given, guess) in [
            ("stauts", "; did you mean \"status\"?"),
            ("STATUS", "; did you mean \"status\"?"),
            ("preview", "; did you mean \"PreviewCarrier\"?"),
            ("xylophone", ""),
            ("", ""),
        ] {
            assert_eq!(meant(given, names.into_iter()), guess, "{given}");
        }
    }
}
