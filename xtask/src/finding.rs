//! What the commands report: each finding with file, line and the edit or command that repairs it.

use serde_json::{Value, json};
use std::process::ExitCode;

/// Nothing was found.
pub const CLEAN: u8 = 0;
/// Something was found.
pub const FOUND: u8 = 1;
/// The command could not run: a file is missing, damaged or too large.
pub const COULD_NOT_RUN: u8 = 4;

/// The exit codes, for the help of a command.
pub const EXIT_CODES: &str = "Exit codes:
  0  nothing was found
  1  findings
  2  wrong arguments
  4  could not run: a file is missing, damaged or too large";

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file to open.
    pub file: String,
    /// The line in it, counted from 1.
    pub line: usize,
    /// The rule that found it.
    pub rule: String,
    /// The JSON pointer of what it is about; empty if there is none.
    pub place: String,
    /// What was found.
    pub message: String,
    /// The edit or command that repairs it.
    pub repair: String,
}

impl Finding {
    /// Two lines, as compilers print them, so that an editor can jump there.
    pub fn text(&self) -> String {
        let place = if self.place.is_empty() { String::new() } else { format!("{}: ", self.place) };
        format!("{}:{}: {}: {place}{}\n    {}\n", self.file, self.line, self.rule, self.message, self.repair)
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "file": self.file,
            "line": self.line,
            "rule": self.rule,
            "pointer": self.place,
            "message": self.message,
            "repair": self.repair,
        })
    }
}

/// The exit code for a number of findings, or for what kept the command from running.
pub fn exit(found: Result<bool, String>) -> ExitCode {
    ExitCode::from(match found {
        Ok(false) => CLEAN,
        Ok(true) => FOUND,
        Err(reason) => {
            eprintln!("{reason}");
            COULD_NOT_RUN
        }
    })
}

/// `1 change`, `2 changes`.
pub fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}
