//! Makes a carrier fit what was given: which facts bring about a rating, and which contradict each other.

use crate::world::carrier::{Carrier, natural};
use crate::world::clock::{DAY, Ticks};
use crate::world::company::Company;
use crate::world::facts::Facts;
use crate::world::given::{Given, Right, Wanted};
use crate::world::risk::{self, RATINGS};
use crate::world::stretch::{FMCSA, INSURANCE, RISK};
use crate::world::{Index, World};

/// A way to a rating: what is made so, if nobody asked for something else.
type Way = fn(&mut Given, Ticks);

/// From the mildest to the worst; each breaks a rule of its own.
const WAYS: [Way; 5] = [
    |_, _| {},
    |given, _| given.late_filing = true,
    |given, _| given.made.cargo_limit = given.asked.cargo_limit.or(Some(50_000)),
    |given, _| given.made.authority = given.asked.authority.or(given.made.authority.map(|_| Right::Revoked)),
    |given, at| {
        let lapsed = || Some(at.plus(-10 * DAY).day());
        given.made.insurance_expires = given.asked.insurance_expires.clone().or_else(lapsed);
    },
];

/// Gives a carrier facts from an instant on, in place of those given before; none takes them away.
pub(crate) fn give(world: &World, index: Index, asked: Wanted, at: Ticks) -> Result<(), String> {
    let mut given = matched(world, index, asked, (at, world.gifts.times(index).saturating_add(1)))?;
    let (before, after) = (Carrier::plain(world, index, at), tried(world, index, &given, at));
    given.categories = differences(&before, &after);
    world.take(index, given);
    Ok(())
}

/// Gives a carrier facts that are so from the start on, so that they are no change.
pub(crate) fn begin(world: &World, index: Index, asked: Wanted) -> Result<(), String> {
    let given = matched(world, index, asked, (world.start, 1))?;
    world.take(index, given);
    Ok(())
}

/// In which categories of the change feed a carrier differs.
fn differences(a: &Carrier<'_>, b: &Carrier<'_>) -> u8 {
    let insured = |c: &Carrier<'_>| {
        let limits: Vec<_> = c.cover.policies.iter().map(|policy| (policy.limit, policy.until)).collect();
        (c.cover.until, c.cover.in_force, c.cover.cancelled, limits)
    };
    let who = |c: &Carrier<'_>| [&c.name, &c.street, &c.phone, &c.email].map(String::clone);
    let registered = |c: &Carrier<'_>| {
        let safety = (c.safety.rating, c.safety.out_of_service, c.safety.vehicles, c.safety.basics, c.safety.filed);
        (who(c), c.dba.clone(), c.authority.clone(), safety, c.fleet.power(), c.fleet.drivers)
    };
    let set = |differs: bool, category: u8| if differs { category } else { 0 };
    set(insured(a) != insured(b), INSURANCE)
        | set(registered(a) != registered(b), FMCSA)
        | set(a.risk() != b.risk(), RISK)
}

/// A carrier as it would be with what is given.
fn tried<'w>(world: &'w World, index: Index, given: &Given, at: Ticks) -> Carrier<'w> {
    let facts = if given.clean { Facts::default() } else { natural(world, index, at).0 };
    Carrier::with(world, index, facts, (at, Some(given).filter(|given| given.made != Wanted::default())))
}

/// What is to be given, with the rest made to fit; or which facts contradict each other.
fn matched(world: &World, index: Index, mut asked: Wanted, (from, number): (Ticks, u32)) -> Result<Given, String> {
    if asked.authority.is_some() && world.docket(index).is_none() {
        return Err("authority cannot be set: the carrier runs inside one state, and has none".to_owned());
    }
    match (asked.safety_rating.as_deref(), asked.out_of_service) {
        (Some("Satisfactory" | "Conditional" | "None"), Some(true)) => {
            return Err("outOfService true contradicts a safetyRating other than Unsatisfactory".to_owned());
        }
        (Some("Unsatisfactory"), Some(false)) => {
            return Err("outOfService false contradicts the safetyRating Unsatisfactory".to_owned());
        }
        _ => {}
    }
    let expires = asked.insurance_expires.as_deref().map(|text| Ticks::parse(text).ok_or(text.to_owned()));
    if let Some(Err(text)) = expires {
        return Err(format!("insuranceExpires must be a day such as 2026-12-31, and is {text:?}"));
    }
    asked.insurance_expires = expires.and_then(Result::ok).map(Ticks::day);
    let plain = Given { from, number, made: asked.clone(), asked, ..Given::default() };
    let required = tried(world, index, &plain, from).cover.required;
    if let Some(limit) = plain.asked.auto_limit.filter(|limit| *limit < required) {
        return Err(format!(
            "autoLimit must be at least {required}, which the law asks of this carrier, and is {limit}"
        ));
    }
    let Some(wanted) = plain.asked.rating.clone() else { return Ok(plain) };
    let clean = cleaned(world, index, plain, from);
    let mut broken = String::new();
    for way in WAYS {
        let mut given = clean.clone();
        way(&mut given, from);
        let risk = tried(world, index, &given, from).risk();
        let points = risk.iter().map(|category| risk::points(category)).sum();
        if RATINGS[risk::level(points)] == wanted {
            return Ok(given);
        }
        if broken.is_empty() {
            let rules: Vec<_> = risk.iter().flatten().map(|found| found.rule.text).collect();
            broken = rules.join("; ");
        }
    }
    Err(format!("the rating {wanted} contradicts the other facts, with which the carrier breaks these rules: {broken}"))
}

/// With all that lowers a rating mended, but for what was asked for.
fn cleaned(world: &World, index: Index, mut given: Given, at: Ticks) -> Given {
    given.clean = true;
    let made = &mut given.made;
    if world.docket(index).is_some() {
        made.authority.get_or_insert(Right::Active);
    }
    made.insurance_expires.get_or_insert_with(|| at.plus(300 * DAY).day());
    made.cargo_limit.get_or_insert(100_000);
    if made.out_of_service.is_none() && made.safety_rating.is_none() {
        made.out_of_service = Some(false);
        made.safety_rating = Some("Satisfactory".to_owned());
    }
    if made.email.is_none() && Company::natural(world, index).has_free_mail {
        made.email = Some(format!("dispatch@carrier-{index}.example"));
    }
    given
}
