//! One form for what means the same: the vendor writes a number as text one day, and nothing as null or as an empty text.

use serde_json::{Map, Value};

/// Fields by which an element of a list is known again when others around it come and go, the first that it has.
const NATURAL_KEYS: [&[&str]; 9] = [
    &["BlobName"],
    &["policyNumber", "type"],
    &["PolicyNumber", "Type"],
    &["VIN"],
    &["Email"],
    &["IncidentReportID"],
    &["FactoringCompanyID"],
    &["RuleText"],
    &["Type"],
];

/// `value` in its canonical form; `None` for what is nothing: null, blank text, and what holds nothing else.
///
/// Texts are trimmed, and the `$id` by which the server numbers the objects of an answer is left out. A number and the same number as text are one, and lists are in an order of their own, because the
/// vendor's order says nothing.
pub fn canonical(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Bool(_) => Some(value.clone()),
        Value::Number(number) => Some(Value::String(plain_number(&number.to_string()))),
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty()).then(|| Value::String(plain_number(text)))
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().filter_map(canonical).collect();
            items.sort_by_cached_key(|item| (key(item), item.to_string()));
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| *name != "$id");
            let fields: Map<String, Value> =
                fields.filter_map(|(name, value)| Some((name.clone(), canonical(value)?))).collect();
            (!fields.is_empty()).then_some(Value::Object(fields))
        }
    }
}

/// The name by which an element of a list is known again; `None` for one that has none.
pub(crate) fn key(item: &Value) -> Option<String> {
    let fields = item.as_object()?;
    NATURAL_KEYS.iter().find_map(|names| {
        let parts: Option<Vec<String>> = names.iter().map(|name| part(name, fields.get(*name)?)).collect();
        parts.map(|parts| parts.join(","))
    })
}

fn part(name: &str, value: &Value) -> Option<String> {
    let value = value.as_str()?;
    Some(format!("{name}={value}"))
}

// `1.50` and `1.5` are one number. What has a leading zero is a code, such as a ZIP, and stays as it is.
fn plain_number(text: &str) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || (whole.len() > 1 && whole.starts_with('0')) || !digits.contains('.') || !is_number(fraction)
    {
        return text.to_owned();
    }
    let sign = if digits.len() < text.len() { "-" } else { "" };
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_means_the_same_has_one_form() {
        let same = [
            (json!({"a": 1, "b": null}), json!({"a": "1"})),
            (json!({"a": " x ", "b": "", "c": "  ", "d": [], "e": {}, "f": [null, {"g": ""}]}), json!({"a": "x"})),
            (json!(1.50), json!("1.5")),
            (json!("2.0"), json!(2)),
            (json!([3, 1, 2]), json!(["1", "2", "3"])),
            (json!({"$id": "1", "a": {"$id": "2", "b": "x"}}), json!({"$id": "7", "a": {"b": "x"}})),
            (
                json!([{"Email": "b@x.example", "Phone": 1}, {"Email": "a@x.example"}]),
                json!([{"Email": "a@x.example"}, {"Email": "b@x.example", "Phone": "1"}]),
            ),
        ];
        for (left, right) in same {
            assert_eq!(canonical(&left), canonical(&right), "{left} {right}");
        }
    }

    #[test]
    fn what_differs_stays_different() {
        let different = [
            (json!("02134"), json!("2134")),
            (json!("1,000,000"), json!("1000000")),
            (json!("Yes"), json!(true)),
            (json!("1.5.0"), json!("1.5")),
            (json!("-"), json!("")),
            (json!("1."), json!("1")),
            (json!([1, 1]), json!([1])),
            (json!({"a": "x"}), json!({"A": "x"})),
        ];
        for (left, right) in different {
            assert_ne!(canonical(&left), canonical(&right), "{left} {right}");
        }
    }

    #[test]
    fn a_canonical_form_is_its_own() {
        let value = json!({"z": [{"policyNumber": "B", "type": "Auto", "x": 1.0}, {"policyNumber": "A", "type": "Auto"}], "a": -0.50});
        let once = canonical(&value).expect("something");
        assert_eq!(canonical(&once).as_ref(), Some(&once));
        assert_eq!(once["z"][0]["policyNumber"], "A");
    }
}
