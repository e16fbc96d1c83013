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

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 2;

    fn came(rows: &str) -> Outcomes {
        Outcomes::Rows { rows: rows.split_whitespace().map(str::to_owned).collect() }
    }

    fn failed(status: u16, unknown: bool) -> Outcomes {
        Outcomes::Error { status: Some(status), reason: "api".to_owned(), unknown }
    }

    fn judged(rows_: &str, expect: Expect) -> Verdict {
        let truth = ["a", "b", "c"].map(str::to_owned);
        rows(&came(rows_), &truth, PAGE, expect)
    }

    #[test]
    fn a_row_that_is_not_there_is_lost() {
        let lost = |lost, all| Verdict::Lost { lost, all };
        for (rows, expect, verdict) in [
            ("a b c", Expect::Whole, Verdict::Good),
            ("c a b", Expect::Whole, Verdict::Good),
            ("a b", Expect::Whole, lost(1, 3)),
            // A row without what it is known by is one that its `$ref` was lost of.
            ("a b |", Expect::Whole, lost(1, 3)),
            ("a a b", Expect::Whole, lost(1, 3)),
            ("a b c", Expect::Twice, lost(3, 6)),
            ("a a b b c c", Expect::Twice, Verdict::Good),
            ("a c", Expect::First, Verdict::Good),
            ("a", Expect::First, lost(1, 2)),
            ("a | |", Expect::Counted, Verdict::Good),
            ("a |", Expect::Counted, lost(1, 3)),
            ("", Expect::Refused, lost(3, 3)),
            ("a b c", Expect::Refused, Verdict::Good),
        ] {
            assert_eq!(judged(rows, expect), verdict, "{rows}, {expect:?}");
        }
        assert!(matches!(judged("a b c d", Expect::Whole), Verdict::Bad(_)));
        assert!(matches!(judged("a b c d", Expect::Counted), Verdict::Bad(_)));
    }

    #[test]
    fn an_error_is_right_only_where_there_is_nothing_to_read() {
        let truth = ["a".to_owned()];
        assert_eq!(rows(&failed(502, false), &truth, PAGE, Expect::Refused), Verdict::Refused);
        assert_eq!(rows(&failed(502, false), &truth, PAGE, Expect::CountedOrRefused), Verdict::Refused);
        for expect in [Expect::Whole, Expect::Twice, Expect::First, Expect::Counted] {
            assert!(matches!(rows(&failed(502, false), &truth, PAGE, expect), Verdict::Bad(_)), "{expect:?}");
        }
        let broken = Outcomes::Broken { error: "a decoder's".to_owned() };
        assert!(matches!(rows(&broken, &truth, PAGE, Expect::Refused), Verdict::Bad(_)));
    }

    #[test]
    fn a_storm_may_repeat_rows_but_not_lose_them() {
        let truth = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(stormy(&came("a b b c a"), &truth), Verdict::Good);
        assert_eq!(stormy(&came("a b |"), &truth), Verdict::Good);
        assert_eq!(stormy(&came("a b b b"), &truth), Verdict::Lost { lost: 1, all: 3 });
        assert!(matches!(stormy(&failed(503, false), &truth), Verdict::Bad(_)));
    }

    #[test]
    fn only_the_api_itself_says_that_a_carrier_is_unknown() {
        assert_eq!(unknown(&failed(404, true), true), Verdict::Good);
        assert!(matches!(unknown(&failed(404, false), true), Verdict::Bad(_)));
        assert!(matches!(unknown(&came("a"), false), Verdict::Bad(_)));
        assert_eq!(unknown(&failed(502, false), false), Verdict::Refused);
    }
}
