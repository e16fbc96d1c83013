//! How a caller names a carrier.

use super::lenient::{Scalar, Unfit};
use super::{DocketNumber, DotNumber, ParseError, intrastate, number};
use std::fmt;
use std::str::FromStr;

const WHAT: &str = "a carrier";
const EXPECTED: &str = "a DOT number (23868, \"DOT 23868\"), a docket number (MC113843, FF…, MX…), both \
    (\"DOT 23868 MC113843\"), or an intrastate number (\"TX 006543210C\", \"intrastate 0123456\")";
const MAX_CHARACTERS: usize = 64;
const INTRASTATE: &str = "intrastate";

/// The name of a carrier: its DOT number, its docket number, both, or the number its state gave it.
///
/// ```
/// use mycarrierpackets::types::CarrierId;
///
/// for text in ["23868", "DOT 23868", "MC113843", "DOT 23868 MC113843", "MC-113843 / 23868", "TX 006543210C"] {
///     let carrier: CarrierId = text.parse()?;
///     assert_eq!(carrier.to_string().parse(), Ok(carrier));
/// }
///
/// let carrier = CarrierId::new(23868, "MC113843")?;
/// assert_eq!(carrier.to_string(), "DOT 23868 MC113843");
/// # Ok::<(), mycarrierpackets::types::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CarrierId(Numbers);

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Numbers {
    Dot(DotNumber),
    Docket(DocketNumber),
    Both(DotNumber, DocketNumber),
    Intrastate(Box<str>),
}

impl CarrierId {
    /// A carrier by DOT and docket number.
    ///
    /// # Errors
    /// Either is not what it should be.
    pub fn new(dot: u32, docket: &str) -> Result<Self, ParseError> {
        Ok(Self(Numbers::Both(DotNumber::new(dot)?, docket.parse()?)))
    }

    /// A carrier by DOT number.
    ///
    /// # Errors
    /// Zero, or more than eight digits.
    pub fn dot(dot: u32) -> Result<Self, ParseError> {
        DotNumber::new(dot).map(Self::from)
    }

    /// A carrier by docket number, such as `MC113843`.
    ///
    /// # Errors
    /// Text that is no docket number.
    pub fn docket(docket: &str) -> Result<Self, ParseError> {
        docket.parse::<DocketNumber>().map(Self::from)
    }

    /// A carrier that works in one state only, by the number the state gave it: at most 32 letters, digits and `-`,
    /// a digit among them, with a state before it or without (`TX 006543210C`, `0123456`). It is kept as given.
    ///
    /// # Errors
    /// Any other text.
    pub fn intrastate(number: &str) -> Result<Self, ParseError> {
        let trimmed = number.trim();
        if intrastate::is_number(trimmed) {
            return Ok(Self(Numbers::Intrastate(trimmed.into())));
        }
        Err(ParseError::new(number, "an intrastate number", "up to 32 letters and digits, such as TX 006543210C"))
    }

    /// The DOT number, if the carrier is named by it.
    pub fn dot_number(&self) -> Option<DotNumber> {
        match &self.0 {
            Numbers::Dot(dot) | Numbers::Both(dot, _) => Some(*dot),
            Numbers::Docket(_) | Numbers::Intrastate(_) => None,
        }
    }

    /// The docket number, if the carrier is named by it.
    pub fn docket_number(&self) -> Option<&DocketNumber> {
        match &self.0 {
            Numbers::Docket(docket) | Numbers::Both(_, docket) => Some(docket),
            Numbers::Dot(_) | Numbers::Intrastate(_) => None,
        }
    }

    /// The number its state gave it, if the carrier is named by it.
    pub fn intrastate_number(&self) -> Option<&str> {
        match &self.0 {
            Numbers::Intrastate(number) => Some(number),
            _ => None,
        }
    }
}

impl FromStr for CarrierId {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let refused = || ParseError::new(text, WHAT, EXPECTED);
        if text.chars().nth(MAX_CHARACTERS).is_some() || text.chars().any(char::is_control) {
            return Err(refused());
        }
        let trimmed = text.trim();
        if let Some(number) = after_word(trimmed) {
            return Self::intrastate(number);
        }
        if let Some(carrier) = one(trimmed).or_else(|| both(trimmed)) {
            return Ok(carrier);
        }
        if intrastate::speaks_for_itself(trimmed) {
            return Ok(Self(Numbers::Intrastate(trimmed.into())));
        }
        Err(explain(trimmed).unwrap_or_else(refused))
    }
}

fn one(text: &str) -> Option<CarrierId> {
    let dot = || text.parse::<DotNumber>().ok().map(CarrierId::from);
    dot().or_else(|| text.parse::<DocketNumber>().ok().map(CarrierId::from))
}

// Spaces both part the two numbers and stand inside them, so every place is tried.
fn both(text: &str) -> Option<CarrierId> {
    text.match_indices([' ', ',', '/', '+']).find_map(|(place, separator)| {
        let (left, right) = (text.get(..place)?.trim(), text.get(place + separator.len()..)?.trim());
        let ordered = |dot: &str, docket: &str| Some((dot.parse().ok()?, docket.parse().ok()?));
        // "MC 113 843" is a number with a slip in it, and must not become another carrier's two.
        let slip = separator == " " && left.contains(' ') && number::digits(right);
        let reversed = || if slip { None } else { ordered(right, left) };
        ordered(left, right).or_else(reversed).map(|(dot, docket)| CarrierId(Numbers::Both(dot, docket)))
    })
}

// A docket number with one thing wrong deserves that thing's own message.
fn explain(text: &str) -> Option<ParseError> {
    let docket = text.bytes().all(|b| b.is_ascii_alphanumeric()) && text.bytes().any(|b| b.is_ascii_digit());
    let series = ["MC", "FF", "MX"].iter().any(|s| text.get(..2).is_some_and(|head| head.eq_ignore_ascii_case(s)));
    if docket && series { text.parse::<DocketNumber>().err() } else { None }
}

/// What follows the word "intrastate".
fn after_word(text: &str) -> Option<&str> {
    let (word, rest) = text.split_at_checked(INTRASTATE.len())?;
    let parted = rest.starts_with([' ', ':']);
    (word.eq_ignore_ascii_case(INTRASTATE) && parted).then(|| {
        let rest = rest.trim_start();
        rest.strip_prefix(':').unwrap_or(rest).trim_start()
    })
}

impl fmt::Display for CarrierId {
    /// Writes a text that parses back to the same carrier.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Numbers::Dot(dot) => f.pad(&format!("DOT {dot}")),
            Numbers::Docket(docket) => docket.fmt(f),
            Numbers::Both(dot, docket) => f.pad(&format!("DOT {dot} {docket}")),
            Numbers::Intrastate(number) => f.pad(&format!("{INTRASTATE} {number}")),
        }
    }
}

impl fmt::Debug for CarrierId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CarrierId({self})")
    }
}

impl From<DotNumber> for CarrierId {
    fn from(dot: DotNumber) -> Self {
        Self(Numbers::Dot(dot))
    }
}

impl From<DocketNumber> for CarrierId {
    fn from(docket: DocketNumber) -> Self {
        Self(Numbers::Docket(docket))
    }
}

impl From<(DotNumber, DocketNumber)> for CarrierId {
    fn from((dot, docket): (DotNumber, DocketNumber)) -> Self {
        Self(Numbers::Both(dot, docket))
    }
}

impl From<&Self> for CarrierId {
    fn from(carrier: &Self) -> Self {
        carrier.clone()
    }
}

impl TryFrom<u32> for CarrierId {
    type Error = ParseError;

    fn try_from(dot: u32) -> Result<Self, ParseError> {
        Self::dot(dot)
    }
}

impl Scalar for CarrierId {
    const EXPECTED: &'static str = "a carrier";

    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        text.parse().map(Some).map_err(|_| Unfit)
    }

    fn from_integer(number: i64) -> Result<Option<Self>, Unfit> {
        DotNumber::from_integer(number).map(|dot| dot.map(Self::from))
    }
}

try_from_text!(CarrierId);
serde_as_text!(CarrierId);
plain_schema!(CarrierId, "string", "A carrier: DOT number, docket number, both, or intrastate number.");

#[cfg(test)]
mod tests {
    use super::*;

    type Parts = (Option<u32>, Option<&'static str>, Option<&'static str>);

    fn parts(carrier: &CarrierId) -> (Option<u32>, Option<&str>, Option<&str>) {
        let docket = carrier.docket_number().map(DocketNumber::as_str);
        (carrier.dot_number().map(DotNumber::get), docket, carrier.intrastate_number())
    }

    #[test]
    fn reads_the_ways_people_name_a_carrier() {
        const BOTH: Parts = (Some(23868), Some("MC113843"), None);
        let cases: [(&str, Parts); 33] = [
            ("23868", (Some(23868), None, None)),
            (" DOT 23868 ", (Some(23868), None, None)),
            ("usdot#23868", (Some(23868), None, None)),
            ("MC113843", (None, Some("MC113843"), None)),
            ("mc-113843", (None, Some("MC113843"), None)),
            ("FF 42", (None, Some("FF42"), None)),
            ("MX0042", (None, Some("MX0042"), None)),
            ("DOT 23868 MC113843", BOTH),
            ("DOT 23868 MC 113843", BOTH),
            ("MC 113843 DOT 23868", BOTH),
            ("MC113843 23868", BOTH),
            ("23868/MC113843", BOTH),
            ("23868, MC113843", BOTH),
            ("23868 , MC-113843", BOTH),
            ("MC113843+23868", BOTH),
            ("MC# 113843 / USDOT# 23868", BOTH),
            ("  23868   MC113843", BOTH),
            ("00023868 MC113843", BOTH),
            ("TX 006543210C", (None, None, Some("TX 006543210C"))),
            ("tx006543210C", (None, None, Some("tx006543210C"))),
            ("CA-0123456", (None, None, Some("CA-0123456"))),
            ("CA0123456", (None, None, Some("CA0123456"))),
            ("NC 12-3456", (None, None, Some("NC 12-3456"))),
            ("IN 1234", (None, None, Some("IN 1234"))),
            ("intrastate 0123456", (None, None, Some("0123456"))),
            ("intrastate:0123456", (None, None, Some("0123456"))),
            ("INTRASTATE : 0123456", (None, None, Some("0123456"))),
            ("Intrastate: 0123456", (None, None, Some("0123456"))),
            ("intrastate TX 006543210C", (None, None, Some("TX 006543210C"))),
            ("intrastate 23868", (None, None, Some("23868"))),
            ("intrastate MC113843", (None, None, Some("MC113843"))),
            ("intrastate 5", (None, None, Some("5"))),
            ("intrastate:TX-5", (None, None, Some("TX-5"))),
        ];
        for (text, expected) in cases {
            let carrier = text.parse::<CarrierId>().unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(parts(&carrier), expected, "{text:?}");
        }
    }

    #[test]
    fn refuses_nonsense_and_says_what_it_takes() {
        let long = format!("DOT {}5", "0".repeat(60));
        let bad = [
            "",
            " ",
            "hello",
            "MC",
            "DOT",
            "12 34",
            "DOT 0",
            "0",
            "-5",
            "DOT 1 DOT 2",
            "MC1 MC2",
            "23868,",
            "/MC5",
            "23868,,MC5",
            "23868 MC5 FF6",
            "23868&MC5",
            "DOT 0 MC5",
            "TX",
            "TX ",
            "TX abc",
            "TX 12",
            "OK 7",
            "ZZ 006543210",
            "TX 123 MC55",
            "TX  0065432",
            "TX_0065432",
            "TX 0065432-",
            "invoice5",
            "mode-l5",
            "intrastate0123456",
            "23868\n",
            "23868\0",
            "\u{1b}23868",
            "100000000",
            "MC0",
            "MC 12 34",
            "MC 113 843",
            "MC 113  843",
            "٢٣٨٦٨",
            "TX ٢٣٨٦٨",
            "ÄÖ 12345",
            "€ 12345",
            &long,
        ];
        for text in bad {
            let error = text.parse::<CarrierId>().unwrap_err().to_string();
            assert!(error.contains("expected") && error.contains("MC113843"), "{text:?}: {error}");
        }
        let error = "MC12345678901".parse::<CarrierId>().unwrap_err().to_string();
        assert!(error.contains("too many digits"), "{error}");
        for text in
            ["intrastate", "intrastate ", "intrastate:", "intrastate abc", "intrastate a_1", "intrastate0123456"]
        {
            assert!(text.parse::<CarrierId>().is_err(), "{text:?}");
        }
        assert!(CarrierId::intrastate(&"1".repeat(33)).is_err());
        assert!(CarrierId::intrastate("1\n2").is_err());
    }

    // Every text made of these pieces that parses must be written so that it parses to the same carrier.
    #[test]
    fn writes_what_it_reads() {
        let pieces = [
            "",
            " ",
            ",",
            "/",
            "-",
            "#",
            "DOT",
            "MC",
            "FF",
            "TX",
            "CA",
            "intrastate",
            ":",
            "5",
            "0123456",
            "23868",
            "a",
            "C",
        ];
        let mut read = 0;
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for d in pieces {
                        let Ok(carrier) = format!("{a}{b}{c}{d}").parse::<CarrierId>() else { continue };
                        read += 1;
                        assert_eq!(carrier.to_string().parse(), Ok(carrier.clone()), "{a}{b}{c}{d}");
                        let json = serde_json::to_string(&carrier).unwrap();
                        assert_eq!(serde_json::from_str::<CarrierId>(&json).unwrap(), carrier, "{json}");
                    }
                }
            }
        }
        assert!(read > 1000, "{read}");
    }

    #[test]
    fn is_made_of_its_parts() {
        let (dot, docket) = (DotNumber::new(5).unwrap(), "MC6".parse::<DocketNumber>().unwrap());
        assert_eq!(parts(&CarrierId::from((dot, docket.clone()))), (Some(5), Some("MC6"), None));
        assert_eq!(CarrierId::from(dot), CarrierId::dot(5).unwrap());
        assert_eq!(CarrierId::from(docket), CarrierId::docket("mc 6").unwrap());
        assert_eq!(CarrierId::try_from(5_u32), CarrierId::try_from("DOT 5"));
        assert_eq!(CarrierId::new(5, "MC6"), "5/MC6".to_owned().try_into());
        assert!(CarrierId::new(0, "MC6").is_err() && CarrierId::new(5, "6").is_err() && CarrierId::dot(0).is_err());
        assert_eq!(serde_json::from_str::<CarrierId>("5").unwrap(), CarrierId::from(dot));
        assert!(serde_json::from_str::<CarrierId>("0").is_err());
        assert_eq!(format!("{:?}", CarrierId::from(dot)), "CarrierId(DOT 5)");
    }
}
