//! The text of a file, whatever program wrote it; a file that is not text is named for what it is.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// The text, and the name of its encoding if that is not UTF-8.
pub fn text(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<&'static str>), String> {
    if let Some(kind) = kind_of(bytes) {
        return Err(format!("this is {kind}, not a text file: save it as CSV UTF-8"));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        let text = std::str::from_utf8(rest).map_err(|error| not_utf8(rest, &error))?;
        return checked(text.into(), None);
    }
    if bytes.starts_with(b"\xFF\xFE\0\0") || bytes.starts_with(b"\0\0\xFE\xFF") {
        return Err("this is UTF-32: save it as CSV UTF-8".to_owned());
    }
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return decoded(encoding, bytes);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return decoded(encoding, bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => checked(text.into(), None),
        // These five are no characters of Windows-1252, so a text that holds one is of another encoding.
        Err(error) if bytes.iter().any(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)) => {
            Err(not_utf8(bytes, &error))
        }
        Err(_) => decoded(WINDOWS_1252, bytes),
    }
}

type Decoded<'a> = Result<(Cow<'a, str>, Option<&'static str>), String>;

fn decoded<'a>(encoding: &'static encoding_rs::Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, encoding, broken) = encoding.decode(bytes);
    if broken {
        return Err(format!("this looks like {} but is not: save it as CSV UTF-8", encoding.name()));
    }
    checked(text, Some(encoding.name()))
}

fn checked<'a>(text: Cow<'a, str>, encoding: Option<&'static str>) -> Decoded<'a> {
    let odd = text
        .lines()
        .enumerate()
        .find(|(_, line)| line.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\u{b}' | '\u{c}')));
    match odd {
        Some((line, _)) => Err(format!("line {}: there is a control character, so this is not text", line + 1)),
        None => Ok((text, encoding)),
    }
}

fn not_utf8(bytes: &[u8], error: &std::str::Utf8Error) -> String {
    let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
    format!("line {line}: the text is neither UTF-8 nor Windows-1252: save the file as CSV UTF-8")
}

// Digits and commas of UTF-16 have a zero in every second byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = &bytes[..bytes.len().min(512) & !1];
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let half = head.len() / 2;
    let most = |zeros: usize| half > 1 && zeros * 10 >= half * 7;
    match (zeros(0), zeros(1)) {
        (even, 0) if most(even) => Some(UTF_16BE),
        (0, odd) if most(odd) => Some(UTF_16LE),
        _ => None,
    }
}

/// What a file is that is no text, by its first bytes.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 9] = [
        (b"PK\x03\x04", "a spreadsheet (xlsx, ods) or another ZIP archive"),
        (b"\xD0\xCF\x11\xE0", "an old spreadsheet or document (xls, doc)"),
        (b"%PDF", "a PDF"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"7z\xBC\xAF", "a 7z archive"),
        (b"{\\rtf", "a document (RTF)"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"SQLite format 3", "a database"),
    ];
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let lower = start[..start.len().min(16)].to_ascii_lowercase();
    if lower.starts_with(b"<!doctype") || lower.starts_with(b"<html") {
        return Some("a web page");
    }
    if lower.starts_with(b"<?xml") {
        return Some("XML");
    }
    KINDS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn every_encoding_that_is_unmistakable_is_read() {
        let table = "DOT,Name\r\n9900001,Peña\r\n";
        let windows: Vec<u8> = table.chars().map(|c| c as u8).collect();
        let cases = [
            (table.as_bytes().to_vec(), None),
            ([b"\xEF\xBB\xBF", table.as_bytes()].concat(), None),
            (utf16(table, false, true), Some("UTF-16LE")),
            (utf16(table, true, true), Some("UTF-16BE")),
            (utf16(table, false, false), Some("UTF-16LE")),
            (utf16(table, true, false), Some("UTF-16BE")),
            (windows, Some("windows-1252")),
        ];
        for (bytes, encoding) in cases {
            assert_eq!(text(&bytes), Ok((table.into(), encoding)));
        }
        assert_eq!(text(b""), Ok(("".into(), None)));
    }

    #[test]
    fn a_file_that_is_not_text_is_named() {
        let cases: [(&[u8], &str); 12] = [
            (b"PK\x03\x04\x14\0", "xlsx"),
            (b"\xD0\xCF\x11\xE0\xA1", "xls"),
            (b"%PDF-1.7", "PDF"),
            (b"\x1F\x8B\x08", "gzip"),
            (b"{\\rtf1", "RTF"),
            (b"\n <!DOCTYPE html>", "web page"),
            (b"<?xml version=\"1.0\"?>", "XML"),
            (b"\xFF\xFE\0\0D\0\0\0", "UTF-32"),
            (b"DOT\n9900001\nPe\x81a", "line 3"),
            (b"\xEF\xBB\xBFDOT\nPe\xF1a", "line 2"),
            (b"DOT\n990\x000001", "line 2"),
            (b"\xFE\xFF\xD8\x00\x00", "UTF-16BE"),
        ];
        for (bytes, name) in cases {
            let error = text(bytes).unwrap_err();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn each_kind_of_file_is_known_by_its_first_bytes() {
        for (bytes, name) in [
            (&b"PK\x03\x04"[..], "ZIP archive"),
            (b"\xD0\xCF\x11\xE0", "old spreadsheet"),
            (b"%PDF", "a PDF"),
            (b"\x1F\x8B", "a gzip archive"),
            (b"7z\xBC\xAF", "a 7z archive"),
            (b"{\\rtf", "a document (RTF)"),
            (b"\x89PNG", "a picture"),
            (b"\xFF\xD8\xFF", "a picture"),
            (b"SQLite format 3", "a database"),
            (b"\xEF\xBB\xBF <!doctype HTML>", "a web page"),
            (b"<HTML lang=\"en\">", "a web page"),
            (b"\xEF\xBB\xBF<?XML ?>", "XML"),
        ] {
            assert!(kind_of(bytes).unwrap_or_default().contains(name), "{name}");
            assert!(text(bytes).unwrap_err().contains("save it as CSV UTF-8"), "{name}");
        }
        for bytes in [&b""[..], b"P", b"DOT", b"DOT,<html>", b"<a>", b"{\"a\":1}"] {
            assert_eq!(kind_of(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn utf_16_without_a_mark_is_known_by_its_zeros() {
        // The number of letters that are not Latin, of ten, and whether the rest is enough to know the encoding.
        for (odd, known) in [(0, true), (3, true), (4, false), (10, false)] {
            let table = format!("{}{}", "\u{416}".repeat(odd), "1".repeat(10 - odd));
            for (big, expected) in [(false, UTF_16LE), (true, UTF_16BE)] {
                let found = utf16_without_mark(&utf16(&table, big, false));
                assert_eq!(found, known.then_some(expected), "{odd} {big}");
            }
        }
        for bytes in [&b""[..], b"1", b"1\0", b"11", b"1111", b"\0\0\0\0", b"1\0\x001"] {
            assert_eq!(utf16_without_mark(bytes), None, "{bytes:?}");
        }
        // Only the beginning is looked at.
        let long = [utf16(&"1".repeat(256), false, false), b"1111".to_vec()].concat();
        assert_eq!(utf16_without_mark(&long), Some(UTF_16LE));
    }

    #[test]
    fn characters_that_no_table_has_are_refused_by_their_line() {
        for good in ["a\tb", "a\r\nb", "a\u{b}b", "a\u{c}b"] {
            assert_eq!(text(good.as_bytes()), Ok((good.into(), None)));
        }
        for bad in ["a\nb\u{1}c", "a\nb\u{7f}c", "a\nb\u{85}c", "a\n\u{1b}[31m"] {
            let error = text(bad.as_bytes()).unwrap_err();
            assert_eq!(error, "line 2: there is a control character, so this is not text", "{bad:?}");
        }
        for byte in [0x81, 0x8D, 0x8F, 0x90, 0x9D] {
            let error = text(&[b'a', b'\n', byte, b'\n', 0xF1]).unwrap_err();
            assert!(error.starts_with("line 2: the text is neither UTF-8 nor Windows-1252"), "{error}");
        }
        assert!(text(b"\0\0\xFE\xFF\0\0\0D").unwrap_err().contains("UTF-32"));
        assert_eq!(text(b"Pe\xF1a\x80").unwrap(), ("Pe\u{f1}a\u{20ac}".into(), Some("windows-1252")));
    }
}
