//! The sandbox as a program: `mycarrierpackets-sandbox --port 8080 --carriers 1000 --seed 7`.
#![forbid(unsafe_code)]

use clap::{CommandFactory as _, Parser};
use mycarrierpackets_sandbox::Options;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// A fake MyCarrierPackets API on loopback: synthetic carriers, user `demo`, password `demo`.
#[derive(Parser)]
#[command(name = PROGRAM, version)]
struct Args {
    #[command(flatten)]
    options: Options,
    /// Print completions for a shell, and end.
    // Hidden, as --man is: packages are made with them, and whoever installs one has their output.
    #[arg(long, value_name = "SHELL", value_enum, hide = true, exclusive = true)]
    completions: Option<clap_complete::Shell>,
    /// Print the manual page, and end.
    #[arg(long, hide = true, exclusive = true)]
    man: bool,
}

const PROGRAM: &str = "mycarrierpackets-sandbox";

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let done = match page(&args) {
        Ok(Some(page)) => io::stdout().write_all(&page),
        Ok(None) => args.options.run().await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// What is to be printed instead of running a sandbox.
fn page(args: &Args) -> io::Result<Option<Vec<u8>>> {
    let mut page = Vec::new();
    if let Some(shell) = args.completions {
        clap_complete::generate(shell, &mut Args::command(), PROGRAM, &mut page);
    } else if args.man {
        clap_mangen::Man::new(Args::command()).render(&mut page)?;
    } else {
        return Ok(None);
    }
    Ok(Some(page))
}
