//! Runs that are stopped while they write: each signal has its code, and nothing is left behind.
#![cfg(unix)]

use super::support::{Bench, Held, Scripted, TOKEN, answer, words};
use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn spawn(bench: &Bench, line: &str) -> Child {
    let program = bench.program();
    let mut command = Command::new(program.get_program());
    command.args(words(line)).env_clear().current_dir(bench.folder());
    for (name, value) in program.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Every file below a folder, with its mode.
fn files(folder: &Path) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.file_name().into_string().unwrap();
                found.push((name, entry.metadata().unwrap().permissions().mode() & 0o777));
            }
        }
    }
    found.sort();
    found
}

/// A document that begins and does not end, for every operation.
fn endless() -> Scripted {
    Scripted::start(|request| {
        if request.starts_with("POST /token") || request.starts_with("GET /api/token") {
            return answer(TOKEN);
        }
        if request.contains("GetCarrierData") {
            let data = r#"{"DOTNumber":23868,"CarrierW9Forms":[{"IsActive":true,"CarrierW9FormImages":[{"BlobName":"w9/1"}]}]}"#;
            return answer(data);
        }
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n%PDF-{}\r\n",
            "x".repeat(2043)
        )
    })
}

#[test]
fn a_download_that_is_stopped_leaves_nothing_whatever_stopped_it() {
    let server = Held::start(endless().url());
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        for line in [
            "document pull 23868 --kind w9",
            "document get w9/1 -o w9.pdf",
            "packet download --dot 23868",
            "api GetDocument --param name=w9/1 -o w9.pdf",
        ] {
            let bench = Bench::new();
            let url = server.url();
            let mut child = spawn(&bench, &format!("{line} --base-url {url} --portal-url {url}"));
            let begun = (0..500).any(|_| {
                std::thread::sleep(Duration::from_millis(20));
                files(bench.folder()).iter().any(|(name, _)| name.ends_with(".part"))
            });
            assert!(begun, "{line}: a file in the making");
            assert!(
                files(bench.folder()).iter().all(|(_, mode)| *mode == 0o600),
                "{line}: private from its first byte"
            );
            kill_process(Pid::from_child(&child), signal).unwrap();
            assert_eq!(child.wait().unwrap().code(), Some(code), "{line} {signal:?}");
            assert_eq!(files(bench.folder()), [], "{line} {signal:?}");
            let cached = files(bench.cache.path());
            assert!(cached.iter().all(|(name, mode)| name.ends_with(".json") && *mode == 0o600), "{cached:?}");
        }
    }
}

#[test]
fn what_was_started_to_outlive_its_terminal_does() {
    let bench = Bench::new();
    let server = Scripted::start(|request| {
        if request.starts_with("POST /token") {
            return answer(TOKEN);
        }
        std::thread::sleep(Duration::from_millis(1500));
        answer("[{\"DOTNumber\":23868,\"CompanyName\":\"A\"}]")
    });
    let program = bench.program();
    let mut command = Command::new("nohup");
    command.arg(program.get_program()).args(words("carrier preview 23868 --base-url")).arg(server.url());
    command.env_clear().current_dir(bench.folder());
    for (name, value) in program.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    assert!((0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        server.requests().iter().any(|request| request.contains("PreviewCarrier"))
    }));
    kill_process(Pid::from_child(&child), Signal::HUP).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn every_file_that_a_run_writes_is_its_owners_alone() {
    let bench = Bench::new();
    let data: serde_json::Value = serde_json::from_str(&bench.run("carrier get 23868").out).unwrap();
    let blob = data["CarrierW9Forms"][0]["CarrierW9FormImages"][0]["BlobName"].as_str().unwrap();
    for line in [
        "document pull 23868 -d papers".to_owned(),
        format!("document get {blob} -o w9.pdf"),
        format!("document get {blob}"),
        "packet download --dot 23868".to_owned(),
        "api GetCarrierData --param DOTNumber=23868 -o data.json".to_owned(),
        "api POST /api/v1/carrier/PreviewCarrier --param DOTNumber=23868 -o preview.json".to_owned(),
    ] {
        let ran = bench.run(&line);
        assert_eq!(ran.code, 0, "{line}: {}", ran.err);
    }
    let mut program = bench.bare();
    program.args(words("profile add mine --username demo")).write_stdin("demo");
    assert_eq!(super::support::ran(&mut program).code, 0);
    let written = [files(bench.folder()), files(bench.cache.path())].concat();
    assert!(written.len() >= 10, "{written:?}");
    for (name, mode) in written {
        assert_eq!(mode, 0o600, "{name}");
        assert!(!name.ends_with(".part"), "{name}");
    }
}
