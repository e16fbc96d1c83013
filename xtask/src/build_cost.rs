//! The price of adding the library to a program: packages, and CPU seconds of a cold build, beside another client.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::measure::{Outcome, output};

/// A client of another API by a well-known project, which does about as much.
const PEER: &str = "octocrab";

/// Ticks of `/proc` in a second: the same on every Linux, whatever the kernel's own clock.
const TICKS: f64 = 100.0;

struct Cost {
    packages: usize,
    seconds: f64,
}

/// Builds a minimal program with each of the two and compares them.
///
/// # Errors
/// What does not build, and a system without `/proc`.
pub fn run(root: &Path) -> Outcome<()> {
    let root = fs::canonicalize(root).map_err(|e| format!("{}: {e}", root.display()))?;
    println!("A cold debug build of a minimal program");
    let own = measured(
        "mycarrierpackets",
        &format!("mycarrierpackets = {{ path = {:?} }}", root.display().to_string()),
        "let client = mycarrierpackets::Client::from_env()?;
         println!(\"{:?}\", client.carriers().preview(23868).await?.company_name);",
    )?;
    let peer = measured(
        PEER,
        &format!("{PEER} = \"*\""),
        "println!(\"{:?}\", octocrab::instance().repos(\"rust-lang\", \"rust\").get().await?.full_name);",
    )?;
    let packages = own.packages as f64 / peer.packages as f64;
    println!("  {:<18}{packages:5.2} times {:12.2} times", "ratio", own.seconds / peer.seconds);
    Ok(())
}

fn measured(name: &str, dependency: &str, body: &str) -> Outcome<Cost> {
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    write(folder.path(), dependency, body)?;
    let tree = output(cargo(folder.path()).args(["tree", "--prefix", "none", "-e", "normal,build"]))?;
    let packages = packages(&tree);
    let before = children()?;
    output(cargo(folder.path()).arg("build").stderr(Stdio::inherit()))?;
    let cost = Cost { packages: packages.len(), seconds: children()? - before };
    let version = packages.iter().find_map(|package| package.strip_prefix(name)?.strip_prefix(' ')).unwrap_or_default();
    println!("  {:<18}{:5} packages {:9.1} CPU seconds", format!("{name} {version}"), cost.packages, cost.seconds);
    Ok(cost)
}

/// A program of its own: no lock file, so that both get the newest versions, as whoever adds a library does.
fn write(folder: &Path, dependency: &str, body: &str) -> Outcome<()> {
    let manifest = format!(
        "[package]\nname = \"minimal\"\nedition = \"2024\"\n\n[dependencies]\n{dependency}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n"
    );
    let program =
        format!("#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n{body}\nOk(())\n}}\n");
    let written = fs::write(folder.join("Cargo.toml"), manifest)
        .and_then(|()| fs::create_dir(folder.join("src")))
        .and_then(|()| fs::write(folder.join("src/main.rs"), program));
    written.map_err(|e| format!("{}: {e}", folder.display()))
}

fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", folder.join("target"));
    cargo
}

/// Name and version of everything in the output of `cargo tree`, each once and without the program itself, which is first.
fn packages(tree: &str) -> BTreeSet<String> {
    let named = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let program = tree.lines().next().map(named).unwrap_or_default();
    tree.lines().map(named).filter(|package| !package.is_empty() && *package != program).collect()
}

/// CPU seconds of every child process that has ended, and of their children.
fn children() -> Outcome<f64> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|e| format!("/proc/self/stat: {e}"))?;
    children_of(&stat).ok_or_else(|| "/proc/self/stat has no times of children".to_owned())
}

// The name of the program, in brackets, can hold anything; behind it, cutime and cstime are the 14th and 15th.
fn children_of(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(13).map(str::parse::<f64>);
    Some((times.next()?.ok()? + times.next()?.ok()?) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_package_counts_once() {
        let tree = "minimal v0.0.0 (/tmp/x)\na v1.0.0\nb v2.0.0 (proc-macro)\na v1.0.0 (*)\na v2.0.0\n\nb v2.0.0 (proc-macro) (*)\n";
        assert_eq!(packages(tree), ["a v1.0.0", "a v2.0.0", "b v2.0.0"].map(str::to_owned).into());
    }

    #[test]
    fn the_times_of_children_are_found_behind_any_name() {
        let stat = "7 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 1100 1200 1234 566 15 16";
        assert_eq!(children_of(stat), Some(18.0));
        assert_eq!(children_of("7 (a) S 1 2"), None);
        let before = children().unwrap();
        // Long enough to count: a hundredth of a second at least.
        output(Command::new("sh").args(["-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"])).unwrap();
        assert!(children().unwrap() > before);
    }
}
