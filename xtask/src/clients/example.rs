//! The project that people copy, built and run as its README says.

use std::path::Path;

use super::languages::Language;
use super::trial::Bench;
use super::truth::{self, CARRIERS, WINDOW};
use super::workshop::Workshop;
use crate::measure::Outcome;

/// Runs the example of a language against the sandbox, and compares what it prints with what the sandbox holds.
pub fn run(root: &Path, bench: &Bench<'_>, language: &Language) -> Outcome<()> {
    let (example, own) = (&language.example, format!("examples/clients/{}", language.folder));
    let workshop = Workshop::set_up(root, &format!("example-{}", language.folder), &own, example.shares)?;
    workshop.run(example.build)?;
    let sandbox = truth::sandbox(bench.sandbox, "wire", &[])?;
    let variables =
        [("MCP_BASE", &*sandbox.base), ("MCP_USER", "demo"), ("MCP_PASSWORD", "demo"), ("MCP_NOW", WINDOW.1)];
    let printed = workshop.printed(example.run, &variables)?;
    let expected = format!(
        "{CARRIERS} carriers\n{} changes\n{} bytes\nno such carrier\n",
        bench.truth.of("demo", "changes").len(),
        bench.truth.of("demo", "document").concat(),
    );
    if printed == expected {
        return Ok(());
    }
    Err(format!("{own} prints\n{printed}in place of\n{expected}"))
}
