//! `spec/openapi.yaml` becomes the raw client, its typed mocks, the operation table, the vocabularies, the examples
//! and what a recording may show.

use std::{env, fs, path::Path, process::ExitCode};

#[path = "build/document.rs"]
mod document;
#[path = "build/examples.rs"]
mod examples;
#[path = "build/generate.rs"]
mod generate;
#[path = "build/lenient.rs"]
mod lenient;
#[path = "build/operations.rs"]
mod operations;
#[path = "build/recorded.rs"]
mod recorded;
#[path = "build/vocabulary.rs"]
mod vocabulary;

const SPEC: &str = "spec/openapi.yaml";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={SPEC}");
    println!("cargo::rerun-if-changed=build");
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let yaml = fs::read_to_string(SPEC).map_err(|e| format!("{SPEC}: {e}"))?;
    let document = document::parse(&yaml).map_err(|faults| {
        let lines: Vec<_> = faults.iter().map(|fault| format!("{SPEC}: {fault}")).collect();
        lines.join("\n")
    })?;
    let schemars = env::var_os("CARGO_FEATURE_SCHEMARS").is_some();
    let sources = generate::generate(&document, schemars).map_err(|e| format!("{SPEC}: {e}"))?;
    let examples = examples::table(&document.json);
    let recorded = recorded::table(&document.json);
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: run this through cargo")?;
    for (name, text) in [
        ("client.rs", &sources.client),
        ("examples.rs", &examples),
        ("httpmock.rs", &sources.httpmock),
        ("operations.rs", &sources.operations),
        ("recorded.rs", &recorded),
        ("vocabularies.rs", &sources.vocabularies),
    ] {
        let path = Path::new(&out).join(name);
        fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}
