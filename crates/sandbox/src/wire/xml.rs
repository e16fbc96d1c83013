//! The same data as XML, for clients that ask for it: one element for each member, in the order of the alphabet as
//! the data contract serializer has it. Not a fast path, so it starts from the JSON.

use std::collections::HashMap;

use serde_json::Value;

const NAMESPACES: &str = "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"";

/// Rewrites an answer; `root` is the name of its model, `ArrayOf…` for a list.
pub(crate) fn from_json(json: &[u8], root: &'static str) -> Vec<u8> {
    let value: Value = serde_json::from_slice(json).unwrap_or(Value::Null);
    let mut known = HashMap::new();
    collect(&value, &mut known);
    let mut out = String::with_capacity(json.len() * 2);
    element(&mut out, root, Some(NAMESPACES), &value, &known);
    out.into_bytes()
}

/// Finds the objects that references may point to.
fn collect<'v>(value: &'v Value, known: &mut HashMap<&'v str, &'v Value>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(id)) = members.get("$id") {
                known.insert(id, value);
            }
            members.values().for_each(|member| collect(member, known));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, known)),
        _ => {}
    }
}

fn element(out: &mut String, name: &str, extra: Option<&str>, value: &Value, known: &HashMap<&str, &Value>) {
    let name = &xml_name(name);
    out.push('<');
    out.push_str(name);
    if let Some(extra) = extra {
        out.push(' ');
        out.push_str(extra);
    }
    match value {
        Value::Null => {
            out.push_str(" i:nil=\"true\" />");
            return;
        }
        Value::Object(members) => {
            out.push('>');
            // The sandbox only refers to objects that are complete, so this cannot go round in circles.
            let target = members.get("$ref").and_then(Value::as_str).and_then(|id| known.get(id));
            let members = target.and_then(|target| target.as_object()).unwrap_or(members);
            for (name, member) in members.iter().filter(|(name, _)| !name.starts_with('$')) {
                element(out, name, None, member, known);
            }
        }
        Value::Array(items) => {
            out.push('>');
            let item_name = item_name(name);
            for item in items {
                element(out, item_name, None, item, known);
            }
        }
        Value::String(text) => {
            out.push('>');
            escape(out, text);
        }
        Value::Bool(_) | Value::Number(_) => {
            out.push('>');
            out.push_str(&value.to_string());
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Names are made here but for the members of an answer's unknown future, so this is a precaution.
fn xml_name(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect()
}

/// What the elements of a list are called: by their model.
fn item_name(list: &str) -> &str {
    if let Some(model) = list.strip_prefix("ArrayOf") {
        return model;
    }
    match list {
        "Infractions" => "RiskAssessmentInfraction",
        "Certificates" => "Certificate",
        "Certificate" => "CertificateDTO",
        "Coverages" => "Coverage",
        "Coverage" => "CoverageDTO",
        "PolicyList" => "PolicyOutput",
        "Emails" => "CarrierEmail",
        "AssureAdvantage" => "FMCSACarrier",
        "CarrierList" => "FMCSACarrierChanged",
        "CarriersContacts" => "MonitoredCarriersContact",
        "Contacts" => "CarrierContact",
        "AssociatedCarriers" => "AssociatedCarriersDTO",
        "PhoneAssociationTypes" | "EmailAssociationTypes" => "AssociationTypeDTO",
        "FactoringCompanies" => "UpdatedFactoring",
        "IncidentReports" => "CarrierIncidentReportDetailDTO",
        "Comments" => "CarrierIncidentReportCommentDTO",
        "VINVerifications" => "CarrierVINVerificationDetailDTO",
        "Requests" => "CarrierVINVerificationRequestDTO",
        "CarrierCustomerAgreements" => "CarrierCustomerAgreementDTO",
        "CarrierCustomerAgreementImages" => "CarrierCustomerAgreementImageDTO",
        "CarrierCustomerPacketStatuses" => "CarrierCustomerPacketStatusDTO",
        "CarrierDrivers" => "CarrierDriverDTO",
        "CarrierDispatchers" => "CarrierDispatcherDTO",
        "CarrierPaymentTerms" => "CarrierPaymentTermDTO",
        "CarrierPaymentTypes" => "CarrierPaymentTypeDTO",
        "CarrierW9Forms" => "CarrierW9FormDTO",
        "CarrierW9FormImages" => "CarrierW9FormImageDTO",
        "CarrierTINMatchings" => "CarrierTINMatchingDTO",
        "ChangeCategories" | "IncidentTypes" | "Messages" => "string",
        _ => "Item",
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 cannot say these at all.
            '\0'..=' ' if !matches!(c, ' ' | '\t' | '\n' | '\r') => out.push('\u{FFFD}'),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_written_out_and_text_is_escaped() {
        let json = br#"[{"$id":"1","b":"<&\u0001>","a":{"$id":"2","n":1.50}},{"$id":"3","a":{"$ref":"2"},"b":null}]"#;
        assert_eq!(
            String::from_utf8(from_json(json, "ArrayOfThing")).unwrap(),
            format!(
                "<ArrayOfThing {NAMESPACES}><Thing><a><n>1.5</n></a><b>&lt;&amp;\u{FFFD}&gt;</b></Thing>\
                 <Thing><a><n>1.5</n></a><b i:nil=\"true\" /></Thing></ArrayOfThing>"
            )
        );
    }
}
