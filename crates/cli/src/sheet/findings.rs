//! What speaks against a carrier, and what is not known of it. Nothing here ever says that a carrier is good.

use super::parts::{Tone, said};
use super::profile::{is_active, is_authorized, is_under_way};
use super::sections::rating_tone;
use jiff::civil::Date;
use mycarrierpackets::models::{
    AssociatedCarrier, CarrierContacts, CarrierData, CarrierIncidentReports, CarrierPreview, CarrierRiskAssessment,
    CarrierVinVerifications, Flag, Flags,
};
use mycarrierpackets::types::{AuthorityStatus, CoverageType, Rating, VinStatus};
use serde::Serialize;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    pub against: Vec<String>,
    pub unknown: Vec<String>,
}

impl Findings {
    /// The findings in one sentence.
    pub fn verdict(&self) -> String {
        let things = |count: usize, one: &str, many: &str| {
            if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
        };
        let against = things(self.against.len(), "finding speaks", "findings speak");
        let unknown = things(self.unknown.len(), "thing is", "things are");
        match (self.against.is_empty(), self.unknown.is_empty()) {
            (true, true) => "Nothing that was read speaks against this carrier. The decision is yours.".to_owned(),
            (true, false) => {
                format!("{unknown} not known of this carrier. Nothing else that was read speaks against it.")
            }
            (false, true) => format!("{against} against this carrier."),
            (false, false) => format!("{against} against this carrier, and {unknown} not known."),
        }
    }

    fn against(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.against.contains(&text) {
            self.against.push(text);
        }
    }

    fn unknown(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.unknown.contains(&text) {
            self.unknown.push(text);
        }
    }

    /// A read that failed.
    pub fn unread(&mut self, section: &str, why: &str) {
        self.unknown(format!("{section}: {why}"));
    }

    pub fn of_preview(&mut self, carrier: &CarrierPreview, today: Date) {
        self.flags(&carrier.flags());
        self.rating("the preview", &carrier.rating());
        self.insurance(today, |kind| carrier.insured_until(kind).date());
    }

    pub fn of_profile(&mut self, data: &CarrierData, today: Date) {
        self.flags(&data.flags());
        self.insurance(today, |kind| data.insured_until(kind).date());
        // A packet need not have a rating, but one that it has counts.
        let rating = data.rating();
        if !rating.as_str().trim().is_empty() {
            self.rating("the packet", &rating);
        }
        let mut entries = data.assure_advantage.iter().flatten().filter_map(|entry| entry.carrier_details.as_ref());
        let Some(details) = entries.next() else {
            self.unknown("authority: the packet says nothing of it");
            return;
        };
        let authority = details.authority.as_ref();
        let statuses = [
            authority.and_then(|own| own.common_authority.as_ref()),
            authority.and_then(|own| own.contract_authority.as_ref()),
        ];
        if !statuses.contains(&Some(&AuthorityStatus::Active)) {
            let known = statuses.iter().flatten().any(|status| !status.as_str().trim().is_empty());
            if known {
                self.against("no active authority as a common or contract carrier");
            } else {
                self.unknown("authority: the packet says nothing of it");
            }
        }
        let revocations = [
            authority.and_then(|own| own.common_authority_revocation.as_ref()),
            authority.and_then(|own| own.contract_authority_revocation.as_ref()),
        ];
        if revocations.into_iter().any(is_under_way) {
            self.against("the revocation of an authority is under way");
        }
        match details.operation.as_ref().and_then(|own| said(&own.operating_status)) {
            Some(status) if is_authorized(status) => {}
            Some(status) => self.against(format!("operating status: {status}")),
            None => self.unknown("operating status"),
        }
        match details.dot_number.as_ref().and_then(|own| said(&own.status)) {
            Some(status) if is_active(status) => {}
            Some(status) => self.against(format!("status of the DOT number: {status}")),
            None => self.unknown("status of the DOT number"),
        }
    }

    pub fn of_risk(&mut self, answer: &CarrierRiskAssessment) {
        self.rating("the risk assessment", &answer.rating());
    }

    pub fn of_incidents(&mut self, answer: &CarrierIncidentReports) {
        match answer.incident_reports.as_ref().map(Vec::len) {
            Some(0) => {}
            Some(1) => self.against("1 incident report"),
            Some(count) => self.against(format!("{count} incident reports")),
            None => self.unknown("incidents: the answer has no list"),
        }
    }

    pub fn of_vins(&mut self, answer: &CarrierVinVerifications) {
        let Some(vins) = &answer.vin_verifications else {
            return self.unknown("VINs: the answer has no list");
        };
        for vin in vins {
            let name = said(&vin.vin).unwrap_or("without a VIN");
            match vin.vin_verification_status.as_ref().and_then(|status| status.status_id) {
                Some(VinStatus::BelongsToCarrier) => {}
                Some(VinStatus::BelongsToAnotherCarrier) => {
                    self.against(format!("vehicle {name} belongs to another carrier"));
                }
                _ => self.unknown(format!("whose vehicle {name} is")),
            }
        }
    }

    pub fn of_contacts(&mut self, answer: &CarrierContacts) {
        let Some(contacts) = &answer.contacts else {
            return self.unknown("contacts: the answer has no list");
        };
        let denied = |status: Option<&str>| status.is_some_and(|status| status.eq_ignore_ascii_case("denied"));
        match contacts.iter().filter(|contact| denied(said(&contact.verification_status))).count() {
            0 => {}
            count => self.against(format!("the carrier denied knowing {count} of its contacts")),
        }
    }

    pub fn of_associated(&mut self, carriers: &[AssociatedCarrier]) {
        match carriers.len() {
            0 => {}
            1 => self.against("1 other carrier has the same phone number or mail address"),
            count => self.against(format!("{count} other carriers have the same phone number or mail address")),
        }
    }

    fn flags(&mut self, flags: &Flags) {
        for (kind, flag) in flags.iter() {
            match flag {
                Flag::Clear => {}
                Flag::Raised => self.against(kind.to_string()),
                Flag::NotSubscribed => self.unknown(format!("{kind}: no account with the service")),
                _ => self.unknown(kind.to_string()),
            }
        }
    }

    fn rating(&mut self, whose: &str, rating: &Rating) {
        let word = rating.as_str().trim();
        match rating_tone(rating) {
            Tone::Plain => {}
            Tone::Bad => self.against(format!("rated {word}")),
            Tone::Doubt if word.is_empty() => self.unknown(format!("rating: {whose} has none")),
            Tone::Doubt => self.unknown(format!("rating: the word \"{word}\"")),
        }
    }

    fn insurance(&mut self, today: Date, until: impl Fn(CoverageType) -> Option<Date>) {
        for (kind, name) in [(CoverageType::Auto, "auto liability"), (CoverageType::Cargo, "cargo")] {
            match until(kind) {
                Some(day) if day > today => {}
                Some(day) => self.against(format!("{name} insurance ended {day}")),
                None => self.unknown(format!("{name} insurance: no policy whose end can be read")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::{Value, from_value, json};

    const TODAY: Date = date(2026, 11, 30);

    fn preview(policies: &[(&str, &str)], rating: &str) -> Value {
        let policies: Vec<_> =
            policies.iter().map(|(kind, day)| json!({"Type": kind, "ExpirationDate": day})).collect();
        json!({
            "PossibleFraud": "No Reports", "DoubleBrokering": "No Alerts", "WatchdogReports": "0", "IsBlocked": false,
            "IncidentReports": {"TotalIncidentReports": 0, "TotalIncidentReportsWithFraud": 0},
            "FreightValidateStatus": "valid", "RiskAssessmentDetails": {"OverallRating": rating},
            "CertData": {"Certificates": [{"Coverages": policies}]},
        })
    }

    fn of_preview(carrier: Value) -> Findings {
        let mut findings = Findings::default();
        findings.of_preview(&from_value(carrier).unwrap(), TODAY);
        findings
    }

    const INSURED: [(&str, &str); 2] = [("Auto", "2027-01-01"), ("Cargo", "2027-01-01")];

    #[test]
    fn one_word_is_enough_for_a_finding() {
        assert_eq!(of_preview(preview(&INSURED, "Acceptable")), Findings::default());
        let against = |carrier: Value| of_preview(carrier).against.join("; ");
        let unknown = |carrier: Value| of_preview(carrier).unknown.join("; ");
        assert_eq!(against(preview(&INSURED, "Moderate")), "rated Moderate");
        assert_eq!(unknown(preview(&INSURED, "")), "rating: the preview has none");
        assert_eq!(unknown(preview(&INSURED, "Splendid")), "rating: the word \"Splendid\"");
        let lapsed = preview(&[("Auto", "2026-11-30"), INSURED[1]], "Acceptable");
        assert_eq!(against(lapsed), "auto liability insurance ended 2026-11-30");
        for policies in [&[INSURED[0]][..], &[INSURED[0], ("Cargo", "soon")], &[INSURED[0], ("Cargo", "")]] {
            let missing = unknown(preview(policies, "Acceptable"));
            assert_eq!(missing, "cargo insurance: no policy whose end can be read", "{policies:?}");
        }
        for field in ["PossibleFraud", "DoubleBrokering", "WatchdogReports", "FreightValidateStatus"] {
            let mut carrier = preview(&INSURED, "Acceptable");
            carrier[field] = json!("Something else");
            assert_eq!(
                of_preview(carrier.clone()).against.len() + of_preview(carrier.clone()).unknown.len(),
                1,
                "{field}"
            );
            carrier.as_object_mut().unwrap().remove(field);
            assert_eq!(of_preview(carrier).unknown.len(), 1, "{field}");
        }
    }

    #[test]
    fn authority_is_needed_and_its_lack_is_seen() {
        let found = |details: Value| {
            let mut findings = Findings::default();
            findings.of_profile(&from_value(json!({"AssureAdvantage": [{"CarrierDetails": details}]})).unwrap(), TODAY);
            findings
        };
        let details = |common: &str, operating: &str, dot: &str| {
            json!({"Authority": {"commonAuthority": common}, "Operation": {"operatingStatus": operating},
                "dotNumber": {"status": dot}})
        };
        let good = found(details("Active", "AUTHORIZED FOR Property", "ACTIVE"));
        let mut rated = details("Active", "AUTHORIZED FOR Property", "ACTIVE");
        rated["RiskAssessment"] = json!({"Overall": "Unacceptable"});
        assert_eq!(found(rated).against, ["rated Unacceptable"]);
        assert_eq!(good.against, [""; 0]);
        let mut revoked = details("Active", "AUTHORIZED FOR Property", "ACTIVE");
        for (answer, against) in [("No", 0), ("", 0), ("Yes", 1), ("since May", 1)] {
            revoked["Authority"]["commonAuthorityRevocation"] = json!(answer);
            assert_eq!(found(revoked.clone()).against.len(), against, "{answer}");
        }
        let bad = found(details("Inactive", "NOT AUTHORIZED", "OUT-OF-SERVICE"));
        let expected = [
            "no active authority as a common or contract carrier",
            "operating status: NOT AUTHORIZED",
            "status of the DOT number: OUT-OF-SERVICE",
        ];
        assert_eq!(bad.against, expected);
        for missing in [found(details("", "", "")), found(json!({}))] {
            for what in ["authority: the packet says nothing of it", "operating status", "status of the DOT number"] {
                assert!(missing.unknown.iter().any(|own| own == what), "{what}: {missing:?}");
            }
            assert_eq!(missing.against, [""; 0]);
        }
    }

    #[test]
    fn lists_that_are_missing_are_not_empty_ones() {
        let mut findings = Findings::default();
        findings.of_incidents(&from_value(json!({})).unwrap());
        findings.of_vins(&from_value(json!({})).unwrap());
        findings.of_contacts(&from_value(json!({})).unwrap());
        assert_eq!(findings.unknown.len(), 3, "{findings:?}");
        let mut findings = Findings::default();
        findings.of_incidents(&from_value(json!({"IncidentReports": []})).unwrap());
        findings.of_vins(&from_value(json!({"VINVerifications": []})).unwrap());
        findings.of_contacts(&from_value(json!({"Contacts": []})).unwrap());
        findings.of_associated(&[]);
        assert_eq!(findings, Findings::default());
        findings.of_incidents(&from_value(json!({"IncidentReports": [{}]})).unwrap());
        let vin = |code: i32| json!({"VIN": "0SANDBOX1", "VINVerificationStatus": {"StatusID": code}});
        findings.of_vins(&from_value(json!({"VINVerifications": [vin(2), vin(3), vin(4)]})).unwrap());
        findings.of_associated(&[AssociatedCarrier::default()]);
        assert_eq!(findings.against.len(), 3, "{findings:?}");
        assert_eq!(findings.unknown, ["whose vehicle 0SANDBOX1 is"]);
    }

    #[test]
    fn no_verdict_calls_a_carrier_good() {
        let of = |against: usize, unknown: usize| {
            Findings { against: vec!["a".to_owned(); against], unknown: vec!["u".to_owned(); unknown] }.verdict()
        };
        assert_eq!(of(0, 0), "Nothing that was read speaks against this carrier. The decision is yours.");
        assert_eq!(of(0, 1), "1 thing is not known of this carrier. Nothing else that was read speaks against it.");
        assert_eq!(of(1, 0), "1 finding speaks against this carrier.");
        assert_eq!(of(2, 3), "2 findings speak against this carrier, and 3 things are not known.");
    }
}
