//! Standard output, and the form in which it is written.

use super::table::Screen;
use crate::failure::Result;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::io::{BufWriter, Stdout, Write};

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For a person: fits the terminal
    Table,
    /// One JSON text
    Json,
    /// One JSON text a line
    Jsonl,
    /// Comma-separated, with a header line of the vendor's field names
    Csv,
}

impl Form {
    /// Whether it is for programs that read JSON; they get errors as JSON, too.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }
}

/// Standard output. Whole lines only, as long as nothing stops the process by force.
pub struct Output {
    pub(super) out: BufWriter<Stdout>,
    pub form: Form,
    pub color: bool,
    pub width: Option<usize>,
    pub zone: TimeZone,
}

impl Output {
    pub fn new(form: Form, color: bool, width: Option<usize>) -> Self {
        let out = BufWriter::with_capacity(64 * 1024, std::io::stdout());
        Self { out, form, color, width, zone: TimeZone::system() }
    }

    /// Text as it is, with a line end.
    pub fn text(&mut self, lines: &str) -> Result<()> {
        writeln!(self.out, "{}", lines.trim_end_matches('\n'))?;
        self.flush()
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes)?;
        self.flush()
    }

    pub fn flush(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }

    pub(super) fn json(&mut self, record: &impl Serialize) -> Result<()> {
        serde_json::to_writer_pretty(&mut self.out, record)?;
        Ok(writeln!(self.out)?)
    }

    pub(super) fn screen(&self) -> Screen<'_> {
        Screen { width: self.width, color: self.color, zone: &self.zone }
    }
}

/// Whether nobody reads the output any more. A pipe shows it only when it is asked or written to.
pub fn reader_closed() -> bool {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let stdout = std::io::stdout();
        let mut asked = [PollFd::new(&stdout, PollFlags::empty())];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut asked, Some(&at_once)).is_ok() && asked[0].revents().contains(PollFlags::ERR)
    }
    #[cfg(not(unix))]
    false
}
