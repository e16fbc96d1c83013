//! The key with which the forms of the portal are sealed.

use std::hash::{BuildHasher as _, RandomState};

/// A key for the seals of forms: it follows from `seed` only if asked to, as tokens do.
pub(super) fn form_key(seed: Option<u64>) -> String {
    let random = || RandomState::new().hash_one(0);
    let (high, low) = seed.map_or_else(|| (random(), random()), |seed| (seed, !seed));
    format!("{high:016x}{low:016x}")
}
