//! A window of a feed: read whole, and kept.

use super::links;
use super::tick::{Read, Turn};
use crate::carrier::{carrier_key, other_keys};
use crate::error::Error;
use crate::event::{EventKind, event_id};
use crate::private;
use crate::store::events::Event;
use crate::store::feeds::{self, Coverage};
use crate::store::sections::{Observation, observe};
use crate::store::{self, Tx, aliases, events, identities, leases, rejects};
use futures::StreamExt as _;
use jiff::Timestamp;
use mycarrierpackets::feed::{Position, RowId, Source};
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
    carrier: Option<String>,
    others: Vec<String>,
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
        if !self.attempt(name, interval).await? {
            return Ok(None);
        }
        let mut read = Read::of(name);
        // The windows are in the server's time, and the first answer shows it.
        if let Err(error) = self.client.check_token().await {
            read.error = Some(error.into());
            return Ok(Some(read));
        }
        let now = self.client.server_time();
        let position = self.position(feed, now)?;
        let Some(poll) = position.poll(now, &pace) else { return Ok(Some(read)) };
        if let Some(gap) = poll.gap {
            self.gap(name, gap).await?;
        }
        let mut pages = source.rows(self.client.raw(), poll.window).pages();
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => self.keep(source, name, page, now, &mut read).await?,
                Err(error) => {
                    read.error = Some(error.into());
                    return Ok(Some(read));
                }
            }
        }
        let report = pages.report();
        read.moved = report.changed || !report.complete;
        let kept = serde_json::to_string(&poll.then).unwrap_or_default();
        let coverage = coverage(&poll.window, &read, now);
        let settle = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::check(&tx, self.claim).await?;
            feeds::cover(&held, name, &coverage).await?;
            if coverage.complete { feeds::advance(&held, name, &kept, at).await } else { Ok(()) }
        };
        self.engine.store.transaction(settle).await?;
        Ok(Some(read))
    }

    /// Keeps a page: what is new becomes events, and the carriers are what the rows show.
    async fn keep<S: Kept>(
        &self,
        source: S,
        name: &'static str,
        page: Page<Row<S::Record>>,
        now: Timestamp,
        read: &mut Read,
    ) -> Result<(), Error> {
        let at = now.as_microsecond();
        let rows: Vec<Found> = page.items.iter().map(|row| self.found(source, row)).collect();
        let rejected: Vec<(RowId, &[u8], String)> = page
            .rejected
            .iter()
            .map(|(_, error)| {
                let body = error.body().unwrap_or_default();
                (RowId::of_content(source.operation(), body), body, error.to_string())
            })
            .collect();
        let work = async |tx: Tx| {
            let held = leases::check(&tx, self.claim).await?;
            let ids: Vec<&str> =
                rows.iter().map(|row| &row.id).chain(rejected.iter().map(|row| &row.0)).map(RowId::as_str).collect();
            let new = identities::see(&held, name, &ids, at).await?;
            let mut made = Vec::new();
            for (row, new) in rows.iter().zip(&new) {
                let carrier = match &row.carrier {
                    Some(carrier) => Some(aliases::resolve(&held, carrier, &row.others).await?),
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
                        made.push(differs(self.claim.customer(), carrier, section, &observed, at));
                    }
                }
                if let (true, Some(carrier)) = (*new, &carrier) {
                    let what = (S::KIND, row.happened_at);
                    links::to_webhooks(&tx, self.claim.customer(), carrier, what, &mut data).await?;
                    self.follow(&held, carrier, true).await?;
                }
                if *new {
                    made.push(Event {
                        id: event_id(self.claim.customer(), name, row.id.as_str()),
                        kind: S::KIND.name(),
                        carrier,
                        happened_at: row.happened_at,
                        observed_at: at,
                        data: data.to_string(),
                    });
                }
            }
            for ((id, body, error), new) in rejected.iter().zip(&new[rows.len()..]) {
                rejects::keep(&held, name, id.as_str(), body, error, at).await?;
                if *new {
                    made.push(of_rejected(self.claim.customer(), name, id, error, at));
                }
            }
            let numbers = events::append(&held, &made).await?;
            Ok::<_, store::Error>(numbers.iter().flatten().count() as u64)
        };
        read.events += self.engine.store.transaction(work).await?;
        read.rows += (rows.len() + rejected.len()) as u64;
        read.rejected += rejected.len() as u64;
        Ok(())
    }

    fn found<S: Kept>(&self, source: S, row: &Row<S::Record>) -> Found {
        let mut json: Value = serde_json::from_slice(&row.json).unwrap_or_default();
        if !self.engine.settings.keep_private {
            private::remove(&mut json);
        }
        let carrier = source.carrier(&row.record);
        Found {
            id: source.row_id(row),
            others: carrier.as_ref().map(other_keys).unwrap_or_default(),
            carrier: carrier.as_ref().map(carrier_key),
            happened_at: source.happened_at(&row.record).map(|at| at.as_microsecond()),
            json,
        }
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
            let held = leases::check(&tx, self.claim).await?;
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

fn coverage(window: &Window, read: &Read, now: Timestamp) -> Coverage {
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Coverage {
        window_start: window.start().as_microsecond(),
        window_end: window.end().as_microsecond(),
        read_at: now.as_microsecond(),
        complete: !read.moved,
        rows: number(read.rows),
        new_rows: number(read.events),
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

fn of_rejected(customer: &str, feed: &str, id: &RowId, error: &str, at: i64) -> Event {
    Event {
        id: event_id(customer, feed, id.as_str()),
        kind: EventKind::FeedRejected.name(),
        carrier: None,
        happened_at: None,
        observed_at: at,
        data: json!({"feed": feed, "row": id.as_str(), "error": error}).to_string(),
    }
}
