//! What a call gives its operation: parameters in the address, in a form or in a JSON body.

use std::cell::OnceCell;

use serde_json::Value;

/// Of the portal's packet, the parameter that is a part of the path.
const IN_PATH: &str = "DOTNumber";

/// The parameters of a call. The body is read when it is asked for one that is nowhere else.
pub(crate) struct Given<'c> {
    packet: Option<&'c str>,
    query: Vec<(String, String)>,
    body: &'c [u8],
    in_body: OnceCell<Vec<(String, String)>>,
}

impl<'c> Given<'c> {
    /// The parameters of a call with this query, of which `packet` is a part of the path.
    pub(crate) fn new(packet: Option<&'c str>, query: Vec<(String, String)>, body: &'c [u8]) -> Self {
        Self { packet, query, body, in_body: OnceCell::new() }
    }

    /// Whether a parameter has a value. Names are compared without case, as the vendor does, and values as text.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        let (name, value) = (name.trim(), value.trim());
        let same = |own: &str, text: &str| own.trim().eq_ignore_ascii_case(name) && text.trim() == value;
        self.packet.is_some_and(|dot| same(IN_PATH, dot))
            || self.query.iter().any(|(own, text)| same(own, text))
            || self.in_body.get_or_init(|| in_body(self.body)).iter().any(|(own, text)| same(own, text))
    }
}

/// The members of a JSON object, those of a list one by one, or the fields of a form.
fn in_body(body: &[u8]) -> Vec<(String, String)> {
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
        return form_urlencoded::parse(body).into_owned().collect();
    };
    let texts = |value: &Value| match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        other => text(other).into_iter().collect::<Vec<_>>(),
    };
    members.iter().flat_map(|(name, value)| texts(value).into_iter().map(|text| (name.clone(), text))).collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Given;

    #[test]
    fn a_parameter_is_found_wherever_it_is() {
        let query = || vec![("carrierEmail".to_owned(), "ada@carrier.example".to_owned())];
        let json =
            br#"{"DOTNumber":23868,"Notify":true,"Emails":["a@b.example","c@d.example"],"Deep":{"x":"y"},"No":null}"#;
        let given = Given::new(None, query(), json);
        for (name, value) in [
            ("CARRIEREMAIL", "ada@carrier.example"),
            ("dotnumber", " 23868 "),
            ("notify", "true"),
            ("Emails", "c@d.example"),
        ] {
            assert!(given.has(name, value), "{name}");
        }
        for (name, value) in [("DOTNumber", "2386"), ("x", "y"), ("No", "null"), ("No", ""), ("Deep", "y")] {
            assert!(!given.has(name, value), "{name}");
        }
        assert!(Given::new(None, Vec::new(), b"grant_type=password&username=birke").has("UserName", "birke"));
        assert!(Given::new(Some("23868"), Vec::new(), b"").has("DOTNumber", "23868"));
        assert!(!Given::new(None, Vec::new(), b"{").has("DOTNumber", "23868"));
    }
}
