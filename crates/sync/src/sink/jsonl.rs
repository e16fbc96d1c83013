//! JSON lines: a line an event, to a file or to the standard output.

use super::Sink;
use crate::error::Error;
use crate::event::Event;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// A line an event.
#[derive(Debug)]
pub struct JsonLines {
    to: To,
    lines: Vec<u8>,
}

#[derive(Debug)]
enum To {
    File(File),
    Output,
}

impl JsonLines {
    /// Appends to a file, which is made if there is none. Each flush reaches the disk.
    ///
    /// # Errors
    /// The file cannot be opened for writing.
    pub fn append(path: &Path) -> Result<Self, Error> {
        let file = OpenOptions::new().append(true).create(true).open(path);
        let file = file.map_err(|error| Error::Sink(format!("{} cannot be written: {error}", path.display())))?;
        Ok(Self { to: To::File(file), lines: Vec::new() })
    }

    /// Writes to the standard output.
    pub fn output() -> Self {
        Self { to: To::Output, lines: Vec::new() }
    }
}

impl Sink for JsonLines {
    async fn take(&mut self, event: &Event) -> Result<(), Error> {
        let length = self.lines.len();
        if let Err(error) = serde_json::to_writer(&mut self.lines, event) {
            self.lines.truncate(length);
            return Err(Error::Sink(format!("an event cannot be written as JSON: {error}")));
        }
        self.lines.push(b'\n');
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Error> {
        let lines = std::mem::take(&mut self.lines);
        let written = match &mut self.to {
            To::File(file) => file.write_all(&lines).and_then(|()| file.sync_data()),
            To::Output => {
                let mut output = io::stdout().lock();
                output.write_all(&lines).and_then(|()| output.flush())
            }
        };
        written.map_err(|error| Error::Sink(format!("the events cannot be written: {error}")))
    }
}
