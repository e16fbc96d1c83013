//! Carriers in a table: separated columns with a header, or one carrier a line.

use super::field::{Field, cell, read};
use super::{Named, Report};
use csv::StringRecord;
use mycarrierpackets::types::CarrierId;

/// What may separate columns.
const SEPARATORS: [(u8, &str); 4] = [(b',', "`,`"), (b';', "`;`"), (b'\t', "a tab"), (b'|', "`|`")];
/// Lines of a title that may stand above the header.
const TITLE: usize = 10;
/// Columns that an error names.
const SHOWN: usize = 12;

/// The carriers of a table, each with its line.
pub fn carriers(text: &str, report: &mut Report) -> Result<Vec<Named>, String> {
    // Excel writes the separator that it was told to use into the first line.
    let (told, text, skipped) = match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.starts_with("sep=") => {
            (first.as_bytes().get(4), rest, 1)
        }
        _ => (None, text, 0),
    };
    let mut best: Option<(usize, Table)> = None;
    for (separator, name) in SEPARATORS.into_iter().filter(|(separator, _)| told.is_none_or(|told| told == separator)) {
        let records = records(text, separator, skipped)?;
        if let Some(table) = Table::find(records, name) {
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

fn records(text: &str, separator: u8, skipped: u64) -> Result<Vec<Line>, String> {
    let mut builder = csv::ReaderBuilder::new();
    let reader = builder.delimiter(separator).has_headers(false).flexible(true).trim(csv::Trim::All);
    let read = |record: csv::Result<StringRecord>| {
        let record = record.map_err(|error| format!("the table cannot be read: {error}"))?;
        Ok((record.position().map_or(0, csv::Position::line) + skipped, record))
    };
    let lines: Result<Vec<Line>, String> = reader.from_reader(text.as_bytes()).into_records().map(read).collect();
    Ok(lines?.into_iter().filter(|(_, record)| !record.iter().all(str::is_empty)).collect())
}

struct Table {
    separator: &'static str,
    header: StringRecord,
    columns: Vec<Option<Field>>,
    title: Vec<Line>,
    rows: Vec<Line>,
}

impl Table {
    /// The table, if one of its first lines names a column of numbers.
    fn find(mut lines: Vec<Line>, separator: &'static str) -> Option<Self> {
        let fields = |record: &StringRecord| record.iter().map(Field::named).collect::<Vec<_>>();
        let at = lines.iter().take(TITLE).position(|(_, record)| fields(record).iter().any(Option::is_some))?;
        let rows = lines.split_off(at + 1);
        let (_, header) = lines.pop()?;
        let mut columns = fields(&header);
        // Beside numbers of the field's own, "id" and "carrier" are what the file's own system calls it.
        if columns.iter().flatten().any(|field| *field != Field::Any) {
            columns.iter_mut().filter(|field| **field == Some(Field::Any)).for_each(|field| *field = None);
        }
        Some(Self { separator, columns, header, title: lines, rows })
    }

    fn carriers(self, report: &mut Report) -> Result<Vec<Named>, String> {
        if let Some((line, _)) = self.title.iter().find(|(_, record)| record.iter().any(names_a_carrier)) {
            return Err(format!("line {line}: a carrier stands above the line that names the columns"));
        }
        let meaning = |(name, field): (&str, &Option<Field>)| field.map(|field| (name.to_owned(), field.meaning()));
        report.columns = self.header.iter().zip(&self.columns).filter_map(meaning).collect();
        report.separator = (self.header.len() > 1).then_some(self.separator);
        report.title_lines = self.title.len();
        report.rows = self.rows.len();
        self.rows.iter().map(|row| self.carrier(row, report)).collect()
    }

    fn carrier(&self, (line, record): &Line, report: &mut Report) -> Result<Named, String> {
        let mut found: Option<CarrierId> = None;
        let place = format!("line {line}");
        for ((name, field), text) in self.header.iter().zip(&self.columns).zip(record) {
            let Some(field) = field else { continue };
            let Some(said) = cell(text) else {
                report.empty_cells += usize::from(!text.is_empty());
                continue;
            };
            let named = read(*field, said).map_err(|error| format!("{place}, column {name}: {error}"))?;
            found = Some(super::joined(found, named, &place)?);
        }
        let carrier = found.ok_or_else(|| {
            let columns: Vec<_> = report.columns.iter().map(|(name, _)| name.as_str()).collect();
            format!("{place}: no number stands in {}", columns.join(", "))
        })?;
        Ok(Named { carrier, place })
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
        let plain = line.trim().trim_matches('"');
        match cell(plain).map(str::parse::<CarrierId>) {
            Some(Ok(carrier)) => named.push(Named { carrier, place }),
            _ if named.is_empty() => return Err(no_header(text, &place, line)),
            Some(Err(error)) => return Err(format!("{place}: {error}")),
            None => return Err(format!("{place}: no number stands there")),
        }
    }
    report.rows = named.len();
    Ok(named)
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
