//! Carriers that a sandbox begins with: from a spreadsheet, from JSON, from Rust; and what is said of those that cannot be.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use mycarrierpackets_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::Caller;
use crate::program::{Running, start};

const TIME: &str = "2026-03-18T12:00:00Z";

/// Every fact there is but the rating, and a carrier of which the rating is all that is said.
const SHEET: &str = "\u{feff}dot , legalName,dbaName,street,phone,email,insuranceExpires,cargoLimit,autoLimit,authority,\
                     safetyRating,outOfService,powerUnits,drivers,rating\r\n\
                     23868,\"Oak, Ash & Lane LLC\",Oak Lane,12 Mill Road,(312) 555-0142,ops@oak.example,12/31/2026,150000,\
                     2000000,active,Satisfactory,FALSE,7,9,\r\n\
                     ,,,,,,,,,,,,,,\r\n\
                     , Ñandú Freight LLC ,,,,,,,,,,,,,Unacceptable\r\n";

fn rows() -> [Value; 2] {
    let oak = json!({
        "legalName": "Oak, Ash & Lane LLC", "dbaName": "Oak Lane", "street": "12 Mill Road", "phone": "(312) 555-0142",
        "email": "ops@oak.example", "insuranceExpires": "2026-12-31", "cargoLimit": 150_000, "autoLimit": 2_000_000,
        "authority": "active", "safetyRating": "Satisfactory", "outOfService": false, "powerUnits": 7, "drivers": 9,
    });
    [oak, json!({ "legalName": "Ñandú Freight LLC", "rating": "Unacceptable" })]
}

struct File {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl File {
    fn new(name: &str, text: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        Self { path, _folder: folder }
    }

    fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }
}

/// What was given to each carrier, by its number.
async fn given(one: &Running, within: &str) -> Vec<(u64, Value)> {
    let api = one.ready["api"].as_str().unwrap();
    let all = reqwest::get(format!("{api}{within}/__sandbox/carriers?pageSize=100")).await.unwrap();
    let all: Value = all.json().await.unwrap();
    let mut found = Vec::new();
    for row in all["carriers"].as_array().unwrap() {
        let dot = row["dot"].as_u64().unwrap();
        let one = reqwest::get(format!("{api}{within}/__sandbox/carriers/{dot}")).await.unwrap();
        let own = one.json::<Value>().await.unwrap()["given"].take();
        if own != json!({}) {
            found.push((dot, own));
        }
    }
    found
}

#[tokio::test]
async fn a_sandbox_begins_with_the_carriers_of_a_file_and_a_reset_goes_back_to_them() {
    let [oak, other] = rows();
    let mut list = [oak.clone(), other.clone()];
    list[0]["dot"] = 23868.into();
    let files = [File::new("own.CSV", SHEET), File::new("own.json", json!(list).to_string())];
    let mut seen = Vec::new();
    for file in &files {
        let one = start(&["--time", TIME, "--carriers-from", file.path()]);
        let at_first = given(&one, "").await;
        assert_eq!(at_first.iter().map(|(_, own)| own).collect::<Vec<_>>(), [&oak, &other], "{}", file.path());
        assert_eq!(at_first[0].0, 23868);
        assert_eq!(given(&one, "/namespaces/ada").await, at_first);
        one.control(Method::PUT, "carriers/23868", json!({ "legalName": "Elm LLC" })).await;
        assert_ne!(given(&one, "").await, at_first);
        one.control(Method::POST, "reset", Value::Null).await;
        assert_eq!(given(&one, "").await, at_first);
        seen.push(at_first);
    }
    assert_eq!(seen[0], seen[1]);
    // Who is named is not the next of a row that names nobody, wherever it stands.
    let (first, next) = (&seen[0][1].0, File::new("next.csv", format!("dot,drivers\n,5\n{},6\n", seen[0][1].0)));
    let both = given(&start(&["--time", TIME, "--carriers-from", next.path()]), "").await;
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both.contains(&(*first, json!({ "drivers": 6 }))), "{both:?}");
}

#[tokio::test]
async fn what_a_sandbox_begins_with_is_shown_and_is_no_change() {
    let builder = || Sandbox::builder().carriers(50).fixed_time(crate::noon());
    let with = builder().carrier(23868, r#"{"legalName": "Oak Lane LLC", "rating": "Unacceptable"}"#);
    let (with, without) = (Caller::start(with).await, Caller::start(builder()).await);
    let preview = with.json("PreviewCarrier", &[("DOTNumber", "23868")]).await;
    assert_eq!(preview[0]["CompanyName"], "Oak Lane LLC");
    assert_eq!(preview[0]["RiskAssessment"]["Overall"], "Unacceptable");
    let window = [("fromDate", "2026-02-20T00:00:00Z"), ("toDate", "2026-03-18T12:00:00Z")];
    let changed = |json: Value| {
        let rows = json.as_object().unwrap().values().find_map(Value::as_array).unwrap().clone();
        rows.iter().map(|row| (row["DOTNumber"].clone(), row["LastModifiedDate"].clone())).collect::<Vec<_>>()
    };
    let [one, other] = [&with, &without].map(|caller| caller.json("CarriersChanges", &window));
    let (one, other) = (changed(one.await), changed(other.await));
    assert!(!one.is_empty());
    assert_eq!(one, other);
}

#[tokio::test]
async fn carriers_of_the_builder_that_cannot_be_are_all_named() {
    let builder = Sandbox::builder().carriers(5).carrier(1, "{}").carrier(23868, "{}").carrier(23868, "{}");
    let builder = builder.carrier(23868, "[").carrier(23868, r#"{"dot": 1}"#).carrier(23868, r#"{"colour": 1}"#);
    let error = builder.start().await.err().unwrap();
    let said = error.to_string();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    for wanted in [
        "carrier 1: there is no carrier with DOT number 1; leave dot out",
        "carrier 23868: the same carrier as in carrier 23868",
        "carrier 23868: the facts: ",
        "carrier 23868: the facts have a dot of their own",
        "carrier 23868: there is no fact \"colour\"",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_refused_with_its_mistakes() {
    let many = format!("dot,legalName\n{}", "1,Oak LLC\n".repeat(25));
    let too_many = format!("legalName\n{}", "Oak LLC\n".repeat(60));
    let table: &[(&str, &[u8], &[&str])] = &[
        ("a.txt", b"dot\n", &["must end with .csv or .json"]),
        ("a.csv", b"", &["it has no carriers"]),
        ("a.csv", b"dot,rating\n\n , \n", &["it has no carriers"]),
        ("a.json", b"[]", &["it has no carriers"]),
        ("a.json", b"{}", &["not a JSON list of carriers"]),
        (
            "a.json",
            b"[1, {\"drivers\": \"9\"}]",
            &["a.json carrier 1: a carrier is", "a.json carrier 2: drivers must be a whole number"],
        ),
        ("a.csv", b"dot,,rating\n1,2,3\n", &["column 2 has no name"]),
        ("a.csv", b"dot,rating,dot\n1,2,3\n", &["two columns are named \"dot\""]),
        ("a.csv", b"dot,rating\n23868\n", &["line: 2", "1 fields"]),
        ("a.csv", b"dot,legalName\n23868,\xd1and\xfa\n", &["not UTF-8"]),
        (
            "a.csv",
            b"dot,legal name\n23868,Oak\n",
            &["line 2: there is no fact \"legal name\"; did you mean \"legalName\"?"],
        ),
        (
            "a.csv",
            b"dot,legalName\n,\"Oak\nLane\"\n1,Elm\n",
            &["line 2: legalName must be one line", "line 4: there is no"],
        ),
        ("a.csv", b"dot\nMC113843\n", &["line 2: dot must be a whole number"]),
        (
            "a.csv",
            b"dot\n9999\n\n23868\n23868\n",
            &["line 2: there is no carrier", "line 5: the same carrier as in a.csv line 4"],
        ),
        ("a.csv", b"insuranceExpires\n2026-13-31\n", &["line 2: insuranceExpires must be a day such as 2026-12-31"]),
        ("a.csv", b"drivers,outOfService\nsome,perhaps\n", &["line 2: drivers must be a whole number"]),
        ("a.csv", b"outOfService\nperhaps\n", &["line 2: outOfService must be true or false, and is \"perhaps\""]),
        ("a.csv", b"rating,authority\nAcceptable,revoked\n", &["line 2: the rating Acceptable contradicts"]),
        // A column is named once, whether or not its cells are empty.
        (
            "a.csv",
            b"colour,drivers\n,5\nred,6\n,some\n",
            &["carriers: a.csv line 2: there is no fact \"colour\"; there are legalName, "],
        ),
        ("a.csv", many.as_bytes(), &["line 21: there is no carrier", "\nand 5 more"]),
        ("a.csv", too_many.as_bytes(), &["there are no more carriers"]),
        ("a.csv", &vec![b'a'; (10 << 20) + 1], &["larger than 10 MiB"]),
    ];
    for (name, text, wanted) in table {
        let file = File::new(name, text);
        let said = refused(file.path());
        for wanted in *wanted {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
        assert!(said.matches("there is no fact").count() <= 1, "{said}");
    }
    assert!(refused("/no/such/own.csv").contains("--carriers-from /no/such/own.csv: "));
}

fn refused(path: &str) -> String {
    let wrong = Command::new(env!("CARGO_BIN_EXE_mycarrierpackets-sandbox"))
        // One that is not refused ends as well.
        .args(["--port", "0", "--carriers", "20", "--exit-on-stdin-close", "--carriers-from", path])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2), "{path}");
    String::from_utf8(wrong.stderr).unwrap()
}
