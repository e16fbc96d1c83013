//! What the server said of carriers that it was asked about.

use mycarrierpackets::types::{CarrierId, Sameness};
use std::collections::HashMap;

/// What the server says of a carrier.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// All of its numbers.
    pub carrier: CarrierId,
    /// It works in several states, so it is nobody who is known by an intrastate number alone.
    pub interstate: bool,
}

/// The carriers that the server was asked about.
#[derive(Debug, Default)]
pub struct Lookups(HashMap<CarrierId, Option<Known>>);

impl Lookups {
    pub fn insert(&mut self, asked: CarrierId, known: Option<Known>) {
        self.0.insert(asked, known);
    }

    /// Whether the server can say more about a carrier than is known.
    pub fn can_say_more_of(&self, carrier: &CarrierId) -> bool {
        has_federal_number(carrier) && !self.0.contains_key(carrier)
    }

    /// All numbers of a carrier, and whether it works in several states, as far as it is known.
    pub fn whole<'a>(&'a self, carrier: &'a CarrierId) -> (&'a CarrierId, bool) {
        match self.0.get(carrier) {
            Some(Some(known)) => (&known.carrier, known.interstate),
            _ => (carrier, false),
        }
    }

    pub fn compare(&self, a: &CarrierId, b: &CarrierId) -> Sameness {
        #[cfg(test)]
        COMPARED.set(COMPARED.get() + 1);
        // Nearly all pairs of two long lists, for which two searches each would take minutes.
        let complete = |carrier: &CarrierId| carrier.dot_number().is_some() && carrier.docket_number().is_some();
        if complete(a) && complete(b) && a.compare(b) == Sameness::Different {
            return Sameness::Different;
        }
        let ((a, a_interstate), (b, b_interstate)) = (self.whole(a), self.whole(b));
        if (a_interstate && !has_federal_number(b)) || (b_interstate && !has_federal_number(a)) {
            return Sameness::Different;
        }
        a.compare(b)
    }
}

/// Whether the server can be asked about the carrier.
pub fn has_federal_number(carrier: &CarrierId) -> bool {
    carrier.dot_number().is_some() || carrier.docket_number().is_some()
}

#[cfg(test)]
thread_local! {
    /// How often this thread compared two carriers.
    pub static COMPARED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}
