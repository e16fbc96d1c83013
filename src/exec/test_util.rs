//! Values for your own tests, without a server: answers read from JSON as the client reads them.
//!
//! Errors come from [`Error::builder`], a clock and dice from [`ClientBuilder::clock`] and [`ClientBuilder::dice`].
//!
//! ```
//! use mycarrierpackets::models::{CarrierPreview, FlagKind};
//! use mycarrierpackets::types::{CoverageType, Rating};
//! use mycarrierpackets::{Error, ErrorKind, Operation, Result, test_util};
//! use mycarrierpackets::jiff::civil::{Date, date};
//!
//! // What is tested: your own function.
//! fn may_carry(preview: Result<CarrierPreview>, delivery: Date) -> bool {
//!     preview.is_ok_and(|carrier| {
//!         carrier.rating() < Rating::Unacceptable
//!             && !carrier.flags().without(FlagKind::WatchdogReports).any()
//!             && carrier.insured_until(CoverageType::Auto).covers(delivery)
//!     })
//! }
//!
//! # fn main() -> Result<()> {
//! let delivery = date(2026, 6, 1);
//! // The answer that the document shows. It says nothing of incidents, so that nobody can say that there are none.
//! let mut carrier: CarrierPreview = test_util::example(Operation::PreviewCarrier)?;
//! assert!(!may_carry(Ok(carrier.clone()), delivery));
//! carrier.incident_reports = test_util::from_json(r#"{"TotalIncidentReportsWithFraud": 0}"#)?;
//! assert!(may_carry(Ok(carrier.clone()), delivery));
//! carrier.is_blocked = Some(true);
//! assert!(!may_carry(Ok(carrier), delivery));
//!
//! // One of your own; what is left out is missing, as it can be in an answer.
//! let unknown = test_util::from_json(r#"{"DotNumber": 9900123, "Status": "Active"}"#)?;
//! assert!(!may_carry(Ok(unknown), delivery));
//!
//! let down = Error::builder(ErrorKind::Server).operation(Operation::PreviewCarrier).build();
//! assert!(!may_carry(Err(down), delivery));
//! # Ok(()) }
//! ```
//!
//! [`ClientBuilder::clock`]: crate::ClientBuilder::clock
//! [`ClientBuilder::dice`]: crate::ClientBuilder::dice

use super::{decode, normalize};
use crate::operation::Answer;
use crate::{Error, ErrorKind, Operation, Result};
use bytes::Bytes;
use serde::de::DeserializeOwned;

include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// A value of [`models`](crate::models), or a list of them, from the JSON text of an answer, read as the client reads it.
///
/// References are resolved, one object stands for a list of one and the reverse, and a value that cannot be read costs its
/// own field; what is misspelt is missing. What differs from a call: whether the server means it as an answer is not
/// judged, so a message in place of a carrier becomes a carrier of which nothing is known.
///
/// ```
/// use mycarrierpackets::{models::MonitoredCarrier, test_util};
///
/// # fn main() -> mycarrierpackets::Result<()> {
/// let carrier: MonitoredCarrier = test_util::from_json(r#"{"DOTNumber": "9900123", "CreatedDate": "2026-03-18T08:30:00"}"#)?;
/// assert_eq!(carrier.dot_number.map(|number| number.get()), Some(9_900_123));
///
/// // A file of a recorded answer is read the same way, as text or as bytes.
/// let carriers: Vec<MonitoredCarrier> = test_util::from_json(br#"[{"$id": "1", "DOTNumber": 9900123}, {"$ref": "1"}]"#)?;
/// assert_eq!(carriers[0], carriers[1]);
/// # Ok(()) }
/// ```
///
/// # Errors
/// [`ErrorKind::Decode`]: it is not JSON, or not of a `T`. [`ErrorKind::NotFound`]: it is an empty list, and a `T` is one
/// object.
pub fn from_json<T: DeserializeOwned>(json: impl AsRef<[u8]>) -> Result<T> {
    let body = Bytes::copy_from_slice(json.as_ref());
    let body = normalize::unjudged(answer_of::<T>(), body).map_err(|failure| failure.error)?;
    decode::value(&body).ok_or_else(|| Error::decode::<T>(&body))
}

/// The answer that the OpenAPI document shows as an example for `operation`, as the server writes it.
///
/// The carriers in it are invented. A `T` is what the operation answers, or one element of a list.
///
/// ```
/// use mycarrierpackets::{Operation, models::CarrierChanges, test_util};
///
/// # fn main() -> mycarrierpackets::Result<()> {
/// let changes: CarrierChanges = test_util::example(Operation::CarriersChanges)?;
/// assert_eq!(changes.carrier_count, Some(1));
/// # Ok(()) }
/// ```
///
/// # Errors
/// [`ErrorKind::InvalidInput`]: the operation answers no JSON. Otherwise as [`from_json`].
pub fn example<T: DeserializeOwned>(operation: Operation) -> Result<T> {
    let found = EXAMPLES.iter().find(|(own, _)| *own == operation);
    let (_, json) = found.ok_or_else(|| {
        Error::new(ErrorKind::InvalidInput, "the document shows no answer in JSON for this operation").at(operation)
    })?;
    from_json(json)
}

/// Whether a `T` is an object or a list, by what it takes. A value of any kind takes both.
fn answer_of<T: DeserializeOwned>() -> Answer {
    let takes = |json| serde_json::from_str::<T>(json).is_ok();
    // A struct can be read from a list of its fields, so that it takes `[]` says nothing.
    match (takes("{}"), takes("[]"), takes("7")) {
        (true, _, false) => Answer::Object { text_as: None },
        (false, true, false) => Answer::Array,
        _ => Answer::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{CarrierPreview, MonitoredCarrier};
    use crate::types::Rating;

    #[test]
    fn the_example_of_every_operation_is_an_answer() {
        for (operation, json) in EXAMPLES {
            let value: serde_json::Value = example(*operation).unwrap();
            assert_eq!(value, serde_json::from_str::<serde_json::Value>(json).unwrap(), "{operation}");
        }
        let of_json = |operation: &Operation| operation.info().answer != Answer::Document;
        let all: Vec<Operation> = Operation::all().iter().map(|info| info.operation).filter(of_json).collect();
        assert_eq!(EXAMPLES.iter().map(|(operation, _)| *operation).collect::<Vec<_>>(), all);
        assert!(example::<serde_json::Value>(Operation::GetDocument).unwrap_err().is_invalid_input());
    }

    #[test]
    fn a_list_of_one_stands_for_an_object_and_the_reverse() {
        let carrier = r#"{"DotNumber": 9900123, "RiskAssessment": {"Overall": "Moderate"}}"#;
        let one: CarrierPreview = from_json(carrier).unwrap();
        assert_eq!(one.rating(), Rating::Moderate);
        assert_eq!(from_json::<CarrierPreview>(format!("\u{feff} [{carrier}]")).unwrap(), one);
        assert_eq!(from_json::<Vec<CarrierPreview>>(carrier).unwrap(), std::slice::from_ref(&one));
        assert_eq!(
            from_json::<Vec<CarrierPreview>>(format!(r#"{{"$values":[{carrier}]}}"#)).unwrap(),
            std::slice::from_ref(&one)
        );
        // Taken for its fields in their order, a list would be a carrier of which nothing is known.
        let two = from_json::<CarrierPreview>(format!("[{carrier}, {carrier}]")).unwrap_err();
        assert_eq!(two.kind(), ErrorKind::Decode);
        assert!(from_json::<CarrierPreview>("[]").unwrap_err().is_not_found());
        for wrong in ["", "{", "7", "\"a\"", "<html>"] {
            assert_eq!(from_json::<Vec<CarrierPreview>>(wrong).unwrap_err().kind(), ErrorKind::Decode, "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_costs_its_own_field() {
        let carriers: Vec<MonitoredCarrier> =
            from_json(r#"[{"DOTNumber": {}, "CreatedBy": "brenda"}, {"DOTNumber": 9900412}]"#).unwrap();
        let dots: Vec<_> = carriers.iter().map(|carrier| carrier.dot_number.map(|number| number.get())).collect();
        assert_eq!(dots, [None, Some(9_900_412)]);
        assert_eq!(carriers[0].created_by.as_deref(), Some("brenda"));
    }
}
