//! The vendor's names of stored documents.

use super::ParseError;
use super::lenient::{Scalar, Unfit};
use std::fmt;
use std::str::FromStr;

const WHAT: &str = "the name of a document";
const EXPECTED: &str = "1 to 1024 characters without control characters, such as company-agreement/12/<guid>";
const MAX_CHARACTERS: usize = 1024;
const MAX_FILE_NAME: usize = 120;
const MAX_EXTENSION: usize = 16;

/// The vendor's name of a stored document, such as `certificate-image/<guid>.pdf`, found in the answers.
///
/// It is the vendor's own key and goes back to it unchanged. To store the document, take
/// [`safe_file_name`](Self::safe_file_name): the name itself may hold anything, `../` included.
///
/// ```
/// use mycarrierpackets::types::BlobName;
///
/// let blob = BlobName::new("company-agreement/12/ea72823e")?;
/// assert_eq!(blob.as_str(), "company-agreement/12/ea72823e");
/// assert_eq!(blob.safe_file_name(Some("pdf")), "ea72823e.pdf");
/// # Ok::<(), mycarrierpackets::types::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobName(String);

impl BlobName {
    /// A name, kept as it is.
    ///
    /// # Errors
    /// Blank text, more than 1024 characters, or a control character.
    pub fn new(name: impl Into<String>) -> Result<Self, ParseError> {
        let name = name.into();
        let long = name.chars().nth(MAX_CHARACTERS).is_some();
        if long || name.trim().is_empty() || name.chars().any(char::is_control) {
            return Err(ParseError::new(&name, WHAT, EXPECTED));
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the name without its extension, made safe as in [`safe_file_name`](Self::safe_file_name).
    ///
    /// ```
    /// use mycarrierpackets::types::BlobName;
    ///
    /// assert_eq!(BlobName::new("certificate-image/0a1b.pdf")?.file_stem(), "0a1b");
    /// # Ok::<(), mycarrierpackets::types::ParseError>(())
    /// ```
    pub fn file_stem(&self) -> String {
        safe_stem(self.split().0, MAX_FILE_NAME)
    }

    /// A file name to store the document under: one path component that is safe on Unix and Windows.
    ///
    /// It is made of the last part of the name and `extension`, or the name's own extension where that is `None` or
    /// not made of letters and digits. It has at most 120 bytes, no separator, no leading dot, no character that a
    /// shell or file system gives a meaning, and is no device name of Windows. It is **not unique**: two names can
    /// yield one file name.
    ///
    /// ```
    /// use mycarrierpackets::types::BlobName;
    ///
    /// assert_eq!(BlobName::new("certificate-image/0a1b.pdf")?.safe_file_name(None), "0a1b.pdf");
    /// assert_eq!(BlobName::new("../../etc/passwd")?.safe_file_name(Some("pdf")), "passwd.pdf");
    /// # Ok::<(), mycarrierpackets::types::ParseError>(())
    /// ```
    pub fn safe_file_name(&self, extension: Option<&str>) -> String {
        let (stem, own) = self.split();
        let given = extension.map(|e| e.strip_prefix('.').unwrap_or(e)).filter(|e| is_extension(e));
        match given.or(own) {
            Some(extension) => {
                let room = MAX_FILE_NAME.saturating_sub(extension.len() + 1);
                format!("{}.{extension}", safe_stem(stem, room))
            }
            None => safe_stem(stem, MAX_FILE_NAME),
        }
    }

    // The last part that is more than dots and spaces, and its extension.
    fn split(&self) -> (&str, Option<&str>) {
        let idle = |c: char| c == '.' || c.is_whitespace();
        let mut parts = self.0.rsplit(['/', '\\']).map(|part| part.trim_matches(idle));
        let last = parts.find(|part| !part.is_empty()).unwrap_or_default();
        match last.rsplit_once('.') {
            Some((stem, extension)) if is_extension(extension) => (stem, Some(extension)),
            _ => (last, None),
        }
    }
}

fn is_extension(text: &str) -> bool {
    (1..=MAX_EXTENSION).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn safe_stem(stem: &str, room: usize) -> String {
    let mut safe = String::with_capacity(stem.len().min(room));
    for character in stem.chars() {
        let plain =
            character.is_alphanumeric() || matches!(character, '-' | '_' | ' ' | '.' | '(' | ')' | ',' | '+' | '=');
        let character = if plain { character } else { '_' };
        let leading = safe.is_empty() && matches!(character, '.' | ' ' | '-');
        let doubled = character == '.' && safe.ends_with('.');
        if leading || doubled {
            continue;
        }
        // One byte stays free for the underscore before a device name.
        if safe.len() + character.len_utf8() >= room {
            break;
        }
        safe.push(character);
    }
    safe.truncate(safe.trim_end_matches(['.', ' ']).len());
    if safe.is_empty() {
        safe.push_str("document");
    } else if is_device(&safe) {
        safe.insert(0, '_');
    }
    safe
}

// Windows reserves these with any extension, and COM¹ as well as COM1.
fn is_device(stem: &str) -> bool {
    let base = stem.split('.').next().unwrap_or_default().trim_end();
    let upper = base.to_ascii_uppercase();
    let numbered = upper.strip_prefix("COM").or_else(|| upper.strip_prefix("LPT"));
    matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered
            .is_some_and(|n| n.chars().count() == 1 && n.contains(|c: char| c.is_ascii_digit() || "¹²³".contains(c)))
}

impl FromStr for BlobName {
    type Err = ParseError;

    fn from_str(name: &str) -> Result<Self, ParseError> {
        Self::new(name)
    }
}

impl fmt::Display for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobName({:?})", self.0)
    }
}

impl AsRef<str> for BlobName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Scalar for BlobName {
    const EXPECTED: &'static str = "the name of a document";

    fn from_text(text: &str) -> Result<Option<Self>, Unfit> {
        if text.trim().is_empty() { Ok(None) } else { Self::new(text).map(Some).map_err(|_| Unfit) }
    }
}

try_from_text!(BlobName);
serde_as_text!(BlobName);
plain_schema!(BlobName, "string", "The vendor's name of a stored document, such as certificate-image/<guid>.pdf.");

#[cfg(test)]
mod tests {
    use super::*;

    fn file_name(name: &str, extension: Option<&str>) -> String {
        BlobName::new(name).unwrap().safe_file_name(extension)
    }

    #[test]
    fn keeps_names_and_refuses_few() {
        let long = "x".repeat(MAX_CHARACTERS);
        for name in ["company-agreement/12/ea72823e", "a", "../../x", " spaced ", "ünï/cödé", "a?b#c&d=%2F", &long]
        {
            assert_eq!(name.parse::<BlobName>().unwrap().as_str(), name);
        }
        let longer = "é".repeat(MAX_CHARACTERS + 1);
        for name in ["", "  ", "a\nb", "a\0", "\u{7f}", "\u{85}", &longer] {
            let error = BlobName::new(name).unwrap_err().to_string();
            assert!(error.len() < 300 && error.contains("is not the name of a document"), "{error}");
        }
    }

    #[test]
    fn makes_file_names() {
        let cases = [
            ("company-agreement/12/ea72823e-1506", None, "ea72823e-1506"),
            ("company-agreement/12/ea72823e-1506", Some("pdf"), "ea72823e-1506.pdf"),
            ("certificate-image/0a1b.pdf", None, "0a1b.pdf"),
            ("certificate-image/0a1b.pdf", Some("pdf"), "0a1b.pdf"),
            ("certificate-image/0a1b.pdf", Some(".png"), "0a1b.png"),
            ("a/W9 (signed), 2026.pdf", None, "W9 (signed), 2026.pdf"),
            ("a/v1.2.final", Some("pdf"), "v1.2.pdf"),
            ("x.tar.gz", None, "x.tar.gz"),
            ("x", Some("../../evil"), "x"),
            ("x.pdf", Some("p/d"), "x.pdf"),
            ("x", Some(""), "x"),
            ("grün/Überblick.pdf", None, "Überblick.pdf"),
        ];
        for (name, extension, expected) in cases {
            assert_eq!(file_name(name, extension), expected, "{name:?} {extension:?}");
        }
        assert_eq!(BlobName::new("a/0a1b.pdf").unwrap().file_stem(), "0a1b");
    }

    #[test]
    fn disarms_hostile_names() {
        let cases = [
            ("../../etc/passwd", "passwd"),
            ("..\\..\\windows\\system.ini", "system.ini"),
            ("a/..", "a"),
            ("..", "document"),
            ("/", "document"),
            ("./.", "document"),
            ("a/b/", "b"),
            (".bashrc", "bashrc"),
            ("...hidden", "hidden"),
            ("-rf", "rf"),
            ("a..b", "a.b"),
            ("%2e%2e%2fetc", "_2e_2e_2fetc"),
            ("x:stream", "x_stream"),
            ("C:\\x", "x"),
            ("a<b>c|d?e*f\"g'h`i$j;k&l", "a_b_c_d_e_f_g_h_i_j_k_l"),
            ("invoice\u{202e}fdp.exe", "invoice_fdp.exe"),
            ("name. . .", "name"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("nul .pdf", "_nul.pdf"),
            ("Com1", "_Com1"),
            ("LPT²", "_LPT²"),
            ("aux.tar.gz", "_aux.tar.gz"),
            ("COM10", "COM10"),
            ("CONSOLE", "CONSOLE"),
            ("～/x／y", "x_y"),
        ];
        for (name, expected) in cases {
            assert_eq!(file_name(name, None), expected, "{name:?}");
        }
    }

    #[test]
    fn is_always_one_short_component() {
        let pieces = [
            "..",
            "/",
            "\\",
            ".",
            " ",
            "a",
            "é",
            "😀",
            "CON",
            "-",
            "%2f",
            ":",
            "~",
            "٣",
            "x".repeat(119).as_str(),
            "ж",
        ]
        .map(str::to_owned);
        for first in &pieces {
            for second in &pieces {
                for third in &pieces {
                    let Ok(blob) = BlobName::new(format!("{first}{second}{third}")) else { continue };
                    for extension in [None, Some("pdf"), Some("/etc"), Some("abcdefghijklmnop")] {
                        let name = blob.safe_file_name(extension);
                        assert!((1..=120).contains(&name.len()), "{blob:?}: {name:?}");
                        assert!(
                            !name.contains(['/', '\\', ':', '%', '~']) && !name.contains(".."),
                            "{blob:?}: {name:?}"
                        );
                        assert!(
                            !name.starts_with(['.', '-', ' ']) && !name.ends_with(['.', ' ']),
                            "{blob:?}: {name:?}"
                        );
                        let path = std::path::Path::new(&name);
                        assert_eq!(path.file_name().and_then(|n| n.to_str()), Some(name.as_str()), "{blob:?}");
                    }
                }
            }
        }
    }
}
