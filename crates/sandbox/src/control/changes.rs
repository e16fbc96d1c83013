//! What changed of a carrier lately: each event with the facts that were other before it.

use serde_json::{Value, json};

use crate::control::profile::authority;
use crate::customers::state::State;
use crate::vendor::model::{certificates, risk};
use crate::world::carrier::{Carrier, natural};
use crate::world::clock::{DAY, Ticks};
use crate::world::facts::Report;
use crate::world::risk::{CATEGORIES, points};
use crate::world::safety::Rating;
use crate::world::timeline::{self, PACKET, reported};
use crate::world::{Index, World};

const WINDOW: i64 = 90 * DAY;
/// The most events that are shown; the oldest go first.
const MOST: usize = 60;

/// The events of the last 90 days that a customer knows of, newest first.
pub(super) fn of(world: &World, state: &State, index: Index, now: Ticks) -> Vec<Value> {
    let from = now.plus(-WINDOW);
    let mut events: Vec<(Ticks, &str, bool)> =
        timeline::of(world, index, from, now).iter().map(|event| (event.at, event.what, false)).collect();
    events.extend(by_hand(state, index).into_iter().filter(|(at, ..)| (from..=now).contains(at)));
    events.sort_by_key(|(at, ..)| *at);
    let shown = events.iter().rev().filter_map(|&(at, what, own)| {
        let changes = differences(&facts(world, state, index, at.plus(-1)), &facts(world, state, index, at));
        // What shows nowhere is no event for whoever looks.
        let matters = own || what == PACKET || !changes.is_empty();
        matters.then(|| json!({ "at": at.iso(), "what": what, "byHand": own, "changes": changes }))
    });
    shown.take(MOST).collect()
}

fn by_hand(state: &State, index: Index) -> Vec<(Ticks, &'static str, bool)> {
    let own = &state.own;
    let reports = own.incidents(index).iter().flat_map(|incident| {
        let last = if incident.retracted { Report::Retracted } else { Report::Updated };
        // A report that comes with time is in the carrier's course already.
        let created = own.made(incident).then_some((incident.created, reported(Report::Created), true));
        created.into_iter().chain(incident.modified.map(|at| (at, reported(last), true)))
    });
    let data = own
        .changes
        .iter()
        .filter(|change| change.index == index && change.categories & !crate::world::stretch::RISK != 0);
    let packets = state.completed.iter().filter(|(_, other)| *other == index);
    reports
        .chain(data.map(|change| (change.at, "Data changed by hand", true)))
        .chain(packets.map(|(at, _)| (*at, PACKET, true)))
        .collect()
}

const POINTS: [&str; CATEGORIES] =
    ["Authority points", "Insurance points", "Safety points", "Operation points", "Other points"];

type Fact = (&'static str, String);

/// The main facts of a carrier at an instant, each with its name.
fn facts(world: &World, state: &State, index: Index, at: Ticks) -> Vec<Fact> {
    let (known, packet) = natural(world, index, at);
    let carrier = Carrier::new(world, index, state.own.then(index, known, at), at);
    let assessed = carrier.risk();
    let (total, rating) = risk::overall(&carrier, &assessed);
    let signed = state.completed.iter().filter(|(when, other)| *other == index && *when <= at).map(|(when, _)| *when);
    let cover = &carrier.cover;
    let mut facts = vec![
        ("Overall risk", format!("{rating}, {total} points")),
        ("Authority", authority(&carrier).to_owned()),
        ("Insurance", (if cover.in_force { "in force" } else { "not in force" }).to_owned()),
        ("Insured until", cover.until.day()),
    ];
    facts.extend(POINTS.into_iter().zip(&assessed).map(|(name, broken)| (name, points(broken).to_string())));
    for policy in &cover.policies {
        let [insurer, number, deductible] = match certificates::kind(&carrier, policy.line) {
            "Auto" => ["Auto insurer", "Auto policy", "Auto deductible"],
            "General" => ["General insurer", "General policy", "General deductible"],
            _ => ["Cargo insurer", "Cargo policy", "Cargo deductible"],
        };
        facts.push((insurer, policy.insurer.name.to_owned()));
        facts.push((number, policy.number.clone()));
        facts.push((deductible, policy.deductible.to_string()));
    }
    let safety = &carrier.safety;
    let share = safety.vehicles.share();
    facts.extend([
        (
            "Safety rating",
            match safety.rating {
                Rating::Satisfactory => "Satisfactory",
                Rating::Conditional => "Conditional",
                Rating::Unsatisfactory => "Unsatisfactory",
                Rating::None => "none",
            }
            .to_owned(),
        ),
        ("Inspections", safety.inspections().to_string()),
        ("Vehicles out of service", format!("{}.{:02} %", share / 100, share % 100)),
        ("Crashes", safety.crashes.total().to_string()),
        ("Incident reports", carrier.facts.standing_incidents().count().to_string()),
        ("Packet completed", signed.max().max(packet).map_or_else(|| "never".to_owned(), Ticks::day)),
    ]);
    facts
}

fn differences(before: &[Fact], after: &[Fact]) -> Vec<Value> {
    let other = after.iter().filter_map(|(name, value)| {
        let old = before.iter().find(|(own, _)| own == name)?;
        (old.1 != *value).then(|| json!({ "fact": name, "before": old.1, "after": value }))
    });
    other.collect()
}
