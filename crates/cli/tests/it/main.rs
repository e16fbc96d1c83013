//! Tests of the command line, one binary: each runs the real program against a sandbox in this process.
//!
//! - `commands`: every command in every form of output; `acts`: commands that change something, and dry runs.
//! - `codes`: every exit code and both forms of an error; `help`: the examples of every `--help`, run.
//! - `profiles`: who calls; `credentials`: to which hosts; `token_cache`: tokens between runs.
//! - `places`: devices, links, files that are there; `stopped`: signals, and the modes of all files.
//! - `by_path`: operations that the document does not have.
//! - `expiring`: coverages that end, and those whose end is not known.
//! - `export`: payables, and what they never hold.
//! - `reconcile`: plans and how they are carried out.
//! - `pipes`: closed pipes, Ctrl-C, memory; `files`: folders that cannot be written, hostile names.
//! - `vetting`: the vetting sheet, whole and with parts that could not be read.
//! - `readme`: the session in README.md, run again.
//! - `situations`: whatever may stand between a person and an answer, a row each.
//! - `sync`, `sync_known`, `sync_documents`: a store and what is in it; `webhook`: what the vendor posts.
//! - `sync_workers`: `sync run` as a service, while stores and other workers come and go.
//! - `support`: the sandbox and the program; `tls`: servers with certificates of every kind.

mod acts;
mod by_path;
mod codes;
mod commands;
mod credentials;
mod expiring;
mod export;
mod files;
mod help;
mod pipes;
mod places;
mod profiles;
mod readme;
mod reconcile;
mod rosters;
mod several_dockets;
mod situations;
mod stopped;
mod support;
mod sync;
mod sync_acts;
mod sync_customers;
mod sync_documents;
mod sync_known;
mod sync_sinks;
mod sync_workers;
mod tls;
mod token_cache;
mod vetting;
mod webhook;
