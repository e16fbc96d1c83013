//! What came on a page, on its way into the store: documents without what is private, and what cannot be read.

use crate::carrier::{carrier_key, other_keys};
use crate::event::{EventKind, event_id};
use crate::private;
use crate::store::events::Event;
use crate::store::leases::Held;
use crate::store::{Error, aliases, identities, rejects};
use mycarrierpackets::feed::RowId;
use mycarrierpackets::types::CarrierId;
use mycarrierpackets::{Operation, Page, Row};
use serde_json::{Value, json};

/// Makes what is kept of what came.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub operation: Operation,
    pub keep_private: bool,
}

/// What cannot be read, as it is kept.
pub(super) struct Unreadable {
    id: RowId,
    body: Vec<u8>,
    error: String,
}

impl Reader {
    /// The JSON of a record, without what is private.
    pub fn document(self, json: &[u8]) -> Result<Value, Unreadable> {
        let read = serde_json::from_slice(json);
        let mut document: Value = read.map_err(|error| self.unreadable(json, &format!("not JSON: {error}")))?;
        if !self.keep_private {
            private::remove(&mut document);
        }
        Ok(document)
    }

    /// The carrier of a record and its JSON; a record of an unknown carrier cannot be read.
    pub fn record<T>(
        self,
        row: &Row<T>,
        carrier: impl Fn(&T) -> Option<CarrierId>,
    ) -> Result<(CarrierId, Value), Unreadable> {
        let unnamed = || self.unreadable(&row.json, "the record has no number of a carrier that can be read");
        let carrier = carrier(&row.record).ok_or_else(unnamed)?;
        Ok((carrier, self.document(&row.json)?))
    }

    /// What of a page could not be decoded.
    pub fn undecoded<T>(self, page: &Page<T>) -> Vec<Unreadable> {
        let unreadable = |(_, error): &(usize, mycarrierpackets::Error)| {
            self.unreadable(error.body().unwrap_or_default(), &error.message())
        };
        page.rejected.iter().map(unreadable).collect()
    }

    fn unreadable(self, json: &[u8], error: &str) -> Unreadable {
        let id = RowId::of_content(self.operation, json);
        let (body, error) = unreadable(json, error, self.keep_private);
        Unreadable { id, body, error }
    }
}

/// What is kept of something that cannot be understood, and why it cannot.
pub(super) fn unreadable(json: &[u8], error: &str, keep_private: bool) -> (Vec<u8>, String) {
    match (keep_private, serde_json::from_slice::<Value>(json)) {
        (true, _) => (json.to_vec(), error.to_owned()),
        (false, Ok(mut value)) => {
            private::remove(&mut value);
            (value.to_string().into_bytes(), error.to_owned())
        }
        // Nobody can say where in it a tax number stands.
        (false, Err(_)) => (Vec::new(), format!("{error}; its {} bytes are not kept", json.len())),
    }
}

/// Keeps what cannot be read of a feed. Returns an event for each that was not known.
pub(super) async fn keep(held: &Held<'_>, feed: &str, found: &[Unreadable], at: i64) -> Result<Vec<Event>, Error> {
    let ids: Vec<&str> = found.iter().map(|row| row.id.as_str()).collect();
    let new = identities::see(held, feed, &ids, at).await?;
    let mut events = Vec::new();
    for (Unreadable { id, body, error }, new) in found.iter().zip(new) {
        let id = id.as_str();
        rejects::keep(held, feed, id, body, error, at).await?;
        if new {
            events.push(Event {
                id: event_id(held.customer(), feed, id),
                kind: EventKind::FeedRejected.name(),
                carrier: None,
                happened_at: None,
                observed_at: at,
                data: json!({"feed": feed, "row": id, "error": error}).to_string(),
            });
        }
    }
    Ok(events)
}

/// The name that a carrier has in the store. That it has a number in common with another is an event of `made`.
pub(super) async fn name(held: &Held<'_>, id: &CarrierId, at: i64, made: &mut Vec<Event>) -> Result<String, Error> {
    let resolved = aliases::resolve(held, &carrier_key(id), &other_keys(id)).await?;
    made.extend(resolved.shared.iter().map(|shared| Event {
        id: event_id(held.customer(), "aliases", &format!("{} {}", shared.alias, resolved.carrier)),
        kind: EventKind::NumberShared.name(),
        carrier: Some(resolved.carrier.clone()),
        happened_at: None,
        observed_at: at,
        data: json!({"number": shared.alias, "carriers": shared.carriers}).to_string(),
    }));
    Ok(resolved.carrier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::leases::{self, Claimed};
    use crate::store::{Store, customers};
    use std::time::Duration;

    #[test]
    fn what_cannot_be_read_is_kept_without_what_is_private() {
        let reader = |keep_private| Reader { operation: Operation::MonitoredCarrierData, keep_private };
        let kept = |keep_private, json: &[u8]| {
            let row = reader(keep_private).unreadable(json, "no number");
            (String::from_utf8(row.body).unwrap(), row.error)
        };
        let json = br#"{"EIN": "990000123", "name": "Sample Trucking LLC"}"#;
        assert_eq!(kept(false, json), (r#"{"name":"Sample Trucking LLC"}"#.to_owned(), "no number".to_owned()));
        assert_eq!(kept(true, json).0.as_bytes(), json);
        let odd = br#"{"EIN": "990000123", "size": 1e999}"#;
        assert_eq!(kept(false, odd), (String::new(), format!("no number; its {} bytes are not kept", odd.len())));
        assert_eq!(kept(true, odd).0.as_bytes(), odd);
        // Its name is that of what came, whatever is kept of it.
        let id = |keep_private, json: &[u8]| reader(keep_private).unreadable(json, "").id.as_str().to_owned();
        assert_eq!(id(false, json), id(true, json));
        assert_ne!(id(false, json), id(false, odd));
    }

    #[test]
    fn a_document_is_without_what_is_private() {
        let reader = Reader { operation: Operation::CarriersChanges, keep_private: false };
        let read = |json: &[u8]| reader.document(json).map_err(|row| row.error);
        assert_eq!(read(br#"{"a": 1, "SSN": "x"}"#), Ok(json!({"a": 1})));
        assert!(read(b"{").unwrap_err().starts_with("not JSON: "));
    }

    #[tokio::test]
    async fn what_cannot_be_read_and_a_number_of_two_carriers_are_events_once() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        let claim = store.transaction(async |tx| {
            customers::add(&tx, "a", "a", "{}").await?;
            leases::claim_customer(&tx, "a", "w", Duration::from_secs(45)).await
        });
        let Claimed::Yes(claim) = claim.await.unwrap() else { panic!("not claimed") };
        let reader = Reader { operation: Operation::MonitoredCarriers, keep_private: false };
        let made = store.transaction(async |tx| {
            let held = leases::check(&tx, &claim).await?;
            let (mut made, mut names) = (Vec::new(), Vec::new());
            for id in ["DOT 9000001 MC900001", "MC900001", "DOT 9000002 MC900001", "DOT 9000002 MC900001", "MC900001"] {
                names.push(name(&held, &id.parse().unwrap(), 5, &mut made).await?);
            }
            assert_eq!(names, ["DOT:9000001", "DOT:9000001", "DOT:9000002", "DOT:9000002", "MC:900001"]);
            for _ in 0..2 {
                made.extend(keep(&held, "monitored", &[reader.unreadable(b"{}", "no number")], 5).await?);
            }
            Ok::<_, Error>(made)
        });
        let made = made.await.unwrap();
        let shown: Vec<_> = made.iter().map(|event| (event.kind.as_str(), event.carrier.as_deref())).collect();
        assert_eq!(
            shown,
            [("mycarrierpackets.carrier.number_shared", Some("DOT:9000002")), ("mycarrierpackets.feed.rejected", None)]
        );
        let data: Value = serde_json::from_str(&made[0].data).unwrap();
        assert_eq!(data, json!({"number": "MC:900001", "carriers": ["DOT:9000001", "DOT:9000002"]}));
    }
}
