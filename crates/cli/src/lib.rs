//! The command line of the MyCarrierPackets API, as a library for its binary and its tests.
//!
//! The data path: `args` (what was written) → `context` (who calls, where, in which form) → `commands` (one file
//! each) → the SDK → `output` (tables, JSON, CSV), or `failure` (two lines and an exit code).
#![forbid(unsafe_code)]
#![allow(missing_docs)]

mod acts;
pub mod args;
mod ask;
mod commands;
mod context;
mod failure;
mod files;
mod global;
mod html;
mod ids;
mod output;
mod private;
mod profile;
mod progress;
mod roster;
mod run;
mod sheet;
mod signals;
mod text;
mod times;
mod tokens;
mod warnings;
mod who;

pub use run::run;

/// The carriers of a roster, each by all of its numbers, for the fuzz targets.
///
/// # Errors
/// What is wrong with it.
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub fn read_roster(bytes: &[u8]) -> Result<Vec<Vec<mycarrierpackets::types::CarrierId>>, String> {
    roster::parse(bytes).map(|roster| roster.carriers.iter().map(|carrier| carrier.numbers().collect()).collect())
}
