//! The options that every command takes.

use crate::output::Form;
use clap::{Args, ValueEnum};
use mycarrierpackets::files::Existing;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Address of the API [env: MCP_BASE_URL]
    #[arg(long, global = true, value_name = "URL", value_parser = address)]
    pub base_url: Option<Url>,
    /// Address of the portal, which has the packets [env: MCP_PORTAL_URL]
    #[arg(long, global = true, value_name = "URL", value_parser = address)]
    pub portal_url: Option<Url>,
    /// Use this profile; without it MCP_USERNAME and MCP_PASSWORD apply, or else the profile in use
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Read MCP_… variables that are not set from a file such as .env
    #[arg(long, global = true, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Send a profile's credentials to the host that --base-url or --portal-url names
    #[arg(long, global = true)]
    pub yes: bool,
    /// Request a new token on every run, and do not keep it
    #[arg(long, global = true)]
    pub no_token_cache: bool,
    /// Also trust the certificates in this PEM file
    #[arg(long, global = true, value_name = "FILE")]
    pub ca_cert: Option<PathBuf>,
    /// Use this proxy [env: HTTPS_PROXY, ALL_PROXY]
    #[arg(long, global = true, value_name = "URL", value_parser = address, conflicts_with = "no_proxy")]
    pub proxy: Option<Url>,
    /// Use no proxy, whatever the environment says
    #[arg(long, global = true)]
    pub no_proxy: bool,
    /// Write each exchange to a file in this folder, redacted: to show how the API differs from its contract
    #[arg(long, global = true, value_name = "DIR")]
    pub record: Option<PathBuf>,
    /// Output format; a table on a terminal, JSON otherwise
    #[arg(long, global = true, value_name = "FORM", value_enum)]
    pub output: Option<Form>,
    /// No progress bar and no remarks, only the result and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Log calls to standard error; twice, every attempt
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// When to color; auto also respects NO_COLOR
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
    /// Longest time for one call with all its attempts, such as 30s or 5m [default: 3m, an attempt 30s or 2m]
    #[arg(long, global = true, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Pages or calls in parallel, from 1 to 32
    #[arg(long, global = true, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=32))]
    pub concurrency: u8,
}

/// What becomes of a file that already exists.
#[derive(Args, Clone, Copy, Debug)]
pub struct Keeping {
    /// Fail rather than replace a file
    #[arg(long)]
    no_clobber: bool,
    /// Keep a file that already exists, and go on
    #[arg(long, conflicts_with = "no_clobber")]
    skip_existing: bool,
}

impl Keeping {
    pub fn existing(self) -> Existing {
        match (self.no_clobber, self.skip_existing) {
            (true, _) => Existing::Refuse,
            (_, true) => Existing::Keep,
            _ => Existing::Replace,
        }
    }
}

/// Options of commands that act on the world.
#[derive(Args, Clone, Debug)]
pub struct Acting {
    /// Show the request and send nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// When to color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

impl Global {
    pub fn form(&self) -> Form {
        let by_place = if std::io::stdout().is_terminal() { Form::Table } else { Form::Json };
        self.output.unwrap_or(by_place)
    }

    pub fn colored(&self) -> bool {
        match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                std::io::stdout().is_terminal() && !refused && !dumb
            }
        }
    }

    /// The width that tables fit: the terminal's, or `COLUMNS`; none where the output goes elsewhere.
    pub fn width(&self) -> Option<usize> {
        let set = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let asked = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
        set.or(asked).filter(|width| *width > 0)
    }

    pub fn pages_ahead(&self) -> usize {
        usize::from(self.concurrency)
    }
}

/// An address as it is written; the parser's own words ("relative URL without a base") help nobody.
pub fn address(text: &str) -> Result<Url, String> {
    let url = text.trim().parse::<Url>().ok().filter(Url::has_host);
    url.ok_or_else(|| "it is not an address: write one such as https://host.example:8080".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<u64>().ok().map(Duration::from_secs);
    let written = || text.parse::<jiff::SignedDuration>().ok().and_then(|span| Duration::try_from(span).ok());
    let span = seconds.or_else(written).filter(|span| !span.is_zero());
    span.ok_or_else(|| format!("`{text}` is not a time: write 30s, 2m or 1m30s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_spans() {
        for (text, seconds) in [("30", 30), ("30s", 30), ("2m", 120), ("1m30s", 90), ("1h", 3600)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "0", "-3s", "soon", "5 parsecs", "99999999999999999999"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
