//! What crates.io and docs.rs show of each crate, and commands that CI must run.

use serde_json::Value;
use std::{fs, path::Path, process::Command};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What is missing in a package of `cargo metadata`.
fn missing(package: &Value) -> Vec<&str> {
    let full = |field: &&str| match &package[*field] {
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    let wanted = ["description", "license", "repository", "readme", "keywords", "categories", "rust_version"];
    let mut missing: Vec<_> = wanted.into_iter().filter(|field| !full(field)).collect();
    if package["metadata"]["docs"]["rs"]["all-features"] != true {
        missing.push("package.metadata.docs.rs");
    }
    missing
}

#[test]
fn published_crates_have_all_that_is_shown_of_them() {
    let manifest = Path::new(ROOT).join("Cargo.toml");
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--no-deps", "--manifest-path"])
        .arg(manifest)
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let published = |package: &&Value| package["publish"].is_null();
    let packages: Vec<_> = metadata["packages"].as_array().unwrap().iter().filter(published).collect();
    assert!(packages.len() >= 3, "{} published crates", packages.len());
    for package in packages {
        assert!(missing(package).is_empty(), "{} lacks {:?}", package["name"], missing(package));
        let readme = Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("README.md");
        assert!(readme.exists(), "{} does not exist", readme.display());
    }
    let bare = serde_json::json!({ "description": "", "keywords": [], "readme": "README.md" });
    assert_eq!(missing(&bare).len(), 7);
}

#[test]
fn ci_runs_the_commands_that_the_readme_names() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let ci = fs::read_to_string(Path::new(ROOT).join(".ci/run")).unwrap();
    let blocks = readme.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    let commands: Vec<_> = blocks
        .flat_map(str::lines)
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| line.starts_with("cargo "))
        .collect();
    assert!(commands.len() >= 2, "{commands:?}");
    for command in commands {
        assert!(ci.lines().any(|line| line.trim() == format!("step {command}")), ".ci/run does not run `{command}`");
    }
}
