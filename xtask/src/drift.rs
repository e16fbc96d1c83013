//! `cargo xtask drift`: recorded exchanges against the document. What was captured is never shown.

use crate::finding::{self, count};
use crate::source::Source;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod answer;
mod body;
mod check;
mod exchange;
mod formats;
mod names;
mod operation;
mod read;
#[cfg(test)]
mod seeded;
mod tally;

use tally::{Drift, Report, Tally};

const SPEC: &str = "spec/openapi.yaml";

/// Compare recorded exchanges with spec/openapi.yaml: what the wire does and the document does not say.
///
/// PATH is a HAR file, a file with one exchange a line (spec/README.md has the form), what the sandbox's control API
/// answers about requests, or a folder of such files. The report names operations, JSON pointers, kinds and counts. Values
/// are never shown, nor names that could be values.
#[derive(clap::Args)]
#[command(after_help = finding::EXIT_CODES)]
pub struct Args {
    /// Files or folders with recorded exchanges.
    #[arg(required = true)]
    path: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// List the documented fields that no exchange had; they are no findings.
    #[arg(long)]
    unseen: bool,
}

/// Runs the command on the checkout at `root`.
pub fn run(root: &Path, args: &Args) -> ExitCode {
    finding::exit(drift(root, args))
}

fn drift(root: &Path, args: &Args) -> Result<bool, String> {
    let source = Source::read(root, SPEC)?;
    let doc = source.value().map_err(|faults| source.report(&faults))?;
    let mut tally = Tally::new(&doc);
    read::all(&args.path, |exchange, place| {
        tally.current = place.to_owned();
        check::check(&mut tally, exchange);
    })?;
    let report = tally.findings(SPEC, |place| source.line(place));
    if args.json {
        println!("{}", as_json(&report));
    } else {
        print!("{}", text(&report, args.unseen));
    }
    Ok(!report.findings.is_empty())
}

fn text(report: &Report, unseen: bool) -> String {
    let mut text = String::new();
    for Drift { finding, operation, at, count, first } in &report.findings {
        let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
        text.push_str(&format!(
            "{}:{}: {}: {operation} {at}: {}\n",
            finding.file, finding.line, finding.rule, finding.message
        ));
        text.push_str(&format!("    {times}, first in {first}; {}\n", finding.repair));
    }
    for field in report.unseen.iter().filter(|_| unseen) {
        let word = |key: &str| field[key].as_str().unwrap_or_default();
        text.push_str(&format!(
            "{}:{}: never seen: {}.{} in {} objects\n",
            word("file"),
            field["line"],
            word("schema"),
            word("field"),
            field["objects"]
        ));
    }
    let others = if report.others == 0 { String::new() } else { format!(", and {} with others", report.others) };
    let uncounted =
        if report.uncounted == 0 { String::new() } else { format!("; {} more are not listed", report.uncounted) };
    text.push_str(&format!(
        "{} with the API{others}: {}{uncounted}; {} never seen\n",
        count(report.exchanges, "exchange"),
        count(report.findings.len(), "deviation"),
        count(report.unseen.len(), "documented field"),
    ));
    text
}

fn as_json(report: &Report) -> Value {
    let findings = report.findings.iter().map(|drift| {
        let mut value = drift.finding.json();
        value["operation"] = json!(drift.operation);
        value["at"] = json!(drift.at);
        value["count"] = json!(drift.count);
        value["first"] = json!(drift.first);
        value
    });
    json!({
        "exchanges": report.exchanges,
        "others": report.others,
        "notListed": report.uncounted,
        "findings": findings.collect::<Vec<_>>(),
        "neverSeen": report.unseen,
    })
}
