//! A picture in shades of grey, on which letters can be read.

use font8x8::legacy::BASIC_LEGACY;

use crate::vendor::papers::png::png;

/// How many pixels of its own a letter has in each direction.
pub(super) const LETTER: usize = 8;

static LETTERS: [[u8; LETTER]; 128] = BASIC_LEGACY;

pub(super) struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// All of one shade: 0 is black, 255 white.
    pub(super) fn new(width: usize, height: usize, shade: u8) -> Self {
        Self { width, height, pixels: vec![shade; width * height] }
    }

    pub(super) fn png(&self) -> Vec<u8> {
        png(self.width, &self.pixels)
    }

    /// Fills a part, which gets from the first shade at its top to the second at its foot.
    pub(super) fn fill(&mut self, (x, y): (usize, usize), (w, h): (usize, usize), (top, foot): (u8, u8)) {
        for row in y..(y + h).min(self.height) {
            let (from, to) = (usize::from(top), usize::from(foot));
            let down = row - y;
            let shade = ((from * (h - down) + to * down) / h) as u8;
            let start = row * self.width;
            if let Some(pixels) = self.pixels.get_mut(start + x.min(self.width)..start + (x + w).min(self.width)) {
                pixels.fill(shade);
            }
        }
    }

    /// A round spot.
    pub(super) fn spot(&mut self, (x, y): (usize, usize), radius: usize, shade: u8) {
        for down in 0..2 * radius {
            for right in 0..2 * radius {
                let (from_x, from_y) = (right.abs_diff(radius), down.abs_diff(radius));
                if from_x * from_x + from_y * from_y < radius * radius {
                    self.set((x + right).wrapping_sub(radius), (y + down).wrapping_sub(radius), shade, 1.0);
                }
            }
        }
    }

    /// Writes a text, each letter `scale` times as large as it is drawn, with smooth edges.
    pub(super) fn text(&mut self, (x, y): (usize, usize), text: &str, scale: usize, shade: u8) {
        for (n, letter) in text.chars().enumerate() {
            let Some(rows) = LETTERS.get(letter as usize) else { continue };
            let left = x + n * LETTER * scale;
            for down in 0..LETTER * scale {
                for right in 0..LETTER * scale {
                    let cover = cover(rows, (right as f32 + 0.5) / scale as f32, (down as f32 + 0.5) / scale as f32);
                    if cover > 0.0 {
                        self.set(left + right, y + down, shade, cover);
                    }
                }
            }
        }
    }

    /// How wide a text becomes.
    pub(super) fn wide(text: &str, scale: usize) -> usize {
        text.chars().count() * LETTER * scale
    }

    fn set(&mut self, x: usize, y: usize, shade: u8, cover: f32) {
        if x >= self.width {
            return;
        }
        if let Some(pixel) = self.pixels.get_mut(y.saturating_mul(self.width).saturating_add(x)) {
            *pixel = (f32::from(*pixel) * (1.0 - cover) + f32::from(shade) * cover) as u8;
        }
    }
}

/// How far a point of a letter is covered: between its pixels, from those around.
fn cover(rows: &[u8; LETTER], x: f32, y: f32) -> f32 {
    let dot = |x: f32, y: f32| {
        let inside = (0.0..LETTER as f32).contains(&x) && (0.0..LETTER as f32).contains(&y);
        inside && rows.get(y as usize).is_some_and(|row| row >> x as usize & 1 == 1)
    };
    let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
    let (across, down) = (x - 0.5 - left, y - 0.5 - top);
    let weigh = |column: f32, row: f32, weight: f32| if dot(left + column, top + row) { weight } else { 0.0 };
    let near = weigh(0.0, 0.0, (1.0 - across) * (1.0 - down))
        + weigh(1.0, 0.0, across * (1.0 - down))
        + weigh(0.0, 1.0, (1.0 - across) * down)
        + weigh(1.0, 1.0, across * down);
    ((near - 0.35) * 4.0).clamp(0.0, 1.0)
}
