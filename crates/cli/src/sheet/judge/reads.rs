//! The answers that have one fact each.

use crate::sheet::findings::Findings;
use crate::sheet::parts::said;
use jiff::civil::Date;
use mycarrierpackets::models::{
    AssociatedCarrier, CarrierContacts, CarrierIncidentReports, CarrierPreview, CarrierRiskAssessment,
    CarrierVinVerifications,
};
use mycarrierpackets::types::{VerificationStatus, VinStatus};

impl Findings {
    pub fn of_preview(&mut self, carrier: &CarrierPreview, today: Date) {
        self.flags(carrier.flags().iter(), "");
        self.rating("the preview", &carrier.rating(), "");
        self.insurance_of_preview(carrier, today);
    }

    pub fn of_risk(&mut self, answer: &CarrierRiskAssessment) {
        self.rating("the risk assessment", &answer.rating(), "");
    }

    pub fn of_incidents(&mut self, answer: &CarrierIncidentReports) {
        match answer.incident_reports.as_ref().map(Vec::len) {
            Some(0) => {}
            Some(1) => self.speaks_against("1 incident report"),
            Some(count) => self.speaks_against(format!("{count} incident reports")),
            None => self.not_known("incidents: the answer has no list"),
        }
    }

    pub fn of_vins(&mut self, answer: &CarrierVinVerifications) {
        let Some(vins) = &answer.vin_verifications else {
            return self.not_known("VINs: the answer has no list");
        };
        for vin in vins {
            let name = said(&vin.vin).unwrap_or("without a VIN");
            match vin.vin_verification_status.as_ref().and_then(|status| status.status_id) {
                Some(VinStatus::BelongsToCarrier) => {}
                Some(VinStatus::BelongsToAnotherCarrier) => {
                    self.speaks_against(format!("vehicle {name} belongs to another carrier"));
                }
                _ => self.not_known(format!("whose vehicle {name} is")),
            }
        }
    }

    pub fn of_contacts(&mut self, answer: &CarrierContacts) {
        let Some(contacts) = &answer.contacts else {
            return self.not_known("contacts: the answer has no list");
        };
        let with = |is: &dyn Fn(&VerificationStatus) -> bool| {
            contacts.iter().filter(|own| own.verification_status.as_ref().is_some_and(is)).count()
        };
        let denied = with(&|status| *status == VerificationStatus::Denied);
        let verified = with(&|status| *status == VerificationStatus::Verified);
        if denied > 0 {
            self.speaks_against(format!("the carrier denied knowing {denied} of its contacts"));
        }
        if contacts.len() > denied + verified {
            self.not_known(format!("who {} of its contacts are: not verified", contacts.len() - denied - verified));
        }
    }

    pub fn of_associated(&mut self, carriers: &[AssociatedCarrier]) {
        match carriers.len() {
            0 => {}
            1 => self.speaks_against("1 other carrier has the same phone number or email address"),
            count => self.speaks_against(format!("{count} other carriers have the same phone number or email address")),
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
    fn contacts_are_known_only_if_they_are_verified() {
        let found = |words: &[Value]| {
            let contacts: Vec<_> = words.iter().map(|word| json!({"VerificationStatus": word})).collect();
            let mut findings = Findings::default();
            findings.of_contacts(&from_value(json!({"Contacts": contacts})).unwrap());
            (findings.against.join("; "), findings.unknown.join("; "))
        };
        let denied = |count: usize| format!("the carrier denied knowing {count} of its contacts");
        let unverified = |count: usize| format!("who {count} of its contacts are: not verified");
        let (good, bad) = (json!("Verified"), json!("DENIED"));
        for (words, expected) in [
            (vec![good.clone()], (String::new(), String::new())),
            (vec![bad.clone()], (denied(1), String::new())),
            (vec![good.clone(), bad.clone(), bad.clone()], (denied(2), String::new())),
            (vec![json!("Pending"), json!(""), json!(null), json!("Soon"), good], (String::new(), unverified(4))),
            (vec![bad, json!("FollowUp")], (denied(1), unverified(1))),
        ] {
            assert_eq!(found(&words), expected, "{words:?}");
        }
    }

    #[test]
    fn what_is_against_a_carrier_is_counted() {
        for (count, expected) in [(0, ""), (1, "1 incident report"), (2, "2 incident reports")] {
            let mut findings = Findings::default();
            let reports = vec![json!({}); count];
            findings.of_incidents(&from_value(json!({"IncidentReports": reports})).unwrap());
            assert_eq!((findings.against.join("; "), findings.unknown.len()), (expected.to_owned(), 0));
        }
        let shared = "same phone number or email address";
        for (count, expected) in [
            (0, String::new()),
            (1, format!("1 other carrier has the {shared}")),
            (2, format!("2 other carriers have the {shared}")),
        ] {
            let mut findings = Findings::default();
            findings.of_associated(&vec![AssociatedCarrier::default(); count]);
            assert_eq!(findings.against.join("; "), expected);
        }
    }

    #[test]
    fn a_risk_assessment_without_a_rating_is_not_known() {
        for (answer, against, unknown) in [
            (json!({}), "", "rating: the risk assessment has none"),
            (json!({"RiskAssessmentDetails": {"OverallRating": "Acceptable"}}), "", ""),
            (json!({"RiskAssessmentDetails": {"OverallRating": "Unacceptable"}}), "rated Unacceptable", ""),
        ] {
            let mut findings = Findings::default();
            findings.of_risk(&from_value(answer).unwrap());
            assert_eq!(
                (findings.against.join("; "), findings.unknown.join("; ")),
                (against.to_owned(), unknown.to_owned())
            );
        }
    }
}
