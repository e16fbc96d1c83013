//! The binary's state file: saved whatever changed it and however it ends, by one sandbox at a time.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::program::{Running, start, start_with};
use crate::receiver::Receiver;

const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until a file holds a text.
async fn saved(file: &Path, what: impl Fn(&str) -> bool) {
    let begun = Instant::now();
    while !std::fs::read_to_string(file).is_ok_and(|text| what(&text)) {
        assert!(begun.elapsed() < PATIENCE, "it is not saved");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn signal(running: &Running, name: &str) {
    let pid = running.child.id().to_string();
    assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
}

/// Ends it by a signal, and gives its exit code and what it said.
fn ended(mut running: Running, name: &str) -> (Option<i32>, String) {
    signal(&running, name);
    let begun = Instant::now();
    while running.child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < PATIENCE, "it goes on after {name}");
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut said = String::new();
    if let Some(mut stderr) = running.child.stderr.take() {
        std::io::Read::read_to_string(&mut stderr, &mut said).unwrap();
    }
    (running.child.wait().unwrap().code(), said)
}

#[tokio::test]
async fn each_signal_to_end_saves_the_last_change_and_is_a_success() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let arguments = ["--state", file.to_str().unwrap()];
    for round in 0..3 {
        for name in ["INT", "TERM", "HUP"] {
            let running = start(&arguments);
            let webhook = json!({ "url": "http://127.0.0.1:9/", "secret": format!("{name}-{round}") });
            running.control(Method::POST, "webhooks", webhook).await;
            assert_eq!(ended(running, name).0, Some(0), "{name}");
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text.contains(&format!("\"{name}-{round}\"")), "{name} lost what was answered last");
        }
    }
    // As soon as it says that it is ready.
    for name in ["INT", "TERM", "HUP"] {
        assert_eq!(ended(start(&arguments), name).0, Some(0), "{name} at once");
    }
}

#[tokio::test]
async fn a_second_sandbox_on_the_file_is_refused_by_name_whatever_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let first = start(&["--state", file.to_str().unwrap()]);
    saved(&file, |text| text.len() > 200).await;
    let link = folder.path().join("link.json");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    for path in [&file, &link] {
        let mut second = Command::new(env!("CARGO_BIN_EXE_mycarrierpackets-sandbox"));
        let output = second.args(["--port", "0", "--carriers", "20", "--state"]).arg(path).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(path.to_str().unwrap()) && text.contains("another sandbox has it"), "{text}");
        assert!(output.stdout.is_empty(), "it never was ready");
    }
    first.control(Method::POST, "webhooks", json!({ "url": "http://127.0.0.1:9/", "secret": "of-the-first" })).await;
    assert_eq!(ended(first, "TERM").0, Some(0));
    // Now it is free, and holds what the first had.
    let third = start(&["--state", link.to_str().unwrap()]);
    assert_eq!(third.control(Method::GET, "webhooks", Value::Null).await[0]["secret"], "of-the-first");
    assert_eq!(ended(third, "TERM").0, Some(0));
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink(), "a link stays one");
}

#[tokio::test]
async fn what_the_clock_or_a_webhook_changes_is_saved_without_a_call() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let running = start(&["--state", file.to_str().unwrap()]);
    let receiver = Receiver::start().await;
    let webhook = json!({ "url": receiver.url, "paused": true });
    running.control(Method::POST, "webhooks", webhook).await;
    running.control(Method::POST, "webhooks/1/events", json!({ "event": "carrier.packet.completed" })).await;
    saved(&file, |text| text.contains("\"state\":\"waiting\"")).await;
    // It is sent after this is answered.
    running.control(Method::PATCH, "webhooks/1", json!({ "paused": false })).await;
    saved(&file, |text| text.contains("\"state\":\"delivered\"")).await;
    let then = std::fs::read_to_string(&file).unwrap();
    saved(&file, |text| text != then).await;
    assert_eq!(ended(running, "TERM").0, Some(0));
}

#[tokio::test]
async fn a_save_that_fails_is_said_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("place");
    std::fs::create_dir(&place).unwrap();
    let file = place.join("state.json");
    let arguments = ["--state", file.to_str().unwrap()];
    let running = start_with(&arguments, Stdio::piped());
    saved(&file, |text| text.len() > 200).await;
    std::fs::rename(&place, folder.path().join("gone-0")).unwrap();
    running.control(Method::POST, "webhooks", json!({ "url": "http://127.0.0.1:9/", "secret": "kept" })).await;
    // It goes on, and saves as soon as it can.
    tokio::time::sleep(Duration::from_secs(3)).await;
    running.control(Method::GET, "clock", Value::Null).await;
    std::fs::create_dir(&place).unwrap();
    saved(&file, |text| text.contains("\"kept\"")).await;
    // At the end it is tried again, too.
    std::fs::rename(&place, folder.path().join("gone-1")).unwrap();
    running.control(Method::POST, "webhooks", json!({ "url": "http://127.0.0.1:9/", "secret": "late" })).await;
    signal(&running, "TERM");
    tokio::time::sleep(Duration::from_millis(500)).await;
    std::fs::create_dir(&place).unwrap();
    let (code, said) = tokio::task::spawn_blocking(|| ended(running, "CONT")).await.unwrap();
    assert!(std::fs::read_to_string(&file).unwrap().contains("\"late\""));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("the state was not saved") && said.contains("it is tried again in 2 s"), "{said}");
    assert!(said.contains(file.to_str().unwrap()), "{said}");

    // What cannot be saved for good is no success, and not called a failure to start.
    let running = start_with(&arguments, Stdio::piped());
    saved(&file, |text| text.len() > 200).await;
    std::fs::rename(&place, folder.path().join("gone-2")).unwrap();
    let (code, said) = tokio::task::spawn_blocking(|| ended(running, "TERM")).await.unwrap();
    assert!(code == Some(2) && said.contains("error: the state was not saved"), "{code:?} {said}");
    assert!(!said.contains("start"), "{said}");
}
