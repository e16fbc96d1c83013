//! `cargo xtask drift` on files: its three forms, its limits, how it exits, and that it shows nothing of them.

use crate::support::{Run, xtask};
use serde_json::{Value, json};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::{fs, fs::File};
use tempfile::TempDir;

const TRAFFIC: &str = include_str!("traffic.jsonl");

fn drift(arguments: &[&str]) -> Run {
    let run = xtask(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")), &[&["drift"], arguments].concat());
    assert!(!run.err.contains("panicked"), "{}", run.err);
    for canary in ["Canary", "canary", "CANARY"] {
        assert!(!run.out.contains(canary) && !run.err.contains(canary), "{}{}", run.out, run.err);
    }
    run
}

fn calls() -> Vec<Value> {
    TRAFFIC.lines().map(|line| serde_json::from_str(line).expect("a call")).collect()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn url(call: &Value) -> String {
    let word = |value: &Value| encoded(value.as_str().unwrap_or_default());
    let pairs =
        call["query"].as_array().into_iter().flatten().map(|pair| format!("{}={}", word(&pair[0]), word(&pair[1])));
    format!("{}?{}", call["path"].as_str().unwrap_or_default(), pairs.collect::<Vec<_>>().join("&"))
}

/// A call as a line that a client records.
fn line(call: &Value) -> Value {
    let body = |text: &Value| match text.as_str() {
        // What the sandbox puts in place of tokens and files.
        Some(text) if text.starts_with('(') => ("left out", json!(true)),
        Some(text) => serde_json::from_str(text).map_or_else(|_| ("text", json!(text)), |body: Value| ("body", body)),
        None => ("size", json!(0)),
    };
    let (sent, request) = body(&call["body"]);
    let (answered, answer) = body(&call["answer"]["body"]);
    json!({
        "method": call["method"],
        "url": url(call),
        "request": {"headers": call["headers"], sent: request},
        "response": {"status": call["status"], "headers": call["answer"]["headers"], answered: answer},
    })
}

/// Calls as a browser's recording.
fn har(calls: &[Value]) -> Value {
    let headers = |list: &Value| -> Value {
        list.as_array().into_iter().flatten().map(|pair| json!({"name": pair[0], "value": pair[1]})).collect()
    };
    let entry = |call: &Value| {
        let is_file = call["answer"]["body"].as_str().is_none_or(|text| text.starts_with('('));
        let content = if is_file { json!({"size": 9}) } else { json!({"size": 9, "text": call["answer"]["body"]}) };
        json!({
            "request": {"method": call["method"], "url": format!("https://api.mycarrierpackets.com{}", url(call)), "headers": headers(&call["headers"]), "postData": {"text": call["body"]}},
            "response": {"status": call["status"], "headers": headers(&call["answer"]["headers"]), "content": content},
        })
    };
    let mut entries: Vec<_> = calls.iter().map(entry).collect();
    entries.push(json!({"request": {"method": "GET", "url": "https://canary.example/canary?canary=1"}, "response": {"status": 200}}));
    json!({"log": {"version": "1.2", "entries": entries}})
}

fn write(folder: &TempDir, name: &str, text: &str) -> (PathBuf, String) {
    let path = folder.path().join(name);
    fs::write(&path, text).expect("written");
    let shown = path.display().to_string();
    (path, shown)
}

fn lines(values: impl Iterator<Item = Value>) -> String {
    values.map(|value| format!("{value}\n")).collect()
}

#[test]
fn clean_traffic_is_clean_in_every_form() {
    let folder = TempDir::new().expect("a temporary directory");
    let calls = calls();
    write(&folder, "a.jsonl", TRAFFIC);
    write(&folder, "b.ndjson", &lines(calls.iter().map(line)));
    write(&folder, "c.har", &har(&calls).to_string());
    write(&folder, "d.json", &json!({"total": 1, "requests": calls}).to_string());
    write(&folder, "ignored.txt", "Canary");
    let run = drift(&[&folder.path().display().to_string()]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let expected = format!("{} exchanges with the API, and 1 with others: 0 deviations; ", calls.len() * 4);
    assert!(run.out.starts_with(&expected), "{}", run.out);
}

#[test]
fn a_deviation_is_found_in_every_form() {
    let folder = TempDir::new().expect("a temporary directory");
    let mut call = calls().into_iter().find(|call| call["operation"] == "CompletedPackets").expect("a call");
    call["answer"]["body"] =
        json!(r#"[{"DOTNumber": 9900123, "LegalName": "Canary Freight LLC", "InsuranceScore": "Canary"}]"#);
    let forms = [
        write(&folder, "a.jsonl", &format!("\n{call}\n")).1,
        write(&folder, "b.jsonl", &format!("\n{}\n", line(&call))).1,
        write(&folder, "c.har", &har(&[call]).to_string()).1,
    ];
    for form in &forms {
        let run = drift(&[form, "--json"]);
        assert_eq!(run.code, Some(1), "{}", run.err);
        let report: Value = serde_json::from_str(&run.out).expect("JSON");
        let found = &report["findings"][0];
        assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{form}");
        assert_eq!((&found["rule"], &found["at"]), (&"field".into(), &"/*/InsuranceScore".into()), "{form}");
        assert_eq!(
            found["repair"],
            "add `InsuranceScore: {type: string, nullable: true, x-provenance: observed}` to the properties of CompletedPacket"
        );
        assert!(found["line"].as_u64().is_some_and(|line| line > 1000), "{found}");
        let first = if form.ends_with("har") { format!("{form}, entry 1") } else { format!("{form}:2") };
        assert_eq!(found["first"], first);
    }
    let run = drift(&forms.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(run.out.contains("3 times, first in "), "{}", run.out);
    let unseen = drift(&[&forms[0], "--unseen"]);
    assert!(unseen.out.contains("never seen: CompletedPacket.CompletedDate in 1 objects\n"), "{}", unseen.out);
}

#[test]
fn what_cannot_be_read_is_no_finding_and_is_not_shown() {
    let folder = TempDir::new().expect("a temporary directory");
    let cases = [
        ("a.jsonl", "{\"method\":\"GET\",\"url\":\"/token\"}\n{\"Canary\": Canary}\n", ":2: not JSON from column "),
        ("b.jsonl", "\"Canary\"\n", ":1: no recorded exchange: "),
        ("c.har", "{\"log\": {\"entries\": [{\"request\": {\"url\": \"Canary\"}}]}}", ":1: no recorded exchange: "),
        ("d.json", "Canary", ":1: not JSON from column 1 on"),
        (
            "e.jsonl",
            "{\"method\":\"GET\",\"url\":\"/token\",\"response\":{\"status\":99001}}\n",
            "its status is none of HTTP",
        ),
        ("f.har", "", ":1: not JSON"),
    ];
    for (name, text, reason) in cases {
        let (_, path) = write(&folder, name, text);
        let run = drift(&[&path]);
        assert_eq!((run.code, run.out.as_str()), (Some(4), ""), "{name}");
        assert!(run.err.starts_with(&path) && run.err.contains(reason), "{name}: {}", run.err);
    }
    let (bytes, shown) = write(&folder, "g.jsonl", "");
    fs::write(bytes, b"{\"url\": \"\xff\"}\n").expect("written");
    assert_eq!(drift(&[&shown]).code, Some(4));
    assert_eq!(drift(&[&folder.path().join("nothing.har").display().to_string()]).code, Some(4));
    let empty = TempDir::new().expect("a temporary directory");
    assert_eq!(drift(&[&empty.path().display().to_string()]).code, Some(4));
    assert_eq!(drift(&[]).code, Some(2));
}

#[test]
fn what_is_too_large_or_too_deep_is_not_read() {
    let folder = TempDir::new().expect("a temporary directory");
    let long = folder.path().join("long.jsonl");
    let mut file = BufWriter::new(File::create(&long).expect("created"));
    file.write_all(b"{\"Canary\": \"").expect("written");
    for _ in 0..33 {
        file.write_all(&vec![b'x'; 1 << 20]).expect("written");
    }
    drop(file);
    let run = drift(&[&long.display().to_string()]);
    assert_eq!(run.code, Some(4));
    assert!(run.err.contains(":1: a line longer than 32 MB"), "{}", run.err);
    let (_, deep) = write(&folder, "deep.jsonl", &"[".repeat(100_000));
    assert_eq!(drift(&[&deep]).code, Some(4));
}

#[test]
fn the_exchange_in_the_readme_is_read() {
    let readme = include_str!("../../../spec/README.md");
    let example = readme.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let folder = TempDir::new().expect("a temporary directory");
    let (_, path) = write(&folder, "a.jsonl", &format!("{}\n", example.replace('\n', "")));
    let run = drift(&[&path]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(run.out.starts_with("1 exchange with the API: 0 deviations; "), "{}", run.out);
}
