//! How a caller names a carrier, and when two names are of one.

use super::intrastate::Intrastate;
use super::lenient::{Scalar, Unfit};
use super::{DocketNumber, DotNumber, ParseError};
use std::fmt;

mod read;

const WHAT: &str = "a carrier";
const EXPECTED: &str = "a DOT number (23868, \"DOT 23868\"), a docket number (MC113843, FF…, MX…), both \
    (\"DOT 23868 MC113843\"), or an intrastate number (\"TX 006543210C\", \"intrastate 0123456\")";
const INTRASTATE: &str = "intrastate";

/// The name of a carrier: its DOT number, its docket number, the number its state gave it, or several of them.
///
/// What was given is what is sent. Two are equal when they hold the same numbers as the vendor compares them: leading
/// zeros of a docket number, and case, spaces and punctuation of an intrastate number do not matter. Whether two are the
/// same carrier is another question, which [`compare`](Self::compare) answers.
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
/// assert_eq!(carrier, CarrierId::new(23868, "MC0113843")?);
/// assert_eq!(carrier.dot_number().map(|dot| dot.get()), Some(23868));
/// assert_eq!(carrier.docket_number().map(|docket| docket.as_str()), Some("MC113843"));
///
/// // By one number, or by what a record holds; two names of one carrier are put together.
/// assert_eq!(CarrierId::dot(23868)?.merged(&CarrierId::docket("113843")?), carrier);
/// let state = CarrierId::intrastate("TX 006543210C")?;
/// assert_eq!(state, CarrierId::from_parts(None, None, state.intrastate_number())?);
/// # Ok::<(), mycarrierpackets::types::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CarrierId {
    // One of them at least.
    dot: Option<DotNumber>,
    docket: Option<DocketNumber>,
    intrastate: Option<Intrastate>,
}

/// Whether two names are of the same carrier. See [`CarrierId::compare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sameness {
    /// They are of one carrier.
    Same,
    /// They are of two carriers.
    Different,
    /// The numbers alone do not show it: they have none in common, or they contradict each other. Act on neither
    /// before the server was asked.
    Unclear,
}

impl CarrierId {
    /// A carrier by DOT and docket number; digits alone are an MC number.
    ///
    /// # Errors
    /// Either is not what it should be.
    pub fn new(dot: u32, docket: &str) -> Result<Self, ParseError> {
        Ok(Self::from((DotNumber::new(dot)?, DocketNumber::from_field(docket)?)))
    }

    /// A carrier by DOT number.
    ///
    /// # Errors
    /// Zero, or more than eight digits.
    pub fn dot(dot: u32) -> Result<Self, ParseError> {
        DotNumber::new(dot).map(Self::from)
    }

    /// A carrier by docket number, such as `MC113843`; digits alone are an MC number.
    ///
    /// # Errors
    /// Text that is no docket number.
    pub fn docket(docket: &str) -> Result<Self, ParseError> {
        DocketNumber::from_field(docket).map(Self::from)
    }

    /// A carrier that works in one state only, by the number the state gave it: any printable text with a digit in it,
    /// at most 64 characters, such as `TX 006543210C` or `CA# 123456`. It is kept and sent as given.
    ///
    /// # Errors
    /// Any other text.
    pub fn intrastate(number: &str) -> Result<Self, ParseError> {
        Self::from_parts(None, None, Some(number))
    }

    /// A carrier by all that is known of it, such as the numbers of a record. Blank text is none.
    ///
    /// # Errors
    /// No number at all, or an intrastate number that is none.
    pub fn from_parts(
        dot: Option<DotNumber>,
        docket: Option<DocketNumber>,
        intrastate: Option<&str>,
    ) -> Result<Self, ParseError> {
        const EXPECTED: &str = "up to 64 printable characters with a digit among them, such as TX 006543210C";
        let read = |number: &str| {
            Intrastate::new(number).ok_or_else(|| ParseError::new(number, "an intrastate number", EXPECTED))
        };
        let given = intrastate.filter(|number| !number.trim().is_empty() || (dot.is_none() && docket.is_none()));
        let intrastate = given.map(read).transpose()?;
        if dot.is_none() && docket.is_none() && intrastate.is_none() {
            return Err(ParseError::new("", WHAT, EXPECTED));
        }
        Ok(Self { dot, docket, intrastate })
    }

    /// The DOT number, if the carrier is named by it.
    pub fn dot_number(&self) -> Option<DotNumber> {
        self.dot
    }

    /// The docket number, if the carrier is named by it.
    pub fn docket_number(&self) -> Option<&DocketNumber> {
        self.docket.as_ref()
    }

    /// The number its state gave it, if the carrier is named by it.
    pub fn intrastate_number(&self) -> Option<&str> {
        self.intrastate.as_ref().map(Intrastate::as_str)
    }

    /// Whether both name the same carrier.
    ///
    /// A DOT number is of one carrier, whatever its dockets; one carrier can have dockets of several series, and two of
    /// one series are a contradiction. A docket number that two DOT numbers share is a contradiction, too. Names that
    /// have no kind of number in common cannot be distinguished without asking the server.
    ///
    /// ```
    /// use mycarrierpackets::types::{CarrierId, Sameness};
    ///
    /// let compare = |a: &str, b: &str| Ok::<_, mycarrierpackets::types::ParseError>(a.parse::<CarrierId>()?.compare(&b.parse()?));
    /// assert_eq!(compare("DOT 23868 MC113843", "MC0113843")?, Sameness::Same);
    /// assert_eq!(compare("DOT 23868", "DOT 9900001")?, Sameness::Different);
    /// assert_eq!(compare("DOT 23868", "MC113843")?, Sameness::Unclear);
    /// # Ok::<(), mycarrierpackets::types::ParseError>(())
    /// ```
    pub fn compare(&self, other: &Self) -> Sameness {
        use Sameness::{Different, Same, Unclear};
        let (docket, series) = match (&self.docket, &other.docket) {
            (Some(own), Some(other)) => (Some(own == other), own.kind() == other.kind()),
            _ => (None, false),
        };
        let dot = self.dot.zip(other.dot).map(|(own, other)| own == other);
        match (dot, docket) {
            (Some(true), Some(false)) if series => Unclear,
            (Some(true), _) => Same,
            (Some(false), Some(true)) => Unclear,
            (Some(false), _) => Different,
            (None, Some(true)) => Same,
            (None, Some(false)) if series => Different,
            (None, _) => match self.intrastate.as_ref().zip(other.intrastate.as_ref()) {
                Some((own, other)) if own == other => Same,
                // Two dockets of two series do not say that the states' numbers are of two carriers.
                Some((own, other)) if !own.may_be(other) && docket.is_none() => Different,
                _ => Unclear,
            },
        }
    }

    /// All numbers of both, where they are the same carrier: those of this one, and what only the other knows.
    #[must_use]
    pub fn merged(mut self, other: &Self) -> Self {
        self.dot = self.dot.or(other.dot);
        self.docket = self.docket.or_else(|| other.docket.clone());
        self.intrastate = self.intrastate.or_else(|| other.intrastate.clone());
        self
    }
}

impl fmt::Display for CarrierId {
    /// Writes a text that parses back to the same carrier.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = self.dot.map(|dot| format!("DOT {dot}"));
        let docket = self.docket.as_ref().map(DocketNumber::to_string);
        let intrastate = self.intrastate.as_ref().map(|number| format!("{} {number}", INTRASTATE));
        f.pad(&[dot, docket, intrastate].into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Debug for CarrierId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CarrierId({self})")
    }
}

impl From<DotNumber> for CarrierId {
    fn from(dot: DotNumber) -> Self {
        Self { dot: Some(dot), docket: None, intrastate: None }
    }
}

impl From<DocketNumber> for CarrierId {
    fn from(docket: DocketNumber) -> Self {
        Self { dot: None, docket: Some(docket), intrastate: None }
    }
}

impl From<(DotNumber, DocketNumber)> for CarrierId {
    fn from((dot, docket): (DotNumber, DocketNumber)) -> Self {
        Self { dot: Some(dot), docket: Some(docket), intrastate: None }
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
mod tests;
