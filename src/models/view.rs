//! One view of the answers that describe a carrier, each of which has the same facts in another place.

use super::flags::{Flag, FlagKind, Flags};
use super::{
    AssureAdvantageCarrier, CarrierData, CarrierDetails, CarrierPreview, CarrierRiskAssessment, Coverage,
    PreviewCoverage, RiskAssessment, RiskSummary,
};
use crate::types::{CoverageType, DateText};

/// What an answer says about a carrier.
#[derive(Default)]
pub(super) struct View<'a> {
    pub(super) assessments: Vec<Assessment<'a>>,
    /// The policies of each entry, which is insured by its own alone.
    pub(super) policies: Vec<Vec<Policy<'a>>>,
    /// A kind that is there several times counts as its worst.
    flags: Vec<(FlagKind, Flag)>,
}

/// One assessment: its short form and its long one, either of which may be missing.
#[derive(Clone, Copy, Default)]
pub(super) struct Assessment<'a> {
    pub(super) summary: Option<&'a RiskSummary>,
    pub(super) details: Option<&'a RiskAssessment>,
}

impl View<'_> {
    pub(super) fn flags(self) -> Flags {
        Flags::of(self.flags)
    }
}

macro_rules! policies {
    ($($type:ident)+) => {$(
        impl<'a> From<&'a $type> for Policy<'a> {
            fn from(coverage: &'a $type) -> Self {
                Self {
                    kind: coverage.type_.as_ref(),
                    expires: coverage.expiration_date.as_ref(),
                    cancelled: coverage.cancellation_date.as_ref(),
                }
            }
        }
    )+};
}

policies!(Coverage PreviewCoverage);

impl<'a> From<&'a RiskAssessment> for View<'a> {
    fn from(details: &'a RiskAssessment) -> Self {
        Self { assessments: vec![Assessment { summary: None, details: Some(details) }], ..Self::default() }
    }
}

impl<'a> From<&'a CarrierRiskAssessment> for View<'a> {
    fn from(carrier: &'a CarrierRiskAssessment) -> Self {
        let details = carrier.risk_assessment_details.as_ref();
        Self { assessments: vec![Assessment { summary: None, details }], ..Self::default() }
    }
}

impl<'a> From<&'a CarrierPreview> for View<'a> {
    fn from(carrier: &'a CarrierPreview) -> Self {
        let assessment =
            Assessment { summary: carrier.risk_assessment.as_ref(), details: carrier.risk_assessment_details.as_ref() };
        let certificates = carrier.cert_data.iter().flat_map(|data| data.certificates.iter().flatten());
        let coverages = certificates.flat_map(|certificate| certificate.coverages.iter().flatten());
        let policies = coverages.map(Policy::from);
        let flags = vec![
            (FlagKind::PossibleFraud, Flag::of_fraud(carrier.possible_fraud.as_ref())),
            (FlagKind::DoubleBrokering, Flag::of_double_brokering(carrier.double_brokering.as_ref())),
            (FlagKind::FraudIncidents, Flag::of_incidents(carrier.incident_reports.as_ref())),
            (FlagKind::Blocked, Flag::of_answer(carrier.is_blocked)),
            (FlagKind::WatchdogReports, Flag::of_watchdog(carrier.watchdog_reports.as_ref())),
            (FlagKind::FreightValidate, Flag::of_freight_validate(carrier.freight_validate_status.as_ref())),
        ];
        Self { assessments: vec![assessment], policies: vec![policies.collect()], flags }
    }
}

impl<'a> From<&'a CarrierDetails> for View<'a> {
    fn from(carrier: &'a CarrierDetails) -> Self {
        Self::of_details(Some(carrier))
    }
}

impl<'a> From<&'a CarrierData> for View<'a> {
    fn from(carrier: &'a CarrierData) -> Self {
        let mut view = Self::default();
        // Where the guide has the assessment; the wire has it in the entries.
        let details = carrier.risk_assessment_details.as_ref();
        view.assessments.extend(details.map(|details| Assessment { summary: None, details: Some(details) }));
        let entries: &[AssureAdvantageCarrier] = carrier.assure_advantage.as_deref().unwrap_or_default();
        for entry in entries {
            view.add(Self::of_details(entry.carrier_details.as_ref()));
        }
        if entries.is_empty() {
            view.flags = Self::of_details(None).flags;
        }
        view.flags.push((FlagKind::IdentityTheft, Flag::of_words(carrier.fraud_identity_theft_status.as_deref())));
        view
    }
}

impl<'a> View<'a> {
    fn of_details(carrier: Option<&'a CarrierDetails>) -> Self {
        let assessment = Assessment {
            summary: carrier.and_then(|carrier| carrier.risk_assessment.as_ref()),
            details: carrier.and_then(|carrier| carrier.risk_assessment_details.as_ref()),
        };
        let data = carrier.and_then(|carrier| carrier.cert_data.as_ref());
        let certificates = data.into_iter().flat_map(|data| data.certificate.iter().flatten());
        let coverages = certificates.flat_map(|certificate| certificate.coverage.iter().flatten());
        let policies = coverages.map(Policy::from);
        let incidents = carrier.and_then(|carrier| carrier.incident_reports.as_ref());
        let watchdog = carrier.and_then(|carrier| carrier.other.as_ref()?.watchdog_reports.as_deref());
        let out_of_service = carrier.and_then(|carrier| carrier.operation.as_ref()?.out_of_service.as_deref());
        let flags = vec![
            (FlagKind::FraudIncidents, Flag::of_incidents(incidents)),
            (FlagKind::Blocked, Flag::of_answer(carrier.and_then(|carrier| carrier.is_blocked))),
            (FlagKind::WatchdogReports, Flag::of_watchdog(watchdog.map(Into::into).as_ref())),
            (FlagKind::OutOfService, Flag::of_words(out_of_service)),
        ];
        Self { assessments: vec![assessment], policies: vec![policies.collect()], flags }
    }

    fn add(&mut self, other: Self) {
        self.assessments.extend(other.assessments);
        self.policies.extend(other.policies);
        self.flags.extend(other.flags);
    }
}

/// One policy of a certificate.
pub(super) struct Policy<'a> {
    pub(super) kind: Option<&'a CoverageType>,
    pub(super) expires: Option<&'a DateText>,
    pub(super) cancelled: Option<&'a DateText>,
}
