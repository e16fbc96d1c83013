//! Numbers as people write them: spaces around, thousands separators, a fraction of zeros.

use std::borrow::Cow;

/// The largest whole number up to which every whole number has a float of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// `text` trimmed, unless it is one of the ways to say "no value".
pub(super) fn present(text: &str) -> Option<&str> {
    let text = text.trim();
    let absent = text.is_empty() || text.eq_ignore_ascii_case("na") || text.eq_ignore_ascii_case("n/a");
    (!absent).then_some(text)
}

/// `text` in ASCII, as far as pages and word processors replaced it: dashes, wide letters and digits, spaces of any
/// width. What has no width is left out.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let ascii = |c: char| match c {
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        // The wide forms stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        _ if c.is_whitespace() && !c.is_control() => Some(' '),
        _ => Some(c),
    };
    Cow::Owned(text.chars().filter_map(ascii).collect())
}

/// `23868.0` without the fraction that a spreadsheet gave it; any other text as it is.
pub(super) fn spreadsheet_digits(text: &str) -> &str {
    let whole = text
        .split_once('.')
        .filter(|(whole, zeros)| digits(whole) && !zeros.is_empty() && zeros.bytes().all(|b| b == b'0'));
    whole.map_or(text, |(whole, _)| whole)
}

/// A whole number: `5`, `1,234`, `5.0`.
pub(super) fn integer(text: &str) -> Option<i64> {
    let text = ungroup(text.trim())?;
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole,
        Some(_) => return None,
        None => &text,
    };
    whole.parse().ok()
}

/// A decimal number that is finite.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let text = ungroup(text.trim())?;
    let numeric = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
    let value: f64 = if numeric { text.parse().ok()? } else { return None };
    value.is_finite().then_some(value)
}

/// The whole number that a float stands for, if it stands for one exactly.
pub(super) fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}

/// A yes or a no.
pub(super) fn yes_no(text: &str) -> Option<bool> {
    let is = |words: [&str; 4]| words.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
    if is(["yes", "y", "true", "1"]) {
        Some(true)
    } else if is(["no", "n", "false", "0"]) {
        Some(false)
    } else {
        None
    }
}

// Only true groups of three are taken out: "1,5" is more likely a decimal than fifteen.
pub(super) fn ungroup(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(',') {
        return Some(Cow::Borrowed(text));
    }
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next().is_some_and(|g| (1..=3).contains(&g.len()) && digits(g));
    let good = first && groups.all(|g| g.len() == 3 && digits(g)) && !fraction.contains(',');
    good.then(|| Cow::Owned(text.replace(',', "")))
}

pub(super) fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whole_numbers() {
        let cases = [
            ("5", Some(5)),
            (" 1,234 ", Some(1234)),
            ("1,234,567.00", Some(1_234_567)),
            ("-12", Some(-12)),
            ("-1,200", Some(-1200)),
            ("5.", Some(5)),
            ("007", Some(7)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("5.5", None),
            ("1,5", None),
            ("1234,567", None),
            ("1,000.000,0", None),
            ("12,34,567", None),
            (",123", None),
            ("1,,000", None),
            ("1,000.0,0", None),
            ("", None),
            ("-", None),
            (".0", None),
            ("five", None),
            ("1e3", None),
        ];
        for (text, value) in cases {
            assert_eq!(integer(text), value, "{text:?}");
        }
    }

    #[test]
    fn what_a_page_made_of_a_text_is_undone() {
        let cases = [
            ("MC-5 a", "MC-5 a"),
            ("MC\u{2013}5", "MC-5"),
            ("MC\u{2011}5", "MC-5"),
            ("\u{2212}5", "-5"),
            ("\u{ff24}\u{ff2f}\u{ff34}\u{3000}\u{ff12}\u{ff13}", "DOT 23"),
            ("\u{feff}5\u{a0}\u{200b}6", "5 6"),
            ("\u{e9}\u{662}", "\u{e9}\u{662}"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text:?}");
        }
    }

    #[test]
    fn reads_decimals() {
        let cases = [
            ("40.70", Some(40.7)),
            ("1,000.5", Some(1000.5)),
            ("-0.25", Some(-0.25)),
            ("1e3", Some(1000.0)),
            ("nan", None),
            ("inf", None),
            ("1e999", None),
            ("40,7", None),
            ("", None),
        ];
        for (text, value) in cases {
            assert_eq!(decimal(text), value, "{text:?}");
        }
    }

    #[test]
    fn knows_which_floats_are_whole() {
        let cases = [
            (5.0, Some(5)),
            (-3.0, Some(-3)),
            (5.5, None),
            (1e300, None),
            (EXACT, Some(9_007_199_254_740_992)),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ];
        for (value, expected) in cases {
            assert_eq!(whole(value), expected, "{value}");
        }
    }

    #[test]
    fn knows_the_ways_to_say_nothing() {
        let cases =
            [("", None), ("  ", None), ("NA", None), ("n/a", None), (" Yes ", Some("Yes")), ("NAB", Some("NAB"))];
        for (text, expected) in cases {
            assert_eq!(present(text), expected, "{text:?}");
        }
    }
}
