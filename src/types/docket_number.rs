//! Docket numbers: the operating authority of a carrier.

use super::ParseError;
use super::dot_number::after_prefix;
use super::lenient::{Scalar, Unfit};
use super::number;
use std::fmt;
use std::str::FromStr;

const WHAT: &str = "a docket number";
const EXPECTED: &str = "MC, FF or MX and 1 to 10 digits, such as MC113843";
const MAX_DIGITS: usize = 10;
const MAX_PADDED: usize = 20;

/// The series a docket number belongs to.
///
/// ```
/// use mycarrierpackets::types::DocketKind;
///
/// assert_eq!(DocketKind::Mc.as_str(), "MC");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DocketKind {
    /// Motor carrier.
    Mc,
    /// Freight forwarder.
    Ff,
    /// Carrier based in Mexico.
    Mx,
}

impl DocketKind {
    const ALL: [Self; 3] = [Self::Mc, Self::Ff, Self::Mx];

    /// `MC`, `FF` or `MX`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mc => "MC",
            Self::Ff => "FF",
            Self::Mx => "MX",
        }
    }
}

impl fmt::Display for DocketKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A docket number: `MC`, `FF` or `MX` and up to ten digits.
///
/// It is written without separators, `MC113843`. Leading zeros stay as they were given, and do not matter: `MC0113843`
/// equals `MC113843`, as FMCSA pads the same number in some of its files. The order is that of the series and number.
///
/// ```
/// use mycarrierpackets::types::{DocketKind, DocketNumber};
///
/// let docket: DocketNumber = "mc-113843".parse()?;
/// assert_eq!(docket.as_str(), "MC113843");
/// assert_eq!((docket.kind(), docket.digits()), (DocketKind::Mc, "113843"));
///
/// let padded: DocketNumber = "MC0113843".parse()?;
/// assert_eq!((padded.as_str(), padded == docket), ("MC0113843", true));
///
/// assert_eq!(DocketNumber::new(DocketKind::Mc, "113843")?, docket);
/// assert_eq!(DocketNumber::in_series(DocketKind::Ff, "4321")?.as_str(), "FF4321");
/// # Ok::<(), mycarrierpackets::types::ParseError>(())
/// ```
#[derive(Clone)]
pub struct DocketNumber {
    kind: DocketKind,
    text: Box<str>,
}

impl PartialEq for DocketNumber {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for DocketNumber {}

impl std::hash::Hash for DocketNumber {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl PartialOrd for DocketNumber {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DocketNumber {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.identity().cmp(&other.identity())
    }
}

impl DocketNumber {
    /// A docket number of `kind`, from its digits alone.
    ///
    /// # Errors
    /// No digits, nothing but zeros, more than ten digits, or anything else in between.
    pub fn new(kind: DocketKind, digits: &str) -> Result<Self, ParseError> {
        let problem = if !number::digits(digits) {
            Some("has no digits, or more than digits")
        } else if digits.trim_start_matches('0').len() > MAX_DIGITS || digits.len() > MAX_PADDED {
            Some("has too many digits for a docket number")
        } else if digits.bytes().all(|b| b == b'0') {
            Some("is zero, which is no docket number")
        } else {
            None
        };
        match problem {
            Some(problem) => Err(ParseError::because(digits, problem, EXPECTED)),
            None => Ok(Self { kind, text: format!("{kind}{digits}").into() }),
        }
    }

    /// Reads what stands in a field or column for docket numbers: there, digits alone are an MC number, and what a
    /// spreadsheet made of them, `113843.0` or `113,843`, is its digits.
    ///
    /// ```
    /// use mycarrierpackets::types::DocketNumber;
    ///
    /// assert_eq!(DocketNumber::from_field("113843")?.as_str(), "MC113843");
    /// assert_eq!(DocketNumber::from_field("FF 42")?.as_str(), "FF42");
    /// assert!("113843".parse::<DocketNumber>().is_err(), "elsewhere it could be a DOT number");
    /// # Ok::<(), mycarrierpackets::types::ParseError>(())
    /// ```
    ///
    /// # Errors
    /// Text that is neither.
    pub fn from_field(text: &str) -> Result<Self, ParseError> {
        Self::in_series(DocketKind::Mc, text)
    }

    /// As [`from_field`](Self::from_field), where digits alone are a number of `kind`.
    ///
    /// # Errors
    /// Text that is neither.
    pub fn in_series(kind: DocketKind, text: &str) -> Result<Self, ParseError> {
        let plain = number::plain(text);
        let ungrouped = number::ungroup(plain.trim()).unwrap_or_default();
        let digits = number::spreadsheet_digits(&ungrouped);
        if number::digits(digits) { Self::new(kind, digits) } else { text.parse() }
    }

    fn identity(&self) -> (DocketKind, usize, &str) {
        let digits = self.digits().trim_start_matches('0');
        // Of two numbers without leading zeros the longer is the larger.
        (self.kind, digits.len(), digits)
    }

    /// Its series.
    pub fn kind(&self) -> DocketKind {
        self.kind
    }

    /// Its digits, leading zeros included.
    pub fn digits(&self) -> &str {
        self.text.get(self.kind.as_str().len()..).unwrap_or_default()
    }

    /// Its text, such as `MC113843`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for DocketNumber {
    type Err = ParseError;

    /// Takes the series in any case, then the digits, with spaces, `#`, `-`, `:` or the word "number" between.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let plain = number::plain(text);
        let trimmed = plain.trim();
        let (kind, digits) = DocketKind::ALL
            .into_iter()
            .find_map(|kind| Some((kind, after_prefix(trimmed, kind.as_str())?)))
            .ok_or_else(|| ParseError::new(text, WHAT, EXPECTED))?;
        Self::new(kind, digits)
            .map_err(|error| if digits.is_empty() { ParseError::new(text, WHAT, EXPECTED) } else { error })
    }
}

impl fmt::Display for DocketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for DocketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocketNumber({})", self.text)
    }
}

impl AsRef<str> for DocketNumber {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl Scalar for DocketNumber {
    const EXPECTED: &'static str = "a docket number";

    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        number::present(text).map(str::parse).transpose().map_err(|_| Unfit)
    }
}

try_from_text!(DocketNumber);
serde_as_text!(DocketNumber);
plain_schema!(DocketNumber, "string", "Docket number of a carrier: MC, FF or MX and digits, such as MC113843.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_ways_people_write_it() {
        let good = [
            ("MC113843", "MC113843"),
            ("mc-113843", "MC113843"),
            ("MC 113843", "MC113843"),
            ("MC#113843", "MC113843"),
            ("MC # 113843", "MC113843"),
            (" Mc: 113843 ", "MC113843"),
            ("FF5", "FF5"),
            ("mx0001234567", "MX0001234567"),
            ("MC0113843", "MC0113843"),
            ("MC#: 113843", "MC113843"),
            ("MC No. 113843", "MC113843"),
            ("mc number 113843", "MC113843"),
            ("MC\u{2013}113843", "MC113843"),
            ("MC\u{a0}113843\u{200b}", "MC113843"),
            ("\u{ff2d}\u{ff23}\u{ff15}", "MC5"),
        ];
        for (text, canonical) in good {
            let docket: DocketNumber = text.parse().unwrap();
            assert_eq!(docket.to_string(), canonical, "{text:?}");
            assert_eq!(canonical.parse(), Ok(docket), "{text:?}");
        }
    }

    #[test]
    fn leading_zeros_are_kept_and_do_not_matter() {
        let of = |text: &str| text.parse::<DocketNumber>().unwrap();
        for text in ["MC113843", "MC0113843", "mc-000113843", "MC 00000000000000113843"] {
            assert_eq!(of(text), of("MC113843"), "{text}");
            let set = std::collections::HashSet::from([of("MC113843")]);
            assert!(set.contains(&of(text)), "{text}");
        }
        assert_eq!(of("MC000113843").as_str(), "MC000113843", "what was given is what is sent");
        for other in ["FF113843", "MC1138430", "MC13843", "MC213843"] {
            assert_ne!(of(other), of("MC113843"), "{other}");
        }
        let mut sorted = ["MC10", "MC0009", "FF2", "MC9000", "MC010"].map(of);
        sorted.sort();
        assert_eq!(sorted.each_ref().map(DocketNumber::as_str), ["MC0009", "MC10", "MC010", "MC9000", "FF2"]);
    }

    #[test]
    fn digits_alone_are_an_mc_number_in_a_field_of_their_own() {
        for text in ["113843", " 113843 ", "113843.0", "113843.00", "113,843", "MC113843", "mc 113843"] {
            assert_eq!(DocketNumber::from_field(text).unwrap().as_str(), "MC113843", "{text}");
        }
        assert_eq!(DocketNumber::in_series(DocketKind::Ff, "00,42").unwrap_err().expected(), EXPECTED);
        assert_eq!(DocketNumber::in_series(DocketKind::Ff, "0042").unwrap().as_str(), "FF0042");
        assert_eq!(DocketNumber::in_series(DocketKind::Ff, "MC42").unwrap().as_str(), "MC42");
        for text in ["", "0", "113843.5", "1,13843", "DOT 5", "1.1E5", "-5", "12345678901"] {
            assert!(DocketNumber::from_field(text).is_err(), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest_and_says_why() {
        let bad = [
            ("", "is not a docket number"),
            ("113843", "is not a docket number"),
            ("MC", "\"MC\" is not a docket number"),
            ("MC-", "is not a docket number"),
            ("XX5", "is not a docket number"),
            ("DOT 5", "is not a docket number"),
            ("é5", "is not a docket number"),
            ("MC12345678901", "too many digits"),
            ("MC0", "is zero"),
            ("MC12a", "no digits, or more than digits"),
            ("MC 12 34", "no digits, or more than digits"),
            ("MC -5", "no digits, or more than digits"),
            ("MC٣", "no digits, or more than digits"),
        ];
        for (text, problem) in bad {
            let error = text.parse::<DocketNumber>().unwrap_err().to_string();
            assert!(error.contains(problem) && error.ends_with(EXPECTED), "{text:?}: {error}");
        }
    }

    #[test]
    fn takes_itself_apart() {
        let docket = DocketNumber::new(DocketKind::Ff, "0042").unwrap();
        assert_eq!((docket.kind(), docket.digits(), docket.as_str()), (DocketKind::Ff, "0042", "FF0042"));
        assert_eq!(format!("{docket:?}"), "DocketNumber(FF0042)");
    }

    #[test]
    fn crosses_json_as_text() {
        let docket: DocketNumber = serde_json::from_str(r#""mc 113843""#).unwrap();
        assert_eq!(serde_json::to_string(&docket).unwrap(), r#""MC113843""#);
        for json in ["113843", "null", r#""""#, r#""hello""#, "{}"] {
            assert!(serde_json::from_str::<DocketNumber>(json).is_err(), "{json}");
        }
    }
}
