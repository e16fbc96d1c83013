//! Insurance: of each kind, the policy that lasts longest counts.

use crate::sheet::findings::Findings;
use crate::sheet::parts::{Tone, said};
use crate::sheet::profile::{liability, of_required};
use jiff::civil::Date;
use mycarrierpackets::models::{CarrierDetails, CarrierPreview, InsurancePolicy, InsuredUntil};
use mycarrierpackets::types::{CertificateStatus, CoverageType, DateText};

/// What every carrier must have; of any other kind, only a policy that has ended is a finding.
const NEEDED: [CoverageType; 2] = [CoverageType::Auto, CoverageType::Cargo];

/// What the certificates of one carrier say.
struct Certificates<'a, U> {
    status: Option<&'a CertificateStatus>,
    /// The kind of each policy, and until when that policy alone covers the carrier.
    policies: Vec<(Option<&'a CoverageType>, InsuredUntil)>,
    /// Until when any policy of a kind covers the carrier.
    until: U,
}

impl Findings {
    pub(super) fn insurance_of_preview(&mut self, carrier: &CarrierPreview, today: Date) {
        let data = carrier.cert_data.as_ref();
        let certificates = data.into_iter().flat_map(|data| data.certificates.iter().flatten());
        let policies = certificates.flat_map(|own| own.coverages.iter().flatten());
        let certificates = Certificates {
            status: data.and_then(|data| data.status.as_ref()),
            policies: policies.map(|policy| (policy.type_.as_ref(), policy.insured_until())).collect(),
            until: |kind| carrier.insured_until(kind),
        };
        self.certificates(&certificates, today, "");
    }

    pub(super) fn insurance_of_entry(&mut self, details: &CarrierDetails, today: Date, place: &str) {
        let data = details.cert_data.as_ref();
        let certificates = data.into_iter().flat_map(|data| data.certificate.iter().flatten());
        let policies = certificates.flat_map(|own| own.coverage.iter().flatten());
        let certificates = Certificates {
            status: data.and_then(|data| data.status.as_ref()),
            policies: policies.map(|policy| (policy.type_.as_ref(), policy.insured_until())).collect(),
            until: |kind| details.insured_until(kind),
        };
        self.certificates(&certificates, today, place);
        let filed = details.fmcsa_insurance.as_ref();
        let words = || format!("BIPD insurance on file with FMCSA: {}{place}", of_required(filed));
        match liability(filed) {
            Tone::Plain => {}
            Tone::Bad => self.speaks_against(words()),
            Tone::Doubt => self.not_known(words()),
        }
        let filed = details.fmcsa_insurance.iter().flat_map(|own| own.policy_list.iter().flatten());
        self.filings(&filed.collect::<Vec<_>>(), today, place);
    }

    fn certificates<U: Fn(CoverageType) -> InsuredUntil>(
        &mut self,
        certificates: &Certificates<'_, U>,
        today: Date,
        place: &str,
    ) {
        let unknown = certificates.status.filter(|status| !status.is_known());
        if let Some(word) = said(&unknown) {
            self.not_known(format!("certificates of insurance: the status \"{word}\"{place}"));
        }
        for kind in NEEDED {
            self.policy(&name(&kind), (certificates.until)(kind), today, place);
        }
        for (kind, own) in &certificates.policies {
            let kind = kind.filter(|kind| !kind.as_str().trim().is_empty());
            let Some(kind) = kind else {
                self.policy("an unnamed kind of", *own, today, place);
                continue;
            };
            let until = (certificates.until)(kind.clone());
            let is_the_cargo_policy = *kind == CoverageType::CargoLiabilityWithReferBreakdown
                && until == (certificates.until)(CoverageType::Cargo);
            if !NEEDED.contains(kind) && !is_the_cargo_policy {
                self.policy(&name(kind), until, today, place);
            }
        }
    }

    fn policy(&mut self, name: &str, until: InsuredUntil, today: Date, place: &str) {
        match until.date() {
            Some(_) if until.covers(today) => {}
            Some(day) => self.speaks_against(format!("{name} insurance ended {day}{place}")),
            None => self.not_known(format!("{name} insurance: no policy whose end can be read{place}")),
        }
    }

    /// What is on file with FMCSA, which keeps the policies that were replaced: one that is in force is enough.
    fn filings(&mut self, policies: &[&InsurancePolicy], today: Date, place: &str) {
        let kind = |policy: &InsurancePolicy| said(&policy.insurance_type).unwrap_or_default().to_ascii_lowercase();
        for first in policies {
            let of_kind: Vec<_> = policies.iter().filter(|policy| kind(policy) == kind(first)).collect();
            if of_kind.iter().any(|policy| is_in_force(policy, today)) {
                continue;
            }
            let name = said(&first.insurance_type).unwrap_or("an unnamed kind of");
            let ends: Option<Vec<_>> = of_kind.iter().map(|own| own.cancelation_date.as_ref()?.date()).collect();
            match ends.and_then(|days| days.into_iter().max()) {
                Some(day) => self.speaks_against(format!("{name} insurance on file with FMCSA ended {day}{place}")),
                None => self.not_known(format!("{name} insurance on file with FMCSA: whether it is in force{place}")),
            }
        }
    }
}

fn is_in_force(policy: &InsurancePolicy, today: Date) -> bool {
    let began = policy.effective_date.as_ref().and_then(DateText::date).is_none_or(|day| day <= today);
    let end = policy.cancelation_date.as_ref().map_or(Ok(None), DateText::read);
    began && end.is_ok_and(|end| end.is_none_or(|day| day > today))
}

fn name(kind: &CoverageType) -> String {
    match kind {
        CoverageType::Auto => "auto liability".to_owned(),
        CoverageType::Cargo => "cargo".to_owned(),
        CoverageType::General => "general liability".to_owned(),
        CoverageType::CargoLiabilityWithReferBreakdown => "cargo with reefer breakdown".to_owned(),
        other => other.as_str().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::{Value, from_value, json};

    const TODAY: Date = date(2026, 11, 30);

    /// Findings by a preview and by an entry of a packet, which are the same.
    fn found(status: Option<&str>, policies: &[(&str, &str)]) -> (String, String) {
        let policies: Vec<_> = policies
            .iter()
            .map(|(kind, day)| json!({"Type": kind, "type": kind, "ExpirationDate": day, "expirationDate": day}))
            .collect();
        let preview = json!({"CertData": {"Status": status, "Certificates": [{"Coverages": policies}]}});
        let entry = json!({"CertData": {"status": status, "Certificate": [{"Coverage": policies}]}});
        let mut findings = [Findings::default(), Findings::default()];
        findings[0].insurance_of_preview(&from_value(preview).unwrap(), TODAY);
        findings[1].insurance_of_entry(&from_value(entry).unwrap(), TODAY, "");
        // A packet says what is on file with FMCSA as well.
        let filed = "BIPD insurance on file with FMCSA: not known on file, not known required";
        assert_eq!(findings[1].unknown.pop().as_deref(), Some(filed));
        assert_eq!(findings[0], findings[1], "{policies:?}");
        (findings[0].against.join("; "), findings[0].unknown.join("; "))
    }

    #[test]
    fn every_kind_that_is_stated_counts_and_two_are_needed() {
        let (auto, cargo) = (("Auto", "2027-01-01"), ("Cargo", "2026-12-01"));
        let reefer = "Cargo Liability w/ Refer Breakdown";
        let unread = |kind: &str| format!("{kind} insurance: no policy whose end can be read");
        for (more, against, unknown) in [
            (vec![], "", String::new()),
            (vec![("General", "2027-01-01")], "", String::new()),
            (vec![("General", "2026-12-01")], "", String::new()),
            (vec![("General", "2026-11-30")], "general liability insurance ended 2026-11-30", String::new()),
            (vec![("General", "2025-01-01"), ("General", "2027-01-01")], "", String::new()),
            (vec![("General", "2027-01-01"), ("General", "2025-01-01")], "", String::new()),
            (
                vec![("General", "2025-02-01"), ("General", "2025-01-01")],
                "general liability insurance ended 2025-02-01",
                String::new(),
            ),
            (vec![("General", "soon")], "", unread("general liability")),
            (vec![("General", "")], "", unread("general liability")),
            (vec![("Workers Comp", "2025-01-01")], "Workers Comp insurance ended 2025-01-01", String::new()),
            (vec![("", "2025-01-01")], "an unnamed kind of insurance ended 2025-01-01", String::new()),
            (vec![(" ", "soon")], "", unread("an unnamed kind of")),
            (vec![("", "2027-01-01")], "", String::new()),
            (vec![(reefer, "2025-01-01")], "cargo with reefer breakdown insurance ended 2025-01-01", String::new()),
        ] {
            for policies in [[vec![auto, cargo], more.clone()].concat(), [more.clone(), vec![auto, cargo]].concat()] {
                assert_eq!(found(None, &policies), (against.to_owned(), unknown.clone()), "{policies:?}");
            }
        }
        for (policies, against, unknown) in [
            (vec![], "", format!("{}; {}", unread("auto liability"), unread("cargo"))),
            (vec![auto], "", unread("cargo")),
            (vec![cargo], "", unread("auto liability")),
            (vec![auto, ("Cargo", "soon")], "", unread("cargo")),
            (vec![auto, ("General", "2027-01-01")], "", unread("cargo")),
            (vec![auto, (reefer, "2027-01-01")], "", String::new()),
            (vec![auto, (reefer, "2026-11-30")], "cargo insurance ended 2026-11-30", String::new()),
            (vec![("Auto", "2026-11-30"), cargo], "auto liability insurance ended 2026-11-30", String::new()),
        ] {
            assert_eq!(found(None, &policies), (against.to_owned(), unknown), "{policies:?}");
        }
    }

    #[test]
    fn a_status_of_the_certificates_in_unknown_words_is_not_known() {
        let policies = [("Auto", "2027-01-01"), ("Cargo", "2027-01-01")];
        for good in [None, Some(""), Some("OK"), Some("current"), Some("NA")] {
            assert_eq!(found(good, &policies), (String::new(), String::new()), "{good:?}");
        }
        let expected = "certificates of insurance: the status \"Lapsed\"";
        assert_eq!(found(Some("Lapsed"), &policies), (String::new(), expected.to_owned()));
    }

    #[test]
    fn what_is_on_file_with_fmcsa_must_be_what_it_requires() {
        for (required, on_file, tone) in [
            (json!("750,000"), json!("1,000,000"), Tone::Plain),
            (json!("750,000"), json!("750,000"), Tone::Plain),
            (json!("750,000"), json!("749,999.99"), Tone::Bad),
            (json!("1,000,000"), json!("750,000"), Tone::Bad),
            (json!("750,000"), json!("0"), Tone::Bad),
            (json!("0"), json!("0"), Tone::Plain),
            (json!("750,000"), json!(null), Tone::Doubt),
            (json!("750,000"), json!(""), Tone::Doubt),
            (json!("750,000"), json!("pending"), Tone::Doubt),
            (json!(null), json!("1,000,000"), Tone::Doubt),
            (json!(""), json!("1,000,000"), Tone::Doubt),
            (json!("some"), json!("1,000,000"), Tone::Doubt),
            (json!(null), json!(null), Tone::Doubt),
        ] {
            let details: CarrierDetails =
                from_value(json!({"FMCSAInsurance": {"bipdRequired": required, "bipdOnFile": on_file}})).unwrap();
            let mut findings = Findings::default();
            findings.insurance_of_entry(&details, TODAY, " (entry 1)");
            let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).unwrap_or("not known").to_owned();
            let (on_file, required) = (text(&on_file), text(&required));
            let words = format!("BIPD insurance on file with FMCSA: {on_file} on file, {required} required (entry 1)");
            let found = [&findings.against, &findings.unknown].map(|list| list.contains(&words));
            assert_eq!(found, [tone == Tone::Bad, tone == Tone::Doubt], "{words}");
        }
    }

    #[test]
    fn filings_speak_only_where_none_of_a_kind_is_in_force() {
        let found = |policies: Value| {
            let mut findings = Findings::default();
            let policies: Vec<InsurancePolicy> = from_value(policies).unwrap();
            findings.filings(&policies.iter().collect::<Vec<_>>(), TODAY, "");
            (findings.against.join("; "), findings.unknown.join("; "))
        };
        let policy = |kind: &str, effective: &str, cancelled: &str| -> Value {
            json!({"insuranceType": kind, "effectiveDate": effective, "cancelationDate": cancelled})
        };
        let ended = "BIPD insurance on file with FMCSA ended 2026-11-30";
        let unknown = "BIPD insurance on file with FMCSA: whether it is in force";
        let old = policy("BIPD", "2020-01-01", "2026-11-30");
        for (policies, expected) in [
            (json!([]), ("", "")),
            (json!([policy("BIPD", "2020-01-01", "0000-00-00")]), ("", "")),
            (json!([policy("BIPD", "2020-01-01", "2026-12-01")]), ("", "")),
            (json!([policy("BIPD", "2026-11-30", "")]), ("", "")),
            (json!([{"insuranceType": "BIPD"}]), ("", "")),
            (json!([old]), (ended, "")),
            (json!([policy("BIPD", "", "2025-01-01"), old]), (ended, "")),
            (json!([old, policy("bipd", "2026-01-01", "")]), ("", "")),
            (json!([policy("bipd", "2026-01-01", ""), old]), ("", "")),
            (json!([old, policy("Cargo", "2026-01-01", "")]), (ended, "")),
            (json!([policy("BIPD", "2020-01-01", "soon")]), ("", unknown)),
            (json!([old, policy("BIPD", "2020-01-01", "soon")]), ("", unknown)),
            (json!([old, policy("BIPD", "2026-12-01", "")]), ("", unknown)),
            (
                json!([policy("", "2020-01-01", "2025-01-01")]),
                ("an unnamed kind of insurance on file with FMCSA ended 2025-01-01", ""),
            ),
        ] {
            assert_eq!(found(policies.clone()), (expected.0.to_owned(), expected.1.to_owned()), "{policies}");
        }
    }
}
