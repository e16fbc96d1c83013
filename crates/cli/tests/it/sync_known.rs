//! `sync history`, `as-of` and `evidence`: what was known, and what shows it.

use super::support::{Bench, done};
use serde_json::Value;
use std::time::SystemTime;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The vendor's clock goes as this machine's, and a store that was read once.
fn read_once() -> (Bench, String) {
    let bench = Bench::of(|builder| builder.carriers(12).fixed_time(SystemTime::now()));
    done(bench.run("sync run --once --events events.jsonl"));
    let events = std::fs::read_to_string(bench.folder().join("events.jsonl")).expect("the events");
    let monitored = json(&done(bench.run("monitor list --output json")).out);
    let dot = monitored[0]["DOTNumber"].to_string().trim_matches('"').to_owned();
    assert!(dot.parse::<u32>().is_ok(), "{monitored} {events}");
    (bench, dot)
}

#[test]
fn what_was_known_is_shown_with_the_reads() {
    let (bench, dot) = read_once();
    let evidence = json(&done(bench.run(&format!("sync evidence {dot} --at now --output json"))).out);
    assert_eq!(evidence["carrier"], format!("DOT:{dot}"));
    let known = &evidence["parts"][0]["known"];
    assert_eq!((&known["version"], &known["verified"]), (&1.into(), &true.into()), "{evidence}");
    assert!(known["document"].is_object() && known["since"].is_string(), "{known}");
    let lists = evidence["lists"].as_array().expect("lists");
    assert_eq!((&lists[0]["list"], &lists[0]["standing"]), (&"monitored".into(), &"listed".into()), "{lists:?}");
    let feeds = evidence["feeds"].as_array().expect("feeds");
    assert_eq!(feeds.len(), 6);
    for feed in feeds {
        // Nothing was read since.
        assert_eq!(feed["state"], "notConfirmed", "{feed}");
    }
    assert_eq!(evidence["lacks"].as_array().expect("what it lacks").len(), 6, "{}", evidence["lacks"]);

    let shown = done(bench.run(&format!("sync evidence {dot} --at now --output table"))).out;
    for line in
        ["Known\n", "version 1 by MonitoredCarrierData, since ", ", unaltered\n", "yes, since before ", "Not shown\n"]
    {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let as_of = json(&done(bench.run(&format!("sync as-of {dot} --at now --output json"))).out);
    assert_eq!(as_of["parts"][0]["document"], known["document"]);
    let fields = done(bench.run(&format!("sync as-of {dot} --at now --output csv"))).out;
    assert!(fields.starts_with("section,path,value\n") && fields.contains(&dot), "{fields}");
    let history = done(bench.run(&format!("sync history {dot} --output csv"))).out;
    assert!(history.contains("firstRead") && history.contains("MonitoredCarrierData"), "{history}");
    let later = done(bench.run(&format!("sync history {dot} --since now --output json"))).out;
    assert_eq!(json(&later), Value::Array(Vec::new()));
}

#[test]
fn what_is_not_known_is_not_shown_as_good() {
    let (bench, dot) = read_once();
    let cases = [
        (format!("evidence {dot} --at -2d"), 4, "nothing was known of"),
        (format!("as-of {dot} --at -2d"), 4, "nothing was known of"),
        ("evidence MC999999 --at now".to_owned(), 4, "nothing was known of MC:999999"),
        ("history MC999999".to_owned(), 4, "nothing is known of MC:999999"),
        (format!("evidence {dot} --at 2199-01-01"), 2, "has not come yet"),
        (format!("evidence {dot} --at noon"), 2, "--at: `noon` is not a time"),
        (format!("evidence {dot}"), 2, "--at"),
        ("evidence --at now".to_owned(), 2, "no carrier is named"),
    ];
    for (line, code, why) in cases {
        let ran = bench.run(&format!("sync {line}"));
        assert_eq!(ran.code, code, "{line}: {}", ran.err);
        assert!(ran.err.contains(why), "{line}: {}", ran.err);
    }
    let before = bench.run(&format!("sync evidence {dot} --at -2d --output json"));
    let before = json(&before.out);
    for feed in before["feeds"].as_array().expect("feeds") {
        assert_eq!(feed["state"], "notWatched", "{feed}");
    }
    assert!(before["lists"][0]["standing"] == "unknown" && before["parts"][0]["known"].is_null(), "{before}");
}
