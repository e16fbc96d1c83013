#![no_main]
//! See `bodies/retry_after.rs`.

#[path = "../bodies/retry_after.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::check(data));
