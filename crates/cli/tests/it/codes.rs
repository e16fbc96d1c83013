//! Every exit code, and errors as two lines or as one JSON object.

use super::support::{Bench, Ran, ran, words};
use serde_json::Value;
use std::time::Duration;

const CANARY: &str = "hunter2-canary";

fn two_lines(ran: &Ran) {
    let lines: Vec<_> = ran.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.err);
    assert!(lines[0].starts_with("error: ") && lines[1].starts_with("  try: "), "{}", ran.err);
}

#[test]
fn each_failure_has_its_code_in_both_forms() {
    let bench = Bench::of(|builder| builder.carriers(12).changes_interval(Duration::from_secs(240)));
    // The window has been asked for; asking again within 4 minutes is too often.
    let window = "monitor changes --from 2090-03-17T09:00:00 --to 2090-03-17T10:00:00";
    assert_eq!(bench.run(window).code, 0);
    let cases = [
        ("carrier preview 9999999", 4, "not_found"),
        ("carrier preview nonsense", 2, "usage"),
        ("carrier preview", 2, "usage"),
        ("carrier prevue 23868", 2, "usage"),
        ("monitor changes --from soon", 2, "usage"),
        ("monitor changes --from 2090-03-18 --to 2090-03-17", 2, "usage"),
        ("invite send 23868 --email nonsense", 2, "usage"),
        ("packet download --dot 9999999", 4, "not_found"),
        ("document get company-agreement/1/none", 4, "not_found"),
        ("--timeout 5s monitor changes --from 2090-03-17T09:00:00 --to 2090-03-17T10:00:00", 5, "rate_limited"),
        ("--base-url http://127.0.0.1:9 --timeout 2s carrier preview 23868", 6, "network"),
        ("--base-url http://api.example carrier preview 23868", 2, "usage"),
        ("--profile nobody carrier preview 23868", 3, "credentials"),
        ("link view MC113843", 2, "usage"),
        ("carrier", 2, "usage"),
        ("carrier preview 23868 --nonsense", 2, "usage"),
        ("monitor expiring --within soon", 2, "usage"),
        ("api", 2, "usage"),
        ("document pull", 2, "usage"),
        ("monitor reconcile missing.csv", 2, "usage"),
    ];
    for (line, code, kind) in cases {
        let table = bench.run(&format!("{line} --output table"));
        assert_eq!((table.code, table.out.as_str()), (code, ""), "{line}: {}", table.err);
        two_lines(&table);
        for form in ["json", "jsonl"] {
            let json = bench.run(&format!("{line} --output {form}"));
            assert_eq!((json.code, json.out.as_str()), (code, ""), "{line}: {}", json.err);
            let error: Value = serde_json::from_str(&json.err).unwrap_or_else(|e| panic!("{line}: {e}: {}", json.err));
            assert_eq!(
                (error["kind"].as_str(), error["exit_code"].as_i64()),
                (Some(kind), Some(code.into())),
                "{line}"
            );
            assert!(!error["error"].as_str().unwrap().is_empty() && !error["hint"].as_str().unwrap().is_empty());
            assert_eq!(json.err.lines().count(), 1);
        }
    }
}

#[test]
fn a_slip_on_the_command_line_is_answered_with_what_to_write() {
    let bench = Bench::new();
    for (line, hint) in [
        ("preview 23868", "Write `mycarrierpackets carrier preview`."),
        ("reconcile carriers.csv", "Write `mycarrierpackets monitor reconcile` or `mycarrierpackets sync reconcile`."),
        ("carier preview 23868", "a similar subcommand exists: 'carrier'."),
        (
            "carrier 23868",
            "The commands of `carrier` are: preview, get, vet, contacts, risk, incidents, vins, associated.",
        ),
        ("nonsense", "The commands are: carrier, invite, packet"),
        ("carrier associated", "--phone <P>|--email <E>"),
        (
            "monitor add DOT 23868",
            "Each argument is one carrier: 23868 MC113843 \"DOT 23868 MC113843\". Nothing was sent.",
        ),
        ("monitor add 23868,9981361", "Each argument is one carrier"),
        ("carrier preview 23868 9981361", "Name one carrier. Nothing was sent."),
        ("--base-url api.carrier.example token check", "See --help."),
        ("document get nope", "`mycarrierpackets carrier get ID` gives current ones."),
        ("document get nope -o missing/", "gives current ones."),
    ] {
        let slip = bench.run(line);
        assert!(matches!(slip.code, 2 | 4) && slip.err.contains(hint), "{line}: {}", slip.err);
        two_lines(&slip);
    }
    assert!(
        !bench
            .sandbox
            .requests()
            .iter()
            .any(|request| request.operation != "GetDocument" && request.operation != "token")
    );
}

#[test]
fn a_wrong_password_is_a_matter_of_credentials_and_is_not_printed() {
    let bench = Bench::new();
    let mut program = bench.program();
    program.env("MCP_PASSWORD", CANARY).args(words("-vv token check"));
    let wrong = ran(&mut program);
    assert_eq!(wrong.code, 3);
    assert!(wrong.err.contains("MCP_PASSWORD"), "{}", wrong.err);
    assert!(!format!("{}{}", wrong.out, wrong.err).contains(CANARY), "{}", wrong.err);

    let mut program = bench.bare();
    let base = bench.sandbox.base_url();
    program.args(words("profile add mine --username demo --base-url")).arg(base).write_stdin(CANARY);
    assert_eq!(ran(&mut program).code, 0);
    let mut program = bench.bare();
    program.args(["-vv", "carrier", "preview", "23868"]);
    let wrong = ran(&mut program);
    assert_eq!(wrong.code, 3);
    assert!(wrong.err.contains("profile `mine`"), "{}", wrong.err);
    assert!(!format!("{}{}", wrong.out, wrong.err).contains(CANARY), "{}", wrong.err);
}

#[test]
fn without_credentials_it_says_how_to_get_them() {
    let bench = Bench::new();
    let nobody = ran(bench.bare().args(["carrier", "preview", "23868"]));
    assert_eq!(nobody.code, 3);
    two_lines(&nobody);
    for way in ["MCP_USERNAME", "profile add", "mycarrierpackets sandbox"] {
        assert!(nobody.err.contains(way), "{}", nobody.err);
    }
    let half = ran(bench.bare().env("MCP_USERNAME", "demo").args(["token", "check"]));
    assert!(half.code == 3 && half.err.contains("MCP_PASSWORD is not set"), "{}", half.err);
}

#[test]
fn what_is_logged_of_calls_holds_no_secret() {
    let bench = Bench::new();
    let logged = bench.run("-vv invite send 23868 --email ada@carrier.example");
    assert!(logged.err.contains("email_packet_invitation"), "{}", logged.err);
    for secret in ["ada@carrier.example", "bearer", "Bearer"] {
        assert!(!logged.err.contains(secret), "{}", logged.err);
    }
    assert!(logged.err.split_whitespace().all(|word| word.len() < 250), "no token");
}
