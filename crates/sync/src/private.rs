//! What is not kept unless it is asked for: bank data and tax numbers.

use serde_json::Value;

/// Fields that the contract marks as secret, and the objects around bank accounts.
const FIELDS: [&str; 14] = [
    "BankAccountNumber",
    "BankRoutingNumber",
    "CarrierBank",
    "CarrierBankAccountNumber",
    "CarrierBankRoutingNumber",
    "EIN",
    "ListAccountNumber",
    "SSN",
    "TIN",
    "CustomerKey",
    "mxRFCNumber",
    "password",
    "access_token",
    "refresh_token",
];

/// Parts of the names of such fields that the contract does not know yet.
const PARTS: [&str; 6] = ["accountnumber", "bankaccount", "routing", "taxid", "socialsecurity", "iban"];

/// Takes bank data and tax numbers out, wherever they stand.
pub fn remove(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(remove),
        Value::Object(fields) => {
            fields.retain(|name, _| !is_private(name));
            fields.values_mut().for_each(remove);
        }
        _ => {}
    }
}

fn is_private(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name)) || PARTS.iter().any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bank_data_and_tax_numbers_are_left_out_at_any_depth() {
        let mut value = json!({
            "LegalName": "Sample Trucking LLC", "EIN": "990000123", "ein": "1", "RoutingNo": "1",
            "W9": [{"SSN": "x", "Name": "y"}], "Remit": {"BankAccountNumber": "1", "City": "Wichita", "NewTaxId": 1},
        });
        remove(&mut value);
        assert_eq!(
            value,
            json!({"LegalName": "Sample Trucking LLC", "W9": [{"Name": "y"}], "Remit": {"City": "Wichita"}})
        );
    }

    #[test]
    fn every_field_that_the_contract_marks_as_secret_is_left_out() {
        let document = include_str!("../../../spec/openapi.yaml");
        let secret = document.lines().filter(|line| line.contains("format: password"));
        let names = secret.filter_map(|line| line.trim().split(':').next());
        let names: Vec<&str> = names.filter(|name| *name != "schema").collect();
        assert!(names.len() > 8, "{names:?}");
        let kept: Vec<_> = names.iter().filter(|name| !is_private(name)).collect();
        assert!(kept.is_empty(), "{kept:?}");
    }
}
