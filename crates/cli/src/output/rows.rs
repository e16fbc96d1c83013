//! Records in any form: one, or a list that is written while it comes.

use super::table::{Screen, Table};
use super::view::View;
use super::writer::{Form, Output};
use crate::failure::Result;
use serde::Serialize;
use std::io::Write as _;

impl Output {
    /// A list that is written while it comes.
    pub fn rows(&mut self, view: &'static View) -> Rows<'_> {
        Rows::new(self, view)
    }

    /// One record.
    pub fn record(&mut self, record: &impl Serialize, view: &'static View) -> Result<()> {
        match self.form {
            Form::Table => {
                let record = serde_json::to_value(record)?;
                for column in view.columns.iter().filter(|column| !column.csv_only) {
                    let shown = column.shown(&record, &self.zone);
                    if !shown.is_empty() {
                        let style = if self.color { column.style(&shown) } else { anstyle::Style::new() };
                        writeln!(self.out, "{:<20} {style}{shown}{style:#}", column.title)?;
                    }
                }
            }
            Form::Json => self.json(record)?,
            Form::Jsonl | Form::Csv => {
                let mut rows = self.rows(view);
                rows.push(record)?;
                rows.end()?;
            }
        }
        self.flush()
    }

    /// An answer whose substance is a list: the whole answer as JSON, the list's elements in every other form.
    pub fn list_in<T: Serialize>(&mut self, answer: &impl Serialize, list: &[T], view: &'static View) -> Result<()> {
        if self.form == Form::Json {
            self.json(answer)?;
            return self.flush();
        }
        let mut rows = self.rows(view);
        list.iter().try_for_each(|element| rows.push(element))?;
        rows.end()
    }

    /// A record that tables show as `lines`, and the other forms as it is.
    pub fn record_or(&mut self, record: &impl Serialize, view: &'static View, lines: &str) -> Result<()> {
        if self.form == Form::Table {
            return self.text(lines);
        }
        self.record(record, view)
    }
}

/// The rows of one list. [`end`](Self::end) closes it; without it, a JSON list stays open, as what is cut off should.
pub struct Rows<'a> {
    output: &'a mut Output,
    view: &'static View,
    table: Table,
    written: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(output: &'a mut Output, view: &'static View) -> Self {
        Self { output, view, table: Table::new(view), written: 0 }
    }

    pub fn push(&mut self, record: &impl Serialize) -> Result<()> {
        let first = self.written == 0;
        self.written += 1;
        match self.output.form {
            Form::Table => {
                let record = serde_json::to_value(record)?;
                let screen = self.output.screen();
                self.table.push(&record, &screen);
            }
            Form::Json => {
                self.output.out.write_all(if first { b"[\n" } else { b",\n" })?;
                serde_json::to_writer(&mut self.output.out, record)?;
            }
            Form::Jsonl => {
                serde_json::to_writer(&mut self.output.out, record)?;
                self.output.out.write_all(b"\n")?;
            }
            Form::Csv => {
                let record = serde_json::to_value(record)?;
                if first {
                    self.header()?;
                }
                let cells = self.view.columns.iter().map(|column| unarmed(column.raw(&record)));
                let line = csv_line(cells)?;
                self.output.out.write_all(&line)?;
            }
        }
        Ok(())
    }

    /// Writes what has come so far.
    pub fn flush(&mut self) -> Result<()> {
        let screen = Screen { width: self.output.width, color: self.output.color, zone: &self.output.zone.clone() };
        self.table.flush(&screen, &mut self.output.out)?;
        self.output.flush()
    }

    /// Ends the list.
    pub fn end(mut self) -> Result<()> {
        match (self.output.form, self.written) {
            (Form::Json, 0) => self.output.out.write_all(b"[]\n")?,
            (Form::Json, _) => self.output.out.write_all(b"\n]\n")?,
            (Form::Csv, 0) => self.header()?,
            _ => {}
        }
        self.flush()
    }

    fn header(&mut self) -> Result<()> {
        let line = csv_line(self.view.columns.iter().map(|column| column.name()))?;
        Ok(self.output.out.write_all(&line)?)
    }
}

/// A line of a CSV file.
pub fn csv_line(cells: impl Iterator<Item = String>) -> Result<Vec<u8>> {
    let mut line = csv::Writer::from_writer(Vec::new());
    line.write_record(cells)?;
    line.into_inner().map_err(|error| error.into_error().into())
}

// Spreadsheets run a cell that begins like a formula, and carriers choose their names. Phone numbers may stay.
/// A cell that no spreadsheet runs.
pub fn unarmed(cell: String) -> String {
    let armed = match cell.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => !cell.chars().skip(1).all(|c| c.is_ascii_digit() || " ().-".contains(c)),
        _ => false,
    };
    if armed { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_numbers_stay() {
        let cases = [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+1 (214) 555-0100", "+1 (214) 555-0100"),
            ("-12.5", "-12.5"),
            ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
            ("Alder = Birke", "Alder = Birke"),
            ("", ""),
        ];
        for (cell, written) in cases {
            assert_eq!(unarmed(cell.to_owned()), written);
        }
    }
}
