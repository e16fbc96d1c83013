//! A picture in shades of grey as PNG.

use flate2::Crc;

use crate::vendor::papers::pack::zlib;

/// Writes rows of `width` pixels each.
pub(super) fn png(width: usize, pixels: &[u8]) -> Vec<u8> {
    let rows = pixels.chunks_exact(width);
    let mut header = Vec::with_capacity(13);
    header.extend_from_slice(&(width as u32).to_be_bytes());
    header.extend_from_slice(&(rows.len() as u32).to_be_bytes());
    // 8 bits, greyscale, standard compression and filters, not interlaced.
    header.extend_from_slice(&[8, 0, 0, 0, 0]);
    let mut filtered = Vec::with_capacity(pixels.len() + rows.len());
    for row in rows {
        // Filter type of the row: none.
        filtered.push(0);
        filtered.extend_from_slice(row);
    }

    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"IDAT", &zlib(&filtered));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    out.extend_from_slice(&crc.sum().to_be_bytes());
}
