//! The tar: both programs with their completions, manual pages, licences and papers.

use std::path::Path;
use std::process::Command;

use super::archive::{self, Entry};
use super::programs::{CLI, Contents, SANDBOX};
use super::trial::{self, has, said};
use crate::measure::{Outcome, output};

/// Its name without the ending, which is that of the folder in it.
pub fn name(contents: &Contents) -> String {
    format!("{CLI}-{}-{}", contents.cli.version, contents.platform.triple())
}

/// Packs it into a folder.
pub fn make(contents: &Contents, out: &Path) -> Outcome<()> {
    let mut entries = contents.pages.clone();
    for program in contents.programs() {
        entries.push(Entry::program(format!("bin/{}", program.name), program.bytes.clone()));
    }
    let name = name(contents);
    archive::tar_gz(&out.join(format!("{name}.tar.gz")), &name, &entries, contents.level)
}

/// Unpacks it, runs its programs, sources its completions and shows its manual pages.
pub fn check(contents: &Contents, out: &Path) -> Outcome<()> {
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    let name = name(contents);
    let file = out.join(format!("{name}.tar.gz"));
    output(Command::new("tar").arg("-xzf").arg(&file).arg("-C").arg(folder.path()))?;
    let root = folder.path().join(&name);
    completions(&root)?;
    manual(&root.join("man/man1"))?;
    for paper in ["LICENSE-MIT", "LICENSE-APACHE", "README.md"] {
        trial::filled(&root.join(paper))?;
    }
    trial::programs(contents, &root.join("bin"))
}

fn completions(root: &Path) -> Outcome<()> {
    for program in [SANDBOX, CLI] {
        // Each under `-n` too, since a file that is sourced is run line by line.
        let script = root.join("completions/bash").join(program);
        trial::filled(&script)?;
        let sourced = r#"set -e; bash -n "$1"; . "$1"; complete -p "$2""#;
        let text = output(Command::new("bash").args(["-c", sourced, "bash"]).arg(&script).arg(program))?;
        said(&text, program, "bash completes nothing for it")?;
        for (shell, script) in [("zsh", format!("_{program}")), ("fish", format!("{program}.fish"))] {
            let script = root.join("completions").join(shell).join(script);
            trial::filled(&script)?;
            if has(shell) {
                output(Command::new(shell).arg("-n").arg(&script))?;
            }
        }
    }
    for shell in ["zsh", "fish"].iter().filter(|shell| !has(shell)) {
        println!("skipped: no {shell}: its completions are packed, and not read");
    }
    Ok(())
}

fn manual(folder: &Path) -> Outcome<()> {
    let reader = ["man", "mandoc"].into_iter().find(|name| has(name));
    if reader.is_none() {
        trial::skipped("no man and no mandoc: manual pages are packed, and not shown: install man-db")?;
    }
    for program in [SANDBOX, CLI] {
        let page = folder.join(format!("{program}.1"));
        trial::filled(&page)?;
        let Some(reader) = reader else { continue };
        let mut command = Command::new(reader);
        command.args(if reader == "man" { vec!["--warnings", "-l"] } else { vec!["-T", "utf8"] }).arg(&page);
        let text = output(command.env("MANPAGER", "cat").env("MANWIDTH", "120"))?;
        said(&text, program, &format!("{} shows nothing of it", page.display()))?;
        said(&text, "--help", &format!("{} lacks its options", page.display()))?;
    }
    Ok(())
}
