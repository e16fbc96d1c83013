//! What is in the outbox by now.

use crate::customers::message::{Letter, Message};
use crate::customers::outbox::Found;
use crate::engine::Engine;

impl Engine {
    /// The last `limit` messages that fit, of one customer or of all, once everything due has happened.
    pub(crate) fn outbox(&self, customer: Option<&str>, limit: usize, fits: impl Fn(&Letter) -> bool) -> Found {
        match customer {
            None => self.settle_all(),
            Some(name) => {
                if let Some(customer) = self.customers.known(name) {
                    self.settle(&customer);
                }
            }
        }
        self.customers.outbox.last(customer, limit, &self.addresses[1], fits)
    }

    /// The message of a number.
    pub(crate) fn message(&self, number: u64) -> Option<Message> {
        self.settle_all();
        self.customers.outbox.get(number, &self.addresses[1])
    }
}
