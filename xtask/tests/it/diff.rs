//! `cargo xtask diff` between files and commits: what it prints, and how it exits.

use crate::support::{Run, plant, xtask};
use serde_json::Value;
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

const CONTRACT: &str = include_str!("contract.yaml");

fn git(root: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(root)
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@carrier.example", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A checkout with the contract committed.
fn committed() -> TempDir {
    let root = TempDir::new().expect("a temporary directory");
    plant(root.path(), CONTRACT);
    git(root.path(), &["init", "--quiet"]);
    git(root.path(), &["add", "."]);
    git(root.path(), &["commit", "--quiet", "-m", "The contract"]);
    root
}

fn diff(root: &Path, arguments: &[&str]) -> Run {
    let run = xtask(root, &[&["diff"], arguments].concat());
    assert!(!run.err.contains("panicked"), "{}", run.err);
    run
}

#[test]
fn a_commit_is_compared_with_the_checkout() {
    let root = committed();
    let same = diff(root.path(), &["HEAD"]);
    assert_eq!((same.code, same.out.as_str()), (Some(0), "nothing changed\n"));

    plant(root.path(), &CONTRACT.replace("        Trucks: {type: integer, format: int32, nullable: true}\n", ""));
    let changed = diff(root.path(), &["HEAD"]);
    assert_eq!(changed.code, Some(1), "{}", changed.err);
    let line = CONTRACT.lines().position(|line| line.contains("Trucks:")).expect("the field") + 1;
    for part in [
        &format!("HEAD:spec/openapi.yaml:{line}: Carrier.Trucks: field removed"),
        "wire breaking; generated code: breaks rust, go, typescript, python, java, csharp",
        "`cargo xtask diff HEAD --changelog`",
        "1 change: 1 breaking on the wire",
        "version 1.2.3 -> 2.0.0 (major); info.version of spec/openapi.yaml is 1.2.3, which is too low",
    ] {
        assert!(changed.out.contains(part), "{part} in\n{}", changed.out);
    }
    // Once it is committed, the two commits differ in the same way.
    git(root.path(), &["commit", "--quiet", "-a", "-m", "Fewer trucks"]);
    let commits = diff(root.path(), &["HEAD~1", "HEAD"]);
    assert_eq!(commits.code, Some(1));
    assert!(commits.out.contains("Carrier.Trucks: field removed"), "{}", commits.out);
}

#[test]
fn a_version_that_is_high_enough_is_enough() {
    let root = committed();
    let new = CONTRACT.replace("        Email: {", "        Fax: {type: string, nullable: true}\n        Email: {");
    for (version, verdict, enough) in
        [("1.2.4", "is too low", false), ("1.3.0", "is enough", true), ("2.0.0", "is enough", true)]
    {
        plant(root.path(), &new.replace("version: 1.2.3", &format!("version: {version}")));
        assert!(diff(root.path(), &["HEAD"]).out.contains(&format!("is {version}, which {verdict}")));
        let json: Value = serde_json::from_str(&diff(root.path(), &["HEAD", "--json"]).out).expect("JSON");
        assert_eq!(json["version"]["enough"], enough, "{version}");
        assert_eq!(json["version"]["needed"], "1.3.0");
    }
}

#[test]
fn files_are_compared_and_the_changelog_is_in_terms_of_the_wire() {
    let root = committed();
    let old = root.path().join("old.yaml");
    fs::write(&old, CONTRACT).expect("written");
    let new = CONTRACT
        .replace("Sent: {type: boolean", "Sent: {type: string")
        .replace("schemas/Address", "schemas/Place")
        .replace("    Address:\n      title: Address", "    Place:\n      title: Place")
        .replace("Small: Few trucks.}", "Small: Few trucks., Tiny: One truck.}")
        .replace("description: The legal name.", "description: The registered name.");
    let head = root.path().join("new.yaml");
    fs::write(&head, new).expect("written");
    let (old, head) = (old.display().to_string(), head.display().to_string());
    let entry = diff(root.path(), &[&old, &head, "--changelog"]);
    assert_eq!(entry.code, Some(1));
    let expected = "## 2.0.0

### Breaking on the wire

- `Invitation.Sent`: type changed: `boolean -> string`.

### Compatible on the wire

- `Size`: known value added: `Tiny`.

### The same on the wire; generated code changes

- `Place`: schema renamed: `was Address`.
- `Place`: title changed: `Address -> Place`.

### Documentation

- Descriptions, examples and remarks in 1 place.
";
    assert_eq!(entry.out, expected);

    let json: Value = serde_json::from_str(&diff(root.path(), &[&old, &head, "--json"]).out).expect("JSON");
    assert_eq!(json["changelog"], expected);
    let renamed = json["findings"].as_array().expect("findings").iter().find(|one| one["rule"] == "schema-renamed");
    let renamed = renamed.expect("the renamed schema");
    assert_eq!((&renamed["wire"], &renamed["languages"]["csharp"]), (&"none".into(), &"breaking".into()));
    assert!(renamed["line"].as_u64().is_some_and(|line| line > 1) && renamed["file"] == head.as_str());
}

#[test]
fn what_cannot_be_compared_is_no_finding() {
    let root = committed();
    let damaged = root.path().join("damaged.yaml");
    fs::write(&damaged, "paths: [").expect("written");
    let other = root.path().join("other.yaml");
    fs::write(&other, "a: 1").expect("written");
    let bytes = root.path().join("bytes.yaml");
    fs::write(&bytes, [0xff, 0x00]).expect("written");
    for base in [damaged, other, bytes] {
        let base = base.display().to_string();
        let run = diff(root.path(), &[&base]);
        assert_eq!((run.code, run.out.as_str()), (Some(4), ""), "{base}");
        assert!(run.err.starts_with(&format!("{base}:1: ")), "{}", run.err);
    }
    for base in ["no-such-commit", "HEAD~9", ":", "HEAD:no/such/file"] {
        let run = diff(root.path(), &[base]);
        assert_eq!(run.code, Some(4), "{base}: {}", run.err);
        assert!(run.err.contains("no file and no commit"), "{}", run.err);
    }
    assert_eq!(diff(root.path(), &[]).code, Some(2));
    assert_eq!(diff(root.path(), &["HEAD", "--json", "--changelog"]).code, Some(2));
    fs::remove_file(root.path().join("spec/openapi.yaml")).expect("removed");
    assert_eq!(diff(root.path(), &["HEAD"]).code, Some(4));
}
