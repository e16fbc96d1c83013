//! The warning signs of a carrier.

use super::IncidentReportCounts;
use crate::types::{DoubleBrokering, FreightValidateStatus, PossibleFraud, WatchdogReports, YesNoText};
use std::fmt;

/// A warning sign that the answers know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FlagKind {
    /// Reports of possible fraud (`PossibleFraud`; previews).
    PossibleFraud,
    /// Fraud or identity theft (`FraudIdentityTheftStatus`; packets).
    IdentityTheft,
    /// Alerts of double brokering (`DoubleBrokering`; previews).
    DoubleBrokering,
    /// Incident reports that allege fraud (`TotalIncidentReportsWithFraud`; previews and packets).
    FraudIncidents,
    /// The customer has blocked the carrier (`IsBlocked`; previews and packets).
    Blocked,
    /// Watchdog reports (`WatchdogReports`; previews and packets).
    WatchdogReports,
    /// An objection of FreightValidate (`FreightValidateStatus`; previews).
    FreightValidate,
    /// FMCSA has ordered the carrier out of service (`outOfService`; packets).
    OutOfService,
}

impl fmt::Display for FlagKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::PossibleFraud => "possible fraud",
            Self::IdentityTheft => "identity theft",
            Self::DoubleBrokering => "double brokering",
            Self::FraudIncidents => "incidents with fraud",
            Self::Blocked => "blocked",
            Self::WatchdogReports => "watchdog reports",
            Self::FreightValidate => "FreightValidate",
            Self::OutOfService => "out of service",
        })
    }
}

/// What an answer says of one warning sign, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Flag {
    /// The answer says that there is nothing.
    Clear,
    /// The customer has no account with the service that would know (`NOACCOUNT`).
    NotSubscribed,
    /// The answer says nothing.
    Unknown,
    /// There is something, or the answer says so in words that are not known.
    Raised,
}

impl Flag {
    /// A text that says no, or 0, is clear; any other text is raised.
    pub(super) fn of_words(text: Option<&str>) -> Self {
        match text.map(|text| YesNoText::from(text).read()) {
            None | Some(Ok(None)) => Self::Unknown,
            Some(Ok(Some(false))) => Self::Clear,
            Some(Ok(Some(true)) | Err(_)) => Self::Raised,
        }
    }

    pub(super) fn of_fraud(status: Option<&PossibleFraud>) -> Self {
        match status {
            Some(PossibleFraud::NoReports) => Self::Clear,
            other => Self::of_words(other.map(PossibleFraud::as_str)),
        }
    }

    pub(super) fn of_double_brokering(status: Option<&DoubleBrokering>) -> Self {
        match status {
            Some(DoubleBrokering::NoAlerts) => Self::Clear,
            other => Self::of_words(other.map(DoubleBrokering::as_str)),
        }
    }

    pub(super) fn of_watchdog(status: Option<&WatchdogReports>) -> Self {
        match status {
            Some(WatchdogReports::Noaccount) => Self::NotSubscribed,
            other => Self::of_words(other.map(WatchdogReports::as_str)),
        }
    }

    // Here a "no" is the bad answer: only the known word is good.
    pub(super) fn of_freight_validate(status: Option<&FreightValidateStatus>) -> Self {
        match status {
            Some(FreightValidateStatus::Valid) => Self::Clear,
            other => match Self::of_words(other.map(FreightValidateStatus::as_str)) {
                Self::Unknown => Self::Unknown,
                _ => Self::Raised,
            },
        }
    }

    pub(super) fn of_incidents(counts: Option<&IncidentReportCounts>) -> Self {
        match counts.and_then(|counts| counts.total_incident_reports_with_fraud) {
            Some(0) => Self::Clear,
            Some(_) => Self::Raised,
            None => Self::Unknown,
        }
    }

    pub(super) fn of_answer(answer: Option<bool>) -> Self {
        match answer {
            Some(false) => Self::Clear,
            Some(true) => Self::Raised,
            None => Self::Unknown,
        }
    }
}

/// The warning signs of an answer.
///
/// A flag whose text is not a known "nothing" is raised, and one that is missing is unknown; [`any`](Self::any) counts
/// both. If you do not use a service, leave its flag out: `carrier.flags().without(FlagKind::FreightValidate).any()`.
///
/// An answer has only the kinds that it has fields for: [`FlagKind`] says which. `Display` is a line for a person.
///
/// ```
/// use mycarrierpackets::models::{CarrierPreview, Flag, FlagKind};
///
/// let carrier: CarrierPreview = serde_json::from_str(r#"{"PossibleFraud": "No Reports", "IsBlocked": true}"#)?;
/// let flags = carrier.flags();
/// assert!(flags.any());
/// assert_eq!(flags.raised().collect::<Vec<_>>(), [FlagKind::Blocked]);
/// assert_eq!(flags.get(FlagKind::PossibleFraud), Flag::Clear);
/// assert_eq!(flags.get(FlagKind::DoubleBrokering), Flag::Unknown);
/// assert!(flags.unknown().any(|kind| kind == FlagKind::WatchdogReports));
/// let flags = flags.without(FlagKind::WatchdogReports);
/// assert!(flags.iter().all(|(kind, _)| kind != FlagKind::WatchdogReports));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flags(Vec<(FlagKind, Flag)>);

impl Flags {
    pub(super) fn of(mut found: Vec<(FlagKind, Flag)>) -> Self {
        found.sort_by_key(|(kind, flag)| (*kind, std::cmp::Reverse(*flag)));
        found.dedup_by_key(|(kind, _)| *kind);
        Self(found)
    }

    /// Whether anything is raised or unknown.
    pub fn any(&self) -> bool {
        self.0.iter().any(|(_, flag)| *flag >= Flag::Unknown)
    }

    /// What the answer says of `kind`: unknown, if it has no field for it.
    pub fn get(&self, kind: FlagKind) -> Flag {
        self.iter().find(|(known, _)| *known == kind).map_or(Flag::Unknown, |(_, flag)| flag)
    }

    /// The kinds that are raised.
    pub fn raised(&self) -> impl Iterator<Item = FlagKind> + '_ {
        self.of_state(Flag::Raised)
    }

    /// The kinds that the answer has a field for and says nothing of.
    pub fn unknown(&self) -> impl Iterator<Item = FlagKind> + '_ {
        self.of_state(Flag::Unknown)
    }

    /// Every kind that the answer has a field for.
    pub fn iter(&self) -> impl Iterator<Item = (FlagKind, Flag)> + '_ {
        self.0.iter().copied()
    }

    /// The others, for a caller that does not want to decide by `kind`.
    #[must_use]
    pub fn without(mut self, kind: FlagKind) -> Self {
        self.0.retain(|(known, _)| *known != kind);
        self
    }

    fn of_state(&self, state: Flag) -> impl Iterator<Item = FlagKind> + '_ {
        self.iter().filter(move |(_, flag)| *flag == state).map(|(kind, _)| kind)
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raised = self.raised().map(|kind| kind.to_string());
        let unknown = self.unknown().map(|kind| format!("{kind} (unknown)"));
        let parts: Vec<_> = raised.chain(unknown).collect();
        f.pad(&if parts.is_empty() { "none".to_owned() } else { parts.join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{CarrierData, CarrierDetails, CarrierPreview};
    use serde_json::{Value, from_value, json};

    fn preview(field: &str, value: &Value) -> Flags {
        from_value::<CarrierPreview>(json!({field: value})).unwrap().flags()
    }

    fn data(part: &Value) -> Flags {
        from_value::<CarrierData>(json!({"AssureAdvantage": [{"CarrierDetails": part}]})).unwrap().flags()
    }

    #[track_caller]
    fn check(flags: &Flags, kind: FlagKind, expected: Flag, value: &Value) {
        assert_eq!(flags.get(kind), expected, "{kind}: {value}");
        assert!(flags.iter().any(|(known, _)| known == kind), "{kind}");
        // The other flags are missing, so that something is always unknown.
        assert!(flags.any());
    }

    #[test]
    fn a_text_flag_is_clear_only_by_a_known_word() {
        for (field, kind, clear) in [
            (
                "PossibleFraud",
                FlagKind::PossibleFraud,
                &["No Reports", "no reports", "NoReports", "No", "0", "false"][..],
            ),
            ("DoubleBrokering", FlagKind::DoubleBrokering, &["No Alerts", " NO ALERTS ", "No", "N"]),
            ("WatchdogReports", FlagKind::WatchdogReports, &["0", "No", "N"]),
            ("FreightValidateStatus", FlagKind::FreightValidate, &["valid", "VALID"]),
        ] {
            for text in clear {
                check(&preview(field, &json!(text)), kind, Flag::Clear, &json!(text));
            }
            for value in [json!(null), json!(""), json!("  "), json!("NA"), json!("n/a")] {
                check(&preview(field, &value), kind, Flag::Unknown, &value);
            }
            for value in [
                json!("Yes"),
                json!("1"),
                json!(7),
                json!("12"),
                json!(true),
                json!("Reported"),
                json!("No Reports, 2 alerts"),
                json!("none?"),
                json!("invalid"),
                json!("Nobody knows"),
            ] {
                check(&preview(field, &value), kind, Flag::Raised, &value);
            }
        }
        check(&preview("WatchdogReports", &json!(0)), FlagKind::WatchdogReports, Flag::Clear, &json!(0));
        for text in ["NOACCOUNT", "No Account"] {
            check(
                &preview("WatchdogReports", &json!(text)),
                FlagKind::WatchdogReports,
                Flag::NotSubscribed,
                &json!(text),
            );
        }
        for text in ["No", "false", "0"] {
            check(
                &preview("FreightValidateStatus", &json!(text)),
                FlagKind::FreightValidate,
                Flag::Raised,
                &json!(text),
            );
        }
    }

    #[test]
    fn counts_and_answers() {
        let fraud = |count: Value| json!({"TotalIncidentReports": 4, "TotalIncidentReportsWithFraud": count});
        for (value, expected) in [
            (fraud(json!(0)), Flag::Clear),
            (fraud(json!("0")), Flag::Clear),
            (fraud(json!(1)), Flag::Raised),
            (fraud(json!(-1)), Flag::Raised),
            (fraud(json!(null)), Flag::Unknown),
            (json!({}), Flag::Unknown),
            (json!(null), Flag::Unknown),
        ] {
            check(&preview("IncidentReports", &value), FlagKind::FraudIncidents, expected, &value);
            check(&data(&json!({"IncidentReports": value})), FlagKind::FraudIncidents, expected, &value);
        }
        for (value, expected) in [
            (json!(true), Flag::Raised),
            (json!("Yes"), Flag::Raised),
            (json!(false), Flag::Clear),
            (json!(null), Flag::Unknown),
        ] {
            check(&preview("IsBlocked", &value), FlagKind::Blocked, expected, &value);
            check(&data(&json!({"isBlocked": value})), FlagKind::Blocked, expected, &value);
        }
        for (value, expected) in [
            (json!("Yes"), Flag::Raised),
            (json!("Since May"), Flag::Raised),
            (json!("No"), Flag::Clear),
            (json!(""), Flag::Unknown),
            (json!(null), Flag::Unknown),
        ] {
            check(&data(&json!({"Operation": {"outOfService": value}})), FlagKind::OutOfService, expected, &value);
            check(&data(&json!({"Other": {"watchdogReports": value}})), FlagKind::WatchdogReports, expected, &value);
            let carrier = from_value::<CarrierData>(json!({"FraudIdentityTheftStatus": value})).unwrap();
            check(&carrier.flags(), FlagKind::IdentityTheft, expected, &value);
        }
    }

    #[test]
    fn nothing_is_unknown_and_counts() {
        for flags in
            [CarrierPreview::default().flags(), CarrierData::default().flags(), CarrierDetails::default().flags()]
        {
            assert!(flags.any() && flags.raised().count() == 0);
            assert!(flags.unknown().count() >= 4 && flags.iter().all(|(_, flag)| flag == Flag::Unknown));
        }
        assert_eq!(CarrierPreview::default().flags().get(FlagKind::OutOfService), Flag::Unknown);
    }

    #[test]
    fn a_good_carrier_has_none_and_one_word_is_enough_to_have_one() {
        let good = json!({
            "PossibleFraud": "No Reports", "DoubleBrokering": "No Alerts", "WatchdogReports": "NOACCOUNT",
            "IncidentReports": {"TotalIncidentReports": 2, "TotalIncidentReportsWithFraud": 0},
            "IsBlocked": false, "FreightValidateStatus": "valid",
        });
        let flags = from_value::<CarrierPreview>(good.clone()).unwrap().flags();
        assert!(!flags.any(), "{flags}");
        assert_eq!(flags.to_string(), "none");
        for field in good.as_object().unwrap().keys() {
            let mut carrier = good.clone();
            carrier.as_object_mut().unwrap().remove(field);
            let flags = from_value::<CarrierPreview>(carrier).unwrap().flags();
            assert!(flags.any(), "{field}");
            let kind = flags.unknown().next().unwrap();
            assert_eq!(flags.to_string(), format!("{kind} (unknown)"));
            assert!(!flags.without(kind).any(), "{field}");
        }
    }

    #[test]
    fn the_worst_of_several_records_counts() {
        let entry = |blocked: Value| json!({"CarrierDetails": {"isBlocked": blocked}});
        for (entries, expected) in [
            (vec![entry(json!(false)), entry(json!(false))], Flag::Clear),
            (vec![entry(json!(false)), entry(json!(null))], Flag::Unknown),
            (vec![entry(json!(null)), entry(json!(true)), entry(json!(false))], Flag::Raised),
            (vec![entry(json!(false)), json!({})], Flag::Unknown),
        ] {
            let carrier = from_value::<CarrierData>(json!({"AssureAdvantage": entries})).unwrap();
            assert_eq!(carrier.flags().get(FlagKind::Blocked), expected, "{entries:?}");
        }
    }

    #[test]
    fn every_kind_has_words_of_its_own() {
        use FlagKind::*;
        let kinds = [
            PossibleFraud,
            IdentityTheft,
            DoubleBrokering,
            FraudIncidents,
            Blocked,
            WatchdogReports,
            FreightValidate,
            OutOfService,
        ];
        let words: std::collections::HashSet<_> = kinds.iter().map(ToString::to_string).collect();
        assert!(words.len() == kinds.len() && words.iter().all(|words| words.len() > 6), "{words:?}");
    }
}
