//! What is forgiven, and what stays an error.

use super::*;
use crate::raw::types::{CarrierPreview, MonitoredCarrier, UpdatedFactoringCompanies};
use proptest::prelude::*;
use serde_json::json;

fn tree(body: &[u8]) -> Result<(Value, Vec<String>), String> {
    parse(body).map(|parsed| (parsed.value, parsed.unreadable)).map_err(|error| error.message())
}

#[test]
fn what_no_record_should_be_lost_for_is_forgiven_and_named() {
    let cases: [(&[u8], Value, &[&str]); 12] = [
        (
            br#"{"a":1,"b":[true,null,-2.5e3,"x\n\u00e9\ud83d\ude00"]}"#,
            json!({"a": 1, "b": [true, null, -2500.0, "x\né😀"]}),
            &[],
        ),
        (b"{\"a\":\"x\xFFy\",\"b\":1}", json!({"a": "x\u{fffd}y", "b": 1}), &["a"]),
        (br#"{"a":1,"b":2,"a":3}"#, json!({"a": 3, "b": 2}), &["a"]),
        (br#"{"a":{"b":[1,1e400]}}"#, json!({"a": {"b": [1, null]}}), &["a.b[1]"]),
        (br#"{"a":NaN,"b":-Infinity,"c":1}"#, json!({"a": null, "b": null, "c": 1}), &["a", "b"]),
        (br#"{"a":"\ud800x","b":"\udc00"}"#, json!({"a": "\u{fffd}x", "b": "\u{fffd}"}), &["a", "b"]),
        (br#"{"a":"\ud800\u0041"}"#, json!({"a": "\u{fffd}A"}), &["a"]),
        (br#"{"a":"\q"}"#, json!({"a": "q"}), &["a"]),
        (b"{\"a\":\"tab\there\"}", json!({"a": "tab\there"}), &[]),
        (br#"{"a":01,"b":[None,1x]}"#, json!({"a": null, "b": [null, null]}), &["a", "b[0]", "b[1]"]),
        (br#"[]"#, json!([]), &[]),
        (b" {} ", json!({}), &[]),
    ];
    for (body, value, paths) in cases {
        let shown = String::from_utf8_lossy(body).into_owned();
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        assert_eq!(tree(body), Ok((value, paths)), "{shown}");
    }
    let deep = format!("{{\"a\":{}{},\"b\":1}}", "[".repeat(100_000), "]".repeat(100_000));
    let (value, unreadable) = tree(deep.as_bytes()).unwrap();
    assert_eq!((&value["b"], unreadable.len()), (&json!(1), 1), "and the stack holds");
}

#[test]
fn text_that_is_not_json_by_any_reading_stays_an_error() {
    for body in [
        "",
        "{",
        "{\"a\":",
        "[1,",
        "{\"a\" 1}",
        "{a:1}",
        "[1] [2]",
        "<html>",
        "\"x",
        "\"\\",
        "{\"a\":\"\\u12",
        "nul",
        "1x",
    ] {
        assert!(tree(body.as_bytes()).is_err(), "{body}");
    }
    assert!(tree(br#"{"a":[1"#).unwrap_err().contains("cut off"));
}

#[test]
fn a_value_that_a_field_cannot_have_costs_that_field() {
    let body = json!([{
        "DotNumber": {"x": 1}, "CompanyName": ["a", "b"], "City": "Ogden", "Zip": {"y": []},
        "IncidentReports": "many", "RiskAssessmentDetails": {"TotalPoints": "NaN", "OverallRating": {"z": 1}},
        "CertData": {"Certificates": [{"Coverages": [7, {"Type": "General"}]}, 5]},
    }]);
    let read: Read<Vec<CarrierPreview>> = answer(body.to_string().as_bytes()).unwrap();
    let [carrier] = read.value.as_slice() else { panic!("one carrier") };
    assert_eq!((carrier.city.as_deref(), carrier.dot_number), (Some("Ogden"), None));
    assert!(read.unreadable.contains(&"[0].DotNumber".to_owned()), "{:?}", read.unreadable);
    assert!(
        read.unreadable.iter().any(|path| path.contains("RiskAssessmentDetails.TotalPoints")),
        "{:?}",
        read.unreadable
    );
}

#[test]
fn a_list_takes_time_in_proportion_to_its_length_however_much_of_it_cannot_be_read() {
    let row = |n: usize| json!({"FactoringCompanyID": [n], "FactoringCompanyName": format!("Example Factors {n}"), "CreatedDateTime": {"x": 1}, "FactoringRemitEmail": [[]]});
    let mut rows: Vec<Value> = (0..12_000).map(row).collect();
    rows[7] = json!("no company");
    let body = json!({"FactoringCompaniesCount": {"n": 1}, "FactoringCompanies": rows});
    let read: Read<UpdatedFactoringCompanies> = answer(body.to_string().as_bytes()).unwrap();
    let companies = read.value.factoring_companies.unwrap();
    assert_eq!(companies.len(), 11_999, "only what is not a company is gone");
    assert_eq!(companies[11_998].factoring_company_name.as_deref(), Some("Example Factors 11999"));
    assert_eq!(read.unreadable.len(), MOST_PATHS);
    for path in ["FactoringCompanies[0].CreatedDateTime", "FactoringCompanies[7]"] {
        assert!(read.unreadable.contains(&path.to_owned()), "{path}: {:?}", &read.unreadable[..30]);
    }
}

#[test]
fn a_record_is_not_left_out_because_reading_it_would_take_too_long() {
    let row = |n: usize| json!({"FactoringCompanyID": [n], "FactoringCompanyName": {"x": n}});
    let mut body = json!({"FactoringCompanies": (0..40).map(row).collect::<Vec<_>>()});
    let mut fixer = Fixer { work: 20 * SMALLEST, unreadable: Vec::new() };
    let size = body.to_string().len();
    assert!(fixer.fix::<UpdatedFactoringCompanies>(&mut body, size, None).is_err());
}

#[test]
fn a_list_of_which_nothing_can_be_read_is_unknown_and_not_empty() {
    for rows in [json!([7]), json!([7, "x"]), json!([null, 7]), json!("x")] {
        let body = json!({"FactoringCompaniesCount": 2, "FactoringCompanies": rows});
        let read: Read<UpdatedFactoringCompanies> = answer(body.to_string().as_bytes()).unwrap();
        assert!(read.value.factoring_companies.is_none(), "{rows}");
        assert!(!read.unreadable.is_empty(), "{rows}");
    }
}

#[test]
fn a_value_that_is_not_an_object_is_not_a_record() {
    for item in [json!(5), json!("x"), json!([1, 2]), json!(null)] {
        assert!(record::<MonitoredCarrier>(item.clone(), 10).is_err(), "{item}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zA-Z0-9 ,.:-]{0,12}".prop_map(Value::from),
        Just(json!("NaN")),
        Just(json!("0000-00-00")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[$A-Za-z]{1,8}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = tree(&bytes);
    }

    #[test]
    fn what_others_can_read_is_read_alike(value in any_json()) {
        let text = value.to_string();
        let (read, unreadable) = tree(text.as_bytes()).unwrap();
        let plain: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, plain);
        prop_assert!(unreadable.is_empty());
    }

    #[test]
    fn any_value_in_any_field_costs_at_most_that_field(value in any_json(), field in 0_usize..7) {
        let names = ["DOTNumber", "DocketNumber", "IntrastateNumber", "CreatedDate", "CreatedBy", "LastModifiedDate", "LastModifiedBy"];
        let mut row = json!({"DOTNumber": 9900001, "DocketNumber": "MC990001", "CreatedBy": "ada", "LastModifiedBy": "bob"});
        row[names[field]] = value;
        let read: Read<MonitoredCarrier> = record(row, 100).unwrap();
        let kept = [
            read.value.dot_number.is_some(),
            read.value.docket_number.is_some(),
            read.value.created_by.is_some(),
            read.value.last_modified_by.is_some(),
        ];
        for (at, name) in ["DOTNumber", "DocketNumber", "CreatedBy", "LastModifiedBy"].iter().enumerate() {
            prop_assert!(kept[at] || names[field] == *name, "{name} is lost to {}", names[field]);
        }
    }
}
