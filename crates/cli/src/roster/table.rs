//! Carriers in a table: separated columns with a header, or one carrier a line.

use super::field::{Field, cell, read};
use super::merge::joined;
use super::report::{IS_PLAN, Named, Report};
use csv::StringRecord;
use mycarrierpackets::types::CarrierId;
use mycarrierpackets_sync::reconcile::Identity;
use std::io::Read as _;

/// What may separate columns.
const SEPARATORS: [(u8, &str); 4] = [(b',', "`,`"), (b';', "`;`"), (b'\t', "a tab"), (b'|', "`|`")];
/// Lines of a title that may stand above the header.
const TITLE: usize = 10;
/// Columns that an error names.
const SHOWN: usize = 12;
/// A line that no text can have.
const END: &str = "\u{1f}end";

/// The carriers of a table, each with its line.
pub fn carriers(text: &str, report: &mut Report) -> Result<Vec<Named>, String> {
    // Excel writes the separator it is set to use into the first line.
    let (declared, text, skipped) = match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.starts_with("sep=") => {
            (first.as_bytes().get(4), rest, 1)
        }
        _ => (None, text, 0),
    };
    let mut best: Option<(usize, Table)> = None;
    for (separator, name) in
        SEPARATORS.into_iter().filter(|(separator, _)| declared.is_none_or(|declared| declared == separator))
    {
        if let Some(table) = Table::find(records(text, separator, skipped)?, separator, name) {
            let columns = table.columns.iter().flatten().count();
            if best.as_ref().is_none_or(|(before, _)| columns > *before) {
                best = Some((columns, table));
            }
        }
    }
    match best {
        Some((_, table)) => table.carriers(report),
        None => lines(text, skipped, report),
    }
}

/// A record and the line it begins on.
type Line = (u64, StringRecord);

/// The lines that are not empty, with [`END`] as the last: a quote that is never closed takes it with it.
fn records(text: &str, separator: u8, skipped: u64) -> Result<Vec<Line>, String> {
    let mut builder = csv::ReaderBuilder::new();
    let reader = builder.delimiter(separator).has_headers(false).flexible(true).trim(csv::Trim::All);
    let read = |record: csv::Result<StringRecord>| {
        let record = record.map_err(|error| format!("the table cannot be read: {error}"))?;
        Ok((record.position().map_or(0, |position| line(text, position)) + skipped, record))
    };
    let bytes = text.as_bytes().chain(&b"\n"[..]).chain(END.as_bytes());
    let lines: Result<Vec<Line>, String> = reader.from_reader(bytes).into_records().map(read).collect();
    Ok(lines?.into_iter().filter(|(_, record)| !record.iter().all(str::is_empty)).collect())
}

/// The line that a record begins on: its position is before the empty lines above it.
fn line(text: &str, position: &csv::Position) -> u64 {
    let from = usize::try_from(position.byte()).ok().and_then(|byte| text.as_bytes().get(byte..));
    let empty = from.unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + empty.filter(|byte| **byte == b'\n').count() as u64
}

struct Table {
    separator: (u8, &'static str),
    header: StringRecord,
    columns: Vec<Option<Field>>,
    title: Vec<Line>,
    rows: Vec<Line>,
}

impl Table {
    /// The table, if one of its first lines names a column of numbers.
    fn find(mut lines: Vec<Line>, separator: u8, name: &'static str) -> Option<Self> {
        let fields = |record: &StringRecord| record.iter().map(Field::named).collect::<Vec<_>>();
        let header = |wanted: fn(Field) -> bool| {
            let names = |record: &StringRecord| fields(record).into_iter().flatten().any(wanted);
            let rows = |record: &StringRecord| record.iter().any(names_a_carrier);
            lines.iter().take(TITLE).position(|(_, record)| names(record) && !rows(record))
        };
        // A title may be one word that would be a column of its own, such as "Carrier".
        let at = header(|field| field != Field::Any).or_else(|| header(|_| true))?;
        let rows = lines.split_off(at + 1);
        let (_, header) = lines.pop()?;
        let mut columns = fields(&header);
        // Beside numbers of the field's own, "id" and "carrier" are what the file's own system calls it.
        if columns.iter().flatten().any(|field| *field != Field::Any) {
            columns.iter_mut().filter(|field| **field == Some(Field::Any)).for_each(|field| *field = None);
        }
        Some(Self { separator: (separator, name), columns, header, title: lines, rows })
    }

    fn carriers(mut self, report: &mut Report) -> Result<Vec<Named>, String> {
        match self.rows.pop() {
            Some((_, last)) if last.iter().eq([END]) => {}
            Some((line, _)) => return Err(format!("line {line}: a quote is opened there and never closed")),
            None => return Err("a quote is opened in the line that names the columns and never closed".to_owned()),
        }
        if let Some((line, _)) = self.title.iter().find(|(_, record)| record.iter().any(names_a_carrier)) {
            return Err(format!("line {line}: there is a carrier above the line that names the columns"));
        }
        let meaning = |(name, field): (&str, &Option<Field>)| field.map(|field| (name.to_owned(), field.meaning()));
        report.columns = self.header.iter().zip(&self.columns).filter_map(meaning).collect();
        report.separator = (self.header.len() > 1).then_some(self.separator.1);
        report.title_lines = self.title.len();
        report.rows = self.rows.len();
        self.rows.iter().map(|row| self.carrier(row, report)).collect()
    }

    fn carrier(&self, (line, record): &Line, report: &mut Report) -> Result<Named, String> {
        let mut found: Option<Identity> = None;
        let place = format!("line {line}");
        self.check(record).map_err(|what| format!("{place}: {what}"))?;
        for ((name, field), text) in self.header.iter().zip(&self.columns).zip(record) {
            let Some(field) = field else { continue };
            let Some(said) = cell(text) else {
                report.empty_cells += usize::from(!text.is_empty());
                continue;
            };
            let named = read(*field, said).map_err(|error| format!("{place}, column {name}: {error}"))?;
            found = Some(joined(found, named.into(), &place)?);
        }
        let carrier = found.ok_or_else(|| {
            let columns: Vec<_> = report.columns.iter().map(|(name, _)| name.as_str()).collect();
            format!("{place}: there is no number in {}", columns.join(", "))
        })?;
        Ok(Named { carrier, place })
    }

    /// Refuses a row whose cells may not be those of their columns.
    fn check(&self, record: &StringRecord) -> Result<(), String> {
        let (separator, name) = self.separator;
        let most = self.header.len();
        if record.iter().skip(most).any(|text| !text.is_empty()) {
            let cells = record.len();
            return Err(format!("{cells} cells where the header has {most}: quote the cells that hold {name}"));
        }
        let more = record.iter().flat_map(|text| text.lines().skip(1));
        if more.into_iter().any(|line| self.is_row(&line.split(char::from(separator)).collect::<Vec<_>>())) {
            return Err("a quoted cell goes on over the rows that follow: look at its quotes".to_owned());
        }
        let plan = self.header.iter().zip(record).any(|cell| cell == ("action", "remove"));
        if plan { Err(IS_PLAN.to_owned()) } else { Ok(()) }
    }

    /// Whether a line inside a quoted cell is a row of the table rather than of an address.
    fn is_row(&self, cells: &[&str]) -> bool {
        let reads = |(field, text): (&Option<Field>, &&str)| {
            let field = field.filter(|field| *field != Field::Intrastate);
            let said = cell(text.trim().trim_matches('"'));
            field.zip(said).is_some_and(|(field, said)| read(field, said).is_ok())
        };
        cells.len() > 2 && cells.len() >= self.header.len() || self.columns.iter().zip(cells).any(reads)
    }
}

fn names_a_carrier(text: &str) -> bool {
    cell(text).is_some_and(|text| text.parse::<CarrierId>().is_ok())
}

/// Without a header each line is one carrier, and nothing else.
fn lines(text: &str, skipped: u64, report: &mut Report) -> Result<Vec<Named>, String> {
    let mut named: Vec<Named> = Vec::new();
    let full = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (number, line) in full {
        let place = format!("line {}", number as u64 + 1 + skipped);
        if is_comment(line) {
            report.comments += 1;
            continue;
        }
        match numbers(line).as_deref().map(str::parse::<CarrierId>) {
            Some(Ok(carrier)) => named.push(Named { carrier: carrier.into(), place }),
            _ if named.is_empty() => return Err(no_header(text, &place, line)),
            Some(Err(error)) => return Err(format!("{place}: {error}")),
            None => return Err(format!("{place}: there is no number")),
        }
    }
    report.rows = named.len();
    Ok(named)
}

// With a digit in it, it may be a carrier, and nobody can tell whether it was meant to be left out.
fn is_comment(line: &str) -> bool {
    let marked = ["#", "//"].iter().any(|mark| line.trim_start().starts_with(mark));
    marked && !line.contains(char::is_numeric)
}

/// What a line without a header says: the text itself, or the numbers in its cells.
fn numbers(line: &str) -> Option<String> {
    let whole = cell(line.trim().trim_matches('"'))?;
    if whole.parse::<CarrierId>().is_ok() {
        return Some(whole.to_owned());
    }
    let cells = SEPARATORS.iter().map(|(separator, _)| {
        let reader = csv::ReaderBuilder::new().delimiter(*separator).has_headers(false).from_reader(line.as_bytes());
        let record = reader.into_records().next().and_then(csv::Result::ok).unwrap_or_default();
        (record.len(), record.iter().filter_map(cell).collect::<Vec<_>>().join(" "))
    });
    let (columns, said) = cells.max_by_key(|(columns, _)| *columns)?;
    if columns > 1 { Some(said).filter(|said| !said.is_empty()) } else { Some(whole.to_owned()) }
}

fn no_header(text: &str, place: &str, line: &str) -> String {
    let most = SEPARATORS.iter().max_by_key(|(separator, _)| line.bytes().filter(|byte| byte == separator).count());
    let (separator, name) = most.copied().unwrap_or(SEPARATORS[0]);
    let header = records(text, separator, 0).ok().and_then(|lines| lines.into_iter().next());
    let names: Vec<String> = header.iter().flat_map(|(_, record)| record.iter().take(SHOWN).map(shown)).collect();
    if names.len() > 1 {
        return format!("no column is named DOT or Docket; found, separated by {name}: {}", names.join(", "));
    }
    format!("{place}: {} names no carrier, and no column is named DOT or Docket", shown(line))
}

fn shown(text: &str) -> String {
    let mut characters = text.trim().chars();
    let start: String = characters.by_ref().take(40).flat_map(char::escape_debug).collect();
    format!("\"{start}{}\"", if characters.next().is_some() { "…" } else { "" })
}

#[cfg(test)]
mod tests;
