//! Which two events report one fact: a webhook and a row of a feed.

use crate::event::EventKind;
use crate::store::{Error, Tx, inbox};
use serde_json::{Value, json};
use std::time::Duration;

/// How far apart the two times of one fact can be.
const TOLERANCE: Duration = Duration::from_secs(600);
/// The type of the webhooks that report what the feed of packets does.
const PACKET: &str = "carrier.packet.completed";

/// Names in the `data` of a webhook's event those of the feed that report the same.
pub(super) async fn to_feed(
    tx: &Tx,
    customer: &str,
    carrier: &str,
    (event_type, at): (&str, Option<i64>),
    data: &mut Value,
) -> Result<(), Error> {
    let Some(at) = at.filter(|_| event_type == PACKET) else { return Ok(()) };
    let found = near(tx, customer, carrier, EventKind::PacketCompleted, at).await?;
    note(data, at, found.into_iter().map(|(id, at, _)| (id, at)));
    Ok(())
}

/// Names in the `data` of an event of a feed those of webhooks that report the same.
pub(super) async fn to_webhooks(
    tx: &Tx,
    customer: &str,
    carrier: &str,
    (kind, at): (EventKind, Option<i64>),
    data: &mut Value,
) -> Result<(), Error> {
    let Some(at) = at.filter(|_| kind == EventKind::PacketCompleted) else { return Ok(()) };
    let found = near(tx, customer, carrier, EventKind::WebhookReceived, at).await?;
    let is_packet =
        |data: &str| serde_json::from_str::<Value>(data).is_ok_and(|data| data["eventType"].as_str() == Some(PACKET));
    note(data, at, found.into_iter().filter(|(_, _, data)| is_packet(data)).map(|(id, at, _)| (id, at)));
    Ok(())
}

async fn near(
    tx: &Tx,
    customer: &str,
    carrier: &str,
    kind: EventKind,
    at: i64,
) -> Result<Vec<(String, i64, String)>, Error> {
    let tolerance = i64::try_from(TOLERANCE.as_micros()).unwrap_or(i64::MAX);
    let span = (at.saturating_sub(tolerance), at.saturating_add(tolerance));
    inbox::events_near(tx, customer, (carrier, &kind.name()), span).await
}

/// One at the same second is the same; so is one that is alone. Of several, none is known to be.
fn note(data: &mut Value, at: i64, found: impl Iterator<Item = (String, i64)>) {
    const SECOND: i64 = 1_000_000;
    let found: Vec<(String, i64)> = found.collect();
    let exact: Vec<_> = found.iter().filter(|(_, other)| other.abs_diff(at) < SECOND.unsigned_abs()).collect();
    let Some(fields) = data.as_object_mut() else { return };
    match (&exact[..], &found[..]) {
        ([(id, _)], _) | (_, [(id, _)]) => drop(fields.insert("sameAs".to_owned(), json!(id))),
        (_, []) => {}
        (_, several) => {
            let ids: Vec<&String> = several.iter().map(|(id, _)| id).collect();
            fields.insert("maybeSameAs".to_owned(), json!(ids));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(found: &[(&str, i64)]) -> Value {
        let mut data = json!({});
        note(&mut data, 5_000_000_000, found.iter().map(|(id, at)| ((*id).to_owned(), *at * 1_000_000)));
        data
    }

    #[test]
    fn one_is_the_same_and_of_several_only_the_one_at_that_second() {
        assert_eq!(noted(&[]), json!({}));
        assert_eq!(noted(&[("a", 4_500)]), json!({"sameAs": "a"}));
        assert_eq!(noted(&[("a", 4_500), ("b", 5_000)]), json!({"sameAs": "b"}));
        assert_eq!(noted(&[("a", 4_500), ("b", 5_001)]), json!({"maybeSameAs": ["a", "b"]}));
        assert_eq!(noted(&[("a", 5_000), ("b", 5_000)]), json!({"maybeSameAs": ["a", "b"]}));
    }
}
