//! Until when a carrier is insured.

use super::view::{Policy, View};
use super::{Coverage, PreviewCoverage};
use crate::types::{CoverageType, DateText};
use jiff::civil::Date;
use std::cmp::Ordering;
use std::fmt;

/// The day on which a coverage ends, or that there is none.
///
/// It compares with a [`Date`] as the moment at which the coverage ends: policies usually end at 12:01 a.m. of the day that
/// they name, so what ends on a day is earlier than that day, and never equal to it. No coverage is earlier than every date.
///
/// ```
/// use mycarrierpackets::models::CarrierPreview;
/// use mycarrierpackets::types::CoverageType;
///
/// let carrier: CarrierPreview = serde_json::from_str(
///     r#"{"CertData": {"Certificates": [{"Coverages": [{"Type": "Auto", "ExpirationDate": "2027-06-23"}]}]}}"#,
/// )?;
/// let until = carrier.insured_until(CoverageType::Auto);
/// assert!(until > jiff::civil::date(2027, 6, 22) && until < jiff::civil::date(2027, 6, 23));
/// assert!(until.covers(jiff::civil::date(2027, 6, 22)) && !until.covers(jiff::civil::date(2027, 6, 23)));
/// assert_eq!(until.date(), Some(jiff::civil::date(2027, 6, 23)));
/// assert!(carrier.insured_until(CoverageType::Cargo) < jiff::civil::Date::MIN);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InsuredUntil(Option<Date>);

impl InsuredUntil {
    /// The day on which the coverage ends; `None` for no coverage.
    pub const fn date(self) -> Option<Date> {
        self.0
    }

    /// Whether the whole of `day` is covered: the coverage ends on a later day.
    pub fn covers(self, day: Date) -> bool {
        self > day
    }
}

impl PartialEq<Date> for InsuredUntil {
    fn eq(&self, _: &Date) -> bool {
        false
    }
}

impl PartialOrd<Date> for InsuredUntil {
    fn partial_cmp(&self, day: &Date) -> Option<Ordering> {
        Some(if self.0 > Some(*day) { Ordering::Greater } else { Ordering::Less })
    }
}

impl PartialEq<InsuredUntil> for Date {
    fn eq(&self, _: &InsuredUntil) -> bool {
        false
    }
}

impl PartialOrd<InsuredUntil> for Date {
    fn partial_cmp(&self, until: &InsuredUntil) -> Option<Ordering> {
        until.partial_cmp(self).map(Ordering::reverse)
    }
}

impl fmt::Display for InsuredUntil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(date) => f.pad(&date.to_string()),
            None => f.pad("not insured"),
        }
    }
}

impl Policy<'_> {
    fn is_of(&self, asked: &CoverageType) -> bool {
        let with_more =
            *asked == CoverageType::Cargo && self.kind == Some(&CoverageType::CargoLiabilityWithReferBreakdown);
        self.kind == Some(asked) || with_more
    }

    fn ends(&self) -> Option<Date> {
        let expires = self.expires?.date()?;
        match self.cancelled.map_or(Ok(None), DateText::read) {
            Ok(Some(cancelled)) => Some(expires.min(cancelled)),
            Ok(None) => Some(expires),
            Err(_) => None,
        }
    }
}

macro_rules! policies {
    ($($type:ident)+) => {$(
        impl $type {
            /// Until when this policy covers the carrier: the day that it expires or is cancelled, whichever comes first.
            ///
            /// A policy whose expiry is missing or unreadable, or whose cancellation is unreadable, covers nothing.
            ///
            /// ```
            #[doc = concat!("use mycarrierpackets::models::", stringify!($type), ";")]
            ///
            #[doc = concat!("let policy = ", stringify!($type), "::default();")]
            /// assert_eq!(policy.insured_until().date(), None);
            /// ```
            pub fn insured_until(&self) -> InsuredUntil {
                InsuredUntil(Policy::from(self).ends())
            }
        }
    )+};
}

policies!(Coverage PreviewCoverage);

impl View<'_> {
    pub(super) fn insured_until(&self, asked: &CoverageType) -> InsuredUntil {
        let until = |policies: &Vec<Policy<'_>>| {
            policies.iter().filter(|policy| policy.is_of(asked)).filter_map(Policy::ends).max()
        };
        InsuredUntil(self.policies.iter().map(until).min().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{CarrierData, CarrierDetails, CarrierPreview};
    use jiff::civil::date;
    use serde_json::{Value, from_value, json};

    /// What every answer says of these policies: kind, expiry, cancellation.
    fn until(policies: &[[Value; 3]], asked: &CoverageType) -> [Option<Date>; 3] {
        let of = |names: [&str; 3]| -> Value {
            let one = |policy: &[Value; 3]| -> Value {
                names.iter().zip(policy).map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
            };
            policies.iter().map(one).collect()
        };
        let preview = of(["Type", "ExpirationDate", "CancellationDate"]);
        let details = of(["type", "expirationDate", "cancellationDate"]);
        let preview = json!({"CertData": {"Status": "OK", "Certificates": [{"Coverages": preview}]}});
        let details = json!({"CertData": {"status": "OK", "Certificate": [{"Coverage": details}]}});
        let data = json!({"AssureAdvantage": [{"CarrierDetails": details}]});
        [
            from_value::<CarrierPreview>(preview).unwrap().insured_until(asked.clone()).date(),
            from_value::<CarrierDetails>(details).unwrap().insured_until(asked.clone()).date(),
            from_value::<CarrierData>(data).unwrap().insured_until(asked.clone()).date(),
        ]
    }

    #[test]
    fn the_latest_end_counts() {
        let auto = CoverageType::Auto;
        let policy = |kind: &str, expires: &str, cancelled: &str| [json!(kind), json!(expires), json!(cancelled)];
        let cases = [
            (vec![policy("Auto", "2027-06-23", "")], date(2027, 6, 23)),
            (vec![policy("AUTO", "06/23/2027", "0000-00-00")], date(2027, 6, 23)),
            (vec![policy("Auto", "2026-01-01", ""), policy("Auto", "2027-06-23", "NA")], date(2027, 6, 23)),
            (vec![policy("Auto", "2027-06-23", "2026-05-01")], date(2026, 5, 1)),
            (vec![policy("Auto", "2027-06-23", "2028-05-01")], date(2027, 6, 23)),
            (vec![policy("Auto", "2027-06-23", "2026-05-01"), policy("Auto", "2026-07-01", "")], date(2026, 7, 1)),
            (vec![policy("Auto", "soon", ""), policy("Auto", "2027-06-23", "")], date(2027, 6, 23)),
            (vec![policy("Cargo", "2030-01-01", ""), policy("Auto", "2027-06-23", "")], date(2027, 6, 23)),
        ];
        for (policies, expected) in cases {
            assert_eq!(until(&policies, &auto), [Some(expected); 3], "{policies:?}");
        }
        let cargo = [policy("Cargo Liability w/ Refer Breakdown", "2027-06-23", "")];
        assert_eq!(until(&cargo, &CoverageType::Cargo), [Some(date(2027, 6, 23)); 3]);
        assert_eq!(until(&cargo, &CoverageType::CargoLiabilityWithReferBreakdown), [Some(date(2027, 6, 23)); 3]);
        let cargo = [policy("Cargo", "2027-06-23", "")];
        assert_eq!(until(&cargo, &CoverageType::CargoLiabilityWithReferBreakdown), [None; 3]);
        assert_eq!(until(&[policy("Umbrella", "2027-06-23", "")], &"Umbrella".into()), [Some(date(2027, 6, 23)); 3]);
    }

    #[test]
    fn of_several_entries_the_one_insured_shortest_counts() {
        let entry = |day: &str| {
            let policies = json!([{"type": "Auto", "expirationDate": day}]);
            json!({"CarrierDetails": {"CertData": {"Certificate": [{"Coverage": policies}]}}})
        };
        let (short, long) = (entry("2026-05-01"), entry("2027-06-23"));
        for (entries, expected) in [
            (json!([long]), Some(date(2027, 6, 23))),
            (json!([long, short]), Some(date(2026, 5, 1))),
            (json!([short, long]), Some(date(2026, 5, 1))),
            (json!([long, entry("soon")]), None),
            (json!([{}, long]), None),
            (json!([long, {"CarrierDetails": null}]), None),
            (json!([]), None),
        ] {
            let data: CarrierData = from_value(json!({"AssureAdvantage": entries})).unwrap();
            assert_eq!(data.insured_until(CoverageType::Auto).date(), expected, "{entries}");
        }
    }

    #[test]
    fn what_is_missing_or_unreadable_covers_nothing() {
        let (kind, day) = (json!("Auto"), json!("2027-06-23"));
        let bad = [
            [json!(null), day.clone(), json!("")],
            [json!(""), day.clone(), json!("")],
            [json!("Cargo"), day.clone(), json!("")],
            [json!("Auto Liability?"), day.clone(), json!("")],
            [kind.clone(), json!(null), json!("")],
            [kind.clone(), json!(""), json!("")],
            [kind.clone(), json!("0000-00-00"), json!("")],
            [kind.clone(), json!("0001-01-01"), json!("")],
            [kind.clone(), json!("NA"), json!("")],
            [kind.clone(), json!("soon"), json!("")],
            [kind.clone(), json!("2027-02-30"), json!("")],
            [kind.clone(), json!(20_270), json!("")],
            [kind.clone(), json!(true), json!("")],
            [kind.clone(), json!(""), json!("2027-06-23")],
            [kind.clone(), day.clone(), json!("soon")],
            [kind, day, json!("2026-13-01")],
        ];
        for policy in bad {
            assert_eq!(until(std::slice::from_ref(&policy), &CoverageType::Auto), [None; 3], "{policy:?}");
        }
        assert_eq!(CarrierPreview::default().insured_until(CoverageType::Auto).date(), None);
        assert_eq!(CarrierData::default().insured_until(CoverageType::Auto).date(), None);
    }

    #[test]
    fn no_coverage_is_earlier_than_every_day() {
        let none = InsuredUntil(None);
        for day in [Date::MIN, date(2026, 1, 1), Date::MAX] {
            assert!(none < day, "{day}");
            assert!(day > none && !none.covers(day), "{day}");
            assert_ne!(none, day);
            assert_ne!(day, none);
        }
        let until = InsuredUntil(Some(date(2027, 6, 23)));
        for day in [date(2027, 6, 23), date(2027, 6, 24)] {
            assert!(until < day, "{day}");
            assert!(day > until, "{day}");
            assert_ne!(until, day);
            assert_ne!(day, until);
        }
        assert!(until > date(2027, 6, 22));
        assert!(date(2027, 6, 22) < until);
        assert!(until.covers(date(2027, 6, 22)) && !until.covers(date(2027, 6, 23)));
        assert!(none < until);
        assert_eq!(format!("{until} {none}"), "2027-06-23 not insured");
    }

    #[test]
    fn the_day_on_which_a_policy_ends_is_not_covered() {
        let ends = InsuredUntil(Some(date(2027, 6, 23)));
        assert!(ends.covers(date(2027, 6, 22)));
        assert!(!ends.covers(date(2027, 6, 23)) && !ends.covers(date(2027, 6, 24)));
        assert!(!InsuredUntil(None).covers(Date::MIN));
        let policies = [[json!("Auto Liability w/ Refer Breakdown"), json!("2027-06-23"), json!("")]];
        assert_eq!(until(&policies, &CoverageType::Cargo), [None; 3], "of another kind");
        let refer = [[json!("Cargo Liability w/ Refer Breakdown"), json!("2027-06-23"), json!("")]];
        assert_eq!(until(&refer, &CoverageType::Auto), [None; 3], "cargo is no auto liability");
    }
}
