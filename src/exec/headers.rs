//! The headers of an answer that the funnel reads: what came, when, and when to come back.

use http::{HeaderMap, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use std::time::Duration;

/// How long to wait where the server asks for it in words that nobody can read.
const UNREADABLE: Duration = Duration::from_secs(5);

/// The content type, in lower case, without its parameters; empty if there is none.
pub(crate) fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let value = value.unwrap_or_default();
    value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// When the answer was made, by the server's clock.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(header::DATE)?.to_str().ok()?)
}

/// How long `Retry-After` asks to wait. `None` if the header is absent.
///
/// A date is compared with the answer's own `Date`, so that a clock that is off does not matter; without one, with
/// `now`. A header that cannot be read still asks to wait: [`UNREADABLE`].
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?;
    let text = value.to_str().unwrap_or_default().trim();
    if let Some(seconds) = seconds(text) {
        return Some(seconds);
    }
    let Some(then) = http_date(text) else {
        return Some(UNREADABLE);
    };
    Some(Duration::try_from(then.duration_since(date(headers).unwrap_or(now))).unwrap_or(Duration::ZERO))
}

/// `2`, `2.0`, `+2`, `2 s`; a number past what a clock holds is as long as can be; a negative one is now.
fn seconds(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = text[digits.len()..].trim();
    if let (Ok(whole), "") = (digits.parse(), unit) {
        return Some(Duration::from_secs(whole));
    }
    let number: f64 = digits.trim().trim_matches('"').parse().ok().filter(|number: &f64| !number.is_nan())?;
    let scale = match unit.to_ascii_lowercase().as_str() {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "ms" => 0.001,
        "m" | "min" | "minute" | "minutes" => 60.0,
        _ => return None,
    };
    Some(Duration::try_from_secs_f64((number * scale).max(0.0)).unwrap_or(Duration::MAX))
}

/// A date of HTTP in any of its three forms, such as `Sun, 06 Nov 1994 08:49:37 GMT`, or one of an email or ISO 8601.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let http = || httpdate::parse_http_date(text).ok().and_then(|time| Timestamp::try_from(time).ok());
    let mail = || rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    http().or_else(mail).or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(retry_after: &str, date: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, http::HeaderValue::from_bytes(retry_after.as_bytes()).unwrap());
        if let Some(date) = date {
            headers.insert(header::DATE, date.parse().unwrap());
        }
        headers
    }

    #[test]
    fn retry_after_is_read_in_every_form() {
        let now: Timestamp = "2026-03-18T08:00:00Z".parse().unwrap();
        let cases = [
            ("2", Some(2)),
            (" 120 ", Some(120)),
            ("2.0", Some(2)),
            ("2.9", Some(2)),
            ("\"30\"", Some(30)),
            ("30s", Some(30)),
            ("30 seconds", Some(30)),
            ("2 minutes", Some(120)),
            ("3m", Some(180)),
            ("5000 ms", Some(5)),
            ("4000ms", Some(4)),
            ("-5", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("1e400", Some(u64::MAX)),
            ("Wed, 18 Mar 2026 08:00:30 GMT", Some(30)),
            ("Wed, 18 Mar 2026 08:00:30 +0000", Some(30)),
            ("Wednesday, 18-Mar-26 08:00:30 GMT", Some(30)),
            ("Wed Mar 18 08:00:30 2026", Some(30)),
            ("2026-03-18T08:00:30Z", Some(30)),
            ("Wed, 18 Mar 2026 07:00:00 GMT", Some(0)),
        ];
        for (text, seconds) in cases {
            let read = retry_after(&headers(text, None), now).map(|after| after.as_secs());
            assert_eq!(read, seconds, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn a_date_is_compared_with_the_servers_own_clock() {
        let now: Timestamp = "2026-03-18T09:00:00Z".parse().unwrap();
        let headers = headers("Wed, 18 Mar 2026 08:00:30 GMT", Some("Wed, 18 Mar 2026 08:00:00 GMT"));
        assert_eq!(retry_after(&headers, now), Some(Duration::from_secs(30)), "the local clock is an hour ahead");
    }

    #[test]
    fn what_cannot_be_read_still_asks_to_wait() {
        let now: Timestamp = "2026-03-18T09:00:00Z".parse().unwrap();
        for text in ["soon", "", "NaN", "2 fortnights", "\u{fffd}"] {
            assert_eq!(retry_after(&headers(text, None), now), Some(UNREADABLE), "{text}");
        }
    }
}
