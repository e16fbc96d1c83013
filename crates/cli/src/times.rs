//! Times as a person or a script writes them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _, ZonedDateTime};

/// What `--from` and `--to` accept, for help and errors.
pub const FORMS: &str = "2026-03-18T08:30:00-05:00, 2026-03-18T08:30:00 (UTC, as the API writes times), \
                         2026-03-18 or yesterday (local days), -2h, -7d, now";

/// Reads a time; `now` says what it is relative to, and its zone which days are meant.
///
/// A time without an offset is UTC, because that is how the API's own times come and go; days, `today` and
/// `yesterday` begin at midnight of the zone.
pub fn parse(text: &str, now: &ZonedDateTime) -> Result<Timestamp, String> {
    let text = text.trim();
    let day = match text.to_ascii_lowercase().as_str() {
        "now" => return Ok(now.timestamp()),
        "today" => Some(now.date()),
        "yesterday" => now.date().yesterday().ok(),
        _ => text.parse::<Date>().ok().filter(|_| text.len() == 10),
    };
    if let Some(day) = day {
        let midnight = day.to_zoned_datetime(now.time_zone().clone());
        return midnight.map(|midnight| midnight.timestamp()).map_err(|error| error.to_string());
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    if let Ok(civil) = text.parse::<jiff::civil::DateTime>()
        && text.contains(':')
    {
        return TimeZone::UTC.to_timestamp(civil).map_err(|error| error.to_string());
    }
    relative(text, now).ok_or_else(|| format!("`{text}` is not a time; write one of: {FORMS}"))
}

/// Reads a number of days, such as 30d or 2w.
pub fn days(text: &str) -> Result<i32, String> {
    let text = text.trim();
    let (number, factor) = match text.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (text.strip_suffix('d').unwrap_or(text), 1),
    };
    // Beyond it days are no longer in the calendar.
    const MOST: i32 = 365 * 1000;
    let days = number.parse::<i32>().ok().and_then(|number| number.checked_mul(factor));
    let days = days.filter(|days| (0..=MOST).contains(days) && number.bytes().all(|byte| byte.is_ascii_digit()));
    days.ok_or_else(|| format!("`{text}` is not a number of days: write 30d or 2w"))
}

fn relative(text: &str, now: &ZonedDateTime) -> Option<Timestamp> {
    let back = text.strip_prefix('-')?;
    if !back.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let span: Span = back.parse().ok()?;
    let span = span.checked_add((0.seconds(), now)).ok()?;
    Some(now.checked_sub(span).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        let now: ZonedDateTime = "2026-03-18T09:30:15-05:00[America/Chicago]".parse().unwrap();
        let cases = [
            ("2026-03-18T08:30:00-05:00", "2026-03-18T13:30:00Z"),
            ("2026-03-18T08:30:00Z", "2026-03-18T08:30:00Z"),
            ("2026-03-18T08:30:00", "2026-03-18T08:30:00Z"),
            ("2026-03-18 08:30", "2026-03-18T08:30:00Z"),
            ("2026-03-18", "2026-03-18T05:00:00Z"),
            ("today", "2026-03-18T05:00:00Z"),
            ("Yesterday", "2026-03-17T05:00:00Z"),
            ("now", "2026-03-18T14:30:15Z"),
            ("-2h", "2026-03-18T12:30:15Z"),
            ("-90m", "2026-03-18T13:00:15Z"),
            ("-1h30m", "2026-03-18T13:00:15Z"),
            ("-1d", "2026-03-17T14:30:15Z"),
            // The clocks went forward on the 8th: the same time of day, 11 days back, is an hour off in UTC.
            ("-11d", "2026-03-07T15:30:15Z"),
            ("-2w", "2026-03-04T15:30:15Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text, &now).unwrap(), expected.parse().unwrap(), "{text}");
        }
    }

    #[test]
    fn reads_numbers_of_days() {
        for (text, expected) in [("30d", 30), ("2w", 14), ("0d", 0), ("45", 45), (" 7d ", 7), ("365000d", 365_000)] {
            assert_eq!(days(text), Ok(expected), "{text}");
        }
        for text in ["", "d", "-1d", "+1d", "1.5d", "30h", "2 w", "soon", "365001d", "2147483647w"] {
            assert!(days(text).unwrap_err().contains("write 30d or 2w"), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest_and_says_what_would_do() {
        let now: ZonedDateTime = "2026-03-18T09:30:15-05:00[America/Chicago]".parse().unwrap();
        for text in
            ["", "soon", "2h", "-h", "--2h", "-", "2026-13-01", "18.03.2026", "-99999999y", "1742000000", "08:30"]
        {
            let error = parse(text, &now).unwrap_err();
            assert!(error.contains("yesterday"), "{text}: {error}");
        }
    }
}
