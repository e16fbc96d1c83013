//! `packet export`: payables of the carriers that are named, and what they never hold.

use super::support::{Bench, Scripted, TOKEN, answer, ran, words};
use serde_json::Value;

/// Every text below a field whose name has one of these words.
fn secrets(value: &Value, names: &[&str], found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str().filter(|text| !text.is_empty()) {
                    Some(text) if names.iter().any(|secret| name.contains(secret)) => found.push(text.to_owned()),
                    _ => secrets(value, names, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| secrets(element, names, found)),
        _ => {}
    }
}

#[test]
fn bank_data_is_never_exported_and_tax_ids_only_where_asked_for() {
    let bench = Bench::new();
    let record: Value = serde_json::from_str(&bench.run("carrier get 9966770").out).unwrap();
    let (mut bank, mut tax) = (Vec::new(), Vec::new());
    secrets(&record, &["AccountNumber", "RoutingNumber", "BankName"], &mut bank);
    secrets(&record, &["EIN", "SSN", "TIN"], &mut tax);
    tax.retain(|text| text.bytes().any(|byte| byte.is_ascii_digit()));
    assert!(bank.len() >= 4 && !tax.is_empty(), "{bank:?} {tax:?}");
    for form in ["table", "json", "jsonl", "csv"] {
        let plain = bench.run(&format!("packet export 9966770 --output {form}"));
        assert_eq!((plain.code, plain.err.as_str()), (0, ""), "{form}");
        let with_tax = bench.run(&format!("packet export 9966770 --include-tax-ids --output {form}"));
        assert!(plain.out.contains("Sablefield Factoring") || form == "table", "{form}: {}", plain.out);
        for secret in &bank {
            assert!(!plain.out.contains(secret) && !with_tax.out.contains(secret), "{form}: {secret}");
        }
        assert!(tax.iter().all(|secret| !plain.out.contains(secret)), "{form}: {}", plain.out);
        if form != "table" {
            assert!(tax.iter().any(|secret| with_tax.out.contains(secret)), "{form}: {}", with_tax.out);
        }
    }
}

#[test]
fn carriers_come_as_arguments_from_a_file_or_from_the_monitored_list() {
    let bench = Bench::new();
    let lines = |line: &str| {
        let ran = bench.run(&format!("{line} --output jsonl --quiet"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
        ran.out.lines().count()
    };
    std::fs::write(bench.folder().join("two.csv"), "DOT,MC Number\n23868,MC113843\n").unwrap();
    assert_eq!(lines("packet export 23868"), 1);
    assert_eq!(lines("packet export --file two.csv"), 1);
    let monitored = lines("monitor list");
    assert_eq!(lines("packet export --all-monitored --concurrency 4"), monitored);
    for line in ["", " 23868 --all-monitored", " --file two.csv --all-monitored", " 23868 --file two.csv"] {
        assert_eq!(bench.run(&format!("packet export{line}")).code, 2, "{line}");
    }
}

#[test]
fn a_carrier_that_is_not_read_is_reported() {
    let bench = Bench::new();
    let some = bench.run("packet export 23868 9999999 --output jsonl");
    assert_eq!((some.code, some.out.lines().count()), (7, 1), "{}", some.err);
    let error: Value = serde_json::from_str(&some.err).unwrap();
    assert_eq!(error["not_done"][0]["item"], "DOT 9999999");
    assert_eq!(bench.run("packet export 9999999").code, 4);
}

#[test]
fn a_name_is_no_formula() {
    let record = r#"{"DOTNumber":9900001,"LegalName":"=HYPERLINK(\"http://x.example\")"}"#;
    let server = Scripted::start(|head| if head.starts_with("POST /token") { answer(TOKEN) } else { answer(record) });
    let bench = Bench::new();
    let line = words("packet export 9900001 --output csv --no-token-cache");
    let ran = ran(bench.program().env("MCP_BASE_URL", server.url()).args(line));
    assert!(ran.out.lines().nth(1).unwrap().contains("'=HYPERLINK"), "{}{}", ran.out, ran.err);
}
