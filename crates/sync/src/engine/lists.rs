//! What is read whole: the monitored and the blocked carriers, and the data of all of them.

use super::poll::differs;
use super::tick::{Read, Turn};
use crate::carrier::{carrier_key, other_keys};
use crate::error::Error;
use crate::event::{EventKind, event_id};
use crate::private;
use crate::store::events::Event;
use crate::store::sections::{Observation, observe};
use crate::store::{self, Tx, aliases, events, feeds, leases, roster};
use futures::StreamExt as _;
use mycarrierpackets::models::{BlockedCarrier, CarrierDetails, MonitoredCarrier};
use mycarrierpackets::types::{CarrierId, DotNumber};
use mycarrierpackets::{Page, Pager, Row};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What names a carrier in a record; `None` where it has no number that can be read.
trait Named {
    fn carrier(&self) -> Option<CarrierId>;
}

macro_rules! listed {
    ($($record:ty),+) => {$(
        impl Named for $record {
            fn carrier(&self) -> Option<CarrierId> {
                let docket = self.docket_number.as_ref().and_then(|text| text.docket());
                CarrierId::from_parts(self.dot_number, docket, self.intrastate_number.as_deref()).ok()
            }
        }
    )+};
}

listed!(MonitoredCarrier, BlockedCarrier);

impl Named for CarrierDetails {
    fn carrier(&self) -> Option<CarrierId> {
        let dot = self.dot_number.as_ref().and_then(|dot| dot.value.as_deref());
        let docket = self.docket_number.as_ref().and_then(|text| text.docket());
        CarrierId::from_parts(dot.and_then(|dot| DotNumber::from_field(dot).ok()), docket, None).ok()
    }
}

impl Turn<'_> {
    /// Reads which carriers are on a list.
    pub(super) async fn list(&self, name: &'static str, feed: &feeds::Feed) -> Result<Option<Read>, Error> {
        if !self.attempt(name, self.engine.settings.lists).await? {
            return Ok(None);
        }
        let mut read = Read::of(name);
        let first = feed.last_success.is_none();
        let found = match name {
            "monitored" => members(self.client.monitoring().list(), &mut read).await,
            _ => members(self.client.blocking().list(), &mut read).await,
        };
        match found {
            Ok(found) if !read.moved => self.replace(name, found, first, &mut read).await?,
            // What cannot be read could be any carrier, so nobody can be said to be missing.
            Ok(_) => {}
            Err(error) => read.error = Some(error),
        }
        Ok(Some(read))
    }

    async fn replace(
        &self,
        name: &'static str,
        found: Vec<CarrierId>,
        first: bool,
        read: &mut Read,
    ) -> Result<(), Error> {
        let customer = self.claim.customer();
        let (came, left) = match name {
            "monitored" => (EventKind::Monitored, EventKind::Unmonitored),
            _ => (EventKind::Blocked, EventKind::Unblocked),
        };
        let work = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::check(&tx, self.claim).await?;
            let mut carriers = BTreeSet::new();
            for id in &found {
                carriers.insert(aliases::resolve(&held, &carrier_key(id), &other_keys(id)).await?);
            }
            let moves = roster::replace(&held, name, &carriers, at).await?;
            let came = moves.came.iter().filter(|_| !first).map(|carrier| (came, carrier));
            let events: Vec<Event> = came
                .chain(moves.left.iter().map(|carrier| (left, carrier)))
                .map(|(kind, carrier)| Event {
                    id: event_id(customer, name, &format!("{} {carrier} {at}", kind.name())),
                    kind: kind.name(),
                    carrier: Some(carrier.clone()),
                    happened_at: None,
                    observed_at: at,
                    data: json!({"list": name}).to_string(),
                })
                .collect();
            events::append(&held, &events).await?;
            feeds::cover(&held, name, &read_whole(at, found.len() as u64, events.len() as u64)).await?;
            feeds::advance(&held, name, "{}", at).await?;
            Ok::<_, store::Error>(events.len() as u64)
        };
        read.events += self.engine.store.transaction(work).await?;
        Ok(())
    }

    /// Reads the data of every monitored carrier.
    pub(super) async fn refresh(&self, name: &'static str, _: &feeds::Feed) -> Result<Option<Read>, Error> {
        if !self.attempt(name, self.engine.settings.refresh).await? {
            return Ok(None);
        }
        let mut read = Read::of(name);
        let mut pages = self.client.monitoring().data().with_json().pages();
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => self.keep_data(page, &mut read).await?,
                Err(error) => {
                    read.error = Some(error.into());
                    return Ok(Some(read));
                }
            }
        }
        let report = pages.report();
        read.moved = report.changed || !report.complete;
        let settle = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::check(&tx, self.claim).await?;
            feeds::cover(&held, name, &read_whole(at, read.rows, read.events)).await?;
            feeds::advance(&held, name, "{}", at).await
        };
        if !read.moved {
            self.engine.store.transaction(settle).await?;
        }
        Ok(Some(read))
    }

    async fn keep_data(&self, page: Page<Row<CarrierDetails>>, read: &mut Read) -> Result<(), Error> {
        let at = self.client.server_time().as_microsecond();
        let work = async |tx: Tx| {
            let held = leases::check(&tx, self.claim).await?;
            let mut made = Vec::new();
            for row in &page.items {
                let Some(id) = row.record.carrier() else { continue };
                let carrier = aliases::resolve(&held, &carrier_key(&id), &other_keys(&id)).await?;
                let mut document: Value = serde_json::from_slice(&row.json).unwrap_or_default();
                if !self.engine.settings.keep_private {
                    private::remove(&mut document);
                }
                let (section, source) = ("MonitoredCarrierData", "MonitoredCarrierData");
                let seen = Observation { carrier: &carrier, section, source, document: &document, at };
                let observed = observe(&held, &seen).await?;
                self.follow(&held, &carrier, observed.version.is_some()).await?;
                if !observed.changes.is_empty() {
                    made.push(differs(self.claim.customer(), &carrier, section, &observed, at));
                }
            }
            let numbers = events::append(&held, &made).await?;
            Ok::<_, store::Error>(numbers.iter().flatten().count() as u64)
        };
        read.events += self.engine.store.transaction(work).await?;
        read.rows += page.items.len() as u64;
        read.rejected += page.rejected.len() as u64;
        Ok(())
    }
}

/// A read of a list shows it as it is at one instant.
fn read_whole(at: i64, rows: u64, new_rows: u64) -> feeds::Coverage {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (rows, new_rows) = (number(rows), number(new_rows));
    feeds::Coverage { window_start: at, window_end: at, read_at: at, complete: true, rows, new_rows }
}

/// The carriers of a list, read to its end.
async fn members<T: Named + Send + Unpin + 'static>(list: Pager<T>, read: &mut Read) -> Result<Vec<CarrierId>, Error> {
    let mut pages = list.pages();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page?;
        read.rows += (page.items.len() + page.rejected.len()) as u64;
        read.rejected += page.rejected.len() as u64;
        for item in &page.items {
            match item.carrier() {
                Some(id) => found.push(id),
                None => read.rejected += 1,
            }
        }
    }
    let report = pages.report();
    read.moved = report.changed || !report.complete || read.rejected > 0;
    Ok(found)
}
