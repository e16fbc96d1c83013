//! The form of every hand-written file, and what a crate may depend on.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no Rust");
    found
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn only_the_error_reads_the_generators_errors() {
    // Tests make the errors that are read.
    let may = ["error/in_response.rs", "decode.rs", "tests.rs"];
    for file in rust_files("src").iter().filter(|file| !may.iter().any(|own| file.ends_with(own))) {
        for variant in ["InvalidResponsePayload", "CommunicationError", "UnexpectedResponse", "ErrorResponse"] {
            assert!(!text(file).contains(variant), "{} reads the generator's errors", file.display());
        }
    }
}

#[test]
fn the_sandbox_knows_nothing_of_the_client() {
    let manifest = text(&Path::new(ROOT).join("crates/sandbox/Cargo.toml"));
    assert!(manifest.lines().all(|line| !line.starts_with("mycarrierpackets")), "the sandbox depends on the client");
    for file in rust_files("crates/sandbox/src") {
        let uses = text(&file).replace("mycarrierpackets_sandbox", "").contains("mycarrierpackets::");
        assert!(!uses, "{} uses the client", file.display());
    }
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    const LINES: usize = 400;
    let folders = ["src", "build", "xtask", "crates", "tests/it", "benches", "examples"];
    for file in folders.into_iter().flat_map(rust_files) {
        let text = text(&file);
        let first = text.lines().next().unwrap_or_default();
        let said = first.starts_with("//!") || first.starts_with("#![doc");
        assert!(said, "{} must begin with `//!`: what it holds", file.display());
        let lines = text.lines().count();
        assert!(lines <= LINES, "{} has {lines} lines: split it by concept", file.display());
    }
}

#[test]
fn no_dependency_needs_a_newer_rust_than_is_stated() {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
        .arg(Path::new(ROOT).join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let rust = |package: &Value| package["rust_version"].as_str().map(version);
    let own = packages.iter().find(|package| package["name"] == "mycarrierpackets").and_then(rust).unwrap();
    let asking: Vec<_> = packages.iter().filter(|package| rust(package).is_some()).collect();
    assert!(asking.len() > 50, "cargo listed {} packages", asking.len());
    for package in asking {
        assert!(rust(package) <= Some(own.clone()), "{} needs Rust {}", package["name"], package["rust_version"]);
    }
}

fn version(text: &str) -> Vec<u32> {
    let mut parts: Vec<_> = text.split('.').map(|part| part.parse().unwrap()).collect();
    parts.resize(3, 0);
    parts
}
