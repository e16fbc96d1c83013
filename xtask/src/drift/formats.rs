//! The forms of texts that the document's own formats promise.

/// Whether a text is as its format says. The empty text and `NA` mean that there is no value.
pub fn fits(format: &str, text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let is_none = matches!(text, "NA" | "N/A");
    match format {
        "mcp-date" => is_none || is_shape(text, "0000-00-00") || is_shape(text, "00/00/0000"),
        "mcp-date-time" => is_date_time(text),
        "mcp-money" => is_none || is_amount(text),
        "mcp-count" => is_none || !text.contains('.') && is_amount(text),
        "mcp-percent" => is_none || is_percent(text),
        "mcp-yes-no" => is_none || matches!(text, "Yes" | "No"),
        "mcp-docket-number" => is_none || is_docket(text),
        _ => true,
    }
}

/// Whether each `0` of the shape is a digit, and all else as it stands.
fn is_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(own, shape)| if shape == b'0' { own.is_ascii_digit() } else { own == shape })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

fn is_date_time(text: &str) -> bool {
    const WHOLE: &str = "0000-00-00T00:00:00";
    let (Some(time), Some(rest)) = (text.get(..WHOLE.len()), text.get(WHOLE.len()..)) else { return false };
    let (fraction, offset) = match rest.find(['Z', '+', '-']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let fraction =
        fraction.is_empty() || fraction.strip_prefix('.').is_some_and(|digits| is_digits(digits) && digits.len() <= 7);
    let offset = matches!(offset, "" | "Z") || is_shape(offset, "+00:00") || is_shape(offset, "-00:00");
    is_shape(time, WHOLE) && fraction && offset
}

fn is_amount(text: &str) -> bool {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "00"));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    is_digits(first) && groups.all(|group| is_digits(group) && group.len() == 3) && is_digits(cents) && cents.len() == 2
}

fn is_percent(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    is_digits(whole) && is_digits(part)
}

fn is_docket(text: &str) -> bool {
    ["MC", "FF", "MX"].iter().any(|prefix| text.strip_prefix(prefix).is_some_and(is_digits))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_text_fits_its_format_or_not() {
        let cases: [(&str, &[&str], &[&str]); 7] = [
            (
                "mcp-date",
                &["2026-03-18", "04/22/2025", "0000-00-00", "", "NA"],
                &["2026-3-18", "18.03.2026", "2026-03-18T08:30:00"],
            ),
            (
                "mcp-date-time",
                &[
                    "2025-05-05T08:33:32.5971191",
                    "2024-01-15T14:30:00",
                    "2024-01-15T14:30:00Z",
                    "2024-01-15T14:30:00.1+02:00",
                ],
                &["2024-01-15", "2024-01-15 14:30:00", "2024-01-15T14:30:00.12345678", "2024-01-15T14:30:00.", "é"],
            ),
            ("mcp-money", &["1,000,000", "40.70", "0", "N/A"], &["1,00", "$5", "4.7", "-1"]),
            ("mcp-count", &["10150000", "10,150,000"], &["1.00", "many"]),
            ("mcp-percent", &["40.70", "7", "0.123"], &["40%", ".5"]),
            ("mcp-yes-no", &["Yes", "No"], &["yes", "Y", "true"]),
            ("mcp-docket-number", &["MC113843", "FF1"], &["113843", "MC", "XX1"]),
        ];
        for (format, good, bad) in cases {
            good.iter().for_each(|text| assert!(fits(format, text), "{format} {text}"));
            bad.iter().for_each(|text| assert!(!fits(format, text), "{format} {text}"));
        }
    }
}
