//! The events that a sink receives: CloudEvents 1.0.

use crate::hash;
use crate::store;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EventKind {
    /// The vendor says that a monitored carrier changed. `data` has its categories, and the fields that differ from what
    /// was known before.
    #[serde(rename = "mycarrierpackets.carrier.changed")]
    CarrierChanged,
    /// Fields of a carrier differ from what was known, and the vendor's feed did not say so.
    #[serde(rename = "mycarrierpackets.carrier.differs")]
    CarrierDiffers,
    /// A carrier completed a packet.
    #[serde(rename = "mycarrierpackets.packet.completed")]
    PacketCompleted,
    /// A factoring company was added, or where it is paid changed.
    #[serde(rename = "mycarrierpackets.factoring.updated")]
    FactoringUpdated,
    /// A carrier is monitored that was not.
    #[serde(rename = "mycarrierpackets.carrier.monitored")]
    Monitored,
    /// A carrier is no longer monitored.
    #[serde(rename = "mycarrierpackets.carrier.unmonitored")]
    Unmonitored,
    /// A carrier is blocked that was not.
    #[serde(rename = "mycarrierpackets.carrier.blocked")]
    Blocked,
    /// A carrier is no longer blocked.
    #[serde(rename = "mycarrierpackets.carrier.unblocked")]
    Unblocked,
    /// The vendor called the webhook; `data` is what it sent. The carrier is read then, as the webhook says only what happened.
    #[serde(rename = "mycarrierpackets.webhook.received")]
    WebhookReceived,
    /// A document of a carrier is new, or is another under the same name. `data` has its kind, name and hash, and the hash
    /// of what was stored before. What is there when a carrier's documents are first looked at is no event.
    #[serde(rename = "mycarrierpackets.document.changed")]
    DocumentChanged,
    /// A feed does not reach back to some time that nobody read: what happened then is known only by what differs.
    #[serde(rename = "mycarrierpackets.feed.gap")]
    FeedGap,
    /// A row of a feed could not be understood. It is kept.
    #[serde(rename = "mycarrierpackets.feed.rejected")]
    FeedRejected,
    /// A number of a carrier is claimed by another one, too; `data` has both. It is a name of neither from now on.
    #[serde(rename = "mycarrierpackets.carrier.number_shared")]
    NumberShared,
    /// Once a day, one hash of the last version of each part of each carrier. Whoever keeps it elsewhere can show later that
    /// none of them was replaced.
    #[serde(rename = "mycarrierpackets.store.digest")]
    StoreDigest,
}

impl EventKind {
    /// Its name in the envelope, such as `mycarrierpackets.carrier.changed`.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// The id of what happened to a customer: the same whoever sees it and how often.
pub(crate) fn event_id(customer: &str, feed: &str, row: &str) -> String {
    hash::of(&[customer, feed, row])
}

/// An event as a sink gets it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// `1.0`.
    pub specversion: String,
    /// The key for whoever may get it twice.
    pub id: String,
    /// `/customers/ID`.
    pub source: String,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// The carrier, such as `DOT:23868`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// When it happened; when it was observed where the vendor does not say.
    pub time: Timestamp,
    /// `application/json`.
    pub datacontenttype: String,
    /// Its number among the events of the customer, from 1, without holes.
    pub sequence: i64,
    /// Its number among the events of its carrier, from 1, without holes: whoever has a higher one of the same `source` and
    /// `subject` can ignore this one, and a number that is missing is that of an event that has not come yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrierversion: Option<i64>,
    /// When it was observed.
    pub observedat: Timestamp,
    /// What the vendor said of it.
    pub data: Value,
}

impl Event {
    /// An event of the store in its envelope.
    pub fn of(customer: &str, recorded: &store::events::Recorded) -> Self {
        let event = &recorded.event;
        let time = |at: i64| Timestamp::from_microsecond(at).unwrap_or_default();
        Self {
            specversion: "1.0".to_owned(),
            id: event.id.clone(),
            source: format!("/customers/{customer}"),
            kind: event.kind.clone(),
            subject: event.carrier.clone(),
            time: time(event.happened_at.unwrap_or(event.observed_at)),
            datacontenttype: "application/json".to_owned(),
            sequence: recorded.sequence,
            carrierversion: recorded.carrier_version,
            observedat: time(event.observed_at),
            data: serde_json::from_str(&event.data).unwrap_or_default(),
        }
    }
}
