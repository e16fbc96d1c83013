//! `cargo xtask dist`: what a team without Rust installs, made for this machine, and tried from its files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args as ClapArgs;

use crate::measure::Outcome;
use kinds::{KINDS, SUMS, sums, verify_sums};
use programs::Contents;

mod archive;
mod container;
mod faults;
mod kinds;
mod npm;
mod platform;
mod programs;
mod tar;
mod trial;
mod wheel;

/// Make the packages of the sandbox and the command line for this machine, in target/dist, with SHA256SUMS.
///
/// A tar with completions and man pages, wheels for pip, packages for npm, and a Containerfile. Nothing is published.
#[derive(ClapArgs)]
#[command(after_help = "Exit codes:
  0  the packages are made, and with --check each of them works
  1  one could not be made or does not work, or a planted fault was not noticed
  2  wrong arguments")]
pub struct Args {
    /// The profile of the build: dist is smallest, dev is quickest.
    #[arg(long, default_value = "dist")]
    profile: String,
    /// Build nothing: pack the programs in this folder, hardly compressed.
    #[arg(long, value_name = "FOLDER", conflicts_with = "profile")]
    from: Option<PathBuf>,
    /// Also install each package from its file in an empty place, and run what it installs.
    #[arg(long)]
    check: bool,
    /// Also plant faults in packages, each of which must be noticed.
    #[arg(long)]
    self_test: bool,
}

/// Runs the command on the checkout at `root`.
pub fn run(root: &Path, args: &Args) -> ExitCode {
    match dist(root, args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn dist(root: &Path, args: &Args) -> Outcome<()> {
    let root = root.canonicalize().map_err(|e| format!("{}: {e}", root.display()))?;
    let built = match &args.from {
        Some(folder) => folder.clone(),
        None => timed("build", || programs::build(&root, &args.profile))?,
    };
    // A debug build is packed to be tried, not to be sent: it is packed as fast as can be.
    let level = if args.from.is_some() || args.profile == "dev" { 0 } else { 6 };
    let contents = timed("read", || Contents::read(&root, &built, level))?;
    let out = root.join("target/dist");
    // What an older version left there would be in the sums.
    if out.exists() {
        fs::remove_dir_all(&out).map_err(|e| format!("{}: {e}", out.display()))?;
    }
    fs::create_dir_all(&out).map_err(|e| format!("{}: {e}", out.display()))?;
    for kind in &KINDS {
        timed(kind.name, || (kind.make)(&contents, &out))?;
    }
    let sums = sums(&out)?;
    fs::write(out.join(SUMS), &sums).map_err(|e| format!("{SUMS}: {e}"))?;
    println!("{}:\n{sums}", out.display());
    if args.check {
        verify_sums(&out)?;
        for kind in &KINDS {
            timed(&format!("check {}", kind.name), || (kind.check)(&contents, &out))?;
        }
    }
    if args.self_test {
        timed("faults", || faults::run(&contents))?;
    }
    Ok(())
}

fn timed<T>(what: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let begun = Instant::now();
    let done = work().map_err(|reason| format!("{what}: {reason}"))?;
    println!("{what}: {:.1} s", begun.elapsed().as_secs_f64());
    Ok(done)
}
