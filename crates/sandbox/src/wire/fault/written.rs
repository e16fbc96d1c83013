//! Rules as they are written down: as JSON in a file or a call, and as a flag.

use serde_json::{Map, Value};

use crate::wire::fault::check::{self, CHOOSING, COUNTING};
use crate::wire::fault::choice::{Calls, Choice};
use crate::wire::fault::{Fault, Kind};
use crate::wire::meant::{quoted, shown};
use crate::wire::members::Accepts;
use crate::world::clock::Ticks;

const LONGEST_TEXT: usize = 100;
/// Of a parameter that a rule asks for.
const LONGEST_VALUE: usize = 1000;
const MOST_PARAMETERS: usize = 20;
/// In a flag, before the name of a parameter.
const WHERE: &str = "where.";

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

impl Fault {
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
        let with = parameters(members.get("where"))?;
        let calls = calls(&members)?;
        let kind: Kind = serde_json::from_value(Value::Object(own)).map_err(|error| error.to_string())?;
        Ok(Self { kind, choice: Choice { operation, customer, with, until }, calls })
    }

    fn from_flag(text: &str) -> Result<Self, String> {
        let mut members = Map::new();
        for part in text.split(',') {
            let (name, value) =
                part.split_once('=').ok_or_else(|| format!("expected name=value, not {}", quoted(part)))?;
            let name = name.trim();
            if let Some(parameter) = name.strip_prefix(WHERE) {
                let own = members.entry("where").or_insert_with(|| Value::Object(Map::new()));
                // Another `where=…` is no object, and is refused with the rest.
                if let Some(own) = own.as_object_mut()
                    && own.insert(parameter.to_owned(), value.into()).is_some()
                {
                    return Err(format!("{} is given twice", quoted(name)));
                }
                continue;
            }
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

    pub(super) fn to_json(&self) -> Value {
        let mut value = serde_json::to_value(&self.kind).unwrap_or_default();
        let Choice { operation, customer, with, until } = &self.choice;
        if let Some(operation) = operation {
            value["operation"] = (*operation).into();
        }
        if let Some(customer) = customer {
            value["customer"] = customer.as_str().into();
        }
        if !with.is_empty() {
            value["where"] = with.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        }
        if let Some((name, n)) = self.calls.named() {
            value[name] = n.into();
        }
        if let Some(until) = until {
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

/// The parameters that a rule asks for.
fn parameters(value: Option<&Value>) -> Result<Vec<(String, String)>, String> {
    let own = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(own)) => own,
        Some(other) => {
            let example = r#"{"DOTNumber": "23868"}"#;
            return Err(format!("where must be an object of parameters such as {example}, and is {}", shown(other)));
        }
    };
    if own.len() > MOST_PARAMETERS {
        return Err(format!("where takes at most {MOST_PARAMETERS} parameters, and has {}", own.len()));
    }
    let read = |(name, value): (&String, &Value)| {
        if !(1..=LONGEST_TEXT).contains(&name.trim().len()) {
            return Err(format!(
                "where: a parameter has a name of 1 to {LONGEST_TEXT} characters, not {}",
                quoted(name)
            ));
        }
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            other => {
                return Err(format!("where: {name} must be a text, a number, true or false, and is {}", shown(other)));
            }
        };
        match text.len() {
            0..=LONGEST_VALUE => Ok((name.clone(), text)),
            more => Err(format!("where: {name} must have at most {LONGEST_VALUE} characters, and has {more}")),
        }
    };
    own.iter().map(read).collect()
}
