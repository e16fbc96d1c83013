//! The maintainer commands: `cargo xtask <command>`, one file each.

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

mod api;
mod bench;
mod build_cost;
mod bundle;
mod clients;
mod codegen;
mod diff;
mod dist;
mod documents;
mod drift;
mod finding;
mod generator;
mod http;
mod lint;
mod load;
mod measure;
#[cfg(test)]
mod mutate;
mod process;
mod snapshots;
mod source;
mod standard;
mod surface_diff;
mod sync;
mod vendor;
mod yaml;

// The build script's own modules, so that both see the same document and the same generated code.
#[path = "../../build/document.rs"]
mod document;
#[path = "../../build/generate.rs"]
mod generate;
#[path = "../../build/lenient.rs"]
mod lenient;
#[path = "../../build/operations.rs"]
mod operations;
#[path = "../../build/schema.rs"]
mod schema;
#[path = "../../build/surface.rs"]
mod surface;
#[path = "../../build/vocabulary.rs"]
mod vocabulary;

/// Maintainer commands of mycarrierpackets.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    /// The checkout to work on.
    #[arg(long, global = true, hide = true, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/.."))]
    root: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Api(api::Args),
    Codegen(codegen::Args),
    Bench(bench::Args),
    Bundle(bundle::Args),
    Diff(diff::Args),
    Dist(dist::Args),
    Drift(drift::Args),
    Lint(lint::Args),
    Vendor(vendor::Args),
    Clients(clients::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        Command::Api(args) => api::run(&cli.root, &args),
        Command::Codegen(args) => codegen::run(&cli.root, &args),
        Command::Bench(args) => bench::run(&cli.root, &args),
        Command::Bundle(args) => bundle::run(&cli.root, &args),
        Command::Diff(args) => diff::run(&cli.root, &args),
        Command::Dist(args) => dist::run(&cli.root, &args),
        Command::Drift(args) => drift::run(&cli.root, &args),
        Command::Lint(args) => lint::run(&cli.root, &args),
        Command::Vendor(args) => vendor::run(&cli.root, &args),
        Command::Clients(args) => clients::run(&cli.root, &args),
    }
}
