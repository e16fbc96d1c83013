//! A page of US Letter: texts that keep inside their areas, lines and boxes, and the mark that it is a specimen.

use pdf_writer::types::{LineCapStyle, LineJoinStyle};
use pdf_writer::{Content, Name, Settings, Str, TextStr};

use crate::vendor::papers::letters::{Face, Place, place, width, wrap};

pub(super) const WIDTH: f32 = 612.0;
pub(super) const HEIGHT: f32 = 792.0;
/// Where the pages of all papers begin and end at both sides.
pub(super) const LEFT: f32 = 36.0;
pub(super) const RIGHT: f32 = WIDTH - LEFT;
/// From the top, where the mark ends and where the foot begins.
pub(super) const TOP: f32 = 42.0;
pub(super) const BOTTOM: f32 = HEIGHT - 38.0;

/// From one line to the next, for a size of 1.
const LEADING: f32 = 1.18;
/// From the top of a line to the feet of its letters.
const ASCENT: f32 = 0.88;
/// Steps in which a size is lowered until a text fits.
const STEP: f32 = 0.25;

/// A part of a page, in points from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) w: f32,
    pub(super) h: f32,
}

impl Area {
    pub(super) const fn new(x: f32, y: f32, w: f32, h: f32) -> Self {
        Self { x, y, w, h }
    }

    /// The same without a margin at each side.
    pub(super) const fn inside(self, x: f32, y: f32) -> Self {
        Self::new(self.x + x, self.y + y, self.w - 2.0 * x, self.h - 2.0 * y)
    }

    /// What is left of it below its first `h` points.
    pub(super) const fn under(self, h: f32) -> Self {
        Self::new(self.x, self.y + h, self.w, self.h - h)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) align: Align,
    /// Whether it stands in the middle of its height.
    pub(super) middle: bool,
    /// From 0, black, to 1, white.
    gray: f32,
}

impl Look {
    pub(super) const fn plain(size: f32) -> Self {
        Self { face: Face::Plain, size, align: Align::Left, middle: false, gray: 0.0 }
    }

    pub(super) const fn bold(size: f32) -> Self {
        Self { face: Face::Bold, ..Self::plain(size) }
    }

    /// A signature.
    pub(super) const fn hand(size: f32) -> Self {
        Self { face: Face::Slanted, ..Self::plain(size) }
    }

    /// What stands on the form before anybody fills it in.
    pub(super) const fn small(size: f32) -> Self {
        Self { gray: 0.3, ..Self::plain(size) }
    }

    pub(super) const fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    pub(super) const fn middle(self) -> Self {
        Self { middle: true, ..self }
    }
}

/// A text laid into an area.
#[derive(Debug)]
struct Laid {
    size: f32,
    lines: Vec<String>,
}

/// Breaks a text into lines, and makes it smaller until it fits. What does not fit even at half its size is cut off and ends
/// with an ellipsis.
fn lay(text: &str, area: Area, look: Look) -> Laid {
    let least = (look.size * 0.5).max(3.5).min(look.size);
    let mut size = look.size;
    loop {
        let mut lines = wrap(text, look.face, size, area.w);
        let room = ((area.h / (size * LEADING)) as usize).max(1);
        // A word is broken only where nothing else is possible.
        let whole = lines.len() <= room && text.split([' ', '\n']).all(|word| width(word, look.face, size) <= area.w);
        if whole || size - STEP < least {
            if lines.len() > room {
                lines.truncate(room);
                if let Some(last) = lines.last_mut() {
                    while !last.is_empty() && width(last, look.face, size) + width("…", look.face, size) > area.w {
                        last.pop();
                    }
                    last.push('…');
                }
            }
            return Laid { size, lines };
        }
        size -= STEP;
    }
}

/// How high a text of this width becomes.
pub(super) fn height(text: &str, w: f32, look: Look) -> f32 {
    wrap(text, look.face, look.size, w).len() as f32 * look.size * LEADING
}

pub(super) struct Sheet {
    content: Content,
    /// Whether a letter of it is in no font.
    missing: bool,
    #[cfg(test)]
    pub(super) placed: Vec<(String, Area, Area)>,
}

impl Sheet {
    pub(super) fn new() -> Self {
        let content = Content::with_settings(Settings { pretty: false });
        let mut sheet = Self {
            content,
            missing: false,
            #[cfg(test)]
            placed: Vec::new(),
        };
        sheet.mark();
        let head = Area::new(LEFT, 20.0, RIGHT - LEFT, 14.0);
        sheet.text(Area { w: 80.0, ..head }, "SPECIMEN", Look::bold(11.0).middle());
        let made = "Made by a sandbox. Everything in it is invented.";
        sheet.text(
            Area { x: LEFT + 90.0, w: head.w - 90.0, ..head },
            made,
            Look::small(8.0).align(Align::Right).middle(),
        );
        sheet
    }

    /// The content, with the foot of the page.
    pub(super) fn finish(mut self, title: &str, (page, pages): (usize, usize)) -> Vec<u8> {
        let foot = Area::new(LEFT, HEIGHT - 32.0, RIGHT - LEFT, 11.0);
        self.rule((LEFT, foot.y - 1.0), (RIGHT, foot.y - 1.0), 0.4);
        self.text(Area { w: foot.w - 80.0, ..foot }, title, Look::small(7.0).middle());
        let number = format!("Page {page} of {pages}");
        self.text(Area { x: RIGHT - 76.0, w: 76.0, ..foot }, &number, Look::small(7.0).align(Align::Right).middle());
        if self.missing {
            let note = "A letter that no font of this page has is shown as ?. The copied text has it, as does the API.";
            self.text(foot.under(11.0), note, Look::small(6.0).middle());
        }
        self.content.finish().into_vec()
    }

    /// SPECIMEN from corner to corner. It is drawn, not written, so that it is not in the middle of extracted text.
    fn mark(&mut self) {
        // Strokes on a grid of 4 by 6, from the lower left corner.
        const S: &[(f32, f32)] = &[
            (4., 5.),
            (3., 6.),
            (1., 6.),
            (0., 5.),
            (0., 4.),
            (1., 3.),
            (3., 3.),
            (4., 2.),
            (4., 1.),
            (3., 0.),
            (1., 0.),
            (0., 1.),
        ];
        const P: &[(f32, f32)] = &[(0., 0.), (0., 6.), (3., 6.), (4., 5.), (4., 4.), (3., 3.), (0., 3.)];
        const E: &[(f32, f32)] = &[(4., 6.), (0., 6.), (0., 3.), (3., 3.), (0., 3.), (0., 0.), (4., 0.)];
        const C: &[(f32, f32)] = &[(4., 5.), (3., 6.), (1., 6.), (0., 5.), (0., 1.), (1., 0.), (3., 0.), (4., 1.)];
        const I: &[(f32, f32)] = &[(2., 0.), (2., 6.)];
        const M: &[(f32, f32)] = &[(0., 0.), (0., 6.), (2., 3.), (4., 6.), (4., 0.)];
        const N: &[(f32, f32)] = &[(0., 0.), (0., 6.), (4., 0.), (4., 6.)];
        const SCALE: f32 = 17.5;
        let (sin, cos) = (HEIGHT / WIDTH).atan().sin_cos();
        let letters = [S, P, E, C, I, M, E, N];
        let (long, high) = (letters.len() as f32 * 5.5 - 1.5, 6.0);
        let matrix =
            |x: f32, y: f32| (WIDTH / 2.0 + (x * cos - y * sin) * SCALE, HEIGHT / 2.0 + (x * sin + y * cos) * SCALE);
        let (x, y) = matrix(-long / 2.0, -high / 2.0);
        let content = &mut self.content;
        content.save_state().transform([cos * SCALE, sin * SCALE, -sin * SCALE, cos * SCALE, x, y]);
        content.set_stroke_gray(0.94).set_line_width(0.6);
        content.set_line_cap(LineCapStyle::RoundCap).set_line_join(LineJoinStyle::RoundJoin);
        for (n, strokes) in letters.into_iter().enumerate() {
            for (k, (x, y)) in strokes.iter().enumerate() {
                let x = x + n as f32 * 5.5;
                if k == 0 {
                    content.move_to(x, *y)
                } else {
                    content.line_to(x, *y)
                };
            }
            content.stroke();
        }
        content.restore_state();
    }

    /// Writes a text into an area, smaller than it should be if it has no room.
    pub(super) fn text(&mut self, area: Area, text: &str, look: Look) {
        if text.is_empty() {
            return;
        }
        let Laid { size, lines } = lay(text, area, look);
        let all = lines.len() as f32 * size * LEADING;
        let top = if look.middle { area.y + (area.h - all).max(0.0) / 2.0 } else { area.y };
        for (n, line) in lines.iter().enumerate() {
            let wide = width(line, look.face, size);
            let x = match look.align {
                Align::Left => area.x,
                Align::Center => area.x + (area.w - wide) / 2.0,
                Align::Right => area.x + area.w - wide,
            };
            let y = top + n as f32 * size * LEADING;
            self.line(line, (x, y + ASCENT * size), Look { size, ..look });
            #[cfg(test)]
            self.placed.push((line.clone(), area, Area::new(x, y, wide, size * LEADING)));
        }
    }

    /// Shows letters from a point on, each run of one font and code by itself.
    fn line(&mut self, text: &str, (mut x, y): (f32, f32), look: Look) {
        self.content.begin_text().set_fill_gray(look.gray);
        let letters: Vec<char> = text.chars().collect();
        for run in letters.chunk_by(|a, b| std::mem::discriminant(&place(*a)) == std::mem::discriminant(&place(*b))) {
            let codes: Vec<u8> = run
                .iter()
                .map(|letter| match place(*letter) {
                    Place::Windows(code) | Place::More(code) => code,
                    Place::Missing => b'?',
                })
                .collect();
            let first = run.first().map_or(Place::Missing, |letter| place(*letter));
            let font = font(look.face, matches!(first, Place::More(_)));
            let shown: String = run.iter().collect();
            if first == Place::Missing {
                self.missing = true;
                let mut span = self.content.begin_marked_content_with_properties(Name(b"Span"));
                span.properties().actual_text(TextStr(&shown));
            }
            self.content.set_font(Name(font), look.size).set_text_matrix([1.0, 0.0, 0.0, 1.0, x, HEIGHT - y]);
            self.content.show(Str(&codes));
            if first == Place::Missing {
                self.content.end_marked_content();
            }
            x += width(&shown, look.face, look.size);
        }
        self.content.end_text();
    }

    pub(super) fn rule(&mut self, (x, y): (f32, f32), (to_x, to_y): (f32, f32), thick: f32) {
        self.content.set_stroke_gray(0.25).set_line_width(thick);
        self.content.move_to(x, HEIGHT - y).line_to(to_x, HEIGHT - to_y).stroke();
    }

    pub(super) fn frame(&mut self, area: Area) {
        self.content.set_stroke_gray(0.25).set_line_width(0.6);
        self.content.rect(area.x, HEIGHT - area.y - area.h, area.w, area.h).stroke();
    }

    /// A bar with a heading in it.
    pub(super) fn bar(&mut self, area: Area, text: &str) {
        self.content.set_fill_gray(0.86);
        self.content.rect(area.x, HEIGHT - area.y - area.h, area.w, area.h).fill_nonzero();
        self.text(area.inside(3.0, 0.0), text, Look::bold(area.h * 0.66).middle());
    }

    /// A box of a form: what belongs there, and beneath it what is there.
    pub(super) fn field(&mut self, area: Area, label: &str, value: &str) {
        self.frame(area);
        self.text(Area { h: 8.0, ..area.inside(3.0, 1.5) }, label, Look::small(5.5));
        self.text(area.inside(3.0, 1.0).under(8.0), value, Look::plain(9.0).middle());
    }

    /// A box to tick, with its name.
    pub(super) fn tick(&mut self, area: Area, label: &str, is_on: bool) {
        let square = Area { y: area.y + (area.h - 7.0) / 2.0, w: 7.0, h: 7.0, ..area };
        self.frame(square);
        if is_on {
            self.text(square.inside(0.0, -1.0), "X", Look::bold(7.0).align(Align::Center).middle());
        }
        self.text(Area { x: area.x + 10.0, w: area.w - 10.0, ..area }, label, Look::plain(7.0).middle());
    }
}

/// The name of a font in the resources of a page.
pub(super) fn font(face: Face, is_more: bool) -> &'static [u8] {
    match (face, is_more) {
        (Face::Plain, false) => b"P",
        (Face::Bold, false) => b"B",
        (Face::Slanted, false) => b"S",
        (Face::Plain, true) => b"PM",
        (Face::Bold, true) => b"BM",
        (Face::Slanted, true) => b"SM",
    }
}
