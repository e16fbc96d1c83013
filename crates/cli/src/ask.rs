//! What only a person or a pipe gives: never an argument, which every user of the machine can read.

use crate::failure::{Failure, Result};
use std::io::{BufRead as _, IsTerminal as _, Read as _, Write as _};

/// A user name and a password: the name as it was given, or asked for.
pub fn credentials(username: Option<&str>) -> Result<(String, String)> {
    let username = username.map_or_else(ask_username, |username| Ok(username.to_owned()))?;
    let password = password()?;
    if username.trim().is_empty() || password.is_empty() {
        return Err(Failure::usage("a user name and a password are needed", "Run it again and give both."));
    }
    Ok((username, password))
}

/// On a terminal alone.
fn ask_username() -> Result<String> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage("no user name is given", "Add --username U."));
    }
    eprint!("User name: ");
    std::io::stderr().flush()?;
    line()
}

/// A password: asked for on a terminal, or the first line of standard input.
fn password() -> Result<String> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").map_err(unread);
    }
    line()
}

fn line() -> Result<String> {
    /// No user name and no password is longer.
    const MOST_BYTES: u64 = 64 << 10;
    let mut line = String::new();
    std::io::stdin().lock().take(MOST_BYTES).read_line(&mut line).map_err(unread)?;
    // One line end is the pipe's; what else stands there is the password's own. Editors put a byte order mark first.
    let line = line.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).unwrap_or(&line);
    Ok(line.strip_prefix('\u{feff}').unwrap_or(line).to_owned())
}

fn unread(error: std::io::Error) -> Failure {
    Failure::usage(
        format!("standard input could not be read: {error}"),
        "Run it on a terminal, or pipe the password in.",
    )
}
