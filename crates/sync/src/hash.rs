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
    hex(&hasher.finalize())
}

/// SHA-256 of bytes as they are, in hexadecimal digits.
#[cfg(feature = "documents")]
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
