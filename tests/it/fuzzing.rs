//! The fuzz targets' checks as property tests: random bytes, and real ones with a few bytes changed.

#[path = "../../fuzz/bodies/mod.rs"]
mod bodies;

use crate::support::schema::examples;
use bodies::{carrier_id, decode, normalize, references, retry_after, webhook};
use proptest::prelude::*;

/// `seeds` with up to four bytes changed, taken out or put in, or cut off.
fn changed(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    (prop::sample::select(seeds), prop::collection::vec(change, 0..4)).prop_map(|(mut bytes, changes)| {
        for (place, byte, kind) in changes {
            let at = place.index(bytes.len() + 1);
            match (kind, at < bytes.len()) {
                (0, true) => bytes[at] = byte,
                (1, true) => drop(bytes.remove(at)),
                (2, true) => bytes.truncate(at),
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
}

fn texts(seeds: &[&str]) -> Vec<Vec<u8>> {
    seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect()
}

fn answers() -> Vec<Vec<u8>> {
    examples().iter().map(|(_, _, value)| value.to_string().into_bytes()).collect()
}

/// Bodies and signatures, by themselves and one after the other.
fn webhooks() -> Vec<Vec<u8>> {
    let vectors = crate::webhooks::vectors::vectors().into_iter();
    let both = |vector: crate::webhooks::vectors::Vector| {
        let signature = vector.signature.unwrap_or_default();
        [format!("{signature}{}", vector.body), vector.body, signature].map(String::into_bytes)
    };
    vectors.flat_map(both).collect()
}

const CARRIERS: [&str; 8] = [
    "23868",
    "DOT 23868 MC113843",
    "MC-0113843 / 23868",
    "TX 006543210C",
    "CA# 123456CA 123456",
    "MC113843MC0113843",
    "USDOT23868DOT 23868",
    "FF1,MX2",
];
const WAITS: [&str; 7] = [
    "2",
    "2.0",
    "-1",
    "1e400",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT\0Sun Nov  6 08:49:37 1994",
    "2026-03-18T08:30:00Z\0x",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn references_are_resolved_as_in_a_tree(data in prop::collection::vec(any::<u8>(), 0..96)) {
        references::check(&data);
    }

    #[test]
    fn references_in_any_answer_are_resolved_or_left(data in changed(answers())) {
        references::check(&data);
    }

    #[test]
    fn any_answer_is_normalized_or_refused(kind in any::<u8>(), data in changed(answers())) {
        normalize::check(&[&[kind], &data[..]].concat());
    }

    #[test]
    fn any_answer_is_decoded_or_refused(data in changed(answers())) {
        decode::check(&data);
    }

    #[test]
    fn any_text_is_a_carrier_or_a_refusal(data in changed(texts(&CARRIERS)), other in ".{0,24}") {
        carrier_id::check(&data);
        carrier_id::check(other.as_bytes());
    }

    #[test]
    fn any_webhook_is_verified_or_refused(data in changed(webhooks()), other in prop::collection::vec(any::<u8>(), 0..96)) {
        webhook::check(&data);
        webhook::check(&other);
    }

    #[test]
    fn any_retry_after_is_a_wait(data in changed(texts(&WAITS))) {
        retry_after::check(&data);
    }
}
