//! `sync`: where the events go, what becomes of those that are not taken, and `requeue`.

use super::support::{Bench, Scripted, ran, words};
use mycarrierpackets_sync::store::{Store, Tx, deliveries, routes};
use serde_json::Value;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn status(bench: &Bench) -> Value {
    let ran = bench.run("sync status --output json");
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("JSON")
}

fn run(bench: &Bench, url: &str) -> super::support::Ran {
    let line = format!("sync run --once --sink http --url {url} --secret-env EVENTS_SECRET");
    ran(bench.program().args(words(&line)).env("EVENTS_SECRET", SECRET))
}

fn answer(status: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

#[test]
fn every_event_is_posted_and_signed() {
    let bench = Bench::new();
    let server = Scripted::start(|_| answer("200 OK"));
    let done = run(&bench, &server.url());
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(done.out, "");
    let requests = server.requests();
    assert_eq!(Some(requests.len() as u64), status(&bench)["events"].as_u64());
    for request in &requests {
        let request = request.to_lowercase();
        assert!(request.contains("webhook-signature: v1,"), "{request}");
        assert!(request.contains("content-type: application/cloudevents+json"), "{request}");
    }
    // Lines of JSON are another sink, which gets all of them, too.
    let lines = bench.run("sync run --once");
    assert_eq!((lines.code, lines.out.lines().count()), (0, requests.len()), "{}", lines.err);
}

#[test]
fn a_receiver_that_is_away_has_everything_wait() {
    let bench = Bench::new();
    let away = run(&bench, "http://127.0.0.1:1/events");
    assert_eq!(away.code, 7, "{}", away.err);
    assert!(away.err.contains("events to http: ") && away.err.contains("onnection refused"), "{}", away.err);
    assert!(!away.err.contains(SECRET), "{}", away.err);
    let status = status(&bench);
    let sink = &status["sinks"][0];
    assert_eq!((&sink["sink"], &sink["waiting"], &sink["parked"]), (&"http".into(), &status["events"], &0.into()));
    assert!(sink["failures"] == 1 && sink["due"].is_string(), "{sink}");
    assert!(sink["error"].as_str().is_some_and(|error| error.contains("onnection refused")), "{sink}");
    // What is down is not asked at every run; whoever saw to it says so.
    let server = Scripted::start(|_| answer("200 OK"));
    let early = run(&bench, &server.url());
    assert_eq!((early.code, server.requests().len()), (1, 0), "{}", early.err);
    let requeued = bench.run("sync requeue --all --output json");
    assert_eq!(requeued.out.replace([' ', '\n'], ""), r#"[{"sink":"http","requeued":0}]"#, "{}", requeued.err);
    assert_eq!(run(&bench, &server.url()).code, 0);
    assert_eq!(Some(server.requests().len() as u64), status["events"].as_u64());
}

#[test]
fn a_refused_event_is_named_and_an_event_that_is_not_parked_is_not_requeued() {
    let bench = Bench::new();
    let server = Scripted::start(|_| answer("422 Unprocessable Entity"));
    let refused = run(&bench, &server.url());
    assert_eq!(refused.code, 7, "{}", refused.err);
    assert!(refused.err.contains("were refused, 0 of them parked"), "{}", refused.err);
    let error = status(&bench)["sinks"][0]["error"].clone();
    assert!(error.as_str().is_some_and(|error| error.contains("422")), "{error}");
    let unknown = bench.run("sync requeue --event 4f2a --sink http");
    assert_eq!(unknown.code, 4, "{}", unknown.err);
    assert!(unknown.err.contains("no event 4f2a is parked"), "{}", unknown.err);
}

#[test]
fn what_is_asked_wrongly_is_refused_and_shows_no_secret() {
    let bench = Bench::new();
    let http = "sync run --once --sink http";
    for (line, expected) in [
        (format!("{http} --url https://tms.example/"), "--secret-env"),
        (format!("{http} --secret-env EVENTS_SECRET"), "--url"),
        (format!("{http} --url https://tms.example/ --secret-env NOWHERE"), "the variable NOWHERE: there is no secret"),
        (format!("{http} --url https://tms.example/ --secret-env SHORT"), "the variable SHORT: secret 1 is not whsec_"),
        (format!("{http} --url http://tms.example/ --secret-env EVENTS_SECRET"), "begins with http:"),
        (format!("{http} --url https://u:hunter2@tms.example/ --secret-env EVENTS_SECRET"), "has a password in it"),
        ("sync requeue".to_owned(), "--event"),
        ("sync requeue --all --event 1".to_owned(), "--event"),
    ] {
        let ran = ran(bench.program().args(words(&line)).env("EVENTS_SECRET", SECRET).env("SHORT", "hunter2"));
        assert_eq!(ran.code, 2, "{line}: {}", ran.err);
        assert!(ran.err.contains(expected), "{line}: {}", ran.err);
        assert!(!ran.err.contains("hunter2") && !ran.err.contains(SECRET), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_ends_the_run_and_loses_nothing() {
    let bench = Bench::new();
    let shell = bench.shell("{ timeout 60 mycarrierpackets sync run; echo $? >code; } | true");
    let err = String::from_utf8_lossy(&shell.stderr).into_owned();
    let code = std::fs::read_to_string(bench.folder().join("code")).expect("the code");
    assert_eq!(code.trim(), "0", "{err}");
    assert!(!err.contains("error: "), "{err}");
    let status = status(&bench);
    assert!(status["events"].as_u64() > Some(0));
    let sink = &status["sinks"][0];
    assert_eq!((&sink["waiting"], &sink["error"]), (&status["events"], &Value::Null), "{sink}");
}

#[test]
fn a_sink_is_taken_away_and_what_waits_for_it_is_said() {
    let bench = Bench::new();
    assert_eq!(run(&bench, "http://127.0.0.1:1/events").code, 7);
    assert_eq!(bench.run("sync run --once --events events.jsonl").code, 0);
    let list = || -> Value { serde_json::from_str(&bench.run("sync sinks list --output json").out).expect("JSON") };
    let events = status(&bench)["events"].clone();
    let listed = list();
    assert_eq!((&listed[0]["sink"], &listed[0]["waiting"], &listed[0]["parked"]), (&"http".into(), &events, &0.into()));
    assert_eq!((&listed[1]["sink"], &listed[1]["waiting"]), (&"jsonl".into(), &0.into()));
    let kept = bench.run("sync sinks remove http");
    assert_eq!(kept.code, 2, "{}", kept.err);
    assert!(kept.err.contains(&format!("{events} events wait for it, and 0 are parked")), "{}", kept.err);
    assert_eq!(list(), listed);
    for line in ["sync sinks remove http --undelivered", "sync sinks remove jsonl"] {
        let removed = bench.run(line);
        assert_eq!(removed.code, 0, "{line}: {}", removed.err);
    }
    assert_eq!(list(), Value::Array(Vec::new()));
    let unknown = bench.run("sync sinks remove http");
    assert_eq!(unknown.code, 4, "{}", unknown.err);
    assert!(unknown.err.contains("there is no sink \"http\""), "{}", unknown.err);
    // The events stay, and one that is added again gets all of them.
    let again = bench.run("sync run --once");
    assert_eq!((again.code, Some(again.out.lines().count() as u64)), (0, events.as_u64()), "{}", again.err);
}

#[test]
fn events_that_another_worker_hands_on_are_not_done() {
    let bench = Bench::new();
    assert_eq!(run(&bench, "http://127.0.0.1:1/events").code, 7);
    let address = format!("sqlite:{}", bench.folder().join("carriers.db").display());
    let held = tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let store = Store::open(&address).await.expect("the store");
        let claim = async |tx: Tx| {
            deliveries::add_sink(&tx, "jsonl", "jsonl", "{}", true).await?;
            routes::claim(&tx, "default", "jsonl", "another", std::time::Duration::from_secs(600)).await
        };
        let claimed = store.transaction(claim).await.expect("a claim");
        assert!(matches!(claimed, routes::Claimed::Yes(_)), "{claimed:?}");
        store
    });
    let second = bench.run("sync run --once");
    assert_eq!((second.code, second.out.as_str()), (1, ""), "{}", second.err);
    assert!(second.err.contains("not done: events to jsonl: another worker hands them on: another"), "{}", second.err);
    drop(held);
}
