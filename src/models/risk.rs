//! The rating of a carrier, and the reasons for it.

use super::view::{Assessment, View};
use super::{Infraction, RiskCategory};
use crate::types::{Rating, RiskLevel};
use std::cmp::Reverse;
use std::fmt;

/// The part of a carrier's record that a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RiskArea {
    /// Operating authority.
    Authority,
    /// Insurance.
    Insurance,
    /// Safety.
    Safety,
    /// Operation.
    Operation,
    /// What fits no other area.
    Other,
}

impl fmt::Display for RiskArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A rule that a carrier breaks, and what was found.
///
/// `Display` is one line: area, rule, finding, points. It is the vendor's text, which can hold HTML links.
///
/// ```
/// use mycarrierpackets::models::CarrierPreview;
///
/// let carrier: CarrierPreview = serde_json::from_str(
///     r#"{"RiskAssessmentDetails": {"Insurance": {"Infractions": [
///         {"Points": 125, "RiskLevel": "Medium", "RuleText": "Cargo coverage is below 100,000", "RuleOutput": "50,000"}
///     ]}}}"#,
/// )?;
/// let reason = carrier.reasons()[0];
/// assert_eq!((reason.rule(), reason.finding()), ("Cargo coverage is below 100,000", Some("50,000")));
/// assert_eq!((reason.level().map(|level| level.as_str()), reason.points()), (Some("Medium"), Some(125)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reason<'a> {
    /// The part of the carrier's record.
    pub area: RiskArea,
    /// The rule, as the answer has it.
    pub infraction: &'a Infraction,
}

impl<'a> Reason<'a> {
    /// The rule in words, or its name, or a text that says that it has neither.
    pub fn rule(&self) -> &'a str {
        let rule = text(&self.infraction.rule_text).or(text(&self.infraction.rule_name));
        rule.unwrap_or("a rule without a name")
    }

    /// The finding itself (`RuleOutput`), such as `blocked by 8 companies`: the person who decides needs it more than
    /// the rule.
    pub fn finding(&self) -> Option<&'a str> {
        text(&self.infraction.rule_output)
    }

    /// How grave it is.
    pub fn level(&self) -> Option<&'a RiskLevel> {
        self.infraction.risk_level.as_ref()
    }

    /// The risk points that the rule adds.
    pub fn points(&self) -> Option<i32> {
        self.infraction.points
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.area, self.rule())?;
        if let Some(finding) = self.finding() {
            write!(f, ": {finding}")?;
        }
        if let Some(points) = self.points() {
            write!(f, " ({points} points)")?;
        }
        if self.infraction.rule_enforced == Some(false) { f.write_str(" (not enforced)") } else { Ok(()) }
    }
}

impl<'a> View<'a> {
    pub(super) fn rating(&self) -> Rating {
        self.assessments.iter().map(Assessment::rating).max().unwrap_or_else(unrated)
    }

    pub(super) fn reasons(&self) -> Vec<Reason<'a>> {
        let mut reasons: Vec<_> = self.assessments.iter().flat_map(Assessment::reasons).collect();
        reasons.sort_by_key(|reason| Reverse(reason.points().unwrap_or(i32::MAX)));
        reasons
    }
}

impl<'a> Assessment<'a> {
    fn rating(&self) -> Rating {
        let short = self.summary.and_then(|summary| summary.overall.as_ref());
        let long = self.details.into_iter().flat_map(|details| [&details.overall_rating, &details.overall]);
        let words = short.into_iter().chain(long.flatten());
        words.filter(|word| !word.as_str().trim().is_empty()).max().cloned().unwrap_or_else(unrated)
    }

    fn reasons(&self) -> impl Iterator<Item = Reason<'a>> + use<'a> {
        let areas = self.details.into_iter().flat_map(|details| {
            [
                (RiskArea::Authority, &details.authority),
                (RiskArea::Insurance, &details.insurance),
                (RiskArea::Safety, &details.safety),
                (RiskArea::Operation, &details.operation),
                (RiskArea::Other, &details.other),
            ]
        });
        areas.flat_map(|(area, category)| {
            let infractions = category.iter().flat_map(|category: &RiskCategory| category.infractions.iter().flatten());
            infractions.map(move |infraction| Reason { area, infraction })
        })
    }
}

fn unrated() -> Rating {
    Rating::Other(Box::default())
}

fn text(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::models::{CarrierData, CarrierDetails, CarrierPreview, CarrierRiskAssessment, RiskAssessment};
    use crate::types::Rating;
    use serde_json::{Value, from_value, json};

    /// What every answer that can hold the assessment says of it.
    fn ratings(details: &Value) -> Vec<Rating> {
        let entry = json!({"CarrierDetails": {"RiskAssessmentDetails": details}});
        vec![
            from_value::<CarrierPreview>(json!({"RiskAssessmentDetails": details})).unwrap().rating(),
            from_value::<CarrierRiskAssessment>(json!({"RiskAssessmentDetails": details})).unwrap().rating(),
            from_value::<CarrierDetails>(json!({"RiskAssessmentDetails": details})).unwrap().rating(),
            from_value::<CarrierData>(json!({"AssureAdvantage": [entry]})).unwrap().rating(),
            from_value::<CarrierData>(json!({"RiskAssessmentDetails": details})).unwrap().rating(),
        ]
    }

    #[test]
    fn a_known_word_is_the_rating_wherever_it_is() {
        for details in [json!({"OverallRating": "acceptable"}), json!({"Overall": "Acceptable", "OverallRating": ""})] {
            assert_eq!(ratings(&details), vec![Rating::Acceptable; 5], "{details}");
        }
    }

    #[test]
    fn what_is_missing_or_unknown_is_worse_than_unacceptable() {
        let odd = [
            json!(null),
            json!({}),
            json!([]),
            json!({"OverallRating": null}),
            json!({"OverallRating": ""}),
            json!({"OverallRating": "  "}),
            json!({"OverallRating": "NA"}),
            json!({"OverallRating": "Green"}),
            json!({"OverallRating": "Acceptable?"}),
            json!({"OverallRating": 1}),
            json!({"OverallRating": true}),
            json!({"TotalPoints": 0}),
            json!({"Authority": {"OverallRating": "Acceptable"}}),
        ];
        for details in odd {
            for rating in ratings(&details) {
                assert!(rating > Rating::UnacceptableReview && !rating.is_known(), "{details}: {rating:?}");
            }
        }
        for rating in [
            CarrierPreview::default().rating(),
            CarrierData::default().rating(),
            RiskAssessment::default().rating(),
            from_value::<CarrierData>(json!({"AssureAdvantage": [{"CarrierDetails": null}]})).unwrap().rating(),
        ] {
            assert!(rating >= Rating::Unacceptable, "{rating:?}");
        }
    }

    #[test]
    fn the_worst_word_counts() {
        let preview = |short: &str, long: &str| {
            let carrier =
                json!({"RiskAssessment": {"Overall": short}, "RiskAssessmentDetails": {"OverallRating": long}});
            from_value::<CarrierPreview>(carrier).unwrap().rating()
        };
        assert_eq!(preview("Acceptable", "Moderate"), Rating::Moderate);
        assert_eq!(preview("Moderate", "Acceptable"), Rating::Moderate);
        assert_eq!(preview("Acceptable", ""), Rating::Acceptable);
        assert_eq!(preview("Acceptable", "Dire"), Rating::from("Dire"));
        let rated = |word: &str| json!({"CarrierDetails": {"RiskAssessment": {"Overall": word}}});
        let carrier = json!({"AssureAdvantage": [rated("Acceptable"), rated("Unacceptable"), rated("Acceptable")]});
        assert_eq!(from_value::<CarrierData>(carrier).unwrap().rating(), Rating::Unacceptable);
        let carrier = json!({"AssureAdvantage": [rated("Acceptable"), {}]});
        assert!(!from_value::<CarrierData>(carrier).unwrap().rating().is_known());
    }

    #[test]
    fn reasons_name_rule_finding_and_points() {
        let details = json!({
            "Insurance": {"Infractions": [{"Points": 125, "RuleText": "Cargo below 100,000", "RuleEnforced": false}]},
            "Safety": {"Infractions": [
                {"Points": 1000, "RuleText": "Blocked", "RuleOutput": "blocked by 8 companies", "RiskLevel": "Review"},
                {"RuleName": "Nameless points"},
                {"RuleOutput": " "},
            ]},
            "Other": {"Infractions": ["a rule as text"]},
        });
        let shown = |reasons: Vec<super::Reason<'_>>| reasons.iter().map(ToString::to_string).collect::<Vec<_>>();
        let expected = [
            "Safety: Nameless points",
            "Safety: a rule without a name",
            "Other: a rule as text",
            "Safety: Blocked: blocked by 8 companies (1000 points)",
            "Insurance: Cargo below 100,000 (125 points) (not enforced)",
        ];
        let risk: RiskAssessment = from_value(details.clone()).unwrap();
        assert_eq!(shown(risk.reasons()), expected);
        let carrier: CarrierPreview = from_value(json!({"RiskAssessmentDetails": details})).unwrap();
        assert_eq!(shown(carrier.reasons()), expected);
        let entry = json!({"CarrierDetails": {"RiskAssessmentDetails": details}});
        let carrier: CarrierData = from_value(json!({"AssureAdvantage": [entry]})).unwrap();
        assert_eq!(shown(carrier.reasons()), expected);
        let blocked = &carrier.reasons()[3];
        assert_eq!((blocked.level().map(|level| level.as_str()), blocked.points()), (Some("Review"), Some(1000)));
        assert!(CarrierPreview::default().reasons().is_empty());
    }
}
