//! A file of JSON lines, at which a process can be killed, too.

use mycarrierpackets_sync::sink::{JsonLines, NotTaken, Sink};
use mycarrierpackets_sync::{Event, crash};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Ends the process after events were taken, before anybody knows.
pub struct Lines(JsonLines);

impl Lines {
    pub fn append(path: &Path) -> Self {
        Self(JsonLines::append(path).expect("a file"))
    }
}

impl Sink for Lines {
    async fn take(&mut self, event: &Event) -> Result<(), NotTaken> {
        self.0.take(event).await
    }

    async fn flush(&mut self) -> Result<(), NotTaken> {
        self.0.flush().await?;
        crash::point("taken");
        Ok(())
    }

    fn discard(&mut self) {
        self.0.discard();
    }
}

/// What arrived at sinks.
#[derive(Default)]
pub struct Arrived {
    /// By customer.
    pub sequences: BTreeMap<String, BTreeSet<i64>>,
    /// Lines that came again.
    pub again: usize,
    /// Lines that a killed process did not finish.
    pub torn: usize,
}

impl Arrived {
    /// The lines of a file, which one process after another wrote: they are in the order of each carrier.
    pub fn read(&mut self, path: &Path) {
        let text = std::fs::read_to_string(path).expect("the file of the sink");
        let mut newest = BTreeMap::new();
        for line in text.lines() {
            let Ok(event) = serde_json::from_str::<Event>(line) else {
                self.torn += 1;
                continue;
            };
            if !self.sequences.entry(event.source.clone()).or_default().insert(event.sequence) {
                self.again += 1;
                continue;
            }
            let last = newest.insert((event.source, event.subject), event.sequence);
            assert!(last.is_none_or(|last| last < event.sequence), "{line} came after a later one of its carrier");
        }
    }
}
