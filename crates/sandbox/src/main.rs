//! The sandbox as a program: `mycarrierpackets-sandbox --port 8080 --carriers 1000 --seed 7`.
#![forbid(unsafe_code)]

use clap::Parser;
use mycarrierpackets_sandbox::Options;
use std::process::ExitCode;

/// A fake MyCarrierPackets API on loopback: synthetic carriers, user `demo`, password `demo`.
#[derive(Parser)]
#[command(version)]
struct Args {
    #[command(flatten)]
    options: Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Args::parse().options.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
