//! What a test or a person has happen: to a carrier, to the whole sandbox.

use serde::Deserialize;

use crate::feed::{FMCSA, INSURANCE, RISK};
use crate::lock;
use crate::shared::Shared;
use crate::vendor::{Report, Vendor};
use crate::webhook::Kept;

/// What can happen to a carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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

impl Shared {
    /// Has something happen to a carrier now, and tells webhooks.
    pub(crate) fn happen(&self, dot: i64, event: Event) -> Result<(), Cannot> {
        let index = self.world.by_dot(dot).ok_or(Cannot::NoCarrier)?;
        let now = self.settle_vendor();
        let mut vendor = lock(&self.vendor);
        let report = match event {
            Event::Change => {
                vendor.change(index, now, INSURANCE | FMCSA | RISK, false);
                return Ok(());
            }
            Event::CompletePacket => {
                vendor.complete_packet(index, now);
                drop(vendor);
                self.tell_packet(index, now);
                return Ok(());
            }
            Event::ReportIncident => Report::Created,
            Event::UpdateIncident => Report::Updated,
            Event::RetractIncident => Report::Retracted,
        };
        let told = vendor.report(&self.world, index, report, now).ok_or(Cannot::NoReport)?;
        drop(vendor);
        self.tell_incident(told);
        Ok(())
    }

    /// Makes every blob name given out so far expire.
    pub(crate) fn rotate_blobs(&self) {
        let mut vendor = lock(&self.vendor);
        vendor.blobs = vendor.blobs.wrapping_add(1);
    }

    /// Back to the start.
    pub(crate) fn reset(&self) {
        self.clock.replace(self.start.pace);
        *lock(&self.vendor) = Vendor::new(&self.world, self.world.start);
        self.customers.replace([]);
        self.webhooks.replace(Kept::default());
        self.faults.replace(self.start.faults.clone());
        self.log.clear();
    }
}
