//! What a test or a person has happen: to a carrier, to the whole sandbox.

use serde::{Deserialize, Serialize};

use crate::customers::Customer;
use crate::customers::outbox::Boxes;
use crate::engine::Engine;
use crate::lock;
use crate::snapshot::{FORMAT, Snapshot};
use crate::watch::Topic;
use crate::webhooks::Kept;
use crate::world::Index;
use crate::world::carrier::natural;
use crate::world::clock::Ticks;
use crate::world::facts::Report;
use crate::world::history::{History, Notice, What};
use crate::world::stretch::{FMCSA, INSURANCE, RISK};

/// What can happen to a carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Event {
    Change,
    CompletePacket,
    ReportIncident,
    UpdateIncident,
    RetractIncident,
}

/// Why something cannot happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cannot {
    NoCarrier,
    NoReport,
}

impl Engine {
    /// Has something happen to a carrier now, for one customer and nobody else, and notifies the customer's webhooks.
    pub(crate) fn happen(&self, customer: &Customer, dot: i64, event: Event) -> Result<(), Cannot> {
        let index = self.world.by_dot(dot).ok_or(Cannot::NoCarrier)?;
        let at = self.settle(customer);
        self.happen_at(customer, (index, at), event)?;
        self.watch.say(Topic::Carrier, u64::from(self.world.dot(index)));
        Ok(())
    }

    fn happen_at(&self, customer: &Customer, (index, at): (Index, Ticks), event: Event) -> Result<(), Cannot> {
        let mut state = lock(&customer.state);
        let report = match event {
            Event::Change => {
                state.own.change(index, at, INSURANCE | FMCSA | RISK);
                return Ok(());
            }
            Event::CompletePacket => {
                state.complete_packet(index, at);
                drop(state);
                self.packet_completed(customer, index, at);
                return Ok(());
            }
            Event::ReportIncident => Report::Created,
            Event::UpdateIncident => Report::Updated,
            Event::RetractIncident => Report::Retracted,
        };
        let known = state.own.on(index, natural(&self.world, index, at).0);
        let incident = state.own.report(index, &known, report, at).ok_or(Cannot::NoReport)?;
        drop(state);
        self.notify_customer(customer, &Notice { at, index, what: What::Incident(report, incident) });
        Ok(())
    }

    /// Makes every blob name given out so far expire.
    pub(crate) fn rotate_blobs(&self) {
        let mut vendor = lock(&self.history);
        vendor.blobs = vendor.blobs.wrapping_add(1);
    }

    /// Back to the start.
    pub(crate) fn reset(&self) {
        self.clock.replace(self.start.pace);
        self.world.replace_given(self.start.given.clone());
        *lock(&self.history) = History::new(self.world.start);
        self.customers.replace([]);
        self.customers.outbox.replace(Boxes::default());
        self.webhooks.replace(Kept::default());
        self.faults.replace(self.start.faults.clone());
        // They were played at the start, so they can be.
        let _ = self.play_all();
        self.log.clear();
        self.watch.say_all();
    }
}

impl Engine {
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.settle_all();
        let vendor = lock(&self.history).clone();
        Snapshot {
            format: FORMAT,
            seed: self.world.seed,
            carriers: self.world.carriers,
            activity: self.world.activity,
            start: self.world.start,
            clock: self.clock.keep(),
            vendor,
            given: self.world.gifts.keep(),
            customers: self.customers.keep(),
            outbox: self.customers.outbox.keep(),
            webhooks: self.webhooks.keep(),
        }
    }

    /// Puts a snapshot back.
    pub(crate) fn restore(&self, snapshot: Snapshot) -> Result<(), String> {
        if let Some(mistake) = snapshot.mistake(self.world.seed, self.world.carriers, self.world.activity) {
            return Err(mistake);
        }
        // Carriers are made from the day of the start.
        if snapshot.start.midnight() != self.world.today {
            return Err("the snapshot is of a sandbox that started on another day; start one with --state".to_owned());
        }
        self.clock.replace(snapshot.clock);
        self.world.replace_given(snapshot.given);
        *lock(&self.history) = snapshot.vendor;
        self.customers.replace(snapshot.customers);
        self.customers.outbox.replace(snapshot.outbox);
        self.webhooks.replace(snapshot.webhooks);
        self.watch.say_all();
        Ok(())
    }
}
