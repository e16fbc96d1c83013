//! What was understood of a roster.

use crate::text::printable;
use mycarrierpackets::types::CarrierId;
use std::fmt;

/// Why the output of `monitor reconcile` is not read: a carrier that it removes would be kept.
pub const IS_PLAN: &str = "this is the plan of a reconciliation, not a list of carriers";

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
            write!(f, ", \"{}\" is the {meaning}", printable(name))?;
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
