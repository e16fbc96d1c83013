//! `carrier vet`: the sheet of a carrier, whole and with parts that could not be read.

use super::support::{Bench, Ran, Scripted, TOKEN, answer, ran, words};
use serde_json::{Value, json};

const SECTIONS: [&str; 7] = ["preview", "profile", "risk", "incidents", "vins", "contacts", "associated"];

/// The operation that each section needs.
const READS: [(&str, &str); 7] = [
    ("PreviewCarrier", "preview"),
    ("GetCarrierData", "profile"),
    ("GetCarrierRiskAssessment", "risk"),
    ("GetCarrierIncidentReports", "incidents"),
    ("GetCarrierVINVerifications", "vins"),
    ("GetCarrierContacts", "contacts"),
    ("AssociatedCarriers", "associated"),
];

/// A carrier of which everything is known and nothing bad.
fn record(head: &str) -> Value {
    let policies = json!([
        {"Type": "Auto", "type": "Auto", "ExpirationDate": "2999-01-01", "expirationDate": "2999-01-01"},
        {"Type": "Cargo", "type": "Cargo", "ExpirationDate": "2999-01-01", "expirationDate": "2999-01-01"},
    ]);
    let risk = json!({"OverallRating": "Acceptable", "TotalPoints": 0});
    let counts = json!({"TotalIncidentReports": 0, "TotalIncidentReportsWithFraud": 0});
    let path = head.split(['?', ' ']).nth(1).unwrap_or_default().to_ascii_lowercase();
    match path {
        path if path.contains("preview") => json!({
            "DotNumber": 9_900_001, "CompanyName": "Alder <b>Freight</b>", "Phone": "214-555-0100",
            "PossibleFraud": "No Reports", "DoubleBrokering": "No Alerts", "WatchdogReports": "0", "IsBlocked": false,
            "IncidentReports": counts, "FreightValidateStatus": "valid", "RiskAssessmentDetails": risk,
            "CertData": {"Certificates": [{"Coverages": policies}]},
        }),
        path if path.contains("risk") => json!({"DOTNumber": 9_900_001, "RiskAssessmentDetails": risk}),
        path if path.contains("incident") => json!({"DotNumber": 9_900_001, "IncidentReports": []}),
        path if path.contains("vin") => json!({"DotNumber": 9_900_001, "VINVerifications": []}),
        path if path.contains("contact") => json!({"Success": true, "Carrier": {
            "DOTNumber": 9_900_001, "Contacts": [{"FirstName": "Ada", "LastName": "Alder", "VerificationStatus": "Verified"}],
        }}),
        path if path.contains("associated") => json!({"AssociatedCarriers": []}),
        _ => json!({
            "DOTNumber": 9_900_001, "LegalName": "Alder <b>Freight</b>", "Phone": "214-555-0100", "FraudIdentityTheftStatus": "No",
            "AssureAdvantage": [{"CarrierDetails": {
                "dotNumber": {"Value": "9900001", "status": "ACTIVE"}, "isBlocked": false, "IncidentReports": counts,
                "Authority": {"commonAuthority": "Active", "commonAuthorityRevocation": "No"}, "Other": {"watchdogReports": "0"},
                "Operation": {"operatingStatus": "AUTHORIZED FOR Property", "outOfService": "No"},
                "FMCSAInsurance": {"bipdRequired": "750,000", "bipdOnFile": "1,000,000"},
                "CertData": {"status": "OK", "Certificate": [{"Coverage": policies}]}, "RiskAssessmentDetails": risk,
            }}],
        }),
    }
}

/// Runs a line against a server that refuses what `broken` says.
fn run(broken: impl Fn(&str) -> bool + Send + Sync + 'static, line: &str) -> Ran {
    let server = Scripted::start(move |head| match head {
        _ if head.starts_with("POST /token") => answer(TOKEN),
        _ if broken(head) => "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".to_owned(),
        _ => answer(&record(head).to_string()),
    });
    let bench = Bench::new();
    ran(bench.program().env("MCP_BASE_URL", server.url()).args(words(line)).arg("--no-token-cache"))
}

#[test]
fn a_carrier_without_findings_is_not_called_good() {
    let ran = run(|_| false, "carrier vet 9900001 --output json");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let sheet: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&sheet["verdict"]["against"], &sheet["verdict"]["unknown"]), (&json!([]), &json!([])));
    let summary = "Nothing that was read speaks against this carrier. The decision is yours.";
    assert_eq!(sheet["verdict"]["summary"], summary);
    for section in SECTIONS {
        assert_eq!(sheet["sections"][section]["known"], true, "{section}");
    }
}

#[test]
fn each_read_that_fails_is_a_section_that_is_not_known() {
    for (operation, section) in READS {
        let ran = run(move |head| head.contains(operation), "carrier vet 9900001 --output json");
        assert_eq!(ran.code, 7, "{operation}: {}", ran.err);
        let sheet: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{operation}: {error}"));
        for other in SECTIONS {
            assert_eq!(sheet["sections"][other]["known"], other != section, "{operation}: {other}");
        }
        assert!(sheet["sections"][section]["error"].as_str().unwrap().contains("403"), "{operation}");
        let unknown = sheet["verdict"]["unknown"].to_string();
        assert!(unknown.contains(&format!("{section}: ")), "{operation}: {unknown}");
        let error: Value = serde_json::from_str(&ran.err).unwrap();
        assert_eq!((&error["not_done"][0]["item"], &error["exit_code"]), (&json!(section), &json!(7)));
    }
    let table = run(|head| head.contains("IncidentReports"), "carrier vet 9900001 --output table");
    assert_eq!(table.code, 7);
    assert!(table.out.contains("1 thing is not known of this carrier."), "{}", table.out);
    let section = table.out.split_once("\nIncidents\n").unwrap().1;
    assert!(section.starts_with("  not known"), "{section}");
}

#[test]
fn where_nothing_is_read_the_first_failure_is_the_exit_code() {
    assert_eq!(run(|_| true, "carrier vet 9900001 --output json").code, 3);
    let unknown = Bench::new().run("carrier vet 9999999");
    assert_eq!((unknown.code, unknown.out.as_str()), (4, ""), "{}", unknown.err);
}

#[test]
fn the_page_is_escaped_and_has_no_bank_data_and_no_tax_ids() {
    let page = run(|_| false, "carrier vet 9900001 --html -");
    assert!(page.out.starts_with("<!DOCTYPE html>") && page.out.ends_with("</html>\n"), "{}", page.err);
    assert!(page.out.contains("Alder &lt;b&gt;Freight&lt;/b&gt;") && !page.out.contains("<b>Freight"));
    let bench = Bench::new();
    let record: Value = serde_json::from_str(&bench.run("carrier get 23868").out).unwrap();
    let bank = record["CarrierBank"]["CarrierBankAccountNumber"].as_str().unwrap().to_owned();
    let tax = record["CarrierW9Forms"][0]["EIN"].as_str().unwrap().to_owned();
    let outputs = [
        bench.run("carrier vet 23868 --html -"),
        bench.run("carrier vet 23868 --output table"),
        bench.run("carrier vet 23868 --output json"),
        bench.run("carrier vet 23868 --output csv"),
        bench.run("carrier get 23868 --output table"),
    ];
    for ran in outputs {
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(!ran.out.contains(&bank) && !ran.out.contains(&tax), "{}", ran.out);
    }
}

#[test]
fn a_page_is_written_beside_the_sheet() {
    let bench = Bench::new();
    let ran = bench.run("carrier vet 9981361 --html sheet.html --output table");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let page = std::fs::read_to_string(bench.folder().join("sheet.html")).unwrap();
    for text in ["An incident was reported", "Belongs To Another Carrier", "Certificate of insurance"] {
        assert!(page.contains(text) && ran.out.contains(text), "{text}: {}", ran.out);
    }
}
