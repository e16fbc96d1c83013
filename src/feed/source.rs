//! The feeds of the API.

use super::row_id::{self, RowId};
use crate::page::{Page, Pager, Row};
use crate::raw::types::{CarrierChange, CompletedPacket, FactoringCompany};
use crate::resources::{Factoring, Monitoring, Packets};
use crate::types::CarrierId;
use crate::window::Window;
use crate::{Operation, Result, raw};
use futures::FutureExt as _;
use std::sync::Arc;

/// A feed of the API: [`CarrierChanges`], [`CompletedPackets`] or [`FactoringUpdates`].
///
/// ```
/// use mycarrierpackets::Window;
/// use mycarrierpackets::feed::{CompletedPackets, Pace, Position, Source};
///
/// # async fn f(client: mycarrierpackets::Client, known: impl Fn(&str) -> bool) -> mycarrierpackets::Result<()> {
/// let (pace, now) = (Pace::default(), client.server_time());
/// let position = Position::starting_at(now - pace.longest_lookback());
/// assert_eq!(position.not_after(now).due_at(&pace), None);
/// assert_eq!(position.attempted(now).attempted_at(), Some(now));
/// if let Some(poll) = position.poll(now, &pace) {
///     assert!(poll.then.read_until() > position.read_until());
///     let mut rows = CompletedPackets.rows(client.raw(), poll.window);
///     while let Some(row) = rows.read_next().await? {
///         if !known(CompletedPackets.row_id(&row).as_str()) {
///             println!("{:?} at {:?}", CompletedPackets.carrier(&row.record), CompletedPackets.happened_at(&row.record));
///         }
///     }
/// }
/// println!("from {}", CompletedPackets.operation().id());
/// # Ok(()) }
/// ```
pub trait Source: sealed::Sealed + Copy + Send + Sync + 'static {
    /// A row of it.
    type Record: Send + 'static;

    /// The operation that answers it.
    fn operation(self) -> Operation;

    /// The carrier that a row is about; `None` where the row does not say, or is about none.
    fn carrier(self, record: &Self::Record) -> Option<CarrierId>;

    /// When what a row is about happened, as the row says it.
    fn happened_at(self, record: &Self::Record) -> Option<jiff::Timestamp>;

    /// What distinguishes a row from every other: who and when, and what kind of change; never what else the row holds,
    /// which is the carrier as it is when the feed is read. A row that does not say who or when is the same as another
    /// only if all of it is.
    fn row_id(self, row: &Row<Self::Record>) -> RowId;

    /// The rows of `window`, page by page; `raw` is [`Client::raw`](crate::Client::raw).
    fn rows(self, raw: &raw::Client, window: Window) -> Pager<Row<Self::Record>>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::CarrierChanges {}
    impl Sealed for super::CompletedPackets {}
    impl Sealed for super::FactoringUpdates {}
}

/// What changed at the monitored carriers: insurance, FMCSA data, risk. [`Monitoring::changes`] as a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CarrierChanges;

/// The carriers that completed a packet. [`Packets::completed`](crate::resources::Packets::completed) as a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CompletedPackets;

/// The factoring companies whose details changed. [`Factoring::updated`] as a feed.
///
/// A row says when it changed, and not which carriers it is about. The vendor shows only the last change of a company in a
/// window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FactoringUpdates;

impl Source for CarrierChanges {
    type Record = CarrierChange;

    fn operation(self) -> Operation {
        Operation::CarriersChanges
    }

    fn carrier(self, record: &CarrierChange) -> Option<CarrierId> {
        record.carrier_id()
    }

    fn happened_at(self, record: &CarrierChange) -> Option<jiff::Timestamp> {
        record.change_date_time.as_ref()?.instant()
    }

    fn row_id(self, row: &Row<CarrierChange>) -> RowId {
        let categories = row.record.change_categories.iter().flatten();
        let mut categories: Vec<String> = categories.map(|category| category.trim().to_lowercase()).collect();
        categories.sort_unstable();
        categories.dedup();
        row_id(self, row, &categories.join("\n"))
    }

    fn rows(self, raw: &raw::Client, window: Window) -> Pager<Row<CarrierChange>> {
        Monitoring::new(raw).changes(window).with_json()
    }
}

impl Source for CompletedPackets {
    type Record = CompletedPacket;

    fn operation(self) -> Operation {
        Operation::CompletedPackets
    }

    fn carrier(self, record: &CompletedPacket) -> Option<CarrierId> {
        record.carrier_id()
    }

    fn happened_at(self, record: &CompletedPacket) -> Option<jiff::Timestamp> {
        record.completed_date.as_ref()?.instant()
    }

    fn row_id(self, row: &Row<CompletedPacket>) -> RowId {
        row_id(self, row, "")
    }

    fn rows(self, raw: &raw::Client, window: Window) -> Pager<Row<CompletedPacket>> {
        one_page(raw, move |raw| async move { Packets::new(&raw).completed_page(window).await })
    }
}

impl Source for FactoringUpdates {
    type Record = FactoringCompany;

    fn operation(self) -> Operation {
        Operation::GetUpdatedFactoringCompanies
    }

    fn carrier(self, _: &FactoringCompany) -> Option<CarrierId> {
        None
    }

    fn happened_at(self, record: &FactoringCompany) -> Option<jiff::Timestamp> {
        record.updated_date_time.as_ref()?.instant()
    }

    fn row_id(self, row: &Row<FactoringCompany>) -> RowId {
        let feed = self.operation().id();
        match (row.record.factoring_company_id, self.happened_at(&row.record)) {
            (Some(company), Some(at)) => RowId::of(&[feed, &company.to_string(), &at.to_string()]),
            _ => RowId::of_content(self.operation(), &row.json),
        }
    }

    fn rows(self, raw: &raw::Client, window: Window) -> Pager<Row<FactoringCompany>> {
        one_page(raw, move |raw| async move { Factoring::new(&raw).updated_page(window).await })
    }
}

/// A list that `read` reads at once. It is asked for again if its answer has totals that do not agree with it: then the
/// same page comes twice, which is an error.
fn one_page<T, F, R>(raw: &raw::Client, read: F) -> Pager<Row<T>>
where
    T: Send + 'static,
    F: Fn(raw::Client) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Page<T>>> + Send + 'static,
{
    let raw = raw.clone();
    Pager::new(Arc::new(move |_, _| read(raw.clone()).boxed())).with_json()
}

fn row_id<S: Source>(source: S, row: &Row<S::Record>, kind: &str) -> RowId {
    let feed = source.operation().id();
    match (source.carrier(&row.record), source.happened_at(&row.record)) {
        (Some(carrier), Some(at)) => RowId::of(&[feed, &row_id::carrier(&carrier), &at.to_string(), kind]),
        _ => RowId::of_content(source.operation(), &row.json),
    }
}
