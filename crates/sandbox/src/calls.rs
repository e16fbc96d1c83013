//! Assertions on the log: which calls came, and how many.

use std::time::Duration;

use crate::wire::log::Log;
use crate::wire::record::RecordedRequest;

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
            Self::Param(name, value) => request.gave(name, value),
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

    /// Only those with this parameter, in the address, a form or a JSON body; the case of its name does not matter, as it does
    /// not to the vendor.
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
        self.log.find(|request| self.is_met(request))
    }

    /// How many there are, those included that the log no longer has.
    ///
    /// # Panics
    /// If that is not known: the calls were narrowed down, and the log has dropped some of the operation. It keeps the last
    /// 10,000 of all calls, and none if recording is off.
    #[must_use]
    #[track_caller]
    pub fn count(&self) -> usize {
        if self.wanted.is_empty() {
            return self.log.count(self.operation);
        }
        if let Some(unknown) = self.unknown() {
            panic!("{unknown}");
        }
        self.requests().len()
    }

    /// Waits until there are at least `count` of them that are over, and gives all that are; in the machine's time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    ///
    /// use mycarrierpackets_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().carriers(10).start().await?;
    /// // ... the code under test previews a carrier, some time ...
    /// # let url = format!("{}/api/v1/Carrier/PreviewCarrier?DOTNumber=23868", sandbox.base_url());
    /// # tokio::spawn(async move { reqwest::Client::new().post(url).header("content-length", "0").send().await });
    /// let calls = sandbox.calls("PreviewCarrier").param("DOTNumber", "23868").wait(1, Duration::from_secs(10)).await?;
    /// assert_eq!(calls[0].status, Some(401));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When the time is over: the message says how many there are, and lists the calls of the operation that came.
    pub async fn wait(&self, count: usize, within: Duration) -> Result<Vec<RecordedRequest>, NotInTime> {
        let over = || self.log.find(|request| request.over && self.is_met(request));
        let enough = |_: &Log| Some(over()).filter(|calls| calls.len() >= count);
        match self.log.wait(within, enough).await {
            Some(calls) => Ok(calls),
            None => Err(NotInTime(self.mismatch(count, over().len(), &format!(" within {within:?}")))),
        }
    }

    /// Asserts that there are `expected` calls.
    ///
    /// # Panics
    /// If there are more or fewer; the message lists the calls of this operation that came. Also if that is not known, as
    /// [`count`](Self::count) says.
    #[track_caller]
    pub fn assert_count(&self, expected: usize) {
        let count = self.count();
        if count != expected {
            panic!("{}", self.mismatch(expected, count, ""));
        }
    }

    fn is_met(&self, request: &RecordedRequest) -> bool {
        request.operation == self.operation && self.wanted.iter().all(|wanted| wanted.is_met(request))
    }

    /// Why it is not known how many there are, if it is not.
    fn unknown(&self) -> Option<String> {
        let (operation, dropped) = (self.operation, self.log.dropped(Some(self.operation)));
        (dropped > 0).then(|| {
            format!(
                "the log no longer has {dropped} calls of {operation}, so it is not known how many there are with {:?}: clear \
                 it more often, and leave recording on",
                self.wanted
            )
        })
    }

    fn mismatch(&self, expected: usize, count: usize, when: &str) -> String {
        let all = self.log.find(|request| request.operation == self.operation);
        let shown: Vec<String> = all.iter().map(line).collect();
        format!(
            "expected {expected} calls of {} with {:?}, and {count} came{when}. All calls of it:\n{}",
            self.operation,
            self.wanted,
            if shown.is_empty() { "(none)".to_owned() } else { shown.join("\n") },
        )
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

/// Calls that were waited for and did not come in time: [`Calls::wait`].
#[derive(Clone)]
pub struct NotInTime(String);

impl std::fmt::Display for NotInTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for NotInTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotInTime {}

fn line(request: &RecordedRequest) -> String {
    let query: Vec<String> = request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let status = request.status.map_or("no answer".to_owned(), |status| status.to_string());
    let customer = request.customer.as_deref().unwrap_or("nobody");
    format!("  #{} {customer} ?{} -> {status}", request.number, query.join("&"))
}
