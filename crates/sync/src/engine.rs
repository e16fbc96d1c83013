//! Reads what is due, keeps it, and hands on what happened.
//!
//! The data path: claim a customer → read a whole window → ids, canonical forms, differences → one transaction that checks
//! the fence {events, versions, changes} → deliver → acknowledge.

mod again;
mod connect;
mod data;
mod digest;
#[cfg(feature = "documents")]
mod documents;
mod inbox;
mod known;
mod links;
mod lists;
mod poll;
mod read;
mod rows;
mod run;
mod tick;

pub use connect::{Build, Connect, Credentials};
pub use read::Read;
pub use run::Turned;
pub use tick::Tick;

#[cfg(feature = "documents")]
use crate::documents::Documents;
use crate::error::Error;
use crate::schedule::Schedule;
use crate::store::{Store, customers, feeds};
use crate::vault::{Vault, VaultError};
use connect::Clients;
use mycarrierpackets::feed::Pace;
use mycarrierpackets::{Client, ClientBuilder};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The feeds of a customer, by the names that they have in the store.
pub const FEEDS: [&str; 6] = ["changes", "packets", "factoring", "monitored", "blocked", "carriers"];

/// How often what is read, and how long a worker holds a customer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// How often the feeds are polled, and how far back.
    pub pace: Pace,
    /// Time between two reads of the monitored and of the blocked carriers. Default an hour.
    pub lists: Duration,
    /// Time between two reads of the data of all monitored carriers. Default a day.
    pub refresh: Duration,
    /// How long a worker holds a customer, or its deliveries to a sink, without a sign of life. Default 45 seconds.
    pub lease: Duration,
    /// Time after which a tick, or a turn of delivery, begins nothing more. Default a minute.
    pub budget: Duration,
    /// Keeps bank data and tax numbers, too. Default no.
    pub keep_private: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pace: Pace::default(),
            lists: Duration::from_secs(3600),
            refresh: Duration::from_secs(24 * 3600),
            lease: Duration::from_secs(45),
            budget: Duration::from_secs(60),
            keep_private: false,
        }
    }
}

impl Settings {
    /// What is noted of them in the store.
    pub fn schedule(&self) -> Schedule {
        Schedule {
            interval: u64::try_from(self.pace.interval.as_secs()).unwrap_or_default(),
            lists: self.lists.as_secs(),
            refresh: self.refresh.as_secs(),
            keep_private: self.keep_private,
        }
    }
}

/// How far the read of a list has come. The first of a customer with many carriers takes minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// Whose list it is.
    pub customer: &'a str,
    /// Its name.
    pub feed: &'static str,
    /// Records that have come.
    pub rows: u64,
    /// How many the server says there are.
    pub total: Option<u64>,
}

type Watch = dyn Fn(Progress<'_>) + Send + Sync;

/// Keeps a store up to date. Any number of them, on any number of machines, may work on one store.
#[derive(Clone)]
pub struct Engine {
    store: Store,
    owner: Arc<str>,
    settings: Settings,
    clients: Arc<Clients>,
    watch: Option<Arc<Watch>>,
    #[cfg(feature = "documents")]
    documents: Option<Arc<Documents>>,
}

impl Engine {
    /// An engine on `store`; `connect` makes the client of a customer, once.
    pub fn new(
        store: Store,
        connect: impl Fn(&str) -> mycarrierpackets::Result<Client> + Send + Sync + 'static,
    ) -> Self {
        Self::with(store, Clients::given(Arc::new(connect)))
    }

    /// An engine whose customers have credentials of their own, which the store keeps [sealed](crate::vault). `build`
    /// begins the client of one, such as with [`Credentials::builder`]. Their tokens are kept beside them.
    pub fn sealed(
        store: Store,
        vault: Vault,
        build: impl Fn(&Credentials) -> ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        Self::with(store, Clients::sealed(vault, Arc::new(build)))
    }

    fn with(store: Store, clients: Clients) -> Self {
        let owner = format!("process {}", std::process::id()).into();
        Self {
            store,
            owner,
            settings: Settings::default(),
            clients: Arc::new(clients),
            watch: None,
            #[cfg(feature = "documents")]
            documents: None,
        }
    }

    /// How often what is read.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The name that others see on what this one holds. Default the number of its process.
    pub fn owner(mut self, name: &str) -> Self {
        self.owner = name.into();
        self
    }

    /// Calls `seen` after each page of a list.
    ///
    /// ```
    /// # use mycarrierpackets_sync::{Engine, store::Store};
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
    /// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?);
    /// # let client = mycarrierpackets::Client::builder().environment(environment).credentials("demo", "demo").build()?;
    /// # let engine = Engine::new(Store::open("sqlite::memory:").await?, move |_| Ok(client.clone()));
    /// let engine = engine.watch(|progress| {
    ///     let total = progress.total.map_or("?".to_owned(), |total| total.to_string());
    ///     eprintln!("{}: {} of {total}", progress.feed, progress.rows);
    /// });
    /// # engine.add_customer("acme", "Acme Freight").await?;
    /// # engine.tick("acme").await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn watch(mut self, seen: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.watch = Some(Arc::new(seen));
        self
    }

    /// Keeps the documents of carriers, too. Default no. The data of each carrier is read for their names: when the carrier
    /// is first known, and when something of it changed.
    #[cfg(feature = "documents")]
    #[must_use]
    pub fn keep_documents(mut self, documents: Documents) -> Self {
        self.documents = Some(Arc::new(documents));
        self
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn seen(&self, customer: &str, feed: &'static str, rows: u64, total: Option<u64>) {
        if let Some(watch) = &self.watch {
            watch(Progress { customer, feed, rows, total });
        }
    }

    /// The name of who claims, and for how long.
    pub(crate) fn worker(&self) -> (&str, Duration) {
        (&self.owner, self.settings.lease)
    }

    /// Time after which a turn begins nothing more.
    pub(crate) fn budget(&self) -> Duration {
        self.settings.budget
    }

    /// Adds a customer whose feeds are read from now on. One that exists stays as it is.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn add_customer(&self, id: &str, name: &str) -> Result<(), Error> {
        let add = async |tx: crate::store::Tx| {
            if customers::find(&tx, id).await?.is_none() {
                customers::add(&tx, id, name, "{}").await?;
            }
            let now = tx.now().await?;
            for feed in FEEDS {
                feeds::add(&tx, id, feed, now).await?;
            }
            Ok::<_, crate::store::Error>(())
        };
        Ok(self.store.repeatable(add).await?)
    }

    /// Keeps a customer's credentials, sealed, in place of those before. One that is paused stays so.
    ///
    /// # Errors
    /// [`Error::Secret`] when the engine has no [vault](Self::sealed); those of the store.
    pub async fn set_credentials(&self, customer: &str, credentials: &Credentials) -> Result<(), Error> {
        let vault = self.clients.vault().ok_or_else(VaultError::no_vault)?;
        connect::keep(&self.store, vault, customer, credentials).await
    }

    /// The client of a customer, with its credentials and tokens.
    ///
    /// # Errors
    /// [`Error::Secret`] when it has no credentials, or they do not open; [`Error::Vendor`] when no client can be made.
    pub async fn client(&self, customer: &str) -> Result<Client, Error> {
        self.clients.of(&self.store, customer).await
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("store", &self.store).field("owner", &self.owner).finish_non_exhaustive()
    }
}
