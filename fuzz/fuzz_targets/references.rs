#![no_main]
//! See `bodies/references.rs`.

#[path = "../bodies/references.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::check(data));
