//! What brokers keep as a list of carriers, reconciled with the monitored list: nobody is dropped because of a spelling.

use super::support::{Bench, Ran, Scripted, TOKEN, answer, ran, words};
use serde_json::Value;

fn reconcile(bench: &Bench, roster: impl AsRef<[u8]>, more: &str) -> Ran {
    std::fs::write(bench.folder().join("roster"), roster).unwrap();
    bench.run(&format!("monitor reconcile roster --output jsonl {more}"))
}

/// Nothing to add, nothing to remove.
#[track_caller]
fn assert_fixed(plan: &Ran, kept: usize) {
    assert_eq!(plan.code, 0, "{}", plan.err);
    let counts = format!("0 to add, 0 to remove, {kept} to keep\n");
    assert!(plan.err.starts_with(&counts), "{}", plan.err);
}

fn changes(bench: &Bench) -> (usize, usize) {
    (bench.sandbox.count("RequestMonitoring"), bench.sandbox.count("CancelMonitoring"))
}

/// The monitored list as DOT, docket and intrastate number.
fn listed(bench: &Bench) -> Vec<[String; 3]> {
    let list: Vec<Value> = serde_json::from_str(&bench.run("monitor list --output json").out).unwrap();
    let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
    let field = |value: &Value| if value.is_null() { String::new() } else { text(value) };
    list.iter().map(|row| ["DOTNumber", "DocketNumber", "IntrastateNumber"].map(|name| field(&row[name]))).collect()
}

#[test]
fn every_output_of_the_program_is_a_roster_that_changes_nothing() {
    let bench = Bench::of(|builder| builder.carriers(30));
    for command in ["monitor list", "monitor data", "monitor risk", "monitor contacts", "monitor reconcile own"] {
        if command.ends_with("own") {
            std::fs::write(bench.folder().join("own"), bench.run("monitor list --output csv").out).unwrap();
        }
        for form in ["csv", "json", "jsonl"] {
            let text = bench.run(&format!("{command} --output {form}")).out;
            assert_fixed(&reconcile(&bench, text, ""), 30);
        }
    }
    for operation in ["MonitoredCarriers", "MonitoredCarrierData", "GetMonitoredCarriersRiskAssessment"] {
        let text = bench.run(&format!("api {operation}")).out;
        assert_fixed(&reconcile(&bench, text, ""), 30);
    }
    // As the vendor sends it, through a pipe, with references in it.
    let mut piped = bench.program();
    let raw = bench.run("api GetMonitoredCarrierContactsData").out;
    piped.args(words("monitor reconcile - --output table")).write_stdin(raw);
    assert_fixed(&ran(&mut piped), 30);
    assert_eq!(changes(&bench), (0, 0));
}

#[test]
fn a_docket_number_with_a_zero_in_front_is_the_same() {
    let bench = Bench::new();
    let own = bench.run("monitor list --output csv").out;
    let padded = own.replace("\n23868,MC113843,", "\n,MC0113843,");
    assert_ne!(padded, own);
    assert_fixed(&reconcile(&bench, padded, "--apply"), 12);
    assert_eq!(changes(&bench), (0, 0));
}

#[test]
fn any_spelling_of_any_number_keeps_everybody() {
    let bench = Bench::of(|builder| builder.carriers(40));
    let list = listed(&bench);
    let spelt =
        |at: usize, [dot, docket, intrastate]: &[String; 3]| match (at % 6, docket.get(2..), intrastate.is_empty()) {
            (0, Some(digits), _) => format!(",{}00{digits},", &docket[..2]),
            (1, Some(digits), _) => format!("N/A,{} {digits},-", docket[..2].to_lowercase()),
            (2, _, false) => {
                format!(",,{}", intrastate.to_lowercase().replacen(|c: char| c.is_ascii_digit(), " -0", 0))
            }
            (3, _, _) => format!("USDOT 000{dot},None,"),
            (4, _, _) => format!("{dot}.0,{docket},"),
            _ => format!("\"=\"\"{dot}\"\"\",,"),
        };
    let rows: Vec<_> = list.iter().enumerate().map(|(at, numbers)| spelt(at, numbers)).collect();
    let roster = format!("USDOT #,Docket,Intrastate No.\n{}\n", rows.join("\n"));
    assert_fixed(&reconcile(&bench, roster, "--apply"), 40);
    assert_eq!(changes(&bench), (0, 0));
}

#[test]
fn what_was_applied_is_applied_once() {
    let bench = Bench::of(|builder| builder.carriers(40));
    let list = listed(&bench);
    let known: Vec<&str> = list.iter().map(|[dot, ..]| dot.as_str()).collect();
    let others = bench.sandbox.dot_numbers().into_iter().map(|dot| dot.to_string());
    let others: Vec<String> = others.filter(|dot| !known.contains(&dot.as_str())).take(6).collect();
    assert_eq!(others.len(), 6);
    for round in 0..3 {
        // Some drop out and some come in, each time by other numbers of theirs.
        let stay = list.iter().enumerate().filter(|(at, _)| at % 5 != round);
        let row = |(at, [dot, docket, intrastate]): (usize, &[String; 3])| match (at + round) % 4 {
            0 if !docket.is_empty() => format!(",{}-00{},", docket[..2].to_lowercase(), &docket[2..]),
            1 if !intrastate.is_empty() => format!(",,{}", intrastate.to_lowercase()),
            2 => format!("USDOT#{dot},{docket},{intrastate}"),
            _ => format!("{dot}.0,-,N/A"),
        };
        let mut rows: Vec<String> = stay.map(row).collect();
        rows.extend(others[round..round + 3].iter().map(|dot| format!("{dot},,")));
        let roster = format!("DOT;Docket;Intrastate\n{}\n", rows.join("\n").replace(',', ";"));
        let applied = reconcile(&bench, &roster, "--apply --max-removals 100%");
        assert_eq!(applied.code, 0, "{round}: {}", applied.err);
        let before = changes(&bench);
        assert_fixed(&reconcile(&bench, &roster, "--apply --max-removals 0"), rows.len());
        assert_eq!(changes(&bench), before, "{round}");
        let now: Vec<String> = listed(&bench).into_iter().map(|[dot, ..]| dot).collect();
        assert_eq!(now.len(), rows.len(), "{round}");
        assert!(others[round..round + 3].iter().all(|dot| now.contains(dot)), "{round}: {now:?}");
    }
}

#[test]
fn digits_in_a_docket_column_are_an_mc_number() {
    let bench = Bench::new();
    let list = bench.run("monitor list --output csv").out;
    let others = list.lines().skip(1).filter(|line| !line.starts_with("23868,"));
    let dots: String = others.map(|line| format!("{},\n", line.split(',').next().unwrap())).collect();
    assert_fixed(&reconcile(&bench, format!("DOT,MC Number\n{dots},113843\n"), ""), 12);
    let records: Vec<String> =
        dots.lines().map(|line| format!("{{\"DOTNumber\":{}}}", line.trim_end_matches(','))).collect();
    let json = format!("[{},{{\"MCNumber\":\"113843\"}}]", records.join(","));
    assert_fixed(&reconcile(&bench, json, ""), 12);
}

#[test]
fn what_is_ambiguous_changes_nothing_and_names_its_lines() {
    let bench = Bench::new();
    let table = |rows: &str| format!("DOTNumber,DocketNumber\n{rows}").into_bytes();
    let cases: [(Vec<u8>, &[&str]); 10] = [
        (table("23868,MC113843\n9981361,MC113843\n"), &["line 2 and line 3"]),
        (table("23868,MC113843\n23868,MC113844\n"), &["line 2 and line 3"]),
        (table("23868,\nN/A,-\n"), &["line 3", "no number"]),
        (b"Name;City\nAlder;Ogden\n".to_vec(), &["DOT or Docket", "`;`"]),
        (b"ID,Name\n1001,Alder\n".to_vec(), &["line 2", "id of your own"]),
        (b"PK\x03\x04 and so on".to_vec(), &["xlsx", "CSV UTF-8"]),
        (b"DOT\n23868\nPe\x81a\n".to_vec(), &["line 3", "CSV UTF-8"]),
        (b"[{\"$id\":\"1\"},{\"$id\":\"2\"}]".to_vec(), &["item 1", "no DOT"]),
        (table("23868,\"MC113843\n9981361,\n"), &["line 2", "never closed"]),
        (table("23,868,MC113843\n"), &["line 2", "3 cells"]),
    ];
    for (roster, hints) in cases {
        let refused = reconcile(&bench, &roster, "--apply --max-removals 100%");
        let shown = String::from_utf8_lossy(&roster).into_owned();
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{shown}: {}", refused.err);
        assert!(hints.iter().all(|hint| refused.err.contains(hint)), "{shown}: {}", refused.err);
    }
    assert_eq!(changes(&bench), (0, 0));
}

#[test]
fn every_separator_and_encoding_that_is_unmistakable_is_read_and_reported() {
    let bench = Bench::new();
    let own = listed(&bench);
    let table = |separator: &str| {
        let rows: Vec<_> = own.iter().map(|[dot, docket, _]| [dot.as_str(), docket, "Peña"].join(separator)).collect();
        format!("{}\r\n{}\r\n", ["DOT", "Docket", "Name"].join(separator), rows.join("\r\n"))
    };
    let utf16 = |text: &str| "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows: Vec<u8> = table(",").chars().map(|c| c as u8).collect();
    let files: [(Vec<u8>, &str); 5] = [
        (table(";").into_bytes(), "separated by `;`"),
        (table("\t").into_bytes(), "separated by a tab"),
        (table("|").into_bytes(), "separated by `|`"),
        (utf16(&table("\t")), "UTF-16LE"),
        (windows, "windows-1252"),
    ];
    for (roster, report) in files {
        let plan = reconcile(&bench, roster, "");
        assert_fixed(&plan, 12);
        assert!(plan.err.contains(report), "{report}: {}", plan.err);
    }
}

/// A vendor with one monitored carrier, known by its DOT number alone.
struct Lone {
    preview: &'static str,
    monitoring_id: u64,
}

impl Lone {
    fn start(self) -> Scripted {
        Scripted::start(move |request| match request.split(['?', ' ']).nth(1).unwrap_or_default() {
            "/token" => answer(TOKEN),
            path if path.ends_with("PreviewCarrier") => answer(self.preview),
            path if path.ends_with("MonitoredCarriers") => {
                let paging = r#"{"pageNumber":1,"pageSize":2500,"totalPages":1,"totalCount":1}"#;
                let list = answer(r#"[{"DOTNumber":23868}]"#);
                list.replace("\r\n\r\n", &format!("\r\nX-Pagination: {paging}\r\n\r\n"))
            }
            path if path.contains("Monitoring") => answer(&format!(r#"{{"MonitoringID":{}}}"#, self.monitoring_id)),
            path => panic!("{path}"),
        })
    }
}

fn count(server: &Scripted, operation: &str) -> usize {
    server.requests().iter().filter(|request| request.contains(&format!("/{operation}?"))).count()
}

#[test]
fn a_carrier_known_by_one_number_is_looked_up_before_anything_is_removed() {
    let bench = Bench::new();
    let same = r#"[{"DotNumber":23868,"DocketNumber":"MC0113843","IsIntrastateCarrier":false}]"#;
    let server = Lone { preview: same, monitoring_id: 7 }.start();
    // However little may be removed: who is looked up first is not removed.
    for most in ["", "--max-removals 0", "--apply --max-removals 100%"] {
        for roster in ["MC113843\n", "23868\nMC0113843\n", "DOT,Docket\n23868,\n,113843\n"] {
            let plan = reconcile(&bench, roster, &format!("{most} --base-url {}", server.url()));
            assert_fixed(&plan, 1);
        }
    }
    assert_eq!((count(&server, "RequestMonitoring"), count(&server, "CancelMonitoring")), (0, 0));
}

#[test]
fn what_stays_unclear_is_never_removed() {
    let bench = Bench::new();
    let two = r#"[{"DotNumber":23868,"DocketNumber":"MC113843"},{"DotNumber":5,"DocketNumber":"MC113843"}]"#;
    let none = r#"{"Message":"No carrier was found."}"#;
    for preview in [none, "[]", r#"[{"DotNumber":23868}]"#, r#"[{"DotNumber":5}]"#, two] {
        let server = Lone { preview, monitoring_id: 7 }.start();
        for (apply, added) in [("", 0), ("--apply", 1)] {
            let more = format!("{apply} --max-removals 100% --base-url {}", server.url());
            let ran = reconcile(&bench, "MC113843\n", &more);
            assert_eq!(ran.code, 7, "{preview}: {}", ran.err);
            assert!(
                ran.err.contains(r#""item":"DOT 23868""#) && ran.err.contains("MC113843"),
                "{preview}: {}",
                ran.err
            );
            assert!(ran.out.contains("\"action\":\"unclear\""), "{preview}: {}", ran.out);
            let sent = (count(&server, "RequestMonitoring"), count(&server, "CancelMonitoring"));
            assert_eq!(sent, (added, 0), "{preview}");
        }
    }
}

#[test]
fn a_failed_removal_does_not_keep_the_others_back() {
    let bench = Bench::new();
    let server = Scripted::start(|request| match request.split([' ']).nth(1).unwrap_or_default() {
        "/token" => answer(TOKEN),
        path if path.contains("/MonitoredCarriers") => {
            let paging = r#"{"pageNumber":1,"pageSize":2500,"totalPages":1,"totalCount":4}"#;
            let list =
                answer(r#"[{"DOTNumber":9900001},{"DOTNumber":9900002},{"DOTNumber":9900003},{"DOTNumber":9900004}]"#);
            list.replace("\r\n\r\n", &format!("\r\nX-Pagination: {paging}\r\n\r\n"))
        }
        path if path.contains("9900002") => answer(r#"{"Message":"no"}"#).replace("200 OK", "403 Forbidden"),
        _ => answer(r#"{"MonitoringID":7}"#),
    });
    let more = format!("--apply --max-removals 100% --base-url {}", server.url());
    let ran = reconcile(&bench, "9900001\n", &more);
    assert_eq!(ran.code, 7, "{}", ran.err);
    assert!(ran.err.contains(r#""item":"DOT 9900002""#), "{}", ran.err);
    let lines: Vec<&str> = ran.out.lines().filter(|line| line.contains("no longer monitored")).collect();
    assert_eq!((lines.len(), count(&server, "CancelMonitoring")), (2, 3), "{}", ran.out);
}

#[test]
fn a_list_that_differs_when_it_is_read_again_removes_nobody() {
    let bench = Bench::new();
    let reads = std::sync::atomic::AtomicUsize::new(0);
    let server = Scripted::start(move |request| match request.split(['?', ' ']).nth(1).unwrap_or_default() {
        "/token" => answer(TOKEN),
        path if path.contains("/MonitoredCarriers") => {
            let first = reads.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
            // One drops out and another comes in between the pages: the count stays.
            let other = if first { 9900003 } else { 9900004 };
            let list = answer(&format!(r#"[{{"DOTNumber":9900001}},{{"DOTNumber":9900002}},{{"DOTNumber":{other}}}]"#));
            let paging = r#"{"pageNumber":1,"pageSize":2500,"totalPages":1,"totalCount":3}"#;
            list.replace("\r\n\r\n", &format!("\r\nX-Pagination: {paging}\r\n\r\n"))
        }
        _ => answer(r#"{"MonitoringID":7}"#),
    });
    let more = format!("--apply --max-removals 100% --base-url {}", server.url());
    let ran = reconcile(&bench, "9900001\n9900004\n", &more);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("DOT 9900003") && ran.err.contains("Nothing was removed"), "{}", ran.err);
    assert_eq!(count(&server, "CancelMonitoring"), 0);
}

#[test]
fn an_addition_that_was_on_the_list_already_stops_every_removal() {
    let bench = Bench::new();
    // The server says that it is another carrier, and yet the list does not grow.
    let other = r#"[{"DotNumber":23868,"DocketNumber":"MC999","IsIntrastateCarrier":false}]"#;
    let server = Lone { preview: other, monitoring_id: 7 }.start();
    let ran = reconcile(&bench, "MC113843\n", &format!("--apply --max-removals 100% --base-url {}", server.url()));
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("Nothing was removed"), "{}", ran.err);
    assert_eq!((count(&server, "RequestMonitoring"), count(&server, "CancelMonitoring")), (1, 0));
}

#[test]
fn a_removal_that_turns_out_to_be_an_addition_is_undone_and_is_the_last() {
    let bench = Bench::new();
    // The list grows by what was added, but the number of the entry is that of the addition.
    let server = Scripted::start(|request| match request.split(['?', ' ']).nth(1).unwrap_or_default() {
        "/token" => answer(TOKEN),
        path if path.contains("/MonitoredCarriers") => {
            static READ: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
            let again = READ.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 0;
            let (list, count) = if again {
                (
                    r#"[{"DOTNumber":23868,"DocketNumber":"MC9"},{"DOTNumber":9900001,"DocketNumber":"MC8"},{"DocketNumber":"MC113843"}]"#,
                    3,
                )
            } else {
                (r#"[{"DOTNumber":23868,"DocketNumber":"MC9"},{"DOTNumber":9900001,"DocketNumber":"MC8"}]"#, 2)
            };
            let paging = format!(r#"{{"pageNumber":1,"pageSize":2500,"totalPages":1,"totalCount":{count}}}"#);
            answer(list).replace("\r\n\r\n", &format!("\r\nX-Pagination: {paging}\r\n\r\n"))
        }
        _ => answer(r#"{"MonitoringID":7}"#),
    });
    let more = format!("--apply --max-removals 100% --base-url {}", server.url());
    let ran = reconcile(&bench, "DOT,Docket\n,MC113843\n", &more);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("monitored again") && ran.err.contains("1 more were not removed"), "{}", ran.err);
    assert_eq!((count(&server, "RequestMonitoring"), count(&server, "CancelMonitoring")), (2, 1));
}

#[test]
fn an_intrastate_number_of_any_form_is_sent_as_it_is() {
    let server = Scripted::start(|request| match request.split(['?', ' ']).nth(1).unwrap_or_default() {
        "/token" => answer(TOKEN),
        _ => answer(r#"{"MonitoringID":7}"#),
    });
    let bench = Bench::new();
    for (number, sent) in [("TX-00 654", "TX-00+654"), ("CA# 123456", "CA%23+123456"), ("N\u{ba} 5&6", "N%C2%BA+5%266")]
    {
        let mut program = bench.program();
        let ran = ran(program.args(["monitor", "add", "--intrastate", number, "--base-url", &server.url()]));
        assert_eq!(ran.code, 0, "{number}: {}", ran.err);
        let last = server.requests().pop().unwrap();
        let space = sent.replace('+', "%20");
        assert!(last.contains(sent) || last.contains(&space), "{last}");
    }
}

#[test]
fn every_way_to_name_a_carrier_is_read_by_one_reader() {
    let bench = Bench::new();
    for arguments in [
        "--dot USDOT23868",
        "--dot 00023868",
        "--dot 23868.0",
        "--dot 23,868",
        "--dot DOT#:23868",
        "--docket MC\u{2013}113843",
        "--docket 113843",
        "--docket mc-0113843",
        "--dot DOT#23868 --docket 113843",
        "\"DOT 23868; MC113843\"",
        "USDOT23868",
    ] {
        let ran = bench.run(&format!("carrier preview {arguments} --output json"));
        assert_eq!(ran.code, 0, "{arguments}: {}", ran.err);
        assert!(ran.out.contains("Sample Trucking LLC"), "{arguments}");
    }
    for arguments in ["--dot MC113843", "--docket hello", "--dot 2.3868E+4", "--intrastate none"] {
        let ran = bench.run(&format!("carrier preview {arguments}"));
        assert_eq!(ran.code, 2, "{arguments}: {}", ran.err);
        assert!(ran.err.contains("expected"), "{arguments}: {}", ran.err);
    }
}
