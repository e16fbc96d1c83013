//! The subscriptions and the deliveries, waiting and done.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};

use crate::clock::Ticks;
use crate::hash::pair;
use crate::lock;
use crate::webhook::{Attempt, Delivery, DeliveryState, Webhook, WebhookEvent};

/// Deliveries that are kept; the oldest that wait no longer go first.
const MOST: usize = 10_000;
const MOST_WEBHOOKS: usize = 1000;

/// What a snapshot holds.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    last_webhook: u64,
    last_delivery: u64,
    webhooks: BTreeMap<u64, Webhook>,
    deliveries: BTreeMap<u64, Delivery>,
}

pub(crate) struct Webhooks {
    allow_remote: bool,
    seed: u64,
    kept: Mutex<Kept>,
    /// Wakes the pump.
    pub(super) turn: Notify,
    asked: AtomicU64,
    answered: watch::Sender<u64>,
}

impl Webhooks {
    pub(crate) fn new(allow_remote: bool, seed: u64, kept: Kept) -> Self {
        let (asked, answered) = (AtomicU64::new(0), watch::Sender::new(0));
        Self { allow_remote, seed, kept: Mutex::new(kept), turn: Notify::new(), asked, answered }
    }

    pub(crate) fn keep(&self) -> Kept {
        lock(&self.kept).clone()
    }

    pub(crate) fn replace(&self, kept: Kept) {
        *lock(&self.kept) = kept;
        self.turn.notify_one();
    }

    pub(crate) fn add(&self, mut webhook: Webhook) -> Result<u64, String> {
        if let Some(mistake) = webhook.mistake(self.allow_remote) {
            return Err(mistake);
        }
        let mut kept = lock(&self.kept);
        if kept.webhooks.len() >= MOST_WEBHOOKS {
            return Err(format!("there are {MOST_WEBHOOKS} webhooks already; remove some"));
        }
        kept.last_webhook += 1;
        let id = kept.last_webhook;
        if webhook.secret.is_empty() {
            webhook.secret = format!("{:016x}{:016x}", pair(self.seed, id), pair(id, self.seed));
        }
        kept.webhooks.insert(id, webhook);
        drop(kept);
        self.turn.notify_one();
        Ok(id)
    }

    /// Changes a webhook; `None` if there is none of this number.
    pub(crate) fn update(
        &self,
        id: u64,
        change: impl FnOnce(Webhook) -> Result<Webhook, String>,
    ) -> Option<Result<Webhook, String>> {
        let mut kept = lock(&self.kept);
        let webhook = kept.webhooks.get_mut(&id)?;
        let changed = change(webhook.clone()).and_then(|changed| match changed.mistake(self.allow_remote) {
            Some(mistake) => Err(mistake),
            None => Ok(changed),
        });
        if let Ok(changed) = &changed {
            *webhook = changed.clone();
        }
        drop(kept);
        self.turn.notify_one();
        Some(changed)
    }

    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut kept = lock(&self.kept);
        kept.deliveries.retain(|_, delivery| delivery.webhook != id || delivery.due.is_none());
        kept.webhooks.remove(&id).is_some()
    }

    pub(crate) fn all(&self) -> BTreeMap<u64, Webhook> {
        lock(&self.kept).webhooks.clone()
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.kept).webhooks.is_empty()
    }

    /// Has a body sent to a webhook, twice if it is told to; the number of the first delivery.
    pub(crate) fn enqueue(&self, id: u64, event: WebhookEvent, url: String, body: String, at: Ticks) -> u64 {
        let mut kept = lock(&self.kept);
        let copies = kept.webhooks.get(&id).map_or(0, |webhook| 1 + u64::from(webhook.duplicate));
        let first = kept.last_delivery + 1;
        for _ in 0..copies {
            kept.last_delivery += 1;
            let delivery = Delivery {
                id: kept.last_delivery,
                webhook: id,
                event,
                url: url.clone(),
                body: body.clone(),
                state: DeliveryState::Waiting,
                attempts: Vec::new(),
                at,
                due: Some(at),
                tried: 0,
            };
            let number = delivery.id;
            kept.deliveries.insert(number, delivery);
        }
        if kept.deliveries.len() > MOST {
            let done = kept.deliveries.iter().find(|(_, delivery)| delivery.due.is_none()).map(|(id, _)| *id);
            let oldest = done.or_else(|| kept.deliveries.first_key_value().map(|(id, _)| *id));
            oldest.and_then(|oldest| kept.deliveries.remove(&oldest));
        }
        drop(kept);
        self.turn.notify_one();
        first
    }

    /// What is due now, for each webhook in the order in which it goes out.
    pub(super) fn due(&self, now: Ticks) -> Vec<(Webhook, Vec<Delivery>)> {
        let kept = lock(&self.kept);
        let mut due: BTreeMap<u64, Vec<Delivery>> = BTreeMap::new();
        for delivery in kept.deliveries.values().filter(|delivery| delivery.due.is_some_and(|due| due <= now)) {
            due.entry(delivery.webhook).or_default().push(delivery.clone());
        }
        let of = |(id, mut deliveries): (u64, Vec<Delivery>)| {
            let webhook = kept.webhooks.get(&id).filter(|webhook| !webhook.paused)?.clone();
            deliveries.sort_by_key(|delivery| (delivery.due, delivery.id));
            if webhook.reorder {
                deliveries.reverse();
            }
            Some((webhook, deliveries))
        };
        due.into_iter().filter_map(of).collect()
    }

    pub(super) fn attempted(&self, id: u64, attempt: Attempt) {
        if let Some(delivery) = lock(&self.kept).deliveries.get_mut(&id) {
            delivery.attempted(attempt);
        }
    }

    pub(crate) fn resend(&self, id: u64, now: Ticks) -> bool {
        let mut kept = lock(&self.kept);
        let found = kept.deliveries.get_mut(&id).map(|delivery| delivery.resend(now)).is_some();
        drop(kept);
        self.turn.notify_one();
        found
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.kept).deliveries.values().cloned().collect()
    }

    pub(crate) fn delivery(&self, id: u64) -> Option<Delivery> {
        lock(&self.kept).deliveries.get(&id).cloned()
    }

    /// Has the clock looked at.
    pub(crate) fn wake(&self) {
        self.turn.notify_one();
    }

    /// Waits until nothing is due.
    pub(crate) async fn flushed(&self) {
        let mine = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut answered = self.answered.subscribe();
        self.turn.notify_one();
        // The sender is in `self` and so is there.
        let _ = answered.wait_for(|answered| *answered >= mine).await;
    }

    pub(super) fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }

    pub(super) fn answer(&self, asked: u64) {
        self.answered.send_if_modified(|answered| std::mem::replace(answered, asked) != asked);
    }
}
