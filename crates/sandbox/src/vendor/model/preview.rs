//! `PreviewCarrier`: the first look at a carrier, before an invitation.

use crate::customers::state::Standing;
use crate::vendor::json::{Json, k};
use crate::vendor::model::stars::Stars;
use crate::vendor::model::{certificates, details, docket, incidents, risk};
use crate::world::carrier::{Carrier, Salt};

pub(crate) fn write(w: &mut Json, c: &Carrier<'_>, standing: &Standing) {
    let mut draw = c.draw(Salt::Preview);
    let (total, fraud) = super::incidents::totals(c);
    w.open();
    w.int(k!("CarrierID"), 100_000 + c.index);
    // Clients in the field see both.
    if c.index % 29 == 11 {
        w.number_text(k!("DotNumber"), c.dot);
    } else {
        w.int(k!("DotNumber"), c.dot);
    }
    docket(w, k!("DocketNumber"), c);
    w.text(k!("CompanyName"), &c.name);
    w.maybe_text(k!("DBAName"), c.dba.as_deref());
    w.plain(k!("Street"), &c.street);
    w.plain(k!("City"), c.city);
    w.plain(k!("State"), c.state);
    w.plain(k!("ZipCode"), c.zip);
    w.plain(k!("Country"), c.country);
    w.plain(k!("Phone"), &c.phone);
    let met = details::is_met(c, standing);
    w.plain(
        k!("Status"),
        match (c.is_active(), met) {
            (false, _) => "Inactive",
            (true, true) => "Active",
            (true, false) => "Not Invited",
        },
    );
    w.time(k!("StatusDate"), c.past(&mut draw, 2000));
    match (&standing.invitation, standing.packet) {
        (_, true) => w.plain(k!("InProcessState"), "Completed"),
        (Some(_), false) => w.plain(k!("InProcessState"), "Invited"),
        (None, false) => w.null(k!("InProcessState")),
    }
    w.plain(k!("PossibleFraud"), if fraud > 0 { "Yes" } else { "No Reports" });
    w.plain(k!("DoubleBrokering"), if incidents::is_double_broker(c) { "Yes" } else { "No Alerts" });
    if total == 0 && draw.hit(128) {
        w.null(k!("IncidentReports"));
    } else {
        details::incident_totals(w, k!("IncidentReports"), c, None);
    }
    w.plain(k!("FraudCallNumber"), "(312) 555-0100");
    w.maybe_flag(k!("HasSaferWatchKey"), if draw.hit(40) { None } else { Some(true) });
    w.plain(k!("WatchdogReports"), if draw.hit(30) { "" } else { "NOACCOUNT" });
    w.maybe_flag(k!("OnCurrentCustomerAgreement"), standing.packet.then_some(true));
    rating(w, c, standing);
    risk::summary(w, k!("RiskAssessment"), c);
    risk::details(w, k!("RiskAssessmentDetails"), c);
    certificates::preview(w, c);
    emails(w, c);
    w.int(
        k!("Source"),
        match (standing.packet, c.index % 16) {
            (true, _) => 2,
            (false, 3) => 0,
            (false, 9 | 12) => 1,
            (false, _) => 3,
        },
    );
    w.flag(k!("IsIntrastateCarrier"), c.docket.is_none());
    w.flag(k!("IsMonitored"), standing.monitored);
    w.flag(k!("IsBlocked"), standing.blocked);
    w.plain(k!("FreightValidateStatus"), draw.pick(&["valid", "valid", ""]));
    if c.index % 5 == 2 {
        w.null(k!("BrokerSnapshotUrl"));
    }
    w.close();
}

fn rating(w: &mut Json, c: &Carrier<'_>, standing: &Standing) {
    w.raw(k!("CarrierRating"));
    if c.index % 9 == 5 {
        w.raw("null");
        return;
    }
    let stars = Stars::of(c);
    let average = stars.average();
    let tenths = (average + 5) / 10;
    let text = [&(tenths / 10).to_string(), ".", &(tenths % 10).to_string()].concat();
    let out_of = [&text, " out of 5"].concat();
    w.open();
    w.int(k!("CarrierID"), 100_000 + c.index);
    w.int(k!("CustomerID"), standing.broker.id);
    w.int(k!("CustomerRating"), stars.own.unwrap_or(0));
    w.int(k!("RatingSum"), stars.sum);
    w.int(k!("TotalRatings"), stars.total);
    w.int(k!("LowRatings"), stars.low);
    w.int(k!("TotalRatingPercent"), average / 5);
    match stars.own {
        Some(own) => w.int(k!("CustomerRatingPercent"), own * 20),
        None => w.null(k!("CustomerRatingPercent")),
    }
    w.hundredths(k!("RatingValue"), average.into());
    w.plain(k!("RatingValueText"), &text);
    w.plain(k!("AvgRatingText"), &out_of);
    w.plain(k!("AvgRatingBasisText"), "all customers");
    w.plain(k!("AvgRatingTextPlusRatingBasisText"), &[&out_of, " (all customers)"].concat());
    w.plain(k!("CustomerRatingText"), "");
    w.flag(k!("HasCompletedPacket"), standing.packet);
    w.close();
}

fn emails(w: &mut Json, c: &Carrier<'_>) {
    w.raw(k!("Emails"));
    if c.index % 19 == 4 {
        w.raw("null");
        return;
    }
    w.array();
    for (n, (kind, description)) in
        [(1, "McpEmail"), (2, "CompanyEmail"), (3, "FMCSAEmail")].into_iter().skip(c.index as usize % 3).enumerate()
    {
        w.item(n);
        w.open();
        w.int(k!("EmailType"), kind);
        w.plain(k!("Description"), description);
        w.plain(k!("Email"), &c.email);
        w.close();
    }
    w.end_array();
}
