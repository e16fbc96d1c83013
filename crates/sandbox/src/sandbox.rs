//! A running sandbox: its addresses, its levers, and what it has seen.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::auth::{PASSWORD, Tokens, USERNAME};
use crate::builder::Builder;
use crate::clock::{Clock, Ticks};
use crate::customers::{Customer, Customers};
use crate::fault::{Fault, Faults};
use crate::feed::{FMCSA, INSURANCE, RISK};
use crate::log::{Log, RecordedRequest};
use crate::profile::Profile;
use crate::router::Host;
use crate::vendor::{Report, Vendor};
use crate::world::{Index, World};
use crate::{lock, server};

/// A fake vendor that runs in tasks of the current tokio runtime. Dropping it stops it.
pub struct Sandbox {
    shared: Arc<Shared>,
    base_url: String,
    portal_url: String,
    tasks: [JoinHandle<()>; 2],
}

/// What the two listeners have in common.
pub(crate) struct Shared {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    /// Locked before a customer's state where both are.
    pub(crate) vendor: Mutex<Vendor>,
    pub(crate) customers: Customers,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) portal_tokens: Mutex<Tokens>,
    pub(crate) delay: Mutex<Duration>,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) profile: Profile,
    pub(crate) require_content_length: bool,
    pub(crate) compress: bool,
}

impl Sandbox {
    /// Starts with the defaults: 1,000 carriers, seed 7, free ports.
    ///
    /// # Errors
    /// If no port can be listened on.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) async fn launch(builder: Builder) -> io::Result<Self> {
        let (api, api_address) = listen("API", builder.port).await?;
        let (portal, portal_address) = listen("portal", builder.portal_port).await?;
        let shared = Arc::new(Shared::new(&builder));
        Ok(Self {
            tasks: [
                tokio::spawn(server::accept(api, Arc::clone(&shared), Host::Api)),
                tokio::spawn(server::accept(portal, Arc::clone(&shared), Host::Portal)),
            ],
            shared,
            base_url: format!("http://{api_address}"),
            portal_url: format!("http://{portal_address}"),
        })
    }

    /// The address of the API, without a slash at the end: `http://127.0.0.1:49152`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The address of the portal, which has tokens of its own.
    #[must_use]
    pub fn portal_url(&self) -> &str {
        &self.portal_url
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
        lock(&self.shared.tokens).expire_all();
        lock(&self.shared.portal_tokens).expire_all();
    }

    /// Refuses every refresh token given out so far, on both hosts.
    pub fn revoke_refresh_tokens(&self) {
        lock(&self.shared.tokens).revoke_refresh();
        lock(&self.shared.portal_tokens).revoke_refresh();
    }

    /// Sets the lifetime of the tokens given out from now on.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        lock(&self.shared.tokens).set_lifetime(lifetime);
        lock(&self.shared.portal_tokens).set_lifetime(lifetime);
    }

    /// Sets the delay of the requests that arrive from now on.
    pub fn set_delay(&self, delay: Duration) {
        *lock(&self.shared.delay) = delay;
    }

    /// Makes every blob name given out so far expire: `GetDocument` answers 404 to it.
    pub fn rotate_blobs(&self) {
        let mut vendor = lock(&self.shared.vendor);
        vendor.blobs = vendor.blobs.wrapping_add(1);
    }

    /// Gives a carrier new insurance, safety and risk data and an entry in the change feed, now.
    ///
    /// False if there is no carrier with this DOT number.
    pub fn change_carrier(&self, dot: u32) -> bool {
        self.happen(dot, |vendor, index, now| {
            vendor.change(index, now, INSURANCE | FMCSA | RISK, false);
            true
        })
    }

    /// Lets a carrier complete its packet now.
    ///
    /// False if there is no carrier with this DOT number.
    pub fn complete_packet(&self, dot: u32) -> bool {
        self.happen(dot, |vendor, index, now| {
            vendor.complete_packet(index, now);
            true
        })
    }

    /// Has a customer report an incident with a carrier now.
    ///
    /// False if there is no carrier with this DOT number.
    pub fn report_incident(&self, dot: u32) -> bool {
        self.incident(dot, Report::Created)
    }

    /// Has the last incident report that was made about a carrier since the start corrected now.
    ///
    /// False if there is no such carrier or report.
    pub fn update_incident(&self, dot: u32) -> bool {
        self.incident(dot, Report::Updated)
    }

    /// Has the last incident report that was made about a carrier since the start withdrawn now.
    ///
    /// False if there is no such carrier or report.
    pub fn retract_incident(&self, dot: u32) -> bool {
        self.incident(dot, Report::Retracted)
    }

    /// Adds a rule of misbehaviour, and gives its number. Where several meet a call, the first one added befalls it.
    pub fn fault(&self, fault: Fault) -> u64 {
        self.shared.faults.add(fault)
    }

    /// Ends one rule of misbehaviour; false if there is none of this number.
    pub fn remove_fault(&self, number: u64) -> bool {
        self.shared.faults.remove(number)
    }

    /// Ends all misbehaviour.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
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
        self.shared.clock.advance(by);
    }

    /// Stops the sandbox's time, as [`fixed_time`](Builder::fixed_time) does from the start.
    pub fn hold_clock(&self) {
        self.shared.clock.hold();
    }

    /// Lets the sandbox's time run on from where it was held.
    pub fn release_clock(&self) {
        self.shared.clock.release();
    }

    /// The DOT numbers of all carriers there are, monitored or not.
    #[must_use]
    pub fn dot_numbers(&self) -> Vec<u32> {
        let world = &self.shared.world;
        (0..world.total).map(|index| world.dot(index)).collect()
    }

    /// The last 10,000 requests, oldest first, unless recording is off.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.log.requests()
    }

    /// How many requests came for an operation, whatever the answer; `"token"` is one.
    ///
    /// Names are those of [`RecordedRequest::operation`].
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        self.shared.log.count(operation)
    }

    /// The largest number of requests that were being answered at the same time.
    #[must_use]
    pub fn peak_requests(&self) -> usize {
        self.shared.log.peak()
    }

    /// Forgets requests and counts.
    pub fn clear_requests(&self) {
        self.shared.log.clear();
    }

    fn happen(&self, dot: u32, event: impl FnOnce(&mut Vendor, Index, Ticks) -> bool) -> bool {
        let Some(index) = self.shared.world.by_dot(dot.into()) else {
            return false;
        };
        let now = self.shared.clock.now();
        let mut vendor = lock(&self.shared.vendor);
        vendor.settle(&self.shared.world, now);
        event(&mut vendor, index, now)
    }

    fn incident(&self, dot: u32, report: Report) -> bool {
        self.happen(dot, |vendor, index, now| vendor.report(&self.shared.world, index, report, now).is_some())
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The connections belong to the accepting tasks and end with them.
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Shared {
    pub(crate) fn tokens_of(&self, host: Host) -> &Mutex<Tokens> {
        match host {
            Host::Api => &self.tokens,
            Host::Portal => &self.portal_tokens,
        }
    }

    /// Lets happen what came due, and says what time it is.
    pub(crate) fn settle(&self, customer: &Customer) -> Ticks {
        let now = self.clock.now();
        lock(&self.vendor).settle(&self.world, now);
        lock(&customer.state).settle(now);
        now
    }

    pub(crate) fn new(builder: &Builder) -> Self {
        let clock = Clock::new(builder.fixed_time);
        let start = clock.now();
        let world = World::new(builder.seed, builder.carriers, start);
        let faults = builder.faults.iter().cloned().chain(builder.profile.faults()).collect();
        let secret = |host: u64| builder.fixed_time.map(|_| builder.seed ^ host);
        Self {
            vendor: Mutex::new(Vendor::new(&world, start)),
            customers: Customers::new(builder.changes_interval),
            tokens: Mutex::new(Tokens::new(builder.token_lifetime, secret(1))),
            portal_tokens: Mutex::new(Tokens::new(builder.token_lifetime, secret(2))),
            delay: Mutex::new(builder.delay),
            faults: Faults::new(builder.seed, faults),
            log: Log::new(builder.record_requests),
            require_content_length: builder.require_content_length && builder.profile != Profile::Docs,
            profile: builder.profile,
            compress: builder.compress,
            world,
            clock,
        }
    }
}

async fn listen(what: &str, port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let explain = |error: io::Error| {
        io::Error::new(error.kind(), format!("the {what} cannot listen on 127.0.0.1:{port}: {error}"))
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(explain)?;
    let address = listener.local_addr().map_err(explain)?;
    Ok((listener, address))
}
