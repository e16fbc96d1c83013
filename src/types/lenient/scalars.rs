//! Numbers, yes/no and text, whichever of the three they come as.

use super::{Scalar, Unfit};
use crate::types::number;

// Numbers rarely come as text. Reading it stays out of line: inlined, it makes the common case a sixth slower.

impl Scalar for i64 {
    const EXPECTED: &'static str = "a whole number";

    #[inline(never)]
    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        number::present(text).map(|text| number::integer(text).ok_or(Unfit)).transpose()
    }

    #[inline]
    fn from_integer(value: i64) -> Result<Option<Self>, Unfit> {
        Ok(Some(value))
    }
}

impl Scalar for i32 {
    const EXPECTED: &'static str = "a whole number of 32 bits";

    #[inline(never)]
    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        i64::from_text(text)?.map(|value| Self::try_from(value).map_err(|_| Unfit)).transpose()
    }

    #[inline]
    fn from_integer(value: i64) -> Result<Option<Self>, Unfit> {
        Self::try_from(value).map(Some).map_err(|_| Unfit)
    }

    #[inline]
    fn from_unsigned(value: u64) -> Result<Option<Self>, Unfit> {
        Self::try_from(value).map(Some).map_err(|_| Unfit)
    }
}

impl Scalar for f64 {
    const EXPECTED: &'static str = "a number";

    #[inline(never)]
    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        number::present(text).map(|text| number::decimal(text).ok_or(Unfit)).transpose()
    }

    fn from_integer(value: i64) -> Result<Option<Self>, Unfit> {
        Ok(Some(value as Self))
    }

    fn from_unsigned(value: u64) -> Result<Option<Self>, Unfit> {
        Ok(Some(value as Self))
    }

    fn from_float(value: f64) -> Result<Option<Self>, Unfit> {
        Ok(Some(value))
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    #[inline(never)]
    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        number::present(text).map(|text| number::yes_no(text).ok_or(Unfit)).transpose()
    }

    fn from_integer(value: i64) -> Result<Option<Self>, Unfit> {
        match value {
            0 => Ok(Some(false)),
            1 => Ok(Some(true)),
            _ => Err(Unfit),
        }
    }

    #[inline]
    fn from_bool(value: bool) -> Result<Option<Self>, Unfit> {
        Ok(Some(value))
    }
}

// Text is kept as it is: whether "" and "NA" mean "no value" is for the reader of the field to say.
impl Scalar for String {
    const EXPECTED: &'static str = "text";

    #[inline]
    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        Ok(Some(text.to_owned()))
    }

    fn from_owned(text: String) -> Result<Option<Self>, Unfit> {
        Ok(Some(text))
    }

    fn from_integer(value: i64) -> Result<Option<Self>, Unfit> {
        Ok(Some(value.to_string()))
    }

    fn from_unsigned(value: u64) -> Result<Option<Self>, Unfit> {
        Ok(Some(value.to_string()))
    }

    fn from_float(value: f64) -> Result<Option<Self>, Unfit> {
        serde_json::Number::from_f64(value).map(|value| Some(value.to_string())).ok_or(Unfit)
    }

    fn from_bool(value: bool) -> Result<Option<Self>, Unfit> {
        Ok(Some(value.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{DotNumber, lenient};
    use serde::de::value::{Error as ValueError, MapDeserializer};
    use std::fmt::Debug;

    fn read<T: Scalar>(json: &str) -> Result<Option<T>, String> {
        lenient::scalar(&mut serde_json::Deserializer::from_str(json)).map_err(|e| e.to_string())
    }

    #[track_caller]
    fn check<T: Scalar + PartialEq + Debug>(good: &[(&str, Option<T>)], bad: &[&str]) {
        for (json, value) in good {
            assert_eq!(read::<T>(json).as_ref(), Ok(value), "{json}");
        }
        for json in bad {
            let error = read::<T>(json).unwrap_err();
            assert!(
                error.contains(&format!("expected {}", T::EXPECTED)) && !error.contains("078-05"),
                "{json}: {error}"
            );
        }
    }

    #[test]
    fn whole_numbers() {
        check::<i32>(
            &[
                ("null", None),
                ("5", Some(5)),
                ("-5", Some(-5)),
                ("5.0", Some(5)),
                (r#""5""#, Some(5)),
                (r#"" 1,234 ""#, Some(1234)),
                (r#""5.0""#, Some(5)),
                (r#""""#, None),
                (r#""  ""#, None),
                (r#""NA""#, None),
                (r#""n/a""#, None),
                (r#""\u0035""#, Some(5)),
                ("2147483647", Some(i32::MAX)),
            ],
            &[
                "2147483648",
                r#""2147483648""#,
                "5.5",
                r#""5.5""#,
                "1e30",
                "true",
                "[5]",
                "{}",
                r#"{"$id":"1"}"#,
                r#""078-05-1120""#,
            ],
        );
        check::<i64>(
            &[("9223372036854775807", Some(i64::MAX)), (r#""-9223372036854775808""#, Some(i64::MIN))],
            &["9223372036854775808", r#""9223372036854775808""#, r#"{"$ref":"1"}"#],
        );
    }

    #[test]
    fn numbers() {
        check::<f64>(
            &[
                ("40.70", Some(40.7)),
                (r#""40.70""#, Some(40.7)),
                (r#""1,000.5""#, Some(1000.5)),
                ("3", Some(3.0)),
                ("18446744073709551615", Some(u64::MAX as f64)),
                ("null", None),
                (r#""N/A""#, None),
            ],
            &[r#""nan""#, r#""078-05-1120""#, "false", "[]"],
        );
    }

    #[test]
    fn yes_and_no() {
        let good = ["true", "1", r#""Yes""#, r#""true""#, r#""Y""#, r#"" yes ""#, r#""1""#, "1.0"]
            .map(|json| (json, Some(true)));
        check::<bool>(&good, &["2", "0.5", r#""maybe""#, r#""078-05-1120""#, "{}", "[true]"]);
        let good = ["false", "0", r#""No""#, r#""FALSE""#, r#""n""#, r#""0""#].map(|json| (json, Some(false)));
        check::<bool>(&good, &[]);
        check::<bool>(&[("null", None), (r#""""#, None), (r#""NA""#, None)], &[]);
    }

    #[test]
    fn text_is_kept() {
        let owned = |text: &str| Some(text.to_owned());
        check::<String>(
            &[
                ("null", None),
                (r#""""#, owned("")),
                (r#""NA""#, owned("NA")),
                (r#"" a\n""#, owned(" a\n")),
                ("12345", owned("12345")),
                ("18446744073709551615", owned("18446744073709551615")),
                ("-3", owned("-3")),
                ("40.5", owned("40.5")),
                ("1.0", owned("1.0")),
                ("true", owned("true")),
            ],
            &["{}", "[]", r#"{"$id":"1"}"#],
        );
    }

    #[test]
    fn dot_numbers() {
        let dot = DotNumber::new(123_456).unwrap();
        check::<DotNumber>(
            &[
                ("123456", Some(dot)),
                ("123456.0", Some(dot)),
                (r#""123456""#, Some(dot)),
                (r#""USDOT 123456""#, Some(dot)),
                ("0", None),
                ("0.0", None),
                (r#""0""#, None),
                (r#""000""#, None),
                (r#""""#, None),
                ("null", None),
            ],
            &["-1", "1.5", "123456789", r#""078-05-1120""#, "true", "{}"],
        );
    }

    #[test]
    fn reads_numbers_of_arbitrary_precision() {
        let number = |text: &'static str| {
            MapDeserializer::<_, ValueError>::new([("$serde_json::private::Number", text)].into_iter())
        };
        assert_eq!(lenient::scalar(number("5")), Ok(Some(5_i32)));
        assert_eq!(lenient::scalar(number("5e0")), Ok(Some(5_i32)));
        assert_eq!(lenient::scalar(number("40.70")), Ok(Some("40.70".to_owned())));
        assert_eq!(lenient::scalar(number("40.70")), Ok(Some(40.7)));
        assert_eq!(lenient::scalar::<_, DotNumber>(number("0")), Ok(None));
        assert!(lenient::scalar::<_, i32>(number("5.5")).is_err());
    }
}
