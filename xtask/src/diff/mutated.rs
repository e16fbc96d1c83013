//! Documents broken at random: a comparison ends, finds something, and never panics.

use super::documents;
use crate::document;
use crate::mutate::{broken, places};
use fastrand::Rng;

const CONTRACT: &str = include_str!("../../tests/it/contract.yaml");
const REAL: &str = include_str!("../../../spec/openapi.yaml");

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
