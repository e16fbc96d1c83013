//! One month.

use crate::events::Trace;
use crate::present::Compared;
use crate::weather::storm;
use crate::world::World;
use std::collections::BTreeMap;
use std::time::Duration;

const HOURS: u64 = 3600;

/// How a month went.
#[derive(Debug)]
pub struct Month {
    /// What went wrong.
    pub faults: Vec<String>,
    pub trace: Trace,
    /// What the vendor knows of, by feed.
    pub known: BTreeMap<&'static str, usize>,
    /// Events, and those that came again in the sink.
    pub delivered: (usize, u64),
    pub compared: Compared,
    /// Ticks, and those that did not come to their end.
    pub ticks: (u64, u64),
    pub polls: u64,
}

impl Month {
    /// The first `days` of it.
    pub async fn of(seed: u64, days: u64) -> Self {
        let mut world = World::new(seed, days).await;
        world.live(days).await;
        let compared = world.settle().await;
        let (trace, known) = world.compare_events().await;
        let delivered = world.compare_delivered().await;
        let World { mut faults, ticks, polls, .. } = world;
        // One mistake makes many.
        faults.truncate(8);
        Self { faults, trace, known, delivered, compared, ticks, polls: polls.count }
    }
}

impl World {
    async fn live(&mut self, days: u64) {
        let end = self.start + Duration::from_secs(days * 86_400);
        let mut down_at = Some(self.start + self.plan.downtime);
        let mut clears_at = None;
        while self.now() < end {
            let seconds = match self.random.u8(0..10) {
                // Soon, as another worker may come.
                0 => self.random.u64(1..240),
                _ => self.random.u64(self.plan.spacing.clone()),
            };
            self.wait(seconds).await;
            if down_at.is_some_and(|at| self.now() >= at) {
                down_at = None;
                for _ in 0..6 {
                    self.wait(HOURS).await;
                }
            }
            if clears_at.is_some_and(|at| self.now() >= at) {
                self.sandbox.clear_faults();
                clears_at = None;
            }
            if clears_at.is_none() && self.random.u8(0..12) == 0 {
                storm(&self.sandbox, !self.plan.tight, &mut self.random);
                clears_at = Some(self.now() + Duration::from_secs(self.random.u64(HOURS..6 * HOURS)));
            }
            self.turn().await;
            self.deliver(false).await;
        }
    }

    /// All is well, and nobody changes the lists.
    async fn settle(&mut self) -> Compared {
        self.sandbox.clear_faults();
        let end = self.now() + self.plan.until_settled();
        let mut compared = Compared::default();
        while self.now() < end {
            let seconds = self.random.u64(HOURS..2 * HOURS);
            self.pass(seconds);
            let dot = *self.random.choice(&self.carriers.0).expect("a carrier");
            self.change(dot);
            // Later than what just happened, so that the window has it.
            self.pass(10);
            let reads = self.plain_turn().await;
            self.compare(&reads, &mut compared).await;
            self.deliver(true).await;
        }
        compared
    }
}
