//! What is done with programs that were installed: their version, a sandbox, a token, a call of its API, and its end.

use std::path::Path;
use std::process::{Command, Stdio};

use super::programs::{CLI, Contents, SANDBOX};
use crate::http::{exchange, sign_in};
use crate::measure::{Outcome, output};
use crate::process::Sandbox;

/// A carrier that every sandbox has, by its number and its name.
const CARRIER: (&str, &str) = ("23868", "Sample Trucking LLC");

/// Runs both programs of a folder.
pub fn programs(contents: &Contents, folder: &Path) -> Outcome<()> {
    let [sandbox, cli] = [SANDBOX, CLI].map(|name| folder.join(name));
    for (path, program) in [(&sandbox, &contents.sandbox), (&cli, &contents.cli)] {
        let version = format!("{} {}", program.name, program.version);
        let text = output(Command::new(path).arg("--version"))?;
        said(&text, &version, &format!("{} is of another version", path.display()))?;
    }
    let running = Sandbox::start_tied(&sandbox)?;
    let (number, name) = CARRIER;
    let token = sign_in(&running.base, "demo")?;
    let call = format!("POST /api/v1/Carrier/PreviewCarrier?DOTNumber={number}");
    let text = exchange(&running.base, &call, &token, "")?.text(&call)?;
    said(&text, name, "the preview of the sandbox")?;
    let mut preview = Command::new(&cli);
    preview.args(["carrier", "preview", number, "--output", "json"]);
    preview.env("MCP_USERNAME", "demo").env("MCP_PASSWORD", "demo");
    preview.env("MCP_BASE_URL", &running.base).env("MCP_PORTAL_URL", &running.portal);
    said(&output(&mut preview)?, name, "the preview of the command line")?;
    running.end()
}

/// Whether an output has what it should.
pub fn said(text: &str, expected: &str, what: &str) -> Outcome<()> {
    if text.contains(expected) {
        return Ok(());
    }
    let begin: String = text.chars().take(300).collect();
    Err(format!("{what}: no \"{expected}\" in \"{}\"", begin.trim()))
}

/// Whether a file has something in it.
pub fn filled(path: &Path) -> Outcome<()> {
    match std::fs::metadata(path) {
        Ok(found) if found.len() > 0 => Ok(()),
        Ok(_) => Err(format!("{} is empty", path.display())),
        Err(e) => Err(format!("{}: {e}", path.display())),
    }
}

/// Whether a program is there.
pub fn has(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Says that something was left out; where nothing may be, that is a failure.
pub fn skipped(what: &str) -> Outcome<()> {
    if std::env::var("CI").is_ok_and(|value| value == "true") {
        return Err(format!("{what}; with CI=true nothing is skipped"));
    }
    println!("skipped: {what}");
    Ok(())
}
