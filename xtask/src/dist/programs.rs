//! The two programs as they are packed: built, without what only a debugger reads, and what their manifests say of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::archive::Entry;
use super::platform::Platform;
use crate::measure::{Outcome, output};

/// The program of the sandbox.
pub const SANDBOX: &str = "mycarrierpackets-sandbox";
/// The command line.
pub const CLI: &str = "mycarrierpackets";

/// A program, and what a package says of it.
#[derive(Clone)]
pub struct Program {
    /// Its name, which is that of its packages, too.
    pub name: &'static str,
    pub version: String,
    pub summary: String,
    pub license: String,
    pub repository: String,
    pub readme: String,
    pub bytes: Vec<u8>,
}

/// Everything that goes into the packages.
#[derive(Clone)]
pub struct Contents {
    pub sandbox: Program,
    pub cli: Program,
    /// Completions, manual pages, licences and papers, as they lie in the tar.
    pub pages: Vec<Entry>,
    pub platform: Platform,
    /// How hard archives are pressed.
    pub level: u32,
}

impl Contents {
    pub fn programs(&self) -> [&Program; 2] {
        [&self.sandbox, &self.cli]
    }

    /// The licences, for the packages of single programs.
    pub fn licences(&self) -> impl Iterator<Item = &Entry> {
        self.pages.iter().filter(|page| page.path.starts_with("LICENSE-"))
    }

    /// Reads the programs in a folder, and asks them for their pages.
    pub fn read(root: &Path, built: &Path, level: u32) -> Outcome<Self> {
        let scratch = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
        let text = output(cargo(root).args(["metadata", "--no-deps", "--offline", "--format-version", "1"]))?;
        let manifests: Value = serde_json::from_str(&text).map_err(|e| format!("cargo metadata: {e}"))?;
        let program = |name, package| -> Outcome<Program> {
            let bytes = stripped(&built.join(name), scratch.path())?;
            let found = manifests["packages"].as_array().into_iter().flatten().find(|each| each["name"] == package);
            let manifest = found.ok_or_else(|| format!("no package {package} in this workspace"))?;
            let field = |field: &str| manifest[field].as_str().unwrap_or_default().to_owned();
            let folder = PathBuf::from(field("manifest_path"));
            let readme = folder.with_file_name(field("readme"));
            Ok(Program {
                name,
                version: field("version"),
                summary: field("description"),
                license: field("license"),
                repository: field("repository"),
                readme: fs::read_to_string(&readme).map_err(|e| format!("{}: {e}", readme.display()))?,
                bytes,
            })
        };
        let (sandbox, cli) = (program(SANDBOX, SANDBOX)?, program(CLI, "mycarrierpackets-cli")?);
        let platform = Platform::of(&[&sandbox.bytes, &cli.bytes])?;
        let pages = pages(root, scratch.path(), &sandbox, &cli)?;
        Ok(Self { sandbox, cli, pages, platform, level })
    }
}

fn cargo(root: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo
}

/// Builds both programs; the folder in which they are.
pub fn build(root: &Path, profile: &str) -> Outcome<PathBuf> {
    // The tests build the whole workspace, whose features are those of these packages together: nothing is built twice.
    let mut command = cargo(root);
    command.args(["build", "--profile", profile, "--bin", SANDBOX, "--bin", CLI]);
    if profile != "dev" {
        // No more than what these two need.
        command.args(["-p", SANDBOX, "-p", "mycarrierpackets-cli"]);
    }
    output(command.stderr(Stdio::inherit()))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join(if profile == "dev" { "debug" } else { profile }))
}

/// A program without its symbols, which are most of a debug build.
fn stripped(path: &Path, scratch: &Path) -> Outcome<Vec<u8>> {
    let name = path.file_name().unwrap_or_default();
    let small = scratch.join(name);
    if !path.is_file() {
        return Err(format!("no {}: build it, or leave --from out", path.display()));
    }
    let done = Command::new("strip").arg("-o").arg(&small).arg(path).output();
    if !done.is_ok_and(|done| done.status.success()) {
        println!("not stripped, since strip (binutils) is not there: {}", path.display());
        fs::copy(path, &small).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    fs::read(&small).map_err(|e| format!("{}: {e}", small.display()))
}

/// What the tar has beside the programs.
fn pages(root: &Path, scratch: &Path, sandbox: &Program, cli: &Program) -> Outcome<Vec<Entry>> {
    let [sandbox_program, cli_program] = [sandbox, cli].map(|program| scratch.join(program.name));
    let mut pages = Vec::new();
    for (shell, folder, before, after) in [
        ("bash", "completions/bash", "", ""),
        ("zsh", "completions/zsh", "_", ""),
        ("fish", "completions/fish", "", ".fish"),
    ] {
        // Under the names that shells look for.
        let mut add = |name, script: String| pages.push(Entry::file(format!("{folder}/{before}{name}{after}"), script));
        add(SANDBOX, output(Command::new(&sandbox_program).args(["--completions", shell]))?);
        add(CLI, output(Command::new(&cli_program).args(["completions", shell]))?);
    }
    let manual = scratch.join("man");
    output(Command::new(&cli_program).arg("man").arg("-d").arg(&manual))?;
    for page in fs::read_dir(&manual).map_err(|e| format!("{}: {e}", manual.display()))? {
        let page = page.map_err(|e| e.to_string())?;
        let bytes = fs::read(page.path()).map_err(|e| format!("{}: {e}", page.path().display()))?;
        pages.push(Entry::file(format!("man/man1/{}", page.file_name().to_string_lossy()), bytes));
    }
    let page = output(Command::new(&sandbox_program).arg("--man"))?;
    pages.push(Entry::file(format!("man/man1/{SANDBOX}.1"), page));
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"] {
        let bytes = fs::read(root.join(name)).map_err(|e| format!("{name}: {e}"))?;
        pages.push(Entry::file(name, bytes));
    }
    pages.push(Entry::file("README.md", include_str!("assets/README.md")));
    pages.push(Entry::file(format!("doc/{SANDBOX}.md"), sandbox.readme.clone()));
    pages.push(Entry::file(format!("doc/{CLI}.md"), cli.readme.clone()));
    Ok(pages)
}
