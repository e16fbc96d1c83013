//! Where deliveries are kept: those that wait, in the order in which they come due, and those that no longer do.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::webhooks::{Delivery, DeliveryState, Webhook};
use crate::world::clock::Ticks;

/// Deliveries that are kept when they no longer wait; the oldest go first.
pub(super) const MOST_DONE: usize = 10_000;
/// Deliveries that wait; past it the oldest are dropped, as nobody takes them.
pub(super) const MOST_WAITING: usize = 100_000;

/// Which webhooks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose<'w> {
    All,
    Customer(&'w str),
    One(u64),
}

/// What a snapshot holds.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(super) last_webhook: u64,
    pub(super) last_delivery: u64,
    pub(super) webhooks: BTreeMap<u64, Webhook>,
    pub(super) deliveries: BTreeMap<u64, Delivery>,
}

/// What is kept, and what follows from it: every delivery is in `done` or once in `waiting`.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) kept: Kept,
    /// For each webhook, in the order in which they come due.
    pub(super) waiting: BTreeMap<u64, BTreeSet<(Ticks, u64)>>,
    pub(super) waiting_by_age: BTreeSet<u64>,
    pub(super) done: BTreeSet<u64>,
    /// The webhooks something is being sent to.
    pub(super) busy: BTreeSet<u64>,
    /// Rises when all is replaced: what is on its way then belongs to deliveries that are gone.
    pub(super) generation: u64,
}

impl Queue {
    pub(super) fn of(kept: Kept, generation: u64) -> Self {
        let mut queue = Self { generation, ..Self::default() };
        let Kept { deliveries, .. } = &kept;
        for delivery in deliveries.values() {
            queue.file(delivery.id, delivery.webhook, delivery.due);
        }
        queue.kept = kept;
        queue
    }

    fn file(&mut self, id: u64, webhook: u64, due: Option<Ticks>) {
        match due {
            Some(due) => {
                self.waiting.entry(webhook).or_default().insert((due, id));
                self.waiting_by_age.insert(id);
            }
            None => drop(self.done.insert(id)),
        }
    }

    /// Changes a delivery, and the place where it is looked for.
    pub(super) fn change(&mut self, id: u64, change: impl FnOnce(&mut Delivery)) -> bool {
        let Some(delivery) = self.kept.deliveries.get_mut(&id) else { return false };
        let (webhook, before) = (delivery.webhook, delivery.due);
        change(delivery);
        let after = delivery.due;
        self.unfile(id, webhook, before);
        self.file(id, webhook, after);
        self.make_room();
        true
    }

    fn unfile(&mut self, id: u64, webhook: u64, due: Option<Ticks>) {
        self.done.remove(&id);
        self.waiting_by_age.remove(&id);
        if let Some(due) = due
            && let Some(own) = self.waiting.get_mut(&webhook)
        {
            own.remove(&(due, id));
            if own.is_empty() {
                self.waiting.remove(&webhook);
            }
        }
    }

    pub(super) fn insert(&mut self, delivery: Delivery) {
        self.file(delivery.id, delivery.webhook, delivery.due);
        self.kept.deliveries.insert(delivery.id, delivery);
        self.make_room();
    }

    pub(super) fn remove(&mut self, id: u64) {
        if let Some(delivery) = self.kept.deliveries.remove(&id) {
            self.unfile(id, delivery.webhook, delivery.due);
        }
    }

    fn make_room(&mut self) {
        while self.waiting_by_age.len() > MOST_WAITING {
            let Some(oldest) = self.waiting_by_age.pop_first() else { break };
            if let Some(delivery) = self.kept.deliveries.get_mut(&oldest) {
                let (webhook, due) = (delivery.webhook, delivery.due.take());
                delivery.state = DeliveryState::Dropped;
                self.unfile(oldest, webhook, due);
                self.file(oldest, webhook, None);
            }
        }
        while self.done.len() > MOST_DONE {
            let Some(oldest) = self.done.pop_first() else { break };
            self.kept.deliveries.remove(&oldest);
        }
    }

    pub(super) fn is_of(&self, webhook: u64, whose: Whose<'_>) -> bool {
        match whose {
            Whose::All => true,
            Whose::Customer(name) => self.kept.webhooks.get(&webhook).is_some_and(|webhook| webhook.customer == name),
            Whose::One(id) => id == webhook,
        }
    }

    /// Whether a webhook has something to take now.
    pub(super) fn is_due(&self, webhook: u64, now: Ticks) -> bool {
        let first = self.waiting.get(&webhook).and_then(BTreeSet::first);
        first.is_some_and(|(due, _)| *due <= now)
            && self.kept.webhooks.get(&webhook).is_some_and(|webhook| !webhook.paused)
    }
}
