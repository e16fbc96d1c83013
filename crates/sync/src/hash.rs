//! Names for what is made of parts.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// SHA-256 of the parts, in hexadecimal digits.
pub(crate) fn of(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        // The length keeps "ab" "c" and "a" "bc" apart.
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
