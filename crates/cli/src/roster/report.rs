//! What was understood of a roster.

use crate::text::printable;
use mycarrierpackets_sync::reconcile::Identity;
use std::fmt;

/// Why the output of `monitor reconcile` is not read: a carrier that it removes would be kept.
pub const IS_PLAN: &str = "this is the plan of a reconciliation, not a list of carriers";

/// A carrier and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub carrier: Identity,
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
    /// The carriers that have more numbers than one call sends.
    pub beyond_a_call: Vec<String>,
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
            write!(f, ", {} named again ({})", count(self.again.len(), "carrier"), first_of(&self.again))?;
        }
        if !self.beyond_a_call.is_empty() {
            let carriers = count(self.beyond_a_call.len(), "carrier");
            let shown = first_of(&self.beyond_a_call);
            write!(f, ", {carriers} with more numbers than one call sends, matched by all of them ({shown})")?;
        }
        Ok(())
    }
}

fn first_of(list: &[String]) -> String {
    const SHOWN: usize = 5;
    let more = if list.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", list.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_was_understood_is_said() {
        let plain = Report { rows: 1, separator: Some("`,`"), ..Report::default() };
        assert_eq!(plain.to_string(), "1 row");
        assert_eq!(Report::default().to_string(), "0 rows");
        let again = |count: usize| (1..=count).map(|line| format!("line {line} as line 0")).collect();
        let one = Report {
            encoding: Some("UTF-16LE"),
            separator: Some("`;`"),
            title_lines: 1,
            comments: 1,
            columns: vec![("DOT\n#".to_owned(), "DOT number")],
            rows: 2,
            empty_cells: 1,
            again: again(1),
            beyond_a_call: vec!["MC5, FF7".to_owned()],
        };
        let expected = "2 rows, read as UTF-16LE, columns separated by `;`, \"DOT #\" is the DOT number, 1 line above \
                        the header left out, 1 comment left out, 1 cell such as N/A taken for empty, 1 carrier named \
                        again (line 1 as line 0), 1 carrier with more numbers than one call sends, matched by all of them \
                        (MC5, FF7)";
        assert_eq!(one.to_string(), expected);
        let more = Report { title_lines: 2, comments: 3, empty_cells: 4, ..Report::default() };
        let expected =
            "0 rows, 2 lines above the header left out, 3 comments left out, 4 cells such as N/A taken for empty";
        assert_eq!(more.to_string(), expected);
        for (count, ends) in [(5, "line 5 as line 0)"), (6, "line 5 as line 0, …)"), (7, "line 5 as line 0, …)")] {
            let report = Report { again: again(count), ..Report::default() };
            let shown = report.to_string();
            assert!(shown.starts_with(&format!("0 rows, {count} carriers named again (line 1")), "{shown}");
            assert!(shown.ends_with(ends), "{shown}");
        }
    }
}
