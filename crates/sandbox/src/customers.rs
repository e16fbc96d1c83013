//! The vendor's customers: each user name is one, with lists, invitations and requests that no other sees.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::clock::Ticks;
use crate::limit::Polls;
use crate::lock;
use crate::state::State;
use crate::world::{Index, World};

/// More than a test suite has; past it a new name is refused.
const MOST: usize = 10_000;

/// One customer.
pub(crate) struct Customer {
    pub(crate) name: Arc<str>,
    pub(crate) state: Mutex<State>,
    pub(crate) polls: Mutex<Polls>,
}

/// What happens at the vendor's, and so to every customer.
#[derive(Clone, Copy)]
pub(crate) enum Event {
    Changed(Index, Ticks),
    PacketCompleted(Index, Ticks),
    BlobsRotated,
}

/// All customers that have signed in.
pub(crate) struct Customers {
    changes_interval: Duration,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    by_name: HashMap<Arc<str>, Arc<Customer>>,
    /// What a customer who comes later has missed.
    past: Vec<Event>,
}

impl Customers {
    pub(crate) fn new(changes_interval: Duration) -> Self {
        Self { changes_interval, inner: Mutex::default() }
    }

    /// The customer of a name, who is new if the name is; none where there are too many.
    pub(crate) fn of(&self, name: &str, world: &World) -> Option<Arc<Customer>> {
        let mut inner = lock(&self.inner);
        if let Some(customer) = inner.by_name.get(name) {
            return Some(Arc::clone(customer));
        }
        if inner.by_name.len() >= MOST {
            return None;
        }
        let mut state = State::new(world);
        for &event in &inner.past {
            apply(&mut state, event);
        }
        let name: Arc<str> = name.into();
        let polls = Mutex::new(Polls::new(self.changes_interval));
        let customer = Arc::new(Customer { name: Arc::clone(&name), state: Mutex::new(state), polls });
        inner.by_name.insert(name, Arc::clone(&customer));
        Some(customer)
    }

    /// Has something happen to everybody.
    pub(crate) fn all(&self, event: Event) {
        let mut inner = lock(&self.inner);
        inner.past.push(event);
        for customer in inner.by_name.values() {
            apply(&mut lock(&customer.state), event);
        }
    }
}

fn apply(state: &mut State, event: Event) {
    match event {
        Event::Changed(index, at) => state.change(index, at),
        Event::PacketCompleted(index, at) => state.complete_packet(index, at),
        Event::BlobsRotated => state.blobs = state.blobs.wrapping_add(1),
    }
}
