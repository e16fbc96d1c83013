//! A packet: each of its entries is judged, and the worst counts.

use crate::sheet::entries::entries;
use crate::sheet::findings::Findings;
use crate::sheet::parts::{Tone, said};
use crate::sheet::profile::{authorized, is_active, is_under_way};
use jiff::civil::Date;
use mycarrierpackets::models::{Authority, CarrierData, CarrierDetails, FlagKind, RiskAssessment};
use mycarrierpackets::types::{AuthorityStatus, Rating, YesNoText};

impl Findings {
    pub fn of_profile(&mut self, data: &CarrierData, today: Date) {
        let nothing = CarrierDetails::default();
        let entries: Vec<_> =
            entries(data).iter().map(|entry| (entry.details.unwrap_or(&nothing), entry.place())).collect();
        self.flags([(FlagKind::IdentityTheft, data.flags().get(FlagKind::IdentityTheft))], "");
        self.ratings(data.risk_assessment_details.as_ref(), &entries);
        for (details, place) in &entries {
            self.flags(details.flags().iter(), place);
            self.insurance_of_entry(details, today, place);
            self.authority(details.authority.as_ref(), place);
            let operating = details.operation.as_ref().and_then(|own| said(&own.operating_status));
            self.status("operating status", operating, authorized, place);
            let dot = details.dot_number.as_ref().and_then(|own| said(&own.status));
            let active = |status: &str| if is_active(status) { Tone::Plain } else { Tone::Bad };
            self.status("status of the DOT number", dot, active, place);
        }
    }

    // A packet need not have a rating; but where one entry has one, the others need theirs.
    fn ratings(&mut self, of_packet: Option<&RiskAssessment>, entries: &[(&CarrierDetails, String)]) {
        let is_there = |rating: &Rating| !rating.as_str().trim().is_empty();
        if let Some(rating) = of_packet.map(RiskAssessment::rating).filter(is_there) {
            self.rating("the packet", &rating, "");
        }
        let ratings: Vec<_> = entries.iter().map(|(details, _)| details.rating()).collect();
        if ratings.iter().any(is_there) {
            for ((_, place), rating) in entries.iter().zip(&ratings) {
                self.rating("the packet", rating, place);
            }
        }
    }

    fn authority(&mut self, authority: Option<&Authority>, place: &str) {
        let nothing = Authority::default();
        let own = authority.unwrap_or(&nothing);
        let kinds = [
            ("common", &own.common_authority, &own.common_authority_revocation),
            ("contract", &own.contract_authority, &own.contract_authority_revocation),
        ];
        if kinds.iter().all(|(_, status, _)| *status != &Some(AuthorityStatus::Active)) {
            let words = kinds.map(|(kind, status, _)| (kind, said(status)));
            if words.iter().all(|(_, word)| word.is_none()) {
                self.not_known(format!("authority: the packet says nothing of it{place}"));
            } else {
                let words = words.map(|(kind, word)| format!("{kind} {}", word.unwrap_or("not known")));
                self.speaks_against(format!("no active authority: {}{place}", words.join(", ")));
            }
        }
        for (kind, status, revocation) in kinds {
            self.revocation(kind, *status == Some(AuthorityStatus::Active), revocation.as_ref(), place);
        }
        if own.freight.as_ref().is_some_and(YesNoText::is_no) {
            self.speaks_against(format!("the authority does not cover freight{place}"));
        }
        self.revocation("broker", false, own.broker_authority_revocation.as_ref(), place);
    }

    /// Of an authority that the carrier works under, it must be known that nobody is revoking it.
    fn revocation(&mut self, kind: &str, needed: bool, answer: Option<&YesNoText>, place: &str) {
        if is_under_way(answer) {
            self.speaks_against(format!("the revocation of the {kind} authority is under way{place}"));
        } else if needed && !answer.is_some_and(YesNoText::is_no) {
            self.not_known(format!("whether the {kind} authority is being revoked{place}"));
        }
    }

    fn status(&mut self, what: &str, status: Option<&str>, tone: impl Fn(&str) -> Tone, place: &str) {
        match status.map(|status| (status, tone(status))) {
            Some((_, Tone::Plain)) => {}
            Some((status, Tone::Bad)) => self.speaks_against(format!("{what}: {status}{place}")),
            Some((status, Tone::Doubt)) => self.not_known(format!("{what}: the words \"{status}\"{place}")),
            None => self.not_known(format!("{what}{place}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::parts::{Content, Tone};
    use jiff::civil::date;
    use serde_json::{Value, from_value, json};

    const TODAY: Date = date(2026, 11, 30);

    fn found(packet: Value) -> Findings {
        let mut findings = Findings::default();
        findings.of_profile(&from_value(packet).unwrap(), TODAY);
        findings
    }

    /// An entry of which everything is known and nothing bad, with one value replaced or, where it is null, removed.
    fn entry(docket: &str, path: &str, value: &Value) -> Value {
        let policy = |kind: &str| json!({"type": kind, "expirationDate": "2027-01-01"});
        let mut details = json!({
            "docketNumber": docket, "isBlocked": false,
            "IncidentReports": {"TotalIncidentReportsWithFraud": 0}, "Other": {"watchdogReports": "0"},
            "Authority": {"commonAuthority": "Active", "commonAuthorityRevocation": "No", "contractAuthority": "None"},
            "Operation": {"operatingStatus": "AUTHORIZED FOR Property", "outOfService": "No"},
            "dotNumber": {"Value": "9900001", "status": "ACTIVE"},
            "CertData": {"Certificate": [{"Coverage": [policy("Auto"), policy("Cargo")]}]},
            "FMCSAInsurance": {"bipdRequired": "750,000", "bipdOnFile": "1,000,000"},
        });
        if let Some((parents, field)) = path.rsplit_once('/') {
            let parent = details.pointer_mut(parents).unwrap().as_object_mut().unwrap();
            if value.is_null() {
                parent.remove(field)
            } else {
                parent.insert(field.to_owned(), value.clone())
            };
        }
        json!({"CarrierDetails": details})
    }

    fn good(docket: &str) -> Value {
        entry(docket, "", &json!(null))
    }

    fn of_entries(entries: &[Value]) -> Findings {
        found(json!({"FraudIdentityTheftStatus": "No", "AssureAdvantage": entries}))
    }

    /// A value of an entry, what it says against the carrier, and what is not known by it.
    fn cases() -> Vec<(&'static str, Value, &'static str, &'static str)> {
        let nothing_of_authority = "authority: the packet says nothing of it";
        let ended = |kind: &str| {
            json!([{"Coverage": [
                {"type": "Auto", "expirationDate": "2027-01-01"}, {"type": "Cargo", "expirationDate": "2027-01-01"},
                {"type": kind, "expirationDate": "2026-11-30"},
            ]}])
        };
        vec![
            ("/Operation/operatingStatus", json!("NOT AUTHORIZED"), "operating status: NOT AUTHORIZED", ""),
            (
                "/Operation/operatingStatus",
                json!("AUTHORIZED FOR Passenger"),
                "operating status: AUTHORIZED FOR Passenger",
                "",
            ),
            (
                "/Operation/operatingStatus",
                json!("AUTHORIZED FOR BROKER Property"),
                "operating status: AUTHORIZED FOR BROKER Property",
                "",
            ),
            ("/Operation/operatingStatus", json!("AUTHORIZED"), "", "operating status: the words \"AUTHORIZED\""),
            ("/Authority/freight", json!("No"), "the authority does not cover freight", ""),
            ("/Authority/freight", json!("Yes"), "", ""),
            ("/Operation/operatingStatus", json!("Whatever"), "operating status: Whatever", ""),
            ("/Operation/operatingStatus", json!(null), "", "operating status"),
            ("/Operation/operatingStatus", json!(" "), "", "operating status"),
            ("/Operation/operatingStatus", json!("NA"), "", "operating status"),
            ("/dotNumber/status", json!("INACTIVE"), "status of the DOT number: INACTIVE", ""),
            ("/dotNumber/status", json!("Whatever"), "status of the DOT number: Whatever", ""),
            ("/dotNumber/status", json!(null), "", "status of the DOT number"),
            (
                "/Authority/commonAuthority",
                json!("Inactive"),
                "no active authority: common Inactive, contract None",
                "",
            ),
            ("/Authority/commonAuthority", json!("Perhaps"), "no active authority: common Perhaps, contract None", ""),
            ("/Authority/commonAuthority", json!(null), "no active authority: common not known, contract None", ""),
            ("/Authority", json!({}), "", nothing_of_authority),
            ("/Authority", json!({"commonAuthority": "NA", "contractAuthority": ""}), "", nothing_of_authority),
            ("/Authority", json!(null), "", nothing_of_authority),
            ("/Authority", json!({"contractAuthority": "Active", "contractAuthorityRevocation": "No"}), "", ""),
            ("/Authority/commonAuthorityRevocation", json!(null), "", "whether the common authority is being revoked"),
            ("/Authority/commonAuthorityRevocation", json!("NA"), "", "whether the common authority is being revoked"),
            (
                "/Authority/commonAuthorityRevocation",
                json!("since May"),
                "the revocation of the common authority is under way",
                "",
            ),
            (
                "/Authority/contractAuthorityRevocation",
                json!("Yes"),
                "the revocation of the contract authority is under way",
                "",
            ),
            (
                "/Authority/brokerAuthorityRevocation",
                json!("Yes"),
                "the revocation of the broker authority is under way",
                "",
            ),
            ("/Operation/outOfService", json!("Yes"), "out of service", ""),
            ("/Operation/outOfService", json!(null), "", "out of service"),
            ("/isBlocked", json!(true), "blocked", ""),
            ("/Other/watchdogReports", json!("NOACCOUNT"), "", "watchdog reports: no account with the service"),
            ("/CertData/Certificate", ended("General"), "general liability insurance ended 2026-11-30", ""),
            ("/CertData/Certificate", ended("Workers Comp"), "Workers Comp insurance ended 2026-11-30", ""),
        ]
    }

    #[test]
    fn each_value_of_an_entry_is_judged() {
        assert_eq!(of_entries(&[good("MC990001")]), Findings::default());
        for (path, value, against, unknown) in cases() {
            let found = of_entries(&[entry("MC990001", path, &value)]);
            assert_eq!(
                (found.against.join("; "), found.unknown.join("; ")),
                (against.to_owned(), unknown.to_owned()),
                "{path}: {value}"
            );
        }
    }

    #[test]
    fn what_is_red_on_the_sheet_is_a_finding() {
        let mut reds = 0;
        for (path, value, ..) in cases() {
            let packet = json!({"AssureAdvantage": [good("MC990001"), entry("MC990002", path, &value)]});
            let sections = crate::sheet::profile(&from_value(packet.clone()).unwrap(), TODAY);
            let lines = sections.iter().flat_map(|section| match &section.content {
                Content::Known(lines) => lines.as_slice(),
                Content::NotKnown(_) => &[],
            });
            if lines.into_iter().any(|line| line.tone == Tone::Bad) {
                reds += 1;
                assert_ne!(found(packet).against, [""; 0], "{path}: {value}");
            }
        }
        assert!(reds > 5, "{reds}");
    }

    #[test]
    fn the_worst_entry_counts_wherever_it_is() {
        assert_eq!(of_entries(&[good("MC990001"), good("MC990002")]), Findings::default());
        for (path, value, against, unknown) in cases() {
            let bad = entry("MC990002", path, &value);
            for (entries, place) in [
                ([good("MC990001"), bad.clone()], " (entry 2 of 2, MC990002)"),
                ([bad, good("MC990001")], " (entry 1 of 2, MC990002)"),
            ] {
                let found = of_entries(&entries);
                let of = |text: &str| if text.is_empty() { String::new() } else { format!("{text}{place}") };
                let expected = (of(against), of(unknown));
                assert_eq!((found.against.join("; "), found.unknown.join("; ")), expected, "{path}: {value}");
            }
        }
    }

    #[test]
    fn an_entry_without_details_is_not_known() {
        let unknown = [
            "incidents with fraud",
            "blocked",
            "watchdog reports",
            "out of service",
            "auto liability insurance: no policy whose end can be read",
            "cargo insurance: no policy whose end can be read",
            "BIPD insurance on file with FMCSA: not known on file, not known required",
            "authority: the packet says nothing of it",
            "operating status",
            "status of the DOT number",
        ];
        for entries in [vec![], vec![json!({})], vec![json!({"CarrierDetails": {}})]] {
            let found = of_entries(&entries);
            assert_eq!(
                (found.against, found.unknown),
                (vec![], unknown.map(ToOwned::to_owned).to_vec()),
                "{entries:?}"
            );
        }
        let found = of_entries(&[good("MC990001"), json!({"CarrierDetails": null})]);
        assert_eq!(
            (found.against, found.unknown),
            (vec![], unknown.map(|text| format!("{text} (entry 2 of 2)")).to_vec())
        );
    }

    #[test]
    fn a_packet_without_anything_is_not_known() {
        let found = found(json!({}));
        assert_eq!((found.against.len(), found.unknown.first().map(String::as_str)), (0, Some("identity theft")));
        assert_eq!(found.unknown.len(), 11);
    }

    #[test]
    fn a_missing_rating_does_not_hide_a_bad_one() {
        let rated = |word: Option<&str>| match word {
            Some(word) => entry("MC990001", "/RiskAssessment", &json!({"Overall": word})),
            None => good("MC990001"),
        };
        let none = "rating: the packet has none (entry 2 of 2, MC990001)";
        for (words, against, unknown) in [
            (vec![None], "", ""),
            (vec![None, None], "", ""),
            (vec![Some("Acceptable")], "", ""),
            (vec![Some("Moderate")], "rated Moderate", ""),
            (vec![Some("Splendid")], "", "rating: the word \"Splendid\""),
            (vec![Some("Acceptable"), Some("Unacceptable")], "rated Unacceptable (entry 2 of 2, MC990001)", ""),
            (vec![Some("Unacceptable"), Some("Acceptable")], "rated Unacceptable (entry 1 of 2, MC990001)", ""),
            (vec![Some("Acceptable"), None], "", none),
            (vec![Some("Unacceptable"), None], "rated Unacceptable (entry 1 of 2, MC990001)", none),
        ] {
            let found = of_entries(&words.iter().map(|word| rated(*word)).collect::<Vec<_>>());
            assert_eq!(
                (found.against.join("; "), found.unknown.join("; ")),
                (against.to_owned(), unknown.to_owned()),
                "{words:?}"
            );
        }
        for (word, against) in [("Unacceptable", "rated Unacceptable"), ("Acceptable", ""), ("", "")] {
            let packet = json!({"FraudIdentityTheftStatus": "No", "AssureAdvantage": [good("MC990001")],
                "RiskAssessmentDetails": {"OverallRating": word}});
            let found = found(packet);
            assert_eq!((found.against.join("; "), found.unknown.len()), (against.to_owned(), 0), "{word}");
        }
    }
}
