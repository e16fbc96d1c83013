//! `cargo xtask api`: the public interface that is written by hand, as one committed listing.
//!
//! It is read from the source, so it needs no compiler of a special version. The generated interface has snapshots of
//! its own: see `codegen`.

use std::{collections::BTreeMap, fs, path::Path, process::ExitCode};

mod print;
mod tree;

use tree::{Found, Place, Tree};

/// Where the listing is, below the checkout.
const LISTING: &str = "docs/api.txt";
const UNREADABLE: u8 = 1;
const OUT_OF_DATE: u8 = 4;

/// List the public interface in src/ that is written by hand, and say what changed.
///
/// One block for each public item: its definition without private parts, its public methods, and the traits it has.
#[derive(clap::Args)]
#[command(after_help = "Exit codes:
  0  the listing is up to date
  1  a file cannot be read, parsed or written
  2  wrong arguments
  4  with --check: the listing is out of date")]
pub struct Args {
    /// Write nothing; exit 4 if docs/api.txt is out of date.
    #[arg(long)]
    check: bool,
}

/// Runs the command on the checkout at `root`.
pub fn run(root: &Path, args: &Args) -> ExitCode {
    let code = refresh(root, args.check).unwrap_or_else(|reason| {
        eprintln!("{reason}");
        UNREADABLE
    });
    ExitCode::from(code)
}

fn refresh(root: &Path, check: bool) -> Result<u8, String> {
    let listing = listing(&Tree::read(&root.join("src"))?)?;
    let path = root.join(LISTING);
    let committed = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let changes = changes(&committed, &listing);
    if committed == listing {
        println!("nothing changed");
        return Ok(0);
    }
    print!("{changes}");
    if check {
        eprintln!("{LISTING} is out of date: run `cargo xtask api`");
        return Ok(OUT_OF_DATE);
    }
    fs::write(&path, listing).map_err(|e| format!("{}: {e}", path.display()))?;
    println!("refreshed {LISTING}");
    Ok(0)
}

/// Every public item by its public path.
fn listing(tree: &Tree) -> Result<String, String> {
    let mut blocks = BTreeMap::new();
    collect(tree, &Place::root(), "mycarrierpackets", &mut blocks)?;
    let mut text = String::from("# Written by `cargo xtask api`; a change here is a change for users.\n");
    for (path, lines) in blocks {
        text.push_str(&format!("\n{path}\n"));
        lines.iter().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
    Ok(text)
}

fn collect(tree: &Tree, place: &Place, path: &str, blocks: &mut BTreeMap<String, Vec<String>>) -> Result<(), String> {
    for item in tree.items(place)? {
        if tree::is_hidden(item) || !tree::is_public(item) {
            continue;
        }
        match item {
            syn::Item::Mod(module) => {
                let inner = place.below(&module.ident.to_string());
                let path = format!("{path}::{}", module.ident);
                blocks.insert(path.clone(), vec![print::one_line(&print::mod_line(module))]);
                collect(tree, &inner, &path, blocks)?;
            }
            syn::Item::Use(item) => {
                for (target, name) in tree::uses(&item.tree) {
                    let path = format!("{path}::{name}");
                    let lines = match tree.find(place, &target) {
                        Some(Found::Module(module)) => {
                            collect(tree, &module, &path, blocks)?;
                            continue;
                        }
                        Some(found) => block(tree, &found),
                        None => vec![format!("pub use {}", target.join("::"))],
                    };
                    blocks.insert(path, lines);
                }
            }
            item => {
                if let Some(name) = tree::name(item) {
                    blocks.insert(format!("{path}::{name}"), block(tree, &Found::Item(place.clone(), item)));
                }
            }
        }
    }
    Ok(())
}

/// What is public about one item.
fn block(tree: &Tree, found: &Found<'_>) -> Vec<String> {
    match found {
        Found::Module(_) => Vec::new(),
        Found::Macro(call) => {
            let mut lines = vec![print::macro_call(call)];
            lines.extend(tree.definition(call).into_iter().flat_map(print::macro_interface));
            lines
        }
        Found::Item(place, item) => {
            let mut lines = print::definition(item);
            let name = tree::name(item).unwrap_or_default();
            let mut impls: Vec<String> = tree.impls(place, &name).flat_map(print::implementation).collect();
            impls.extend(tree.macros_about(place, &name).map(print::macro_call));
            impls.sort();
            lines.extend(impls);
            lines
        }
    }
}

/// The lines that are in one text and not in the other, each with the item it belongs to.
fn changes(old: &str, new: &str) -> String {
    fn lines(text: &str) -> Vec<(&str, &str)> {
        let mut item = "";
        let mut found = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.strip_prefix("    ") {
                Some(line) => found.push((item, line)),
                None => item = line,
            }
        }
        found
    }
    let (old, new) = (lines(old), lines(new));
    let gone = old.iter().filter(|line| !new.contains(line)).map(|(item, line)| format!("- {item}: {line}\n"));
    let come = new.iter().filter(|line| !old.contains(line)).map(|(item, line)| format!("+ {item}: {line}\n"));
    gone.chain(come).collect()
}
