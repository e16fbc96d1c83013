//! `CarrierDetails`: what is known about a carrier from registers, insurers and the vendor's own rules.

use crate::customers::state::Standing;
use crate::vendor::json::{Id, Json, k};
use crate::vendor::model::table::fields;
use crate::vendor::model::{Once, certificates, docket, fmcsa, incidents, risk, seldom};
use crate::world::carrier::{Carrier, Person, Salt, phone};
use crate::world::clock::DAY;
use crate::world::words;

/// Writes the record as a value.
pub(crate) fn write(w: &mut Json, c: &Carrier<'_>, standing: &Standing, once: &mut Once) -> Id {
    let today = c.world.today;
    let id = w.open();
    docket(w, k!("docketNumber"), c);
    w.raw(k!("dotNumber"));
    w.open();
    // The registers leave it out for some.
    if c.index % 23 != 6 {
        w.plain(k!("status"), if c.active { "ACTIVE" } else { "INACTIVE" });
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
    let part = |w: &mut Json, key, table, draw| {
        w.raw(key);
        w.open();
        fields(w, table, draw, today);
        w.close();
    };
    // A change at the FMCSA is one of the rating, the authority or the inspections, in turn.
    let turn = |n| (c.facts.revisions.fmcsa + 2 - n) / 3;
    let mut draw = c.draw(Salt::Fmcsa);
    let mut next = || crate::world::hash::Draw::new(draw.next());
    part(w, k!("Authority"), fmcsa::AUTHORITY, c.changing(Salt::Authority, turn(1)));
    insurance(w, c);
    certificates::details(w, c, standing.blobs);
    part(w, k!("Safety"), fmcsa::SAFETY, c.changing(Salt::Safety, turn(0)));
    part(w, k!("Inspection"), fmcsa::INSPECTION, c.changing(Salt::Inspection, turn(2)));
    part(w, k!("Crash"), fmcsa::CRASH, next());
    // A whole part can be missing.
    if c.index % 41 == 9 {
        w.null(k!("Review"));
    } else {
        part(w, k!("Review"), fmcsa::REVIEW, next());
    }
    part(w, k!("Operation"), fmcsa::OPERATION, next());
    part(w, k!("Cargo"), fmcsa::CARGO, next());
    part(w, k!("Drivers"), fmcsa::DRIVERS, next());
    part(w, k!("Equipment"), fmcsa::EQUIPMENT, next());
    part(w, k!("Other"), fmcsa::OTHER, next());
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
    w.plain(k!("businessZipCode"), &c.zip);
    w.plain(k!("businessColonia"), "");
    w.plain(k!("businessCountry"), c.country);
    w.plain(k!("businessPhone"), &c.phone);
    w.plain(k!("businessFax"), "");
    w.plain(k!("mailingStreet"), &c.street);
    w.plain(k!("mailingCity"), c.city);
    w.plain(k!("mailingState"), c.state);
    w.plain(k!("mailingZipCode"), &c.zip);
    seldom(w, k!("mailingColonia"), &mut draw, "Colonia Ejemplo");
    w.plain(k!("mailingCountry"), c.country);
    w.plain(k!("mailingPhone"), &c.phone);
    seldom(w, k!("mailingFax"), &mut draw, "(312) 555-0113");
    w.plain(k!("undeliverableMail"), if draw.hit(6) { "Yes" } else { "No" });
    w.text(k!("companyRep1"), &c.owner.full());
    if draw.hit(90) {
        w.text(k!("companyRep2"), &Person::draw(&mut draw).full());
    } else {
        w.null(k!("companyRep2"));
    }
    w.plain(k!("cellPhone"), &phone(&mut draw));
    w.plain(k!("emailAddress"), &c.email);
    w.plain(k!("dunBradstreetNum"), "--");
    w.plain(k!("organization"), draw.pick(&["LLC", "Corporation", "Sole Proprietor", "Partnership", ""]));
    // Fields come up that no document mentions.
    if c.index % 13 == 3 {
        w.plain(k!("identitySource"), "census");
    }
    w.close();
}

fn insurance(w: &mut Json, c: &Carrier<'_>) {
    let mut draw = c.changing(Salt::Insurance, c.facts.revisions.insurance);
    let today = c.world.today;
    let limit = [750_000, 1_000_000, 1_000_000, 5_000_000][draw.below(4) as usize];
    w.raw(k!("FMCSAInsurance"));
    w.open();
    w.plain(k!("bipdRequired"), "750,000");
    if draw.hit(20) {
        w.plain(k!("bipdOnFile"), "0");
    } else {
        w.grouped_text(k!("bipdOnFile"), limit);
    }
    w.plain(k!("cargoRequired"), if draw.hit(30) { "Yes" } else { "No" });
    w.plain(k!("cargoOnFile"), if draw.hit(40) { "Yes" } else { "No" });
    w.plain(k!("bondSuretyRequired"), "No");
    w.plain(k!("bondSuretyOnFile"), "No");
    w.raw(k!("PolicyList"));
    let policies = draw.below(4);
    if policies == 3 {
        w.raw("null");
        w.close();
        return;
    }
    w.array();
    for n in 0..policies {
        w.item(n as usize);
        w.open();
        let effective = today.plus(-i64::from(draw.below(700)) * DAY);
        w.text(k!("companyName"), draw.pick(words::INSURERS));
        w.plain(k!("attnToName"), "Claims Department");
        w.plain(k!("address"), "100 Sample St");
        w.plain(k!("city"), draw.pick(words::CITIES));
        w.plain(k!("stateCode"), draw.pick(words::STATES));
        w.plain(k!("postalCode"), "00123");
        w.plain(k!("countryCode"), "US");
        w.plain(k!("phone"), &phone(&mut draw));
        seldom(w, k!("fax"), &mut draw, "(312) 555-0114");
        w.plain(k!("insuranceType"), draw.pick(&["BIPD/Primary", "BIPD/Excess", "CARGO", "SURETY"]));
        w.raw(",\"policyNumber\":\"TEST");
        w.number(100_000 + i64::from(draw.below(900_000)));
        w.raw("\"");
        w.date(k!("postedDate"), effective);
        w.date(k!("effectiveDate"), effective);
        if draw.hit(24) {
            w.date(k!("cancelationDate"), today.plus(i64::from(draw.below(40)) * DAY));
        } else {
            w.plain(k!("cancelationDate"), "0000-00-00");
        }
        w.plain(k!("coverageFrom"), "0");
        w.grouped_text(k!("coverageTo"), limit);
        w.plain(k!("amBestRating"), draw.pick(&["A+", "A", "A-", "B++", "NR", ""]));
        w.close();
    }
    w.end_array();
    w.close();
}

fn ratings(w: &mut Json, c: &Carrier<'_>) {
    let mut draw = c.draw(Salt::Status);
    w.raw(k!("CarrierRatings"));
    if draw.hit(20) {
        w.raw("null");
        return;
    }
    let total = draw.below(40);
    w.open();
    if draw.hit(100) {
        w.int(k!("myRating"), 1 + draw.below(5));
    } else {
        w.null(k!("myRating"));
    }
    w.int(k!("totalRatings"), total);
    w.int(k!("lowRatings"), total / 9);
    w.hundredths(k!("avgRating"), if total == 0 { 0 } else { i64::from(200 + draw.below(300)) });
    w.close();
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
    } else if draw.hit(77) {
        w.open();
        w.plain(k!("InvitedByUserName"), "brenda");
        w.plain(k!("InvitedByEmail"), "brenda@broker.example");
        w.plain(k!("InvitedByFirstName"), "Brenda");
        seldom(w, k!("InvitedByLastName"), &mut draw, "Exampleton");
        w.time(k!("InvitationSentDate"), c.past(&mut draw, 500));
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
