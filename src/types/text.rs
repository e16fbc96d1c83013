//! What the vendor's text fields mean.

use super::date::parse_date;
use super::{Money, ParseError, Rating, RiskLevel, Trend, number};
use jiff::civil::Date;

/// Reads the many text fields of the answers that hold a date, an amount, a count, a yes, or a rating.
///
/// It is there on `str`, `String`, and options of them, so it goes straight onto a field. Nothing, the empty text and
/// `NA` are no value and never an error. Errors do not repeat the text.
///
/// ```
/// use mycarrierpackets::types::{Trend, VendorText};
///
/// let expiration: Option<String> = Some("2026-03-18".to_owned());
/// assert_eq!(expiration.vendor_date()?, Some(jiff::civil::date(2026, 3, 18)));
///
/// assert_eq!(Some("1,000,000").vendor_money()?.map(|m| m.dollars()), Some(1_000_000));
/// assert_eq!("Yes".vendor_yes_no()?, Some(true));
/// assert_eq!("10,150,000".vendor_count()?, Some(10_150_000));
/// assert_eq!("UP".trend(), Some(Trend::Up));
/// assert_eq!(None::<String>.vendor_date()?, None);
/// # Ok::<(), mycarrierpackets::types::ParseError>(())
/// ```
pub trait VendorText: sealed::Sealed {
    /// The text without spaces around it, unless there is none or it says `NA`.
    fn vendor_text(&self) -> Option<&str> {
        self.given().and_then(number::present)
    }

    /// A plain date, as [`parse_date`] reads it.
    ///
    /// # Errors
    /// Text that is no date, or a day that the calendar does not have.
    fn vendor_date(&self) -> Result<Option<Date>, ParseError> {
        self.vendor_text().map_or(Ok(None), parse_date)
    }

    /// An amount of money, in dollars.
    ///
    /// # Errors
    /// Text that is no amount, or one with a fraction of a cent.
    fn vendor_money(&self) -> Result<Option<Money>, ParseError> {
        self.vendor_text().map(str::parse).transpose()
    }

    /// Yes or no: `Yes`, `No`, `Y`, `N`, `true`, `false`, `1`, `0`, in any case.
    ///
    /// # Errors
    /// Any other text.
    fn vendor_yes_no(&self) -> Result<Option<bool>, ParseError> {
        let unfit = || ParseError::unseen("a yes or a no", "Yes or No");
        self.vendor_text().map(|text| number::yes_no(text).ok_or_else(unfit)).transpose()
    }

    /// A count: a whole number that is not negative, with thousands separators or without.
    ///
    /// # Errors
    /// Any other text.
    fn vendor_count(&self) -> Result<Option<u64>, ParseError> {
        let unfit = || ParseError::unseen("a count", "digits, such as 1,234");
        let count = |text| number::integer(text).and_then(|n| u64::try_from(n).ok());
        self.vendor_text().map(|text| count(text).ok_or_else(unfit)).transpose()
    }

    /// A rate or percentage, in the unit of the field: `40.70` is 40.7.
    ///
    /// # Errors
    /// Any other text.
    fn vendor_decimal(&self) -> Result<Option<f64>, ParseError> {
        let unfit = || ParseError::unseen("a decimal number", "digits, such as 40.70");
        let number = |text: &str| number::decimal(text.strip_suffix('%').unwrap_or(text).trim_end());
        self.vendor_text().map(|text| number(text).ok_or_else(unfit)).transpose()
    }

    /// A rating; none only for no value.
    fn rating(&self) -> Option<Rating> {
        self.vendor_text().map(Rating::from)
    }

    /// The level of an infraction; none only for no value.
    fn risk_level(&self) -> Option<RiskLevel> {
        self.vendor_text().map(RiskLevel::from)
    }

    /// A trend, with `NA` as [`Trend::NotAvailable`]; none only for no text.
    fn trend(&self) -> Option<Trend> {
        self.given().map(str::trim).filter(|text| !text.is_empty()).map(Trend::from)
    }
}

impl<T: sealed::Sealed + ?Sized> VendorText for T {}

mod sealed {
    pub trait Sealed {
        fn given(&self) -> Option<&str>;
    }

    impl Sealed for str {
        fn given(&self) -> Option<&str> {
            Some(self)
        }
    }

    impl Sealed for String {
        fn given(&self) -> Option<&str> {
            Some(self)
        }
    }

    impl<T: Sealed + ?Sized> Sealed for &T {
        fn given(&self) -> Option<&str> {
            (**self).given()
        }
    }

    impl<T: Sealed> Sealed for Option<T> {
        fn given(&self) -> Option<&str> {
            self.as_ref().and_then(T::given)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sits_on_every_kind_of_text() {
        let owned = Some("Yes".to_owned());
        assert_eq!(owned.vendor_yes_no(), Ok(Some(true)));
        assert_eq!(owned.as_ref().vendor_yes_no(), Ok(Some(true)));
        assert_eq!(owned.as_deref().vendor_yes_no(), Ok(Some(true)));
        assert_eq!("Yes".to_owned().vendor_yes_no(), Ok(Some(true)));
        assert_eq!("Yes".vendor_yes_no(), Ok(Some(true)));
    }

    #[test]
    fn nothing_is_never_an_error() {
        for text in [None, Some(""), Some(" "), Some("NA"), Some("n/a")] {
            assert_eq!(text.vendor_text(), None);
            assert_eq!(text.vendor_date(), Ok(None));
            assert_eq!(text.vendor_money(), Ok(None));
            assert_eq!(text.vendor_yes_no(), Ok(None));
            assert_eq!(text.vendor_count(), Ok(None));
            assert_eq!(text.vendor_decimal(), Ok(None));
            assert_eq!((text.rating(), text.risk_level()), (None, None));
        }
        assert_eq!([None, Some(""), Some(" ")].map(|text| text.trend()), [None, None, None]);
        assert_eq!(Some("NA").trend(), Some(Trend::NotAvailable));
    }

    #[test]
    fn reads_values() {
        assert_eq!(" no ".vendor_yes_no(), Ok(Some(false)));
        assert_eq!("10150000".vendor_count(), Ok(Some(10_150_000)));
        assert_eq!("1,000".vendor_count(), Ok(Some(1000)));
        assert_eq!("40.70".vendor_decimal(), Ok(Some(40.7)));
        assert_eq!("40.70 %".vendor_decimal(), Ok(Some(40.7)));
        assert_eq!("$40.70".vendor_money(), Ok(Some(Money::from_cents(4070))));
        assert_eq!("0000-00-00".vendor_date(), Ok(None));
        assert_eq!(" Moderate ".rating(), Some(Rating::Moderate));
        assert_eq!("Review".risk_level(), Some(RiskLevel::Review));
        assert_eq!("DOWN".trend(), Some(Trend::Down));
        assert_eq!("sideways".trend(), Some(Trend::Other("sideways".to_owned())));
    }

    #[test]
    fn refuses_without_repeating() {
        let text = "078-05-1120 x";
        let errors = [
            text.vendor_date().unwrap_err(),
            text.vendor_money().unwrap_err(),
            text.vendor_yes_no().unwrap_err(),
            text.vendor_count().unwrap_err(),
            text.vendor_decimal().unwrap_err(),
            "-1".vendor_count().unwrap_err(),
        ];
        for error in errors {
            assert!(
                error.to_string().starts_with("the text is not a") && !error.to_string().contains("1120"),
                "{error}"
            );
        }
    }
}
