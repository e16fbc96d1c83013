//! The vendor's customers: each user name is one, with lists, invitations and requests that no other sees.

pub(crate) mod broker;
pub(crate) mod message;
pub(crate) mod outbox;
pub(crate) mod own;
pub(crate) mod poll_limit;
pub(crate) mod signature;
pub(crate) mod state;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::customers::broker::Broker;
pub(crate) use crate::customers::broker::{PASSWORD, USERNAME};
use crate::customers::message::Letter;
use crate::customers::outbox::Outbox;
use crate::customers::poll_limit::PollLimit;
use crate::customers::state::{Standing, State};
use crate::lock;
use crate::watch::Watch;
use crate::world::clock::Ticks;
use crate::world::history::History;
use crate::world::{Index, World};

/// More than a test suite has; past it a new name is refused.
const MOST: usize = 10_000;

/// One customer.
pub(crate) struct Customer {
    pub(crate) name: Arc<str>,
    pub(crate) broker: Arc<Broker>,
    pub(crate) state: Mutex<State>,
    pub(crate) polls: Mutex<PollLimit>,
    outbox: Arc<Outbox>,
}

impl Customer {
    /// Sends a message, which goes as far as the outbox.
    pub(crate) fn post(&self, letter: Letter) {
        self.outbox.post(&self.name, letter);
    }

    /// What the customer sees of a carrier.
    pub(crate) fn standing(&self, world: &World, vendor: &History, index: Index, now: Ticks) -> Standing {
        lock(&self.state).standing(world, vendor, &self.broker, (index, now))
    }
}

/// All customers that have signed in.
pub(crate) struct Customers {
    changes_interval: Duration,
    pub(crate) outbox: Arc<Outbox>,
    by_name: Mutex<BTreeMap<Arc<str>, Arc<Customer>>>,
}

impl Customers {
    pub(crate) fn new(changes_interval: Duration, watch: Watch) -> Self {
        Self { changes_interval, outbox: Arc::new(Outbox::new(watch)), by_name: Mutex::default() }
    }

    /// The customer of a name, who is new if the name is; none where there are too many.
    pub(crate) fn of(&self, name: &str, world: &World) -> Option<Arc<Customer>> {
        let mut by_name = lock(&self.by_name);
        if let Some(customer) = by_name.get(name) {
            return Some(Arc::clone(customer));
        }
        if by_name.len() >= MOST {
            return None;
        }
        let name: Arc<str> = name.into();
        let customer = Arc::new(self.with(Arc::clone(&name), State::new(world)));
        by_name.insert(name, Arc::clone(&customer));
        Some(customer)
    }

    /// The customer of a name who has been here.
    pub(crate) fn known(&self, name: &str) -> Option<Arc<Customer>> {
        lock(&self.by_name).get(name).cloned()
    }

    /// A customer as a new one would be, who is not remembered.
    pub(crate) fn stranger(&self, name: &str, world: &World) -> Option<Arc<Customer>> {
        (!name.is_empty()).then(|| Arc::new(self.with(name.into(), State::new(world))))
    }

    /// All who have been here, by name.
    pub(crate) fn all(&self) -> Vec<Arc<Customer>> {
        lock(&self.by_name).values().cloned().collect()
    }

    /// All of them, to be put back later.
    pub(crate) fn keep(&self) -> BTreeMap<String, State> {
        self.all().iter().map(|customer| (customer.name.to_string(), lock(&customer.state).clone())).collect()
    }

    /// Forgets all, and takes up others.
    pub(crate) fn replace(&self, states: impl IntoIterator<Item = (String, State)>) {
        let named = |(name, state): (String, State)| {
            let name: Arc<str> = name.into();
            (Arc::clone(&name), Arc::new(self.with(name, state)))
        };
        *lock(&self.by_name) = states.into_iter().map(named).collect();
    }

    fn with(&self, name: Arc<str>, state: State) -> Customer {
        let broker = Arc::new(Broker::of(&name));
        let polls = Mutex::new(PollLimit::new(self.changes_interval));
        Customer { name, broker, state: Mutex::new(state), polls, outbox: Arc::clone(&self.outbox) }
    }
}
