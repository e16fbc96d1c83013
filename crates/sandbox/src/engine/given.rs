//! Facts of carriers that are set while the sandbox runs.

use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::engine::facts::{check, no_carrier, read};
use crate::world::fit;

/// Why facts are not set.
pub(crate) enum Unset {
    NoCarrier,
    /// A value that a fact cannot have.
    Invalid(String),
    /// Facts that cannot be so together.
    Contradiction(String),
}

impl Engine {
    /// Sets facts of a carrier from now on, in place of those set before; none takes them away.
    pub(crate) fn set_carrier(&self, dot: i64, members: Map<String, Value>) -> Result<(), Unset> {
        let index = self.world.by_dot(dot).ok_or(Unset::NoCarrier)?;
        let wanted = read(members).map_err(Unset::Invalid)?;
        self.settle_all();
        fit::give(&self.world, index, wanted, self.clock.now()).map_err(Unset::Contradiction)
    }

    /// The same, of facts in JSON.
    pub(crate) fn set_carrier_json(&self, dot: i64, facts: &str) -> Result<(), String> {
        let members: Map<String, Value> = serde_json::from_str(facts).map_err(|error| format!("the facts: {error}"))?;
        check(&members)?;
        self.set_carrier(dot, members).map_err(|error| match error {
            Unset::NoCarrier => no_carrier(dot),
            Unset::Invalid(error) | Unset::Contradiction(error) => error,
        })
    }
}
