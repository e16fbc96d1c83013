//! Words and codes with known values. New ones appear without notice.

// Generated from the vocabularies of spec/openapi.yaml.
include!(concat!(env!("OUT_DIR"), "/vocabularies.rs"));

/// Whether two texts are one word, case, spaces, `-`, `_` and `/` aside.
pub(crate) fn same_word(one: &str, other: &str) -> bool {
    let mut one = one.bytes().filter(significant);
    let mut other = other.bytes().filter(significant);
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.eq_ignore_ascii_case(&b) => {}
            _ => return false,
        }
    }
}

fn significant(byte: &u8) -> bool {
    !matches!(byte, b' ' | b'-' | b'_' | b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_words_in_any_spelling_and_keeps_the_rest() {
        let other = |text: &str| Rating::Other(text.into());
        let cases = [
            ("Acceptable", Rating::Acceptable),
            ("acceptable", Rating::Acceptable),
            (" PASS ", Rating::Pass),
            ("Unacceptable", Rating::Unacceptable),
            ("UnacceptableReview", Rating::UnacceptableReview),
            ("Unacceptable - Review", Rating::UnacceptableReview),
            ("unacceptable_review", Rating::UnacceptableReview),
            ("review recommended", Rating::ReviewRecommended),
            ("Accept", other("Accept")),
            ("Acceptabl\u{e9}", other("Acceptabl\u{e9}")),
            ("", other("")),
            (" new  Word ", other(" new  Word ")),
        ];
        for (text, rating) in cases {
            assert_eq!(Rating::from(text), rating, "{text:?}");
            assert_eq!(Rating::from(text.to_owned()), rating, "{text:?}");
            assert_eq!(text.parse(), Ok(rating.clone()), "{text:?}");
            assert_eq!(rating.is_known(), !matches!(rating, Rating::Other(_)));
            assert_eq!(Rating::from(rating.as_str()), rating, "{text:?}");
        }
        assert_eq!(Trend::from("n/a"), Trend::Na);
        assert_eq!(Trend::KNOWN.iter().map(Trend::as_str).collect::<Vec<_>>(), ["DOWN", "NA", "UP"]);
        let cargo = CoverageType::CargoLiabilityWithReferBreakdown;
        assert_eq!(CoverageType::from("CARGO LIABILITY W/ REFER BREAKDOWN"), cargo);
    }

    #[test]
    fn ratings_compare_from_best_to_worst() {
        let worse =
            ["Moderate", "Warning", "Review Recommended", "Unacceptable", "UnacceptableReview", "Green", "OK", ""];
        for word in worse {
            assert!(Rating::from(word) > Rating::Acceptable, "{word:?}");
        }
        for word in ["Pass", "Low", "Acceptable"] {
            assert!(Rating::from(word) <= Rating::Acceptable, "{word:?}");
        }
        for word in ["UnacceptableReview", "Unacceptable", "Splendid", "A", ""] {
            assert!(Rating::from(word) >= Rating::Unacceptable, "{word:?}");
        }
        for word in ["Warning", "Review Recommended", "Moderate"] {
            assert!((Rating::Moderate..Rating::Unacceptable).contains(&Rating::from(word)), "{word:?}");
        }
        assert!(RiskLevel::Low < RiskLevel::Medium && RiskLevel::Medium < RiskLevel::Review);
        assert!(RiskLevel::Review < RiskLevel::from("High"));
    }

    #[test]
    fn words_cross_json_as_they_came() {
        for (json, word, written) in [
            (r#""REVIEW""#, RiskLevel::Review, r#""Review""#),
            (r#""Sev-1""#, RiskLevel::Other("Sev-1".into()), r#""Sev-1""#),
            (r#""""#, RiskLevel::Other("".into()), r#""""#),
            ("3", RiskLevel::Other("3".into()), r#""3""#),
        ] {
            assert_eq!(serde_json::from_str::<RiskLevel>(json).unwrap(), word, "{json}");
            assert_eq!(serde_json::to_string(&word).unwrap(), written, "{json}");
        }
        assert!(serde_json::from_str::<RiskLevel>("null").is_err());
        assert_eq!(format!("{:>8}|", RiskLevel::Low), "     Low|");
    }

    #[test]
    fn every_code_survives() {
        for code in -1..=25 {
            let kinds = (
                AssociationType::from_code(code),
                EmailType::from(code),
                PreviewSource::from(code),
                VinStatus::from(code),
            );
            assert_eq!((kinds.0.code(), kinds.1.code(), kinds.2.code(), i32::from(kinds.3)), (code, code, code, code));
            let known = (kinds.0.is_known(), kinds.1.is_known(), kinds.2.is_known(), kinds.3.is_known());
            let expected =
                ((1..=19).contains(&code), (1..=3).contains(&code), (0..=3).contains(&code), (2..=4).contains(&code));
            assert_eq!(known, expected, "{code}");
        }
        assert_eq!("17".parse(), Ok(AssociationType::Dispatcher));
        assert!("Dispatcher".parse::<AssociationType>().is_err());
    }

    #[test]
    fn codes_cross_json_as_numbers() {
        for (json, kind) in
            [("2", EmailType::CompanyEmail), (r#""2""#, EmailType::CompanyEmail), ("9", EmailType::Other(9))]
        {
            assert_eq!(serde_json::from_str::<EmailType>(json).unwrap(), kind, "{json}");
        }
        assert_eq!(serde_json::to_string(&[EmailType::FmcsaEmail, EmailType::Other(9)]).unwrap(), "[3,9]");
        assert!(serde_json::from_str::<EmailType>("null").is_err());
        assert_eq!(format!("{} {}", PreviewSource::ThirdParty, PreviewSource::Other(9)), "ThirdParty code 9");
    }
}
