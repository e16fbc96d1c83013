//! What can go wrong: two lines for a person, one object for a program, and the exit code.

use crate::text::printable;
use mycarrierpackets::{Error, ErrorKind};
use serde::Serialize;
use std::io::{self, Write};

/// What every command returns.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Advice in the words of the command line, where the library's own is about code.
pub fn advice(error: &Error) -> Option<String> {
    let own = error.advice();
    let better = own
        .replace("pass that to ClientBuilder::ca_certificate", "pass that with --ca-cert")
        .replace(
            "Set up the client and try again.",
            "Check the addresses in --base-url, MCP_BASE_URL or the profile. Nothing was sent.",
        )
        .replace(
            "Fetch the carrier again for current blob names.",
            "Names expire: `mycarrierpackets carrier get ID` gives current ones.",
        )
        .replace("raise Limits::in_flight", "lower --concurrency")
        .replace("`dry_run`", "--dry-run")
        .replace(
            "look at the answer as it came, in `Error::body`",
            "look at the answer as it came, with the command `api`",
        )
        .replace(
            "in the proxy's address: http://user:password@host:port",
            "with --proxy http://user:password@host:port",
        )
        .replace("allow more time", "allow more time with --timeout");
    (better != own).then_some(better)
}

/// The exit codes, as `--help` lists them.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  error of the API or the server, or a file that could not be written
  2  usage: an argument was refused, nothing was sent
  3  credentials
  4  not found
  5  rate limited
  6  network
  7  partial success; the failures are listed
  129  stopped by SIGHUP
  130  stopped by Ctrl-C
  143  stopped by SIGTERM";

/// Why a command ended before its end.
#[derive(Debug)]
pub enum Failure {
    /// The SDK's error, and advice that fits better than its own.
    Api(Box<Error>, Option<String>),
    /// An argument that cannot be.
    Usage(Words),
    /// Credentials are missing, or where they are kept cannot be trusted.
    Credentials(Words),
    /// A file or an output that could not be read or written.
    Io(Words),
    /// Some of many were not done; with the exit code, which is 7 unless none was, or a signal ended it.
    Partly { words: Words, failed: Vec<NotDone>, code: u8 },
    /// The reader closed the pipe: nothing to say, and no failure.
    Closed,
}

/// What happened, and what to try.
#[derive(Debug)]
pub struct Words {
    pub what: String,
    pub hint: String,
}

/// One item of many that was not done.
#[derive(Debug, Serialize)]
pub struct NotDone {
    pub item: String,
    pub reason: String,
}

/// What became of each of many items.
#[derive(Debug, Default)]
pub struct Tally {
    done: usize,
    failed: Vec<NotDone>,
    code: Option<u8>,
}

impl Tally {
    pub fn done(&mut self) {
        self.done += 1;
    }

    pub fn failed(&mut self, item: impl ToString, reason: impl Into<String>, code: u8) {
        self.failed.push(NotDone { item: item.to_string(), reason: reason.into() });
        self.code.get_or_insert(code);
    }

    pub fn all_done(&self) -> bool {
        self.failed.is_empty()
    }

    pub fn nothing_done(&self) -> bool {
        self.done == 0
    }

    /// An error if one failed: partly done, or, where nothing was, the kind of the first.
    pub fn finish(self, hint: &str) -> Result<()> {
        let Some(first) = self.code else {
            return Ok(());
        };
        let what = format!("{} of {} were not done", self.failed.len(), self.failed.len() + self.done);
        let words = Words { what, hint: hint.to_owned() };
        Err(Failure::Partly { words, failed: self.failed, code: if self.done == 0 { first } else { 7 } })
    }

    /// The error of a run that a signal ended before its end; `code` is the signal's.
    pub fn stopped(self, code: u8, hint: &str) -> Failure {
        let words = Words { what: "it was stopped before everything was done".to_owned(), hint: hint.to_owned() };
        Failure::Partly { words, failed: self.failed, code }
    }
}

#[derive(Serialize)]
struct Reported<'a> {
    error: String,
    hint: String,
    kind: &'static str,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    may_have_acted: bool,
    #[serde(skip_serializing_if = "<[NotDone]>::is_empty")]
    not_done: &'a [NotDone],
}

impl Failure {
    pub fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage(Words { what: what.into(), hint: hint.into() })
    }

    pub fn credentials(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Credentials(Words { what: what.into(), hint: hint.into() })
    }

    pub fn io(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Io(Words { what: what.into(), hint: hint.into() })
    }

    /// Something that is asked for is not there.
    pub fn unknown(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Partly { words: Words { what: what.into(), hint: hint.into() }, failed: Vec::new(), code: 4 }
    }

    pub fn partly(what: impl Into<String>, hint: impl Into<String>, failed: Vec<NotDone>) -> Self {
        Self::Partly { words: Words { what: what.into(), hint: hint.into() }, failed, code: 7 }
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Closed => 0,
            Self::Io(_) => 1,
            Self::Usage(_) => 2,
            Self::Credentials(_) => 3,
            Self::Partly { code, .. } => *code,
            Self::Api(error, _) => match error.kind() {
                ErrorKind::InvalidInput | ErrorKind::Config => 2,
                ErrorKind::Credentials | ErrorKind::Unauthorized | ErrorKind::Forbidden => 3,
                ErrorKind::NotFound => 4,
                ErrorKind::RateLimited => 5,
                ErrorKind::Network | ErrorKind::Timeout => 6,
                _ => 1,
            },
        }
    }

    /// Writes it: as one JSON object, or as two lines and a line for each item that was not done.
    pub fn write_to(&self, json: bool, out: &mut dyn Write) -> io::Result<()> {
        if matches!(self, Self::Closed) {
            return Ok(());
        }
        let reported = self.reported();
        if json {
            serde_json::to_writer(&mut *out, &reported)?;
            return writeln!(out);
        }
        writeln!(out, "error: {}\n  try: {}", printable(&reported.error), printable(&reported.hint))?;
        for NotDone { item, reason } in reported.not_done {
            writeln!(out, "  not done: {}: {}", printable(item), printable(reason))?;
        }
        Ok(())
    }

    fn reported(&self) -> Reported<'_> {
        let (error, hint) = match self {
            Self::Api(error, hint) => {
                (error.message(), hint.clone().or_else(|| advice(error)).unwrap_or_else(|| error.advice()))
            }
            Self::Usage(words) | Self::Credentials(words) | Self::Io(words) | Self::Partly { words, .. } => {
                (words.what.clone(), words.hint.clone())
            }
            Self::Closed => Default::default(),
        };
        let api = if let Self::Api(error, _) = self { Some(error) } else { None };
        Reported {
            error,
            hint,
            kind: self.kind(),
            exit_code: self.exit_code(),
            operation: api.and_then(|error| error.operation()).map(|operation| operation.id()),
            status: api.and_then(|error| error.status()).map(|status| status.as_u16()),
            retry_after_seconds: api.and_then(|error| error.retry_after()).map(|after| after.as_secs()),
            may_have_acted: api.is_some_and(|error| error.may_have_acted()),
            not_done: if let Self::Partly { failed, .. } = self { failed } else { &[] },
        }
    }

    fn kind(&self) -> &'static str {
        match self.exit_code() {
            2 => "usage",
            3 => "credentials",
            4 => "not_found",
            5 => "rate_limited",
            6 => "network",
            7 => "partly_done",
            129 | 130 | 143 => "stopped",
            _ if matches!(self, Self::Io(_)) => "io",
            _ => "api",
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Api(Box::new(error), None)
    }
}

impl From<mycarrierpackets::types::ParseError> for Failure {
    fn from(error: mycarrierpackets::types::ParseError) -> Self {
        Error::from(error).into()
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Closed;
        }
        Self::io(format!("the output could not be written: {error}"), "Check the space left where it goes.")
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => error.into(),
            other => Self::io(format!("the rows could not be written: {other:?}"), "Use --output jsonl."),
        }
    }
}

#[cfg(test)]
mod tests;
