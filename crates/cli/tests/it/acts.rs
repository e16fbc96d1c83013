//! Commands that change something: what is sent, the line that is said, and dry runs that send nothing.

use super::support::{Bench, Scripted, TOKEN, answer, ran, words};
use serde_json::{Value, json};

type Pairs = &'static [(&'static str, &'static str)];

/// A command, the operation that it calls, what is sent in the query, and what is said.
const ACTS: &[(&str, &str, Pairs, &str)] = &[
    (
        "invite send MC113843 --email ada@carrier.example --username brenda --confirm --notify a@broker.example,b@broker.example",
        "EmailPacketInvitation",
        &[
            ("carrierEmail", "ada@carrier.example"),
            ("docketNumber", "MC113843"),
            ("userName", "brenda"),
            ("notificationEmails", "a@broker.example,b@broker.example"),
        ],
        "MC113843: invitation sent to ada@carrier.example",
    ),
    ("monitor add --dot 23868", "RequestMonitoring", &[("DOTNumber", "23868")], "DOT 23868: monitored"),
    ("monitor remove 23868", "CancelMonitoring", &[("DOTNumber", "23868")], "DOT 23868: no longer monitored"),
    ("block add --docket MC113843", "BlockCarrier", &[("DocketNumber", "MC113843")], "MC113843: blocked"),
    ("block remove MC113843", "UnblockCarrier", &[("DocketNumber", "MC113843")], "MC113843: unblocked"),
    (
        "verify user 23868 --email ada@carrier.example",
        "RequestUserVerification",
        &[("dotNumber", "23868"), ("userVerificationEmail", "ada@carrier.example")],
        "DOT 23868: verification sent to ada@carrier.example",
    ),
    (
        "verify vin 23868 --phone 214-555-0100",
        "RequestVINVerification",
        &[("vinVerificationPhoneNumber", "214-555-0100")],
        "DOT 23868: verification sent to 214-555-0100",
    ),
];

fn param<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

#[test]
fn each_does_one_thing_and_says_so_in_one_line() {
    let bench = Bench::new();
    for (line, operation, sent, said) in ACTS {
        let table = bench.run(&format!("{line} --output table"));
        assert_eq!((table.code, table.err.as_str()), (0, ""), "{line}");
        assert!(table.out.starts_with(said) && table.out.lines().count() == 1, "{line}: {}", table.out);
        let requests = bench.sandbox.requests();
        let request = requests.iter().rfind(|request| request.operation == *operation).unwrap();
        for (name, value) in *sent {
            assert_eq!(param(&request.query, name), Some(*value), "{line}: {name}");
        }
        assert_eq!(bench.sandbox.count(operation), 1, "{line}");

        let json: Value = serde_json::from_str(&bench.run(&format!("{line} --output json")).out).unwrap();
        assert!(json["done"].as_str().unwrap().starts_with(said) && json.get("answer").is_some(), "{line}: {json}");
        let csv = bench.run(&format!("{line} --output csv")).out;
        assert!(csv.starts_with("carrier,done,answer\n") && csv.lines().count() == 2, "{line}: {csv}");
    }
}

#[test]
fn a_dry_run_shows_the_request_and_sends_nothing() {
    let bench = Bench::new();
    for (line, operation, sent, _) in ACTS {
        let table = bench.run(&format!("{line} --dry-run --output table"));
        assert_eq!((table.code, table.err.as_str()), (0, "dry run: nothing was sent\n"), "{line}");
        let (address, _) = table.out.split_once('\n').unwrap();
        let base = bench.sandbox.base_url();
        assert!(address.starts_with(&format!("POST {base}/api/v1/Carrier/{operation}?")), "{address}");
        let json: Value = serde_json::from_str(&bench.run(&format!("{line} --dry-run --output json")).out).unwrap();
        let url = url::Url::parse(json["url"].as_str().unwrap()).unwrap();
        let pairs: Vec<_> = url.query_pairs().map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
        for (name, value) in *sent {
            assert_eq!(param(&pairs, name), Some(*value), "{line}: {name}");
        }
        assert_eq!(bench.sandbox.count(operation), 0, "{line}");
    }
    let json = bench.run("monitor add 23868 9981361 --dry-run --output json").out;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[1]["body"], json!({"DOTNumber": 9_981_361}));
}

#[test]
fn of_many_those_that_can_be_done_are_done_and_the_rest_is_listed() {
    let bench = Bench::new();
    for form in ["table", "json", "jsonl", "csv"] {
        let ran = bench.run(&format!("block add 23868 9999999 9981361 --output {form}"));
        assert_eq!(ran.code, 7, "{}", ran.err);
        assert!(ran.out.contains("DOT 23868: blocked") && ran.out.contains("DOT 9981361: blocked"), "{}", ran.out);
        assert!(ran.err.contains("1 of 3 were not done") && ran.err.contains("DOT 9999999"), "{}", ran.err);
    }
    let none = bench.run("block add 9999998 9999999 --output table");
    assert_eq!((none.code, none.out.as_str()), (4, ""), "{}", none.err);
    assert_eq!(bench.run("monitor add 23868 23868 --output jsonl").out.lines().count(), 1, "once is enough");
    let before = bench.sandbox.count("BlockCarrier");
    assert_eq!(bench.run("block add 23868 nonsense").code, 2);
    assert_eq!(bench.sandbox.count("BlockCarrier"), before, "a bad id stops the command before anything is sent");
}

#[test]
fn an_invitation_that_fails_is_sent_once() {
    let server = Scripted::start(|request| {
        if request.starts_with("POST /token") {
            return answer(TOKEN);
        }
        "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}".to_owned()
    });
    let bench = Bench::new();
    let mut program = bench.program();
    program
        .env("MCP_BASE_URL", server.url())
        .args(words("invite send 23868 --email ada@carrier.example --output json"));
    let ran = ran(&mut program);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let error: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!((&error["may_have_acted"], &error["status"]), (&json!(true), &json!(500)), "{error}");
    assert_eq!(server.requests().iter().filter(|request| request.contains("EmailPacketInvitation")).count(), 1);
}

#[test]
fn after_an_invitation_whose_answer_was_lost_the_vendor_is_asked_about_it() {
    for (recipient, sent, hint) in [
        ("ada@carrier.example", "2090-01-01T00:00:00", "It was sent anyway"),
        ("ada@carrier.example", "2001-01-01T00:00:00", "It is not among the carrier's invitations"),
        ("bob@carrier.example", "2090-01-01T00:00:00", "It is not among the carrier's invitations"),
    ] {
        let data = format!(
            r#"{{"DOTNumber":23868,"AssureAdvantage":[{{"CarrierDetails":{{"LatestInvitation":{{"InvitationRecipient":"{recipient}","InvitationSentDate":"{sent}"}}}}}}]}}"#
        );
        let server = Scripted::start(move |request| match request.split(['?', ' ']).nth(1).unwrap_or_default() {
            "/token" => answer(TOKEN),
            path if path.ends_with("GetCarrierData") => answer(&data),
            _ => answer("{}").replacen("200 OK", "502 Bad Gateway", 1),
        });
        let bench = Bench::new();
        let line = "invite send 23868 --email ada@carrier.example --base-url";
        let lost = bench.run(&format!("{line} {}", server.url()));
        assert!(lost.code == 1 && lost.err.contains(hint), "{recipient} {sent}: {}", lost.err);
        let sends = server.requests().iter().filter(|request| request.contains("EmailPacketInvitation")).count();
        assert_eq!(sends, 1, "{recipient} {sent}");
    }
}
