//! `sync`: a store, what is read into it, and what comes out.

use super::support::{Bench, Scripted, TOKEN, answer, done};
use std::collections::BTreeSet;

fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn what_happened_is_written_once_and_stays_in_the_store() {
    let bench = Bench::new();
    done(bench.run("sync init"));
    let first = done(bench.run("sync run --once"));
    for feed in ["blocked", "carriers", "changes", "factoring", "monitored", "packets"] {
        assert!(first.err.contains(&format!("{feed}: ")), "{}", first.err);
    }
    // Within the vendor's interval nothing is asked for.
    let again = done(bench.run("sync run --once"));
    assert_eq!((again.out.as_str(), again.err.as_str()), ("", ""));

    let written = lines(&first.out);
    assert!(!written.is_empty(), "what happened in the last minutes");
    let kept = lines(&done(bench.run("sync events --output jsonl")).out);
    assert_eq!(written, kept);
    let numbers: Vec<_> = kept.iter().map(|event| event["sequence"].as_u64()).collect();
    assert_eq!(numbers, (1..=kept.len() as u64).map(Some).collect::<Vec<_>>());
    let ids: BTreeSet<_> = kept.iter().map(|event| event["id"].as_str()).collect();
    assert_eq!(ids.len(), kept.len());
    let rest = done(bench.run("sync events --output jsonl --after 1"));
    assert_eq!((lines(&rest.out), rest.err.as_str()), (kept[1..].to_vec(), ""));
    assert!(kept.len() > 1, "{}", kept.len());
    let cut = done(bench.run("sync events --output jsonl --limit 1"));
    assert_eq!((lines(&cut.out), cut.err.as_str()), (kept[..1].to_vec(), "more: --after 1\n"));
    let whole = done(bench.run(&format!("sync events --output jsonl --limit {}", kept.len())));
    assert_eq!((whole.out.lines().count(), whole.err.as_str()), (kept.len(), ""));
}

#[test]
fn the_status_names_every_feed() {
    let bench = Bench::new();
    done(bench.run("sync init"));
    let before = done(bench.run("sync status --output json"));
    assert!(before.err.starts_with("0 carriers, 0 events;"), "{}", before.err);
    done(bench.run("sync run --once --events events.jsonl"));
    let status: serde_json::Value =
        serde_json::from_str(&done(bench.run("sync status --output json")).out).expect("JSON");
    assert!(status["carriers"].as_u64() > Some(0), "{status}");
    assert_eq!((&status["waiting"], &status["parked"]), (&0.into(), &0.into()));
    let feeds = status["feeds"].as_array().expect("feeds");
    assert_eq!(feeds.len(), 6);
    assert!(feeds.iter().all(|feed| feed["lastSuccess"].is_string() && feed["due"].is_string()), "{status}");
    assert!(feeds.iter().all(|feed| feed["lagSeconds"].is_u64() && feed["readUntil"].is_string()), "{status}");
    assert!(status["worker"].is_null() && status["workerUntil"].is_null(), "{status}");
    let table = done(bench.run("sync status --output table"));
    assert!(table.out.lines().next().is_some_and(|head| head.contains("Behind (s)")), "{}", table.out);
    let written = lines(&std::fs::read_to_string(bench.folder().join("events.jsonl")).expect("the events"));
    assert_eq!(Some(written.len() as u64), status["events"].as_u64());
}

#[test]
fn a_sink_added_later_gets_what_happened_before() {
    let bench = Bench::new();
    done(bench.run("sync run --once --events first.jsonl"));
    let read = |name: &str| std::fs::read_to_string(bench.folder().join(name)).expect("the events");
    assert!(!read("first.jsonl").is_empty());
    // The same store delivers nothing twice.
    done(bench.run("sync run --once --events second.jsonl"));
    assert_eq!(read("second.jsonl"), "");
}

#[test]
fn a_refused_password_stops_the_reading_and_says_why() {
    let bench = Bench::new();
    let server = Scripted::start(|request| match request.contains("/token") {
        true => answer(r#"{"error":"invalid_grant"}"#).replacen("200 OK", "400 Bad Request", 1),
        false => answer(TOKEN),
    });
    let refused = bench.run(&format!("sync run --once --store sqlite:other.db --base-url {}", server.url()));
    assert_eq!(refused.code, 3, "{}", refused.err);
    assert!(refused.err.contains("nothing is read: "), "{}", refused.err);
    let asked = server.requests().len();
    // It is not tried again by itself: an account may be locked.
    let again = bench.run(&format!("sync run --once --store sqlite:other.db --base-url {}", server.url()));
    assert_eq!((again.code, server.requests().len()), (3, asked), "{}", again.err);
    done(bench.run("sync init --store sqlite:other.db"));
    done(bench.run("sync run --once --store sqlite:other.db"));
}

#[test]
fn a_server_that_is_away_is_named_and_tried_again_later() {
    let bench = Bench::new();
    let away = bench.run("sync run --once --no-token-cache --base-url http://127.0.0.1:1");
    assert_eq!(away.code, 6, "{}", away.err);
    assert!(away.err.contains("6 of 6 were not done") && away.err.contains("connection refused"), "{}", away.err);
    let status: serde_json::Value =
        serde_json::from_str(&done(bench.run("sync status --output json")).out).expect("JSON");
    for feed in status["feeds"].as_array().expect("feeds") {
        assert!(feed["failures"] == 1 && feed["lastSuccess"].is_null(), "{feed}");
        assert!(feed["error"].as_str().is_some_and(|error| error.contains("connection refused")), "{feed}");
    }
}

#[test]
fn a_question_to_a_store_that_is_not_there_makes_none() {
    let bench = Bench::new();
    for command in ["status", "events", "history 23868", "as-of 23868 --at today", "evidence 23868 --at today"] {
        let ran = bench.run(&format!("sync {command}"));
        assert_eq!(ran.code, 2, "{command}: {}", ran.err);
        assert!(ran.err.contains("there is no store carriers.db"), "{command}: {}", ran.err);
    }
    assert!(!bench.folder().join("carriers.db").exists());
}

#[test]
fn a_file_that_is_no_store_is_left_as_it_is() {
    let bench = Bench::new();
    let file = bench.folder().join("carriers.db");
    std::fs::write(&file, "a spreadsheet").expect("a file");
    for command in ["init", "run --once", "status", "events"] {
        let ran = bench.run(&format!("sync {command}"));
        assert_eq!(ran.code, 1, "{command}: {}", ran.err);
        assert!(ran.err.contains("try: "), "{command}: {}", ran.err);
    }
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), "a spreadsheet");
}
