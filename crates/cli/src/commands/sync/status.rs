//! `sync status`: how far each feed was read, and what is waiting.

use super::place::{Whose, failure, reason};
use crate::context::Context;
use crate::failure::Result;
use crate::output::view::{Column, Kind, View};
use mycarrierpackets::feed::Pace;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::status::{CustomerStatus, FeedStatus, SinkStatus, of_customer};
use mycarrierpackets_sync::store::{self, Tx};

pub async fn status(whose: &Whose, context: &mut Context) -> Result<()> {
    let store = whose.open().await?;
    let read = async |tx: Tx| Ok::<_, store::Error>(of_customer(&tx, whose.customer()).await?);
    // It was there a moment ago.
    let Some(mut status) = store.read(read).await.map_err(Error::from).map_err(failure)? else { return Ok(()) };
    status.paused = status.paused.map(|why| reason(&status.customer, &why));
    let CustomerStatus { carriers, events, waiting, parked, rejected, paused, .. } = &status;
    context.remark(&format!(
        "{carriers} carriers, {events} events; {waiting} wait to be delivered, {parked} are parked, \
         {rejected} rows could not be read"
    ));
    for line in beside(&status) {
        context.remark(&line);
    }
    if let Some(reason) = paused {
        context.remark(&format!("paused: {reason}"));
    }
    if let (Some(worker), Some(until)) = (&status.worker, status.worker_until) {
        context.remark(&format!("being read by {worker}, until {until:.0} if it shows no sign of life"));
    }
    for sink in &status.sinks {
        context.remark(&shown(sink));
    }
    context.output.list_in(&status, &status.feeds, &FEEDS)
}

/// What waits or fails beside the feeds, a line each.
pub fn beside(status: &CustomerStatus) -> Vec<String> {
    let lines = [
        (status.webhooks_waiting, "webhooks wait to be handled"),
        (status.carriers_failing, "carriers could not be read so far"),
        (status.documents_waiting, "documents wait to be fetched"),
        (status.documents_parked, "documents could not be fetched: see `mycarrierpackets sync documents`"),
    ];
    let counted = lines.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    // What a window does not look back to is missed.
    let close = Pace::default().longest_lookback().as_secs() / 2;
    let late = status.feeds.iter().filter(|feed| feed.late_seconds > close).map(
        |FeedStatus { feed, late_seconds, .. }| {
            format!("{feed}: a row came {} hours late; one that is later still may be missed", late_seconds / 3600)
        },
    );
    counted.chain(late).collect()
}

pub fn shown(status: &SinkStatus) -> String {
    let SinkStatus { sink, waiting, parked, failures, error, .. } = status;
    let down = if *failures > 0 { format!(", down for {failures} tries") } else { String::new() };
    let error = error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
    format!("{sink}: {waiting} wait, {parked} parked{down}{error}")
}

static FEEDS: View = View {
    columns: &[
        Column::text("Feed", "feed"),
        Column::new("Read", "lastSuccess", Kind::Time),
        Column::new("Behind (s)", "lagSeconds", Kind::Number),
        Column::new("Due", "due", Kind::Time),
        Column::new("Failures", "failures", Kind::Number),
        Column::text("Error", "error"),
    ],
};
