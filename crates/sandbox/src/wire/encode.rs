//! What the client's `Accept` headers ask for, and compression.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Whether a list like `gzip;q=0.5, br` contains `what` without refusing it.
pub(crate) fn accepts(list: &str, what: &str) -> bool {
    list.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(what));
        let refused = parts.any(|part| {
            part.strip_prefix("q=").is_some_and(|quality| quality.trim().parse::<f32>().is_ok_and(|q| q <= 0.0))
        });
        named && !refused
    })
}

/// XML only if it is asked for and JSON is not.
pub(crate) fn wants_xml(accepts: impl Fn(&str) -> bool) -> bool {
    (accepts("text/xml") || accepts("application/xml")) && !accepts("application/json")
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_accept_lists() {
        for (list, expected) in [
            ("gzip", true),
            ("br, GZIP ;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip;q=0.000, br", false),
            ("x-gzip", false),
            ("", false),
        ] {
            assert_eq!(accepts(list, "gzip"), expected, "{list}");
        }
    }
}
