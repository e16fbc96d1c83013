//! Any bytes decode or are refused; what was decoded and written decodes to the same.

use mycarrierpackets::models;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// Checks the answers that hold most kinds of fields.
pub fn check(data: &[u8]) {
    one::<Vec<models::CarrierPreview>>(data);
    one::<models::CarrierData>(data);
    one::<models::CarrierChanges>(data);
    one::<models::CarrierRiskPage>(data);
    one::<models::CarrierIncidentReports>(data);
    one::<models::AssociatedCarrierList>(data);
    one::<models::BlockResult>(data);
    one::<models::Token>(data);
}

fn one<T: DeserializeOwned + Serialize + PartialEq + Debug>(data: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(data) else { return };
    let written = serde_json::to_vec(&value).expect("what was read can be written");
    let again = serde_json::from_slice::<T>(&written).expect("what was written can be read");
    assert!(again == value, "{} reads otherwise the second time", std::any::type_name::<T>());
}
