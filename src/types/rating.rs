//! Words of the risk assessment. New ones appear without notice.

open_words! {
    /// How a carrier, or one part of its record, is rated.
    ///
    /// Words are told apart without regard to case, spaces, `-` and `_`.
    ///
    /// ```
    /// use mycarrierpackets::types::Rating;
    ///
    /// assert_eq!(Rating::from("UnacceptableReview"), Rating::UnacceptableReview);
    /// assert_eq!(Rating::from("Splendid"), Rating::Other("Splendid".to_owned()));
    /// ```
    Rating: "Risk rating; known words are Acceptable, Moderate, Unacceptable, \
        UnacceptableReview, Low, Medium, High, Pass, Warning, Review." {
        /// Meets the rules.
        Acceptable = "Acceptable",
        /// Meets them in part.
        Moderate = "Moderate",
        /// Does not meet them.
        Unacceptable = "Unacceptable",
        /// Does not meet them, and somebody is to look at it.
        UnacceptableReview = "UnacceptableReview",
        /// Low risk.
        Low = "Low",
        /// Medium risk.
        Medium = "Medium",
        /// High risk.
        High = "High",
        /// Passed.
        Pass = "Pass",
        /// Passed with a warning.
        Warning = "Warning",
        /// Somebody is to look at it.
        Review = "Review",
    }
}

open_words! {
    /// How grave one infraction is.
    ///
    /// ```
    /// use mycarrierpackets::types::RiskLevel;
    ///
    /// assert_eq!(RiskLevel::from("medium"), RiskLevel::Medium);
    /// ```
    RiskLevel: "Level of an infraction; known words are Low, Medium, High, Review." {
        /// Low.
        Low = "Low",
        /// Medium.
        Medium = "Medium",
        /// High.
        High = "High",
        /// Somebody is to look at it.
        Review = "Review",
    }
}

open_words! {
    /// Which way a safety score is going.
    ///
    /// ```
    /// use mycarrierpackets::types::Trend;
    ///
    /// assert_eq!(Trend::from("NA"), Trend::NotAvailable);
    /// assert_eq!(Trend::Up.to_string(), "UP");
    /// ```
    Trend: "Trend of a score; known words are UP, DOWN, NA." {
        /// Rising.
        Up = "UP",
        /// Falling.
        Down = "DOWN",
        /// Not known to the vendor.
        NotAvailable = "NA",
    }
}

pub(super) fn same_word(one: &str, other: &str) -> bool {
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
    fn knows_words_in_any_dress_and_keeps_the_rest() {
        let cases = [
            ("Acceptable", Rating::Acceptable),
            ("acceptable", Rating::Acceptable),
            (" PASS ", Rating::Pass),
            ("Unacceptable", Rating::Unacceptable),
            ("UnacceptableReview", Rating::UnacceptableReview),
            ("Unacceptable - Review", Rating::UnacceptableReview),
            ("unacceptable_review", Rating::UnacceptableReview),
            ("Accept", Rating::Other("Accept".to_owned())),
            ("Acceptablé", Rating::Other("Acceptablé".to_owned())),
            ("", Rating::Other(String::new())),
            (" new  Word ", Rating::Other(" new  Word ".to_owned())),
        ];
        for (text, rating) in cases {
            assert_eq!(Rating::from(text), rating, "{text:?}");
            assert_eq!(Rating::from(text.to_owned()), rating, "{text:?}");
            assert_eq!(text.parse(), Ok(rating.clone()), "{text:?}");
            assert_eq!(rating.is_known(), !matches!(rating, Rating::Other(_)));
            assert_eq!(Rating::from(rating.as_str()), rating, "{text:?}");
        }
        assert_eq!(Trend::from("n/a"), Trend::NotAvailable);
        assert_eq!([Trend::Up.as_str(), Trend::Down.as_str(), Trend::NotAvailable.as_str()], ["UP", "DOWN", "NA"]);
    }

    #[test]
    fn crosses_json_as_text() {
        let level: RiskLevel = serde_json::from_str(r#""REVIEW""#).unwrap();
        assert_eq!(serde_json::to_string(&level).unwrap(), r#""Review""#);
        let level: RiskLevel = serde_json::from_str(r#""Sev-1""#).unwrap();
        assert_eq!(serde_json::to_string(&level).unwrap(), r#""Sev-1""#);
        assert!(serde_json::from_str::<RiskLevel>("null").is_err());
        assert_eq!(format!("{:>8}|", RiskLevel::Low), "     Low|");
    }
}
