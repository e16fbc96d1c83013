//! What holds for every carrier at every time, checked against many of them: what whoever knows the trade would look at.

use std::collections::BTreeMap;

use crate::world::World;
use crate::world::carrier::Carrier;
use crate::world::clock::{DAY, Ticks};
use crate::world::company::FREE_MAIL;
use crate::world::cover::Line;
use crate::world::fleet::Trade;
use crate::world::places::PLACES;
use crate::world::risk::{Risk, points};
use crate::world::safety::{AVERAGE_OUT, Basic, Inspected, Rating};

/// A rule, and whether a carrier keeps it; it is handed the instant, too.
type Rule = (&'static str, fn(&Carrier<'_>, Ticks) -> bool);

const RULES: [Rule; 34] = [
    ("who is active is insured, or was until lately", |c, now| {
        let notice = if c.authority.granted.is_some() { 40 * DAY } else { 90 * DAY };
        !c.is_active() || c.cover.in_force || now < c.cover.until.plus(notice)
    }),
    ("only who has a docket has an authority", |c, _| c.docket.is_some() == c.authority.granted.is_some()),
    ("a company is founded before its authority is granted", |c, now| {
        c.authority.granted.is_none_or(|granted| c.founded < granted && (granted < now || c.authority.is_young))
    }),
    ("an authority is young for a year", |c, now| {
        let year = 366 * DAY;
        c.authority.granted.is_none_or(|granted| match c.authority.is_young {
            true => now < granted.plus(year + DAY),
            false => now > granted.plus(year - DAY),
        })
    }),
    ("a revocation lies in the past, after the authority was granted", |c, now| {
        c.authority.last_revoked.is_none_or(|at| at <= now && c.authority.granted.is_some_and(|granted| granted < at))
    }),
    ("who has given up is not insured", |c, _| !c.authority.is_closed || !c.cover.in_force),
    ("there is a policy of auto liability and one of cargo", |c, _| {
        c.cover.of(Line::Auto).is_some() && c.cover.of(Line::Cargo).is_some()
    }),
    ("the liability is as high as the law asks", |c, _| {
        c.cover.of(Line::Auto).is_some_and(|policy| policy.limit >= c.cover.required)
    }),
    ("the law asks for more where goods are hazardous", |c, _| (c.cover.required > 750_000) == c.fleet.hazardous),
    ("policies begin before they end, and have numbers of their own", |c, _| {
        let policies = &c.cover.policies;
        let other = |n: usize| policies[..n].iter().all(|before| before.number != policies[n].number);
        policies.iter().all(|policy| policy.from < policy.until) && (0..policies.len()).all(other)
    }),
    ("what is in force has begun and is not over, but for the hour in which its end is noted", |c, now| {
        let begun = |from: Ticks| from <= now.plus(45 * DAY);
        !c.cover.in_force
            || c.cover.policies.iter().all(|policy| begun(policy.from) && now < policy.until.plus(DAY / 24))
    }),
    ("what is not in force ran out or was cancelled", |c, now| c.cover.in_force || c.cover.until <= now),
    ("a cancellation is before the end of the policy", |c, _| {
        c.cover.cancelled.is_none_or(|day| c.cover.policies.iter().all(|policy| day < policy.until))
    }),
    ("what expires soon does so within fifteen days", |c, now| {
        !c.cover.expiring || c.cover.until <= now.plus(15 * DAY)
    }),
    ("a certificate was made out before now", |c, now| c.cover.issued <= now || c.founded > now),
    ("of those that were inspected no more were put out of service than there were", |c, _| {
        inspected(c).iter().all(|inspected| inspected.out <= inspected.count)
    }),
    ("a share is the quotient, rounded", |c, _| {
        inspected(c).iter().all(|i| i.count == 0 || (i.share() as f64 / 1e4 - quotient(i)).abs() <= 5.1e-5)
    }),
    ("each vehicle that is inspected has a driver", |c, _| c.safety.drivers.count >= c.safety.vehicles.count),
    ("hazardous goods are inspected where they are carried", |c, _| c.fleet.hazardous || c.safety.hazardous.count == 0),
    ("nobody is inspected in Canada who does not go there", |c, _| {
        c.fleet.canada || c.safety.vehicles_canada.count == 0
    }),
    ("crashes are at most those in which something was towed, and their kinds", |c, _| {
        let crashes = c.safety.crashes;
        crashes.fatal + crashes.injury + crashes.tow == crashes.total() && crashes.fatal <= crashes.injury
    }),
    ("a rating was given by now, and after the authority", |c, now| match (c.safety.rating, c.safety.rated) {
        (Rating::None, rated) => rated.is_none(),
        (_, Some(rated)) => rated <= now && c.authority.granted.is_none_or(|granted| granted.midnight() <= rated),
        (_, None) => false,
    }),
    ("who is unsatisfactory is out of service, and nobody else", |c, _| {
        c.safety.out_of_service == (c.safety.rating == Rating::Unsatisfactory)
    }),
    ("an alert needs a percentile, or a serious violation in a category that is measured", |c, _| {
        c.safety.basics.iter().all(|basic: &Basic| !basic.over_threshold || basic.percentile.is_some())
    }),
    ("the equipment adds up to the trailers, or to the trucks where nothing is pulled", |c, _| {
        let equipment: u32 = c.fleet.equipment.iter().map(|own| own.count).sum();
        equipment == if c.fleet.trailers.total() == 0 { c.fleet.power() } else { c.fleet.trailers.total() }
    }),
    ("who pulls nothing drives straight trucks or containers", |c, _| {
        c.fleet.trailers.total() > 0 || matches!(c.fleet.trade, Trade::Box | Trade::Intermodal)
    }),
    ("there are drivers, and no more with a licence or at home than there are", |c, _| {
        c.fleet.drivers > 0 && c.fleet.licensed <= c.fleet.drivers && c.fleet.intrastate <= c.fleet.drivers
    }),
    ("the lanes touch the home state, and only it without an authority", |c, _| {
        let home = c.world.state(c.index);
        let alone = c.authority.granted.is_some() || c.fleet.lanes.len() == 1;
        c.fleet.lanes.iter().any(|state| state.code == home) && alone
    }),
    ("the form is that of the name", |c, _| match c.name.rsplit(' ').next().unwrap_or_default() {
        "LLC" => c.form == "LLC",
        "Inc" | "Corp" | "Co" | "CV" => c.form == "Corporation",
        "LP" => c.form == "Partnership",
        _ => c.form == "Sole Proprietor",
    }),
    ("city, ZIP and state are of one place", |c, _| {
        c.country == "MX" || PLACES.iter().any(|place| (place.state, place.city, place.zip) == (c.state, c.city, c.zip))
    }),
    ("phones are for fiction, in an area that there is", |c, _| {
        let (area, number) = c.phone[1..].split_at(3);
        PLACES.iter().any(|place| place.area == area) && number.starts_with(") 555-01") && c.phone.len() == 14
    }),
    ("mail goes nowhere, and is free where it is said to be", |c, _| {
        c.email.ends_with(".example") && c.has_free_mail == c.email.ends_with(FREE_MAIL)
    }),
    ("reports were made before they were changed, and both before now", |c, now| {
        let known = |at: Ticks| at <= now;
        c.facts.incidents.iter().all(|own| {
            known(own.created)
                && own.modified.is_none_or(|at| own.created < at && known(at))
                && (!own.retracted || own.modified.is_some())
        })
    }),
    ("a packet came after the company, and before now", |c, now| c.packet.is_none_or(|at| c.founded < at && at <= now)),
];

fn inspected(c: &Carrier<'_>) -> [Inspected; 5] {
    let safety = &c.safety;
    [safety.vehicles, safety.drivers, safety.hazardous, safety.vehicles_canada, safety.drivers_canada]
}

fn quotient(inspected: &Inspected) -> f64 {
    f64::from(inspected.out) / f64::from(inspected.count)
}

/// When an infraction is due: each follows from its fact and from nothing else.
type Due = (&'static str, fn(&Carrier<'_>) -> bool);

const DUE: [Due; 15] = [
    ("Authority Age", |c| c.authority.is_young && c.authority.is_active()),
    ("Authority Revocation", |c| c.authority.revocations > 0),
    ("Active Authority", |c| c.authority.granted.is_some() && !c.authority.is_active()),
    ("Coverage Expires Soon", |c| c.cover.in_force && c.cover.expiring),
    ("Cargo Limit", |c| c.cover.in_force && c.cover.of(Line::Cargo).is_none_or(|policy| policy.limit < 100_000)),
    ("Coverage Expired", |c| !c.cover.in_force),
    ("Vehicle Out Of Service", |c| c.safety.vehicles.share() > AVERAGE_OUT),
    ("BASIC Alert", |c| c.safety.basics.iter().any(|basic| basic.over_threshold || basic.serious)),
    ("Safety Rating", |c| c.safety.rating == Rating::Unsatisfactory),
    ("MCS-150 Age", |c| c.safety.late_filing),
    ("Inspections", |c| c.safety.drivers.count == 0),
    ("Out Of Service", |c| c.safety.out_of_service),
    ("Free Mail", |c| c.email.ends_with(FREE_MAIL)),
    ("Incident Reports", |c| c.facts.incidents.iter().any(|incident| !incident.retracted)),
    ("Blocked By Companies", |c| c.blocked_by >= 3),
];

/// What grows, or stays.
type Counter = (&'static str, fn(&Carrier<'_>) -> u64);

const COUNTERS: [Counter; 9] = [
    ("inspections of vehicles", |c| c.safety.vehicles.count.into()),
    ("vehicles out of service", |c| c.safety.vehicles.out.into()),
    ("inspections of drivers", |c| c.safety.drivers.count.into()),
    ("drivers out of service", |c| c.safety.drivers.out.into()),
    ("inspections of hazardous goods", |c| c.safety.hazardous.count.into()),
    ("crashes", |c| c.safety.crashes.total().into()),
    ("readings of the registers", |c| c.safety.readings.into()),
    ("certificates", |c| c.cover.certificate.into()),
    ("having given up", |c| c.authority.is_closed.into()),
];

/// The rules that a carrier breaks, with `earlier` what it was before.
fn broken(c: &Carrier<'_>, now: Ticks, earlier: Option<&[u64]>) -> Vec<String> {
    let mut found: Vec<String> =
        RULES.iter().filter(|(_, holds)| !holds(c, now)).map(|(name, _)| (*name).to_owned()).collect();
    found.extend(mistaken(c, &c.risk()));
    let counts = COUNTERS.iter().zip(earlier.unwrap_or_default());
    found.extend(
        counts.filter(|((_, count), before)| count(c) < **before).map(|((name, _), _)| format!("{name} shrank")),
    );
    found
}

/// What is wrong with an assessment.
fn mistaken(c: &Carrier<'_>, risk: &Risk) -> Vec<String> {
    let mut found = Vec::new();
    for (name, due) in DUE {
        let shown = risk.iter().flatten().filter(|infraction| infraction.rule.name == name).count();
        if shown != usize::from(due(c)) {
            found.push(format!("{name} is shown {shown} times and is {}due", if due(c) { "" } else { "not " }));
        }
    }
    if risk.iter().flatten().any(|own| own.output.is_empty() || !DUE.iter().any(|(name, _)| *name == own.rule.name)) {
        found.push("every infraction says what was found, and is one that is known".to_owned());
    }
    found
}

fn start() -> Ticks {
    Ticks::parse("2026-03-18T12:34:56.789").unwrap_or(Ticks(0))
}

#[test]
fn every_rule_holds_for_every_carrier_at_every_time() {
    let world = World::new(7, 1981, 1, start());
    assert_eq!(world.total, 2000);
    let mut counts: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
    for step in 0..50 {
        // A fortnight and some hours apart, over two years.
        let now = start().plus(step * (15 * DAY - DAY / 7));
        let (mut acceptable, mut unacceptable) = (0, 0);
        for index in 0..world.total {
            let carrier = Carrier::plain(&world, index, now);
            let wrong = broken(&carrier, now, counts.get(&index).map(Vec::as_slice));
            assert!(wrong.is_empty(), "carrier {index} at {}: {wrong:?}", now.iso());
            counts.insert(index, COUNTERS.iter().map(|(_, count)| count(&carrier)).collect());
            let total: u32 = carrier.risk().iter().map(|infractions| points(infractions)).sum();
            acceptable += u32::from(total < 125);
            unacceptable += u32::from(total >= 1000);
        }
        // As in the pool of a broker that looks before it books: most are good, few are not, and some always are.
        let share = |count: u32| f64::from(count) / f64::from(world.total);
        assert!((0.5..0.9).contains(&share(acceptable)), "{}: {acceptable} acceptable", now.iso());
        assert!((0.005..0.1).contains(&share(unacceptable)), "{}: {unacceptable} unacceptable", now.iso());
    }
}

/// A contradiction, what it is, and what must be said of it.
type Plant = (&'static str, fn(&mut Carrier<'_>));

const PLANTS: [Plant; 24] = [
    ("who is active", |c| (c.cover.in_force, c.cover.until) = (false, c.day.plus(-100 * DAY))),
    ("only who has a docket", |c| c.authority.granted = None),
    ("a company is founded", |c| c.founded = c.day),
    ("an authority is young", |c| c.authority.is_young = !c.authority.is_young),
    ("a revocation lies", |c| c.authority.last_revoked = Some(c.day.plus(9 * DAY))),
    ("who has given up", |c| c.authority.is_closed = true),
    ("there is a policy", |c| c.cover.policies.clear()),
    ("the liability", |c| c.cover.policies.iter_mut().for_each(|policy| policy.limit = 500_000)),
    ("the law asks", |c| c.fleet.hazardous = !c.fleet.hazardous),
    ("policies begin", |c| c.cover.policies.iter_mut().for_each(|policy| policy.number = "TEST-1".to_owned())),
    ("what is in force", |c| c.cover.policies.iter_mut().for_each(|policy| policy.until = c.day.plus(-9 * DAY))),
    ("what is not in force", |c| (c.cover.in_force, c.cover.until) = (false, c.day.plus(99 * DAY))),
    ("what expires soon", |c| (c.cover.expiring, c.cover.until) = (true, c.day.plus(90 * DAY))),
    ("of those that were inspected", |c| c.safety.vehicles.out = c.safety.vehicles.count + 1),
    ("each vehicle that is inspected", |c| c.safety.vehicles.count = c.safety.drivers.count + 1),
    ("a rating was given", |c| (c.safety.rating, c.safety.rated) = (Rating::Conditional, None)),
    ("who is unsatisfactory", |c| c.safety.out_of_service = !c.safety.out_of_service),
    ("the equipment adds up", |c| c.fleet.equipment.iter_mut().for_each(|own| own.count += 1)),
    ("there are drivers", |c| c.fleet.licensed = c.fleet.drivers + 1),
    ("the lanes touch", |c| c.fleet.lanes.clear()),
    ("a packet came", |c| c.packet = Some(c.founded)),
    ("crashes shrank", |c| c.safety.crashes = Default::default()),
    ("certificates shrank", |c| c.cover.certificate = 0),
    ("inspections of drivers shrank", |c| c.safety.drivers = Inspected::default()),
];

#[test]
fn each_contradiction_that_is_planted_is_found() {
    let now = start().plus(400 * DAY);
    let world = World::new(7, 200, 1, start());
    for (name, plant) in PLANTS {
        let found = (0..world.total).filter(|index| {
            let mut carrier = Carrier::plain(&world, *index, now);
            let counts: Vec<u64> = COUNTERS.iter().map(|(_, count)| count(&carrier)).collect();
            assert!(broken(&carrier, now, Some(&counts)).is_empty());
            plant(&mut carrier);
            broken(&carrier, now, Some(&counts)).iter().any(|rule| rule.starts_with(name))
        });
        let found = found.count();
        assert!(found > 100, "{name}: found in {found} of {}", world.total);
    }
}

#[test]
fn an_infraction_too_many_or_too_few_is_found() {
    let world = World::new(7, 1000, 1, start());
    let mut seen = BTreeMap::new();
    for index in 0..world.total {
        let carrier = Carrier::plain(&world, index, start());
        let risk = carrier.risk();
        for (category, infractions) in risk.iter().enumerate() {
            for (n, infraction) in infractions.iter().enumerate() {
                let (mut less, mut more) = (risk.clone(), risk.clone());
                less[category].remove(n);
                more[category].push(infraction.clone());
                for (wrong, times) in [(less, 0), (more, 2)] {
                    let expected = format!("{} is shown {times} times and is due", infraction.rule.name);
                    assert_eq!(mistaken(&carrier, &wrong), [expected]);
                }
                *seen.entry(infraction.rule.name).or_insert(0) += 1;
            }
        }
    }
    assert!(seen.len() > 11, "most rules are broken by somebody: {seen:?}");
}
