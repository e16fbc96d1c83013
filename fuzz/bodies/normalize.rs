//! Any body of a 200 becomes what the generated client expects, or an error; JSON stays JSON.

use mycarrierpackets::{Operation, fuzzing};
use serde::de::IgnoredAny;

/// The largest answer that is allowed.
const MOST: usize = 1 << 16;
const KINDS: [&str; 4] = ["application/json; charset=utf-8", "", "text/plain", "text/html"];

/// Checks every operation; the first byte chooses the content type.
pub fn check(data: &[u8]) {
    let (first, body) = data.split_first().unwrap_or((&0, &[]));
    let kind = KINDS[usize::from(*first) % KINDS.len()];
    let is_json = |bytes: &[u8]| serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
    for info in Operation::all() {
        let Ok(answer) = fuzzing::normalized(info.operation, kind.as_bytes(), body, MOST) else { continue };
        // What is put around it is a name and some brackets.
        assert!(answer.len() <= MOST.max(body.len()) + 64, "{}: {} bytes", info.id, answer.len());
        if is_json(body) {
            assert!(is_json(&answer), "{}: {:?}", info.id, String::from_utf8_lossy(&answer));
        }
    }
}
