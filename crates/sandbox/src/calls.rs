//! Assertions on the log: which calls came, and how many.

use crate::wire::log::{Log, RecordedRequest};

/// The calls of one operation that the sandbox has seen, narrowed down step by step.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// use mycarrierpackets_sandbox::Sandbox;
///
/// let sandbox = Sandbox::builder().carriers(10).start().await?;
/// // ... the code under test invites a carrier ...
/// sandbox.calls("EmailPacketInvitation").param("carrierEmail", "ada@carrier.example").assert_never();
/// assert_eq!(sandbox.calls("token").count(), 0);
/// # Ok(()) }
/// ```
#[must_use = "ask it for the count, or assert"]
pub struct Calls<'s> {
    log: &'s Log,
    operation: &'static str,
    wanted: Vec<Wanted>,
}

#[derive(Debug)]
enum Wanted {
    Customer(String),
    Param(String, String),
    Status(u16),
}

impl Wanted {
    fn is_met(&self, request: &RecordedRequest) -> bool {
        match self {
            Self::Customer(name) => request.customer.as_deref() == Some(name),
            Self::Param(name, value) => {
                request.query.iter().any(|(own, text)| own.eq_ignore_ascii_case(name) && text == value)
            }
            Self::Status(status) => request.status == Some(*status),
        }
    }
}

impl<'s> Calls<'s> {
    pub(crate) fn new(log: &'s Log, operation: &'static str) -> Self {
        Self { log, operation, wanted: Vec::new() }
    }

    /// Only this customer's.
    pub fn customer(mut self, name: impl Into<String>) -> Self {
        self.wanted.push(Wanted::Customer(name.into()));
        self
    }

    /// Only those with this query parameter; the case of its name does not matter, as it does not to the vendor.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.wanted.push(Wanted::Param(name.into(), value.into()));
        self
    }

    /// Only those that were answered with this status.
    pub fn status(mut self, status: u16) -> Self {
        self.wanted.push(Wanted::Status(status));
        self
    }

    /// The calls, oldest first. Of all calls the last 10,000 are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.log.find(|request| {
            request.operation == self.operation && self.wanted.iter().all(|wanted| wanted.is_met(request))
        })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.requests().len()
    }

    /// Asserts that there are `expected` calls.
    ///
    /// # Panics
    /// If there are more or fewer; the message lists the calls of this operation that came.
    #[track_caller]
    pub fn assert_count(&self, expected: usize) {
        let count = self.count();
        if count == expected {
            return;
        }
        let all = self.log.find(|request| request.operation == self.operation);
        let shown: Vec<String> = all.iter().map(line).collect();
        panic!(
            "expected {expected} calls of {} with {:?}, and {count} came. All calls of it:\n{}",
            self.operation,
            self.wanted,
            if shown.is_empty() { "(none)".to_owned() } else { shown.join("\n") },
        );
    }

    /// Asserts that there is exactly one, and gives it.
    ///
    /// # Panics
    /// If there are more or none.
    #[track_caller]
    pub fn assert_once(&self) -> RecordedRequest {
        self.assert_count(1);
        self.requests().swap_remove(0)
    }

    /// Asserts that there is none.
    ///
    /// # Panics
    /// If there is one.
    #[track_caller]
    pub fn assert_never(&self) {
        self.assert_count(0);
    }
}

fn line(request: &RecordedRequest) -> String {
    let query: Vec<String> = request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let status = request.status.map_or("no answer".to_owned(), |status| status.to_string());
    let customer = request.customer.as_deref().unwrap_or("nobody");
    format!("  #{} {customer} ?{} -> {status}", request.number, query.join("&"))
}
