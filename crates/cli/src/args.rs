//! The command line as it is written.

use crate::commands::{
    api, block, carrier, document, factoring, invite, link, monitor, packet, profile, shell, sync, token, verify,
    webhook,
};
use crate::failure::EXIT_CODES;
use crate::global::Global;
use clap::{CommandFactory as _, Parser, Subcommand};

/// A command-line client for the MyCarrierPackets API: carriers, invitations, monitoring, documents
#[derive(Debug, Parser)]
#[command(
    name = "mycarrierpackets",
    version,
    after_help = format!("{EXIT_CODES}\n\nExample:\n  mycarrierpackets carrier preview MC113843"),
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 110
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(subcommand)]
    Carrier(carrier::Command),
    #[command(subcommand)]
    Invite(invite::Command),
    #[command(subcommand)]
    Packet(packet::Command),
    #[command(subcommand)]
    Monitor(monitor::Command),
    #[command(subcommand)]
    Block(block::Command),
    #[command(subcommand)]
    Verify(verify::Command),
    #[command(subcommand)]
    Document(document::Command),
    #[command(subcommand)]
    Factoring(factoring::Command),
    #[command(subcommand)]
    Link(link::Command),
    #[command(subcommand)]
    Sync(sync::Command),
    #[command(subcommand)]
    Webhook(webhook::Command),
    #[command(subcommand)]
    Token(token::Command),
    Api(api::Command),
    #[command(subcommand)]
    Profile(profile::Command),
    /// Run a sandbox: a fake vendor with synthetic carriers, no account needed
    #[command(after_help = "Example:\n  mycarrierpackets sandbox --port 8080 --carriers 1000")]
    Sandbox(mycarrierpackets_sandbox::Options),
    Completions(shell::Completions),
    Man(shell::Man),
}

/// The program as it is parsed and explained: the global options are in its own help, and not in that of every command.
pub fn program() -> clap::Command {
    let program = Cli::command();
    let globals = program.get_arguments().filter(|arg| arg.is_global_set());
    let hidden: Vec<_> = globals.map(|arg| arg.clone().hide(true)).collect();
    with_commands(program, &hidden)
}

fn with_commands(mut command: clap::Command, hidden: &[clap::Arg]) -> clap::Command {
    let names: Vec<_> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, |sub| {
            let more = sub.get_after_help().map(|help| format!("\n\n{help}")).unwrap_or_default();
            let sub = sub.args(hidden).after_help(format!("Global options: see `mycarrierpackets --help`.{more}"));
            with_commands(sub, hidden)
        });
    }
    command
}
