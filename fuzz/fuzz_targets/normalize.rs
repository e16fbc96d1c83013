#![no_main]
//! See `bodies/normalize.rs`.

#[path = "../bodies/normalize.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::check(data));
