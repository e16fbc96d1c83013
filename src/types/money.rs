//! Amounts of money, exact to the cent.

use super::lenient::{Scalar, Unfit};
use super::{ParseError, number};
use std::fmt;
use std::str::FromStr;

const WHAT: &str = "an amount of money";
const EXPECTED: &str = "digits with at most two decimals, such as 1,000,000 or $40.70";

/// An amount of money, in whole cents, up to about 92 quadrillion dollars.
///
/// The vendor writes amounts as text and names no currency: dollars are assumed. A fraction of a cent is refused
/// rather than rounded.
///
/// ```
/// use mycarrierpackets::types::Money;
///
/// let limit: Money = "$1,000,000".parse()?;
/// assert_eq!((limit.cents(), limit.dollars()), (100_000_000, 1_000_000));
/// assert_eq!(limit, Money::from_cents(100_000_000));
/// assert_eq!(limit.to_string(), "1,000,000.00");
/// assert!(limit > "40.70".parse()?);
/// # Ok::<(), mycarrierpackets::types::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Money {
    cents: i64,
}

impl Money {
    /// The whole amount in cents.
    pub const fn from_cents(cents: i64) -> Self {
        Self { cents }
    }

    /// The amount in cents.
    pub const fn cents(self) -> i64 {
        self.cents
    }

    /// The whole dollars; cents are cut off, towards zero.
    pub const fn dollars(self) -> i64 {
        self.cents / 100
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
            Some(inner) => (true, inner.trim()),
            None => match text.strip_prefix('-') {
                Some(rest) => (true, rest.trim_start()),
                None => (false, text),
            },
        };
        let text = text.strip_prefix('$').unwrap_or(text).trim_start();
        let text = number::ungroup(text)?;
        let (dollars, decimals) = text.split_once('.').unwrap_or((&text, ""));
        let zeros = decimals.get(2..).unwrap_or_default().bytes().all(|b| b == b'0');
        let plain = number::digits(dollars) && decimals.bytes().all(|b| b.is_ascii_digit());
        if !plain || !zeros {
            return None;
        }
        let pennies: i64 = match decimals.len() {
            0 => 0,
            1 => decimals.parse::<i64>().ok()? * 10,
            _ => decimals.get(..2)?.parse().ok()?,
        };
        // Summed on its own side of zero, so that the lowest amount can be read as well as written.
        let sign = if negative { -1 } else { 1 };
        let dollars = dollars.parse::<i64>().ok()?.checked_mul(100 * sign)?;
        dollars.checked_add(pennies * sign).map(Self::from_cents)
    }
}

impl FromStr for Money {
    type Err = ParseError;

    /// Takes thousands separators, a `$`, and a minus or brackets for less than nothing.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::read(text).ok_or_else(|| ParseError::unseen(WHAT, EXPECTED))
    }
}

impl fmt::Display for Money {
    /// With thousands separators and two decimals, without a currency.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.cents.unsigned_abs();
        let dollars = (cents / 100).to_string();
        let mut text = String::with_capacity(dollars.len() * 2);
        if self.cents < 0 {
            text.push('-');
        }
        for (place, digit) in dollars.chars().enumerate() {
            if place > 0 && (dollars.len() - place).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        f.pad(&format!("{text}.{:02}", cents % 100))
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Money({self})")
    }
}

impl Scalar for Money {
    const EXPECTED: &'static str = "an amount of money";

    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        number::present(text).map(|text| Self::read(text).ok_or(Unfit)).transpose()
    }

    fn from_integer(value: i64) -> Result<Option<Self>, Unfit> {
        value.checked_mul(100).map(|cents| Some(Self::from_cents(cents))).ok_or(Unfit)
    }

    // The shortest text of a float is what the JSON said.
    fn from_float(value: f64) -> Result<Option<Self>, Unfit> {
        Self::read(&value.to_string()).map(Some).ok_or(Unfit)
    }
}

try_from_text!(Money);
serde_as_text!(Money);
plain_schema!(Money, "string", "Amount of money with two decimals, in dollars, such as 1,000,000.00.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_amounts() {
        let cases = [
            ("1,000,000", 100_000_000),
            ("$1,000,000.50", 100_000_050),
            ("1000000", 100_000_000),
            ("40.70", 4070),
            ("40.7", 4070),
            ("40.", 4000),
            (" $ 40.7000 ", 4070),
            ("0", 0),
            ("-5.25", -525),
            ("-$5", -500),
            ("($1,234.05)", -123_405),
            ("0.01", 1),
            ("-0.01", -1),
            ("92233720368547758.07", i64::MAX),
            ("-92233720368547758.08", i64::MIN),
        ];
        for (text, cents) in cases {
            assert_eq!(text.parse(), Ok(Money::from_cents(cents)), "{text:?}");
        }
        let bad = [
            "",
            " ",
            "$",
            "-",
            "()",
            "1.234",
            "1,00",
            "1,0000",
            "1.000,50",
            "1M",
            "5 USD",
            "--5",
            "1e3",
            "0x10",
            ".50",
            ".",
            "92233720368547758.08",
            "99999999999999999999",
            "٥",
            "1.5é",
            "1.é",
        ];
        for text in bad {
            let error = text.parse::<Money>().unwrap_err().to_string();
            assert!(error.starts_with("the text is not an amount of money"), "{text:?}: {error}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        let cases = [
            (0, "0.00"),
            (5, "0.05"),
            (-5, "-0.05"),
            (99_999, "999.99"),
            (100_000, "1,000.00"),
            (-123_456_789, "-1,234,567.89"),
            (i64::MAX, "92,233,720,368,547,758.07"),
            (i64::MIN, "-92,233,720,368,547,758.08"),
        ];
        for (cents, text) in cases {
            assert_eq!(Money::from_cents(cents).to_string(), text);
            assert_eq!(text.parse(), Ok(Money::from_cents(cents)), "{text}");
        }
        assert_eq!((Money::from_cents(199).dollars(), Money::from_cents(-199).dollars()), (1, -1));
        assert!(Money::from_cents(1) > Money::default());
    }

    #[test]
    fn crosses_json() {
        for json in [r#""1,000.50""#, "1000.5", r#""$1000.50""#] {
            let money: Money = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&money).unwrap(), r#""1,000.50""#, "{json}");
        }
        assert_eq!(serde_json::from_str::<Money>("7").unwrap().cents(), 700);
        for json in ["1.005", "1e300", "9223372036854775807", "null", r#""""#, "true"] {
            assert!(serde_json::from_str::<Money>(json).is_err(), "{json}");
        }
    }
}
