//! Incident reports about a carrier.

use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::numbers;
use crate::world::carrier::{Carrier, Salt};
use crate::world::clock::DAY;
use crate::world::company::Person;
use crate::world::facts::Incident;
use crate::world::hash::Draw;
use crate::world::places::{Place, State};

/// Who corrects reports.
pub(crate) const EDITOR: &str = "brenda";
const DOUBLE_BROKERING: &str = "Double Brokering";
const TYPES: &[&str] = &[DOUBLE_BROKERING, "Hostage Load", "Late Delivery", "Cargo Claim", "Unpaid Claim"];

/// How many reports there are, and how many of them are about fraud.
pub(super) fn totals(c: &Carrier<'_>) -> (u32, u32) {
    let all = c.facts.standing_incidents();
    all.fold((0, 0), |(count, frauds), incident| (count + 1, frauds + u32::from(is_fraud(c, incident))))
}

/// `CarrierIncidentReportDTO`.
pub(crate) fn write(w: &mut Json, c: &Carrier<'_>) {
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
        for (n, incident) in c.facts.standing_incidents().enumerate() {
            w.item(n);
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
    kind(c, incident) == "Fraud"
}

/// What a report is mostly about.
fn kind(c: &Carrier<'_>, incident: &Incident) -> &'static str {
    let mut draw = own_draw(c, incident);
    if draw.hit(40) { "Fraud" } else { draw.pick(TYPES) }
}

/// Whether the carrier is said to have handed loads on.
pub(super) fn is_double_broker(c: &Carrier<'_>) -> bool {
    c.facts.standing_incidents().any(|incident| kind(c, incident) == DOUBLE_BROKERING)
}

pub(crate) fn since(w: &mut Json, c: &Carrier<'_>, incident: &Incident, comment: &mut Option<Id>) {
    let mut draw = own_draw(c, incident);
    draw.next();
    let draw = &mut draw;
    let happened = incident.created.plus(-3 * DAY);
    let (origin, destination) = (Place::any(draw), Place::any(draw));
    let name = |place: &Place| State::of(place.state).name;
    w.open();
    w.us_date(k!("IncidentDate"), happened);
    w.plain(k!("OriginCity"), origin.city);
    w.plain(k!("OriginStateProvinceName"), name(origin));
    w.plain(k!("OriginCountryName"), "United States");
    w.plain(k!("DestinationCity"), destination.city);
    w.plain(k!("DestinationStateProvinceName"), name(destination));
    w.plain(k!("DestinationCountryName"), draw.pick(&["United States", "United States of America", ""]));
    w.plain(k!("ReportedByCompany"), "Example Brokerage LLC");
    w.maybe_text(k!("CarrierEmails"), draw.hit(180).then_some(c.email.as_str()));
    w.text(k!("CreatedBy"), &Person::draw(draw).full());
    w.time(k!("CreatedDate"), incident.created);
    w.maybe_text(k!("ModifiedBy"), incident.modified.map(|_| EDITOR));
    w.maybe_time(k!("ModifiedDate"), incident.modified);
    w.raw(k!("IncidentTypes"));
    w.array();
    w.quoted(kind(c, incident));
    if draw.hit(80) {
        w.item(1);
        w.quoted("Other");
    }
    w.end_array();
    w.raw(k!("Comments"));
    comments(w, c, incident, draw, comment);
    w.close();
}

/// The reply of a carrier can stand under several of its reports.
fn comments(w: &mut Json, c: &Carrier<'_>, incident: &Incident, draw: &mut Draw, shared: &mut Option<Id>) {
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
    w.time(k!("CommentDate"), incident.modified.unwrap_or(incident.created));
    w.text(k!("Comment"), "We disagree:\nthe load was delivered \"as agreed\".");
    w.close();
    *shared = Some(id);
    if draw.hit(100) {
        w.item(1);
        w.open();
        w.plain(k!("CommenterType"), "ReportingParty");
        w.plain(k!("CommentBy"), "Example Brokerage LLC");
        w.time(k!("CommentDate"), incident.created);
        w.plain(k!("Comment"), "");
        w.close();
    }
    w.end_array();
}
