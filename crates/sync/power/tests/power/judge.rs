//! Whether a store that was left behind is whole and has what was promised.

use mycarrierpackets_sync::Event;
use mycarrierpackets_sync::store::{Store, customers, deliveries, events, feeds, inbox};
use mycarrierpackets_sync_power::life::{CUSTOMER, Job, Promise, Promised, SINK, STORE};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// SQLite cannot read it, or finds that it is damaged.
    Damaged(String),
    /// It lacks what was promised; of each kind, what is missing first.
    Lost(Vec<String>),
}

impl Broken {
    /// What it lacks, where it can be read.
    pub fn lost(self) -> Option<Vec<String>> {
        match self {
            Self::Damaged(_) => None,
            Self::Lost(lost) => Some(lost),
        }
    }
}

/// What was promised, each thing once.
#[derive(Clone, Default)]
pub struct Promises {
    pub added: bool,
    answered: Vec<String>,
    /// When each feed was asked for last.
    asked: BTreeMap<String, i64>,
    /// What a sink has, by its number.
    pub taken: BTreeMap<i64, Event>,
    /// What came again.
    pub again: usize,
}

impl Promises {
    /// # Panics
    /// When a sink gets another event under the number of an earlier one.
    pub fn add(&mut self, promise: &Promise) {
        match &promise.what {
            Promised::Added => self.added = true,
            Promised::Answered(key) => self.answered.push(key.clone()),
            Promised::Asked { feed, at } => {
                let last = self.asked.entry(feed.clone()).or_insert(*at);
                *last = (*last).max(*at);
            }
            Promised::Taken(event) => {
                let before = self.taken.insert(event.sequence, event.clone());
                self.again += usize::from(before.is_some());
                assert!(
                    before.is_none_or(|before| before == *event),
                    "another event {} than before: {event:?}",
                    event.sequence
                );
            }
        }
    }

    /// Of all kinds, how many.
    pub fn count(&self) -> [usize; 3] {
        [self.answered.len(), self.asked.len(), self.taken.len()]
    }
}

/// Opens it as any worker does, and looks at it.
pub async fn judge(job: &Job, promises: &Promises) -> Result<(), Broken> {
    let store = job.open().await.map_err(|error| Broken::Damaged(error.to_string()))?;
    let lost = lost(&store, promises).await.map_err(|error| Broken::Damaged(error.to_string()))?;
    drop(store);
    check(job).map_err(|error| Broken::Damaged(error.to_string()))?;
    if lost.is_empty() { Ok(()) } else { Err(Broken::Lost(lost)) }
}

/// What SQLite itself says of it.
fn check(job: &Job) -> Result<(), Box<dyn std::error::Error>> {
    let connection = Connection::open(job.folder.join(STORE))?;
    for sql in ["PRAGMA integrity_check", "SELECT \"table\" FROM pragma_foreign_key_check"] {
        let mut statement = connection.prepare(sql)?;
        let found: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        if found.iter().any(|line| line != "ok") {
            return Err(format!("{sql}: {found:?}").into());
        }
    }
    Ok(())
}

/// What is not there.
async fn lost(store: &Store, promises: &Promises) -> Result<Vec<String>, mycarrierpackets_sync::store::Error> {
    let look = async |tx| {
        let mut lost = Vec::new();
        if promises.added && customers::find(&tx, CUSTOMER).await?.is_none() {
            lost.push("the customer".to_owned());
        }
        if promises.added && !deliveries::sinks(&tx).await?.iter().any(|sink| sink == SINK) {
            lost.push("the sink".to_owned());
        }
        for key in &promises.answered {
            if !inbox::is_known(&tx, CUSTOMER, key).await? {
                lost.push(format!("the webhook {key}"));
                break;
            }
        }
        let feeds = feeds::list(&tx, CUSTOMER).await?.into_iter();
        let feeds: BTreeMap<_, _> = feeds.map(|feed| (feed.feed, feed.last_attempt)).collect();
        let last = |feed: &str| feeds.get(feed).copied().flatten();
        let asked = promises.asked.iter().find(|(feed, at)| last(feed).is_none_or(|last| last < **at));
        lost.extend(asked.map(|(feed, at)| format!("the request for {feed} at {at}: the last is at {:?}", last(feed))));
        let kept = events::records(&tx, CUSTOMER, 0, u32::MAX).await?;
        let kept: BTreeMap<i64, Event> = kept.iter().map(|kept| (kept.sequence, Event::of(CUSTOMER, kept))).collect();
        let taken = promises.taken.iter().find(|(number, event)| kept.get(number) != Some(event));
        lost.extend(taken.map(|(number, event)| format!("the event {event:?}: there is {:?}", kept.get(number))));
        Ok(lost)
    };
    store.read(look).await
}
