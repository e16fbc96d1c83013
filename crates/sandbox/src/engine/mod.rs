//! What runs behind the two listeners: the world and its clock, customers, tokens, faults, webhooks, the log.

pub(crate) mod facts;
pub(crate) mod given;
mod key;
mod notify;
mod outbox;
pub(crate) mod play;
pub(crate) mod pump;
pub(crate) mod scenarios;
mod sign;
pub(crate) mod spaces;
pub(crate) mod triggers;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::builder::Builder;
use crate::customers::{Customer, Customers};
use crate::vendor::call::Call;
use crate::vendor::request::Params;
use crate::watch::Watch;
use crate::webhooks::{Kept, Webhooks};
use crate::wire::auth::Tokens;
use crate::wire::fault::{Fault, Faults};
use crate::wire::hosts::Hosts;
use crate::wire::log::Log;
use crate::wire::profile::Profile;
use crate::wire::router::Host;
use crate::wire::tls::Secured;
use crate::world::World;
use crate::world::clock::{Clock, Pace, Ticks};
use crate::world::hash::pair;
use crate::world::history::History;

/// Streams of events that can be open: more than people have pages open.
pub(crate) const MOST_STREAMS: usize = 64;

/// Everything that the two listeners share.
pub(crate) struct Engine {
    /// Of the API and of the portal as they are shown, without a slash at the end.
    pub(crate) addresses: [String; 2],
    /// What its paths begin with on its host: nothing, or `/namespaces/` and its name.
    pub(crate) prefix: String,
    pub(crate) hosts: Hosts,
    pub(crate) tls: Option<Secured>,
    pub(crate) world: World,
    pub(crate) clock: Clock,
    /// Locked before a customer's state where both are.
    pub(crate) history: Mutex<History>,
    pub(crate) customers: Customers,
    pub(crate) webhooks: Webhooks,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) portal_tokens: Mutex<Tokens>,
    pub(crate) delay: Mutex<Duration>,
    /// What the forms of the portal's pages are sealed with.
    pub(crate) form_key: String,
    pub(crate) faults: Faults,
    pub(crate) start: Start,
    pub(crate) log: Log,
    pub(crate) watch: Watch,
    /// Places for streams of events.
    pub(crate) streams: Arc<Semaphore>,
    /// Each open connection holds it.
    pub(crate) connections: Arc<()>,
    pub(crate) profile: Profile,
    pub(crate) require_content_length: bool,
    pub(crate) compress: bool,
}

/// Where a sandbox is, and how it is reached.
pub(crate) struct Place {
    pub(crate) addresses: [String; 2],
    pub(crate) prefix: String,
    pub(crate) hosts: Hosts,
    pub(crate) tls: Option<Secured>,
}

/// What a reset goes back to.
pub(crate) struct Start {
    pub(crate) given: crate::world::given::Kept,
    pub(crate) pace: Pace,
    pub(crate) faults: Vec<Fault>,
    pub(crate) scenarios: Vec<String>,
}

impl Engine {
    /// A call of an operation by a customer, as it is without misbehaviour.
    pub(crate) fn call<'c>(&'c self, customer: &'c Customer, params: &'c Params, now: Ticks) -> Call<'c> {
        Call { world: &self.world, history: &self.history, customer, params, now, quirk: None }
    }

    pub(crate) fn tokens_of(&self, host: Host) -> &Mutex<Tokens> {
        match host {
            Host::Api => &self.tokens,
            Host::Portal => &self.portal_tokens,
        }
    }

    /// Or which of the builder's carriers cannot be so.
    pub(crate) fn new(builder: &Builder, Place { addresses, prefix, hosts, tls }: Place) -> Result<Self, String> {
        let pace = Pace::of(builder.fixed_time);
        let clock = Clock::new(builder.snapshot.as_ref().map_or(pace, |snapshot| snapshot.clock));
        let start = builder.snapshot.as_ref().map_or(clock.now(), |snapshot| snapshot.start);
        let world = World::new(builder.seed, builder.carriers, builder.activity, start);
        let faults: Vec<_> = builder.faults.iter().cloned().chain(builder.profile.faults()).collect();
        let watch = Watch::default();
        let customers = Customers::new(builder.changes_interval, watch.clone());
        let mut vendor = None;
        facts::begin(&world, &builder.own)?;
        // What a sandbox is given goes on with its state.
        let given = world.gifts.keep();
        let mut webhooks = Kept::default();
        if let Some(snapshot) = builder.snapshot.clone() {
            world.replace_given(snapshot.given);
            customers.replace(snapshot.customers);
            customers.outbox.replace(snapshot.outbox);
            (vendor, webhooks) = (Some(snapshot.vendor), snapshot.webhooks);
        }
        // With a fixed time the same tokens are made each time, and other ones in each namespace.
        let own = prefix.bytes().fold(0, |sum, byte| pair(sum, byte.into()));
        let secret = |host: u64| builder.fixed_time.map(|_| builder.seed ^ host ^ own);
        Ok(Self {
            addresses,
            prefix,
            hosts,
            tls,
            history: Mutex::new(vendor.unwrap_or_else(|| History::new(start))),
            customers,
            webhooks: Webhooks::new(builder.allow_remote_webhooks, builder.seed, webhooks, watch.clone()),
            tokens: Mutex::new(Tokens::new(builder.token_lifetime, secret(1))),
            portal_tokens: Mutex::new(Tokens::new(builder.token_lifetime, secret(2))),
            delay: Mutex::new(builder.delay),
            form_key: key::form_key(secret(3)),
            faults: Faults::new(builder.seed, faults.clone(), watch.clone()),
            start: Start { given, pace, faults, scenarios: builder.scenarios.clone() },
            log: Log::new(builder.record_requests, watch.clone()),
            watch,
            streams: Arc::new(Semaphore::new(MOST_STREAMS)),
            connections: Arc::default(),
            require_content_length: builder.require_content_length && builder.profile != Profile::Docs,
            profile: builder.profile,
            compress: builder.compress,
            world,
            clock,
        })
    }
}
