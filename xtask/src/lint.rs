//! `cargo xtask lint`: the house rules of both documents.

use crate::document::{Fault, house, rules};
use crate::finding::{self, Finding, count};
use crate::source::{self, Source};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

mod broken;
mod contract;
mod known;
pub mod prose;
#[cfg(test)]
mod table;

use broken::Broken;

const SPEC: &str = "spec/openapi.yaml";
const CONTROL: &str = "spec/sandbox.yaml";

/// Check spec/openapi.yaml and spec/sandbox.yaml against the house rules, without generating anything.
///
/// All that `cargo xtask codegen` refuses, and the rules for those who generate clients in other languages. A document that
/// cannot be read at all is exit code 4.
#[derive(clap::Args)]
#[command(after_help = finding::EXIT_CODES)]
pub struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command on the checkout at `root`.
pub fn run(root: &Path, args: &Args) -> ExitCode {
    finding::exit(lint(root, args))
}

fn lint(root: &Path, args: &Args) -> Result<bool, String> {
    let mut findings = api(&Source::read(root, SPEC)?)?;
    if root.join(CONTROL).exists() {
        findings.extend(control(&Source::read(root, CONTROL)?)?);
    }
    if args.json {
        println!("{}", json!({"findings": findings.iter().map(Finding::json).collect::<Vec<_>>()}));
    } else {
        findings.iter().for_each(|finding| print!("{}", finding.text()));
        println!("{}", if findings.is_empty() { "no findings".to_owned() } else { count(findings.len(), "finding") });
    }
    Ok(!findings.is_empty())
}

/// Every finding in the API's document.
///
/// # Errors
/// Why it cannot be read.
fn api(source: &Source) -> Result<Vec<Finding>, String> {
    let mut faults = source.slips();
    let Some(doc) = readable(source, &faults)? else {
        return Ok(sorted(source, SPEC, faults.into_iter().map(known::named)));
    };
    faults.extend(rules::check(&doc));
    faults.extend(house::check(&doc));
    source::standards(&doc, &mut faults)?;
    faults.extend(prose::check(&doc));
    faults.extend(source::examples(&doc));
    let broken = faults.into_iter().map(known::named).chain(contract::check(&doc));
    Ok(sorted(source, SPEC, broken))
}

fn control(source: &Source) -> Result<Vec<Finding>, String> {
    let mut faults = source.slips();
    let Some(doc) = readable(source, &faults)? else {
        return Ok(sorted(source, CONTROL, faults.into_iter().map(known::named)));
    };
    faults.extend(rules::check(&doc));
    source::standards(&doc, &mut faults)?;
    faults.extend(source::examples(&doc));
    Ok(sorted(source, CONTROL, faults.into_iter().map(known::named)))
}

// None if its slips say already why it cannot be read.
fn readable(source: &Source, slips: &[Fault]) -> Result<Option<Value>, String> {
    let is_yaml = slips.iter().all(|slip| !slip.reason.starts_with("not YAML"));
    match source.value() {
        Ok(doc) => Ok(Some(doc)),
        Err(_) if is_yaml && !slips.is_empty() => Ok(None),
        Err(faults) => Err(source.report(&faults)),
    }
}

fn sorted(source: &Source, file: &str, broken: impl Iterator<Item = Broken>) -> Vec<Finding> {
    let mut findings: Vec<_> = broken
        .map(|Broken { rule, place, message, repair }| Finding {
            file: file.to_owned(),
            line: source.line(&place),
            rule: rule.to_owned(),
            place: if place.starts_with('/') { place } else { String::new() },
            message: message.replace('\n', " "),
            repair,
        })
        .collect();
    findings.sort_by(|one, other| (one.line, &one.rule, &one.place).cmp(&(other.line, &other.rule, &other.place)));
    findings.dedup();
    findings
}
