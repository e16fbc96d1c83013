//! The sandbox as a program: `mycarrierpackets-sandbox --port 8080 --carriers 1000 --seed 7`.
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use clap::Parser;
use mycarrierpackets_sandbox::Sandbox;

/// A fake MyCarrierPackets API on loopback: synthetic carriers, user `demo`, password `demo`.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Port of the API; 0 takes any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Port of the portal; by default the port after the API's.
    #[arg(long)]
    portal_port: Option<u16>,
    /// How many carriers are monitored at the start.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    carriers: u32,
    /// The same seed makes the same carriers on the same day; with --time, the same bytes.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Stops the calendar at this instant, such as 2026-03-18T08:30:00Z.
    #[arg(long, value_name = "TIME")]
    time: Option<Time>,
    /// How long every answer but a token takes, in milliseconds.
    #[arg(long, value_name = "N", default_value_t = 0)]
    delay_ms: u64,
    /// How long a token is good for, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    token_lifetime: u64,
    /// How long a window of CarriersChanges cannot be asked for again, in seconds; 0 for no limit.
    #[arg(long, value_name = "SECONDS", default_value_t = 240)]
    changes_interval: u64,
    /// Do not compress answers, whatever the client accepts.
    #[arg(long)]
    no_gzip: bool,
}

/// An instant of the calendar, given as text.
#[derive(Clone)]
struct Time(SystemTime);

impl std::str::FromStr for Time {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        SystemTime::try_from(text.parse::<jiff::Timestamp>()?).map(Self)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let portal_port = args.portal_port.unwrap_or(match args.port {
        0 => 0,
        port => port.checked_add(1).unwrap_or(0),
    });
    let mut builder = Sandbox::builder()
        .port(args.port)
        .portal_port(portal_port)
        .carriers(args.carriers)
        .seed(args.seed)
        .delay(Duration::from_millis(args.delay_ms))
        .token_lifetime(Duration::from_secs(args.token_lifetime))
        .changes_interval(Duration::from_secs(args.changes_interval))
        .compress(!args.no_gzip)
        .record_requests(false);
    if let Some(time) = args.time {
        builder = builder.fixed_time(time.0);
    }
    let sandbox = match builder.start().await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            eprintln!("error: {error}");
            eprintln!("Choose other ports with --port and --portal-port; 0 takes any free one.");
            return ExitCode::from(2);
        }
    };
    // Whoever started this may have closed the output; the sandbox is useful all the same.
    let mut out = std::io::stdout();
    let _ = writeln!(
        out,
        "API      {}\nPortal   {}\nUser     {}\nPassword {}\n\n{} carriers, seed {}. Stop with Ctrl-C.",
        sandbox.base_url(),
        sandbox.portal_url(),
        sandbox.username(),
        sandbox.password(),
        args.carriers,
        args.seed,
    );
    let _ = out.flush();
    if let Err(error) = tokio::signal::ctrl_c().await {
        eprintln!("error: cannot wait for Ctrl-C: {error}");
        return ExitCode::from(2);
    }
    ExitCode::SUCCESS
}
