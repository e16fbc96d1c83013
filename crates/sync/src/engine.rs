//! Reads what is due, keeps it, and hands on what happened.
//!
//! The data path: claim a customer → read a whole window → ids, canonical forms, differences → one transaction that checks
//! the fence {events, versions, changes} → deliver → acknowledge.

mod lists;
mod poll;
mod tick;

pub use tick::{Read, Tick};

use crate::error::Error;
use crate::store::{Store, customers, feeds};
use mycarrierpackets::Client;
use mycarrierpackets::feed::Pace;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The feeds of a customer, by the names that they have in the store.
pub const FEEDS: [&str; 6] = ["changes", "packets", "factoring", "monitored", "blocked", "carriers"];

/// Makes the client of a customer.
pub type Connect = Arc<dyn Fn(&str) -> mycarrierpackets::Result<Client> + Send + Sync>;

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
    /// How long a worker holds a customer without a sign of life. Default 45 seconds.
    pub lease: Duration,
    /// Time after which a tick begins nothing more. Default a minute.
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

/// Keeps a store up to date. Any number of them, on any number of machines, may work on one store.
#[derive(Clone)]
pub struct Engine {
    store: Store,
    connect: Connect,
    owner: Arc<str>,
    settings: Settings,
    clients: Arc<Mutex<HashMap<String, Client>>>,
}

impl Engine {
    /// An engine on `store`; `connect` makes the client of a customer, once.
    pub fn new(
        store: Store,
        connect: impl Fn(&str) -> mycarrierpackets::Result<Client> + Send + Sync + 'static,
    ) -> Self {
        let owner = format!("process {}", std::process::id()).into();
        let connect: Connect = Arc::new(connect);
        Self { store, connect, owner, settings: Settings::default(), clients: Arc::default() }
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

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
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

    pub(crate) fn client(&self, customer: &str) -> Result<Client, Error> {
        let known = || self.clients.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(client) = known().get(customer) {
            return Ok(client.clone());
        }
        let client = (self.connect)(customer)?;
        Ok(known().entry(customer.to_owned()).or_insert(client).clone())
    }

    // Credentials may be new.
    fn forget_client(&self, customer: &str) {
        self.clients.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(customer);
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("store", &self.store).field("owner", &self.owner).finish_non_exhaustive()
    }
}
