//! Tables that fit the width of the terminal.

use super::view::{Column, Kind, View};
use crate::text::{cut, padded};
use anstyle::Style;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;

const GAP: usize = 2;
const NARROWEST: usize = 8;

/// A table that is written while its rows come: the rows up to the first [`flush`](Self::flush) settle the widths.
pub struct Table {
    columns: Vec<&'static Column>,
    widths: Option<Vec<usize>>,
    waiting: Vec<Vec<String>>,
}

/// The terminal that a table is written for.
pub struct Screen<'a> {
    pub width: Option<usize>,
    pub color: bool,
    pub zone: &'a TimeZone,
}

impl Table {
    pub fn new(view: &View) -> Self {
        let columns = view.columns.iter().filter(|column| !column.csv_only).collect();
        Self { columns, widths: None, waiting: Vec::new() }
    }

    pub fn push(&mut self, record: &Value, screen: &Screen) {
        self.waiting.push(self.columns.iter().map(|column| column.shown(record, screen.zone)).collect());
    }

    /// Writes the rows that wait.
    pub fn flush(&mut self, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        if self.widths.is_none() {
            let widths = self.fit(screen.width);
            let bold = if screen.color { Style::new().bold() } else { Style::new() };
            let titles = self.columns.iter().zip(&widths).map(|(column, width)| (column.title, *column, *width, bold));
            line(screen.width.is_some(), titles, out)?;
            self.widths = Some(widths);
        }
        let widths = self.widths.as_deref().unwrap_or_default();
        for row in self.waiting.drain(..) {
            let cells = row.iter().zip(&self.columns).zip(widths).map(|((text, column), width)| {
                let style = if screen.color { column.style(text) } else { Style::new() };
                (text.as_str(), *column, *width, style)
            });
            line(screen.width.is_some(), cells, out)?;
        }
        Ok(())
    }

    // The widest texts give way first; where even narrow ones leave no room, the last columns go.
    fn fit(&mut self, room: Option<usize>) -> Vec<usize> {
        let widest = |index: usize, title: &str| {
            let cells = self.waiting.iter().map(|row| row[index].width());
            cells.max().unwrap_or(0).max(title.width())
        };
        let mut widths: Vec<_> = self.columns.iter().enumerate().map(|(i, column)| widest(i, column.title)).collect();
        let Some(room) = room else {
            return widths;
        };
        let floors: Vec<_> = self.columns.iter().zip(&widths).map(|(column, width)| column.narrowest(*width)).collect();
        let total = |widths: &[usize]| widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        while widths.len() > 1 && total(&floors[..widths.len()]) > room {
            widths.pop();
        }
        self.columns.truncate(widths.len());
        while total(&widths) > room {
            let gives =
                widths.iter_mut().zip(&floors).filter(|(width, floor)| **width > **floor).map(|(width, _)| width);
            match gives.max() {
                Some(width) => *width -= 1,
                None => break,
            }
        }
        widths
    }
}

impl Column {
    // A time, a number or a rating says something else when its end is cut off.
    fn narrowest(&self, width: usize) -> usize {
        match self.kind {
            Kind::Text | Kind::List(_) => width.min(NARROWEST),
            _ => width,
        }
    }
}

// Where there is no edge to fit, a longer cell pushes the rest of its line aside rather than losing its end.
fn line<'a>(
    fits: bool,
    cells: impl Iterator<Item = (&'a str, &'static Column, usize, Style)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = String::new();
    for (index, (cell, column, width, style)) in cells.enumerate() {
        if index > 0 {
            text.push_str(&" ".repeat(GAP));
        }
        let cell = if fits { cut(cell, width) } else { cell.to_owned() };
        let cell = padded(&cell, width, column.kind == Kind::Number);
        text.push_str(&format!("{style}{cell}{style:#}"));
    }
    writeln!(out, "{}", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static VIEW: View = View {
        columns: &[
            Column::new("DOT", "DOTNumber", Kind::Number),
            Column::text("Name", "Name"),
            Column::new("Rating", "Rating", Kind::Rating),
            Column::csv_only("Street", Kind::Text),
            Column::new("Added", "Added", Kind::Time),
        ],
    };

    fn drawn(width: Option<usize>, color: bool) -> String {
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        let screen = Screen { width, color, zone: &zone };
        let mut table = Table::new(&VIEW);
        let names = ["Alder Freight Lines of the Northern Valley LLC", "Birke 物流", "Evil\u{1b}[2J\nName\u{202e}"];
        for (name, rating) in names.into_iter().zip(["Acceptable", "Unacceptable", "Splendid"]) {
            table.push(
                &json!({"DOTNumber": 9900001, "Name": name, "Rating": rating, "Added": "2026-03-18T08:30:00.25"}),
                &screen,
            );
        }
        let mut out = Vec::new();
        table.flush(&screen, &mut out).unwrap();
        table.push(&json!({"DOTNumber": "99", "Name": "Later, and much longer than what came before it did"}), &screen);
        table.flush(&screen, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn fits_the_room_there_is() {
        insta::assert_snapshot!(drawn(None, false));
        insta::assert_snapshot!(drawn(Some(80), false));
        insta::assert_snapshot!(drawn(Some(30), false));
        for width in 1..120 {
            let widest = drawn(Some(width), false).lines().map(|line| line.width()).max().unwrap();
            assert!(widest <= width.max(7), "{widest} in {width}");
        }
    }

    #[test]
    fn colors_ratings_and_lets_no_name_write_to_the_terminal() {
        let text = drawn(Some(100), true);
        assert!(text.contains("\u{1b}[32mAcceptable") && text.contains("\u{1b}[31mUnacceptable"), "{text:?}");
        let plain = drawn(Some(100), false);
        assert!(plain.chars().all(|c| c == '\n' || !c.is_control()), "{plain:?}");
        assert!(!plain.contains('\u{202e}'));
    }
}
