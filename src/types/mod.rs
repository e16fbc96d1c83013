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
}
