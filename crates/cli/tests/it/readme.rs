//! The terminal session of README.md, run again: what it shows is what the program does.

use super::support::Bench;
use regex::Regex;
use std::path::Path;

/// The commands of the session with what they show.
fn session() -> Vec<(String, String)> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(readme).unwrap();
    let block = text.split_once("```console\n").unwrap().1.split_once("\n```").unwrap().0;
    let steps = block.split("$ mycarrierpackets ").skip(1);
    steps
        .map(|step| step.split_once('\n').unwrap())
        .map(|(line, shown)| (line.to_owned(), shown.trim().to_owned()))
        .collect()
}

// Days depend on when it was recorded, ports on where.
fn plain(text: &str) -> String {
    let time = Regex::new(r"\d{4}-\d\d-\d\d([T ][0-9:.]+( [+-]\d\d:\d\d)?)?").unwrap();
    let days = Regex::new(r"DATE \(\d+ days\)\s+.*").unwrap();
    let host = Regex::new(r"http://127\.0\.0\.1:\d+").unwrap();
    // Papers are compressed, with the dates in them.
    let size = Regex::new(r"\d+ bytes").unwrap();
    let text = time.replace_all(text, "DATE");
    let text = days.replace_all(&text, "DATE (N days) …");
    let text = size.replace_all(&text, "N bytes");
    host.replace_all(&text, "http://HOST").trim().to_owned()
}

#[test]
fn the_session_is_what_happens() {
    let bench = Bench::of(|builder| builder.carriers(1000));
    let steps = session();
    assert!(steps.len() >= 6, "{}", steps.len());
    for (line, shown) in steps {
        let form = if line.contains("--output") { "" } else { "--output table " };
        let output = bench.shell(&format!("mycarrierpackets {form}{line} 2>&1"));
        let seen = String::from_utf8(output.stdout).unwrap();
        assert_eq!(plain(&seen), plain(&shown), "$ mycarrierpackets {line}");
    }
}
