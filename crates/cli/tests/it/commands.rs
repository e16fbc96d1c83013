//! Every reading command in every form: tables as a person sees them, and what programs may rely on.

use super::support::{Bench, words};

/// The commands that answer with records: their arguments, a field of the vendor's in their JSON, a column of their CSV.
const READS: &[(&str, &str, &str)] = &[
    ("carrier preview MC113843", "DotNumber", "DotNumber"),
    ("carrier get 23868", "LegalName", "LegalName"),
    ("carrier contacts --dot 23868", "AuthorizedForPackets", "LastName"),
    ("carrier risk --dot 23868 --docket MC113843", "RiskAssessmentDetails", "RiskAssessmentDetails.OverallRating"),
    ("carrier incidents DOT 9981361", "IncidentTypes", "IncidentTypes"),
    ("carrier vins MC113843", "VINVerificationStatus", "VINVerificationStatus.Description"),
    (
        "carrier associated --email dispatch@sampletrucking.example",
        "EmailAssociationTypes",
        "EmailAssociationTypes.Description",
    ),
    ("packet completed --from 2090-03-17T09:00:00 --to 2090-03-17T10:00:00", "CompletedDate", "CompletedDate"),
    ("monitor list", "DOTNumber", "DOTNumber"),
    ("monitor data", "Identity", "Identity.legalName"),
    ("monitor contacts", "CarriersContacts", "CarriersContacts.Email"),
    ("monitor risk", "RiskAssessmentDetails", "RiskAssessmentDetails.TotalPoints"),
    ("monitor changes --from 2090-03-17T09:00:00 --to 2090-03-17T10:00:00", "ChangeCategories", "ChangeCategories"),
    ("block list", "CreatedDate", "CreatedBy"),
    ("factoring updated --from 2090-03-17 --to 2090-03-17T07:00:00", "FactoringCompanyID", "FactoringCompanyName"),
    ("link view --dot 23868 --docket MC113843", "url", "url"),
    ("link insurance 23868", "url", "url"),
    ("link packet 23868", "url", "url"),
    ("link invite \"DOT 23868 MC113843\"", "url", "url"),
    ("invite link --intellivite-id 1f2e3d4c", "url", "url"),
    ("invite link --intellivite-id 1f2e3d4c --user brenda DOT 23868", "url", "url"),
    ("api --list", "paged", "path"),
];

/// The sandboxes for the commands: an hour in which something happened is one of a sandbox in which much does.
struct Benches {
    plain: Bench,
    busy: Bench,
}

impl Benches {
    fn new() -> Self {
        Self { plain: Bench::new(), busy: Bench::of(|builder| builder.carriers(12).activity(2000)) }
    }

    fn of(&self, line: &str) -> &Bench {
        if line.contains("--from") { &self.busy } else { &self.plain }
    }
}

#[test]
fn tables_are_what_a_person_wants_to_see() {
    let benches = Benches::new();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"http://127\.0\.0\.1:\d+", "http://sandbox");
    settings.add_filter(r"\(\d+ days\)", "(N days)");
    let _bound = settings.bind_to_scope();
    for (line, ..) in READS {
        let ran = benches.of(line).run(&format!("{line} --output table"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
        let name: String = line.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        insta::assert_snapshot!(name, ran.out);
        assert!(ran.out.lines().all(|line| line.chars().count() <= 110), "{line} is wider than the terminal");
    }
}

#[test]
fn json_keeps_the_vendors_names_and_so_do_lines() {
    let benches = Benches::new();
    for (line, field, _) in READS {
        let whole = benches.of(line).run(&format!("{line} --output json"));
        assert_eq!((whole.code, whole.err.as_str()), (0, ""), "{line}");
        let json: serde_json::Value = serde_json::from_str(&whole.out).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert!(whole.out.contains(&format!("\"{field}\":")), "{line}: {}", whole.out);
        // Json.NET's reference metadata is the wire's, not the record's.
        assert!(!whole.out.contains("\"$id\"") && !whole.out.contains("\"$ref\""), "{line}");

        let lines = benches.of(line).run(&format!("{line} --output jsonl"));
        let lines: Vec<serde_json::Value> = lines
            .out
            .lines()
            .map(|text| serde_json::from_str(text).unwrap_or_else(|e| panic!("{line}: {e}")))
            .collect();
        assert!(!lines.is_empty(), "{line}");
        match json {
            serde_json::Value::Array(items) => assert_eq!(items, lines, "{line}"),
            object if lines.len() == 1 && object == lines[0] => {}
            object => {
                let lists = object.as_object().unwrap().values().filter_map(serde_json::Value::as_array);
                assert!(lists.into_iter().any(|list| *list == lines), "{line}: the lines are no list of the answer");
            }
        }
    }
}

#[test]
fn csv_has_a_header_and_as_many_cells_in_every_line() {
    let benches = Benches::new();
    for (line, _, column) in READS {
        let ran = benches.of(line).run(&format!("{line} --output csv"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
        let mut reader = csv::Reader::from_reader(ran.out.as_bytes());
        let header = reader.headers().unwrap().clone();
        let place = header.iter().position(|name| name == *column).unwrap_or_else(|| panic!("{line}: {header:?}"));
        let records: Vec<_> = reader.records().map(|record| record.unwrap()).collect();
        assert!(records.iter().any(|record| !record[place].is_empty()), "{line}: {column} is empty");
    }
}

#[test]
fn not_on_a_terminal_json_is_the_form() {
    let bench = Bench::new();
    let ran = bench.run("carrier preview 23868");
    assert_eq!(ran.out, bench.run("carrier preview 23868 --output json").out);
    assert!(ran.out.starts_with('{'));
}

#[test]
fn colors_are_for_those_who_want_them() {
    let bench = Bench::new();
    let risk = "carrier preview 9928573 --output table";
    assert!(bench.run(&format!("{risk} --color always")).out.contains("\u{1b}[33mModerate"));
    for args in [risk.to_owned(), format!("{risk} --color never")] {
        assert!(!bench.run(&args).out.contains('\u{1b}'), "{args}");
    }
    let mut refused = bench.program();
    refused.env("NO_COLOR", "1").args(words(risk));
    assert!(!super::support::ran(&mut refused).out.contains('\u{1b}'));
}

#[test]
fn an_empty_list_is_a_list_and_a_remark() {
    let bench = Bench::new();
    let line = "carrier associated --phone 214-555-0100";
    let table = bench.run(&format!("{line} --output table"));
    assert_eq!((table.code, table.out.as_str(), table.err.as_str()), (0, "", "no associated carriers\n"));
    let line = "monitor changes --from 2091-01-01 --to 2091-01-02";
    assert_eq!(bench.run(&format!("{line} --output json")).out, "[]\n");
    assert_eq!(bench.run(&format!("{line} --output jsonl")).out, "");
    assert!(bench.run(&format!("{line} --output csv")).out.starts_with("ChangeDateTime,"));
    assert_eq!(bench.run(&format!("{line} --output table --quiet")).err, "");
}

#[test]
fn the_token_is_described_and_not_shown() {
    let bench = Bench::new();
    let ran = bench.run("token check --output json -vv");
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["valid"], true);
    assert!((1_209_500..=1_209_599).contains(&json["expires_in_seconds"].as_u64().unwrap()), "{json}");
    assert!(json["expires_at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    // The sandbox's tokens have 500 letters; nothing printed is half as long without a space.
    assert!(format!("{}{}", ran.out, ran.err).split_whitespace().all(|word| word.len() < 250));
    let table = bench.run("token check --output table");
    assert!(table.out.starts_with("valid; expires in 20159 min, at 20"), "{}", table.out);
}

#[test]
fn any_operation_in_any_form() {
    let bench = Bench::new();
    let xml = bench.run("api PreviewCarrier --param DOTNumber=23868 --accept text/xml");
    assert_eq!(xml.code, 0, "{}", xml.err);
    assert!(xml.out.starts_with('<') && xml.out.contains("<DotNumber>23868</DotNumber>"), "{}", xml.out);

    std::fs::write(bench.folder().join("body.json"), "{\"DOTNumber\":23868}").unwrap();
    let body = bench.run("api request_monitoring --body @body.json -o answer.json");
    assert_eq!((body.code, body.out.as_str()), (0, ""), "{}", body.err);
    assert!(std::fs::read_to_string(bench.folder().join("answer.json")).unwrap().contains("MonitoringID"));
    let sent = bench.sandbox.requests().pop().unwrap();
    assert_eq!(sent.body, b"{\"DOTNumber\":23868}");

    let mut piped = bench.program();
    piped.args(words("api BlockCarrier --body @- --param DOTNumber=23868")).write_stdin("{}");
    assert_eq!(super::support::ran(&mut piped).code, 0);
    let planned = bench.run("api CancelMonitoring --param DOTNumber=23868 --dry-run");
    assert!(planned.out.contains("CancelMonitoring?DOTNumber=23868"), "{}", planned.out);
    assert_eq!(bench.sandbox.count("CancelMonitoring"), 0);

    let packet = bench.program().args(words("api download_carrier_packet --param DOTNumber=23868")).output().unwrap();
    assert!(packet.stdout.starts_with(b"%PDF-"));
    assert_eq!(bench.run("api token").code, 2, "a token is never printed");
    assert_eq!(bench.run("api Nonsense").code, 2);
}

#[test]
fn shells_and_readers_of_manuals_are_served() {
    let bench = Bench::new();
    for (shell, word) in
        [("bash", "_mycarrierpackets()"), ("zsh", "#compdef"), ("fish", "complete -c"), ("powershell", "Register")]
    {
        let ran = bench.run(&format!("completions {shell}"));
        assert!(ran.code == 0 && ran.out.contains(word), "{shell}");
    }
    assert!(bench.run("man").out.contains(".TH mycarrierpackets 1"));
    assert_eq!(bench.run("man -d pages").code, 0);
    let page = std::fs::read_to_string(bench.folder().join("pages/mycarrierpackets-monitor-reconcile.1")).unwrap();
    assert!(page.contains("max\\-removals"), "{page}");
}
