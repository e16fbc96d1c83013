//! `cargo xtask clients`: clients in other languages, generated, compiled and run against the sandbox.

use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::measure::Outcome;
use languages::{LANGUAGES, Language};
use table::Line;
use trial::{Bench, Trial};
use truth::Truth;
use workshop::Workshop;

mod csharp;
mod driver;
mod example;
mod flavour;
mod judge;
mod languages;
mod scenarios;
mod table;
mod trial;
mod truth;
mod vectors;
mod workshop;

/// Generate clients from spec/openapi.yaml with the generators that people use, compile them, run them against the sandbox
/// with and without the normaliser, and write spec/clients.md.
///
/// Works in target/clients. Needs the tools of each language; what their lock files name is downloaded.
#[derive(ClapArgs)]
#[command(after_help = "Exit codes:
  0  no row is lost behind the normaliser, and spec/clients.md says what came out
  1  a row is lost, a step fails, or a tool is missing; with --check also: spec/clients.md differs
  2  wrong arguments")]
pub struct Args {
    /// Only these; by default all.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(LANGUAGES.iter().map(|each| each.name)))]
    languages: Vec<String>,
    /// Write nothing; exit 1 if spec/clients.md differs.
    #[arg(long)]
    check: bool,
    /// The sandbox's program.
    #[arg(long, value_name = "PROGRAM", default_value = "target/debug/mycarrierpackets-sandbox")]
    sandbox: PathBuf,
}

/// How many faults of one generator are worth reading.
const SHOWN: usize = 10;

/// Runs the command on the checkout at `root`.
pub fn run(root: &Path, args: &Args) -> ExitCode {
    match clients(root, args) {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            eprintln!("{}", faults.join("\n"));
            ExitCode::FAILURE
        }
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn clients(root: &Path, args: &Args) -> Outcome<Vec<String>> {
    let sandbox = root.join(&args.sandbox);
    if !sandbox.exists() {
        return Err(format!("no {}: cargo build -p mycarrierpackets-sandbox, or --sandbox PROGRAM", sandbox.display()));
    }
    let truth = Truth::read(&sandbox)?;
    let vectors = Arc::new(vectors::read(root)?);
    let answers = vectors::serve(Arc::clone(&vectors))?;
    let folder = root.join("target/clients");
    let faults = folder.join("faults.json");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&faults, scenarios::rules()))
        .map_err(|e| e.to_string())?;
    let faults = faults.canonicalize().map_err(|e| e.to_string())?;
    flavour::write(root)?;
    let bench = Bench {
        sandbox: &sandbox,
        truth: &truth,
        vectors: &vectors,
        answers: &answers,
        faults: &faults.to_string_lossy(),
    };

    let wanted =
        |language: &&Language| args.languages.is_empty() || args.languages.iter().any(|name| name == language.name);
    let (mut lines, mut faults): (Vec<Line>, Vec<String>) = Default::default();
    let (trials, examples) = side_by_side(root, &bench, &LANGUAGES.iter().filter(wanted).collect::<Vec<_>>())?;
    faults.extend(examples);
    for Trial { line, faults: own } in trials {
        println!(
            "{}, {}: {} | without: {}",
            line.language,
            line.generator,
            line.with.join(" "),
            line.without.join(" ")
        );
        lines.push(line);
        let more = own.len().saturating_sub(SHOWN);
        faults.extend(own.into_iter().take(SHOWN));
        faults.extend((more > 0).then(|| format!("and {more} more")));
    }

    let path = root.join(table::FILE);
    let old = std::fs::read_to_string(&path).unwrap_or_default();
    let page = table::render(&lines, &old, &truth, &vectors);
    if !args.check {
        std::fs::write(&path, page).map_err(|e| format!("{}: {e}", path.display()))?;
    } else if page != old {
        let new = page.lines().filter(|line| !old.lines().any(|own| own == *line));
        faults.push(format!(
            "{} differs: run `cargo xtask clients`. New:\n{}",
            table::FILE,
            new.collect::<Vec<_>>().join("\n")
        ));
    }
    Ok(faults)
}

/// The trials of several languages and what is wrong with their examples, two at a time, since most of what they
/// do keeps one core busy. The last of them take longest, so they come first.
fn side_by_side(root: &Path, bench: &Bench<'_>, languages: &[&'static Language]) -> Outcome<(Vec<Trial>, Vec<String>)> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(language) = languages.iter().rev().nth(next.fetch_add(1, Ordering::Relaxed)) {
                    let trials = language_trials(root, bench, language);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push(trials);
                }
            });
        }
    });
    let done: Outcome<Vec<_>> = done.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect();
    let (trials, examples): (Vec<Vec<Trial>>, Vec<Option<String>>) = done?.into_iter().unzip();
    Ok((trials.into_iter().flatten().collect(), examples.into_iter().flatten().collect()))
}

fn language_trials(
    root: &Path,
    bench: &Bench<'_>,
    language: &'static Language,
) -> Outcome<(Vec<Trial>, Option<String>)> {
    let own = format!("spec/clients/{}", language.folder);
    let workshop = Workshop::set_up(root, language.folder, &own, language.shares)?;
    workshop.run(language.prepare)?;
    let trials = language.generators.iter().map(|generator| bench.try_out(&workshop, language, generator)).collect();
    Ok((trials, example::run(root, bench, language).err()))
}
