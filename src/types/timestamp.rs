//! Times as the vendor wrote them.

use super::date;
use super::lenient::{Scalar, Unfit};
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// A time of the vendor's: the text exactly as it came, and the instant it stands for, if it does.
///
/// Most of the vendor's times carry no offset, and some are not times at all. A text that cannot be read must not
/// lose the record around it, so reading one never fails; [`instant`](Self::instant) says what it means.
///
/// Two are equal when their texts are. They have no order, because the texts' order is not that of the instants:
/// sort by `instant()`.
///
/// ```
/// use mycarrierpackets::types::Timestamp;
///
/// let signed = Timestamp::from("2025-05-05T08:33:32.5971191");
/// assert_eq!(signed.instant(), Some("2025-05-05T08:33:32.5971191Z".parse()?));
/// assert!(!signed.has_offset());
///
/// let never = Timestamp::from("0001-01-01T00:00:00");
/// assert!(never.is_unset());
/// assert_eq!(never.as_str(), "0001-01-01T00:00:00");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The instant, to the nanosecond; none when unset or unreadable.
    ///
    /// A time without an offset is taken as UTC. **That is an assumption of this crate: the vendor does not say.**
    /// [`has_offset`](Self::has_offset) shows which times rest on it. A date alone is its midnight.
    pub fn instant(&self) -> Option<jiff::Timestamp> {
        let text = self.0.trim();
        // A zone's name in brackets would be skipped in silence.
        if self.is_unset() || text.contains('[') {
            return None;
        }
        if self.has_offset() {
            return text.parse().ok();
        }
        let civil: DateTime = match date::parts(text) {
            Some((year, month, day)) => Date::new(year, month, day).ok()?.into(),
            None => text.parse().ok()?,
        };
        Offset::UTC.to_timestamp(civil).ok()
    }

    /// Whether the text says how far from UTC it is: it ends in `Z`, or in an offset such as `-05:00`.
    pub fn has_offset(&self) -> bool {
        self.split().1.contains(['Z', 'z', '+', '-', '\u{2212}'])
    }

    /// Whether the text is a way to say "never": empty, `0000-00-00`, or .NET's `0001-01-01T00:00:00`.
    ///
    /// Garbage is not unset: it has no instant either, but somebody meant something by it.
    pub fn is_unset(&self) -> bool {
        let (day, time) = self.split();
        let midnight = time.bytes().all(|b| matches!(b, b'0' | b':' | b'.' | b'Z' | b'z'));
        self.0.trim().is_empty() || (midnight && date::parts(day).is_some_and(date::is_unset))
    }

    fn split(&self) -> (&str, &str) {
        let text = self.0.trim();
        text.split_once(['T', 't', ' ']).unwrap_or((text, ""))
    }

    /// `instant` as a query window takes it: `YYYY-MM-DDTHH:MM:SS` in UTC, without offset; a fraction is cut off.
    ///
    /// ```
    /// use mycarrierpackets::types::Timestamp;
    ///
    /// let from: jiff::Timestamp = "2026-03-18T08:30:00.9Z".parse()?;
    /// assert_eq!(Timestamp::window_text(from), "2026-03-18T08:30:00");
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn window_text(instant: jiff::Timestamp) -> String {
        instant.strftime("%Y-%m-%dT%H:%M:%S").to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl AsRef<str> for Timestamp {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl FromStr for Timestamp {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl From<jiff::Timestamp> for Timestamp {
    /// Writes `YYYY-MM-DDTHH:MM:SS.ffffffZ`; anything finer than a microsecond is cut off.
    fn from(instant: jiff::Timestamp) -> Self {
        Self(instant.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string())
    }
}

impl Scalar for Timestamp {
    const EXPECTED: &'static str = "a time";

    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        Ok(Some(Self::from(text)))
    }

    fn from_owned(text: String) -> Result<Option<Self>, Unfit> {
        Ok(Some(Self(text)))
    }

    fn from_integer(value: i64) -> Result<Option<Self>, Unfit> {
        Ok(Some(Self(value.to_string())))
    }

    fn from_unsigned(value: u64) -> Result<Option<Self>, Unfit> {
        Ok(Some(Self(value.to_string())))
    }

    fn from_float(value: f64) -> Result<Option<Self>, Unfit> {
        Ok(String::from_float(value)?.map(Self))
    }
}

serde_as_text!(Timestamp);
plain_schema!(Timestamp, "string", "Time as the vendor wrote it; without an offset, UTC is assumed.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_instant() {
        let cases = [
            ("2025-05-05T08:33:32.5971191", "2025-05-05T08:33:32.5971191Z", false),
            ("2025-03-31T09:01:49.161388", "2025-03-31T09:01:49.161388Z", false),
            ("2024-01-15T14:30:00", "2024-01-15T14:30:00Z", false),
            ("2024-01-15 14:30:00", "2024-01-15T14:30:00Z", false),
            (" 2024-01-15T14:30:00 ", "2024-01-15T14:30:00Z", false),
            ("2024-01-15T14:30", "2024-01-15T14:30:00Z", false),
            ("2024-01-15T14:30:00.1", "2024-01-15T14:30:00.1Z", false),
            ("2024-01-15T14:30:00.123456789", "2024-01-15T14:30:00.123456789Z", false),
            ("2024-01-15T14:30:00Z", "2024-01-15T14:30:00Z", true),
            ("2024-01-15t14:30:00.5z", "2024-01-15T14:30:00.5Z", true),
            ("2024-01-15T14:30:00-05:00", "2024-01-15T19:30:00Z", true),
            ("2024-01-15T14:30:00.5971191+02:00", "2024-01-15T12:30:00.5971191Z", true),
            ("2024-01-15", "2024-01-15T00:00:00Z", false),
            ("04/22/2025", "2025-04-22T00:00:00Z", false),
            ("0001-01-01T00:00:01", "0001-01-01T00:00:01Z", false),
            ("1970-01-01T00:00:00", "1970-01-01T00:00:00Z", false),
        ];
        for (text, instant, has_offset) in cases {
            let time = Timestamp::from(text);
            assert_eq!(time.instant(), Some(instant.parse().unwrap()), "{text:?}");
            assert_eq!((time.has_offset(), time.is_unset()), (has_offset, false), "{text:?}");
        }
    }

    #[test]
    fn keeps_what_it_cannot_read() {
        let unset = [
            "",
            "  ",
            "0000-00-00",
            "0000-00-00T00:00:00",
            "0000-00-00 00:00:00",
            "00/00/0000",
            "0001-01-01",
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00.0000000",
            "0001-01-01T00:00:00Z",
        ];
        let garbage = [
            "hello",
            "NA",
            "2024-13-01T00:00:00",
            "2024-02-30",
            "2024-01-15T25:00:00",
            "2024-01-15T14:30:00.1234567890",
            "2024-01-15T14:30:00[America/New_York]",
            "2024-01-15T14:30:00-05:00[America/New_York]",
            "2024-01-15T14:30:00+99:00",
            "T",
            "-",
            "0000-00-00T00:00:01",
            "0000-05-00",
            "1/2",
            "99999-01-01T00:00:00",
        ];
        for (texts, is_unset) in [(&unset[..], true), (&garbage[..], false)] {
            for &text in texts {
                let time = Timestamp::from(text);
                assert_eq!((time.instant(), time.is_unset(), time.as_str()), (None, is_unset, text), "{text:?}");
            }
        }
    }

    #[test]
    fn crosses_json_without_loss() {
        for text in ["", "garbage", "0001-01-01T00:00:00", "0000-00-00", "2025-05-05T08:33:32.5971191", "a\"\\\n"] {
            let json = serde_json::to_string(text).unwrap();
            let time: Timestamp = serde_json::from_str(&json).unwrap();
            assert_eq!(time.as_str(), text);
            assert_eq!(serde_json::to_string(&time).unwrap(), json);
        }
        assert_eq!(serde_json::from_str::<Timestamp>("1736951400").unwrap().as_str(), "1736951400");
        assert_eq!(serde_json::from_str::<Option<Timestamp>>("null").unwrap(), None);
        for json in ["null", "true", "{}", "[]"] {
            assert!(serde_json::from_str::<Timestamp>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn writes_instants() {
        let instant: jiff::Timestamp = "2026-03-18T08:30:05.123456789Z".parse().unwrap();
        let time = Timestamp::from(instant);
        assert_eq!(time.to_string(), "2026-03-18T08:30:05.123456Z");
        assert_eq!(format!("{time:?}"), "\"2026-03-18T08:30:05.123456Z\"");
        assert_eq!(time.instant(), Some("2026-03-18T08:30:05.123456Z".parse().unwrap()));
        assert_eq!(Timestamp::window_text(instant), "2026-03-18T08:30:05");
        assert_eq!(Timestamp::from(jiff::Timestamp::UNIX_EPOCH).as_str(), "1970-01-01T00:00:00.000000Z");
    }

    #[test]
    fn compares_texts() {
        assert_eq!(Timestamp::from("2024-01-15"), Timestamp::from("2024-01-15".to_owned()));
        assert_ne!(Timestamp::from("2024-01-15"), Timestamp::from("2024-01-15T00:00:00"));
    }
}
