//! Text that runs on from page to page.

use crate::vendor::papers::paper::Paper;
use crate::vendor::papers::sheet::{Area, BOTTOM, LEFT, Look, RIGHT, Sheet, TOP, height};

pub(super) struct Flow<'p> {
    paper: &'p mut Paper,
    sheet: Sheet,
    y: f32,
}

impl<'p> Flow<'p> {
    /// Begins on a page of its own.
    pub(super) fn new(paper: &'p mut Paper) -> Self {
        Self { paper, sheet: Sheet::new(), y: TOP }
    }

    pub(super) fn end(self) {
        self.paper.sheets.push(self.sheet);
    }

    pub(super) fn space(&mut self, points: f32) {
        self.y += points;
    }

    /// Reserves a part of the page over its whole width, on the next page if this one has no room.
    pub(super) fn take(&mut self, h: f32) -> (Area, &mut Sheet) {
        if self.y + h > BOTTOM {
            self.paper.sheets.push(std::mem::replace(&mut self.sheet, Sheet::new()));
            self.y = TOP;
        }
        let area = Area::new(LEFT, self.y, RIGHT - LEFT, h);
        self.y += h;
        (area, &mut self.sheet)
    }

    /// A paragraph that stays on one page.
    pub(super) fn text(&mut self, text: &str, look: Look) {
        // A little more than it takes, so that no rounding makes it smaller.
        let (area, sheet) = self.take(height(text, RIGHT - LEFT, look) + 0.1);
        sheet.text(area, text, look);
    }

    /// A heading, with as much room under it as keeps it from standing alone.
    pub(super) fn heading(&mut self, text: &str, under: f32) {
        if self.y + 14.0 + under > BOTTOM {
            self.y = BOTTOM;
        }
        let (area, sheet) = self.take(14.0);
        sheet.bar(Area { h: 12.0, ..area }, text);
    }

    /// A name and its value, side by side.
    pub(super) fn pair(&mut self, name: &str, value: &str) {
        const NAMES: f32 = 120.0;
        let look = Look::plain(8.0);
        let w = RIGHT - LEFT - NAMES - 4.0;
        let h = height(value, w, look).max(9.5) + 0.6;
        let (area, sheet) = self.take(h);
        sheet.text(Area { w: NAMES - 6.0, ..area.inside(3.0, 0.0) }, name, Look::small(8.0));
        sheet.text(Area { x: LEFT + NAMES, w, ..area }, value, look);
    }

    /// Cells of a row, each with its share of the width.
    pub(super) fn row(&mut self, shares: &[f32], cells: &[&str], look: Look) {
        let all: f32 = shares.iter().sum();
        let wide = |share: f32| (RIGHT - LEFT) * share / all - 6.0;
        let high = shares.iter().zip(cells).map(|(share, cell)| height(cell, wide(*share), look));
        let h = high.fold(look.size, f32::max) + 1.6;
        let (area, sheet) = self.take(h);
        let mut x = LEFT + 3.0;
        for (share, cell) in shares.iter().zip(cells) {
            let w = wide(*share);
            sheet.text(Area { x, w, h: h - 1.0, ..area }, cell, look);
            x += w + 6.0;
        }
        sheet.rule((LEFT, area.y + h - 1.0), (RIGHT, area.y + h - 1.0), 0.2);
    }
}
