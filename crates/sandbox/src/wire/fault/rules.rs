//! Which calls a rule applies to, how rules are written down, and the rules in force.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::lock;
use crate::wire::fault::catalog::Accepts;
use crate::wire::fault::check::{self, CHOOSING, COUNTING, quoted, shown};
use crate::wire::fault::kind::Part;
use crate::wire::fault::{Fault, Kind};
use crate::world::clock::Ticks;
use crate::world::hash::{pair, reduce};

const LONGEST_TEXT: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Calls {
    All,
    First(u64),
    Nth(u64),
    Every(u64),
    /// Of 1,000, as the seed decides.
    Share(u64),
}

impl Calls {
    fn named(self) -> Option<(&'static str, u64)> {
        match self {
            Self::All => None,
            Self::First(n) => Some(("first", n)),
            Self::Nth(n) => Some(("nth", n)),
            Self::Every(n) => Some(("every", n)),
            Self::Share(n) => Some(("perThousand", n)),
        }
    }

    /// Whether a rule applies to the `call`th that it matches, having been applied `applied` times.
    fn applies(self, seed: u64, call: u64, applied: u64) -> bool {
        match self {
            Self::All => true,
            Self::First(count) => applied < count,
            Self::Nth(n) => call == n,
            Self::Every(n) => call.is_multiple_of(n.max(1)),
            Self::Share(per_thousand) => u64::from(reduce(pair(seed, call), 1000)) < per_thousand,
        }
    }
}

impl std::str::FromStr for Fault {
    type Err = String;

    /// Reads a rule as a JSON object, or as `kind=status,code=503,operation=PreviewCarrier,first=2`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim_start().starts_with('{') {
            true => Self::from_json(serde_json::from_str(text).map_err(|error| error.to_string())?),
            false => Self::from_flag(text),
        }
    }
}

/// A call as rules see it.
pub(crate) struct Seen<'c> {
    pub(crate) operation: &'c str,
    pub(crate) customer: Option<&'c str>,
    /// Whether it asks for a token with a refresh token.
    pub(crate) renewal: bool,
    pub(crate) now: Ticks,
}

impl Fault {
    fn fits(&self, call: &Seen<'_>) -> bool {
        self.operation.is_none_or(|own| own == call.operation)
            && self.customer.as_deref().is_none_or(|own| call.customer == Some(own))
            && self.until.is_none_or(|end| call.now < end)
            && (call.renewal || !self.kind.is_of_renewals())
    }

    /// Reads a rule: the members of its kind beside those that choose calls.
    pub(crate) fn from_json(value: Value) -> Result<Self, String> {
        let Value::Object(mut members) = value else {
            return Err(format!("a fault is a JSON object such as {{\"kind\": \"nulls\"}}, not {}", shown(&value)));
        };
        // An answer of the control API can be sent back.
        for own in ["id", "matched", "applied"] {
            members.remove(own);
        }
        let mut own = members.clone();
        own.retain(|name, _| !CHOOSING.contains(&name.as_str()));
        check::kind(&own)?;
        let mut text = |name: &str| match members.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if (1..=LONGEST_TEXT).contains(&text.len()) => Ok(Some(text)),
            Some(other) => {
                Err(format!("{name} must be a text of 1 to {LONGEST_TEXT} characters, and is {}", shown(&other)))
            }
        };
        let operation = text("operation")?.map(|name| check::operation(&name)).transpose()?;
        let customer = text("customer")?;
        let until = text("until")?;
        let time = |text: String| {
            let wrong = || format!("until must be a time such as 2026-03-18T08:30:00Z, and is {}", quoted(&text));
            Ticks::parse(&text).ok_or_else(wrong)
        };
        let until = until.map(time).transpose()?;
        let calls = calls(&members)?;
        let kind: Kind = serde_json::from_value(Value::Object(own)).map_err(|error| error.to_string())?;
        Ok(Self { kind, operation, customer, calls, until })
    }

    fn from_flag(text: &str) -> Result<Self, String> {
        let mut members = Map::new();
        for part in text.split(',') {
            let (name, value) =
                part.split_once('=').ok_or_else(|| format!("expected name=value, not {}", quoted(part)))?;
            let name = name.trim();
            let is_text = matches!(name, "kind" | "operation" | "customer" | "value" | "until" | "form" | "by");
            let parsed = Some(value).filter(|_| !is_text).and_then(|value| serde_json::from_str(value).ok());
            if members.insert(name.to_owned(), parsed.unwrap_or_else(|| Value::from(value))).is_some() {
                return Err(format!("{} is given twice", quoted(name)));
            }
        }
        Self::from_json(Value::Object(members))
    }

    /// Reads a list of rules, or a single one.
    pub(crate) fn list_from_json(text: &[u8]) -> Result<Vec<Self>, String> {
        match serde_json::from_slice(text).map_err(|error| error.to_string())? {
            Value::Array(rules) => {
                let numbered = (1..).zip(rules);
                let read = |(n, rule)| Self::from_json(rule).map_err(|mistake| format!("rule {n}: {mistake}"));
                numbered.map(read).collect()
            }
            rule => Ok(vec![Self::from_json(rule)?]),
        }
    }

    fn to_json(&self) -> Value {
        let mut value = serde_json::to_value(&self.kind).unwrap_or_default();
        if let Some(operation) = self.operation {
            value["operation"] = operation.into();
        }
        if let Some(customer) = &self.customer {
            value["customer"] = customer.as_str().into();
        }
        if let Some((name, n)) = self.calls.named() {
            value[name] = n.into();
        }
        if let Some(until) = self.until {
            value["until"] = until.iso().into();
        }
        value
    }
}

fn calls(members: &Map<String, Value>) -> Result<Calls, String> {
    let mut found = Calls::All;
    for (name, most) in COUNTING {
        let Some(value) = members.get(name).filter(|value| !value.is_null()) else { continue };
        Accepts::Number(1, most).check(name, value)?;
        if found != Calls::All {
            return Err("only one of first, nth, every and perThousand can be given".to_owned());
        }
        let n = value.as_u64().unwrap_or(1);
        found = match name {
            "first" => Calls::First(n),
            "nth" => Calls::Nth(n),
            "every" => Calls::Every(n),
            _ => Calls::Share(n),
        };
    }
    Ok(found)
}

struct Rule {
    id: u64,
    fault: Fault,
    matched: u64,
    applied: u64,
}

/// The rules in force, in the order in which they were added.
pub(crate) struct Faults {
    seed: u64,
    rules: Mutex<(u64, Vec<Rule>)>,
}

impl Faults {
    pub(crate) fn new(seed: u64, rules: Vec<Fault>) -> Self {
        let faults = Self { seed, rules: Mutex::default() };
        faults.replace(rules);
        faults
    }

    pub(crate) fn replace(&self, faults: Vec<Fault>) {
        self.clear();
        for fault in faults {
            self.add(fault);
        }
    }

    pub(crate) fn add(&self, fault: Fault) -> u64 {
        let mut rules = lock(&self.rules);
        rules.0 += 1;
        let id = rules.0;
        rules.1.push(Rule { id, fault, matched: 0, applied: 0 });
        id
    }

    pub(crate) fn remove(&self, id: u64) -> bool {
        let rules = &mut lock(&self.rules).1;
        let before = rules.len();
        rules.retain(|rule| rule.id != id);
        rules.len() < before
    }

    pub(crate) fn clear(&self) {
        lock(&self.rules).1.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.rules).1.is_empty()
    }

    /// The rules with their numbers, and how many calls each matched and was applied to.
    pub(crate) fn list(&self) -> Vec<Value> {
        let rules = lock(&self.rules);
        let shown = |rule: &Rule| {
            let mut value = json!({ "id": rule.id, "matched": rule.matched, "applied": rule.applied });
            if let (Value::Object(all), Value::Object(own)) = (&mut value, rule.fault.to_json()) {
                all.extend(own);
            }
            value
        };
        rules.1.iter().map(shown).collect()
    }

    /// What applies to a call: of each part, the first rule that matches it.
    pub(crate) fn applied(&self, call: &Seen<'_>) -> Applied {
        let mut applied = Applied::default();
        for (place, rule) in (0..).zip(&mut lock(&self.rules).1) {
            if !rule.fault.fits(call) {
                continue;
            }
            rule.matched += 1;
            let part = applied.part(rule.fault.kind.part());
            if part.is_none() && rule.fault.calls.applies(pair(self.seed, place), rule.matched, rule.applied) {
                rule.applied += 1;
                *part = Some(rule.fault.kind.clone());
            }
        }
        applied
    }
}

/// What applies to one call.
#[derive(Default)]
pub(crate) struct Applied {
    time: Option<Kind>,
    answer: Option<Kind>,
    bytes: Option<Kind>,
}

impl Applied {
    fn part(&mut self, part: Part) -> &mut Option<Kind> {
        match part {
            Part::Time => &mut self.time,
            Part::Answer => &mut self.answer,
            Part::Bytes => &mut self.bytes,
        }
    }

    /// What is done and answered.
    pub(crate) fn answer(&self) -> Option<&Kind> {
        self.answer.as_ref()
    }

    /// How the bytes of the body come.
    pub(crate) fn bytes(&self) -> Option<&Kind> {
        self.bytes.as_ref()
    }

    /// How much later the answer comes.
    pub(crate) fn delay(&self) -> Duration {
        match self.time {
            Some(Kind::Delay { ms }) => Duration::from_millis(ms),
            _ => Duration::ZERO,
        }
    }

    /// The names of the kinds, for the log.
    pub(crate) fn names(&self) -> Option<String> {
        let kinds = [&self.time, &self.answer, &self.bytes];
        let names: Vec<_> = kinds.into_iter().flatten().map(Kind::name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}
