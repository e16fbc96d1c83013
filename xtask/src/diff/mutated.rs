//! Documents broken at random: a comparison ends, finds something, and never panics.

use super::documents;
use crate::document;
use fastrand::Rng;
use serde_json::{Value, json};

const CONTRACT: &str = include_str!("../../tests/it/contract.yaml");
const REAL: &str = include_str!("../../../spec/openapi.yaml");

/// Every place of a document.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                places(value, format!("{at}/{}", document::nodes::escape(key)), found);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                places(item, format!("{at}/{n}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

/// Breaks the document in one place.
fn broken(doc: &Value, places: &[String], rng: &mut Rng) -> (Value, String) {
    let mut now = doc.clone();
    let at = &places[rng.usize(..places.len())];
    let other = doc.pointer(&places[rng.usize(..places.len())]).cloned().unwrap_or_default();
    let odd =
        [json!(null), json!(-1), json!([]), json!({}), json!("é\u{0}"), json!({"$ref": "#/"}), json!([[1.5]]), other];
    let value = odd[rng.usize(..odd.len())].clone();
    let (parent, key) = at.rsplit_once('/').unwrap_or(("", ""));
    match (rng.u8(..3), now.pointer_mut(parent)) {
        (0, Some(Value::Object(map))) => drop(map.remove(key)),
        (1, Some(Value::Object(map))) => {
            let moved = map.remove(key).unwrap_or_default();
            map.insert(format!("{key}X"), moved);
        }
        _ => {
            if let Some(place) = now.pointer_mut(at) {
                *place = value;
            }
        }
    }
    (now, at.clone())
}

fn campaign(text: &str, rounds: usize, seed: u64) {
    let doc = document::read(text).expect("a document");
    let mut all = Vec::new();
    places(&doc, String::new(), &mut all);
    let mut rng = Rng::with_seed(seed);
    for n in 0..rounds {
        let (mut now, mut at) = broken(&doc, &all, &mut rng);
        for _ in 0..rng.u8(..3) {
            let (next, more) = broken(&now, &all, &mut rng);
            (now, at) = (next, format!("{at} {more}"));
        }
        let (base, head) = if n % 2 == 0 { (&doc, &now) } else { (&now, &doc) };
        let changes = documents::compare(base, head);
        assert_eq!(changes.is_empty(), base == head, "round {n}, at {at}");
        assert!(changes.iter().all(|change| !change.text().is_empty()), "round {n}, at {at}");
    }
}

#[test]
fn ten_thousand_broken_documents_are_compared() {
    campaign(CONTRACT, 10_000, 13);
}

#[test]
fn the_real_document_is_compared_when_it_is_broken() {
    campaign(REAL, 20, 17);
}
