//! `cargo xtask vendor import`: a new document of the vendor's against the last snapshot of it.

use crate::document::{Fault, house, rules};
use crate::finding::{self, Finding, count};
use crate::source::Source;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use std::{fs, mem};

mod apply;
mod compare;
mod edit;
mod input;
mod snapshot;

use apply::{Applied, ByHand};
use compare::{Delta, What};
use snapshot::{Table, Tables};

const SPEC: &str = "spec/openapi.yaml";

/// Compare a document of the vendor's with the snapshot in spec/vendor/.
#[derive(clap::Args)]
#[command(after_help = finding::EXIT_CODES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Import(Import),
}

/// Report what a Swagger 2.0 or OpenAPI document of the vendor's adds, removes and changes since the last snapshot, and what
/// spec/openapi.yaml has of its own that is needless now.
#[derive(clap::Args)]
#[command(after_help = "Exit codes:
  0  nothing differs, or with --apply: all of it was taken in
  1  findings; with --apply, what is left to a person
  2  wrong arguments
  4  could not run: a file is missing, damaged or too large, or an edit would break a house rule")]
struct Import {
    /// The vendor's document, JSON or YAML; `-` reads the standard input.
    file: String,
    /// Edit spec/openapi.yaml in place, comments and order kept, and refresh spec/vendor/.
    #[arg(long)]
    apply: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command on the checkout at `root`.
pub fn run(root: &Path, args: &Args) -> ExitCode {
    let Command::Import(import) = &args.command;
    finding::exit(compared(root, import))
}

fn compared(root: &Path, args: &Import) -> Result<bool, String> {
    let last = Tables::read(root)?;
    let now = input::tables(&input::read(&args.file)?, &last);
    let text = fs::read_to_string(root.join(SPEC)).map_err(|e| format!("{SPEC}:1: {e}"))?;
    let source = Source::of(SPEC, text.clone());
    let doc = source.value().map_err(|faults| source.report(&faults))?;
    let deltas = compare::deltas(&last, &now);

    let mut applied = Applied::of(&doc, &text, &deltas);
    let by_hand: Vec<Option<ByHand>> = deltas.iter().map(|delta| applied.take(delta)).collect();
    if args.apply {
        write(root, &doc, applied.finish(), last, &deltas)?;
    }
    let mut findings = Vec::new();
    for (delta, by_hand) in deltas.iter().zip(by_hand) {
        let repair = match by_hand {
            Some(reason) => reason.to_owned(),
            None if args.apply => continue,
            None => format!("cargo xtask vendor import {} --apply", args.file),
        };
        findings.push(reported(delta, &doc, &source, repair));
        // With `--apply` a note on the source goes with the field.
        if let Some((place, what)) = compare::needless(&doc, delta) {
            findings.push(Finding {
                file: SPEC.to_owned(),
                line: source.line(&place),
                rule: "needless".to_owned(),
                message: format!("{}: {what}", delta.text()),
                repair: "remove it".to_owned(),
                place,
            });
        }
    }
    if args.json {
        let findings: Vec<_> = findings.iter().map(Finding::json).collect();
        println!("{}", json!({"compared": deltas.len(), "findings": findings}));
    } else {
        findings.iter().for_each(|finding| print!("{}", finding.text()));
        let taken = if args.apply { format!(", {} left to a person", findings.len()) } else { String::new() };
        println!("{}{taken}", count(deltas.len(), "difference"));
        if args.apply && !deltas.is_empty() {
            println!("now run `cargo xtask lint`, `cargo xtask diff HEAD` and `cargo xtask codegen`");
        }
    }
    Ok(!findings.is_empty())
}

fn reported(delta: &Delta, doc: &serde_json::Value, source: &Source, repair: String) -> Finding {
    let (file, line, place) = if delta.what == What::Added {
        let owner = match delta.table {
            Table::Operations => Some("/paths".to_owned()),
            Table::Parameters => compare::operation(doc, delta.now.cell(0)).map(|(place, _)| place),
            Table::Models => {
                compare::model(doc, delta.now.cell(0)).map(|(name, _)| format!("/components/schemas/{name}"))
            }
        };
        let place = owner.unwrap_or_default();
        (SPEC, source.line(&place), place)
    } else {
        (delta.table.file(), delta.row.line, String::new())
    };
    Finding { file: file.to_owned(), line, rule: delta.rule(), place, message: delta.text(), repair }
}

// All files or none: a document that breaks a rule is not written.
fn write(
    root: &Path,
    doc: &serde_json::Value,
    edited: Option<String>,
    mut last: Tables,
    deltas: &[Delta],
) -> Result<(), String> {
    let mut files = Vec::new();
    if let Some(text) = edited {
        let source = Source::of(SPEC, text.clone());
        let new = source.value().map_err(|faults| source.report(&faults))?;
        let check = |doc: &serde_json::Value| -> Vec<Fault> {
            rules::check(doc).into_iter().chain(house::check(doc)).collect()
        };
        let known: Vec<_> = check(doc).into_iter().map(|fault| fault.to_string()).collect();
        let mut faults = source.slips();
        faults.extend(check(&new).into_iter().filter(|fault| !known.contains(&fault.to_string())));
        if !faults.is_empty() {
            return Err(format!("nothing was written: with the edits\n{}", source.report(&faults)));
        }
        files.push((SPEC, text));
    }
    for delta in deltas {
        match delta.what {
            What::Removed => last.remove(delta.table, &delta.row),
            What::Added | What::Changed => last.put(delta.table, &delta.now),
        }
    }
    for table in Table::ALL {
        let old = fs::read_to_string(root.join(table.file())).map_err(|e| format!("{}:1: {e}", table.file()))?;
        let new = last.text(table, &old);
        if new != old {
            files.push((table.file(), new));
        }
    }
    for (file, text) in mem::take(&mut files) {
        fs::write(root.join(file), text).map_err(|e| format!("{file}:1: {e}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::edit::Edits;
    use crate::document;

    #[test]
    fn an_edit_leaves_the_rest_as_it_is() {
        let text = "a:\n  # first\n  b: {c: 1}\n\n  d:\n    - e\n    - f # last\n\ng: 1\n";
        let mut edits = Edits::of(text);
        assert_eq!((edits.line("/a/d/1"), edits.end(edits.line("/a")), edits.end(edits.line("/a/d"))), (7, 7, 7));
        edits.replace(3, "  b: {c: 2}".to_owned());
        edits.insert(7, "    - h".to_owned());
        let edited = edits.finish();
        assert_eq!(edited, text.replace("c: 1", "c: 2").replace("# last\n", "# last\n    - h\n"));
        assert!(document::read(&edited).is_ok());
    }
}
