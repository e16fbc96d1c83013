//! One life of a worker, from power to power: what it is to do, and what it promised to the outside.

use mycarrierpackets::jiff::{SignedDuration, Timestamp};
use mycarrierpackets::{Client, Environment};
use mycarrierpackets_sync::store::{Error, Store};
use mycarrierpackets_sync::{Engine, Event, Settings};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The environment variable that has the job of the process, as JSON.
pub const JOB: &str = "POWER_JOB";
/// The name of the sink in the store.
pub const SINK: &str = "tms";
pub const CUSTOMER: &str = "acme";
/// The name of the store in its folder.
pub const STORE: &str = "store.db";

/// Where and how a worker works.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// That of the store.
    pub folder: PathBuf,
    pub vendor: String,
    /// A file with the time, in microseconds.
    pub clock: PathBuf,
    /// Where changes of the files are noted; nothing to work with the files themselves.
    pub notes: Option<PathBuf>,
    /// Where promises are noted, as lines.
    pub promises: PathBuf,
    /// How many changes the files see before the power goes.
    pub cut: Option<u64>,
    /// The name of a fault in the store.
    pub planted: Option<String>,
}

/// What happens between two times at which nothing is due: the bodies of webhooks that come.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Round {
    pub webhooks: Vec<String>,
}

/// From which change on something holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Promise {
    pub position: u64,
    pub what: Promised,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Promised {
    /// The customer was added.
    Added,
    /// A webhook of this key is answered with 2xx.
    Answered(String),
    /// A request is about to be sent, at this time.
    Asked { feed: String, at: i64 },
    /// A sink has an event.
    Taken(Event),
}

impl Promise {
    /// Those in a file.
    ///
    /// # Panics
    /// When there is no such file, or something else is in it.
    pub fn read(path: &Path) -> Vec<Self> {
        let text = std::fs::read_to_string(path).expect("the promises");
        text.lines().map(|line| serde_json::from_str(line).expect("a promise")).collect()
    }

    /// Adds itself to the file, with one write.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn note(&self, mut file: &std::fs::File) {
        let line = serde_json::to_string(self).expect("JSON") + "\n";
        file.write_all(line.as_bytes()).expect("the promises");
    }
}

impl Job {
    fn time(&self) -> impl Fn() -> Timestamp + Send + Sync + 'static {
        let clock = self.clock.clone();
        move || {
            // It is replaced as a whole.
            let text = std::fs::read_to_string(&clock).expect("the clock");
            Timestamp::from_microsecond(text.parse().expect("a time")).expect("a time")
        }
    }

    /// # Errors
    /// Those of the store.
    pub async fn open(&self) -> Result<Store, Error> {
        let time = self.time();
        let address = format!("sqlite:{}", self.folder.join(STORE).display());
        Store::open_with_clock(&address, Arc::new(move || time().as_microsecond())).await
    }

    /// # Errors
    /// Those of the client's builder.
    ///
    /// # Panics
    /// When the vendor has no valid address.
    pub fn client(&self) -> mycarrierpackets::Result<Client> {
        Client::builder()
            .environment(Environment::custom(self.vendor.parse().expect("an address")))
            .credentials(CUSTOMER, "demo")
            .retry(|retry| retry.base_delay = Duration::from_millis(1))
            .clock(self.time())
            .build()
    }

    pub fn engine(&self, store: Store) -> Engine {
        let mut settings = Settings::default();
        settings.pace.interval = SignedDuration::from_mins(5);
        settings.lease = Duration::from_secs(180);
        let job = self.clone();
        Engine::new(store, move |_| job.client()).settings(settings)
    }
}
