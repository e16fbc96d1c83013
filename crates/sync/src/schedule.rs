//! How often what is read, as it is noted in the store.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How often what was read, and whether bank data and tax numbers were kept. Times are in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Schedule {
    /// Between two polls of a feed.
    pub interval: u64,
    /// Between two reads of the monitored and of the blocked carriers.
    pub lists: u64,
    /// Between two reads of the data of all monitored carriers.
    pub refresh: u64,
    /// Whether bank data and tax numbers were kept, too.
    pub keep_private: bool,
}

/// Feeds that are lists, each read as it is and not by the time at which something happened.
const LISTS: [&str; 3] = ["monitored", "blocked", "carriers"];

pub(crate) fn is_list(feed: &str) -> bool {
    LISTS.contains(&feed)
}

impl Schedule {
    /// How old the last complete read of a feed may be: one read that failed is no reason to say that nobody watched.
    pub(crate) fn longest(&self, feed: &str) -> Duration {
        let interval = match feed {
            "monitored" | "blocked" => self.lists,
            "carriers" => self.refresh,
            _ => self.interval,
        };
        // Twice, with the tenth by which the engine spreads its reads.
        Duration::from_secs(interval).mul_f64(2.2)
    }
}
