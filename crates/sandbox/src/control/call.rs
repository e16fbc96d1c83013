//! A call of the control API: its parameters and its body, and what is wrong with them.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::control::reply::{Code, Refusal, bad};
use crate::engine::Engine;
use crate::engine::spaces::Spaces;
use crate::vendor::request::Params;
use crate::webhooks::Whose;
use crate::wire::meant::{meant, quoted, shown};
use crate::wire::members::Member;

/// Deliveries may take that long after a leap of the clock.
const LONGEST_FLUSH: Duration = Duration::from_secs(60);

/// A call of the control API.
pub(crate) struct Call<'c> {
    pub(crate) spaces: &'c Spaces,
    pub(crate) engine: &'c Engine,
    pub(crate) params: Params,
    pub(crate) body: Bytes,
}

impl Call<'_> {
    /// The body, which must be a JSON object. `example` is one.
    pub(crate) fn object(&self, example: &str) -> Result<Map<String, Value>, Refusal> {
        let wrong = |what: String| bad(Code::InvalidJson, format!("{what}; the body must be JSON such as {example}"));
        if self.body.trim_ascii().is_empty() {
            return Err(wrong("the body is empty".to_owned()));
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(other) => Err(wrong(format!("the body is {}", shown(&other)))),
            Err(error) => Err(wrong(format!("the body is not JSON: {error}"))),
        }
    }

    /// The members of the body, each of which is one of those taken; see [`checked`].
    pub(crate) fn members(&self, takes: &[Member], example: &str) -> Result<Map<String, Value>, Refusal> {
        checked(self.object(example)?, takes, example)
    }

    /// Refuses parameters of the address other than these: one that is misspelt would count for nothing.
    pub(crate) fn takes(&self, names: &[&str]) -> Result<(), Refusal> {
        let known = |name: &str| names.contains(&name) || parameter(name).is_some_and(|_| names.contains(&"where"));
        let Some((name, _)) = self.params.pairs().iter().find(|(name, _)| !known(name)) else { return Ok(()) };
        let guess = meant(name, names.iter().copied());
        let all = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let error = format!("this address takes no parameter {}{guess}; it takes {all}", quoted(name));
        Err(bad(Code::UnknownParameter, error))
    }

    /// The parameters asked for as `where[NAME]=value`.
    pub(crate) fn wanted(&self) -> Vec<(String, String)> {
        let named = |(name, value): &(String, String)| Some((parameter(name)?.to_owned(), value.clone()));
        self.params.pairs().iter().filter_map(named).collect()
    }

    /// A parameter that is a whole number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let wrong = |text| bad(Code::InvalidValue, format!("{name} must be a whole number, and is {}", quoted(text)));
        self.params.get(name).map(|text| text.trim().parse().map_err(|_| wrong(text))).transpose()
    }

    /// A parameter that is a whole number from 1 to `most`, with a default.
    pub(crate) fn count(&self, name: &str, default: u64, most: u64) -> Result<u64, Refusal> {
        match self.number(name)?.unwrap_or(default) {
            n if (1..=most).contains(&n) => Ok(n),
            n => Err(bad(Code::InvalidValue, format!("{name} must be a whole number from 1 to {most}, and is {n}"))),
        }
    }

    /// Waits for deliveries, but not for ever: a receiver may be very slow.
    pub(crate) async fn flushed(&self, whose: Whose<'_>) {
        let _ = tokio::time::timeout(LONGEST_FLUSH, self.engine.flushed(whose)).await;
    }
}

/// The members of a body if each is one of those taken and right; one that is null counts as absent.
pub(crate) fn checked(
    mut members: Map<String, Value>,
    takes: &[Member],
    example: &str,
) -> Result<Map<String, Value>, Refusal> {
    for (name, value) in &members {
        let own = takes.iter().find(|own| own.name == name).ok_or_else(|| unknown(name, takes))?;
        if !value.is_null() {
            own.accepts.check(name, value).map_err(|error| bad(Code::InvalidValue, error))?;
        }
    }
    members.retain(|_, value| !value.is_null());
    match takes.iter().find(|own| own.required && !members.contains_key(own.name)) {
        Some(own) => Err(bad(Code::MissingMember, format!("{} is required, as in {example}", own.name))),
        None => Ok(members),
    }
}

/// A member that a body does not have.
fn unknown(name: &str, takes: &[Member]) -> Refusal {
    let names = takes.iter().map(|own| own.name);
    let guess = meant(name, names.clone());
    let all = names.collect::<Vec<_>>().join(", ");
    bad(Code::UnknownMember, format!("the body has no member {}{guess}; it takes {all}", quoted(name)))
}

/// The NAME of `where[NAME]`.
fn parameter(name: &str) -> Option<&str> {
    name.strip_prefix("where[")?.strip_suffix(']')
}
