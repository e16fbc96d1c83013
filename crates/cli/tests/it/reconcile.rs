//! `monitor reconcile`: the plan, its guards, and its execution.

use super::support::{Bench, Ran, Scripted, TOKEN, answer, ran, words};
use std::collections::BTreeSet;

fn reconcile(bench: &Bench, text: &str, more: &str) -> Ran {
    std::fs::write(bench.folder().join("roster"), text).unwrap();
    bench.run(&format!("monitor reconcile roster --output jsonl {more}"))
}

fn sent(bench: &Bench) -> (usize, usize) {
    (bench.sandbox.count("RequestMonitoring"), bench.sandbox.count("CancelMonitoring"))
}

fn monitored(bench: &Bench) -> BTreeSet<u64> {
    let list: Vec<serde_json::Value> = serde_json::from_str(&bench.run("monitor list").out).unwrap();
    list.iter().map(|carrier| carrier["DOTNumber"].as_u64().unwrap()).collect()
}

/// The monitored list of a new sandbox, and a carrier that is not on it.
fn roster(bench: &Bench) -> (Vec<u64>, u64) {
    let listed = monitored(bench);
    let stranger = bench.sandbox.dot_numbers().into_iter().map(u64::from).find(|dot| !listed.contains(dot));
    (listed.into_iter().collect(), stranger.unwrap())
}

fn lines(dots: &[u64]) -> String {
    dots.iter().map(|dot| format!("{dot}\n")).collect()
}

#[test]
fn a_list_that_was_written_is_already_reconciled() {
    let bench = Bench::new();
    for form in ["csv", "json", "jsonl"] {
        let text = bench.run(&format!("monitor list --output {form}")).out;
        let plan = reconcile(&bench, &text, "");
        assert_eq!(plan.code, 0, "{form}: {}", plan.err);
        assert_eq!(plan.out.matches("\"action\":\"keep\"").count(), 12, "{form}");
        assert!(plan.err.starts_with("0 to add, 0 to remove, 12 to keep\n"), "{}", plan.err);
    }
    let text = bench.run("monitor list --output csv").out;
    let mut piped = bench.program();
    piped.args(words("monitor reconcile - --output table")).write_stdin(text);
    assert_eq!(ran(&mut piped).code, 0);
    assert_eq!(sent(&bench), (0, 0));
}

#[test]
fn the_plan_is_carried_out_when_it_is_asked_to_be() {
    let bench = Bench::new();
    let (mut dots, stranger) = roster(&bench);
    dots.pop();
    dots.push(stranger);
    let wanted = lines(&dots);
    let plan = reconcile(&bench, &wanted, "");
    assert!(plan.err.contains("1 to add, 1 to remove, 11 to keep") && plan.err.contains("--apply"), "{}", plan.err);
    assert_eq!(sent(&bench), (0, 0), "a plan is a plan");
    let applied = reconcile(&bench, &wanted, "--apply");
    assert_eq!(applied.code, 0, "{}", applied.err);
    assert_eq!(sent(&bench), (1, 1));
    assert_eq!(monitored(&bench), dots.into_iter().collect());
    let again = reconcile(&bench, &wanted, "--apply");
    assert!(again.err.starts_with("0 to add, 0 to remove, 12 to keep"), "{}", again.err);
    assert_eq!(sent(&bench), (1, 1));
}

#[test]
fn half_a_file_does_not_empty_the_list() {
    let bench = Bench::new();
    let (dots, _) = roster(&bench);
    let half = lines(&dots[..6]);
    for (text, more) in
        [(half.as_str(), "--apply"), (&lines(&dots[..10]), "--apply"), (&half, "--apply --max-removals 5")]
    {
        let refused = reconcile(&bench, text, more);
        assert_eq!(refused.code, 2, "{}", refused.err);
        assert!(
            refused.err.contains("--max-removals") && refused.err.contains("Nothing was changed"),
            "{}",
            refused.err
        );
    }
    for text in ["", "\n\n", "DOT,Docket\n", "[]"] {
        let refused = reconcile(&bench, text, "--apply --max-removals 100%");
        assert!(refused.code == 2 && refused.err.contains("names no carrier"), "{}", refused.err);
    }
    assert_eq!(sent(&bench), (0, 0));
    assert_eq!(reconcile(&bench, &half, "--apply --max-removals 50%").code, 0);
    assert_eq!(sent(&bench), (0, 6));
    assert_eq!(monitored(&bench), dots[..6].iter().copied().collect());
}

#[test]
fn one_carrier_named_twice_is_one() {
    let bench = Bench::new();
    let (dots, stranger) = roster(&bench);
    let text = format!("{}{stranger}\nDOT {stranger}\nMC113843\n23868\n", lines(&dots));
    let plan = reconcile(&bench, &text, "--apply");
    assert!(plan.err.starts_with("1 to add, 0 to remove, 12 to keep"), "{}", plan.err);
    assert_eq!(sent(&bench), (1, 0));
}

#[test]
fn nothing_is_removed_where_an_addition_failed() {
    let bench = Bench::new();
    let (mut dots, stranger) = roster(&bench);
    dots.pop();
    dots.extend([stranger, 9_999_999]);
    let applied = reconcile(&bench, &lines(&dots), "--apply");
    assert_eq!(applied.code, 7, "{}", applied.err);
    assert!(applied.err.contains("DOT 9999999") && applied.err.contains("Nothing was removed"), "{}", applied.err);
    assert_eq!(sent(&bench), (2, 0));
}

#[test]
fn a_list_that_changes_while_it_is_read_makes_no_plan() {
    let server = Scripted::start(|request| {
        if request.starts_with("POST /token") {
            return answer(TOKEN);
        }
        // Another carrier comes onto the list after the first page.
        let (page, dots, total) = match request {
            request if request.contains("pageNumber=4") => (4, "[]", 5),
            request if request.contains("pageNumber=3") => (3, "[{\"DOTNumber\":9900005}]", 5),
            request if request.contains("pageNumber=2") => (2, "[{\"DOTNumber\":9900003},{\"DOTNumber\":9900004}]", 5),
            _ => (1, "[{\"DOTNumber\":9900001},{\"DOTNumber\":9900002}]", 4),
        };
        let paging = format!(
            "{{\"pageNumber\":{page},\"pageSize\":2,\"totalPages\":{},\"totalCount\":{total}}}",
            (total + 1) / 2
        );
        answer(dots).replace("\r\n\r\n", &format!("\r\nX-Pagination: {paging}\r\n\r\n"))
    });
    let bench = Bench::new();
    let refused = reconcile(&bench, "9900002\n", &format!("--apply --max-removals 100% --base-url {}", server.url()));
    assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{}", refused.err);
    assert!(refused.err.contains("changed while it was read"), "{}", refused.err);
    assert!(!server.requests().iter().any(|request| request.contains("Monitoring?")));
}

#[test]
fn one_page_of_a_list_is_not_taken_for_the_whole() {
    let bench = Bench::of(|builder| builder.carriers(60));
    for operation in ["MonitoredCarriers", "MonitoredCarrierData"] {
        let paged = bench.run(&format!("api {operation} --param pageSize=50 --param pageNumber=1"));
        let expected = "This is page 1 of 2, 60 items in all: `mycarrierpackets monitor ";
        assert!(paged.code == 0 && paged.err.starts_with(expected), "{operation}: {}", paged.err);
        assert!(paged.err.contains("--param pageNumber=2 brings the next"), "{}", paged.err);
        assert_eq!(bench.run(&format!("api {operation} --param pageSize=50 --quiet")).err, "");
        assert_eq!(bench.run(&format!("api {operation}")).err, "", "all of them are one page");
    }
    let page = bench.run("api MonitoredCarriers --param pageSize=50 --param pageNumber=1 --quiet").out;
    let plan = reconcile(&bench, &page, "--max-removals 100%");
    let odd = "the file holds carriers 1 to 50 of the 60 monitored, in their order, as one page of the list does";
    assert!(plan.code == 0 && plan.err.contains(&format!("Warning: {odd}.")), "{}", plan.err);
    bench.sandbox.clear_requests();
    let page = bench.run("monitor list --output csv").out;
    let lines: Vec<_> = page.lines().collect();
    let most = format!("{}\n", lines[..51].join("\n"));
    let bench = Bench::of(|builder| builder.carriers(55));
    let refused = reconcile(&bench, &most, "--apply");
    assert!(refused.code == 2 && refused.err.contains("as one page of the list does"), "{}", refused.err);
    assert_eq!(sent(&bench), (0, 0));
    assert_eq!(reconcile(&bench, &most, "--apply --max-removals 5").code, 0, "it may be meant");
    assert_eq!(sent(&bench), (0, 5));
}

#[test]
fn lookups_are_announced_before_they_are_made_and_have_a_limit() {
    let server = Scripted::start(|request| match request.split(['?', ' ']).nth(1).unwrap_or_default() {
        "/token" => answer(TOKEN),
        path if path.ends_with("MonitoredCarriers") => {
            let rows: Vec<_> = (1..=40).map(|n| format!("{{\"DOTNumber\":{}}}", 9_900_000 + n)).collect();
            let paging = "X-Pagination: {\"pageNumber\":1,\"pageSize\":50,\"totalPages\":1,\"totalCount\":41}";
            let list = answer(&format!("[{},{{\"IntrastateNumber\":\"TX 00654\"}}]", rows.join(",")));
            list.replacen("\r\n\r\n", &format!("\r\n{paging}\r\n\r\n"), 1)
        }
        _ => {
            let dot = request.split("DOTNumber=").nth(1).and_then(|rest| rest.get(..7)).unwrap_or_default();
            answer(&format!("[{{\"DotNumber\":{dot},\"IsIntrastateCarrier\":false}}]"))
        }
    });
    let bench = Bench::new();
    let file: String = (1..=40).map(|n| format!("{}\n", 9_900_000 + n)).collect();
    let previews = || server.requests().iter().filter(|request| request.contains("PreviewCarrier")).count();
    let run = |more: &str| reconcile(&bench, &file, &format!("{more} --base-url {}", server.url()));
    let few = run("--max-lookups 39");
    assert_eq!((few.code, previews()), (7, 0), "{}", few.err);
    assert!(few.err.contains("It would take 40 lookups") && few.err.contains("--max-lookups 39"), "{}", few.err);
    assert!(few.err.contains(r#""item":"intrastate TX 00654""#), "{}", few.err);
    let enough = run("");
    assert_eq!((enough.code, previews()), (0, 40), "{}", enough.err);
    assert!(
        enough.err.starts_with("Looking up 40 carriers that stay.\n0 to add, 1 to remove, 40 to keep"),
        "{}",
        enough.err
    );
}
