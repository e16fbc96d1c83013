//! `CarrierDetails`: what is known about a carrier from registers, insurers and the vendor's own rules.

use crate::customers::state::Standing;
use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::stars::Stars;
use crate::vendor::model::{Once, certificates, docket, incidents, register, risk, seldom};
use crate::world::carrier::{Carrier, Salt};
use crate::world::clock::{DAY, Ticks};
use crate::world::company::{Person, phone};
use crate::world::cover::Line;
use crate::world::hash::{Draw, pair};
use crate::world::places::Place;

/// Writes the record as a value.
pub(crate) fn write(w: &mut Json, c: &Carrier<'_>, standing: &Standing, once: &mut Once) -> Id {
    let id = w.open();
    docket(w, k!("docketNumber"), c);
    w.raw(k!("dotNumber"));
    w.open();
    // The registers leave it out for some.
    if c.index % 23 != 6 || c.is_given {
        w.plain(k!("status"), if c.is_active() { "ACTIVE" } else { "INACTIVE" });
    }
    w.number_text(k!("Value"), c.dot);
    w.close();
    w.plain(
        k!("carrierType"),
        if c.docket.is_some_and(|d| d.prefix == "FF") { "Freight Forwarder" } else { "Carrier" },
    );
    w.flag(k!("isMonitored"), standing.monitored);
    w.flag(k!("isBlocked"), standing.blocked);
    identity(w, c);
    register::authority(w, c);
    insurance(w, c);
    certificates::details(w, c, standing.blobs);
    register::safety(w, c);
    register::inspection(w, c);
    register::crash(w, c);
    register::review(w, c);
    register::operation(w, c);
    register::cargo(w, c);
    register::drivers(w, c);
    register::equipment(w, c);
    register::other(w, c);
    risk::summary(w, k!("RiskAssessment"), c);
    risk::details(w, k!("RiskAssessmentDetails"), c);
    ratings(w, c);
    invitation(w, c, standing);
    incident_totals(w, k!("IncidentReports"), c, Some(once));
    w.close();
    id
}

fn identity(w: &mut Json, c: &Carrier<'_>) {
    let mut draw = c.draw(Salt::Contacts);
    w.raw(k!("Identity"));
    w.open();
    w.text(k!("legalName"), &c.name);
    w.maybe_text(k!("dbaName"), c.dba.as_deref());
    w.plain(k!("businessStreet"), &c.street);
    w.plain(k!("businessCity"), c.city);
    w.plain(k!("businessState"), c.state);
    w.plain(k!("businessZipCode"), c.zip);
    w.plain(k!("businessColonia"), c.colonia);
    w.plain(k!("businessCountry"), c.country);
    w.plain(k!("businessPhone"), &c.phone);
    w.plain(k!("businessFax"), "");
    w.plain(k!("mailingStreet"), &c.street);
    w.plain(k!("mailingCity"), c.city);
    w.plain(k!("mailingState"), c.state);
    w.plain(k!("mailingZipCode"), c.zip);
    w.plain(k!("mailingColonia"), c.colonia);
    w.plain(k!("mailingCountry"), c.country);
    w.plain(k!("mailingPhone"), &c.phone);
    seldom(w, k!("mailingFax"), &mut draw, &c.phone_of(&mut c.draw(Salt::Status)));
    w.plain(k!("undeliverableMail"), if draw.hit(6) { "Yes" } else { "No" });
    w.text(k!("companyRep1"), &c.owner.full());
    if draw.hit(90) {
        w.text(k!("companyRep2"), &Person::draw(&mut draw).full());
    } else {
        w.null(k!("companyRep2"));
    }
    w.plain(k!("cellPhone"), &c.cell_phone());
    w.plain(k!("emailAddress"), &c.email);
    w.plain(k!("dunBradstreetNum"), "--");
    w.plain(k!("organization"), c.form);
    // Fields come up that no document mentions.
    if c.index % 13 == 3 {
        w.plain(k!("identitySource"), "census");
    }
    w.close();
}

/// What insurers have filed: of a carrier that goes from state to state, while it is in force.
fn insurance(w: &mut Json, c: &Carrier<'_>) {
    let filed = c.cover.in_force && c.authority.granted.is_some();
    let auto = c.cover.of(Line::Auto).filter(|_| filed);
    // Cargo has to be filed by movers of households alone; some file it all the same.
    let cargo = c.cover.of(Line::Cargo).filter(|_| filed && c.index % 4 == 2);
    w.raw(k!("FMCSAInsurance"));
    w.open();
    w.grouped_text(k!("bipdRequired"), if c.authority.granted.is_some() { c.cover.required } else { 0 });
    w.grouped_text(k!("bipdOnFile"), auto.map_or(0, |policy| policy.limit));
    w.plain(k!("cargoRequired"), "No");
    w.plain(k!("cargoOnFile"), if cargo.is_some() { "Yes" } else { "No" });
    w.plain(k!("bondSuretyRequired"), "No");
    w.plain(k!("bondSuretyOnFile"), "No");
    w.raw(k!("PolicyList"));
    if auto.is_none() && c.index % 2 == 1 {
        w.raw("null");
        w.close();
        return;
    }
    w.array();
    for (n, policy) in auto.into_iter().chain(cargo).enumerate() {
        w.item(n);
        let mut draw = Draw::new(pair(policy.limit.into(), policy.from.0 as u64 ^ u64::from(c.index)));
        let place = Place::any(&mut draw);
        w.open();
        w.text(k!("companyName"), policy.insurer.name);
        w.plain(k!("attnToName"), "Claims Department");
        w.plain(k!("address"), "100 Sample St");
        w.plain(k!("city"), place.city);
        w.plain(k!("stateCode"), place.state);
        w.plain(k!("postalCode"), place.zip);
        w.plain(k!("countryCode"), "US");
        w.plain(k!("phone"), &phone(place.area, &mut draw));
        let fax = phone(place.area, &mut draw);
        seldom(w, k!("fax"), &mut draw, &fax);
        w.plain(k!("insuranceType"), if policy.line == Line::Auto { "BIPD/Primary" } else { "CARGO" });
        w.plain(k!("policyNumber"), &policy.number);
        w.date(k!("postedDate"), c.cover.issued);
        w.date(k!("effectiveDate"), policy.from);
        match c.cover.cancelled {
            Some(day) => w.date(k!("cancelationDate"), day),
            None => w.plain(k!("cancelationDate"), "0000-00-00"),
        }
        w.plain(k!("coverageFrom"), "0");
        w.grouped_text(k!("coverageTo"), policy.limit);
        w.plain(k!("amBestRating"), policy.insurer.rating);
        w.close();
    }
    w.end_array();
    w.close();
}

fn ratings(w: &mut Json, c: &Carrier<'_>) {
    w.raw(k!("CarrierRatings"));
    if c.index % 13 == 6 {
        w.raw("null");
        return;
    }
    let stars = Stars::of(c);
    w.open();
    match stars.own {
        Some(own) => w.int(k!("myRating"), own),
        None => w.null(k!("myRating")),
    }
    w.int(k!("totalRatings"), stars.total);
    w.int(k!("lowRatings"), stars.low);
    w.hundredths(k!("avgRating"), stars.average().into());
    w.close();
}

/// When the carrier was invited before the sandbox started, if it was: whoever completed a packet then had been.
fn invited_before(c: &Carrier<'_>, draw: &mut Draw) -> Option<Ticks> {
    let before = c.packet.filter(|at| *at <= c.world.start);
    match before {
        Some(completed) => Some(completed.plus(-2 * DAY)),
        None => draw.hit(50).then(|| c.past(draw, 500)),
    }
}

/// Whether the customer has invited the carrier, or has its packet.
pub(super) fn is_met(c: &Carrier<'_>, standing: &Standing) -> bool {
    standing.packet || standing.invitation.is_some() || invited_before(c, &mut c.draw(Salt::Invitation)).is_some()
}

fn invitation(w: &mut Json, c: &Carrier<'_>, standing: &Standing) {
    w.raw(k!("LatestInvitation"));
    let mut draw = c.draw(Salt::Invitation);
    if let Some(invitation) = &standing.invitation {
        w.open();
        w.text(k!("InvitedByUserName"), &invitation.user);
        w.text(k!("InvitedByEmail"), "demo@broker.example");
        w.plain(k!("InvitedByFirstName"), "Demo");
        w.plain(k!("InvitedByLastName"), "User");
        w.time(k!("InvitationSentDate"), invitation.at);
        w.text(k!("InvitationRecipient"), &invitation.recipient);
        w.close();
    } else if let Some(sent) = invited_before(c, &mut draw) {
        w.open();
        w.plain(k!("InvitedByUserName"), "brenda");
        w.plain(k!("InvitedByEmail"), "brenda@broker.example");
        w.plain(k!("InvitedByFirstName"), "Brenda");
        seldom(w, k!("InvitedByLastName"), &mut draw, "Exampleton");
        w.time(k!("InvitationSentDate"), sent);
        w.plain(k!("InvitationRecipient"), &c.email);
        w.close();
    } else {
        w.raw("null");
    }
}

/// The counts of incident reports. The object that says "none" is one and the same for many carriers.
pub(super) fn incident_totals(w: &mut Json, key: &str, c: &Carrier<'_>, once: Option<&mut Once>) {
    w.raw(key);
    let (total, fraud) = incidents::totals(c);
    let shared = (total == 0 && c.index % 4 == 1).then_some(once).flatten();
    if let Some(id) = shared.as_ref().and_then(|once| once.no_incidents) {
        w.reference(id);
        return;
    }
    let id = w.open();
    w.int(k!("TotalIncidentReports"), total);
    w.int(k!("TotalIncidentReportsWithFraud"), fraud);
    w.close();
    if let Some(once) = shared {
        once.no_incidents = Some(id);
    }
}
