//! "When the vendor's API changes" of spec/README.md, step by step with a staged change in a copy of the project, to a green build.

use crate::support::xtask;
use crate::vendor::{definition, swagger};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};
use tempfile::TempDir;

fn run(root: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .current_dir(root)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|e| panic!("{program}: {e}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?}:\n{out}{err}");
    out.into_owned()
}

fn git(root: &Path, arguments: &[&str]) -> String {
    let person = ["-c", "user.name=Ada", "-c", "user.email=ada@carrier.example", "-c", "commit.gpgsign=false"];
    run(root, "git", &[&person, arguments].concat())
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project").to_owned()
}

/// A copy of the project as it stands in the work tree, committed on `main`.
fn copy() -> TempDir {
    let (from, to) = (project(), TempDir::new().expect("a temporary directory"));
    for name in git(&from, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).split_terminator('\0') {
        let target = to.path().join(name);
        fs::create_dir_all(target.parent().expect("a folder")).expect("folders");
        // One that was deleted and not yet committed is no part of it.
        if from.join(name).exists() {
            fs::copy(from.join(name), target).expect("copied");
        }
    }
    git(to.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(to.path(), &["add", "."]);
    git(to.path(), &["commit", "--quiet", "-m", "As it was"]);
    to
}

/// The commands in the numbered steps of the checklist.
fn commands(root: &Path) -> Vec<String> {
    let text = fs::read_to_string(root.join("spec/README.md")).expect("the checklist");
    let (_, rest) = text.split_once("## When the vendor's API changes").expect("the section");
    let (steps, _) = rest.split_once("A test takes these steps").expect("its end");
    let (_, steps) = steps.split_once("\n1. ").expect("its steps");
    steps.split('`').skip(1).step_by(2).filter(|code| code.starts_with("cargo ")).map(str::to_owned).collect()
}

fn replace(root: &Path, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(root.join(name)).expect("a file");
    assert_eq!(text.matches(from).count(), 1, "{from:?} in {name}");
    fs::write(root.join(name), text.replace(from, to)).expect("written");
}

/// The version that `diff` asks for.
fn asked(printed: &str) -> (String, String) {
    let line = printed.lines().find_map(|line| line.strip_prefix("version ")).expect("a version");
    let (old, rest) = line.split_once(" -> ").expect("two versions");
    (old.to_owned(), rest.split(' ').next().expect("a version").to_owned())
}

#[test]
#[ignore = "builds the library: stage package of .ci/run does it"]
fn the_steps_lead_from_a_staged_change_to_a_green_build() {
    let project = copy();
    let root = project.path();
    assert_eq!(
        commands(root),
        [
            "cargo xtask vendor import FILE --apply",
            "cargo xtask lint",
            "cargo xtask diff main",
            "cargo xtask diff main --changelog",
            "cargo xtask codegen",
            "cargo xtask bundle",
            "cargo test --workspace",
        ],
        "this test takes these steps"
    );

    let mut doc = swagger();
    definition(&mut doc, "CompletedPacketDTO")
        .insert("InsuranceScore".into(), json!({"type": "integer", "format": "int32"}));
    let file = root.join("target/vendor.json");
    fs::create_dir_all(root.join("target")).expect("a folder that git ignores");
    fs::write(&file, doc.to_string()).expect("written");
    let import = xtask(root, &["vendor", "import", &file.display().to_string(), "--apply"]);
    assert_eq!((import.code, import.err.as_str()), (Some(0), ""), "{}", import.out);

    let field = "        InsuranceScore: {type: integer, format: int32, nullable: true}";
    replace(
        root,
        "spec/openapi.yaml",
        field,
        "        InsuranceScore: {type: integer, format: int32, nullable: true, description: What the insurance is worth.}",
    );
    let lint = xtask(root, &["lint"]);
    assert_eq!(lint.code, Some(0), "{}", lint.out);

    let low = xtask(root, &["diff", "main"]);
    for part in ["CompletedPacket.InsuranceScore: field added", "which is too low"] {
        assert!(low.out.contains(part), "{part} in\n{}", low.out);
    }
    let (old, new) = asked(&low.out);
    replace(root, "spec/openapi.yaml", &format!("  version: {old}\n"), &format!("  version: {new}\n"));
    let entry = xtask(root, &["diff", "main", "--changelog"]);
    assert!(entry.err.is_empty() && entry.out.contains("InsuranceScore"), "{}{}", entry.out, entry.err);
    replace(root, "spec/CHANGELOG.md", &format!("## {old}\n"), &format!("{}\n## {old}\n", entry.out));
    let high = xtask(root, &["diff", "main"]);
    assert!(!high.out.contains("which is too low"), "{}", high.out);

    let codegen = xtask(root, &["codegen"]);
    assert!(codegen.code == Some(0) && codegen.out.contains("InsuranceScore"), "{}{}", codegen.out, codegen.err);
    let surface = git(root, &["diff", "--", "tests/it/snapshots/surface"]);
    assert!(surface.lines().any(|line| line.starts_with('+') && line.contains("insurance_score")), "{surface}");
    let bundle = xtask(root, &["bundle"]);
    assert!(bundle.code == Some(0) && bundle.out.contains("changed  docs/reference.html"), "{}", bundle.out);
    for check in ["codegen", "bundle"] {
        assert_eq!(xtask(root, &[check, "--check"]).code, Some(0), "{check}");
    }

    // Checked and not built: programs of the copy would take the place of the project's.
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| self::project().join("target"), PathBuf::from);
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let target = target.display().to_string();
    run(root, &cargo, &["check", "--locked", "-p", "mycarrierpackets", "--lib", "--target-dir", &target]);
}
