//! What goes to standard output, in the form that was asked for.

pub mod card;
mod rows;
pub mod table;
pub mod view;
#[cfg(test)]
pub mod view_paths;

pub use rows::Rows;

use crate::failure::Result;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::io::{BufWriter, Stdout, Write};
use table::Screen;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};
use view::View;

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

/// Standard output. Whole lines only, as long as nothing stops the process by force.
pub struct Output {
    out: BufWriter<Stdout>,
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

    /// A list that is written while it comes.
    pub fn rows(&mut self, view: &'static View) -> Rows<'_> {
        Rows::new(self, view)
    }

    /// One record.
    pub fn record(&mut self, record: &impl Serialize, view: &'static View) -> Result<()> {
        match self.form {
            Form::Table => {
                let record = serde_json::to_value(record)?;
                for column in view.columns.iter().filter(|column| !column.csv_only) {
                    let shown = column.shown(&record, &self.zone);
                    if !shown.is_empty() {
                        let style = if self.color { column.style(&shown) } else { anstyle::Style::new() };
                        writeln!(self.out, "{:<20} {style}{shown}{style:#}", column.title)?;
                    }
                }
            }
            Form::Json => self.json(record)?,
            Form::Jsonl | Form::Csv => {
                let mut rows = self.rows(view);
                rows.push(record)?;
                rows.end()?;
            }
        }
        self.flush()
    }

    /// An answer whose substance is a list: the whole answer as JSON, the list's elements in every other form.
    pub fn list_in<T: Serialize>(&mut self, answer: &impl Serialize, list: &[T], view: &'static View) -> Result<()> {
        if self.form == Form::Json {
            self.json(answer)?;
            return self.flush();
        }
        let mut rows = self.rows(view);
        list.iter().try_for_each(|element| rows.push(element))?;
        rows.end()
    }

    /// A record that tables show as `lines`, and the other forms as it is.
    pub fn record_or(&mut self, record: &impl Serialize, view: &'static View, lines: &str) -> Result<()> {
        if self.form == Form::Table {
            return self.text(lines);
        }
        self.record(record, view)
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

    fn json(&mut self, record: &impl Serialize) -> Result<()> {
        serde_json::to_writer_pretty(&mut self.out, record)?;
        Ok(writeln!(self.out)?)
    }

    fn screen(&self) -> Screen<'_> {
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

/// The text on one line, without what could move the cursor, colour the screen or turn the direction of reading.
pub fn printable(text: &str) -> String {
    let hidden =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let kept = text.chars().filter(|c| !hidden(*c));
    kept.map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

/// An address as it may be shown: what its query holds of keys, tokens and passwords is masked.
pub fn shown_url(url: &url::Url) -> String {
    const SECRETS: [&str; 7] = ["key", "token", "password", "pwd", "secret", "authorization", "signature"];
    let is_secret = |name: &str| SECRETS.iter().any(|secret| name.to_ascii_lowercase().contains(secret));
    if !url.query_pairs().any(|(name, _)| is_secret(&name)) {
        return url.to_string();
    }
    let mut shown = url.clone();
    shown.query_pairs_mut().clear().extend_pairs(
        url.query_pairs().map(|(name, value)| if is_secret(&name) { (name, "masked".into()) } else { (name, value) }),
    );
    shown.to_string()
}

/// The text, cut to a width in columns of the terminal.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// The text, filled up to a width in columns of the terminal.
pub fn padded(text: &str, width: usize, right: bool) -> String {
    let fill = " ".repeat(width.saturating_sub(text.width()));
    if right { format!("{fill}{text}") } else { format!("{text}{fill}") }
}
