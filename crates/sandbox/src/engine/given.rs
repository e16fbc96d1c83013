//! Facts of carriers as somebody writes them: what each can be, and whose they are.

use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::wire::members::Accepts::{Flag, Number, OneOf, Words};
use crate::wire::members::{Member, optional};
use crate::world::fit;
use crate::world::given::Wanted;
use crate::world::risk::RATINGS;

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

/// Why facts are not set.
pub(crate) enum Unset {
    NoCarrier,
    /// A value that a fact cannot have.
    Invalid(String),
    /// Facts that cannot be so together.
    Contradiction(String),
}

impl Engine {
    /// Sets facts of a carrier from now on, in place of those set before; none takes them away.
    pub(crate) fn set_carrier(&self, dot: i64, members: Map<String, Value>) -> Result<(), Unset> {
        let index = self.world.by_dot(dot).ok_or(Unset::NoCarrier)?;
        let wanted = read(members).map_err(Unset::Invalid)?;
        self.settle_all();
        fit::give(&self.world, index, wanted, self.clock.now()).map_err(Unset::Contradiction)
    }
}

impl Engine {
    /// The same, of facts in JSON.
    pub(crate) fn set_carrier_json(&self, dot: i64, facts: &str) -> Result<(), String> {
        let members: Map<String, Value> = serde_json::from_str(facts).map_err(|error| format!("the facts: {error}"))?;
        for (name, value) in &members {
            let own = TAKES.iter().find(|own| own.name == name).ok_or_else(|| format!("there is no fact {name:?}"))?;
            own.accepts.check(name, value)?;
        }
        self.set_carrier(dot, members).map_err(|error| match error {
            Unset::NoCarrier => format!("there is no carrier with DOT number {dot}"),
            Unset::Invalid(error) | Unset::Contradiction(error) => error,
        })
    }
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
