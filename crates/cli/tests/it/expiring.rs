//! `monitor expiring`: what is listed, in which order, and what is never left out.

use super::support::{Bench, Ran, Scripted, TOKEN, answer, ran, words};
use serde_json::{Value, json};

fn carrier(dot: u32, name: &str, policies: &Value) -> Value {
    json!({
        "dotNumber": {"Value": dot.to_string()}, "docketNumber": format!("MC{dot}"), "Identity": {"legalName": name},
        "CertData": {"Certificate": [{"Coverage": policies}]},
    })
}

fn policy(kind: &str, expires: &str) -> Value {
    json!({"type": kind, "expirationDate": expires, "coverageLimit": "1,000,000", "insurerName": "Example Mutual"})
}

/// Runs a line against a server that monitors these carriers.
fn run(carriers: &[Value], line: &str) -> Ran {
    let page =
        json!({"data": carriers, "totalCount": carriers.len(), "totalPages": 1, "pageNumber": 1, "pageSize": 500});
    let page = answer(&page.to_string());
    let server =
        Scripted::start(move |head| if head.starts_with("POST /token") { answer(TOKEN) } else { page.clone() });
    let bench = Bench::new();
    ran(bench.program().env("MCP_BASE_URL", server.url()).args(words(line)).arg("--no-token-cache"))
}

fn day(from_today: i64) -> String {
    let zone = jiff::tz::TimeZone::get("America/Chicago").unwrap();
    let today = jiff::Timestamp::now().to_zoned_datetime(zone).date();
    today.checked_add(jiff::Span::new().days(from_today)).unwrap().to_string()
}

fn carriers() -> Vec<Value> {
    vec![
        carrier(9_900_001, "Alder", &json!([policy("Auto", &day(400)), policy("Cargo", &day(9))])),
        carrier(9_900_002, "=Birch()", &json!([policy("Auto", "2020-02-03"), policy("Cargo", "soon")])),
        carrier(9_900_003, "Cedar", &json!([policy("Auto", &day(400)), policy("Cargo", &day(20))])),
        json!({"dotNumber": {"Value": "9900004"}, "Identity": {"legalName": "Durmast"}}),
    ]
}

/// State, DOT number and coverage of each row.
fn rows(ran: &Ran) -> Vec<String> {
    let rows = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    rows.map(|row| [text(&row, "state"), text(&row, "dot_number"), text(&row, "coverage")].join(" ")).collect()
}

#[test]
fn expired_coverages_come_first_and_unknown_ones_are_not_dropped() {
    let expected = [
        "expired 9900002 Auto",
        "expiring 9900001 Cargo",
        "expiring 9900003 Cargo",
        "unknown 9900002 Cargo",
        "missing 9900004 Auto",
        "missing 9900004 Cargo",
    ];
    for (within, shown) in [("30d", 6), ("2w", 5), ("9d", 5), ("8d", 4)] {
        let ran = run(&carriers(), &format!("monitor expiring --within {within} --output jsonl"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        let mut expected = expected.to_vec();
        if shown < 6 {
            expected.remove(2);
        }
        if shown < 5 {
            expected.remove(1);
        }
        assert_eq!(rows(&ran), expected, "{within}");
    }
}

#[test]
fn every_form_has_the_same_rows() {
    let table = run(&carriers(), "monitor expiring --output table");
    assert_eq!(table.out.lines().count(), 7, "{}", table.out);
    assert!(table.out.lines().all(|line| line.chars().count() <= 110), "{}", table.out);
    let until = day(30);
    let counts = format!("4 carriers; coverages: 1 expired, 2 ending by {until}, 1 without a known end, 2 missing\n");
    assert_eq!(table.err, counts);
    let csv = run(&carriers(), "monitor expiring --output csv");
    let lines: Vec<_> = csv.out.lines().collect();
    assert!(lines[0].starts_with("state,ends,days_left,dot_number,docket_number,name,"), "{}", lines[0]);
    assert!(lines[1].contains(",'=Birch(),Auto,\"1,000,000\",Example Mutual"), "a name is no formula: {}", lines[1]);
    let json: Value = serde_json::from_str(&run(&carriers(), "monitor expiring --output json").out).unwrap();
    assert_eq!(json[1]["days_left"], 9);
    assert_eq!(json[3]["note"], "the expiry date cannot be read: \"soon\"");
    assert_eq!(json[3]["ends"], Value::Null);
}

#[test]
fn a_record_that_cannot_be_read_is_reported_after_the_others() {
    let mut all = carriers();
    all.insert(1, json!("lost"));
    let ran = run(&all, "monitor expiring --output jsonl");
    assert_eq!((ran.code, rows(&ran).len()), (7, 6), "{}", ran.err);
    let error: Value = serde_json::from_str(ran.err.lines().last().unwrap()).unwrap();
    assert_eq!(error["error"], "1 of 5 carriers could not be read");
    assert_eq!(error["not_done"][0]["item"], "page 1, item 1");
}

#[test]
fn nothing_is_printed_of_a_list_that_breaks_off() {
    let server = Scripted::start(|head| {
        let page = r#"{"data":[{}],"totalCount":2,"totalPages":2,"pageNumber":1,"pageSize":1}"#;
        match head {
            _ if head.starts_with("POST /token") => answer(TOKEN),
            _ if head.contains("pageNumber=1") => answer(page),
            _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
        }
    });
    let bench = Bench::new();
    let line = words("monitor expiring --output table --no-token-cache");
    let ran = ran(bench.program().env("MCP_BASE_URL", server.url()).args(line));
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.err);
}

#[test]
fn a_time_that_is_no_number_of_days_is_refused() {
    let ran = Bench::new().run("monitor expiring --within 3h");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`3h` is not a number of days: write 30d or 2w"), "{}", ran.err);
}
