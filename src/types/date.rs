//! Plain dates in the ways the vendor writes them.

use super::{ParseError, number};
use jiff::civil::Date;

const WHAT: &str = "a date";
const EXPECTED: &str = "YYYY-MM-DD, MM/DD/YYYY or YYYYMMDD, a time after it if you like";

/// The date of a vendor's text, or none where it means "no date".
///
/// No date are the empty text, `NA`, `0000-00-00`, `00/00/0000` and `0001-01-01`, which is what .NET writes for a date
/// never set.
pub(super) fn read(text: &str) -> Result<Option<Date>, ParseError> {
    let Some(text) = number::present(text) else { return Ok(None) };
    let date = text.split(['T', 't', ' ']).next().and_then(parts).ok_or_else(|| ParseError::unseen(WHAT, EXPECTED))?;
    if is_unset(date) {
        return Ok(None);
    }
    let (year, month, day) = date;
    Date::new(year, month, day).map(Some).map_err(|_| ParseError::unseen(WHAT, EXPECTED))
}

/// Whether these are the parts of a date never set.
pub(super) fn is_unset(parts: (i16, i8, i8)) -> bool {
    matches!(parts, (0, 0, 0) | (1, 1, 1))
}

/// Year, month and day of a text, not checked against the calendar.
pub(super) fn parts(text: &str) -> Option<(i16, i8, i8)> {
    let (year, month, day) = if let Some((year, rest)) = text.split_once('-') {
        let (month, day) = rest.split_once('-')?;
        (year, month, day)
    } else if let Some((month, rest)) = text.split_once('/') {
        let (day, year) = rest.split_once('/')?;
        (year, month, day)
    } else if text.len() == 8 {
        (text.get(..4)?, text.get(4..6)?, text.get(6..)?)
    } else {
        return None;
    };
    let good = year.len() == 4 && [year, month, day].into_iter().all(number::digits);
    let short = |text: &str| (text.len() <= 2).then(|| text.parse().ok()).flatten();
    if good { Some((year.parse().ok()?, short(month)?, short(day)?)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn reads_dates() {
        let cases = [
            ("2026-03-18", Some(date(2026, 3, 18))),
            (" 2026-03-18 ", Some(date(2026, 3, 18))),
            ("2026-3-8", Some(date(2026, 3, 8))),
            ("04/22/2025", Some(date(2025, 4, 22))),
            ("4/2/2025", Some(date(2025, 4, 2))),
            ("20260318", Some(date(2026, 3, 18))),
            ("2025-05-05T08:33:32.5971191", Some(date(2025, 5, 5))),
            ("4/22/2025 12:00:00 AM", Some(date(2025, 4, 22))),
            ("2024-02-29", Some(date(2024, 2, 29))),
            ("9999-12-31", Some(date(9999, 12, 31))),
            ("", None),
            ("  ", None),
            ("NA", None),
            ("0000-00-00", None),
            ("0000-00-00T00:00:00", None),
            ("00/00/0000", None),
            ("00000000", None),
            ("0001-01-01T00:00:00", None),
            ("01/01/0001", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), Ok(expected), "{text:?}");
        }
    }

    #[test]
    fn refuses_the_rest_unseen() {
        let bad = [
            "hello",
            "2026-13-01",
            "2026-02-30",
            "2023-02-29",
            "13/31/2025",
            "22/04/2025",
            "2026-00-10",
            "26-03-18",
            "2026-03",
            "2026/03/18",
            "3/18/26",
            "-2026-03-18",
            "2026-03-18-01",
            "2026-003-18",
            "123456789",
            "1234567",
            "+026-03-18",
            "٢٠٢٦-٠٣-١٨",
            "2026é318",
            "T08:00",
        ];
        for text in bad {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with("the text is not a date: expected YYYY-MM-DD"), "{text:?}: {error}");
        }
    }
}
