#![no_main]
//! See `bodies/rosters.rs`.

#[path = "../bodies/rosters.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::check(data, mycarrierpackets_cli::read_roster));
