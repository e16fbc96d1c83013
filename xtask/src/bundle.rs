//! `cargo xtask bundle`: the contract in the forms that tools of other languages take, made from spec/openapi.yaml.

mod collection;
mod page;
mod parts;
mod plain;
mod schemas;
mod v31;

use crate::document;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const SPEC: &str = "spec/openapi.yaml";
/// The forms by name with their hashes, so that a change of the contract shows in review which of them it changes.
const LIST: &str = "spec/bundle.sha256";
const FAULTY: u8 = 1;
const OUT_OF_DATE: u8 = 4;

/// Write the contract in the forms that other tools take, and refresh spec/bundle.sha256, their hashes, and
/// docs/reference.html, the page for people.
///
/// They are 3.0 and 3.1 in JSON, the API and the portal each by itself, without references, without what only some tools
/// know, a JSON Schema of each type and event, and a collection of requests for Postman and Bruno.
#[derive(clap::Args)]
#[command(after_help = "Exit codes:
  0  the forms are written, or are up to date
  1  the document cannot be read, or a file cannot be written
  2  wrong arguments
  4  with --check: spec/bundle.sha256 or the page is out of date")]
pub struct Args {
    /// Write nothing; exit 4 if spec/bundle.sha256 or the page is out of date.
    #[arg(long)]
    check: bool,
    /// Where to write them, in place of target/contract.
    #[arg(long, value_name = "FOLDER", conflicts_with = "check")]
    out: Option<PathBuf>,
}

/// Runs the command on the checkout at `root`.
pub fn run(root: &Path, args: &Args) -> ExitCode {
    let code = bundle(root, args).unwrap_or_else(|reason| {
        eprintln!("{reason}");
        FAULTY
    });
    ExitCode::from(code)
}

fn bundle(root: &Path, args: &Args) -> Result<u8, String> {
    let text = fs::read_to_string(root.join(SPEC)).map_err(|e| format!("{SPEC}:1: {e}"))?;
    let unsound =
        |faults: Vec<document::Fault>| faults.iter().map(|fault| format!("{SPEC}: {fault}\n")).collect::<String>();
    let doc = document::read(&text).map_err(unsound)?;
    let forms = forms(&doc);
    let list = hashes(&forms);
    let known = fs::read_to_string(root.join(LIST)).unwrap_or_default();
    for line in list.lines().filter(|line| !known.lines().any(|known| known == *line)) {
        println!("changed  {}", line.split_once("  ").map_or(line, |(_, name)| name));
    }
    for name in
        known.lines().filter_map(|line| Some(line.split_once("  ")?.1)).filter(|name| !forms.contains_key(*name))
    {
        println!("gone     {name}");
    }
    let pages = page::refresh(root, &parts::api(&doc), args.check)?;
    for name in &pages {
        println!("changed  {name}");
    }
    if args.check {
        let outdated: Vec<_> = (known != list).then_some(LIST).into_iter().chain(pages).collect();
        if !outdated.is_empty() {
            eprintln!("out of date: {}: run `cargo xtask bundle`", outdated.join(", "));
            return Ok(OUT_OF_DATE);
        }
        return Ok(0);
    }
    let folder = args.out.clone().unwrap_or_else(|| root.join("target/contract"));
    write(&folder, &forms)?;
    if known != list {
        fs::write(root.join(LIST), list).map_err(|e| format!("{LIST}: {e}"))?;
    }
    println!("{} files in {}", forms.len(), folder.display());
    Ok(0)
}

/// Every form by the name of its file, as it is written.
fn forms(doc: &Value) -> BTreeMap<String, String> {
    let api = parts::api(doc);
    let mut forms = BTreeMap::from([
        ("openapi-3.0.json".to_owned(), doc.clone()),
        ("openapi-3.1.json".to_owned(), v31::of(doc)),
        ("api-3.0.json".to_owned(), api.clone()),
        ("api-3.1.json".to_owned(), v31::of(&api)),
        ("api-plain-3.0.json".to_owned(), plain::of(&api)),
        ("api-dereferenced-3.0.json".to_owned(), parts::dereferenced(&api)),
        ("portal-3.0.json".to_owned(), parts::portal(doc)),
        ("collection.postman.json".to_owned(), collection::of(&api)),
    ]);
    forms.extend(schemas::of(doc));
    let text = |form: &Value| format!("{form:#}\n");
    forms.iter().map(|(name, form)| (name.clone(), text(form))).collect()
}

/// As `sha256sum --check` reads it.
fn hashes(forms: &BTreeMap<String, String>) -> String {
    let mut list = String::new();
    for (name, text) in forms {
        let hash = Sha256::digest(text).iter().fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        let _ = writeln!(list, "{hash}  {name}");
    }
    list
}

fn write(folder: &Path, forms: &BTreeMap<String, String>) -> Result<(), String> {
    for (name, text) in forms {
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|e| format!("{}: {e}", parent.display()))?;
        if fs::read_to_string(&file).ok().as_deref() != Some(text) {
            fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
