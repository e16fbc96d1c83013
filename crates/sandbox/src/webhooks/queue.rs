//! The subscriptions and the deliveries, waiting and done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use tokio::sync::{Notify, watch};

use crate::lock;
use crate::watch::{Topic, Watch};
use crate::webhooks::places::{Kept, Queue, Whose};
use crate::webhooks::{Attempt, Delivery, DeliveryState, Webhook, WebhookEvent};
use crate::world::clock::Ticks;
use crate::world::hash::pair;

const MOST_WEBHOOKS: usize = 1000;

pub(crate) struct Webhooks {
    allow_remote: bool,
    seed: u64,
    watch: Watch,
    queue: Mutex<Queue>,
    /// Wakes the pump.
    pub(crate) turn: Notify,
    /// Changes whenever a delivery may no longer be due.
    progress: watch::Sender<()>,
}

/// A delivery on its way.
pub(crate) struct Sending {
    pub(crate) webhook: Webhook,
    pub(crate) delivery: Delivery,
    generation: u64,
}

impl Webhooks {
    pub(crate) fn new(allow_remote: bool, seed: u64, kept: Kept, watch: Watch) -> Self {
        let queue = Mutex::new(Queue::of(kept, 0));
        Self { allow_remote, seed, watch, queue, turn: Notify::new(), progress: watch::Sender::new(()) }
    }

    pub(crate) fn keep(&self) -> Kept {
        lock(&self.queue).kept.clone()
    }

    pub(crate) fn replace(&self, kept: Kept) {
        let mut queue = lock(&self.queue);
        let busy = std::mem::take(&mut queue.busy);
        *queue = Queue { busy, ..Queue::of(kept, queue.generation + 1) };
        drop(queue);
        self.changed();
    }

    /// Has the pump, and those who wait for it, look again.
    fn changed(&self) {
        self.turn.notify_one();
        self.progress.send_replace(());
        self.watch.say(Topic::Delivery, None);
    }

    pub(crate) fn add(&self, mut webhook: Webhook) -> Result<u64, String> {
        if let Some(mistake) = webhook.mistake(self.allow_remote) {
            return Err(mistake);
        }
        let mut queue = lock(&self.queue);
        if queue.kept.webhooks.len() >= MOST_WEBHOOKS {
            return Err(format!("there are {MOST_WEBHOOKS} webhooks already; remove some"));
        }
        queue.kept.last_webhook += 1;
        let id = queue.kept.last_webhook;
        if webhook.secret.is_empty() {
            webhook.secret = format!("{:016x}{:016x}", pair(self.seed, id), pair(id, self.seed));
        }
        queue.kept.webhooks.insert(id, webhook);
        drop(queue);
        self.changed();
        Ok(id)
    }

    /// Changes a webhook; `None` if there is none of this number.
    pub(crate) fn update(
        &self,
        id: u64,
        change: impl FnOnce(Webhook) -> Result<Webhook, String>,
    ) -> Option<Result<Webhook, String>> {
        let mut queue = lock(&self.queue);
        let webhook = queue.kept.webhooks.get_mut(&id)?;
        let changed = change(webhook.clone()).and_then(|changed| match changed.mistake(self.allow_remote) {
            Some(mistake) => Err(mistake),
            None => Ok(changed),
        });
        if let Ok(changed) = &changed {
            *webhook = changed.clone();
        }
        drop(queue);
        self.changed();
        Some(changed)
    }

    pub(crate) fn remove(&self, id: u64) -> bool {
        let mut queue = lock(&self.queue);
        let waiting: Vec<u64> = queue.waiting.get(&id).into_iter().flatten().map(|(_, delivery)| *delivery).collect();
        for delivery in waiting {
            queue.remove(delivery);
        }
        let found = queue.kept.webhooks.remove(&id).is_some();
        drop(queue);
        self.changed();
        found
    }

    pub(crate) fn all(&self) -> BTreeMap<u64, Webhook> {
        lock(&self.queue).kept.webhooks.clone()
    }

    pub(crate) fn get(&self, id: u64) -> Option<Webhook> {
        lock(&self.queue).kept.webhooks.get(&id).cloned()
    }

    /// The webhooks that want an event.
    pub(crate) fn wanting(&self, event: WebhookEvent) -> Vec<(u64, Webhook)> {
        let queue = lock(&self.queue);
        let wanting = queue.kept.webhooks.iter().filter(|(_, webhook)| webhook.wants(event));
        wanting.map(|(id, webhook)| (*id, webhook.clone())).collect()
    }

    /// The customers who have webhooks.
    pub(crate) fn subscribers(&self) -> BTreeSet<String> {
        lock(&self.queue).kept.webhooks.values().map(|webhook| webhook.customer.clone()).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.queue).kept.webhooks.is_empty()
    }

    /// Has a body sent to a webhook, twice if it is set to; the number of the first delivery.
    pub(crate) fn enqueue(&self, id: u64, event: WebhookEvent, url: &str, body: &str, at: Ticks) -> u64 {
        let mut queue = lock(&self.queue);
        let copies = queue.kept.webhooks.get(&id).map_or(0, |webhook| 1 + u64::from(webhook.duplicate));
        let first = queue.kept.last_delivery + 1;
        for _ in 0..copies {
            queue.kept.last_delivery += 1;
            let number = queue.kept.last_delivery;
            queue.insert(Delivery {
                id: number,
                webhook: id,
                event,
                url: url.to_owned(),
                body: body.to_owned(),
                state: DeliveryState::Waiting,
                attempts: Vec::new(),
                at,
                due: Some(at),
                tried: 0,
            });
        }
        drop(queue);
        self.changed();
        first
    }

    /// The webhooks that something is due for and nothing is being sent to; each then counts as busy until
    /// [`next`](Self::next) has nothing for it.
    pub(crate) fn take_due(&self, now: Ticks) -> Vec<u64> {
        let mut queue = lock(&self.queue);
        let due: Vec<u64> =
            queue.waiting.keys().copied().filter(|id| !queue.busy.contains(id) && queue.is_due(*id, now)).collect();
        queue.busy.extend(&due);
        due
    }

    /// What goes out next to a busy webhook: one delivery, or all that are due together where the newest goes first.
    pub(crate) fn next(&self, webhook: u64, now: Ticks) -> Vec<u64> {
        let mut queue = lock(&self.queue);
        if !queue.is_due(webhook, now) {
            queue.busy.remove(&webhook);
            return Vec::new();
        }
        let due = queue.waiting.get(&webhook).into_iter().flatten().take_while(|(due, _)| *due <= now);
        let due = due.map(|(_, id)| *id);
        match queue.kept.webhooks.get(&webhook) {
            Some(webhook) if webhook.reorder => due.collect::<Vec<_>>().into_iter().rev().collect(),
            _ => due.take(1).collect(),
        }
    }

    /// A delivery as it is now, with its webhook; none if it no longer waits.
    pub(crate) fn sending(&self, id: u64) -> Option<Sending> {
        let queue = lock(&self.queue);
        let delivery = queue.kept.deliveries.get(&id).filter(|delivery| delivery.due.is_some())?.clone();
        let webhook = queue.kept.webhooks.get(&delivery.webhook).filter(|webhook| !webhook.paused)?.clone();
        Some(Sending { webhook, delivery, generation: queue.generation })
    }

    pub(crate) fn attempted(&self, sending: &Sending, attempt: Attempt) {
        let mut queue = lock(&self.queue);
        if queue.generation == sending.generation {
            queue.change(sending.delivery.id, |delivery| delivery.attempted(attempt));
        }
        drop(queue);
        self.progress.send_replace(());
        self.watch.say(Topic::Delivery, sending.delivery.id);
    }

    pub(crate) fn resend(&self, id: u64, now: Ticks) -> bool {
        let found = lock(&self.queue).change(id, |delivery| delivery.resend(now));
        self.changed();
        found
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.queue).kept.deliveries.values().cloned().collect()
    }

    /// The last `limit` deliveries, or those of one webhook, oldest first.
    pub(crate) fn last(&self, limit: usize, webhook: Option<u64>) -> Vec<Delivery> {
        let queue = lock(&self.queue);
        let fitting = queue.kept.deliveries.values().rev().filter(|own| webhook.is_none_or(|id| own.webhook == id));
        let mut last: Vec<_> = fitting.take(limit).cloned().collect();
        last.reverse();
        last
    }

    pub(crate) fn delivery(&self, id: u64) -> Option<Delivery> {
        lock(&self.queue).kept.deliveries.get(&id).cloned()
    }

    /// Has the clock looked at.
    pub(crate) fn wake(&self) {
        self.turn.notify_one();
    }

    /// Waits until nothing is due at this time to the webhooks that are meant.
    pub(crate) async fn sent(&self, whose: Whose<'_>, now: Ticks) {
        let mut progress = self.progress.subscribe();
        loop {
            progress.mark_unchanged();
            {
                let queue = lock(&self.queue);
                let is_due = queue.waiting.keys().any(|id| queue.is_due(*id, now) && queue.is_of(*id, whose));
                if !is_due {
                    return;
                }
            }
            // The sender is in `self` and so is there.
            let _ = progress.changed().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhooks::places::{MOST_DONE, MOST_WAITING};

    fn subscribed() -> (Webhooks, u64) {
        let webhooks = Webhooks::new(false, 7, Kept::default(), Watch::default());
        let id = webhooks.add(Webhook::to("http://127.0.0.1:9/")).unwrap();
        (webhooks, id)
    }

    fn send(webhooks: &Webhooks, id: u64) -> u64 {
        webhooks.enqueue(id, WebhookEvent::PacketCompleted, "http://127.0.0.1:9/", "", Ticks(0))
    }

    fn attempt(webhooks: &Webhooks, delivery: u64, status: u16) {
        let sending = webhooks.sending(delivery).unwrap();
        webhooks.attempted(
            &sending,
            Attempt { status: Some(status), error: None, at: Ticks(0), headers: Vec::new(), answer: None },
        );
    }

    fn places(webhooks: &Webhooks) -> (usize, usize, usize) {
        let queue = lock(&webhooks.queue);
        assert_eq!(queue.waiting.values().map(BTreeSet::len).sum::<usize>(), queue.waiting_by_age.len());
        assert_eq!(queue.kept.deliveries.len(), queue.waiting_by_age.len() + queue.done.len());
        (queue.kept.deliveries.len(), queue.waiting_by_age.len(), queue.done.len())
    }

    #[test]
    fn what_no_longer_waits_gives_its_place_back() {
        let (webhooks, id) = subscribed();
        let sent: Vec<u64> = (0..4).map(|_| send(&webhooks, id)).collect();
        assert_eq!(places(&webhooks), (4, 4, 0));
        attempt(&webhooks, sent[0], 204);
        assert_eq!(places(&webhooks), (4, 3, 1), "delivered");
        for _ in 0..5 {
            attempt(&webhooks, sent[1], 500);
        }
        assert_eq!(places(&webhooks), (4, 2, 2), "given up");
        assert!(webhooks.resend(sent[1], Ticks(0)));
        assert_eq!(places(&webhooks), (4, 3, 1), "sent again");
        assert!(webhooks.remove(id));
        assert_eq!(places(&webhooks), (1, 0, 1), "its webhook ended");
        assert_eq!(
            places(&Webhooks::new(false, 7, webhooks.keep(), Watch::default())),
            (1, 0, 1),
            "and after a restart"
        );
    }

    #[test]
    fn waiting_and_done_deliveries_have_caps_that_hold_when_each_goes_out_twice() {
        let (webhooks, id) = subscribed();
        let _ = webhooks.update(id, |webhook| Ok(webhook.duplicate(true))).unwrap().unwrap();
        for _ in 0..MOST_WAITING / 2 {
            send(&webhooks, id);
        }
        assert_eq!(places(&webhooks), (MOST_WAITING, MOST_WAITING, 0));
        for dropped in [2, 4] {
            send(&webhooks, id);
            assert_eq!(places(&webhooks), (MOST_WAITING + dropped, MOST_WAITING, dropped));
        }
        let oldest = webhooks.delivery(1).unwrap();
        assert_eq!((oldest.state, oldest.due), (DeliveryState::Dropped, None), "it is said, and not silent");
        for _ in 0..MOST_DONE / 2 {
            send(&webhooks, id);
        }
        assert_eq!(places(&webhooks), (MOST_WAITING + MOST_DONE, MOST_WAITING, MOST_DONE));
        assert!(webhooks.delivery(1).is_none(), "the oldest that wait no longer go first");
    }

    #[test]
    fn what_was_on_its_way_before_a_reset_is_not_noted_after_it() {
        let (webhooks, id) = subscribed();
        let delivery = send(&webhooks, id);
        let sending = webhooks.sending(delivery).unwrap();
        webhooks.replace(Kept::default());
        let id = webhooks.add(Webhook::to("http://127.0.0.1:9/")).unwrap();
        assert_eq!(send(&webhooks, id), delivery, "numbers begin again");
        webhooks.attempted(
            &sending,
            Attempt { status: Some(200), error: None, at: Ticks(0), headers: Vec::new(), answer: None },
        );
        assert_eq!(webhooks.delivery(delivery).unwrap().state, DeliveryState::Waiting);
    }
}
