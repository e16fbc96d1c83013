//! Packages for npm: for each program a small one that starts it, and one with the program for this platform.
//!
//! Packed as `npm pack` does it, but without npm, with the same bytes each time.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::archive::{self, Entry};
use super::programs::{Contents, Program};
use super::trial::{self, has};
use crate::measure::{Outcome, output};

const LAUNCHER: &str = include_str!("assets/launcher.js");

/// The package with the program itself.
fn native(contents: &Contents, program: &Program) -> String {
    format!("{}-linux-{}", program.name, contents.platform.node_processor())
}

fn file(name: &str, program: &Program) -> String {
    format!("{name}-{}.tgz", program.version)
}

/// Writes them to a folder.
pub fn make(contents: &Contents, out: &Path) -> Outcome<()> {
    for program in contents.programs() {
        let native = native(contents, program);
        let pack = |name: &str, more: Value, own: Entry| {
            let mut entries = vec![own, Entry::file("package.json", manifest(name, program, &more))];
            entries.extend(contents.licences().cloned());
            entries.push(Entry::file("README.md", program.readme.clone()));
            archive::tar_gz(&out.join(file(name, program)), "package", &entries, contents.level)
        };
        let platform = json!({"os": ["linux"], "cpu": [contents.platform.node_processor()], "libc": ["glibc"]});
        pack(&native, platform, Entry::program(format!("bin/{}", program.name), program.bytes.clone()))?;
        // npm leaves out what is for other platforms, and an optional dependency that it leaves out is no failure.
        let launcher = json!({
            "bin": {(program.name): "launcher.js"},
            "engines": {"node": ">=18"},
            "optionalDependencies": {(native.as_str()): program.version},
        });
        pack(program.name, launcher, Entry::program("launcher.js", LAUNCHER.replace("PROGRAM", program.name)))?;
    }
    Ok(())
}

fn manifest(name: &str, program: &Program, more: &Value) -> String {
    let mut manifest = json!({
        "name": name,
        "version": program.version,
        "description": program.summary,
        "license": format!("({})", program.license),
        "repository": program.repository,
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        manifest[key] = value.clone();
    }
    format!("{manifest:#}\n")
}

/// Installs them in an empty folder without a registry, and runs what they install.
pub fn check(contents: &Contents, out: &Path) -> Outcome<()> {
    if !has("npm") || !has("node") {
        return trial::skipped("no npm: its packages are made, and not installed");
    }
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    let mut npm = Command::new("npm");
    npm.current_dir(folder.path()).env("npm_config_cache", folder.path().join("cache"));
    npm.args(["install", "--offline", "--no-audit", "--no-fund", "--silent"]);
    for program in contents.programs() {
        for name in [program.name, &native(contents, program)] {
            npm.arg(out.join(file(name, program)));
        }
    }
    output(&mut npm)?;
    trial::programs(contents, &folder.path().join("node_modules/.bin"))
}
