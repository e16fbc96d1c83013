//! A checkout with documents in it, and `codegen` run on it.

use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

/// A small document.
pub const SPEC: &str = include_str!("spec.yaml");
/// What an output that is out of date asks for.
pub const COMMAND: &str = "run `cargo xtask codegen`";

/// What a run of the command did.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// `cargo xtask codegen` on the checkout at `root`.
pub fn codegen(root: &Path, arguments: &[&str]) -> Run {
    xtask(root, &[&["codegen"], arguments].concat())
}

/// `cargo xtask` on the checkout at `root`.
pub fn xtask(root: &Path, arguments: &[&str]) -> Run {
    let output =
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).arg("--root").arg(root).output().expect("xtask runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A checkout whose snapshots are those of `SPEC`.
pub fn checkout() -> TempDir {
    let root = TempDir::new().expect("a temporary directory");
    plant(root.path(), SPEC);
    let first = codegen(root.path(), &[]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    root
}

/// Makes `spec` the document of the checkout at `root`.
pub fn plant(root: &Path, spec: &str) {
    fs::create_dir_all(root.join("spec")).expect("spec/");
    fs::write(root.join("spec/openapi.yaml"), spec).expect("the document");
}

/// Makes `spec` the sandbox's document of the checkout at `root`.
pub fn plant_control(root: &Path, spec: &str) {
    fs::write(root.join("spec/sandbox.yaml"), spec).expect("the document");
}

/// Asserts that a run ended as one must whose documents may have faults: each with file, line and reason.
pub fn assert_orderly(run: &Run, what: &str) {
    assert!(!run.err.contains("panicked"), "{what}: {}", run.err);
    match run.code {
        Some(0) => assert_eq!(run.err, "", "{what}"),
        Some(4) => assert!(run.err.contains(COMMAND), "{what}: {}", run.err),
        Some(1) => {
            let faults: Vec<_> = run.err.lines().filter(|line| !line.contains(COMMAND)).collect();
            let is_fault = |line: &str| {
                let rest = line.strip_prefix("spec/openapi.yaml:").or(line.strip_prefix("spec/sandbox.yaml:"));
                rest.and_then(|rest| rest.split_once(": ")).is_some_and(|(number, reason)| {
                    number.parse::<u32>().is_ok_and(|number| number > 0) && !reason.is_empty()
                })
            };
            let is_count = |line: &str| line.ends_with(" faults") || line == "1 fault";
            assert!(faults.iter().any(|line| is_fault(line)), "{what}: {}", run.err);
            assert!(faults.iter().all(|line| is_fault(line) || is_count(line)), "{what}: {}", run.err);
        }
        other => panic!("{what}: exit {other:?}: {}", run.err),
    }
}
