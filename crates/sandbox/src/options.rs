//! The options of the sandbox as a program, and its run: for this crate's binary and for programs that contain it.

use crate::{Fault, Profile, Sandbox};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// What the sandbox can be told on a command line.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
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
    /// What it behaves like: the vendor's documents, the vendor, or the vendor on its worst day.
    #[arg(long, value_enum, default_value_t = Profile::Wire)]
    profile: Profile,
    /// A rule of misbehaviour, such as kind=status,code=503,operation=PreviewCarrier,first=2. Can be given repeatedly.
    #[arg(long = "fault", value_name = "RULE")]
    faults: Vec<Fault>,
    /// A file of such rules: a JSON list of objects with the same names.
    #[arg(long = "faults", value_name = "FILE")]
    fault_file: Option<PathBuf>,
    /// Do not compress answers, whatever the client accepts.
    #[arg(long)]
    no_gzip: bool,
}

/// An instant of the calendar, given as text.
#[derive(Clone, Debug)]
struct Time(SystemTime);

impl std::str::FromStr for Time {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        SystemTime::try_from(text.parse::<jiff::Timestamp>()?).map(Self)
    }
}

impl Options {
    /// Runs a sandbox, prints its addresses, and stops at Ctrl-C.
    ///
    /// # Errors
    /// When a port is taken, or Ctrl-C cannot be waited for.
    pub async fn run(self) -> io::Result<()> {
        let (carriers, seed) = (self.carriers, self.seed);
        let sandbox = self.builder()?.start().await?;
        // Whoever started this may have closed the output; the sandbox is useful all the same.
        let mut out = io::stdout();
        let _ = writeln!(
            out,
            "API      {}\nPortal   {}\nUser     {}\nPassword {}\n\n{carriers} carriers, seed {seed}. Stop with Ctrl-C.",
            sandbox.base_url(),
            sandbox.portal_url(),
            sandbox.username(),
            sandbox.password(),
        );
        let _ = out.flush();
        tokio::signal::ctrl_c().await
    }

    fn builder(mut self) -> io::Result<crate::Builder> {
        if let Some(path) = &self.fault_file {
            let wrong =
                |what: String| io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {what}", path.display()));
            let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
            self.faults.extend(Fault::list_from_json(&text).map_err(wrong)?);
        }
        let portal_port = self.portal_port.unwrap_or(match self.port {
            0 => 0,
            port => port.checked_add(1).unwrap_or(0),
        });
        let builder = Sandbox::builder()
            .port(self.port)
            .portal_port(portal_port)
            .carriers(self.carriers)
            .seed(self.seed)
            .delay(Duration::from_millis(self.delay_ms))
            .token_lifetime(Duration::from_secs(self.token_lifetime))
            .changes_interval(Duration::from_secs(self.changes_interval))
            .compress(!self.no_gzip)
            .profile(self.profile)
            .faults(self.faults)
            .record_requests(false);
        Ok(match self.time {
            Some(time) => builder.fixed_time(time.0),
            None => builder,
        })
    }
}
