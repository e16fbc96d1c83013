//! What an error says to a person: what happened, and what to do next.

use super::{Error, ErrorKind};
use crate::Operation;
use std::fmt;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.message(), self.advice())
    }
}

impl Error {
    /// What happened: the first sentence of `Display`, without its full stop.
    pub fn message(&self) -> String {
        let inner = &self.0;
        let mut text = inner.operation.map(|operation| format!("{operation}: ")).unwrap_or_default();
        text.push_str(&inner.what);
        if let Some(path) = inner.json_path.as_deref().filter(|path| !matches!(*path, "." | "")) {
            text.push_str(&format!(" at {path}"));
        }
        if let Some(status) = inner.status {
            text.push_str(&format!(" ({status})"));
        }
        if let Some(message) = &inner.vendor_message {
            text.push_str(&format!(": \"{}\"", message.trim_end_matches('.')));
        }
        if inner.attempts > 1 {
            text.push_str(&format!(", {} attempts", inner.attempts));
        }
        text
    }

    /// What to do next: the rest of `Display`.
    pub fn advice(&self) -> String {
        let inner = &self.0;
        let mut text = match inner.retry_after {
            Some(after) => format!("Call again in {} s.", after.as_secs().max(1)),
            None if inner.kind == ErrorKind::NotFound && inner.operation == Some(Operation::GetDocument) => {
                "Fetch the carrier again for current blob names.".to_owned()
            }
            None if inner.kind == ErrorKind::Declined && inner.vendor_message.is_none() => {
                "The server gave no reason. Look the record up to see where it stands.".to_owned()
            }
            None => inner.advice.unwrap_or_else(|| advice(inner.kind)).to_owned(),
        };
        if inner.may_have_acted {
            text.push_str(" The server may have acted all the same: check before you repeat the call.");
        }
        text
    }
}

fn advice(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidInput => "Nothing was sent.",
        ErrorKind::DryRun => "Build the client without `dry_run` to send it.",
        ErrorKind::Config => "Set up the client and try again.",
        ErrorKind::Credentials => {
            "Check MCP_USERNAME and MCP_PASSWORD against the Integration Tools page of the portal."
        }
        ErrorKind::Unauthorized => "Check that the integration user is still active and may use this operation.",
        ErrorKind::Forbidden => "Ask MyCarrierPackets to give this account access to the operation.",
        ErrorKind::NotFound => "Check the DOT and docket number.",
        ErrorKind::Declined => "The server's own words say why. Look the record up to see where it stands.",
        ErrorKind::RateLimited => "Call less often: the changes feed every 5 to 15 minutes.",
        ErrorKind::Refused => "Check the arguments.",
        ErrorKind::Server => "Try again later.",
        ErrorKind::Network => "Check the address, the network and any proxy.",
        ErrorKind::Timeout => "Try again later, or allow more time.",
        ErrorKind::UnexpectedAnswer => "Check the address and any proxy between here and the server.",
        ErrorKind::Decode => "The API may have changed: look at the answer as it came, in `Error::body`.",
        ErrorKind::TooLarge => "Ask for less, or raise the limit.",
        ErrorKind::Paging => "Read the list again.",
        ErrorKind::Io => "Check the folder, its permissions and the space left.",
    }
}
