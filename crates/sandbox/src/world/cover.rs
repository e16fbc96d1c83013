//! The insurance of a carrier at an instant: which policies it has, from whom, how far, and until when.

use crate::world::clock::{SECOND, Ticks};
use crate::world::given::Given;
use crate::world::hash::{Draw, pair};
use crate::world::salt::Salt;
use crate::world::terms::{EXPIRING, Insured, Term, Terms};
use crate::world::words;
use crate::world::{Index, World};

/// What a policy covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Auto,
    Cargo,
    General,
}

/// A policy, as the certificate and the federal registers both show it.
#[derive(Clone)]
pub(crate) struct Policy {
    pub(crate) line: Line,
    pub(crate) insurer: &'static words::Insurer,
    pub(crate) number: String,
    pub(crate) from: Ticks,
    pub(crate) until: Ticks,
    pub(crate) limit: u32,
    pub(crate) deductible: u32,
}

/// The insurance at an instant.
#[derive(Clone)]
pub(crate) struct Cover {
    pub(crate) policies: Vec<Policy>,
    /// When the certificate on file was made out.
    pub(crate) issued: Ticks,
    /// The day on which the auto liability ends or was cancelled.
    pub(crate) until: Ticks,
    pub(crate) cancelled: Option<Ticks>,
    /// Whether it is in force.
    pub(crate) in_force: bool,
    /// What the law asks for.
    pub(crate) required: u32,
    /// Whether it ends soon, and nothing follows.
    pub(crate) expiring: bool,
    /// Of the certificates so far, which one this is.
    pub(crate) certificate: u32,
    /// Whether cargo in a refrigerated trailer is covered when the unit breaks down.
    pub(crate) reefer_breakdown: bool,
}

/// What stands still while policies come and go.
pub(crate) struct Habits {
    /// What the law asks for: more for hazardous goods.
    pub(crate) required: u32,
    pub(crate) refrigerated: bool,
}

impl Cover {
    /// After `amendments` changes that were not a renewal.
    pub(crate) fn at(
        world: &World,
        index: Index,
        terms: &Terms<'_>,
        habits: &Habits,
        (now, amendments): (Ticks, u32),
    ) -> Self {
        let mut term = terms.first;
        let (mut issued, mut replaced, mut cancelled) = (terms.begins(term), 0, None);
        let (mut expiring, mut lapsed) = (false, false);
        for (at, event) in terms.recent(now) {
            match event {
                Insured::Bound(bound) => {
                    (term, issued, replaced, cancelled) = (bound, at, 0, None);
                    (expiring, lapsed) = (false, false);
                }
                Insured::Expiring(_) => expiring = true,
                // Noted within the hour after midnight, and not before.
                Insured::Lapsed(_) => lapsed = true,
                Insured::Cancelled(_) => cancelled = Some(at.midnight()),
                Insured::Replaced(_) => (issued, replaced, cancelled) = (at, 1, None),
                Insured::Revoked | Insured::Restored | Insured::Cleared | Insured::Seasoned | Insured::Closed => {}
            }
        }
        let from = if replaced == 1 { issued.midnight() } else { terms.begins(term) };
        let until = terms.ends(term);
        let end = cancelled.unwrap_or(until);
        let certificate = ((term - terms.first).max(0) as u32 * 2 + replaced) * 1000 + amendments.min(999);
        let policies = policies(world, index, habits, (term, replaced, amendments), (from, until));
        Self {
            in_force: !lapsed && cancelled.is_none(),
            expiring,
            required: habits.required,
            policies,
            issued,
            until: end,
            cancelled,
            certificate,
            reefer_breakdown: habits.refrigerated,
        }
    }

    /// Puts in what is given.
    pub(crate) fn give(&mut self, given: &Given, now: Ticks) {
        for policy in &mut self.policies {
            let limit = match policy.line {
                Line::Auto => given.made.auto_limit,
                Line::Cargo => given.made.cargo_limit,
                Line::General => None,
            };
            policy.limit = limit.unwrap_or(policy.limit);
        }
        let made = &given.made;
        if made.insurance_expires.is_some() || made.auto_limit.is_some() || made.cargo_limit.is_some() {
            // Another certificate, with a number and a document of its own.
            self.certificate = self.certificate / 1000 * 1000 + 500 + given.number % 500;
        }
        let Some(until) = given.expires() else { return };
        let from = until.years(-1).min(given.from.midnight());
        for policy in &mut self.policies {
            (policy.from, policy.until) = (from, until);
        }
        (self.issued, self.until, self.cancelled) = (from, until, None);
        self.in_force = now < lapses(until);
        self.expiring = now >= expiring(until);
    }

    pub(crate) fn of(&self, line: Line) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.line == line)
    }
}

/// When it is noted that a given coverage has ended.
pub(crate) fn lapses(until: Ticks) -> Ticks {
    until.plus(60 * SECOND)
}

/// When it is noted that it ends soon.
pub(crate) fn expiring(until: Ticks) -> Ticks {
    until.plus(60 * SECOND - EXPIRING)
}

fn policies(
    world: &World,
    index: Index,
    habits: &Habits,
    (term, replaced, amendments): (Term, u32, u32),
    (from, until): (Ticks, Ticks),
) -> Vec<Policy> {
    let mut own = world.draw(index, Salt::Coverage as u64);
    // An insurer is kept for some terms.
    let kept = 1 + own.below(6) as Term;
    let (with_general, small_cargo) = (own.below(10) < 7, own.below(24) == 0);
    let since = (own.next(), i64::from(term.div_euclid(kept)), replaced);
    let mut insurer = Draw::new(pair(since.0, since.1 as u64 ^ u64::from(since.2) << 40));
    let mut numbers = Draw::new(pair(own.next(), term as u64 ^ u64::from(replaced) << 40));
    let liability = if habits.required > 1_000_000 { habits.required } else { 1_000_000 };
    let mut found = Vec::with_capacity(3);
    for line in [Line::Auto, Line::Cargo, Line::General] {
        let (company, number) = (insurer.below(words::INSURERS.len() as u32), numbers.below(900_000));
        if line == Line::General && !with_general {
            continue;
        }
        let limit = match line {
            Line::Auto => liability,
            Line::Cargo if small_cargo => 50_000,
            Line::Cargo => [100_000, 100_000, 100_000, 250_000][numbers.below(4) as usize],
            Line::General => 2_000_000,
        };
        // Of what is amended the deductible is what a certificate shows.
        let steps = own.below(3) + amendments;
        let prefix = match line {
            Line::Auto => "TEST-CA",
            Line::Cargo => "TEST-MC",
            Line::General => "TEST-GL",
        };
        found.push(Policy {
            line,
            insurer: &words::INSURERS[company as usize],
            number: format!("{prefix}{}", 100_000 + number),
            from,
            until,
            limit,
            deductible: [1000, 2500, 5000][steps as usize % 3],
        });
    }
    found
}
