//! `cargo xtask lint`: what it prints, and how it exits. The rules have a table of their own beside them.

use crate::support::{Run, plant, plant_control, xtask};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

const CONTRACT: &str = include_str!("contract.yaml");
const CONTROL: &str = include_str!("control.yaml");

fn lint(root: &Path, arguments: &[&str]) -> Run {
    let run = xtask(root, &[&["lint"], arguments].concat());
    assert!(!run.err.contains("panicked"), "{}", run.err);
    run
}

#[test]
fn the_documents_of_the_project_follow_the_rules() {
    let run = lint(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")), &[]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), "no findings\n"));
}

#[test]
fn a_finding_has_file_line_rule_and_repair() {
    let root = TempDir::new().expect("a temporary directory");
    plant(root.path(), CONTRACT);
    plant_control(root.path(), CONTROL);
    assert_eq!(lint(root.path(), &[]).code, Some(0));

    plant(root.path(), &CONTRACT.replace("application/pdf: {", "image/*: {"));
    plant_control(root.path(), &CONTROL.replace("example: {held: true}", "example: {held: 1}"));
    let run = lint(root.path(), &[]);
    assert_eq!(run.code, Some(1));
    let line = CONTRACT.lines().position(|line| line.contains("application/pdf")).expect("the type") + 1;
    assert!(run.out.starts_with(&format!("spec/openapi.yaml:{line}: media-range: /paths/")), "{}", run.out);
    assert!(run.out.contains("\n    list the media types one by one\n"), "{}", run.out);
    assert!(run.out.contains("\nspec/sandbox.yaml:13: example: /paths/"), "{}", run.out);
    assert!(run.out.ends_with("\n2 findings\n"), "{}", run.out);

    let json: Value = serde_json::from_str(&lint(root.path(), &["--json"]).out).expect("JSON");
    let found = &json["findings"][0];
    assert_eq!((&found["rule"], &found["line"]), (&"media-range".into(), &line.into()));
    for word in ["file", "pointer", "message", "repair"] {
        assert!(found[word].as_str().is_some_and(|text| !text.is_empty()), "{word}");
    }
}

#[test]
fn a_document_that_cannot_be_read_is_no_finding() {
    let root = TempDir::new().expect("a temporary directory");
    let missing = lint(root.path(), &[]);
    assert_eq!(missing.code, Some(4));
    assert!(missing.err.starts_with("spec/openapi.yaml:1: "), "{}", missing.err);
    plant(root.path(), "info: {title");
    let damaged = lint(root.path(), &["--json"]);
    assert_eq!((damaged.code, damaged.out.as_str()), (Some(4), ""));
    assert!(damaged.err.starts_with("spec/openapi.yaml:"), "{}", damaged.err);
    fs::write(root.path().join("spec/openapi.yaml"), [0xff, 0xfe]).expect("no text");
    assert_eq!(lint(root.path(), &[]).code, Some(4));
    assert_eq!(lint(root.path(), &["--no-such"]).code, Some(2));
}
