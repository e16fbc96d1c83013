//! Which rules of a risk assessment a carrier breaks: each follows from a fact, and says what was found.

use crate::world::carrier::Carrier;
use crate::world::cover::Line;
use crate::world::safety::{AVERAGE_OUT, Rating};

/// A rule that is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Infraction {
    pub(crate) rule: &'static Rule,
    /// What was found, as the vendor shows it.
    pub(crate) output: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) points: u32,
    pub(crate) level: &'static str,
    pub(crate) text: &'static str,
}

const fn rule(name: &'static str, points: u32, level: &'static str, text: &'static str) -> Rule {
    Rule { name, points, level, text }
}

static YOUNG: Rule = rule("Authority Age", 125, "Medium", "Authority is less than one year old");
static REVOKED: Rule = rule("Authority Revocation", 250, "Review", "Authority was revoked in the last year");
static INACTIVE: Rule = rule("Active Authority", 1000, "Unacceptable", "Carrier has no active authority");
static EXPIRING: Rule = rule("Coverage Expires Soon", 125, "Medium", "Auto liability expires within 15 days");
static CARGO: Rule = rule("Cargo Limit", 250, "Review", "Cargo coverage is below 100,000");
static EXPIRED: Rule = rule("Coverage Expired", 1000, "Unacceptable", "No coverage is in force");
static VEHICLES: Rule = rule("Vehicle Out Of Service", 125, "Medium", "Out-of-service rate is above the average");
static ALERT: Rule = rule("BASIC Alert", 250, "Review", "A BASIC category shows an alert");
static UNSATISFACTORY: Rule = rule("Safety Rating", 1000, "Unacceptable", "Safety rating is Unsatisfactory");
static FILING: Rule = rule("MCS-150 Age", 125, "Low", "MCS-150 is older than four years");
static UNINSPECTED: Rule = rule("Inspections", 125, "Medium", "No inspections are on record");
static OUT: Rule = rule("Out Of Service", 1000, "Unacceptable", "Carrier is out of service");
static FREE_MAIL: Rule = rule("Free Mail", 125, "Low", "Email address is of a free provider");
static INCIDENTS: Rule = rule("Incident Reports", 250, "Review", "An incident was reported");
static BLOCKED: Rule = rule("Blocked By Companies", 1000, "Unacceptable", "Three or more companies block the carrier");

/// The words for a number of points, and how many the next one takes.
pub(crate) const RATINGS: [&str; 4] = ["Acceptable", "Moderate", "UnacceptableReview", "Unacceptable"];
const LEAST: [u32; 3] = [125, 250, 1000];

/// Which of [`RATINGS`] a number of points brings.
pub(crate) fn level(points: u32) -> usize {
    LEAST.iter().filter(|least| points >= **least).count()
}

/// The categories, in the order of the wire.
pub(crate) const CATEGORIES: usize = 5;

/// An assessment: the infractions of authority, insurance, safety, operation and all else.
pub(crate) type Risk = [Vec<Infraction>; CATEGORIES];

pub(crate) fn points(infractions: &[Infraction]) -> u32 {
    infractions.iter().map(|infraction| infraction.rule.points).sum()
}

impl Carrier<'_> {
    /// The rules of the risk assessment that it breaks.
    pub(crate) fn risk(&self) -> Risk {
        assess(self)
    }
}

/// A number with its thousands apart.
fn thousands(number: u32) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

fn assess(c: &Carrier<'_>) -> Risk {
    let found = |broken: bool, rule: &'static Rule, output: &dyn Fn() -> String| {
        broken.then(|| Infraction { rule, output: output() })
    };
    let authority = &c.authority;
    let interstate = authority.granted.is_some();
    let granted = authority.granted.unwrap_or(c.day);
    let times = |count: u32, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let cargo = c.cover.of(Line::Cargo).map_or(0, |policy| policy.limit);
    let alerts: Vec<_> = c.safety.basics.iter().filter(|basic| basic.alert()).map(|basic| basic.name).collect();
    let reports = c.facts.standing_incidents().count() as u32;
    let share = c.safety.vehicles.share();
    // A day and not a number of days: what nobody did is no change.
    [
        [
            found(authority.is_young && authority.is_active(), &YOUNG, &|| granted.day()),
            found(authority.revocations > 0, &REVOKED, &|| times(authority.revocations, "revocation")),
            found(interstate && !authority.is_active(), &INACTIVE, &|| "Inactive".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect(),
        [
            found(c.cover.expiring && c.cover.in_force, &EXPIRING, &|| c.cover.until.day()),
            found(c.cover.in_force && cargo < 100_000, &CARGO, &|| thousands(cargo)),
            found(!c.cover.in_force, &EXPIRED, &|| "0".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect(),
        [
            found(share > AVERAGE_OUT, &VEHICLES, &|| format!("{}.{:02}%", share / 100, share % 100)),
            found(!alerts.is_empty(), &ALERT, &|| alerts.join(", ")),
            found(c.safety.rating == Rating::Unsatisfactory, &UNSATISFACTORY, &|| "Unsatisfactory".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect(),
        [
            found(c.safety.late_filing, &FILING, &|| c.safety.filed.day()),
            found(c.safety.inspections() == 0, &UNINSPECTED, &|| "0".to_owned()),
            found(c.safety.out_of_service, &OUT, &|| "Yes".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect(),
        [
            found(c.has_free_mail, &FREE_MAIL, &|| c.domain().to_owned()),
            found(reports > 0, &INCIDENTS, &|| {
                format!("<a href=\"https://portal.example/incidents\">{}</a>", times(reports, "report"))
            }),
            found(c.blocked_by >= 3, &BLOCKED, &|| format!("blocked by {} companies", c.blocked_by)),
        ]
        .into_iter()
        .flatten()
        .collect(),
    ]
}
