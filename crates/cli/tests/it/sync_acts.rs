//! `sync reconcile`, `acts`, `fields`, `export` and `prune`.

use super::support::{Bench, done};
use serde_json::Value;
use std::time::SystemTime;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(json).collect()
}

/// The vendor's clock goes as this machine's, and a store that was read once; who is monitored, and who is not.
fn read_once() -> (Bench, Vec<String>, String) {
    let bench = Bench::of(|builder| builder.carriers(12).fixed_time(SystemTime::now()));
    done(bench.run("sync run --once --events events.jsonl"));
    let listed = json(&done(bench.run("monitor list --output json")).out);
    let listed: Vec<String> =
        listed.as_array().expect("a list").iter().map(|own| own["DOTNumber"].to_string()).collect();
    let all = bench.sandbox.dot_numbers().into_iter().map(|dot| dot.to_string());
    let stranger = all.into_iter().find(|dot| !listed.contains(dot)).expect("a carrier that is not monitored");
    (bench, listed, stranger)
}

fn sent(bench: &Bench) -> (usize, usize) {
    (bench.sandbox.count("RequestMonitoring"), bench.sandbox.count("CancelMonitoring"))
}

#[test]
fn a_list_is_reconciled_with_what_the_store_knows() {
    let (bench, mut wanted, stranger) = read_once();
    let write = |dots: &[String]| std::fs::write(bench.folder().join("list"), dots.join("\n")).expect("a file");
    write(&wanted);
    let same = done(bench.run("sync reconcile list --apply"));
    assert!(same.err.contains("0 to add, 0 to remove, 12 to keep"), "{}", same.err);
    // Half a file removes nobody.
    write(&wanted[..6]);
    let half = bench.run("sync reconcile list --apply");
    assert_eq!(half.code, 2, "{}", half.err);
    assert!(
        half.err.contains("the plan removes 6 of 12 carriers") && half.err.contains("--max-removals"),
        "{}",
        half.err
    );
    std::fs::write(bench.folder().join("list"), "DOT\n9000001\nnobody\n").expect("a file");
    assert_eq!(bench.run("sync reconcile list --apply").code, 2);
    assert_eq!(sent(&bench), (0, 0));

    let dropped = wanted.pop().expect("a carrier");
    wanted.push(stranger.clone());
    write(&wanted);
    let plan = done(bench.run("sync reconcile list --output jsonl"));
    assert!(plan.err.contains("1 to add, 1 to remove, 11 to keep") && plan.err.contains("Add --apply"), "{}", plan.err);
    assert_eq!(sent(&bench), (0, 0), "a plan is a plan");
    let applied = bench.run("sync reconcile list --apply");
    assert_eq!((applied.code, sent(&bench)), (7, (1, 0)), "{}", applied.err);
    assert!(
        applied.err.contains("1 added, 0 removed") && applied.err.contains("nobody is removed before"),
        "{}",
        applied.err
    );
    // What was added is known at once, and not added again.
    let again = bench.run("sync reconcile list --apply");
    assert!(again.err.contains("0 to add, 1 to remove, 12 to keep"), "{}", again.err);
    assert_eq!(sent(&bench), (1, 0));
    let acts = json(&done(bench.run("sync acts --output json")).out);
    let act = &acts.as_array().expect("acts")[0];
    assert_eq!((&act["kind"], &act["state"]), (&"monitor".into(), &"done".into()), "{act}");
    assert_eq!(act["carrier"], format!("DOT:{stranger}"));
    assert_eq!(done(bench.run("sync acts --open --output jsonl")).out, "");
    let unknown = bench.run("sync acts --clear nothing --why because");
    assert_eq!(unknown.code, 2, "{}", unknown.err);
    assert!(bench.run("sync acts --clear nothing").code == 2, "a reason is asked for");
    drop(dropped);
}

#[test]
fn a_list_that_was_never_read_is_not_reconciled() {
    let bench = Bench::new();
    done(bench.run("sync init"));
    std::fs::write(bench.folder().join("list"), "23868\n").expect("a file");
    let refused = bench.run("sync reconcile list --apply");
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("has not been read whole yet") && refused.err.contains("sync run"), "{}", refused.err);
    assert_eq!(sent(&bench), (0, 0));
}

#[test]
fn fields_of_a_monitored_carrier_are_the_vendors() {
    let (bench, listed, stranger) = read_once();
    let fields = json(&done(bench.run(&format!("sync fields {} --output json", listed[0]))).out);
    assert_eq!(fields["owned"], "yes", "{fields}");
    assert!(fields["fields"].as_array().expect("fields").len() > 20 && fields["listReadAt"].is_string());
    let table = done(bench.run(&format!("sync fields {} --output csv", listed[0])));
    assert!(table.out.starts_with("path,value,previous,since,owned,section\n"), "{}", table.out);
    assert!(table.err.contains("lock them"), "{}", table.err);
    let unknown = bench.run(&format!("sync fields {stranger}"));
    assert_eq!(unknown.code, 4, "{}", unknown.err);
}

#[test]
fn everything_is_exported_with_columns_that_stay() {
    let (bench, listed, _) = read_once();
    let csv = done(bench.run("sync export csv --out carriers.csv"));
    let written = std::fs::read_to_string(bench.folder().join("carriers.csv")).expect("the file");
    let rows = written.lines().count() - 1;
    assert!(csv.out.is_empty() && rows >= 12 && csv.err.contains(&format!("{rows} rows")), "{}", csv.err);
    assert!(written.starts_with("carrier,section,monitored,blocked,version,confirmedAt,hash,document\n"));
    assert!(written.contains(&format!("DOT:{},MonitoredCarrierData,yes,", listed[0])), "{written}");
    let events = lines(&std::fs::read_to_string(bench.folder().join("events.jsonl")).expect("the events"));
    let exported = lines(&done(bench.run("sync export jsonl --what events")).out);
    assert_eq!(exported.len(), events.len());
    for (exported, event) in exported.iter().zip(&events) {
        assert_eq!(
            (&exported["sequence"], &exported["id"], &exported["data"]),
            (&event["sequence"], &event["id"], &event["data"])
        );
    }
    for (what, key) in [("changes", "path"), ("fields", "path"), ("coverage", "feed")] {
        let rows = lines(&done(bench.run(&format!("sync export jsonl --what {what}"))).out);
        assert!(what == "changes" || !rows.is_empty(), "{what}");
        assert!(rows.iter().all(|row| row[key].is_string()), "{what}");
        let header = done(bench.run(&format!("sync export csv --what {what} --since now"))).out;
        assert!(header.lines().next().is_some_and(|line| line.split(',').any(|name| name == key)), "{header}");
    }
    // A file that cannot be replaced stays.
    let refused = bench.run("sync export csv --out nowhere/carriers.csv");
    assert_eq!(refused.code, 1, "{}", refused.err);
    for line in ["export xml", "export csv --what nothing", "export csv --since noon"] {
        assert_eq!(bench.run(&format!("sync {line}")).code, 2, "{line}");
    }
}

#[test]
fn what_a_spreadsheet_would_run_is_disarmed() {
    let (bench, _, _) = read_once();
    let sql = "UPDATE events SET carrier = '=HYPERLINK(1)', data = '\"+cmd|x\"' WHERE sequence = 1";
    let address = format!("sqlite:{}", bench.folder().join("carriers.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = mycarrierpackets_sync::store::Store::open(&address).await.expect("the store");
        store.transaction(async |tx| tx.execute(sql, &[]).await).await.expect("an event")
    });
    let csv = done(bench.run("sync export csv --what events")).out;
    let row = csv.lines().nth(1).expect("an event");
    assert!(row.contains(",'=HYPERLINK(1),") && row.ends_with(",'+cmd|x"), "{row}");
}

#[test]
fn what_is_old_is_taken_out_when_it_is_asked_for() {
    let (bench, _, _) = read_once();
    let would_be = json(&done(bench.run("sync prune --older-than 2y --dry-run --output json")).out);
    assert_eq!(would_be, serde_json::json!({"versions": 0, "events": 0, "coverage": 0, "identities": 0}));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let before = json(&done(bench.run("sync status --output json")).out);
    let dry = json(&done(bench.run("sync prune --older-than 1s --only events --dry-run --output json")).out);
    assert!(dry["events"].as_u64() > Some(0) && dry["versions"] == 0, "{dry}");
    assert_eq!(
        lines(&done(bench.run("sync export jsonl --what events")).out).len() as u64,
        before["events"].as_u64().expect("events")
    );
    let pruned = json(&done(bench.run("sync prune --older-than 1s --only events --output json")).out);
    assert_eq!(pruned, dry);
    for line in ["prune", "prune --older-than soon", "prune --older-than 2y --only everything"] {
        assert_eq!(bench.run(&format!("sync {line}")).code, 2, "{line}");
    }
}
