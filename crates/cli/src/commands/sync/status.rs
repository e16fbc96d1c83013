//! `sync status`: how far each feed was read, and what is waiting.

use super::place::{Whose, failure, reason};
use super::sinks;
use crate::context::Context;
use crate::failure::Result;
use crate::output::view::{Column, Kind, View};
use jiff::Timestamp;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::store::{
    Tx, customers, deliveries, documents as stored, feeds, inbox, rejects, routes, sections, wanted,
};
use serde::Serialize;

/// What a person asks a store first.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    paused: Option<String>,
    carriers: i64,
    events: i64,
    waiting: i64,
    parked: i64,
    rejected: i64,
    webhooks_waiting: i64,
    carriers_failing: i64,
    documents_waiting: i64,
    documents_parked: i64,
    feeds: Vec<FeedStatus>,
    sinks: Vec<sinks::Status>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FeedStatus {
    feed: String,
    last_success: Option<Timestamp>,
    due: Option<Timestamp>,
    failures: i64,
    error: Option<String>,
}

pub async fn status(whose: &Whose, context: &mut Context) -> Result<()> {
    let store = whose.open().await?;
    let customer_id = whose.customer();
    let time = |at: Option<i64>| at.and_then(|at| Timestamp::from_microsecond(at).ok());
    let read = async |tx: Tx| {
        let customer = customers::find(&tx, customer_id).await?;
        let feeds = feeds::list(&tx, customer_id).await?.into_iter().map(|feed| FeedStatus {
            last_success: time(feed.last_success),
            due: time(feed.due_at),
            failures: feed.failures,
            error: feed.error,
            feed: feed.feed,
        });
        Ok::<_, mycarrierpackets_sync::store::Error>(Status {
            feeds: feeds.collect(),
            sinks: routes::list(&tx, customer_id).await?.into_iter().map(sinks::Status::of).collect(),
            carriers: sections::carriers(&tx, customer_id).await?,
            waiting: deliveries::count(&tx, customer_id, "waiting").await?,
            parked: deliveries::count(&tx, customer_id, "parked").await?,
            rejected: rejects::count(&tx, customer_id).await?,
            webhooks_waiting: inbox::count(&tx, customer_id).await?,
            carriers_failing: wanted::failing(&tx, customer_id).await?,
            documents_waiting: stored::count(&tx, customer_id, "waiting").await?,
            documents_parked: stored::count(&tx, customer_id, "parked").await?,
            events: customer.as_ref().map(|customer| customer.sequence).unwrap_or_default(),
            paused: customer.and_then(|customer| customer.paused).map(|why| reason(customer_id, &why)),
        })
    };
    let status = store.read(read).await.map_err(Error::from).map_err(failure)?;
    let Status { carriers, events, waiting, parked, rejected, paused, .. } = &status;
    context.remark(&format!(
        "{carriers} carriers, {events} events; {waiting} wait to be delivered, {parked} are parked, \
         {rejected} rows could not be read"
    ));
    for (count, what) in [
        (status.webhooks_waiting, "webhooks wait to be handled"),
        (status.carriers_failing, "carriers could not be read so far"),
        (status.documents_waiting, "documents wait to be fetched"),
        (status.documents_parked, "documents could not be fetched: see `mycarrierpackets sync documents`"),
    ] {
        if count > 0 {
            context.remark(&format!("{count} {what}"));
        }
    }
    if let Some(reason) = paused {
        context.remark(&format!("paused: {reason}"));
    }
    for sink in &status.sinks {
        context.remark(&sink.shown());
    }
    context.output.list_in(&status, &status.feeds, &FEEDS)
}

static FEEDS: View = View {
    columns: &[
        Column::text("Feed", "feed"),
        Column::new("Read", "lastSuccess", Kind::Time),
        Column::new("Due", "due", Kind::Time),
        Column::new("Failures", "failures", Kind::Number),
        Column::text("Error", "error"),
    ],
};
