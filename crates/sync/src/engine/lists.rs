//! What is read whole: the monitored and the blocked carriers, and the data of all of them.

use super::poll::differs;
use super::read::Read;
use super::rows::{Reader, Unreadable, keep, name};
use super::tick::{SHORTEST_BACKOFF, Turn};
use crate::crash;
use crate::error::Error;
use crate::event::{EventKind, event_id};
use crate::planted::{self, Fault};
use crate::store::coverage::{self, Coverage};
use crate::store::events::Event;
use crate::store::leases::Held;
use crate::store::sections::{Observation, observe};
use crate::store::{self, Tx, events, feeds, leases, roster};
use futures::StreamExt as _;
use mycarrierpackets::models::{BlockedCarrier, CarrierDetails, MonitoredCarrier};
use mycarrierpackets::types::CarrierId;
use mycarrierpackets::{Operation, Page, Pager, Row};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A list as it was read.
#[derive(Default)]
struct Members {
    found: Vec<CarrierId>,
    unreadable: Vec<Unreadable>,
}

impl Turn<'_> {
    /// Reads which carriers are on a list.
    pub(super) async fn list(&self, list: &'static str, feed: &feeds::Feed) -> Result<Option<Read>, Error> {
        let Some(began_at) = self.attempt(list, SHORTEST_BACKOFF).await? else { return Ok(None) };
        let mut read = Read::of(list, began_at);
        let first = feed.last_success.is_none();
        let (monitored, blocked) = (Operation::MonitoredCarriers, Operation::BlockedCarriers);
        let members = match list {
            "monitored" => {
                let pages = self.client.monitoring().list().with_json();
                self.members(self.reader(monitored), pages, MonitoredCarrier::carrier_id, &mut read).await
            }
            _ => {
                let pages = self.client.blocking().list().with_json();
                self.members(self.reader(blocked), pages, BlockedCarrier::carrier_id, &mut read).await
            }
        };
        // What cannot be read could be any carrier, so nobody can be said to be missing.
        let complete = read.incomplete().is_none();
        let work = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            let mut made = keep(&held, list, &members.unreadable, at).await?;
            let mut doubted = 0;
            if complete {
                let moved;
                (moved, doubted) = moves(&held, list, &members.found, at, first).await?;
                made.extend(moved);
            }
            let numbers = events::append(&held, &made).await?;
            let events = numbers.iter().flatten().count();
            if complete {
                let new_rows = i64::try_from(events).unwrap_or(i64::MAX);
                coverage::end(&held, list, &Coverage { new_rows, ..self.coverage(&read, at) }).await?;
                feeds::advance(&held, list, "{}", at).await?;
                // Until here it is due in minutes: a worker may end before, and so may the vendor.
                feeds::rest(&held, list, Some(self.next(&read))).await?;
            }
            Ok::<_, store::Error>((events as u64, doubted as u64))
        };
        (read.events, read.doubted) = self.engine.store.transaction(work).await?;
        Ok(Some(read))
    }

    /// Reads the data of every monitored carrier.
    pub(super) async fn refresh(&self, feed: &'static str) -> Result<Option<Read>, Error> {
        let Some(began_at) = self.attempt(feed, SHORTEST_BACKOFF).await? else { return Ok(None) };
        let mut read = Read::of(feed, began_at);
        let mut pages = self.client.monitoring().data().with_json().pages();
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => {
                    let total = page.total_count;
                    self.keep_data(feed, page, &mut read).await?;
                    self.seen(&read, total);
                }
                Err(error) => {
                    read.error = Some(error.into());
                    return Ok(Some(read));
                }
            }
        }
        let report = pages.report();
        read.moved = report.changed || !report.complete;
        if read.incomplete().is_some() {
            return Ok(Some(read));
        }
        let settle = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            coverage::end(&held, feed, &self.coverage(&read, at)).await?;
            feeds::advance(&held, feed, "{}", at).await?;
            feeds::rest(&held, feed, Some(self.next(&read))).await
        };
        self.engine.store.transaction(settle).await?;
        Ok(Some(read))
    }

    /// The carriers of a list, read as far as it could be.
    async fn members<T: Send + Unpin + 'static>(
        &self,
        reader: Reader,
        list: Pager<Row<T>>,
        carrier: fn(&T) -> Option<CarrierId>,
        read: &mut Read,
    ) -> Members {
        let mut pages = list.pages();
        let mut members = Members::default();
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(error) => {
                    read.error = Some(error.into());
                    return members;
                }
            };
            members.unreadable.extend(reader.undecoded(&page));
            for row in &page.items {
                match reader.record(row, carrier) {
                    Ok((carrier, _)) => members.found.push(carrier),
                    Err(record) => members.unreadable.push(record),
                }
            }
            read.rows = (members.found.len() + members.unreadable.len()) as u64;
            read.rejected = members.unreadable.len() as u64;
            self.seen(read, page.total_count);
        }
        let report = pages.report();
        read.moved = (report.changed || !report.complete) && !planted::is(Fault::MovedCounts);
        crash::point("list-read");
        // Those that come by several numbers first: whoever comes by one of these alone is known then.
        members.found.sort_by_key(|id| id.dot_number().is_none());
        members
    }

    fn seen(&self, read: &Read, total: Option<u64>) {
        self.engine.seen(self.claim.customer(), read.feed, read.rows, total);
    }

    async fn keep_data(
        &self,
        feed: &'static str,
        page: Page<Row<CarrierDetails>>,
        read: &mut Read,
    ) -> Result<(), Error> {
        let reader = self.reader(Operation::MonitoredCarrierData);
        let mut unreadable = reader.undecoded(&page);
        let mut carriers: Vec<(CarrierId, Value)> = Vec::with_capacity(page.items.len());
        for row in &page.items {
            match reader.record(row, CarrierDetails::carrier_id) {
                Ok(carrier) => carriers.push(carrier),
                Err(record) => unreadable.push(record),
            }
        }
        let work = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            let mut made = keep(&held, feed, &unreadable, at).await?;
            for (id, document) in &carriers {
                let carrier = name(&held, id, at, &mut made).await?;
                let (section, source) = ("MonitoredCarrierData", "MonitoredCarrierData");
                let seen = Observation { carrier: &carrier, section, source, document, at };
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
        read.rows += (carriers.len() + unreadable.len()) as u64;
        read.rejected += unreadable.len() as u64;
        Ok(())
    }
}

/// Keeps a list that was read whole. Returns an event for each carrier that came or left, and how many are missing and kept.
async fn moves(
    held: &Held<'_>,
    list: &str,
    found: &[CarrierId],
    at: i64,
    first: bool,
) -> Result<(Vec<Event>, usize), store::Error> {
    let (came, left) = match list {
        "monitored" => (EventKind::Monitored, EventKind::Unmonitored),
        _ => (EventKind::Blocked, EventKind::Unblocked),
    };
    let (mut made, mut carriers) = (Vec::new(), BTreeSet::new());
    for id in found {
        carriers.insert(name(held, id, at, &mut made).await?);
    }
    let moves = roster::replace(held, list, &carriers, at, first).await?;
    let came = moves.came.iter().map(|carrier| (came, carrier));
    let moved = came.chain(moves.left.iter().map(|carrier| (left, carrier)));
    made.extend(moved.map(|(kind, carrier)| Event {
        id: event_id(held.customer(), list, &format!("{} {carrier} {at}", kind.name())),
        kind: kind.name(),
        carrier: Some(carrier.clone()),
        happened_at: None,
        observed_at: at,
        data: json!({"list": list}).to_string(),
    }));
    Ok((made, moves.doubted))
}
