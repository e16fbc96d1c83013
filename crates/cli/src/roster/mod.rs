//! Rosters: files of carriers, as brokers keep them. What is understood is reported; what is ambiguous is refused by line.

mod encoding;
mod field;
mod json;
mod merge;
mod table;

use crate::failure::{Failure, Result};
use mycarrierpackets::types::{CarrierId, Sameness};
use std::fmt;
use std::io::Read as _;
use std::path::Path;

pub use field::cell;
pub use merge::Index;

/// A roster of a million carriers has some 40 MB.
const MOST_BYTES: u64 = 256 << 20;

/// Why the output of `monitor reconcile` is not read: a carrier that it removes would be kept.
const IS_PLAN: &str = "this is the plan of a reconciliation, not a list of carriers";

/// The carriers of a file, each once, and what was understood of it.
#[derive(Debug)]
pub struct Roster {
    pub carriers: Vec<CarrierId>,
    pub report: Report,
}

/// A carrier and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub carrier: CarrierId,
    pub place: String,
}

/// What was understood of a file.
#[derive(Debug, Default, PartialEq)]
pub struct Report {
    /// The encoding, if it is not UTF-8.
    pub encoding: Option<&'static str>,
    /// What separates the columns, if there are several.
    pub separator: Option<&'static str>,
    /// Lines above the header.
    pub title_lines: usize,
    /// Lines that begin with `#` or `//`.
    pub comments: usize,
    /// The columns or fields that were read, each with its meaning.
    pub columns: Vec<(String, &'static str)>,
    pub rows: usize,
    /// Cells such as `N/A` that were taken for empty.
    pub empty_cells: usize,
    /// The places at which a carrier stands again.
    pub again: Vec<String>,
}

/// Reads the carriers of a file: CSV with a header, a carrier a line, JSON, JSON lines; `-` is standard input.
pub fn read(path: &Path) -> Result<Roster> {
    let piped = path == Path::new("-");
    let name = if piped { "standard input".to_owned() } else { path.display().to_string() };
    let unreadable =
        |error: std::io::Error| Failure::usage(format!("{name} could not be read: {error}"), "Check the file.");
    let mut bytes = Vec::new();
    let read = if piped {
        std::io::stdin().take(MOST_BYTES + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
    };
    if read.map_err(unreadable)? as u64 > MOST_BYTES {
        return Err(Failure::usage(format!("{name} is larger than {} MB", MOST_BYTES >> 20), "Split the file."));
    }
    let roster = parse(&bytes).map_err(|what| {
        let hint = "Each carrier needs a DOT number, a docket number or an intrastate number. Nothing was changed.";
        Failure::usage(format!("{name}: {what}"), hint)
    })?;
    if roster.carriers.is_empty() {
        return Err(Failure::usage(
            format!("{name} names no carrier"),
            "Check the file: an empty one would remove every carrier.",
        ));
    }
    Ok(roster)
}

/// The carriers of the bytes of a file.
///
/// # Errors
/// What is wrong, and on which line.
pub fn parse(bytes: &[u8]) -> Result<Roster, String> {
    let mut report = Report::default();
    let (text, encoding) = encoding::text(bytes)?;
    report.encoding = encoding;
    let named = match text.trim_start().chars().next() {
        Some('[' | '{') => json::carriers(&text, &mut report)?,
        _ => table::carriers(&text, &mut report)?,
    };
    let carriers = merge::distinct(named, &mut report)?;
    Ok(Roster { carriers, report })
}

/// Each of the carriers that a command names once, with all the numbers that it is named by.
///
/// # Errors
/// Two names that share a number and are not of one carrier.
pub fn each_once(carriers: Vec<CarrierId>) -> Result<Vec<CarrierId>, String> {
    let numbered = carriers.into_iter().zip(1..);
    let named = numbered.map(|(carrier, number)| Named { carrier, place: format!("argument {number}") }).collect();
    merge::distinct(named, &mut Report::default())
}

/// What two numbers at one place name together, which must be one carrier.
fn joined(found: Option<CarrierId>, named: CarrierId, place: &str) -> Result<CarrierId, String> {
    let Some(found) = found else {
        return Ok(named);
    };
    // A DOT and a docket number in one row belong together; two of a kind must be the same.
    let shared = found.dot_number().is_some() && named.dot_number().is_some()
        || found.docket_number().zip(named.docket_number()).is_some_and(|(own, other)| own.kind() == other.kind())
        || found.intrastate_number().is_some() && named.intrastate_number().is_some();
    if shared && found.compare(&named) != Sameness::Same {
        return Err(format!("{place}: {found} and {named} are different carriers"));
    }
    Ok(found.merged(&named))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        write!(f, "{}", count(self.rows, "row"))?;
        if let Some(encoding) = self.encoding {
            write!(f, ", read as {encoding}")?;
        }
        if let Some(separator) = self.separator.filter(|separator| *separator != "`,`") {
            write!(f, ", columns separated by {separator}")?;
        }
        for (name, meaning) in &self.columns {
            write!(f, ", \"{}\" is the {meaning}", crate::output::printable(name))?;
        }
        if self.title_lines > 0 {
            write!(f, ", {} above the header left out", count(self.title_lines, "line"))?;
        }
        if self.comments > 0 {
            write!(f, ", {} left out", count(self.comments, "comment"))?;
        }
        if self.empty_cells > 0 {
            write!(f, ", {} such as N/A taken for empty", count(self.empty_cells, "cell"))?;
        }
        if !self.again.is_empty() {
            const SHOWN: usize = 5;
            let more = if self.again.len() > SHOWN { ", …" } else { "" };
            let shown = self.again.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
            write!(f, ", {} named again ({shown}{more})", count(self.again.len(), "carrier"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
