//! Which record of a JSON text is a carrier, and which text is refused.

use super::*;

fn read_json(text: &str) -> Result<(Vec<String>, Report), String> {
    let mut report = Report::default();
    let found = carriers(text, &mut report)?;
    Ok((found.into_iter().map(|named| format!("{}: {}", named.place, named.carrier)).collect(), report))
}

fn records(text: &str) -> Vec<String> {
    read_json(text).unwrap_or_else(|error| panic!("{text}: {error}")).0
}

fn refused(text: &str) -> String {
    match read_json(text) {
        Ok(found) => panic!("{text}: {found:?}"),
        Err(error) => error,
    }
}

#[test]
fn each_record_has_its_place() {
    for (text, expected) in [
        ("[1, \"MC5\"]", &["item 1: DOT 1", "item 2: MC5"][..]),
        ("{\"DOT\":1}", &["the record: DOT 1"]),
        ("{\"DOT\":1}\n{\"DOT\":2}", &["record 1: DOT 1", "record 2: DOT 2"]),
        ("[1]\n[2, 3]", &["record 1, item 1: DOT 1", "record 2, item 1: DOT 2", "record 2, item 2: DOT 3"]),
        ("{\"data\":[1]}", &["item 1: DOT 1"]),
        ("{\"data\":{\"$values\":[1]}}", &["item 1: DOT 1"]),
        ("{\"data\":[],\"errors\":[]}", &[]),
        // Lists of other things stand beside the one of records.
        ("{\"errors\":[\"a\"],\"data\":[{\"DOT\":1}]}", &["item 1: DOT 1"]),
        // A file may say whose it is, if that is who is in it.
        ("{\"DOT\":1,\"insurance\":[{\"kind\":\"Auto\"}]}", &["the record: DOT 1"]),
        ("{\"DOT\":1,\"again\":[{\"DOT\":1}]}", &["the record: DOT 1"]),
    ] {
        assert_eq!(records(text), expected, "{text}");
    }
    assert!(refused("{\"DOT\":1,\"others\":[{\"DOT\":2}]}").contains("it names DOT 1 and holds a list of other"));
    assert!(refused("{\"a\":[{\"DOT\":1}],\"b\":[{\"DOT\":2}]}").contains("no DOT"));
    assert!(refused("{\"a\":1}").contains("the record"));
    assert_eq!(refused("[1,\n 2"), "this is not JSON at line 2, column 2");
}

#[test]
fn what_was_understood_is_counted() {
    let (_, report) = read_json("[{\"DOT\":1,\"MC\":\"N/A\",\"x\":\"\"},{\"DOT\":2,\"MC\":\"\"},{\"MC\":5}]").unwrap();
    let columns = vec![("DOT".to_owned(), "DOT number"), ("MC".to_owned(), "MC number")];
    assert_eq!(report, Report { columns, rows: 3, empty_cells: 1, ..Report::default() });
}

#[test]
fn pages_are_counted_against_their_total() {
    let page = |total: u64, dots: &[u32]| {
        let data: Vec<_> = dots.iter().map(|dot| serde_json::json!({"DOT": dot})).collect();
        serde_json::json!({"TotalCount": total, "data": data}).to_string()
    };
    for (pages, missing) in [
        (vec![page(2, &[1, 2])], None),
        (vec![page(2, &[1]), page(2, &[2])], None),
        (vec![page(0, &[1])], None),
        (vec![page(1, &[1, 2])], None),
        (vec![page(2, &[1])], Some((2, 1))),
        (vec![page(3, &[1]), page(2, &[2])], Some((3, 2))),
        (vec![page(2, &[1]), page(3, &[2])], Some((3, 2))),
        (vec![page(2, &[])], Some((2, 0))),
    ] {
        let text = pages.concat();
        match missing {
            None => assert!(read_json(&text).is_ok(), "{text}"),
            Some((total, held)) => {
                let expected = format!("the vendor has {total} carriers and {held} are here");
                assert!(refused(&text).starts_with(&expected), "{text}: {}", refused(&text));
            }
        }
    }
}

#[test]
fn numbers_are_found_as_deep_as_the_vendor_puts_them() {
    for (text, expected) in [
        ("[{\"a\":{\"DOT\":1}}]", Some("DOT 1")),
        ("[{\"a\":{\"b\":{\"DOT\":1}}}]", Some("DOT 1")),
        ("[{\"a\":{\"b\":{\"c\":{\"DOT\":1}}}}]", Some("DOT 1")),
        ("[{\"a\":{\"b\":{\"c\":{\"d\":{\"DOT\":1}}}}}]", None),
        // A record's own number counts before those in its parts.
        ("[{\"DOT\":1,\"other\":{\"DOT\":2}}]", Some("DOT 1")),
        ("[{\"a\":{\"DOT\":1},\"b\":{\"MC\":5}}]", Some("DOT 1 MC5")),
        ("[{\"a\":{\"DOT\":1},\"b\":{\"DOT\":2}}]", None),
        // The answer of a command is about it and not the carrier.
        ("[{\"answer\":{\"DOT\":1}}]", None),
        ("[{\"dotNumber\":{\"Value\":\"1\",\"status\":\"ACTIVE\"}}]", Some("DOT 1")),
        ("[{\"dotNumber\":{\"value\":1}}]", Some("DOT 1")),
        ("[{\"dotNumber\":{\"status\":\"ACTIVE\"}}]", None),
        // An id beside a number is the file's own.
        ("[{\"id\":77,\"DOT\":1}]", Some("DOT 1")),
        ("[{\"id\":\"MC5\"}]", Some("MC5")),
        ("[{\"id\":77}]", None),
        ("[{\"id\":true,\"DOT\":1}]", Some("DOT 1")),
        ("[{\"DOT\":null,\"MC\":5}]", Some("MC5")),
        ("[{\"DOT\":[1]}]", None),
        ("[{\"DOT\":1.0}]", Some("DOT 1")),
        ("[{\"DOT\":1.5}]", None),
    ] {
        match expected {
            Some(expected) => assert_eq!(records(text), [format!("item 1: {expected}")], "{text}"),
            None => assert!(refused(text).starts_with("item 1"), "{text}: {}", refused(text)),
        }
    }
}

#[test]
fn the_plan_of_a_reconciliation_is_no_roster() {
    for (action, plan) in [("remove", true), ("keep", false), ("add", false)] {
        let text = format!("[{{\"action\":\"{action}\",\"DOT\":1}}]");
        match read_json(&text) {
            Ok(_) => assert!(!plan, "{text}"),
            Err(error) => assert!(plan && error.contains(IS_PLAN), "{text}: {error}"),
        }
    }
}
