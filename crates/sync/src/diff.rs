//! What differs between two canonical forms, field by field.

use crate::canon::key;
use serde_json::Value;
use std::collections::BTreeMap;

/// A field that changed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldChange {
    /// Where it stands, such as `certData.certificate[policyNumber=AL-1,type=Auto].expirationDate`. An element of a list is
    /// named by what it is, not by its place, and by its place only if nothing else distinguishes it.
    pub path: String,
    /// What stood there; `None` for nothing.
    pub old: Option<Value>,
    /// What stands there now; `None` for nothing.
    pub new: Option<Value>,
}

/// The fields in which `new` differs from `old`, in the order of their paths. Both are [canonical](crate::canon::canonical).
pub fn diff(old: Option<&Value>, new: Option<&Value>) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare("", old, new, &mut changes);
    changes.sort_by(|left, right| left.path.cmp(&right.path));
    changes
}

/// The fields of what stands at `path`, each by where it stands.
pub(crate) fn fields_at(path: &str, value: Option<&Value>) -> Vec<(String, Value)> {
    let mut changes = Vec::new();
    compare(path, None, value, &mut changes);
    changes.into_iter().filter_map(|change| Some((change.path, change.new?))).collect()
}

fn compare(path: &str, old: Option<&Value>, new: Option<&Value>, changes: &mut Vec<FieldChange>) {
    if old == new {
        return;
    }
    match (parts(old), parts(new)) {
        // Of one kind, or one of them nothing: each field by itself.
        (Some(old), Some(new)) if old.listed == new.listed || old.parts.is_empty() || new.parts.is_empty() => {
            let listed = if old.parts.is_empty() { new.listed } else { old.listed };
            let names: std::collections::BTreeSet<&String> = old.parts.keys().chain(new.parts.keys()).collect();
            for name in names {
                let within = match (listed, path.is_empty()) {
                    (true, _) => format!("{path}[{name}]"),
                    (false, true) => name.clone(),
                    (false, false) => format!("{path}.{name}"),
                };
                compare(&within, old.parts.get(name).copied(), new.parts.get(name).copied(), changes);
            }
        }
        _ => changes.push(FieldChange { path: path.to_owned(), old: old.cloned(), new: new.cloned() }),
    }
}

/// The parts of an object or a list by their names.
struct Parts<'a> {
    listed: bool,
    parts: BTreeMap<String, &'a Value>,
}

fn parts(value: Option<&Value>) -> Option<Parts<'_>> {
    match value {
        None => Some(Parts { listed: false, parts: BTreeMap::new() }),
        Some(Value::Object(fields)) => {
            Some(Parts { listed: false, parts: fields.iter().map(|(name, value)| (name.clone(), value)).collect() })
        }
        Some(Value::Array(items)) => {
            let mut parts = BTreeMap::new();
            for item in items {
                // A value of no parts is its own name: in a list of texts one comes or goes, and none changes.
                let name = key(item).unwrap_or_else(|| if item.is_object() { String::new() } else { plain(item) });
                let numbered = |times: usize| match (name.as_str(), times) {
                    ("", times) => format!("#{times}"),
                    (name, 1) => name.to_owned(),
                    (name, times) => format!("{name}#{times}"),
                };
                let free = (1..).map(numbered).find(|name| !parts.contains_key(name));
                parts.insert(free.unwrap_or_default(), item);
            }
            Some(Parts { listed: true, parts })
        }
        Some(_) => None,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canon::canonical;
    use serde_json::json;

    fn paths(old: Value, new: Value) -> Vec<String> {
        let changes = diff(canonical(&old).as_ref(), canonical(&new).as_ref());
        let shown = |value: Option<Value>| value.map_or_else(|| "-".to_owned(), |value| plain(&value));
        changes
            .into_iter()
            .map(|change| format!("{}: {} > {}", change.path, shown(change.old), shown(change.new)))
            .collect()
    }

    #[test]
    fn each_field_is_named_by_where_it_stands() {
        let policy = |number: &str, end: &str| json!({"policyNumber": number, "type": "Auto", "expirationDate": end});
        let cases = [
            (json!({"a": 1}), json!({"a": "1"}), vec![]),
            (json!({"a": 1}), json!({"a": 2}), vec!["a: 1 > 2"]),
            (json!({"a": {"b": 1}}), json!({"a": {"b": 1, "c": [2]}}), vec!["a.c[2]: - > 2"]),
            (json!({"a": "x"}), json!({}), vec!["a: x > -"]),
            (json!({"a": "x"}), json!({"a": {"b": "x"}}), vec!["a: x > {\"b\":\"x\"}"]),
            (
                json!({"p": [policy("A", "2026-01-01"), policy("B", "2026-02-01")]}),
                json!({"p": [policy("B", "2027-02-01"), policy("A", "2026-01-01")]}),
                vec!["p[policyNumber=B,type=Auto].expirationDate: 2026-02-01 > 2027-02-01"],
            ),
            (json!(["Risk"]), json!(["Risk", "Insurance"]), vec!["[Insurance]: - > Insurance"]),
            (json!([{"x": 1}]), json!([{"x": 1}, {"x": 2}]), vec!["[#2].x: - > 2"]),
            (
                json!({}),
                json!({"p": [policy("A", "x")]}),
                vec![
                    "p[policyNumber=A,type=Auto].expirationDate: - > x",
                    "p[policyNumber=A,type=Auto].policyNumber: - > A",
                    "p[policyNumber=A,type=Auto].type: - > Auto",
                ],
            ),
        ];
        for (old, new, expected) in cases {
            assert_eq!(paths(old.clone(), new.clone()), expected, "{old} {new}");
        }
    }

    #[test]
    fn nothing_differs_from_itself_and_every_difference_goes_both_ways() {
        let values =
            [json!(null), json!({}), json!([1, [2], {"VIN": "x"}]), json!({"a": [{"Email": "x", "b": null}, "y"]})];
        for left in &values {
            assert!(diff(canonical(left).as_ref(), canonical(left).as_ref()).is_empty(), "{left}");
            for right in &values {
                let (left, right) = (canonical(left), canonical(right));
                let there = diff(left.as_ref(), right.as_ref());
                assert_eq!(there.is_empty(), left == right);
                let back = diff(right.as_ref(), left.as_ref());
                let turned: Vec<_> =
                    back.into_iter().map(|it| FieldChange { path: it.path, old: it.new, new: it.old }).collect();
                assert_eq!(there, turned);
            }
        }
    }
}
