//! `cargo xtask codegen`: check the document, generate, say what changed, refresh the snapshots.

use crate::document::{self, Fault};
use crate::{diff, documents, generate, lines::Lines, lint, snapshots, surface};
use std::{fs, path::Path, process::ExitCode};

const SPEC: &str = "spec/openapi.yaml";
const FAULTY: u8 = 1;
const OUT_OF_DATE: u8 = 4;

/// Check spec/openapi.yaml, generate the client, say what changed, refresh the snapshots of its surface and the
/// documents that the sandbox serves.
///
/// A document that cannot be generated from changes nothing. Faults of its prose, examples and names do not hold up
/// the snapshots, but the exit code is 1 until they are mended.
#[derive(clap::Args)]
#[command(after_help = "Exit codes:
  0  the document is good, the snapshots are up to date
  1  the document has faults, or a file cannot be read or written
  2  wrong arguments
  4  with --check: the snapshots or the sandbox's documents are out of date")]
pub struct Args {
    /// Write nothing; exit 4 if the snapshots or the sandbox's documents are out of date.
    #[arg(long)]
    check: bool,
}

/// Runs the command on the checkout at `root`.
pub fn run(root: &Path, args: &Args) -> ExitCode {
    let code = codegen(root, args.check).unwrap_or_else(|reason| {
        eprintln!("{reason}");
        FAULTY
    });
    ExitCode::from(code)
}

fn codegen(root: &Path, check: bool) -> Result<u8, String> {
    let yaml = fs::read_to_string(root.join(SPEC)).map_err(|e| format!("{SPEC}: {e}"))?;
    let document = document::parse(&yaml).map_err(|faults| report(&yaml, &faults))?;
    let sources = generate::generate(&document, false).map_err(|e| format!("{SPEC}: {e}"))?;
    let surface = surface::extract(&sources.client, &sources.operations)?;
    let operations = surface.iter().filter(|e| e.kind == surface::Kind::Operation).count();
    println!(
        "{operations} operations and {} types: {} lines of client, {} of mocks, {} of operation table",
        surface.len() - operations,
        sources.client.lines().count(),
        sources.httpmock.lines().count(),
        sources.operations.lines().count(),
    );

    let committed = snapshots::read(root)?;
    let changes = diff::describe(&committed, &surface);
    print!("{changes}");
    if changes.is_empty() {
        println!("nothing changed");
    } else if !check {
        snapshots::write(root, &surface)?;
        println!("refreshed {}", snapshots::DIR);
    }

    let documents = documents::refresh(root, check)?;
    for document in &documents {
        match check {
            true => eprintln!("{document} is out of date: run `cargo xtask codegen`"),
            false => println!("refreshed {document}"),
        }
    }

    let faults = lint::lint(&document.json);
    if !faults.is_empty() {
        eprintln!("{}", report(&yaml, &faults));
    }
    let out_of_date = check && !(changes.is_empty() && documents.is_empty());
    if check && !changes.is_empty() {
        eprintln!("{} is out of date: run `cargo xtask codegen`", snapshots::DIR);
    }
    Ok(match (faults.is_empty(), out_of_date) {
        (false, _) => FAULTY,
        (true, true) => OUT_OF_DATE,
        (true, false) => 0,
    })
}

// One fault a line, as compilers print them, so that an editor can jump there.
fn report(yaml: &str, faults: &[Fault]) -> String {
    let lines = Lines::of(yaml);
    let mut found: Vec<_> = faults.iter().map(|fault| (lines.line(&fault.place), fault)).collect();
    found.sort_by_key(|(line, _)| *line);
    let mut report: String = found
        .iter()
        .map(|(line, fault)| match line {
            Some(line) => format!("{SPEC}:{line}: {fault}\n"),
            None => format!("{SPEC}: {fault}\n"),
        })
        .collect();
    report += &match faults.len() {
        1 => "1 fault".to_owned(),
        n => format!("{n} faults"),
    };
    report
}
