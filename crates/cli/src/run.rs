//! From the arguments to the exit code.

use crate::args::{self, Cli, Command};
use crate::commands;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::global::Global;
use crate::output::Form;
use crate::signals;
use crate::warnings::Warnings;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, FromArgMatches as _, ValueEnum as _};
use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How long files in the making have to remove themselves.
const GRACE: Duration = Duration::from_secs(2);

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = match parsed() {
        Ok(cli) => cli,
        Err(error) => return unparsed(&error),
    };
    let json = cli.global.output.is_some_and(Form::is_json);
    ExitCode::from(match attempt(cli) {
        Ok(code) => code,
        Err(failure) => {
            // Nobody may be there to read it, and then the exit code has to say it all.
            let _ = failure.write_to(json, &mut std::io::stderr().lock());
            failure.exit_code()
        }
    })
}

fn parsed() -> std::result::Result<Cli, clap::Error> {
    let mut program = args::program();
    let matches = program.try_get_matches_from_mut(std::env::args_os())?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut program))
}

fn attempt(cli: Cli) -> Result<u8> {
    log(&cli.global);
    let Cli { global, command } = cli;
    let mut context = Context::new(global)?;
    match &command {
        Command::Link(command) => commands::link::run(command, &mut context)?,
        Command::Profile(command) => commands::profile::run(command, &mut context)?,
        Command::Completions(completions) => completions.run(&mut context, Cli::command())?,
        Command::Man(man) => man.run(&mut context, args::program())?,
        command => return online(command, &mut context),
    }
    Ok(0)
}

fn online(command: &Command, context: &mut Context) -> Result<u8> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime =
        runtime.map_err(|error| Failure::io(format!("no threads could be started: {error}"), "Try again."))?;
    let ended = runtime.block_on(async {
        // They stop by themselves, once what they hold is saved.
        if matches!(command, Command::Sandbox(_) | Command::Sync(commands::sync::Command::Run(_)) | Command::Webhook(_))
        {
            return call(command, context).await.map(|()| 0);
        }
        tokio::select! {
            // The handlers are set before anything is done that a signal could cut short.
            biased;
            code = signals::stopped() => Ok(code),
            done = call(command, context) => done.map(|()| 0),
        }
    });
    runtime.shutdown_timeout(GRACE);
    if matches!(ended, Ok(code) if code != 0) {
        context.output.flush()?;
        context.remark("stopped");
    }
    ended.map_err(|failure| context.advise(failure))
}

async fn call(command: &Command, context: &mut Context) -> Result<()> {
    match command {
        Command::Carrier(command) => commands::carrier::run(command, context).await,
        Command::Invite(command) => commands::invite::run(command, context).await,
        Command::Packet(command) => commands::packet::run(command, context).await,
        Command::Monitor(command) => commands::monitor::run(command, context).await,
        Command::Block(command) => commands::block::run(command, context).await,
        Command::Verify(command) => commands::verify::run(command, context).await,
        Command::Document(command) => commands::document::run(command, context).await,
        Command::Factoring(command) => commands::factoring::run(command, context).await,
        Command::Sync(command) => commands::sync::run(command, context).await,
        Command::Webhook(command) => commands::webhook::run(command, context).await,
        Command::Token(command) => commands::token::run(command, context).await,
        Command::Api(command) => commands::api::run(command, context).await,
        Command::Sandbox(options) => options.clone().run().await.map_err(|error| {
            let hint = match error.kind() {
                std::io::ErrorKind::AddrInUse => {
                    "Choose other ports with --port and --portal-port; 0 takes any free one."
                }
                _ => "See `mycarrierpackets sandbox --help`.",
            };
            // It may have run for a while, and failed to save its state at the end.
            Failure::usage(format!("the sandbox: {error}"), hint)
        }),
        Command::Link(_) | Command::Profile(_) | Command::Completions(_) | Command::Man(_) => Ok(()),
    }
}

// Only this project's own events: those of the layers below could hold what must not be shown.
fn log(global: &Global) {
    let level = match global.verbose {
        0 => Level::WARN,
        1 => Level::INFO,
        _ => Level::DEBUG,
    };
    let verbose = global.verbose > 0;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(false);
    let warnings = (!verbose && !global.quiet).then_some(Warnings);
    let ours = Targets::new().with_target("mycarrierpackets", level);
    // A second subscriber cannot be there: this is the process's first act.
    let _ = tracing_subscriber::registry().with(verbose.then_some(lines)).with(warnings).with(ours).try_init();
}

fn unparsed(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A reader that closed the pipe wants no more help.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let json = json_asked_for(std::env::args_os());
    let bare = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if bare && !json {
        let _ = error.print();
        return ExitCode::from(2);
    }
    let failure = if bare { Failure::usage("a command is missing", commands_here()) } else { usage(error) };
    let mut out = std::io::stderr().lock();
    let _ = failure.write_to(json, &mut out).and_then(|()| out.flush());
    ExitCode::from(failure.exit_code())
}

/// Whether the arguments ask for JSON, where they could not be parsed.
fn json_asked_for(args: impl Iterator<Item = OsString>) -> bool {
    let mut value_follows = false;
    for arg in args {
        let arg = arg.to_string_lossy();
        let value = if value_follows { Some(arg.as_ref()) } else { arg.strip_prefix("--output=") };
        if value.and_then(|value| Form::from_str(value, false).ok()).is_some_and(Form::is_json) {
            return true;
        }
        value_follows = arg == "--output";
    }
    false
}

/// Where a word that is no command there is one.
fn elsewhere(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let (program, word) = (Cli::command(), word.to_lowercase());
    let groups = program.get_subcommands().filter(|group| group.find_subcommand(&word).is_some());
    let found: Vec<_> = groups.map(|group| format!("`mycarrierpackets {} {word}`", group.get_name())).collect();
    (!found.is_empty()).then(|| format!("Write {}.", found.join(" or ")))
}

/// The commands that could stand where one was wrong.
fn commands_here() -> String {
    let program = Cli::command();
    let mut here = &program;
    for arg in std::env::args_os().skip(1) {
        here = here.find_subcommand(arg).unwrap_or(here);
    }
    let names: Vec<_> = here.get_subcommands().map(clap::Command::get_name).filter(|name| *name != "help").collect();
    let under = if std::ptr::eq(here, &program) { String::new() } else { format!(" of `{}`", here.get_name()) };
    format!("The commands{under} are: {}.", names.join(", "))
}

/// The text without the user and the password of an address that was refused.
fn without_password(text: &str) -> String {
    let Some((before, rest)) = text.split_once('\'') else { return text.to_owned() };
    match rest.split_once('\'') {
        Some((value, after)) if after.contains("<URL>") && value.contains('@') => {
            let host = value.rsplit('@').next().unwrap_or_default();
            format!("{before}'[masked]@{host}'{after}")
        }
        _ => text.to_owned(),
    }
}

// clap writes a paragraph of what is wrong, one of tips, one of usage, one of help.
fn usage(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let joined = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts = text.split("\n\n").map(joined);
    let what = parts.next().unwrap_or_default();
    let what = without_password(what.strip_prefix("error: ").unwrap_or(&what));
    let rest: Vec<_> = parts.collect();
    let tip = rest.iter().find_map(|part| part.strip_prefix("tip: "));
    let usage = rest.iter().find_map(|part| part.strip_prefix("Usage: "));
    let elsewhere = Some(error).filter(|error| error.kind() == ErrorKind::InvalidSubcommand).and_then(elsewhere);
    let hint = match (tip, usage) {
        _ if elsewhere.is_some() => elsewhere.unwrap_or_default(),
        (Some(tip), _) => format!("{tip}."),
        _ if error.kind() == ErrorKind::InvalidSubcommand => commands_here(),
        (None, Some(usage)) => usage.to_owned(),
        (None, None) => "See --help.".to_owned(),
    };
    Failure::usage(what, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognized_among_arguments_that_do_not_parse() {
        let asked = |line: &str| json_asked_for(line.split(' ').map(OsString::from));
        for line in ["x --output json", "--output=jsonl x", "x --nonsense --output jsonl"] {
            assert!(asked(line), "{line}");
        }
        for line in ["x", "x json", "x --output csv", "--output=table", "x --output", "--output table json"] {
            assert!(!asked(line), "{line}");
        }
    }
}
