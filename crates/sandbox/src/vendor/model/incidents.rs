//! Incident reports about a carrier.

use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::numbers;
use crate::world::carrier::{Carrier, Person, Salt};
use crate::world::clock::DAY;
use crate::world::facts::Incident;
use crate::world::hash::Draw;
use crate::world::words;

/// Who corrects reports.
pub(crate) const EDITOR: &str = "brenda";
const TYPES: &[&str] = &["Double Brokering", "Fraud", "Hostage Load", "Late Delivery", "Cargo Claim", "Unpaid Claim"];

/// How many reports there are, and how many of them are about fraud.
pub(super) fn totals(c: &Carrier<'_>) -> (u32, u32) {
    let (before, fraud) = before(c);
    let since = c.facts.standing_incidents();
    let (count, frauds) =
        since.fold((0, 0), |(n, frauds), incident| (n + 1, frauds + u32::from(is_fraud(c, incident))));
    (before + count, fraud + frauds)
}

/// The reports from before the start, and how many of them are about fraud.
fn before(c: &Carrier<'_>) -> (u32, u32) {
    let mut draw = c.draw(Salt::Incidents);
    let total = if c.index == 0 { 1 } else { [0, 0, 0, 0, 0, 1, 2, 3][draw.below(8) as usize] };
    (total, if draw.hit(40) { total.min(1) } else { 0 })
}

/// `CarrierIncidentReportDTO`.
pub(crate) fn write(w: &mut Json, c: &Carrier<'_>) {
    let (count, fraud) = before(c);
    let mut draw = c.draw(Salt::Incidents);
    draw.next();
    w.open();
    numbers(w, c);
    w.text(k!("LegalName"), &c.name);
    w.maybe_text(k!("DBAName"), c.dba.as_deref());
    w.raw(k!("IncidentReports"));
    if totals(c).0 == 0 && c.index.is_multiple_of(2) {
        w.raw("null");
    } else {
        w.array();
        let mut comment = None;
        for n in 0..count {
            w.item(n as usize);
            report(w, c, n < fraud, None, &mut draw, &mut comment);
        }
        for (n, incident) in c.facts.standing_incidents().enumerate() {
            w.item(count as usize + n);
            since(w, c, incident, &mut comment);
        }
        w.end_array();
    }
    w.close();
}

fn own_draw(c: &Carrier<'_>, incident: &Incident) -> Draw {
    c.changing(Salt::Incidents, incident.number)
}

fn is_fraud(c: &Carrier<'_>, incident: &Incident) -> bool {
    own_draw(c, incident).hit(40)
}

/// A report made since the start.
pub(crate) fn since(w: &mut Json, c: &Carrier<'_>, incident: &Incident, comment: &mut Option<Id>) {
    let mut draw = own_draw(c, incident);
    draw.next();
    report(w, c, is_fraud(c, incident), Some(incident), &mut draw, comment);
}

fn report(
    w: &mut Json,
    c: &Carrier<'_>,
    fraud: bool,
    since: Option<&Incident>,
    draw: &mut Draw,
    comment: &mut Option<Id>,
) {
    let drawn = c.past(draw, 700);
    let created = since.map_or(drawn.plus(3 * DAY), |incident| incident.created);
    let happened = created.plus(-3 * DAY);
    w.open();
    w.us_date(k!("IncidentDate"), happened);
    w.plain(k!("OriginCity"), draw.pick(words::CITIES));
    w.plain(k!("OriginStateProvinceName"), draw.pick(words::STATE_NAMES));
    w.plain(k!("OriginCountryName"), "United States");
    w.plain(k!("DestinationCity"), draw.pick(words::CITIES));
    w.plain(k!("DestinationStateProvinceName"), draw.pick(words::STATE_NAMES));
    w.plain(k!("DestinationCountryName"), draw.pick(&["United States", "Canada", ""]));
    w.plain(k!("ReportedByCompany"), "Example Brokerage LLC");
    w.maybe_text(k!("CarrierEmails"), draw.hit(180).then_some(c.email.as_str()));
    w.text(k!("CreatedBy"), &Person::draw(draw).full());
    w.time(k!("CreatedDate"), created);
    let modified = draw.hit(128).then(|| created.plus(DAY));
    let modified = since.map_or(modified, |incident| incident.modified);
    w.maybe_text(k!("ModifiedBy"), modified.map(|_| EDITOR));
    w.maybe_time(k!("ModifiedDate"), modified);
    w.raw(k!("IncidentTypes"));
    w.array();
    w.quoted(if fraud { "Fraud" } else { draw.pick(TYPES) });
    if draw.hit(80) {
        w.item(1);
        w.quoted("Other");
    }
    w.end_array();
    w.raw(k!("Comments"));
    comments(w, c, draw, comment);
    w.close();
}

/// The reply of a carrier can stand under several of its reports.
fn comments(w: &mut Json, c: &Carrier<'_>, draw: &mut Draw, shared: &mut Option<Id>) {
    if let Some(id) = *shared {
        w.array();
        w.reference(id);
        w.end_array();
        return;
    }
    if draw.hit(60) {
        w.raw("null");
        return;
    }
    w.array();
    let id = w.open();
    w.plain(k!("CommenterType"), "RespondingParty");
    w.text(k!("CommentBy"), &c.owner.full());
    w.time(k!("CommentDate"), c.past(draw, 300));
    w.text(k!("Comment"), "We disagree:\nthe load was delivered \"as agreed\".");
    w.close();
    *shared = Some(id);
    if draw.hit(100) {
        w.item(1);
        w.open();
        w.plain(k!("CommenterType"), "ReportingParty");
        w.plain(k!("CommentBy"), "Example Brokerage LLC");
        w.time(k!("CommentDate"), c.past(draw, 300));
        w.plain(k!("Comment"), "");
        w.close();
    }
    w.end_array();
}
