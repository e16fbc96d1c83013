//! Wheels for pip, one for each program.
//!
//! Written here and not by maturin, which has the same layout for programs (`bindings = "bin"`) and comes to the same tag: it
//! cannot pack a program that is built, but compiles each of them again with flags of its own (17 s for the sandbox in a debug
//! build with all dependencies there, against 1 s), and has to be downloaded. A wheel with one program is a zip of six files.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::archive::{self, Entry};
use super::programs::{Contents, Program};
use super::trial::{self, has};
use crate::measure::{Outcome, output};

/// Name and version as the name of a wheel begins; in it, a hyphen parts one field from the next.
fn stem(program: &Program) -> String {
    format!("{}-{}", program.name.replace('-', "_"), program.version)
}

fn file(contents: &Contents, program: &Program) -> String {
    format!("{}-py3-none-{}.whl", stem(program), contents.platform.wheel())
}

/// Writes both to a folder.
pub fn make(contents: &Contents, out: &Path) -> Outcome<()> {
    for program in contents.programs() {
        archive::zip(&out.join(file(contents, program)), &entries(contents, program), contents.level)?;
    }
    Ok(())
}

fn entries(contents: &Contents, program: &Program) -> Vec<Entry> {
    let stem = stem(program);
    let info = format!("{stem}.dist-info");
    let script = Entry::program(format!("{stem}.data/scripts/{}", program.name), program.bytes.clone());
    let mut entries = vec![script, Entry::file(format!("{info}/METADATA"), metadata(program))];
    let tags = format!(
        "Wheel-Version: 1.0\nGenerator: mycarrierpackets\nRoot-Is-Purelib: false\nTag: py3-none-{}\n",
        contents.platform.wheel()
    );
    entries.push(Entry::file(format!("{info}/WHEEL"), tags));
    let licences = contents.licences();
    entries.extend(licences.map(|page| Entry::file(format!("{info}/licenses/{}", page.path), page.bytes.clone())));
    // Its own line has neither sum nor size.
    let record: String = entries.iter().map(line).chain([format!("{info}/RECORD,,\n")]).collect();
    entries.push(Entry::file(format!("{info}/RECORD"), record));
    entries
}

fn line(entry: &Entry) -> String {
    let sum = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&entry.bytes));
    format!("{},sha256={sum},{}\n", entry.path, entry.bytes.len())
}

fn metadata(program: &Program) -> String {
    let Program { name, version, summary, license, repository, readme, .. } = program;
    format!(
        "Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nSummary: {summary}\nLicense-Expression: {license}\n\
         License-File: LICENSE-APACHE\nLicense-File: LICENSE-MIT\nProject-URL: Repository, {repository}\n\
         Requires-Python: >=3.8\nDescription-Content-Type: text/markdown\n\n{readme}"
    )
}

/// Installs them without an index in an environment of their own, and runs what they install.
pub fn check(contents: &Contents, out: &Path) -> Outcome<()> {
    if !has("python3") {
        return trial::skipped("no python3: the wheels are made, and not installed");
    }
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    output(Command::new("python3").args(["-m", "venv"]).arg(folder.path()))?;
    let programs = folder.path().join("bin");
    let mut pip = Command::new(programs.join("pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-index"]);
    output(pip.args(contents.programs().map(|program| out.join(file(contents, program)))))?;
    trial::programs(contents, &programs)
}
