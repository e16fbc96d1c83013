//! Ids, times, money and vocabularies: the values that a plain string or number would get wrong.
//!
//! What a caller names, the SDK checks before anything is sent: [`CarrierId`], [`DotNumber`], [`DocketNumber`],
//! [`BlobName`]. What the vendor sends, it keeps as it came and reads on request: [`Timestamp`], and the texts that
//! hold a date, an amount, a count, a percentage, a yes or a docket number, such as [`DateText`] and [`MoneyText`].
//! Known words and codes are open enums, such as [`Rating`]: a value that is new to this crate is kept, never an error.
//! [`Redacted`] does not print.
//!
//! ```
//! use mycarrierpackets::types::{CarrierId, MoneyText, Rating, Timestamp};
//!
//! let carrier: CarrierId = "DOT 23868 MC113843".parse()?;
//! assert_eq!(carrier.dot_number().map(|dot| dot.get()), Some(23868));
//!
//! let limit = MoneyText::from("1,000,000");
//! assert_eq!(limit.amount().map(|money| money.cents()), Some(100_000_000));
//! assert!(Rating::from("a new word") > Rating::Acceptable);
//! assert!(Timestamp::from("0001-01-01T00:00:00").is_unset());
//! # Ok::<(), mycarrierpackets::types::ParseError>(())
//! ```

#[macro_use]
mod macros;

mod blob_name;
mod carrier_id;
mod date;
mod docket_number;
mod dot_number;
mod intrastate;
pub(crate) mod lenient;
mod money;
mod number;
mod parse_error;
mod redacted;
mod texts;
mod timestamp;
mod vocabulary;

pub use blob_name::BlobName;
pub use carrier_id::{CarrierId, Sameness};
pub use docket_number::{DocketKind, DocketNumber};
pub use dot_number::DotNumber;
pub use money::Money;
pub use parse_error::ParseError;
pub use redacted::Redacted;
pub use texts::{CountText, DateText, DocketText, MoneyText, PercentText, YesNoText};
pub use timestamp::Timestamp;
pub use vocabulary::*;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_threads() {
        fn check<T: Send + Sync + 'static>() {}
        check::<(BlobName, CarrierId, DocketNumber, DotNumber, Money, ParseError)>();
        check::<(Rating, RiskLevel, Trend, AssociationType, Redacted, Timestamp)>();
        check::<(CountText, DateText, DocketText, MoneyText, PercentText, YesNoText)>();
    }

    #[cfg(feature = "schemars")]
    #[test]
    fn describe_themselves() {
        fn kind<T: schemars::JsonSchema>() -> (String, Option<String>) {
            let schema = schemars::schema_for!(T);
            let text = |key| schema.get(key).and_then(|value| value.as_str()).map(str::to_owned);
            assert!(text("description").is_some(), "{}", T::schema_name());
            (T::schema_name().into_owned(), text("type"))
        }
        let plain = [kind::<Timestamp>(), kind::<Redacted>(), kind::<CarrierId>(), kind::<Rating>(), kind::<Money>()];
        assert!(plain.iter().all(|(_, json_type)| json_type.as_deref() == Some("string")), "{plain:?}");
        assert_eq!(kind::<DotNumber>(), ("DotNumber".to_owned(), Some("integer".to_owned())));
        let generated = kind::<crate::models::CarrierData>();
        assert_eq!(generated, ("CarrierData".to_owned(), Some("object".to_owned())));
        assert_eq!(kind::<EmailType>(), ("EmailType".to_owned(), Some("integer".to_owned())));
    }

    fn from_json<T: lenient::Scalar>(json: &str) -> Option<T> {
        let mut json = serde_json::Deserializer::from_str(json);
        lenient::scalar(&mut json).ok().flatten()
    }

    #[test]
    fn a_number_where_a_text_belongs_is_its_digits() {
        let negative = i64::MIN.to_string();
        for number in ["7", "18446744073709551615", negative.as_str(), "2.5"] {
            let texts = [
                from_json::<Timestamp>(number).map(|text| text.to_string()),
                from_json::<Redacted>(number).map(|text| text.expose().to_owned()),
                from_json::<MoneyText>(number).map(|text| text.to_string()),
                from_json::<String>(number),
            ];
            assert_eq!(texts, std::array::from_fn(|_| Some(number.to_owned())), "{number}");
        }
    }

    #[test]
    fn a_number_is_read_whole_or_not_at_all() {
        assert_eq!(from_json::<f64>("7"), Some(7.0));
        assert_eq!(from_json::<f64>("-7"), Some(-7.0));
        assert_eq!(from_json::<f64>("18446744073709551615"), Some(18_446_744_073_709_551_615.0));
        assert_eq!(from_json::<f64>("2.5"), Some(2.5));
        assert_eq!(from_json::<CarrierId>("23868"), "DOT 23868".parse().ok());
        assert_eq!(from_json::<CarrierId>("\"MC113843\""), "MC113843".parse().ok());
        assert_eq!(from_json::<CarrierId>("23868.5"), None);
        assert_eq!(from_json::<CarrierId>("-1"), None);
        for kind in ["true", "7", "2.5", "18446744073709551615"] {
            assert_eq!(from_json::<BlobName>(kind), None, "{kind} is no name");
        }
    }

    #[test]
    fn a_value_shows_what_it_is_in_debug_and_as_text() {
        let blob: BlobName = "c/ab-12".parse().unwrap();
        assert_eq!((blob.as_ref(), format!("{blob:?}").contains("c/ab-12")), ("c/ab-12", true));
        let time = Timestamp::from("2026-03-18T08:00:00");
        assert_eq!(AsRef::<str>::as_ref(&time), "2026-03-18T08:00:00");
        let dot: DotNumber = "23868".parse().unwrap();
        assert!(format!("{dot:?}").contains("23868"), "{dot:?}");
        assert_eq!(format!("{:?}", Money::from_cents(123_450)), "Money(1,234.50)");
    }

    #[test]
    fn equal_values_have_equal_hashes_and_others_others() {
        use std::hash::{BuildHasher as _, Hash, RandomState};
        fn hashes<T: Hash>(values: &[T]) -> usize {
            let state = RandomState::new();
            values.iter().map(|value| state.hash_one(value)).collect::<std::collections::HashSet<_>>().len()
        }
        let dockets =
            |texts: &[&str]| texts.iter().map(|text| text.parse::<DocketNumber>().unwrap()).collect::<Vec<_>>();
        assert_eq!(hashes(&dockets(&["MC113843", "mc-113843", "MC 0113843"])), 1);
        assert_eq!(hashes(&dockets(&["MC113843", "MC113844", "FF113843"])), 3);
        let states = |texts: &[&str]| texts.iter().map(|text| CarrierId::intrastate(text).unwrap()).collect::<Vec<_>>();
        assert_eq!(hashes(&states(&["TX 006543210C", "tx-006543210c"])), 1);
        assert_eq!(hashes(&states(&["TX 006543210C", "TX 006543211C"])), 2);
    }
}
