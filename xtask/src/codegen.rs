//! `cargo xtask codegen`: check the document, generate, say what changed, refresh the snapshots.

use crate::document::{self, Document, fault, rules};
use crate::source::{self, Source};
use crate::{documents, generator, lint::prose, snapshots, surface, surface_diff};
use std::{path::Path, process::ExitCode};

const SPEC: &str = "spec/openapi.yaml";
const CONTROL: &str = "spec/sandbox.yaml";
const FAULTY: u8 = 1;
const OUT_OF_DATE: u8 = 4;

/// Check spec/openapi.yaml and spec/sandbox.yaml, generate the client, say what changed, refresh the snapshots of its
/// surface and the documents that the sandbox serves.
///
/// Each fault is one line with file, line and reason. A document that cannot be generated from changes nothing. Faults of its prose, examples and names do not hold up
/// the snapshots, but the exit code is 1 until they are fixed.
#[derive(clap::Args)]
#[command(after_help = "Exit codes:
  0  both documents are good, the snapshots are up to date
  1  a document has faults, or a file cannot be read or written
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
    let mut reports = control(root)?;
    let source = Source::read(root, SPEC)?;
    let made = source.sound(document::check).and_then(Document::of).and_then(|document| {
        let sources = generator::generate(&document)?;
        let surface = surface::extract(&sources.client, &sources.operations, &sources.vocabularies);
        Ok((document, sources, surface.map_err(|reason| vec![fault("", reason)])?))
    });
    reports.extend(made.as_ref().err().map(|faults| source.report(faults)));
    let (true, Ok((document, sources, surface))) = (reports.is_empty(), made) else {
        return Err(reports.join("\n"));
    };

    let operations = surface.iter().filter(|e| e.kind == surface::Kind::Operation).count();
    println!(
        "{operations} operations and {} types: {} lines of client, {} of mocks, {} of operation table",
        surface.len() - operations,
        sources.client.lines().count(),
        sources.httpmock.lines().count(),
        sources.operations.lines().count(),
    );

    let committed = snapshots::read(root)?;
    let changes = surface_diff::describe(&committed, &surface);
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

    let mut quality = prose::check(&document.json);
    quality.extend(source::examples(&document.json));
    if !quality.is_empty() {
        eprintln!("{}", source.report(&quality));
    }
    let out_of_date = check && !(changes.is_empty() && documents.is_empty());
    if check && !changes.is_empty() {
        eprintln!("{} is out of date: run `cargo xtask codegen`", snapshots::DIR);
    }
    Ok(match (quality.is_empty(), out_of_date) {
        (false, _) => FAULTY,
        (true, true) => OUT_OF_DATE,
        (true, false) => 0,
    })
}

// The faults of the sandbox's document; none in a checkout without it.
fn control(root: &Path) -> Result<Vec<String>, String> {
    if !root.join(CONTROL).exists() {
        return Ok(Vec::new());
    }
    let source = Source::read(root, CONTROL)?;
    let faults = source.sound(rules::check).map_or_else(|faults| faults, |doc| source::examples(&doc));
    Ok(if faults.is_empty() { Vec::new() } else { vec![source.report(&faults)] })
}
