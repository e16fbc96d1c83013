//! USDOT numbers.

use super::ParseError;
use super::lenient::{self, Scalar, Unfit};
use super::number;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

const WHAT: &str = "a DOT number";
const EXPECTED: &str = "1 to 99999999, such as 23868 or \"DOT 23868\"";

/// The number by which the US Department of Transportation knows a carrier: 1 to 8 digits, never zero.
///
/// It is read from a number or from text in the ways people write it, and written as a number.
///
/// ```
/// use mycarrierpackets::types::DotNumber;
///
/// let dot: DotNumber = "USDOT 23868".parse()?;
/// assert_eq!(dot, DotNumber::new(23868)?);
/// assert_eq!((dot.get(), dot.to_string().as_str()), (23868, "23868"));
/// # Ok::<(), mycarrierpackets::types::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DotNumber(u32);

impl DotNumber {
    /// The largest number accepted: eight digits.
    pub const MAX: u32 = 99_999_999;

    /// A DOT number.
    ///
    /// # Errors
    /// Zero, or more than eight digits.
    pub fn new(number: u32) -> Result<Self, ParseError> {
        Self::from_number(number).ok_or_else(|| ParseError::new(&number.to_string(), WHAT, EXPECTED))
    }

    /// Reads what stands in a field or column for DOT numbers: there, thousands separators are nothing else.
    ///
    /// ```
    /// use mycarrierpackets::types::DotNumber;
    ///
    /// assert_eq!(DotNumber::from_field("23,868")?.get(), 23868);
    /// assert!("23,868".parse::<DotNumber>().is_err(), "elsewhere it could be two numbers");
    /// # Ok::<(), mycarrierpackets::types::ParseError>(())
    /// ```
    ///
    /// # Errors
    /// Text that is not a DOT number.
    pub fn from_field(text: &str) -> Result<Self, ParseError> {
        let plain = number::plain(text);
        let digits = number::ungroup(plain.trim()).filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
        digits.and_then(|digits| digits.parse().ok()).map_or_else(|| text.parse(), Ok)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }

    fn from_number(number: impl TryInto<u32>) -> Option<Self> {
        number.try_into().ok().filter(|n| (1..=Self::MAX).contains(n)).map(Self)
    }

    fn from_digits(text: &str) -> Option<Self> {
        number::digits(text).then(|| text.parse::<u32>().ok()).flatten().and_then(Self::from_number)
    }
}

impl FromStr for DotNumber {
    type Err = ParseError;

    /// Takes the digits alone or after `DOT` or `USDOT`, in any case, with spaces, `#`, `-`, `:` or the word "number"
    /// between. A fraction of zeros, as spreadsheets write it, does not matter: `23868.0`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let plain = number::plain(text);
        let trimmed = plain.trim();
        let digits = ["USDOT", "DOT"].iter().find_map(|prefix| after_prefix(trimmed, prefix)).unwrap_or(trimmed);
        let digits = number::spreadsheet_digits(digits);
        Self::from_digits(digits).ok_or_else(|| ParseError::new(text, WHAT, EXPECTED))
    }
}

/// What follows `prefix`, such as `MC`, and what people write between it and the digits.
pub(super) fn after_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    if !head.eq_ignore_ascii_case(prefix) {
        return None;
    }
    // A dash belongs to the prefix only where it touches it: "DOT -5" is a negative number, not a spelling.
    let rest = rest.strip_prefix(['-', ':', '.']).unwrap_or(rest).trim_start();
    let rest = after_word(rest).trim_start();
    let rest = rest.strip_prefix('#').unwrap_or(rest).trim_start();
    Some(rest.strip_prefix(':').unwrap_or(rest).trim_start())
}

fn after_word(text: &str) -> &str {
    let word = ["number", "num", "no"].iter().find_map(|word| {
        let (head, rest) = text.split_at_checked(word.len())?;
        let ends = !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        (head.eq_ignore_ascii_case(word) && ends).then(|| rest.strip_prefix('.').unwrap_or(rest))
    });
    word.unwrap_or(text)
}

impl fmt::Display for DotNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for DotNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DotNumber({})", self.0)
    }
}

impl From<DotNumber> for u32 {
    fn from(dot: DotNumber) -> Self {
        dot.0
    }
}

impl TryFrom<u32> for DotNumber {
    type Error = ParseError;

    fn try_from(number: u32) -> Result<Self, ParseError> {
        Self::new(number)
    }
}

impl Scalar for DotNumber {
    const EXPECTED: &'static str = "a DOT number";

    // Out of line, as for the other numbers.
    #[inline(never)]
    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        let Some(text) = number::present(text) else { return Ok(None) };
        match number::integer(text) {
            Some(number) => Self::from_integer(number),
            None => text.parse().map(Some).map_err(|_| Unfit),
        }
    }

    // The vendor writes 0 where a carrier has no DOT number.
    fn from_integer(number: i64) -> Result<Option<Self>, Unfit> {
        if number == 0 { Ok(None) } else { Self::from_number(number).map(Some).ok_or(Unfit) }
    }
}

impl Serialize for DotNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

impl<'de> Deserialize<'de> for DotNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::required(deserializer)
    }
}

try_from_text!(DotNumber);
plain_schema!(DotNumber, "integer", "USDOT number of a carrier, 1 to 99999999.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_ways_people_write_it() {
        let good = [
            "23868",
            "DOT 23868",
            "DOT23868",
            "USDOT 23868",
            "usdot23868",
            "DOT# 23868",
            "DOT #23868",
            "DOT-23868",
            "dot: 23868",
            " 23868 ",
            "00023868",
            "DOT 0000000000023868",
            "DOT   23868",
            "23868\n",
            "23868.0",
            "USDOT23868.00",
            "USDOT Number 23868",
            "dot number: 23868",
            "DOT No. 23868",
            "DOT#: 23868",
            "DOT\u{2013}23868",
            "\u{ff12}\u{ff13}\u{ff18}\u{ff16}\u{ff18}",
            "\u{a0}23868\u{a0}",
        ];
        for text in good {
            assert_eq!(text.parse(), Ok(DotNumber(23868)), "{text:?}");
        }
        let bad = [
            "",
            " ",
            "0",
            "000",
            "DOT",
            "DOT 0",
            "-5",
            "DOT -5",
            "+5",
            "5.5",
            "5.",
            "1,234",
            "23 868",
            "23868a",
            "a23868",
            "MC23868",
            "100000000",
            "4294967296",
            "99999999999999999999",
            "DOT DOT 5",
            "DOT##5",
            "DOTNO5",
            "\u{2212}5",
            "٢٣٨",
            "ÐÖT 5",
            "€€5",
        ];
        for text in bad {
            assert!(text.parse::<DotNumber>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_field_of_its_own_may_have_thousands_separators() {
        for text in ["23,868", " 23,868.0 ", "23868", "USDOT 23868"] {
            assert_eq!(DotNumber::from_field(text), Ok(DotNumber(23868)), "{text:?}");
        }
        for text in ["23,68", "2,3868", "-23,868", "23,868.5", "23,868,MC5", "", "100,000,000"] {
            assert!(DotNumber::from_field(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn has_bounds() {
        assert!(DotNumber::new(0).is_err());
        assert_eq!(DotNumber::new(DotNumber::MAX).map(DotNumber::get), Ok(99_999_999));
        let error = DotNumber::new(DotNumber::MAX + 1).unwrap_err().to_string();
        assert!(error.starts_with("\"100000000\" is not a DOT number: expected 1 to 99999999"), "{error}");
    }

    #[test]
    fn crosses_json() {
        let good = ["123456", "123456.0", r#""123456""#, r#"" 123456 ""#, r#""DOT 123456""#, r#""123,456""#];
        for json in good {
            assert_eq!(serde_json::from_str::<DotNumber>(json).unwrap(), DotNumber(123_456), "{json}");
        }
        let bad = [
            "0",
            r#""0""#,
            r#""""#,
            "null",
            "-1",
            "1.5",
            "1e20",
            "100000000",
            "true",
            "[]",
            "{}",
            r#""Bob 078051120""#,
        ];
        for json in bad {
            let error = serde_json::from_str::<DotNumber>(json).unwrap_err().to_string();
            assert!(error.contains("a DOT number") && !error.contains("Bob"), "{json}: {error}");
        }
        assert_eq!(serde_json::to_string(&DotNumber(5)).unwrap(), "5");
    }
}
