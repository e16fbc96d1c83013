//! What a carrier may do: its authority at an instant, which follows its insurance.

use crate::world::clock::{DAY, Ticks};
use crate::world::given::{Given, Right};
use crate::world::terms::{Insured, Terms};
use crate::world::{Index, World};

/// What the federal registers say of the right to haul for hire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authority {
    /// None for a carrier that runs inside one state only.
    pub(crate) granted: Option<Ticks>,
    /// Whether it was granted less than a year ago.
    pub(crate) is_young: bool,
    pub(crate) is_revoked: bool,
    /// Revocations within the last year.
    pub(crate) revocations: u32,
    pub(crate) last_revoked: Option<Ticks>,
    /// Whether it has given up.
    pub(crate) is_closed: bool,
}

impl Authority {
    pub(crate) fn at(world: &World, index: Index, terms: &Terms<'_>, now: Ticks) -> Self {
        let authorized = world.docket(index).is_some();
        let mut authority = Self {
            granted: authorized.then(|| terms.granted()),
            is_young: authorized,
            is_revoked: false,
            revocations: 0,
            last_revoked: None,
            is_closed: false,
        };
        if terms.seasoned() <= now {
            authority.is_young = false;
        }
        for (at, event) in terms.recent(now) {
            match event {
                Insured::Revoked => {
                    (authority.is_revoked, authority.last_revoked) = (true, Some(at));
                    authority.revocations += 1;
                }
                Insured::Restored => authority.is_revoked = false,
                Insured::Cleared => authority.revocations = authority.revocations.saturating_sub(1),
                Insured::Closed => authority.is_closed = true,
                _ => {}
            }
        }
        authority
    }

    /// Puts in what is given.
    pub(crate) fn give(&mut self, given: &Given) {
        if self.granted.is_none() {
            return;
        }
        if given.clean && self.is_young {
            (self.is_young, self.granted) = (false, Some(given.from.midnight().plus(-800 * DAY)));
        }
        match given.made.authority {
            Some(Right::Active) => {
                (self.is_revoked, self.is_closed) = (false, false);
                (self.revocations, self.last_revoked) = (0, None);
            }
            Some(Right::Revoked) => {
                (self.is_revoked, self.is_closed) = (true, false);
                (self.revocations, self.last_revoked) = (1, Some(given.from));
            }
            None => {}
        }
    }

    /// Whether it may haul from state to state.
    pub(crate) fn is_active(&self) -> bool {
        self.granted.is_some() && !self.is_revoked && !self.is_closed
    }
}
