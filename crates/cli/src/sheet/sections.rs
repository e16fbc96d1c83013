//! The other sections of a vetting sheet, one for each read.

use super::parts::{Line, Lines, Tone, joined, said, yes};
use mycarrierpackets::models::{
    AssociatedCarrier, CarrierContacts, CarrierIncidentReports, CarrierPreview, CarrierRiskAssessment,
    CarrierVinVerifications,
};
use mycarrierpackets::types::{Rating, VerificationStatus, VinStatus};

pub fn preview(carrier: &CarrierPreview) -> Vec<Line> {
    let mut lines = Lines::default();
    lines.needed("Status", said(&carrier.status));
    lines.add("Monitored", yes(carrier.is_monitored), Tone::Plain);
    for (kind, flag) in carrier.flags().iter() {
        lines.flag(kind, flag);
    }
    lines.0
}

pub fn risk(answer: &CarrierRiskAssessment) -> Vec<Line> {
    let mut lines = Lines::default();
    let rating = answer.rating();
    let points = answer.risk_assessment_details.as_ref().and_then(|risk| risk.total_points);
    let points = points.map(|points| format!("  {points} points")).unwrap_or_default();
    let tone = rating_tone(&rating);
    let word = if rating.as_str().trim().is_empty() { "not rated" } else { rating.as_str() };
    lines.add("Overall", format!("{word}{points}"), tone);
    for reason in answer.reasons() {
        let points = reason.points().map(|points| format!("  {points} points")).unwrap_or_default();
        let finding = reason.finding().map(|finding| format!(": {finding}")).unwrap_or_default();
        let level = reason.level().map(|level| format!("  {}", level.as_str())).unwrap_or_default();
        lines.add(&reason.area.to_string(), format!("{}{finding}{points}{level}", reason.rule()), Tone::Doubt);
    }
    lines.0
}

pub fn rating_tone(rating: &Rating) -> Tone {
    match rating {
        rating if !rating.is_known() => Tone::Doubt,
        rating if *rating > Rating::Acceptable => Tone::Bad,
        _ => Tone::Plain,
    }
}

pub fn incidents(answer: &CarrierIncidentReports) -> Vec<Line> {
    let mut lines = Lines::default();
    let Some(reports) = &answer.incident_reports else {
        lines.add("Reports", "the answer has no list", Tone::Doubt);
        return lines.0;
    };
    for report in reports {
        let date = report.incident_date.as_ref().map(|date| crate::output::view::date(date.as_str()));
        let date = date.filter(|date| !date.is_empty()).unwrap_or_else(|| "no date".to_owned());
        let types = joined(report.incident_types.iter().flatten().map(|kind| Some(kind.as_str())), ", ");
        let from = said(&report.reported_by_company).map(|company| format!("  reported by {company}"));
        let types = types.unwrap_or_else(|| "kind not known".to_owned());
        lines.add(&date, format!("{types}{}", from.unwrap_or_default()), Tone::Bad);
        for comment in report.comments.iter().flatten().filter_map(|comment| said(&comment.comment)) {
            lines.add("", comment, Tone::Plain);
        }
    }
    none(&mut lines, "Reports");
    lines.0
}

pub fn vins(answer: &CarrierVinVerifications) -> Vec<Line> {
    let mut lines = Lines::default();
    let Some(vins) = &answer.vin_verifications else {
        lines.add("Vehicles", "the answer has no list", Tone::Doubt);
        return lines.0;
    };
    for vin in vins {
        let status = vin.vin_verification_status.as_ref();
        let tone = match status.and_then(|status| status.status_id) {
            Some(VinStatus::BelongsToCarrier) => Tone::Plain,
            Some(VinStatus::BelongsToAnotherCarrier) => Tone::Bad,
            _ => Tone::Doubt,
        };
        let words = status.and_then(|status| said(&status.description)).unwrap_or("not known");
        let other = vin.other_carrier.as_ref().and_then(|other| said(&other.company_name));
        let other = other.map(|name| format!(": {name}")).unwrap_or_default();
        lines.add(said(&vin.vin).unwrap_or("no VIN"), format!("{words}{other}"), tone);
    }
    none(&mut lines, "Vehicles");
    lines.0
}

pub fn contacts(answer: &CarrierContacts) -> Vec<Line> {
    let mut lines = Lines::default();
    let Some(contacts) = &answer.contacts else {
        lines.add("Contacts", "the answer has no list", Tone::Doubt);
        return lines.0;
    };
    for contact in contacts {
        let name = joined([said(&contact.first_name), said(&contact.last_name)], " ");
        let verified = said(&contact.verification_status)
            .map_or_else(|| "verification not known".to_owned(), |status| format!("verification: {status}"));
        let parts = [said(&contact.title), said(&contact.phone), said(&contact.email), Some(verified.as_str())];
        let tone = match contact.verification_status {
            Some(VerificationStatus::Verified) => Tone::Plain,
            Some(VerificationStatus::Denied) => Tone::Bad,
            _ => Tone::Doubt,
        };
        lines.add(&name.unwrap_or_else(|| "no name".to_owned()), joined(parts, "  ").unwrap_or_default(), tone);
    }
    none(&mut lines, "Contacts");
    lines.0
}

pub fn associated(carriers: &[AssociatedCarrier]) -> Vec<Line> {
    let mut lines = Lines::default();
    for carrier in carriers {
        let by = |roles: &Option<Vec<mycarrierpackets::models::AssociationRole>>, what: &str| {
            let shared = roles.as_ref().is_some_and(|roles| !roles.is_empty());
            shared.then(|| format!("same {what}"))
        };
        let shared = [by(&carrier.phone_association_types, "phone"), by(&carrier.email_association_types, "email")];
        let dot = carrier.dot_number.map(|dot| format!("DOT {dot}"));
        let place = [dot.as_deref(), said(&carrier.docket_number), said(&carrier.city), said(&carrier.state)];
        let parts = place.into_iter().chain(shared.iter().map(Option::as_deref));
        let value = joined(parts, "  ").unwrap_or_default();
        lines.add(said(&carrier.company_name).unwrap_or("no name"), value, Tone::Doubt);
    }
    none(&mut lines, "Carriers");
    lines.0
}

fn none(lines: &mut Lines, label: &str) {
    if lines.0.is_empty() {
        lines.add(label, "none", Tone::Plain);
    }
}

#[cfg(test)]
mod tests;
