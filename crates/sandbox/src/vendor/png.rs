//! A PNG writer for one small picture: a number plate, more or less.

use std::io::Write as _;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

const WIDTH: u32 = 96;
const HEIGHT: u32 = 32;

/// A greyscale picture of bars that depend on `pattern`.
pub(crate) fn png(pattern: u64) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(((WIDTH + 1) * HEIGHT) as usize);
    for y in 0..HEIGHT {
        // Filter type of the row: none.
        pixels.push(0);
        for x in 0..WIDTH {
            let frame = x < 3 || y < 3 || x >= WIDTH - 3 || y >= HEIGHT - 3;
            let bar = pattern >> (x * 2 / 3 % 64) & 1 == 1;
            pixels.push(if frame {
                0x20
            } else if bar {
                0x50
            } else {
                0xE0
            });
        }
    }
    let mut header = Vec::with_capacity(13);
    header.extend_from_slice(&WIDTH.to_be_bytes());
    header.extend_from_slice(&HEIGHT.to_be_bytes());
    // 8 bits, greyscale, standard compression and filters, not interlaced.
    header.extend_from_slice(&[8, 0, 0, 0, 0]);

    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"IDAT", &zlib(&pixels));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
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
