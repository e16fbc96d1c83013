//! What is wrong with a rule as somebody wrote it, in words that name the member and what it can be.

use serde_json::{Map, Value};

use crate::wire::fault::catalog::{About, KINDS};
use crate::wire::meant::{meant, quoted, shown};
use crate::wire::router::Route;

/// The members that choose calls, of any kind.
pub(super) const CHOOSING: [&str; 8] =
    ["operation", "customer", "until", "where", "first", "nth", "every", "perThousand"];
/// Of the counting ones, how high each goes.
pub(super) const COUNTING: [(&str, i64); 4] =
    [("first", 1_000_000_000), ("nth", 1_000_000_000), ("every", 1_000_000_000), ("perThousand", 1000)];

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
