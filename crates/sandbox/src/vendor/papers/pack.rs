//! Bytes as PDF and PNG both pack them.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

pub(super) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
