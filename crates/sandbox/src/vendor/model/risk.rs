//! Risk assessments: which rules a carrier breaks, and what follows from the points.

use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::numbers;
use crate::world::carrier::{Carrier, Salt};
use crate::world::clock::DAY;
use crate::world::hash::Draw;

struct Rule {
    name: &'static str,
    points: u32,
    level: &'static str,
    text: &'static str,
    output: &'static str,
}

const fn rule(name: &'static str, points: u32, level: &'static str, text: &'static str, output: &'static str) -> Rule {
    Rule { name, points, level, text, output }
}

/// Three rules for each category. Some carriers break the first, few the second, hardly any the third.
const RULES: [(&str, &str, [Rule; 3]); 5] = [
    (
        k!("Authority"),
        k!("PreReviewAuthority"),
        [
            rule("Authority Age", 125, "Medium", "Authority is less than one year old", "241 days"),
            rule("Authority Revocation", 250, "Review", "Authority was revoked in the last year", "1 revocation"),
            rule("Active Authority", 1000, "Unacceptable", "Carrier has no active authority", "Inactive"),
        ],
    ),
    (
        k!("Insurance"),
        k!("PreReviewInsurance"),
        [
            rule("Coverage Expires Soon", 125, "Medium", "Auto liability expires within 15 days", "9 days"),
            rule("Cargo Limit", 250, "Review", "Cargo coverage is below 100,000", "50,000"),
            rule("Coverage Expired", 1000, "Unacceptable", "No coverage is in force", "0"),
        ],
    ),
    (
        k!("Safety"),
        k!("PreReviewSafety"),
        [
            rule("Vehicle Out Of Service", 125, "Medium", "Out-of-service rate is above the average", "40.70%"),
            rule("BASIC Alert", 250, "Review", "A BASIC category shows an alert", "Unsafe Driving"),
            rule("Safety Rating", 1000, "Unacceptable", "Safety rating is Unsatisfactory", "Unsatisfactory"),
        ],
    ),
    (
        k!("Operation"),
        k!("PreReviewOperation"),
        [
            rule("MCS-150 Age", 125, "Low", "MCS-150 is older than two years", "812 days"),
            rule("Inspections", 250, "Review", "No inspections in two years", "0"),
            rule("Out Of Service", 1000, "Unacceptable", "Carrier is out of service", "Yes"),
        ],
    ),
    (
        k!("Other"),
        k!("PreReviewOther"),
        [
            rule("Free Mail", 125, "Low", "Email address is of a free provider", "freemail.example"),
            rule(
                "Incident Reports",
                250,
                "Review",
                "An incident was reported",
                "<a href=\\\"https://portal.example/incidents\\\">1 report</a>",
            ),
            rule(
                "Blocked By Companies",
                1000,
                "Unacceptable",
                "Three or more companies block the carrier",
                "blocked by 8 companies",
            ),
        ],
    ),
];

/// For each category the set of its rules that are broken, as bits.
fn broken(c: &Carrier<'_>) -> [u8; 5] {
    if c.index == 0 {
        return [0, 0, 1, 0, 0];
    }
    let mut draw = c.changing(Salt::Risk, c.facts.revisions.risk);
    let mut sets = [(); 5].map(|()| u8::from(draw.hit(50)) | u8::from(draw.hit(16)) << 1 | u8::from(draw.hit(2)) << 2);
    if c.lapsed() {
        sets[1] |= 4;
    }
    if c.facts.standing_incidents().next().is_some() {
        sets[4] |= 2;
    }
    sets
}

fn points(category: usize, set: u8) -> u32 {
    let rules = RULES[category].2.iter().enumerate();
    rules.filter(|(n, _)| set >> n & 1 == 1).map(|(_, rule)| rule.points).sum()
}

/// The word for a number of points. A few carriers have the words of the guide, or of other clients, for the same.
fn rating(c: &Carrier<'_>, points: u32) -> &'static str {
    let words = match c.index % 16 {
        3 => ["Pass", "Warning", "Review Recommended", "Unacceptable"],
        10 => ["Low", "Warning", "UnacceptableReview", "Unacceptable"],
        _ => ["Acceptable", "Moderate", "UnacceptableReview", "Unacceptable"],
    };
    words[[125, 250, 1000].iter().filter(|least| points >= **least).count()]
}

fn overall(c: &Carrier<'_>, sets: [u8; 5]) -> (u32, &'static str) {
    let total = (0..5).map(|n| points(n, sets[n])).sum();
    // A rating that no document mentions, now and then.
    (total, if c.index % 97 == 31 { "Pending" } else { rating(c, total) })
}

/// `RiskAssessment`: the ratings alone.
pub(super) fn summary(w: &mut Json, key: &str, c: &Carrier<'_>) {
    let sets = broken(c);
    w.raw(key);
    w.open();
    w.plain(k!("Overall"), overall(c, sets).1);
    for (n, (key, _, _)) in RULES.iter().enumerate() {
        w.plain(key, rating(c, points(n, sets[n])));
    }
    w.close();
}

/// `RiskAssessmentDetails`: points, ratings, and the rules broken.
pub(super) fn details(w: &mut Json, key: &str, c: &Carrier<'_>) {
    w.raw(key);
    if c.index % 61 == 8 {
        w.raw("null");
        return;
    }
    let sets = broken(c);
    let (total, rating) = overall(c, sets);
    let mut draw = c.changing(Salt::Preview, c.facts.revisions.risk);
    w.open();
    match draw.below(8) {
        0 => w.null(k!("IsIntrastateCarrier")),
        _ => w.flag(k!("IsIntrastateCarrier"), c.docket.is_none()),
    }
    w.int(k!("TotalPoints"), total);
    w.plain(k!("OverallRating"), rating);
    match draw.below(3) {
        0 => {}
        1 => w.null(k!("ReviewState")),
        _ => w.plain(k!("ReviewState"), "NotReviewed"),
    }
    // Categories without infractions can be one and the same object.
    let mut clean: Option<Id> = None;
    for (n, (key, _, rules)) in RULES.iter().enumerate() {
        w.raw(key);
        if sets[n] != 0 {
            category(w, c, points(n, sets[n]), rules, sets[n], &mut draw);
        } else if let Some(id) = clean {
            w.reference(id);
        } else {
            let id = category(w, c, 0, rules, 0, &mut draw);
            clean = (c.index % 4 == 1).then_some(id);
        }
    }
    review(w, c, sets, &mut draw);
    w.close();
}

fn category(w: &mut Json, c: &Carrier<'_>, points: u32, rules: &[Rule], set: u8, draw: &mut Draw) -> Id {
    let id = w.open();
    w.int(k!("TotalPoints"), points);
    w.plain(k!("OverallRating"), rating(c, points));
    if draw.hit(200) {
        w.flag(k!("HasRuleOverride"), draw.hit(6));
    }
    w.raw(k!("Infractions"));
    if set == 0 && draw.hit(64) {
        w.raw("null");
        w.close();
        return id;
    }
    w.array();
    let broken = rules.iter().enumerate().filter(|(n, _)| set >> n & 1 == 1);
    for (n, (_, rule)) in broken.enumerate() {
        w.item(n);
        w.open();
        w.int(k!("Points"), rule.points);
        if draw.hit(200) {
            w.plain(k!("RuleName"), rule.name);
        }
        w.plain(k!("RiskLevel"), rule.level);
        w.plain(k!("RuleText"), rule.text);
        w.plain(k!("RuleOutput"), rule.output);
        if draw.hit(20) {
            w.int(k!("PreReviewScore"), rule.points * 2);
            w.plain(k!("PreReviewRiskLevel"), "Review");
        } else {
            w.null(k!("PreReviewScore"));
            w.null(k!("PreReviewRiskLevel"));
        }
        w.maybe_flag(k!("RuleEnforced"), if draw.hit(60) { None } else { Some(true) });
        w.close();
    }
    w.end_array();
    w.close();
    id
}

fn review(w: &mut Json, c: &Carrier<'_>, sets: [u8; 5], draw: &mut Draw) {
    w.raw(k!("ReviewDetails"));
    if !draw.hit(16) {
        w.raw("null");
        return;
    }
    w.open();
    w.int(k!("ReviewID"), 9000 + c.index);
    w.plain(k!("PreReviewOverall"), "UnacceptableReview");
    for (n, (_, key, _)) in RULES.iter().enumerate() {
        w.plain(key, rating(c, points(n, sets[n])));
    }
    w.plain(k!("ReviewUser"), "brenda");
    w.time(k!("ReviewDate"), c.past(draw, 60));
    w.plain(k!("ReviewReason"), "Manual review");
    w.text(k!("ReviewNote"), "Spoke with the owner.\r\nDocuments are \"in order\".");
    w.maybe_time(k!("ReviewExpirationDate"), draw.hit(128).then(|| c.world.today.plus(90 * DAY)));
    w.close();
}

/// `CarrierRiskAssessmentDTO`. Carriers of a family are assessed alike only by chance, so nothing is shared here
/// but what [`details`] shares.
pub(crate) fn carrier(w: &mut Json, c: &Carrier<'_>) {
    w.open();
    numbers(w, c);
    details(w, k!("RiskAssessmentDetails"), c);
    w.close();
}
