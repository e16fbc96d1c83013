//! Times among the arguments.

use crate::failure::{Failure, Result};
use crate::times;
use jiff::{Timestamp, ZonedDateTime};

/// The time that was given with `--name`.
pub fn read_time(name: &str, text: &str) -> Result<Timestamp> {
    times::parse(text, &ZonedDateTime::now())
        .map_err(|error| Failure::usage(format!("--{name}: {error}"), "See --help for how to write a time."))
}
