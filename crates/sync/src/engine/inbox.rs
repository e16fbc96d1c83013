//! Webhooks that were received: each becomes an event, and the carrier that it names is read.

use super::links;
use super::read::Read;
use super::rows::unreadable;
use super::tick::{Turn, micros};
use crate::error::Error;
use crate::event::{EventKind, event_id};
use crate::private;
use crate::store::events::Event;
use crate::store::inbox::{self, FEED, Waiting};
use crate::store::leases::Held;
use crate::store::{self, Tx, aliases, events, feeds, leases, rejects, wanted};
use serde_json::{Value, json};
use std::time::Duration;

/// Webhooks of one transaction.
const AT_ONCE: usize = 100;
/// How long a webhook is known after it was received. One that happened longer ago than half of this is not accepted.
const KNOWN_FOR: Duration = Duration::from_secs(180 * 24 * 3600);

impl Turn<'_> {
    /// Handles what waits, up to a number; the feed stays due where there may be more.
    pub(super) async fn webhooks(&self) -> Result<Option<Read>, Error> {
        let mut read = Read::of(FEED, 0);
        let work = async |tx: Tx| {
            let at = tx.now().await?;
            let held = leases::hold(&tx, self.claim).await?;
            // Before they are looked for: one that is received meanwhile makes the feed due again.
            feeds::rest(&held, FEED, None).await?;
            let waiting = inbox::waiting(&tx, held.customer(), AT_ONCE).await?;
            if waiting.len() == AT_ONCE {
                feeds::rest(&held, FEED, Some(at)).await?;
            }
            let (mut made, mut rejected) = (Vec::new(), 0);
            for webhook in &waiting {
                let event = self.handle(&held, webhook, at).await?;
                rejected += u64::from(event.kind == EventKind::FeedRejected.name());
                made.push(event);
            }
            let numbers = events::append(&held, &made).await?;
            inbox::forget(&held, at.saturating_sub(micros(KNOWN_FOR))).await?;
            feeds::advance(&held, FEED, "{}", at).await?;
            Ok::<_, store::Error>((waiting.len() as u64, numbers.iter().flatten().count() as u64, rejected))
        };
        (read.rows, read.events, read.rejected) = self.engine.store().transaction(work).await?;
        Ok(Some(read))
    }

    async fn handle(&self, held: &Held<'_>, webhook: &Waiting, at: i64) -> Result<Event, store::Error> {
        let (tx, customer) = (held.tx(), held.customer());
        // No other names of the carrier are learned from what may be late.
        let carrier = match &webhook.carrier {
            Some(carrier) => Some(aliases::resolve(held, carrier, &[]).await?.carrier),
            None => None,
        };
        if let Some(carrier) = &carrier {
            wanted::want(held, carrier).await?;
        }
        let event = Event {
            id: event_id(customer, FEED, &webhook.key),
            kind: EventKind::WebhookReceived.name(),
            carrier,
            happened_at: webhook.happened_at,
            observed_at: webhook.received_at,
            data: String::new(),
        };
        let body = serde_json::from_slice::<Value>(&webhook.body).map_err(|error| error.to_string());
        let body = body.and_then(|body| if body.is_object() { Ok(body) } else { Err("not an object".to_owned()) });
        let mut data = match body {
            Ok(body) => body,
            Err(error) => {
                let (body, error) = unreadable(&webhook.body, &error, self.engine.settings.keep_private);
                rejects::keep(held, FEED, &webhook.key, &body, &error, at).await?;
                let is_whole =
                    serde_json::from_slice::<Value>(&webhook.body).ok() == serde_json::from_slice(&body).ok();
                inbox::handled(held, &webhook.key, at, body.is_empty() || !is_whole).await?;
                let data = json!({"feed": FEED, "row": webhook.key, "error": error}).to_string();
                return Ok(Event { kind: EventKind::FeedRejected.name(), data, ..event });
            }
        };
        let whole = data.clone();
        if !self.engine.settings.keep_private {
            private::remove(&mut data);
        }
        inbox::handled(held, &webhook.key, at, data != whole).await?;
        if let Some(carrier) = &event.carrier {
            let what = (webhook.event_type.as_str(), webhook.happened_at);
            links::to_feed(tx, customer, carrier, what, &mut data).await?;
        }
        Ok(Event { data: data.to_string(), ..event })
    }
}
