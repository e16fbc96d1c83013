//! Carriers by their numbers: who is named twice, and who contradicts whom.

use super::report::{Named, Report};
use mycarrierpackets::types::Sameness;
use mycarrierpackets_sync::reconcile::{Identity, Index};

/// Each carrier once, with all the numbers that its rows have.
///
/// # Errors
/// Rows that share a number and are not one carrier, by their places.
pub fn distinct(named: Vec<Named>, report: &mut Report) -> Result<Vec<Identity>, String> {
    let mut kept: Vec<Option<Named>> = Vec::new();
    let mut index = Index::default();
    for Named { mut carrier, place } in named {
        let mut first: Option<usize> = None;
        // A later row can join two that had no number in common: DOT 1, then MC2, then DOT 1 with MC2.
        loop {
            let places = index.sharing(&carrier);
            let next = places.into_iter().find(|at| Some(*at) != first && kept[*at].is_some());
            let Some(at) = next else { break };
            let Some(other) = kept[at].clone() else { break };
            if other.carrier.compare(&carrier) != Sameness::Same {
                return Err(format!(
                    "{} and {place} contradict each other: {} and {carrier}",
                    other.place, other.carrier
                ));
            }
            carrier = other.carrier.merged(&carrier);
            match first {
                None => first = Some(at),
                Some(_) => kept[at] = None,
            }
        }
        match first {
            Some(at) => {
                let origin = kept[at].as_ref().map(|named| named.place.clone()).unwrap_or_default();
                report.again.push(format!("{place} as {origin}"));
                index.insert(&carrier, at);
                kept[at] = Some(Named { carrier, place: origin });
            }
            None => {
                index.insert(&carrier, kept.len());
                kept.push(Some(Named { carrier, place }));
            }
        }
    }
    let carriers: Vec<Identity> = kept.into_iter().flatten().map(|named| named.carrier).collect();
    report.beyond_a_call =
        carriers.iter().filter(|carrier| !carrier.more().is_empty()).map(ToString::to_string).collect();
    Ok(carriers)
}

/// What two numbers at one place name together, which must be one carrier.
pub fn joined(found: Option<Identity>, named: Identity, place: &str) -> Result<Identity, String> {
    let Some(found) = found else {
        return Ok(named);
    };
    // A DOT and docket numbers of several series in one row belong together; two of a kind must be the same.
    let shared = found.has_dot() && named.has_dot()
        || !found.series().is_disjoint(&named.series())
        || found.states().next().is_some() && named.states().next().is_some();
    if shared && found.compare(&named) != Sameness::Same {
        return Err(format!("{place}: {found} and {named} are different carriers"));
    }
    Ok(found.merged(&named))
}

#[cfg(test)]
mod tests {
    use super::*;

    use super::super::tests::identity as id;

    #[test]
    fn two_numbers_of_one_row_are_one_carrier_or_a_contradiction() {
        for (found, named, expected) in [
            ("DOT 1", "MC5", Some("DOT 1 MC5")),
            ("MC5", "DOT 1", Some("DOT 1 MC5")),
            ("DOT 1", "DOT 1", Some("DOT 1")),
            ("MC5", "MC5", Some("MC5")),
            ("DOT 1 MC5", "MC5", Some("DOT 1 MC5")),
            ("MC5", "FF7", Some("MC5, FF7")),
            ("FF7", "MC5", Some("MC5, FF7")),
            ("DOT 1 MC5", "FF7", Some("DOT 1 MC5, FF7")),
            ("DOT 1 MC5, FF7", "MX3", Some("DOT 1 MC5, FF7, MX3")),
            ("DOT 1 MC5, FF7", "FF0007", Some("DOT 1 MC5, FF7")),
            ("DOT 1 MC5, FF7", "FF8", None),
            ("MC5, FF7", "MC6", None),
            ("DOT 1", "DOT 2", None),
            ("MC5", "MC6", None),
            ("DOT 1 MC5", "MC6", None),
            ("DOT 1 MC5", "DOT 2", None),
            ("DOT 1", "intrastate TX-1", Some("DOT 1 intrastate TX-1")),
            ("intrastate TX-1", "DOT 1", Some("DOT 1 intrastate TX-1")),
            ("intrastate TX-1", "MC5", Some("MC5 intrastate TX-1")),
            ("intrastate TX-1", "intrastate TX 1", Some("intrastate TX-1")),
            ("intrastate TX-1", "intrastate TX-2", None),
        ] {
            let joined = joined(Some(id(found)), id(named), "line 3");
            match expected {
                Some(expected) => assert_eq!(joined, Ok(id(expected)), "{found}, {named}"),
                None => {
                    let error = joined.unwrap_err();
                    assert!(error.starts_with("line 3: ") && error.ends_with("are different carriers"), "{error}");
                }
            }
        }
        assert_eq!(joined(None, id("MC5"), "line 3"), Ok(id("MC5")));
    }

    #[test]
    fn rows_are_one_carrier_with_the_place_of_the_first() {
        let of = |texts: &[&str]| {
            let mut report = Report::default();
            let named = texts.iter().zip(1..);
            let named = named.map(|(text, line)| Named { carrier: id(text), place: format!("line {line}") }).collect();
            let carriers = distinct(named, &mut report).map(|found| found.iter().map(ToString::to_string).collect());
            (carriers, report.again)
        };
        for (texts, expected, again) in [
            (&["DOT 1", "MC5"][..], &["DOT 1", "MC5"][..], &[][..]),
            (&["DOT 1", "DOT 1"], &["DOT 1"], &["line 2 as line 1"]),
            (&["DOT 1", "DOT 2", "DOT 2", "DOT 1"], &["DOT 1", "DOT 2"], &["line 3 as line 2", "line 4 as line 1"]),
            (&["DOT 1", "MC5", "DOT 1 MC5"], &["DOT 1 MC5"], &["line 3 as line 1"]),
            (&["MC5", "DOT 1", "DOT 1 MC5", "MC5"], &["DOT 1 MC5"], &["line 3 as line 1", "line 4 as line 1"]),
            (&["MC5, FF7", "FF7"], &["MC5, FF7"], &["line 2 as line 1"]),
            (&["DOT 1 MC5", "DOT 1 FF7", "FF7"], &["DOT 1 MC5, FF7"], &["line 2 as line 1", "line 3 as line 1"]),
            (&["FF7", "MC5", "MC5, FF7"], &["MC5, FF7"], &["line 3 as line 1"]),
            (&["DOT 1", "DOT 1 MC5", "MC5"], &["DOT 1 MC5"], &["line 2 as line 1", "line 3 as line 1"]),
        ] {
            let (found, places): (Result<Vec<String>, _>, _) = of(texts);
            assert_eq!(
                (found.unwrap(), places),
                (
                    expected.iter().map(|text| (*text).to_owned()).collect(),
                    again.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()
                ),
                "{texts:?}"
            );
        }
        for texts in [
            ["DOT 1 MC5", "DOT 2 MC5"],
            ["DOT 1 MC5", "DOT 1 MC6"],
            ["DOT 1 MC5, FF7", "DOT 2 FF7"],
            ["MC5, FF7", "MC6, FF7"],
        ] {
            let (found, _): (Result<Vec<String>, String>, _) = of(&texts);
            assert!(found.unwrap_err().starts_with("line 1 and line 2 contradict each other: "), "{texts:?}");
        }
        // What the first two rows became is what the third is held against.
        let (found, _): (Result<Vec<String>, String>, _) = of(&["DOT 1", "DOT 1 MC5", "DOT 2 MC5"]);
        assert!(found.unwrap_err().contains("line 1 and line 3 contradict"));
    }
}
