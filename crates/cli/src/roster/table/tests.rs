//! Which row is a carrier, which is none, and which is refused.

use super::*;

/// The carriers with their lines, and what was understood.
fn read_table(text: &str) -> Result<(Vec<String>, Report), String> {
    let mut report = Report::default();
    let found = carriers(text, &mut report)?;
    Ok((found.into_iter().map(|named| format!("{}: {}", named.place, named.carrier)).collect(), report))
}

fn rows(text: &str) -> Vec<String> {
    read_table(text).unwrap_or_else(|error| panic!("{text}: {error}")).0
}

fn refused(text: &str) -> String {
    match read_table(text) {
        Ok(found) => panic!("{text}: {found:?}"),
        Err(error) => error,
    }
}

#[test]
fn each_row_has_its_line() {
    for (text, expected) in [
        ("DOT\n1\n\n2\n", &["line 2: DOT 1", "line 4: DOT 2"][..]),
        ("\r\n\r\nDOT\r\n1\r\n\r\n\r\n2\r\n", &["line 4: DOT 1", "line 7: DOT 2"]),
        ("sep=;\nName;DOT\nAlder;1\n", &["line 3: DOT 1"]),
        ("sep=;\r\nName;DOT\r\nAlder;1\r\n", &["line 3: DOT 1"]),
        ("Our carriers\n\nDOT\n1\n", &["line 4: DOT 1"]),
        ("Name,DOT\n\"Alder\nSons\",1\nBirke,2\n", &["line 2: DOT 1", "line 4: DOT 2"]),
        ("DOT 1\n\nMC5\n", &["line 1: DOT 1", "line 3: MC5"]),
        ("sep=;\nDOT 1\nMC5\n", &["line 2: DOT 1", "line 3: MC5"]),
    ] {
        assert_eq!(rows(text), expected, "{text}");
    }
}

#[test]
fn what_was_understood_is_counted() {
    let (found, report) = read_table("Carriers\nof 2026\nName;DOT;MC\nAlder;1;N/A\nBirke;2;\nCedar;-;5\n").unwrap();
    assert_eq!(found, ["line 4: DOT 1", "line 5: DOT 2", "line 6: MC5"]);
    let columns = vec![("DOT".to_owned(), "DOT number"), ("MC".to_owned(), "MC number")];
    let separator = Some("`;`");
    assert_eq!(report, Report { separator, title_lines: 2, columns, rows: 3, empty_cells: 2, ..Report::default() });
    let (_, report) = read_table("DOT\n1\n").unwrap();
    assert_eq!((report.separator, report.title_lines, report.rows), (None, 0, 1));
    let (_, report) = read_table("# one\n  // two\n1\n2\n").unwrap();
    assert_eq!((report.comments, report.rows), (2, 2));
}

#[test]
fn the_separator_that_finds_the_most_columns_is_used() {
    for (text, separator) in [
        ("DOT,MC\n1,5\n", "`,`"),
        ("DOT;MC\n1;5\n", "`;`"),
        ("DOT\tMC\n1\t5\n", "a tab"),
        ("DOT|MC\n1|5\n", "`|`"),
        ("DOT;MC;Name, and more\n1;5;x\n", "`;`"),
    ] {
        assert_eq!(read_table(text).unwrap().1.separator, Some(separator), "{text}");
    }
    // The line that Excel writes counts before what the columns look like.
    assert!(refused("sep=|\nDOT;MC\n1;5\n").starts_with("line 3, column DOT;MC: "));
    assert_eq!(rows("sep=|\nDOT|Name, DOT\n1|x\n"), ["line 3: DOT 1"]);
    // Longer, it is no such line but a title.
    assert_eq!(rows("sep=;;\nDOT,MC\n1,5\n"), ["line 3: DOT 1 MC5"]);
}

#[test]
fn a_header_may_have_a_title_of_nine_lines_above() {
    let table = |lines: usize| format!("{}DOT,Name\n1,Alder\n", "A line of title\n".repeat(lines));
    assert_eq!(rows(&table(9)), ["line 11: DOT 1"]);
    assert!(refused(&table(10)).contains("names no carrier, and no column is named DOT or Docket"));
    assert!(refused("MC5\nDOT,Name\n1,Alder\n").starts_with("line 1: there is a carrier above the line"));
}

#[test]
fn an_id_of_the_files_own_is_not_read_beside_numbers() {
    assert_eq!(rows("id,DOT\n77,1\n"), ["line 2: DOT 1"]);
    assert_eq!(rows("Carrier,Docket\nAlder,MC5\n"), ["line 2: MC5"]);
    assert_eq!(rows("Carrier,Name\nMC5,Alder\n"), ["line 2: MC5"]);
    assert!(refused("id,Name\n77,Alder\n").contains("line 2, column id: "));
    assert!(refused("DOT,MC,Name\n,N/A,Alder\n").ends_with("line 2: there is no number in DOT, MC"));
}

#[test]
fn rows_that_may_be_shifted_are_refused() {
    // More cells than the header has, if one of them says something.
    assert_eq!(rows("DOT,Name\n1,Alder,,\n"), ["line 2: DOT 1"]);
    assert!(refused("DOT,Name\n1,Alder,Sons\n").starts_with("line 2: 3 cells where the header has 2"));
    // A quoted cell of several lines: an address is fine, rows are not.
    for (cell, fine) in [
        ("1 Main St\nOgden, UT", true),
        ("1 Main St\nOgden, UT, US", false),
        ("1 Main St\nOgden", true),
        ("x\n2", false),
        ("x\nMC5", true),
        ("x\n,2", true),
    ] {
        let text = format!("DOT,Name,City\n1,\"{cell}\",z\n");
        if fine {
            assert_eq!(rows(&text), ["line 2: DOT 1"], "{text}");
        } else {
            assert!(refused(&text).starts_with("line 2: a quoted cell goes on over the rows"), "{text}");
        }
    }
    // A table of two columns: an address with a comma is no row of it.
    assert_eq!(rows("DOT,Name\n1,\"x\nOgden, UT\"\n"), ["line 2: DOT 1"]);
    // Any text can be an intrastate number, so it makes no row.
    assert_eq!(rows("Intrastate,Name\nTX-1,\"x\nOgden, UT\"\n"), ["line 2: intrastate TX-1"]);
    assert!(refused("DOT,Name\n1,\"Alder\n").contains("line 2: a quote is opened there and never closed"));
    assert!(refused("DOT,\"Name\n1,Alder\n").contains("in the line that names the columns"));
}

#[test]
fn the_plan_of_a_reconciliation_is_no_roster() {
    for (text, plan) in [
        ("action,DOT\nremove,1\n", true),
        ("DOT,action\n1,remove\n", true),
        ("action,DOT\nkeep,1\n", false),
        ("action,DOT\nadd,1\n", false),
        ("note,DOT\nremove,1\n", false),
    ] {
        match read_table(text) {
            Ok(_) => assert!(!plan, "{text}"),
            Err(error) => assert!(plan && error == format!("line 2: {IS_PLAN}"), "{text}: {error}"),
        }
    }
}

#[test]
fn a_line_without_a_header_is_one_carrier() {
    for (line, carrier) in [
        ("1", "DOT 1"),
        ("\"MC5\"", "MC5"),
        (" DOT 1 MC5 ", "DOT 1 MC5"),
        ("DOT 1;MC5", "DOT 1 MC5"),
        ("DOT 1\tMC5", "DOT 1 MC5"),
        ("DOT 1|MC5|", "DOT 1 MC5"),
        ("DOT 1,N/A", "DOT 1"),
        ("\"DOT 1\",\"MC5\"", "DOT 1 MC5"),
    ] {
        assert_eq!(rows(line), [format!("line 1: {carrier}")], "{line}");
    }
    for (text, error) in [
        ("1\nAlder", "line 2: "),
        ("1\n-", "line 2: there is no number"),
        ("1\n-,N/A", "line 2: there is no number"),
        ("#5\n1", "line 1: "),
        ("1\n# MC5", "line 2: "),
        ("Alder", "line 1: \"Alder\" names no carrier, and no column is named DOT or Docket"),
        ("Name,City", "no column is named DOT or Docket; found, separated by `,`: \"Name\", \"City\""),
        ("Name|City", "no column is named DOT or Docket; found, separated by `|`: \"Name\", \"City\""),
    ] {
        assert!(refused(text).starts_with(error), "{text}: {}", refused(text));
    }
}

#[test]
fn an_error_shows_the_beginning_of_a_line() {
    let forty = "a".repeat(40);
    assert_eq!(shown(&format!(" {forty} ")), format!("\"{forty}\""));
    assert_eq!(shown(&format!("{forty}b")), format!("\"{forty}…\""));
    assert_eq!(shown("a\u{1b}\"b"), "\"a\\u{1b}\\\"b\"");
    let columns = |count: usize| (0..count).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    assert!(refused(&columns(12)).ends_with("\"c11\""));
    assert!(refused(&columns(13)).ends_with("\"c11\""));
}
