//! Where the money of a carrier goes, and what is noted.

use super::*;
use serde_json::{Value, from_value, json};

fn exported(data: Value, with_tax: bool) -> Value {
    let data: CarrierData = from_value(data).unwrap();
    serde_json::to_value(payable(&"DOT 9900001".parse().unwrap(), &data, with_tax)).unwrap()
}

#[test]
fn whom_to_pay_is_unknown_unless_the_packet_is_clear() {
    let remit = json!({"CarrierRemitAddress1": "1 Sample St"});
    let factor = |name: &str| json!({"FactoringCompanyName": name, "FactoringRemitAddress": "PO Box 1"});
    let cases = [
        (json!({}), "unknown", json!("no remit-to address is on file")),
        (json!({"CarrierRemit": {"CarrierRemitAddress1": " "}}), "unknown", json!("no remit-to address is on file")),
        (json!({"CarrierRemit": remit}), "carrier", json!(null)),
        (json!({"CarrierPaymentInfo": {"RemitAddress1": "1 Sample St"}}), "carrier", json!(null)),
        (json!({"CarrierRemit": remit, "FactoringRemit": factor("Alder Factoring")}), "factoring_company", json!(null)),
        (
            json!({"CarrierRemit": remit, "CarrierPaymentInfo": {"FactoringCompanyName": "Alder Factoring"}}),
            "factoring_company",
            json!("no address of the factoring company is on file"),
        ),
        (
            json!({"FactoringRemit": factor("Alder"), "CarrierPaymentInfo": {"FactoringCompanyName": "ALDER "}}),
            "factoring_company",
            json!(null),
        ),
        (
            json!({"FactoringRemit": factor("Alder"), "CarrierPaymentInfo": {"FactoringCompanyName": "Birch"}}),
            "unknown",
            json!("two factoring companies are named: Alder, Birch"),
        ),
        (
            json!({"CarrierRemit": remit, "CarrierPayerType": {"Name": "Factoring Company"}}),
            "unknown",
            json!("a factoring company is paid, and none is named"),
        ),
    ];
    for (data, pay_to, note) in cases {
        let row = exported(data.clone(), false);
        assert_eq!((&row["pay_to"], &row["note"]), (&json!(pay_to), &note), "{data}");
    }
}

#[test]
fn an_address_is_never_made_of_two() {
    let data = json!({
        "CarrierRemit": {"CarrierRemitAddress1": "1 Sample St", "CarrierRemitCity": "Mockford"},
        "CarrierPaymentInfo": {"RemitAddress1": "2 Other St", "RemitCity": "Elsewhere", "RemitZipCode": "00123"},
    });
    let row = exported(data, false);
    assert_eq!((&row["remit_city"], &row["remit_zip"]), (&json!("Mockford"), &json!(null)));
}

#[test]
fn tax_ids_are_of_the_form_in_force_and_only_where_asked_for() {
    let form = |active: Value, ein: &str, signed: &str| {
        json!({
            "IsActive": active, "EIN": ein, "SSN": "000-00-0000", "FullName": "Alder LLC", "SignatureDate": signed,
        })
    };
    let old = form(json!(false), "00-0000001", "2026-05-05T00:00:00");
    let data = json!({"CarrierW9Forms": [old.clone(), form(json!(true), "00-0000002", "2024-05-05T00:00:00"),
        form(json!(null), "00-0000003", "2026-05-05T00:00:00")]});
    let row = exported(data.clone(), true);
    assert_eq!((&row["tax_id_kind"], &row["tax_id"]), (&json!("EIN"), &json!("00-0000002")));
    assert!(!exported(data, false).to_string().contains("00-0000002"));
    let sole = exported(json!({"CarrierW9Forms": [form(json!(true), " ", "")]}), true);
    assert_eq!((&sole["tax_id_kind"], &sole["tax_id"]), (&json!("SSN"), &json!("000-00-0000")));
    assert_eq!(exported(json!({"CarrierW9Forms": [old]}), true)["tax_id"], json!(null));
}

#[test]
fn forms_in_force_that_disagree_are_noted() {
    let form = |ein: &str, ssn: &str, signed: &str| -> Value {
        json!({"IsActive": true, "EIN": ein, "SSN": ssn, "FullName": "Alder", "SignatureDate": signed})
    };
    let old = form("00-0000001", "", "2024-05-05T00:00:00");
    let newest = "2 W-9 forms in force have different tax ids, that of the one signed last is given";
    let none = "2 W-9 forms in force have different tax ids, and none was signed last: none is given";
    for (second, id, note) in [
        (form("00-0000001", "", "2026-05-05T00:00:00"), Some("00-0000001"), None),
        (form("000000001", "", "2026-05-05T00:00:00"), Some("000000001"), None),
        (form("00-0000002", "", "2026-05-05T00:00:00"), Some("00-0000002"), Some(newest)),
        (form("00-0000002", "", "2020-05-05T00:00:00"), Some("00-0000001"), Some(newest)),
        (form("00-0000002", "", ""), Some("00-0000001"), Some(newest)),
        (form("", "000-00-0001", "2026-05-05T00:00:00"), Some("000-00-0001"), Some(newest)),
        (form("", "", "2026-05-05T00:00:00"), None, Some(newest)),
        (form("00-0000002", "", "2024-05-05T00:00:00"), None, Some(none)),
        (form("00-0000001", "", "2024-05-05T00:00:00"), Some("00-0000001"), None),
    ] {
        for forms in [[old.clone(), second.clone()], [second.clone(), old.clone()]] {
            let data = json!({"CarrierRemit": {"CarrierRemitAddress1": "1 Sample St"}, "CarrierW9Forms": forms});
            let row = exported(data.clone(), true);
            assert_eq!((&row["tax_id"], &row["note"]), (&json!(id), &json!(note)), "{data}");
            assert_eq!(exported(data, false)["note"], json!(null), "no tax id is given");
        }
    }
    let replaced = json!({"IsActive": false, "EIN": "00-0000002", "SignatureDate": "2026-05-05T00:00:00"});
    let row = exported(json!({"CarrierW9Forms": [old.clone(), replaced]}), true);
    assert_eq!(row["note"], json!("no remit-to address is on file"));
    let both = exported(json!({"CarrierW9Forms": [old, form("00-0000002", "", "")]}), true);
    assert_eq!(both["note"], json!(format!("no remit-to address is on file; {newest}")));
}

#[test]
fn terms_are_in_words_or_in_days() {
    let terms = |terms: Value| exported(json!({"CarrierPaymentTerms": terms}), false)["terms"].clone();
    let term = |term: Value| json!({"PaymentTerm": term});
    let both = json!([term(json!({"Term": "Net 30", "Days": 30})), term(json!({"Days": 2})), term(json!({}))]);
    assert_eq!(terms(both), json!("Net 30; 2 days"));
    assert_eq!(terms(json!([])), json!(null));
}

#[test]
fn every_column_is_a_field() {
    let row = exported(json!({}), true);
    for column in WITH_TAX.columns {
        assert!(row.get(column.path).is_some(), "{}", column.path);
    }
    assert_eq!(row.as_object().unwrap().len(), WITH_TAX.columns.len());
    assert_eq!(exported(json!({}), false).as_object().unwrap().len(), PAYABLES.columns.len());
}
