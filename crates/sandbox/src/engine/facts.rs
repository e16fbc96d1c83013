//! Facts of carriers as somebody writes them: what each can be, and whose they are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::carriers_file::Row;
use crate::wire::meant::{meant, quoted};
use crate::wire::members::Accepts;
use crate::wire::members::Accepts::{Flag, Number, OneOf, Words};
use crate::wire::members::{Member, optional};
use crate::world::given::Wanted;
use crate::world::risk::RATINGS;
use crate::world::{Index, World, fit};

/// The facts that can be set.
pub(crate) const TAKES: [Member; 14] = [
    optional("legalName", Words(1, 120)),
    optional("dbaName", Words(1, 120)),
    optional("street", Words(1, 100)),
    optional("phone", Words(14, 14)),
    optional("email", Words(5, 100)),
    optional("insuranceExpires", Words(10, 10)),
    optional("cargoLimit", Number(1000, 10_000_000)),
    optional("autoLimit", Number(1000, 10_000_000)),
    optional("authority", OneOf(&["active", "revoked"])),
    optional("safetyRating", OneOf(&["Satisfactory", "Conditional", "Unsatisfactory", "None"])),
    optional("outOfService", Flag),
    optional("powerUnits", Number(1, 20_000)),
    optional("drivers", Number(1, 40_000)),
    optional("rating", OneOf(&RATINGS)),
];

pub(super) fn no_carrier(dot: i64) -> String {
    format!("there is no carrier with DOT number {dot}")
}

const NO_FACT: &str = "there is no fact";

/// Whether all are facts, and of their kinds.
pub(super) fn check(members: &Map<String, Value>) -> Result<(), String> {
    members.iter().try_for_each(|(name, value)| known(name)?.accepts.check(name, value))
}

fn known(name: &str) -> Result<&'static Member, String> {
    TAKES.iter().find(|own| own.name == name).ok_or_else(|| {
        let names = TAKES.iter().map(|own| own.name);
        let (guess, all) = (meant(name, names.clone()), names.collect::<Vec<_>>().join(", "));
        format!("{NO_FACT} {}{guess}; there are {all}", quoted(name))
    })
}

/// How many wrong rows are named; whoever has more has one mistake in all of them.
const MOST_NAMED: usize = 20;

/// Gives carriers what was written for them, as it is from the start of the world on: it has not changed. All or none,
/// with every row that is wrong.
pub(crate) fn begin(world: &World, rows: &[Row]) -> Result<(), String> {
    let mut wrong = Vec::new();
    let mut named = BTreeMap::new();
    let mut read_rows = Vec::new();
    let mut columns = BTreeSet::new();
    for row in rows {
        match one(world, row) {
            Ok((Some(index), _)) if named.contains_key(&index) => {
                wrong.push(format!("{}: the same carrier as in {}", row.place, named[&index]));
            }
            Ok((index, wanted)) => {
                named.extend(index.map(|index| (index, row.place.as_str())));
                read_rows.push((row, index, wanted));
            }
            // A column is wrong in every row, and named once.
            Err(error) if row.in_texts && columns.contains(&error) => {}
            Err(error) => {
                wrong.push(format!("{}: {error}", row.place));
                columns.extend(error.starts_with(NO_FACT).then_some(error));
            }
        }
    }
    // A row without a number is the next that has a docket, so that it can have every fact.
    let mut free = (1..world.total).filter(|index| !named.contains_key(index) && world.docket(*index).is_some());
    for (row, index, wanted) in read_rows {
        let given = match index.or_else(|| free.next()) {
            Some(index) => fit::begin(world, index, wanted),
            None => Err("there are no more carriers: start with more of them".to_owned()),
        };
        wrong.extend(given.err().map(|error| format!("{}: {error}", row.place)));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let more = match wrong.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!("\nand {more} more"),
    };
    wrong.truncate(MOST_NAMED);
    Err(format!("own carriers: {}{more}", wrong.join("\n")))
}

/// Which carrier a row is of, if it says so, and its facts.
fn one(world: &World, row: &Row) -> Result<(Option<Index>, Wanted), String> {
    let mut facts = row.facts.clone()?;
    if row.in_texts {
        facts.keys().filter(|name| *name != "dot").try_for_each(|name| known(name).map(drop))?;
        facts.retain(|_, value| !value.is_null());
        facts.iter_mut().for_each(|(name, value)| of_text(name, value));
    }
    let index = match facts.remove("dot") {
        None => None,
        Some(dot) => {
            Accepts::Number(1, i64::from(u32::MAX)).check("dot", &dot)?;
            let dot = dot.as_i64().unwrap_or_default();
            let hint = "; leave dot out for any carrier, and see GET /__sandbox/carriers for those there are";
            Some(world.by_dot(dot).ok_or_else(|| no_carrier(dot) + hint)?)
        }
    };
    check(&facts)?;
    Ok((index, read(facts)?))
}

/// Reads a text as the kind that a fact is of; one that is none stays, to be refused by its name.
fn of_text(name: &str, value: &mut Value) {
    let Some(text) = value.as_str() else { return };
    let kind = TAKES.iter().find(|own| own.name == name).map(|own| own.accepts);
    let read = match kind {
        None if name == "dot" => text.parse::<i64>().ok().map(Value::from),
        Some(Number(..)) => text.parse::<i64>().ok().map(Value::from),
        Some(Flag) if text.eq_ignore_ascii_case("true") => Some(true.into()),
        Some(Flag) if text.eq_ignore_ascii_case("false") => Some(false.into()),
        _ => None,
    };
    *value = read.unwrap_or_else(|| value.take());
}

/// Reads facts whose names and kinds are right.
pub(crate) fn read(members: Map<String, Value>) -> Result<Wanted, String> {
    let wanted: Wanted = serde_json::from_value(members.into()).map_err(|error| error.to_string())?;
    let texts = [("legalName", &wanted.legal_name), ("dbaName", &wanted.dba_name), ("street", &wanted.street)];
    for (name, text) in texts {
        let is_plain =
            |c: char| !c.is_control() && (name != "street" || c.is_ascii() && !matches!(c, '"' | '\\' | '<'));
        if text.as_deref().is_some_and(|text| text.trim().is_empty() || !text.chars().all(is_plain)) {
            let street = if name == "street" { " of plain letters" } else { "" };
            return Err(format!("{name} must be one line{street}, and not empty"));
        }
    }
    if wanted.phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
        return Err(
            "phone must be invented, such as (312) 555-0142: its last seven digits from 555-0100 to 555-0199".into()
        );
    }
    if wanted.email.as_deref().is_some_and(|email| !is_email(email)) {
        return Err(
            "email must be invented, in small letters, such as dispatch@oak.example: it ends with .example".into()
        );
    }
    Ok(wanted)
}

fn is_phone(phone: &str) -> bool {
    let area = phone.strip_prefix('(').and_then(|rest| rest.split_once(") 555-01"));
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    area.is_some_and(|(area, last)| digits(area, 3) && digits(last, 2))
}

fn is_email(email: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '+');
    email.split_once('@').is_some_and(|(user, domain)| {
        let name = domain.strip_suffix(".example").unwrap_or_default();
        !user.is_empty() && !name.is_empty() && user.chars().all(is_plain) && name.chars().all(is_plain)
    })
}
