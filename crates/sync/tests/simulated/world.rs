//! A sandbox with few carriers, a store, and two workers at it.

use crate::delivering::Arrived;
use crate::plan::Plan;
use crate::polls::{OPERATIONS, Polls};
use crate::vendor::{client, now};
use mycarrierpackets::Client;
use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets_sandbox::Sandbox;
use mycarrierpackets_sync::Engine;
use mycarrierpackets_sync::store::Store;
use std::sync::Arc;
use std::time::Duration;

/// In the store, and at the vendor.
pub const CUSTOMER: &str = "demo";

/// When carriers were monitored that are not monitored all the time.
pub struct Stay {
    pub dot: u32,
    pub from: Timestamp,
    /// None as long as it lasts.
    pub to: Option<Timestamp>,
}

pub struct World {
    pub sandbox: Arc<Sandbox>,
    pub store: Store,
    pub workers: [Engine; 2],
    /// Of the broker's people, who use the vendor's portal.
    pub user: Client,
    pub plan: Plan,
    pub random: fastrand::Rng,
    pub start: Timestamp,
    /// Those that are monitored all the time, and those that come and go.
    pub carriers: (Vec<u32>, Vec<u32>),
    pub stays: Vec<Stay>,
    pub polls: Polls,
    pub arrived: Arrived,
    /// What was made to happen to a carrier, and when: "changes" or "packets".
    pub made: Vec<(&'static str, u32, Timestamp)>,
    /// What went wrong.
    pub faults: Vec<String>,
    /// Ticks, and those that did not come to their end.
    pub ticks: (u64, u64),
    /// How often the customer was paused, and a person resumed it.
    pub resumed: u64,
}

impl World {
    pub async fn new(seed: u64, days: u64) -> Self {
        // What the engine draws at random is the seed's, too.
        fastrand::seed(seed);
        let mut random = fastrand::Rng::with_seed(seed);
        let plan = Plan::of(seed, days, &mut random);
        let start: Timestamp = "2026-02-28T20:15:30.25Z".parse().expect("a time");
        // None of them is monitored at first, and ten exist.
        let sandbox =
            Sandbox::builder().carriers(0).activity(400).seed(seed).fixed_time(start.try_into().expect("a time"));
        let sandbox = sandbox.token_lifetime(Duration::from_secs(6 * 3600)).compress(false).start().await;
        let sandbox = Arc::new(sandbox.expect("a sandbox"));
        let user = client(&sandbox).expect("a client");
        let mut dots = sandbox.dot_numbers();
        let moving = dots.split_off(dots.len() - 3);
        for dot in &dots {
            user.monitoring().add(*dot).await.expect("a carrier that is monitored");
        }
        for dot in &dots[..2] {
            user.blocking().add(*dot).await.expect("a carrier that is blocked");
        }
        sandbox.clear_requests();
        let clock = Arc::clone(&sandbox);
        let store = Store::open_with_clock("sqlite::memory:", Arc::new(move || now(&clock).as_microsecond())).await;
        let store = store.expect("a store");
        let worker = |name: &str| {
            let vendor = Arc::clone(&sandbox);
            Engine::new(store.clone(), move |_| client(&vendor)).settings(plan.settings).owner(name)
        };
        let workers = [worker("one"), worker("two")];
        workers[0].add_customer(CUSTOMER, "Acme Brokers").await.expect("a customer");
        let carriers = (dots, moving);
        let (stays, polls, arrived, made, faults, ticks, resumed) = Default::default();
        let world = Self {
            sandbox,
            store,
            workers,
            user,
            plan,
            random,
            start,
            carriers,
            stays,
            polls,
            arrived,
            made,
            faults,
            ticks,
            resumed,
        };
        world.add_sink().await;
        world
    }

    pub fn now(&self) -> Timestamp {
        now(&self.sandbox)
    }

    /// Requests since the log was last read.
    pub fn arrived(&self) -> usize {
        OPERATIONS.iter().chain(&["token"]).map(|operation| self.sandbox.count(operation)).sum()
    }

    /// A carrier changes now.
    pub fn change(&mut self, dot: u32) {
        assert!(self.sandbox.change_carrier(dot));
        self.made.push(("changes", dot, self.now()));
    }

    /// A carrier completes a packet now.
    pub fn complete(&mut self, dot: u32) {
        assert!(self.sandbox.complete_packet(dot));
        self.made.push(("packets", dot, self.now()));
    }

    /// Reads the log.
    pub fn check_polls(&mut self) {
        let soon = self.polls.take(&self.sandbox);
        self.faults.extend(soon);
    }

    pub fn pass(&self, seconds: u64) {
        self.sandbox.advance(Duration::from_secs(seconds));
    }
}
