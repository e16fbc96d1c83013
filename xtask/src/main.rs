//! The maintainer commands: `cargo xtask <command>`.

fn main() {}
