//! Whether what came of a step is what the sandbox holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::driver::Outcomes;
use super::scenarios::Expect;

/// The judgement of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it must be.
    Good,
    /// An error, as it must be.
    Refused,
    /// The client reports success, and `lost` of `all` rows are not there.
    Lost { lost: usize, all: usize },
    /// Something else; the reason in a few words.
    Bad(String),
}

impl Verdict {
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Good | Self::Refused)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good => f.write_str("ok"),
            Self::Refused => f.write_str("refused"),
            Self::Lost { lost, all } => write!(f, "**{lost} of {all} lost**"),
            Self::Bad(reason) => write!(f, "**{reason}**"),
        }
    }
}

/// Judges the rows of a step against those that the sandbox holds, of pages of `page` rows.
pub fn rows(outcome: &Outcomes, truth: &[String], page: usize, expect: Expect) -> Verdict {
    let rows = match outcome {
        Outcomes::Rows { rows } => rows,
        Outcomes::Error { .. } if matches!(expect, Expect::Refused | Expect::CountedOrRefused) => {
            return Verdict::Refused;
        }
        Outcomes::Error { status, reason, .. } => return Verdict::Bad(format!("error {} {reason}", shown(*status))),
        Outcomes::Broken { error } => return Verdict::Bad(short(error)),
    };
    let times = |n: usize| truth.iter().flat_map(|row| std::iter::repeat_n(row.clone(), n)).collect();
    let expected: Vec<String> = match expect {
        // A client that does not notice such a fault at all, and has all rows, is right as well.
        Expect::Refused if rows == truth => return Verdict::Good,
        // An empty list is the worst of all: it looks like an answer.
        Expect::Refused => return Verdict::Lost { lost: truth.len().max(1), all: truth.len() },
        Expect::Twice => times(2),
        Expect::First => truth.iter().step_by(page).cloned().collect(),
        Expect::Whole | Expect::Counted | Expect::CountedOrRefused => times(1),
    };
    let mut left = BTreeMap::<&str, usize>::new();
    expected.iter().for_each(|row| *left.entry(row).or_default() += 1);
    let mut foreign = 0;
    for row in rows {
        match left.get_mut(row.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => foreign += 1,
        }
    }
    let missing: usize = left.values().sum();
    let counted = matches!(expect, Expect::Counted | Expect::CountedOrRefused);
    match (if counted { missing.saturating_sub(foreign) } else { missing }, foreign) {
        (0, 0) => Verdict::Good,
        (0, _) if counted && rows.len() == expected.len() => Verdict::Good,
        (0, foreign) => Verdict::Bad(format!("{foreign} rows too many")),
        (lost, _) => Verdict::Lost { lost, all: expected.len() },
    }
}

/// Judges the rows that came through a storm, in which rows can come twice, and a few without what they are known by.
pub fn stormy(outcome: &Outcomes, truth: &[String]) -> Verdict {
    let Outcomes::Rows { rows } = outcome else { return rows_or_error(outcome) };
    let (got, all): (BTreeSet<_>, BTreeSet<_>) = (rows.iter().collect(), truth.iter().collect());
    let unnamed = rows.iter().filter(|row| !all.contains(row)).count();
    match all.difference(&got).count().saturating_sub(unnamed) {
        0 => Verdict::Good,
        lost => Verdict::Lost { lost, all: all.len() },
    }
}

fn rows_or_error(outcome: &Outcomes) -> Verdict {
    rows(outcome, &[], 1, Expect::Whole)
}

/// Judges the call for a carrier that does not exist. `sound` says that the answer is the API's own.
pub fn unknown(outcome: &Outcomes, sound: bool) -> Verdict {
    match outcome {
        Outcomes::Error { status: Some(404), unknown: true, .. } => Verdict::Good,
        Outcomes::Error { .. } if !sound => Verdict::Refused,
        Outcomes::Error { status, reason, .. } => Verdict::Bad(format!("error {} {reason}", shown(*status))),
        Outcomes::Rows { .. } => Verdict::Bad("an answer for a carrier that does not exist".to_owned()),
        Outcomes::Broken { error } => Verdict::Bad(short(error)),
    }
}

fn shown(status: Option<u16>) -> String {
    status.map_or_else(|| "without status".to_owned(), |status| status.to_string())
}

/// The beginning of an error, for a cell of a table.
fn short(error: &str) -> String {
    let line = error.lines().next().unwrap_or_default().replace('|', " ");
    let cut: String = line.chars().take(60).collect();
    if cut.len() < line.len() { cut + "…" } else { cut }
}
