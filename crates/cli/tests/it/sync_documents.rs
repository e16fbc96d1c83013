//! `sync run --documents` and `sync documents`.

use super::support::Bench;
use mycarrierpackets_sandbox::Fault;

fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn documents_are_kept_listed_and_written_out() {
    let bench = Bench::new();
    let ran = bench.run("sync run --once --documents documents --events events.jsonl");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("documents: "), "{}", ran.err);
    let listed = lines(&bench.run("sync documents --output jsonl").out);
    assert!(listed.len() > 12, "{}", listed.len());
    assert!(listed.iter().all(|document| document["state"] == "done"), "{listed:?}");
    let of_one = lines(&bench.run("sync documents 23868 --output jsonl").out);
    let kinds: Vec<_> = of_one.iter().map(|document| document["kind"].as_str().unwrap_or_default()).collect();
    assert!(["agreement", "coi", "w9"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");

    let saved = bench.run("sync documents 23868 --save out");
    assert_eq!((saved.code, saved.out.lines().count()), (0, of_one.len()), "{}", saved.err);
    for line in saved.out.lines() {
        let bytes = std::fs::read(bench.folder().join(line)).expect("a document");
        assert!(line.starts_with("out/DOT-23868-") && line.ends_with(".pdf") && bytes.starts_with(b"%PDF-"), "{line}");
    }
    #[cfg(unix)]
    for folder in ["documents", "out"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(bench.folder().join(folder)).expect("a folder").permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{folder} is its owner's alone");
    }
    let nowhere = bench.run("sync documents 23868 --save out --documents nowhere");
    assert_eq!(nowhere.code, 2, "{}", nowhere.err);
    let unknown = bench.run("sync documents 99999999");
    assert_eq!(unknown.code, 4, "{}", unknown.err);
}

#[test]
fn a_document_that_cannot_be_fetched_is_seen() {
    let bench = Bench::new();
    // The client tries one three times by itself.
    bench.sandbox.fault(Fault::page(200).on("GetDocument").first(3));
    let ran = bench.run("sync run --once --documents documents --events events.jsonl");
    // The vendor answers nothing else now, as it seems: the others wait.
    assert!(ran.err.contains("documents: 0 rows, 0 events, 1 could not be fetched"), "{}", ran.err);
    let status = bench.run("sync status");
    assert!(status.err.contains("documents wait to be fetched"), "{}", status.err);
    let listed = lines(&bench.run("sync documents --output jsonl").out);
    let failed: Vec<_> = listed.iter().filter(|document| document["attempts"] == 1).collect();
    assert_eq!((failed.len(), listed.len()), (1, 29));
    for document in failed {
        assert!(document["error"].as_str().is_some_and(|error| error.contains("web page")), "{document}");
        assert!(document["hash"].is_null());
    }
}

#[test]
fn data_that_cannot_be_fetched_is_not_done() {
    let bench = Bench::new();
    bench.sandbox.fault(Fault::status(404).on("GetCarrierData").first(1));
    let ran = bench.run("sync run --once --documents documents --events events.jsonl");
    assert_eq!(ran.code, 7, "{}", ran.err);
    assert!(ran.err.contains("data: 11 rows, 0 events, 1 could not be fetched\n"), "{}", ran.err);
    assert!(ran.err.contains("not done: data: 1 could not be fetched\n"), "{}", ran.err);
}
