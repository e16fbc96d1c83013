//! Risk assessments as the wire has them: the rules that a carrier breaks, and what follows from their points.

use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::numbers;
use crate::world::carrier::{Carrier, Salt};
use crate::world::clock::DAY;
use crate::world::hash::Draw;
use crate::world::risk::{CATEGORIES, Infraction, RATINGS, Risk, level, points};

/// The categories, and their rating before a review.
const NAMES: [(&str, &str); CATEGORIES] = [
    (k!("Authority"), k!("PreReviewAuthority")),
    (k!("Insurance"), k!("PreReviewInsurance")),
    (k!("Safety"), k!("PreReviewSafety")),
    (k!("Operation"), k!("PreReviewOperation")),
    (k!("Other"), k!("PreReviewOther")),
];

/// The word for a number of points. A few carriers have the words of the guide, or of other clients, for the same.
pub(crate) fn rating(c: &Carrier<'_>, points: u32) -> &'static str {
    let words = match c.index % 16 {
        _ if c.is_given => RATINGS,
        3 => ["Pass", "Warning", "Review Recommended", "Unacceptable"],
        10 => ["Low", "Warning", "UnacceptableReview", "Unacceptable"],
        _ => RATINGS,
    };
    words[level(points)]
}

/// The points of all categories, and the word for them.
pub(crate) fn overall(c: &Carrier<'_>, risk: &Risk) -> (u32, &'static str) {
    let total = risk.iter().map(|category| points(category)).sum();
    // A rating that no document mentions, now and then.
    (total, if c.index % 97 == 31 && !c.is_given { "Pending" } else { rating(c, total) })
}

/// `RiskAssessment`: the ratings alone.
pub(super) fn summary(w: &mut Json, key: &str, c: &Carrier<'_>) {
    let risk = c.risk();
    w.raw(key);
    w.open();
    w.plain(k!("Overall"), overall(c, &risk).1);
    for ((key, _), category) in NAMES.iter().zip(&risk) {
        w.plain(key, rating(c, points(category)));
    }
    w.close();
}

/// `RiskAssessmentDetails`: points, ratings, and the rules broken.
pub(super) fn details(w: &mut Json, key: &str, c: &Carrier<'_>) {
    w.raw(key);
    if c.index % 61 == 8 && !c.is_given {
        w.raw("null");
        return;
    }
    let risk = c.risk();
    let (total, rating) = overall(c, &risk);
    let mut draw = c.draw(Salt::Preview);
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
    for ((key, _), infractions) in NAMES.iter().zip(&risk) {
        w.raw(key);
        // A stream for each, so that one does not change with the others.
        let mut own = Draw::new(draw.next());
        match clean {
            Some(id) if infractions.is_empty() => w.reference(id),
            _ => {
                let id = category(w, c, infractions, &mut own);
                clean = clean.or((infractions.is_empty() && c.index % 4 == 1).then_some(id));
            }
        }
    }
    review(w, c, &risk, &mut draw);
    w.close();
}

fn category(w: &mut Json, c: &Carrier<'_>, infractions: &[Infraction], draw: &mut Draw) -> Id {
    let id = w.open();
    w.int(k!("TotalPoints"), points(infractions));
    w.plain(k!("OverallRating"), rating(c, points(infractions)));
    if draw.hit(200) {
        w.flag(k!("HasRuleOverride"), false);
    }
    w.raw(k!("Infractions"));
    if infractions.is_empty() && draw.hit(64) {
        w.raw("null");
        w.close();
        return id;
    }
    w.array();
    for (n, Infraction { rule, output }) in infractions.iter().enumerate() {
        w.item(n);
        w.open();
        w.int(k!("Points"), rule.points);
        if draw.hit(200) {
            w.plain(k!("RuleName"), rule.name);
        }
        w.plain(k!("RiskLevel"), rule.level);
        w.plain(k!("RuleText"), rule.text);
        w.text(k!("RuleOutput"), output);
        w.null(k!("PreReviewScore"));
        w.null(k!("PreReviewRiskLevel"));
        w.maybe_flag(k!("RuleEnforced"), if draw.hit(60) { None } else { Some(true) });
        w.close();
    }
    w.end_array();
    w.close();
    id
}

fn review(w: &mut Json, c: &Carrier<'_>, risk: &Risk, draw: &mut Draw) {
    w.raw(k!("ReviewDetails"));
    if !draw.hit(16) {
        w.raw("null");
        return;
    }
    w.open();
    w.int(k!("ReviewID"), 9000 + c.index);
    w.plain(k!("PreReviewOverall"), overall(c, risk).1);
    for ((_, key), category) in NAMES.iter().zip(risk) {
        w.plain(key, rating(c, points(category)));
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
