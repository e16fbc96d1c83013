//! The person who signed on the portal, in the record of a carrier.

use crate::customers::signature::Signature;
use crate::vendor::json::Json;

/// A record whose first agreement, the present one, is signed by a person of the portal.
///
/// The record is written from what is so for all customers; who signed for one of them is put in its place after that.
pub(super) fn by(record: Vec<u8>, signature: &Signature) -> Vec<u8> {
    let record = with_text(record, "\"SignaturePerson\":", &signature.person);
    with_text(record, "\"SignaturePersonTitle\":", &signature.title)
}

/// Writes another text for the first member of this name in the agreements.
fn with_text(mut json: Vec<u8>, name: &str, text: &str) -> Vec<u8> {
    let found = |from: usize, what: &str| {
        let rest = json.get(from..)?;
        Some(from + rest.windows(what.len()).position(|window| window == what.as_bytes())? + what.len())
    };
    let Some(value) = found(0, "\"CarrierCustomerAgreements\":[").and_then(|start| found(start, name)) else {
        return json;
    };
    let Some(end) = json.get(value..).and_then(text_length).map(|length| value + length) else { return json };
    let mut w = Json::new(text.len() + 2);
    w.quoted(text);
    json.splice(value..end, w.finish());
    json
}

/// How long a JSON text is that begins here.
fn text_length(json: &[u8]) -> Option<usize> {
    let mut escaped = false;
    let end = json.iter().skip(1).position(|&byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    json.starts_with(b"\"").then_some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::clock::Ticks;

    #[test]
    fn only_the_first_agreement_is_signed_anew() {
        let signature = Signature { person: "Ada \"A\" Oak".into(), title: "Owner\\".into(), file: None, at: Ticks(0) };
        let record = r#"{"SignaturePerson":"x","CarrierCustomerAgreements":[{"SignaturePerson":"a\"\\","SignaturePersonTitle":"","B":"SignaturePerson"},{"SignaturePerson":"b"}]}"#;
        let expected = r#"{"SignaturePerson":"x","CarrierCustomerAgreements":[{"SignaturePerson":"Ada \"A\" Oak","SignaturePersonTitle":"Owner\\","B":"SignaturePerson"},{"SignaturePerson":"b"}]}"#;
        assert_eq!(String::from_utf8(by(record.into(), &signature)).unwrap(), expected);
        for other in
            ["", "{}", r#"{"CarrierCustomerAgreements":[]}"#, r#"{"CarrierCustomerAgreements":[{"SignaturePerson":"#]
        {
            assert_eq!(by(other.into(), &signature), other.as_bytes());
        }
    }
}
