//! A running sandbox: its addresses, what can be triggered, and what it has seen.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::builder::Builder;
use crate::calls::Calls;
use crate::customers::{PASSWORD, USERNAME};
use crate::engine::Engine;
use crate::engine::spaces::Spaces;
use crate::lock;
use crate::snapshot::Snapshot;
use crate::watch::Topic;
use crate::webhooks::{Delivery, Webhook, WebhookEvent, Whose};
use crate::wire::fault::Fault;
use crate::wire::record::RecordedRequest;
use crate::wire::router::Route;

/// A fake vendor that runs in tasks of the current tokio runtime, or on threads of its own
/// ([`start_blocking`](Self::start_blocking)). Dropping it stops it.
pub struct Sandbox {
    pub(crate) engine: Arc<Engine>,
    pub(crate) spaces: Arc<Spaces>,
    pub(crate) tasks: [JoinHandle<()>; 3],
    /// Of its own, if it does not run in its caller's.
    pub(crate) runtime: Option<Runtime>,
    /// Where the API and the portal listen.
    pub(crate) listening: [SocketAddr; 2],
}

impl Sandbox {
    /// Starts with the defaults: 1,000 carriers, seed 7, free ports.
    ///
    /// # Errors
    /// If no port can be listened on.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts with the defaults on a thread of its own, with or without a runtime around the call.
    ///
    /// It outlives the runtime of the test that started it, so it can be in a `static` that all tests share. It answers
    /// while a test blocks its own thread, as with `std::process::Command` in a `#[tokio::test]`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use std::sync::LazyLock;
    ///
    /// use mycarrierpackets_sandbox::Sandbox;
    ///
    /// static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::start_blocking().expect("a free port"));
    ///
    /// let mut program = std::process::Command::new("cargo");
    /// assert!(program.arg("--version").env("MCP_BASE_URL", SANDBOX.base_url()).status()?.success());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If no port can be listened on, or no thread can be started.
    pub fn start_blocking() -> io::Result<Self> {
        Self::builder().start_blocking()
    }

    /// Starts with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The address of the API, without a slash at the end: `http://127.0.0.1:49152`, or the one that was given with
    /// [`Builder::public_url`].
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.engine.addresses[0]
    }

    /// The address of the portal, which has tokens of its own.
    #[must_use]
    pub fn portal_url(&self) -> &str {
        &self.engine.addresses[1]
    }

    /// Where the API listens, whatever address it shows.
    #[must_use]
    pub fn api_socket(&self) -> SocketAddr {
        self.listening[0]
    }

    /// Where the portal listens, whatever address it shows.
    #[must_use]
    pub fn portal_socket(&self) -> SocketAddr {
        self.listening[1]
    }

    /// What a client must trust to call it, as PEM, if it speaks TLS: of a certificate that was made, the authority; else the
    /// certificate that was given. An example is at [`Tls`](crate::Tls).
    #[must_use]
    pub fn certificate(&self) -> Option<&str> {
        self.engine.tls.as_ref().map(|tls| tls.certificate.as_str())
    }

    /// A user name. Any other is a customer of its own, with the same password.
    #[must_use]
    pub fn username(&self) -> &'static str {
        USERNAME
    }

    /// The password of every user name.
    #[must_use]
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Refuses every access token given out so far, on both hosts. Refresh tokens stay good.
    pub fn expire_tokens(&self) {
        lock(&self.engine.tokens).expire_all();
        lock(&self.engine.portal_tokens).expire_all();
    }

    /// Refuses every refresh token given out so far, on both hosts.
    pub fn revoke_refresh_tokens(&self) {
        lock(&self.engine.tokens).revoke_refresh();
        lock(&self.engine.portal_tokens).revoke_refresh();
    }

    /// Sets the lifetime of the tokens given out from now on.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        lock(&self.engine.tokens).set_lifetime(lifetime);
        lock(&self.engine.portal_tokens).set_lifetime(lifetime);
    }

    /// Sets the delay of the requests that arrive from now on.
    pub fn set_delay(&self, delay: Duration) {
        *lock(&self.engine.delay) = delay;
    }

    /// Makes every blob name given out so far expire: `GetDocument` answers 404 to it.
    pub fn rotate_blobs(&self) {
        self.engine.rotate_blobs();
    }

    /// Adds a rule of misbehaviour, and gives its number. Where several match a call, the first one added applies.
    pub fn fault(&self, fault: Fault) -> u64 {
        self.engine.faults.add(fault)
    }

    /// Ends one rule of misbehaviour; false if there is none of this number.
    pub fn remove_fault(&self, number: u64) -> bool {
        self.engine.faults.remove(number)
    }

    /// Ends all misbehaviour.
    pub fn clear_faults(&self) {
        self.engine.faults.clear();
    }

    /// Skips some of the sandbox's time, with all that happens in it: carriers change, insurance runs out, invitations
    /// are accepted, tokens expire. Of more than 400 days only the last 400 are lived through.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use mycarrierpackets_sandbox::Sandbox;
    /// use std::time::Duration;
    ///
    /// let sandbox = Sandbox::builder().carriers(10).start().await?;
    /// sandbox.hold_clock();
    /// sandbox.advance(Duration::from_secs(30 * 86_400));
    /// sandbox.release_clock();
    /// # Ok(()) }
    /// ```
    pub fn advance(&self, by: Duration) {
        self.engine.clock.advance(by);
        self.engine.watch.say(Topic::Clock, None);
        self.engine.webhooks.wake();
    }

    /// Back to the state at the start: customers, carriers, clock, faults, log and webhooks. Tokens stay good.
    pub fn reset(&self) {
        self.engine.reset();
    }

    /// All that has become of the sandbox, to be put back later.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use mycarrierpackets_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().carriers(10).start().await?;
    /// let before = sandbox.snapshot();
    /// sandbox.change_carrier(23868);
    /// sandbox.restore(before).map_err(std::io::Error::other)?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.engine.snapshot()
    }

    /// Puts a snapshot back.
    ///
    /// # Errors
    /// A snapshot of a sandbox of another seed, size or first day.
    pub fn restore(&self, snapshot: Snapshot) -> Result<(), String> {
        self.engine.restore(snapshot)
    }

    /// Sets facts of a carrier from now on, in place of those set before, and makes the rest fit; `{}` takes them away. They
    /// are those of `PUT /__sandbox/carriers/{dot}`, as JSON.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use mycarrierpackets_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().carriers(10).start().await?;
    /// sandbox.set_carrier(23868, r#"{"legalName": "Oak Lane Freight LLC", "rating": "Moderate"}"#).map_err(std::io::Error::other)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// A carrier that is not there, JSON that is none, facts that contradict each other.
    pub fn set_carrier(&self, dot: u32, facts: &str) -> Result<(), String> {
        self.engine.set_carrier_json(dot.into(), facts)
    }

    /// Subscribes an address to events, and gives the number of the subscription.
    ///
    /// # Errors
    /// An address that is none, or is on another machine without
    /// [`allow_remote_webhooks`](Builder::allow_remote_webhooks).
    pub fn add_webhook(&self, webhook: Webhook) -> Result<u64, String> {
        self.engine.subscribe(webhook)
    }

    /// Changes a subscription: its address, its secret, how it misbehaves. False if there is none of this number.
    ///
    /// # Errors
    /// As [`add_webhook`](Self::add_webhook); it then stays as it was.
    pub fn update_webhook(&self, id: u64, change: impl FnOnce(Webhook) -> Webhook) -> Result<bool, String> {
        self.engine.settle_all();
        self.engine.webhooks.update(id, |webhook| Ok(change(webhook))).transpose().map(|changed| changed.is_some())
    }

    /// Ends a subscription. False if there is none of this number.
    pub fn remove_webhook(&self, id: u64) -> bool {
        self.engine.webhooks.remove(id)
    }

    /// Sends an event about a carrier now, as if it had happened, and gives the number of the delivery.
    ///
    /// `None` if there is no such carrier or subscription.
    pub fn send_event(&self, webhook: u64, event: WebhookEvent, dot: u32) -> Option<u64> {
        self.engine.send_event(webhook, event, self.engine.world.by_dot(dot.into())?)
    }

    /// Sends a delivery again, for another cycle of attempts. False if there is none of this number.
    pub fn resend(&self, delivery: u64) -> bool {
        self.engine.webhooks.resend(delivery, self.engine.clock.now())
    }

    /// The last 10,000 deliveries to webhooks, oldest first, and those that wait.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.engine.webhooks.deliveries()
    }

    /// Waits until no delivery is due: everything so far was sent, or the next attempt is later.
    pub async fn deliveries_done(&self) {
        self.engine.flushed(Whose::All).await;
    }

    /// What time it is in the sandbox: the machine's time, shifted by what was skipped, or where it is held.
    ///
    /// Windows and cursors that a test makes from it fit the sandbox's feeds, whatever was skipped.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use std::time::Duration;
    ///
    /// use mycarrierpackets_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().carriers(10).start().await?;
    /// sandbox.hold_clock();
    /// let before = sandbox.now();
    /// sandbox.advance(Duration::from_secs(3600));
    /// assert_eq!(sandbox.now(), before + Duration::from_secs(3600));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.engine.clock.now().into_system()
    }

    /// Stops the sandbox's time, as [`fixed_time`](Builder::fixed_time) does from the start.
    pub fn hold_clock(&self) {
        self.engine.clock.hold();
        self.engine.watch.say(Topic::Clock, None);
    }

    /// Lets the sandbox's time run on from where it was held.
    pub fn release_clock(&self) {
        self.engine.clock.release();
        self.engine.watch.say(Topic::Clock, None);
        self.engine.webhooks.wake();
    }

    /// The DOT numbers of all carriers there are, monitored or not.
    #[must_use]
    pub fn dot_numbers(&self) -> Vec<u32> {
        let world = &self.engine.world;
        (0..world.total).map(|index| world.dot(index)).collect()
    }

    /// The last 10,000 requests, oldest first, unless recording is off.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.engine.log.requests()
    }

    /// How many requests came since the log was cleared and are no longer in it, or never were as recording is off.
    #[must_use]
    pub fn dropped_requests(&self) -> usize {
        self.engine.log.dropped(None)
    }

    /// How many requests came for an operation since the start or since the log was cleared, whatever the answer and whether
    /// they are still in the log; `"token"` is one.
    ///
    /// Names are those of [`RecordedRequest::operation`], in any case.
    ///
    /// # Panics
    /// If there is no such operation: an assertion that nothing came could not fail.
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        let name = Route::operation(operation).or(operation.is_empty().then_some(""));
        self.engine.log.count(name.unwrap_or_else(|| panic!("there is no operation {operation:?}")))
    }

    /// The calls of an operation, by its documented name, to count them and to assert.
    ///
    /// # Panics
    /// If there is no such operation: an assertion that nothing came could not fail.
    pub fn calls(&self, operation: &str) -> Calls<'_> {
        let name = Route::operation(operation);
        Calls::new(&self.engine.log, name.unwrap_or_else(|| panic!("there is no operation {operation:?}")))
    }

    /// The largest number of requests that were being answered at the same time.
    #[must_use]
    pub fn peak_requests(&self) -> usize {
        self.engine.log.peak()
    }

    /// How many connections are open, those included of which nobody asks anything at the moment.
    ///
    /// Once it is 0, nothing more comes from a client that has ended.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        // One is the engine's own.
        Arc::strong_count(&self.engine.connections) - 1
    }

    /// Forgets requests and counts.
    pub fn clear_requests(&self) {
        self.engine.log.clear();
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The connections belong to the accepting tasks and end with them.
        for task in &self.tasks {
            task.abort();
        }
        // To wait for its threads is refused where the caller runs in another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
