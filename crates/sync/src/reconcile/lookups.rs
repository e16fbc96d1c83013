//! What the server said of carriers that it was asked about.

use super::identity::Identity;
use mycarrierpackets::types::Sameness;
use std::collections::HashMap;

/// What the server says of a carrier.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// All of its numbers.
    pub carrier: Identity,
    /// It works in several states, so it is nobody who is known by an intrastate number alone.
    pub interstate: bool,
}

/// The carriers that the server was asked about.
#[derive(Debug, Default)]
pub struct Lookups {
    known: HashMap<Identity, Option<Known>>,
    torn: HashMap<Identity, Identity>,
}

impl Lookups {
    /// Keeps what the server said when it was asked about a carrier; `None`: nothing.
    pub fn insert(&mut self, asked: Identity, known: Option<Known>) {
        self.known.insert(asked, known);
    }

    /// Keeps that a number of `asked` is of `other`, who is another carrier than its first number says.
    pub fn tear(&mut self, asked: Identity, other: Identity) {
        self.torn.insert(asked, other);
    }

    /// Another carrier that the server knows by a number of this one.
    pub fn torn(&self, carrier: &Identity) -> Option<&Identity> {
        self.torn.get(carrier)
    }

    /// Whether the server can say more about a carrier than is known.
    pub fn can_say_more_of(&self, carrier: &Identity) -> bool {
        has_federal_number(carrier) && !self.known.contains_key(carrier)
    }

    /// Whether the server said who a carrier is.
    pub fn knows(&self, carrier: &Identity) -> bool {
        self.known.get(carrier).is_some_and(Option::is_some)
    }

    /// All numbers of a carrier, and whether it works in several states, as far as it is known.
    pub fn whole<'a>(&'a self, carrier: &'a Identity) -> (&'a Identity, bool) {
        match self.known.get(carrier) {
            Some(Some(known)) => (&known.carrier, known.interstate),
            _ => (carrier, false),
        }
    }

    /// Whether two carriers are the same, by all that is known of them.
    pub fn compare(&self, a: &Identity, b: &Identity) -> Sameness {
        #[cfg(test)]
        COMPARED.set(COMPARED.get() + 1);
        let ((a, a_interstate), (b, b_interstate)) = (self.whole(a), self.whole(b));
        if (a_interstate && !has_federal_number(b)) || (b_interstate && !has_federal_number(a)) {
            return Sameness::Different;
        }
        a.compare(b)
    }
}

/// Whether the server can be asked about the carrier.
pub fn has_federal_number(carrier: &Identity) -> bool {
    carrier.has_dot() || !carrier.series().is_empty()
}

#[cfg(test)]
thread_local! {
    /// How often this thread compared two carriers.
    pub(super) static COMPARED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}
