//! An anchor outside of the store: one hash of all that is known, in an event.

use super::tick::Turn;
use crate::error::Error;
use crate::event::{EventKind, event_id};
use crate::store::events::Event;
use crate::store::{self, Tx, chains, events, leases};
use serde_json::json;

impl Turn<'_> {
    /// The digest of all chains is an event once a day.
    pub(super) async fn digest(&self) -> Result<(), Error> {
        let customer = self.claim.customer();
        let work = async |tx: Tx| {
            let held = leases::hold(&tx, self.claim).await?;
            let at = tx.now().await?;
            let digest = chains::digest(&tx, customer, at).await?;
            let time = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
            let day = time.strftime("%F").to_string();
            let event = Event {
                id: event_id(customer, "digest", &day),
                kind: EventKind::StoreDigest.name(),
                carrier: None,
                happened_at: None,
                observed_at: at,
                data: json!({"hash": digest.hash, "chains": digest.chains, "at": time}).to_string(),
            };
            events::append(&held, &[event]).await?;
            Ok::<_, store::Error>(())
        };
        Ok(self.engine.store.transaction(work).await?)
    }
}
