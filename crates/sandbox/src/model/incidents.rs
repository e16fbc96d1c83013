//! Incident reports about a carrier.

use crate::carrier::{Carrier, Person, Salt};
use crate::hash::Draw;
use crate::json::{Id, Json, k};
use crate::model::numbers;
use crate::words;

const TYPES: &[&str] = &["Double Brokering", "Fraud", "Hostage Load", "Late Delivery", "Cargo Claim", "Unpaid Claim"];

/// How many reports there are, and how many of them are about fraud.
pub(super) fn totals(c: &Carrier<'_>) -> (u32, u32) {
    let mut draw = c.draw(Salt::Incidents);
    let total = if c.index == 0 { 1 } else { [0, 0, 0, 0, 0, 1, 2, 3][draw.below(8) as usize] };
    (total, if draw.hit(40) { total.min(1) } else { 0 })
}

/// `CarrierIncidentReportDTO`.
pub(crate) fn write(w: &mut Json, c: &Carrier<'_>) {
    let (total, fraud) = totals(c);
    let mut draw = c.draw(Salt::Incidents);
    draw.next();
    w.open();
    numbers(w, c);
    w.text(k!("LegalName"), &c.name);
    w.maybe_text(k!("DBAName"), c.dba.as_deref());
    w.raw(k!("IncidentReports"));
    if total == 0 && c.index.is_multiple_of(2) {
        w.raw("null");
    } else {
        w.array();
        let mut comment = None;
        for n in 0..total {
            w.item(n as usize);
            report(w, c, n < fraud, &mut draw, &mut comment);
        }
        w.end_array();
    }
    w.close();
}

fn report(w: &mut Json, c: &Carrier<'_>, fraud: bool, draw: &mut Draw, comment: &mut Option<Id>) {
    let happened = c.past(draw, 700);
    let created = happened.plus(3 * crate::clock::DAY);
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
    if draw.hit(128) {
        w.plain(k!("ModifiedBy"), "brenda");
        w.time(k!("ModifiedDate"), created.plus(crate::clock::DAY));
    } else {
        w.null(k!("ModifiedBy"));
        w.null(k!("ModifiedDate"));
    }
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
