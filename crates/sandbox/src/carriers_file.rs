//! Own carriers in a file: rows of facts from a spreadsheet or from JSON, each with the place it is from.

use std::io::{self, Read as _};
use std::path::Path;

use serde_json::{Map, Value};

/// Larger than any list that a person keeps; what is longer is another file.
const LONGEST: u64 = 10 << 20;

/// Facts that somebody wrote for one carrier, not yet looked at.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Where it is from, as its author finds it: `own.csv line 4`.
    pub(crate) place: String,
    pub(crate) facts: Result<Map<String, Value>, String>,
    /// Whether numbers and flags are texts, too, as in a spreadsheet.
    pub(crate) in_texts: bool,
}

/// Reads a file that is named `.csv` or `.json`.
pub(crate) fn read(path: &Path) -> io::Result<Vec<Row>> {
    let named = |kind, what: String| io::Error::new(kind, format!("--carriers-from {}: {what}", path.display()));
    let invalid = |what: String| named(io::ErrorKind::InvalidData, what);
    let failed = |error: io::Error| named(error.kind(), error.to_string());
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > LONGEST {
        return Err(invalid("it is larger than 10 MiB".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|_| invalid("it is not UTF-8: save it as \"CSV UTF-8\"".to_owned()))?;
    let text = text.trim_start_matches('\u{feff}');
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let rows = match ending.as_str() {
        "csv" => of_csv(text, &file),
        "json" => of_json(text, &file),
        _ => Err("its name must end with .csv or .json".to_owned()),
    };
    match rows.map_err(invalid)? {
        none if none.is_empty() => Err(invalid("it has no carriers".to_owned())),
        rows => Ok(rows),
    }
}

/// The first line has the names of the facts; an empty cell is as the world has it.
fn of_csv(text: &str, file: &str) -> Result<Vec<Row>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let names = reader.headers().map_err(|error| error.to_string())?.clone();
    for (at, name) in names.iter().enumerate() {
        if name.is_empty() {
            return Err(format!("line 1: column {} has no name", at + 1));
        }
        if names.iter().take(at).any(|other| other == name) {
            return Err(format!("line 1: two columns are named {name:?}"));
        }
    }
    let mut rows = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        // The reader says where the empty lines before a record begin.
        let at = record.position().map_or(counted, |place| place.byte() as usize);
        let begins = text.len() - text.get(at..).unwrap_or_default().trim_start_matches(['\r', '\n']).len();
        line += text.get(counted..begins).unwrap_or_default().matches('\n').count();
        counted = begins;
        // Excel leaves lines of nothing but commas.
        if record.iter().all(str::is_empty) {
            continue;
        }
        // Null keeps the name, which may be none of a fact.
        let fact = |cell: &str| if cell.is_empty() { Value::Null } else { cell.into() };
        let facts = names.iter().zip(&record).map(|(name, cell)| (name.to_owned(), fact(cell))).collect();
        rows.push(Row { place: format!("{file} line {line}"), facts: Ok(facts), in_texts: true });
    }
    Ok(rows)
}

fn of_json(text: &str, file: &str) -> Result<Vec<Row>, String> {
    let all: Vec<Value> =
        serde_json::from_str(text).map_err(|error| format!("not a JSON list of carriers: {error}"))?;
    let row = |(at, value): (usize, Value)| {
        let facts = match value {
            Value::Object(facts) => Ok(facts),
            _ => Err("a carrier is a JSON object of facts".to_owned()),
        };
        Row { place: format!("{file} carrier {}", at + 1), facts, in_texts: false }
    };
    Ok(all.into_iter().enumerate().map(row).collect())
}
