//! Ids, times, money and ratings: the values that a plain string or number would get wrong.
//!
//! What a caller names, the SDK checks before anything is sent: [`CarrierId`], [`DotNumber`], [`DocketNumber`],
//! [`BlobName`]. What the vendor sends, it keeps as it came and reads on request: [`Timestamp`], and [`VendorText`]
//! on the many text fields that hold a date, an amount, a count or a yes. Known words and codes are open enums, such
//! as [`Rating`]: a value that is new to this crate is kept, never an error. [`Redacted`] does not print.
//!
//! ```
//! use mycarrierpackets::types::{CarrierId, Rating, Timestamp, VendorText};
//!
//! let carrier: CarrierId = "DOT 23868 MC113843".parse()?;
//! assert_eq!(carrier.dot_number().map(|dot| dot.get()), Some(23868));
//!
//! let limit = Some("1,000,000".to_owned());
//! assert_eq!(limit.vendor_money()?.map(|money| money.cents()), Some(100_000_000));
//! assert_eq!(Some("Acceptable").rating(), Some(Rating::Acceptable));
//! assert!(Timestamp::from("0001-01-01T00:00:00").is_unset());
//! # Ok::<(), mycarrierpackets::types::ParseError>(())
//! ```

#[macro_use]
mod macros;

mod blob_name;
mod carrier_id;
mod codes;
mod date;
mod docket_number;
mod dot_number;
mod intrastate;
pub(crate) mod lenient;
mod money;
mod number;
mod parse_error;
mod rating;
mod redacted;
mod text;
mod timestamp;

pub use blob_name::BlobName;
pub use carrier_id::{CarrierId, Sameness};
pub use codes::{AssociationKind, EmailKind, Source, VinStatus};
pub use date::parse_date;
pub use docket_number::{DocketKind, DocketNumber};
pub use dot_number::DotNumber;
pub use money::Money;
pub use parse_error::ParseError;
pub use rating::{Rating, RiskLevel, Trend};
pub use redacted::Redacted;
pub use text::VendorText;
pub use timestamp::Timestamp;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_threads() {
        fn check<T: Send + Sync + 'static>() {}
        check::<(BlobName, CarrierId, DocketNumber, DotNumber, Money, ParseError)>();
        check::<(Rating, RiskLevel, Trend, AssociationKind, Redacted, Timestamp)>();
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
        assert_eq!(kind::<EmailKind>(), ("EmailKind".to_owned(), Some("integer".to_owned())));
    }
}
