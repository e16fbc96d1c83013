//! Text that must not be printed.

use super::lenient::{self, Scalar, Unfit};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A text that must not reach a log: a tax or bank number, a password, a token.
///
/// `Debug` prints `[redacted]`, whatever the text and its length; there is no `Display`. Serialising it writes the
/// text, because that is what the vendor is sent: do not serialise a record into a log.
///
/// ```
/// use mycarrierpackets::types::Redacted;
///
/// let number = Redacted::from("12-3456789");
/// assert_eq!(format!("{number:?}"), "[redacted]");
/// assert_eq!(number.expose(), "12-3456789");
/// assert!(!number.is_empty());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Redacted(Box<str>);

impl Redacted {
    /// The text. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<String> for Redacted {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Redacted {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl Scalar for Redacted {
    const EXPECTED: &'static str = "text";

    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        Ok(Some(Self::from(text)))
    }

    fn from_owned(text: String) -> Result<Option<Self>, Unfit> {
        Ok(Some(Self::from(text)))
    }

    fn from_integer(value: i64) -> Result<Option<Self>, Unfit> {
        Ok(Some(Self::from(value.to_string())))
    }

    fn from_unsigned(value: u64) -> Result<Option<Self>, Unfit> {
        Ok(Some(Self::from(value.to_string())))
    }

    fn from_float(value: f64) -> Result<Option<Self>, Unfit> {
        Ok(String::from_float(value)?.map(Self::from))
    }
}

impl Serialize for Redacted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Redacted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::required(deserializer)
    }
}

plain_schema!(Redacted, "string", "Sensitive text: keep it out of logs.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nothing() {
        #[derive(Debug)]
        #[allow(dead_code)]
        struct Record {
            ein: Option<Redacted>,
        }
        for text in ["", "1", "12-3456789", "\n"] {
            let record = Record { ein: Some(text.into()) };
            assert_eq!(format!("{record:?}"), "Record { ein: Some([redacted]) }");
            assert_eq!(format!("{:>40?}", Redacted::from(text)), "[redacted]");
        }
    }

    #[test]
    fn crosses_json() {
        for (json, text) in [(r#""12-3""#, "12-3"), ("123456789", "123456789"), ("-1", "-1"), (r#""""#, "")] {
            let value: Redacted = serde_json::from_str(json).unwrap();
            assert_eq!((value.expose(), value.is_empty()), (text, text.is_empty()), "{json}");
        }
        assert_eq!(serde_json::to_string(&Redacted::from("12-3")).unwrap(), r#""12-3""#);
        assert_eq!(serde_json::from_str::<Option<Redacted>>("null").unwrap(), None);
        for json in ["null", "[12]", "{}", "true"] {
            assert!(serde_json::from_str::<Redacted>(json).is_err(), "{json}");
        }
    }
}
