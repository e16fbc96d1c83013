//! Names for what is made of parts.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// SHA-256 of the parts, in hexadecimal digits.
pub(crate) fn of(parts: &[&str]) -> String {
    let mut hasher = Hasher::default();
    hasher.add(parts);
    hasher.end()
}

/// As [`of`], of parts that come one after another.
#[derive(Default)]
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn add(&mut self, parts: &[&str]) {
        for part in parts {
            // The length keeps "ab" "c" and "a" "bc" apart.
            self.0.update((part.len() as u64).to_be_bytes());
            self.0.update(part);
        }
    }

    pub(crate) fn end(self) -> String {
        hex(&self.0.finalize())
    }
}

/// SHA-256 of bytes as they are, in hexadecimal digits.
#[cfg(feature = "documents")]
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
