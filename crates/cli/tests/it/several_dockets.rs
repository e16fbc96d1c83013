//! Rows with several docket numbers, reconciled with the monitored list: each number is matched, or the row is left alone.

use super::support::{Bench, Ran, Scripted, TOKEN, answer};

fn reconcile(bench: &Bench, roster: &str, more: &str) -> Ran {
    std::fs::write(bench.folder().join("roster"), roster).unwrap();
    bench.run(&format!("monitor reconcile roster --output jsonl {more}"))
}

fn count(server: &Scripted, operation: &str) -> usize {
    server.requests().iter().filter(|request| request.contains(&format!("/{operation}?"))).count()
}

#[track_caller]
fn assert_kept(plan: &Ran) {
    assert_eq!(plan.code, 0, "{}", plan.err);
    assert!(plan.err.starts_with("0 to add, 0 to remove, 1 to keep\n"), "{}", plan.err);
}

/// A vendor with one monitored carrier, known by its FF number alone, which finds carriers by any number.
fn known_by_an_ff_number() -> Scripted {
    Scripted::start(|request| match request.split([' ']).nth(1).unwrap_or_default() {
        "/token" => answer(TOKEN),
        path if path.contains("/MonitoredCarriers") => {
            let paging = r#"{"pageNumber":1,"pageSize":2500,"totalPages":1,"totalCount":1}"#;
            let list = answer(r#"[{"DocketNumber":"FF880001"}]"#);
            list.replace("\r\n\r\n", &format!("\r\nX-Pagination: {paging}\r\n\r\n"))
        }
        path if path.contains("PreviewCarrier") && path.contains("FF880002") => {
            answer(r#"[{"DotNumber":9900002,"DocketNumber":"FF880002","IsIntrastateCarrier":false}]"#)
        }
        path if path.contains("PreviewCarrier") && path.contains("FF880001") => {
            answer(r#"[{"DotNumber":9900001,"DocketNumber":"FF880001","IsIntrastateCarrier":false}]"#)
        }
        path if path.contains("PreviewCarrier") => {
            answer(r#"[{"DotNumber":9900001,"DocketNumber":"MC990001","IsIntrastateCarrier":false}]"#)
        }
        _ => answer(r#"{"MonitoringID":7}"#),
    })
}

#[test]
fn a_carrier_is_matched_by_the_second_docket_of_its_row() {
    let bench = Bench::new();
    let server = known_by_an_ff_number();
    let more = format!("--apply --max-removals 100% --base-url {}", server.url());
    for roster in [
        "MC,FF\n990001,880001\n",
        "FF,MC\n880001,990001\n",
        "DOT,Docket,FF\n9900001,MC990001,FF0880001\n",
        r#"[{"DOT":9900001,"MC":990001,"FF":880001}]"#,
    ] {
        let ran = reconcile(&bench, roster, &more);
        assert_kept(&ran);
        assert!(ran.out.contains(r#""DocketNumber":"MC990001","FFNumber":"FF880001""#), "{}", ran.out);
        assert!(ran.err.contains("1 carrier with more numbers than one call sends"), "{}", ran.err);
        // What was written reads the same again.
        assert_kept(&reconcile(&bench, &ran.out, &more));
    }
    assert_eq!((count(&server, "RequestMonitoring"), count(&server, "CancelMonitoring")), (0, 0));
}

#[test]
fn a_row_with_the_numbers_of_two_carriers_is_named_and_nothing_is_done_about_it() {
    let bench = Bench::new();
    let server = known_by_an_ff_number();
    let more = format!("--apply --max-removals 100% --base-url {}", server.url());
    for roster in ["DOT,MC,FF\n9900001,990001,880002\n", "MC,FF\n990001,880002\n"] {
        let ran = reconcile(&bench, roster, &more);
        assert_eq!(ran.code, 7, "{}", ran.err);
        assert!(ran.err.contains("one of its numbers is of another carrier, DOT 9900002 FF880002"), "{}", ran.err);
        // The one that is monitored may be the carrier that the row means.
        assert_eq!((count(&server, "RequestMonitoring"), count(&server, "CancelMonitoring")), (0, 0), "{roster}");
    }
}
