//! A window of a feed: read whole, and kept.

use super::links;
use super::read::Read;
use super::rows::{Unreadable, keep, name};
use super::tick::Turn;
use crate::crash;
use crate::error::Error;
use crate::event::{EventKind, event_id};
use crate::planted::{self, Fault};
use crate::store::coverage::{self, Coverage};
use crate::store::events::Event;
use crate::store::sections::{Observation, observe};
use crate::store::{self, Tx, events, feeds, identities, leases};
use futures::StreamExt as _;
use jiff::Timestamp;
use mycarrierpackets::feed::{Position, RowId, Source};
use mycarrierpackets::types::CarrierId;
use mycarrierpackets::{Page, Row, Window};
use serde_json::{Value, json};
use std::time::Duration;

/// A feed whose rows become events.
pub(super) trait Kept: Source {
    /// What a row is called.
    const KIND: EventKind;

    /// The part of the carrier that the row shows as it is now, in the row's JSON.
    const SECTION: Option<(&'static str, &'static str)>;
}

impl Kept for mycarrierpackets::feed::CarrierChanges {
    const KIND: EventKind = EventKind::CarrierChanged;
    const SECTION: Option<(&'static str, &'static str)> = Some(("details", "CarrierDetails"));
}

impl Kept for mycarrierpackets::feed::CompletedPackets {
    const KIND: EventKind = EventKind::PacketCompleted;
    const SECTION: Option<(&'static str, &'static str)> = None;
}

impl Kept for mycarrierpackets::feed::FactoringUpdates {
    const KIND: EventKind = EventKind::FactoringUpdated;
    const SECTION: Option<(&'static str, &'static str)> = None;
}

/// A row on its way into the store.
struct Found {
    id: RowId,
    carrier: Option<CarrierId>,
    happened_at: Option<i64>,
    json: Value,
}

impl Turn<'_> {
    pub(super) async fn poll<S: Kept>(
        &self,
        source: S,
        name: &'static str,
        feed: &feeds::Feed,
    ) -> Result<Option<Read>, Error> {
        let pace = self.engine.settings.pace;
        let interval = Duration::try_from(pace.interval).unwrap_or_default();
        let Some(began_at) = self.attempt(name, interval).await? else { return Ok(None) };
        let mut read = Read::of(name, began_at);
        let now = self.client.server_time();
        let position = match self.position(feed, now) {
            Ok(position) => position,
            Err(error) => {
                read.error = Some(error);
                return Ok(Some(read));
            }
        };
        let Some(poll) = position.poll(now, &pace) else {
            let nothing = Some("nothing was asked for: no second had passed since the last read".to_owned());
            let end = async |tx: Tx| {
                let at = tx.now().await?;
                let held = leases::hold(&tx, self.claim).await?;
                coverage::end(&held, name, &Coverage { error: nothing, ..self.coverage(&read, at) }).await
            };
            self.engine.store.transaction(end).await?;
            return Ok(Some(read));
        };
        if let Some(gap) = poll.gap {
            self.gap(name, gap).await?;
            read.woke = true;
        }
        if planted::is(Fault::CursorBeforeRows) {
            self.advance(name, &planted::position(&poll.then, &position)).await?;
        }
        read.window = Some(poll.window);
        read.known_until = position.read_until().as_microsecond();
        let mut pages = source.rows(self.client.raw(), planted::window(poll.window)).pages();
        // The last page is kept in the transaction that moves the cursor.
        let mut last = None;
        while let Some(page) = pages.next().await {
            crash::point("page-read");
            let page = page.map_err(|error| read.error = Some(error.into())).ok();
            let before = std::mem::replace(&mut last, page);
            self.keep(source, name, before, &mut read, None).await?;
            if last.is_none() {
                return Ok(Some(read));
            }
        }
        let report = pages.report();
        read.moved = (report.changed || !report.complete) && !planted::is(Fault::MovedCounts);
        crash::point("window-read");
        let moved = read.incomplete().is_none().then_some((&poll.then, &position));
        self.keep(source, name, last, &mut read, moved).await?;
        Ok(Some(read))
    }

    /// Keeps a page: what is new becomes events, and the carriers are what the rows show. With `moved`, the cursor moves to the
    /// first of the two from the second.
    async fn keep<S: Kept>(
        &self,
        source: S,
        feed: &'static str,
        page: Option<Page<Row<S::Record>>>,
        read: &mut Read,
        moved: Option<(&Position, &Position)>,
    ) -> Result<(), Error> {
        let mut unreadable =
            page.as_ref().map(|page| self.reader(source.operation()).undecoded(page)).unwrap_or_default();
        let mut rows = Vec::new();
        for row in page.iter().flat_map(|page| &page.items) {
            match self.found(source, row) {
                Ok(row) => rows.push(row),
                Err(row) => unreadable.push(row),
            }
        }
        planted::saw(rows.iter().filter_map(|row| row.happened_at));
        let moved = moved.map(|(then, position)| planted::position(then, position));
        if moved.is_none() && rows.is_empty() && unreadable.is_empty() {
            return Ok(());
        }
        read.rows += (rows.len() + unreadable.len()) as u64;
        read.rejected += unreadable.len() as u64;
        let customer = self.claim.customer();
        let work = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
            let new = identities::see(&held, feed, &ids, at).await?;
            let late =
                rows.iter().zip(&new).filter_map(|(row, new)| read.late(row.happened_at.filter(|_| *new)?)).max();
            if let Some(late) = late {
                feeds::late(&held, feed, late, at).await?;
            }
            let mut made = Vec::new();
            for (row, new) in rows.iter().zip(new) {
                let carrier = match &row.carrier {
                    Some(carrier) => Some(name(&held, carrier, at, &mut made).await?),
                    None => None,
                };
                let mut data = row.json.clone();
                if let (Some((section, field)), Some(carrier)) = (S::SECTION, &carrier)
                    && let Some(document) = data.as_object_mut().and_then(|fields| fields.remove(field))
                {
                    let source = source.operation().info().vendor_name;
                    let seen = Observation { carrier, section, source, document: &document, at };
                    let observed = observe(&held, &seen).await?;
                    data["changes"] = json!(observed.changes);
                    if !new && !observed.changes.is_empty() {
                        made.push(differs(customer, carrier, section, &observed, at));
                    }
                }
                if let (true, Some(carrier)) = (new, &carrier) {
                    let what = (S::KIND, row.happened_at);
                    links::to_webhooks(&tx, self.claim.customer(), carrier, what, &mut data).await?;
                    self.follow(&held, carrier, true).await?;
                }
                if new {
                    made.push(Event {
                        id: event_id(customer, feed, row.id.as_str()),
                        kind: S::KIND.name(),
                        carrier,
                        happened_at: row.happened_at,
                        observed_at: at,
                        data: data.to_string(),
                    });
                }
            }
            made.extend(keep(&held, feed, &unreadable, at).await?);
            let numbers = events::append(&held, &made).await?;
            let events = numbers.iter().flatten().count();
            if let Some(moved) = &moved {
                let noted = self.coverage(read, at);
                let new_rows = noted.new_rows.saturating_add(i64::try_from(events).unwrap_or(i64::MAX));
                coverage::end(&held, feed, &Coverage { new_rows, ..noted }).await?;
                feeds::advance(&held, feed, moved, at).await?;
            }
            Ok::<_, store::Error>((events as u64, late))
        };
        let (events, late) = self.engine.store.transaction(work).await?;
        read.events += events;
        let late = Duration::from_micros(late.unwrap_or_default().unsigned_abs());
        if late > self.engine.settings.pace.longest_lookback().unsigned_abs() / 2 {
            let seconds = late.as_secs();
            tracing::warn!(customer, feed, seconds, "a row came so long after its time that a later one may be missed");
        }
        Ok(())
    }

    fn found<S: Kept>(&self, source: S, row: &Row<S::Record>) -> Result<Found, Unreadable> {
        Ok(Found {
            id: match planted::is(Fault::ContentAsIdentity) {
                true => RowId::of_content(source.operation(), &row.json),
                false => source.row_id(row),
            },
            carrier: source.carrier(&row.record),
            happened_at: source.happened_at(&row.record).map(|at| at.as_microsecond()),
            json: self.reader(source.operation()).document(&row.json)?,
        })
    }

    /// Moves the cursor alone.
    async fn advance(&self, name: &str, kept: &str) -> Result<(), Error> {
        let advance = async |tx: Tx| {
            let at = tx.now().await?;
            feeds::advance(&leases::hold(&tx, self.claim).await?, name, kept, at).await
        };
        Ok(self.engine.store.transaction(advance).await?)
    }

    /// How far a feed was read: at first, until just before the customer was added, as the clocks of the store and the
    /// vendor may differ.
    fn position(&self, feed: &feeds::Feed, now: Timestamp) -> Result<Position, Error> {
        let name = &feed.feed;
        let position: Position = match feed.position.as_deref() {
            Some(text) => serde_json::from_str(text).map_err(|error| {
                Error::Position(format!("the position of the feed {name:?} cannot be read: {error}"))
            })?,
            None => {
                let added = Timestamp::from_microsecond(self.added_at).unwrap_or(now);
                Position::starting_at(added.checked_sub(self.engine.settings.pace.lookback).unwrap_or(added))
            }
        };
        Ok(position.not_after(now))
    }

    /// What happened in a time that the feed does not reach is known only by what differs: everything is read afresh.
    async fn gap(&self, feed: &'static str, gap: Window) -> Result<(), Error> {
        let customer = self.claim.customer();
        let work = async |tx: Tx| {
            let now = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            let (start, end) = (gap.start().to_string(), gap.end().to_string());
            let event = Event {
                id: event_id(customer, feed, &format!("gap {start} {end}")),
                kind: EventKind::FeedGap.name(),
                carrier: None,
                happened_at: None,
                observed_at: now,
                data: json!({"feed": feed, "start": start, "end": end}).to_string(),
            };
            events::append(&held, &[event]).await?;
            feeds::hasten(&held, "carriers", now).await
        };
        Ok(self.engine.store.transaction(work).await?)
    }
}

pub(super) fn differs(
    customer: &str,
    carrier: &str,
    section: &str,
    observed: &store::sections::Observed,
    at: i64,
) -> Event {
    let version = observed.version.unwrap_or_default();
    Event {
        id: event_id(customer, "differs", &format!("{carrier} {section} {version}")),
        kind: EventKind::CarrierDiffers.name(),
        carrier: Some(carrier.to_owned()),
        happened_at: None,
        observed_at: at,
        data: json!({"section": section, "version": version, "changes": observed.changes}).to_string(),
    }
}
