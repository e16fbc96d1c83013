//! Who did what when: as the vendor says it, and as the store has it.

use mycarrierpackets::feed::{Position, Source};
use mycarrierpackets::jiff::Timestamp;
use mycarrierpackets::{Client, Window};
use mycarrierpackets_sync::carrier_key;
use mycarrierpackets_sync::store::events::Event;
use mycarrierpackets_sync::store::{Store, feeds};
use std::collections::BTreeMap;

/// How often each thing happened, by who and when.
pub type Times = BTreeMap<(String, Timestamp), usize>;

/// What the vendor knows of, from `start` to `end`; nothing where a planted fault keeps a feed from ever moving.
pub async fn of<S: Source>(client: &Client, source: S, start: Timestamp, end: Timestamp) -> Times {
    if end <= start {
        return Times::new();
    }
    let rows = source.rows(client.raw(), Window::new(start, end).expect("a window")).read_all(100_000).await;
    let mut found = BTreeMap::new();
    for row in rows.expect("the rows").items {
        let carrier = source.carrier(&row.record).expect("a carrier");
        let at = source.happened_at(&row.record).expect("a time");
        // As exact as the store is.
        let at = Timestamp::from_microsecond(at.as_microsecond()).expect("a time");
        found.insert(source.row_id(&row), (carrier_key(&carrier), at));
    }
    let mut times = Times::new();
    found.into_values().for_each(|name| *times.entry(name).or_default() += 1);
    times
}

/// What the store has of these events.
pub fn kept<'a>(events: impl Iterator<Item = &'a Event>) -> Times {
    let mut times = Times::new();
    for event in events {
        let at = Timestamp::from_microsecond(event.happened_at.expect("a time")).expect("a time");
        *times.entry((event.carrier.clone().expect("a carrier"), at)).or_default() += 1;
    }
    times
}

/// How far each feed was read.
pub async fn read_until(store: &Store, customer: &str) -> BTreeMap<String, Timestamp> {
    let feeds = store.read(async |tx| feeds::list(&tx, customer).await).await.expect("the feeds");
    let position = |text: &str| serde_json::from_str::<Position>(text).ok();
    let read = |feed: &feeds::Feed| Some((feed.feed.clone(), position(feed.position.as_deref()?)?.read_until()));
    feeds.iter().filter_map(read).collect()
}
