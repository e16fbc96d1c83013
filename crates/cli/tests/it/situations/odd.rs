//! Values that nobody expects: each costs no more than itself, and what is left out is named.

use super::super::support::{NO_TEXT, TOKEN, answer};
use super::{Row, check, json, row};

const PAGE: &str = r#"[{"DOTNumber":9900001,"CreatedBy":"ODD"},{"DOTNumber":9900002}]"#;

/// A monitored list in which one value is this one.
fn list(situation: &'static str, odd: &str, code: i32, first: &'static str) -> Row {
    row(situation, rows(&PAGE.replace("\"ODD\"", odd)), "monitor list --output csv", code, first)
}

/// The only page of a list.
fn rows(body: &str) -> String {
    let paging = "X-Pagination: {\"pageNumber\":1,\"pageSize\":2,\"totalPages\":1,\"totalCount\":2}";
    json(200, body).replacen("\r\n\r\n", &format!("\r\n{paging}\r\n\r\n"), 1)
}

/// A row in which the token comes so.
fn token(situation: &'static str, json: &str, code: i32, first: &'static str) -> Row {
    let carrier = answer(r#"[{"DotNumber":9900001,"CompanyName":"Alder Freight"}]"#);
    Row { situation, answers: (answer(json), carrier), line: "carrier preview 9900001 --output table", code, first }
}

#[test]
fn a_value_that_cannot_be_read_costs_itself_and_no_more() {
    let header = "DOTNumber,DocketNumber,IntrastateNumber,CreatedDate,CreatedBy,LastModifiedDate,LastModifiedBy";
    let no_text = format!("\"Pe{NO_TEXT}a\"");
    check(vec![
        list("a byte that is no text", &no_text, 0, "warning: 1 field could not be read: [0].CreatedBy"),
        list("a number for a name", "7", 0, header),
        list("a list for a name", "[1,2]", 0, "warning: 1 field could not be read: [0].CreatedBy"),
        list("an object for a name", r#"{"$id":"9","x":1}"#, 0, "warning: 1 field could not be read: [0].CreatedBy"),
        list("a name twice", r#""a","CreatedBy":"b""#, 0, "warning: 1 field could not be read: [0].CreatedBy"),
        list("not a number", r#""a","DOTNumber":NaN"#, 0, "warning: 1 field could not be read: [0].DOTNumber"),
        list(
            "a long number",
            r#""a","DOTNumber":99999999999999999999"#,
            0,
            "warning: 2 fields could not be read: [0].DOTNumber, [0].DOTNumber",
        ),
        list("a date that is none", r#""a","CreatedDate":"soon""#, 0, header),
        row(
            "a row that is none",
            rows(r#"[{"DOTNumber":9900001},7]"#),
            "monitor list --output csv",
            7,
            "error: 1 of 2 carriers could not be read",
        ),
        row(
            "a row that is null",
            rows(r#"[{"DOTNumber":9900001},null]"#),
            "monitor list --output csv",
            7,
            "error: 1 of 2 carriers could not be read",
        ),
        row("a byte order mark", json(200, "\u{feff}[]"), "monitor list", 0, "[]"),
        row(
            "a number out of range",
            json(200, r#"[{"DotNumber":9900001,"RiskAssessmentDetails":{"TotalPoints":1e400}}]"#),
            "carrier preview 9900001 --output csv",
            0,
            "warning: fields could not be read and are left out: [0].RiskAssessmentDetails.TotalPoints",
        ),
    ]);
}

#[test]
fn a_token_is_taken_in_every_form_that_states_it() {
    check(vec![
        token("a byte order mark", &format!("\u{feff}{TOKEN}"), 0, "Alder Freight"),
        token("a fraction", r#"{"access_token":"abc","expires_in":3599.5}"#, 0, "Alder Freight"),
        token("a number in text", r#"{"access_token":"abc","expires_in":"3600"}"#, 0, "Alder Freight"),
        token("no lifetime", r#"{"access_token":"abc"}"#, 0, "Alder Freight"),
        token("a lifetime that is none", r#"{"access_token":"abc","expires_in":"soon"}"#, 0, "Alder Freight"),
        token("a lifetime that is over", r#"{"access_token":"abc","expires_in":-1}"#, 0, "Alder Freight"),
    ]);
}
