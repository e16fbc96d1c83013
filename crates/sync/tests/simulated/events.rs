//! The events of a month, compared to what the vendor knows of.

use crate::truth::{self, Times};
use crate::vendor::client;
use crate::world::{CUSTOMER, World};
use mycarrierpackets::Window;
use mycarrierpackets::feed::{CarrierChanges, CompletedPackets, FactoringUpdates, Source as _};
use mycarrierpackets::jiff::{SignedDuration, Timestamp};
use mycarrierpackets_sync::store::events::{self, Event};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A carrier, when, and kind of each event, in their order.
pub type Trace = Vec<(String, Option<String>, Option<i64>)>;

impl World {
    /// Compares the events; how many of each feed the vendor knows of.
    pub async fn compare_events(&mut self) -> (Trace, BTreeMap<&'static str, usize>) {
        let all = self.store.read(async |tx| events::list(&tx, CUSTOMER, 0, u32::MAX).await).await.expect("the events");
        let numbers: Vec<i64> = all.iter().map(|(number, _)| *number).collect();
        if numbers != (1..).take(numbers.len()).collect::<Vec<_>>() {
            self.faults.push("the numbers of the events have holes".to_owned());
        }
        let all: Vec<Event> = all.into_iter().map(|(_, event)| event).collect();
        let ends = truth::read_until(&self.store, CUSTOMER).await;
        // The vendor shows what happened to a carrier as long as it is monitored, and refuses two polls in a row.
        for dot in &self.carriers.1 {
            self.user.monitoring().add(*dot).await.expect("a carrier that is monitored");
        }
        self.pass(300);
        let mut known = BTreeMap::new();
        let client = client(&self.sandbox).expect("a client");
        let changes = truth::of(&client, CarrierChanges, self.start, ends["changes"]).await;
        let packets = truth::of(&client, CompletedPackets, self.start, ends["packets"]).await;
        for (feed, kind, truth) in [("changes", "carrier.changed", &changes), ("packets", "packet.completed", &packets)]
        {
            let kept = truth::kept(all.iter().filter(|event| event.kind.ends_with(kind)));
            self.compare_times(feed, truth, &kept);
            known.insert(feed, truth.values().sum());
        }
        self.compare_made(&all);
        known.insert("factoring", self.compare_factoring(&all, ends["factoring"]).await);
        self.compare_moves(&all);
        for kind in ["feed.gap", "feed.rejected"] {
            if let Some(event) = all.iter().find(|event| event.kind.ends_with(kind)) {
                self.faults.push(event.data.clone());
            }
        }
        let trace = all.into_iter().map(|event| (event.kind, event.carrier, event.happened_at)).collect();
        (trace, known)
    }

    fn compare_times(&mut self, feed: &str, truth: &Times, kept: &Times) {
        let lost: Vec<_> = truth
            .iter()
            .filter(|(name, times)| kept.get(*name).unwrap_or(&0) < times)
            .filter(|((carrier, at), _)| feed != "changes" || self.was_shown(carrier, *at))
            .collect();
        if let Some(first) = lost.first() {
            let what = format!("{feed}: {} of {} lost, as {:?}", lost.len(), truth.len(), first.0);
            self.faults.push(what);
        }
        let start = self.start;
        // What happened just before the customer was added may be there, too.
        let more: Vec<_> = kept.iter().filter(|(name, times)| truth.get(*name).unwrap_or(&0) < times).collect();
        if let Some(first) = more.iter().find(|((_, at), _)| *at > start) {
            self.faults.push(format!("{feed}: {} too many, as {:?}", more.len(), first.0));
        }
    }

    /// What was made to happen is there, whatever the vendor shows of it now: by another clock than that of the cursors.
    fn compare_made(&mut self, all: &[Event]) {
        let kept = |kind| truth::kept(all.iter().filter(move |event| event.kind.ends_with(kind)));
        let kept = [("changes", kept("carrier.changed")), ("packets", kept("packet.completed"))]
            .map(|(feed, times)| (feed, times.into_keys().collect()));
        let kept: BTreeMap<&str, BTreeSet<(String, Timestamp)>> = kept.into();
        let known = self.now().saturating_sub(SignedDuration::from_hours(2)).expect("a time");
        let near = SignedDuration::from_millis(1);
        let made = self.made.iter().filter(|(_, dot, at)| *at < known && self.carriers.0.contains(dot));
        let lost: Vec<_> = made
            .filter(|(feed, dot, at)| {
                let [from, to] = [at.saturating_sub(near), at.saturating_add(near)]
                    .map(|at| (format!("DOT:{dot}"), at.expect("a time")));
                kept[feed].range(from..=to).next().is_none()
            })
            .collect();
        if let Some(first) = lost.first() {
            let what = format!("{} of {} that were made to happen are lost, as {first:?}", lost.len(), self.made.len());
            self.faults.push(what);
        }
    }

    /// Whether a carrier was monitored for long enough after something happened to it.
    fn was_shown(&self, carrier: &str, at: Timestamp) -> bool {
        let dot = carrier.trim_start_matches("DOT:");
        let noticed = at.saturating_add(self.plan.until_noticed()).expect("a time");
        let is = |other: &u32| other.to_string() == dot;
        self.carriers.0.iter().any(is)
            || self.stays.iter().any(|stay| is(&stay.dot) && stay.from <= at && stay.to.is_none_or(|to| to >= noticed))
    }

    /// A row of this feed names no carrier, and a window shows only the last change of a company, of which there is one a
    /// week.
    async fn compare_factoring(&mut self, all: &[Event], end: Timestamp) -> usize {
        let client = client(&self.sandbox).expect("a client");
        let mut truth = BTreeSet::new();
        let mut from = self.start;
        while from < end {
            let to = from.saturating_add(SignedDuration::from_hours(6 * 24)).expect("a time").min(end);
            let rows = FactoringUpdates.rows(client.raw(), Window::new(from, to).expect("a window"));
            truth.extend(rows.read_all(100_000).await.expect("the rows").items.iter().map(|row| company(&row.json)));
            from = to;
        }
        let kept: Vec<_> = all.iter().filter(|event| event.kind.ends_with("factoring.updated")).collect();
        let kept: Vec<_> = kept.iter().map(|event| company(event.data.as_bytes())).collect();
        let once: BTreeSet<_> = kept.iter().cloned().collect();
        if kept.len() != once.len() {
            self.faults.push(format!("factoring: {} twice", kept.len() - once.len()));
        }
        if let Some(lost) = truth.difference(&once).next() {
            self.faults.push(format!("factoring: {} lost, as {lost:?}", truth.difference(&once).count()));
        }
        let start = self.start.to_string();
        if let Some(more) = once.difference(&truth).find(|(_, at)| at[..19] >= start[..19]) {
            self.faults.push(format!("factoring: too many, as {more:?}"));
        }
        truth.len()
    }

    /// A carrier comes on a list and leaves it in turn.
    fn compare_moves(&mut self, all: &[Event]) {
        let mut last = BTreeMap::new();
        for event in all {
            let kind = event.kind.rsplit('.').next().unwrap_or_default();
            let (list, came) = match kind {
                "monitored" | "unmonitored" => ("monitored", kind == "monitored"),
                "blocked" | "unblocked" => ("blocked", kind == "blocked"),
                _ => continue,
            };
            if last.insert((list, &event.carrier), came) == Some(came) {
                self.faults.push(format!("{:?} is {kind} twice", event.carrier));
            }
        }
    }
}

/// Which company, and when it changed.
fn company(json: &[u8]) -> (String, String) {
    let row: Value = serde_json::from_slice(json).expect("JSON");
    let at = row["UpdatedDateTime"].as_str().expect("a time");
    (row["FactoringCompanyID"].to_string(), at.to_owned())
}
