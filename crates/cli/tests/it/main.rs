//! Tests of the command line, one binary: each runs the real program against a sandbox in this process.
//!
//! - `commands`: every command in every form of output; `acts`: what acts on the world, and dry runs.
//! - `codes`: every exit code and both forms of an error; `help`: the examples of every `--help`, run.
//! - `profiles`: who calls; `credentials`: to which hosts; `token_cache`: tokens between runs.
//! - `places`: devices, links, files that are there; `stopped`: signals, and the modes of all files.
//! - `by_path`: operations that the document does not have.
//! - `reconcile`: plans and how they are carried out.
//! - `pipes`: closed pipes, Ctrl-C, memory; `files`: folders that cannot be written, hostile names.
//! - `readme`: the session in the README, run again.
//! - `support`: the sandbox and the program.

mod acts;
mod by_path;
mod codes;
mod commands;
mod credentials;
mod files;
mod help;
mod pipes;
mod places;
mod profiles;
mod readme;
mod reconcile;
mod rosters;
mod stopped;
mod support;
mod token_cache;
