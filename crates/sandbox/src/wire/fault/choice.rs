//! Which calls a rule matches, and to which of those it applies.

use crate::wire::fault::Kind;
use crate::wire::given::Given;
use crate::world::clock::Ticks;
use crate::world::hash::{pair, reduce};

/// A call as rules see it.
pub(crate) struct Seen<'c> {
    pub(crate) operation: &'c str,
    pub(crate) customer: Option<&'c str>,
    pub(crate) given: &'c Given<'c>,
    /// Whether it asks for a token with a refresh token.
    pub(crate) renewal: bool,
    pub(crate) now: Ticks,
}

/// The calls that a rule matches: all of its conditions must be met.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Choice {
    pub(super) operation: Option<&'static str>,
    pub(super) customer: Option<String>,
    /// Parameters that the call must have, with these values.
    pub(super) with: Vec<(String, String)>,
    pub(super) until: Option<Ticks>,
}

impl Choice {
    pub(super) fn matches(&self, kind: &Kind, call: &Seen<'_>) -> bool {
        self.operation.is_none_or(|own| own == call.operation)
            && self.customer.as_deref().is_none_or(|own| call.customer == Some(own))
            && self.until.is_none_or(|end| call.now < end)
            && (call.renewal || !kind.is_of_renewals())
            && self.with.iter().all(|(name, value)| call.given.has(name, value))
    }
}

/// To which of the calls that it matches a rule applies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Calls {
    All,
    First(u64),
    Nth(u64),
    Every(u64),
    /// Of 1,000, as the seed decides.
    Share(u64),
}

impl Calls {
    pub(super) fn named(self) -> Option<(&'static str, u64)> {
        match self {
            Self::All => None,
            Self::First(n) => Some(("first", n)),
            Self::Nth(n) => Some(("nth", n)),
            Self::Every(n) => Some(("every", n)),
            Self::Share(n) => Some(("perThousand", n)),
        }
    }

    /// Whether a rule applies to the `call`th that it matches, having been applied `applied` times.
    pub(super) fn applies(self, seed: u64, call: u64, applied: u64) -> bool {
        match self {
            Self::All => true,
            Self::First(count) => applied < count,
            Self::Nth(n) => call == n,
            Self::Every(n) => call.is_multiple_of(n.max(1)),
            Self::Share(per_thousand) => u64::from(reduce(pair(seed, call), 1000)) < per_thousand,
        }
    }
}
