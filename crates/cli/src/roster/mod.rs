//! Rosters: files of carriers, as brokers keep them. What is understood is reported; what is ambiguous is refused by
//! line.

mod encoding;
mod field;
mod json;
mod merge;
mod report;
mod table;

use crate::failure::{Failure, Result};
use mycarrierpackets::types::CarrierId;
use report::Named;
use std::io::Read as _;
use std::path::Path;

pub use field::cell;
pub use mycarrierpackets_sync::reconcile::Identity;
pub use report::Report;

/// A roster of a million carriers has some 40 MB.
const MOST_BYTES: u64 = 256 << 20;

/// The carriers of a file, each once, and what was understood of it.
#[derive(Debug)]
pub struct Roster {
    pub carriers: Vec<Identity>,
    pub report: Report,
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

/// Each of the carriers that a command names once, by the numbers that a call sends.
///
/// # Errors
/// Two names that share a number and are not of one carrier.
pub fn each_once(carriers: Vec<CarrierId>) -> Result<Vec<CarrierId>, String> {
    let numbered = carriers.into_iter().zip(1..);
    let named = numbered
        .map(|(carrier, number)| Named { carrier: carrier.into(), place: format!("argument {number}") })
        .collect();
    let carriers = merge::distinct(named, &mut Report::default())?;
    Ok(carriers.into_iter().map(Identity::into_id).collect())
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub use tests::identity;
