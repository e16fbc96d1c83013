//! Faults planted in packages: a check that passes one of them checks nothing.

use super::archive::Entry;
use super::kinds::{KINDS, SUMS, sums, verify_sums};
use super::programs::Contents;
use crate::measure::Outcome;

/// What it is, the kind of package that has it, a word of what its check must say, and how it comes there.
type Fault = (&'static str, &'static str, &'static str, fn(&mut Contents));

const FAULTS: [Fault; 9] = [
    ("the sandbox is empty", "tar", "Exec format", |contents| contents.sandbox.bytes.clear()),
    ("the command line is the sandbox", "tar", "another version", |contents| {
        contents.cli.bytes = contents.sandbox.bytes.clone();
    }),
    ("completions of bash are cut", "tar", "bash", |contents| {
        edit(contents, "completions/bash", |page| page.bytes.truncate(200));
    }),
    ("manual pages are empty", "tar", "is empty", |contents| edit(contents, "man/", |page| page.bytes.clear())),
    ("a licence is missing", "tar", "LICENSE-MIT", |contents| {
        contents.pages.retain(|page| page.path != "LICENSE-MIT");
        without_programs(contents);
    }),
    ("the command line is empty", "wheels", "Exec format", |contents| contents.cli.bytes.clear()),
    ("the wheel is for a newer C library", "wheels", "not a supported wheel", |contents| {
        contents.platform.glibc = 99;
        without_programs(contents);
    }),
    ("the sandbox is cut", "npm", "mycarrierpackets-sandbox: exit status", |contents| {
        contents.sandbox.bytes.truncate(1000);
        contents.cli.bytes.clear();
    }),
    ("the program is of another version", "npm", "another version", |contents| {
        contents.sandbox.version = "99.9.9".to_owned();
        contents.cli.bytes.clear();
    }),
];

/// For faults that are noticed before anything is run: it packs faster.
fn without_programs(contents: &mut Contents) {
    contents.sandbox.bytes.clear();
    contents.cli.bytes.clear();
}

fn edit(contents: &mut Contents, below: &str, edit: fn(&mut Entry)) {
    contents.pages.iter_mut().filter(|page| page.path.starts_with(below)).for_each(edit);
    without_programs(contents);
}

/// Makes a package with each of them, and fails where its check passes.
pub fn run(contents: &Contents) -> Outcome<()> {
    for (what, name, word, plant) in FAULTS {
        let kind =
            KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| format!("no kind of package is {name}"))?;
        let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
        let mut contents = contents.clone();
        plant(&mut contents);
        (kind.make)(&contents, folder.path())?;
        let Err(reason) = (kind.check)(&contents, folder.path()) else {
            return Err(format!("{name}: {what}, and nothing noticed it"));
        };
        if !reason.contains(word) {
            return Err(format!("{name}: {what}, and what was noticed is something else: {reason}"));
        }
        println!("noticed: {name}: {what}: {}", reason.lines().next().unwrap_or_default());
    }
    changed_after_the_sums()
}

fn changed_after_the_sums() -> Outcome<()> {
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    let write =
        |name: &str, text: &str| std::fs::write(folder.path().join(name), text).map_err(|e| format!("{name}: {e}"));
    write("a", "one")?;
    write(SUMS, &sums(folder.path())?)?;
    verify_sums(folder.path())?;
    write("a", "two")?;
    match verify_sums(folder.path()) {
        Ok(()) => Err("a file changed after the sums were taken, and nothing noticed it".to_owned()),
        Err(reason) => {
            println!("noticed: {reason}");
            Ok(())
        }
    }
}
