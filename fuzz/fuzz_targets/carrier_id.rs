#![no_main]
//! See `bodies/carrier_id.rs`.

#[path = "../bodies/carrier_id.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::check(data));
