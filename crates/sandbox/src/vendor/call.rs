//! One call of an operation: who asks for what, when, and about which carrier.

use std::sync::Mutex;

use crate::customers::Customer;
use crate::customers::state::{Standing, Verifications};
use crate::lock;
use crate::vendor::answer::Failure;
use crate::vendor::request::Params;
use crate::world::carrier::Carrier;
use crate::world::clock::Ticks;
use crate::world::history::History;
use crate::world::{Index, World};

/// How a list or a feed misbehaves in one call.
#[derive(Clone, Copy)]
pub(crate) enum Quirk {
    /// This number of carriers leaves the front of the list, and as many others join its end.
    Drift(u32),
    /// Half of the rows show late, by this number of seconds.
    Late(u32),
    /// Every row comes twice.
    Twice,
}

/// One call of an operation.
pub(crate) struct Call<'c> {
    pub(crate) world: &'c World,
    /// Locked before the customer's state where both are.
    pub(crate) history: &'c Mutex<History>,
    pub(crate) customer: &'c Customer,
    pub(crate) params: &'c Params,
    /// One call has one time.
    pub(crate) now: Ticks,
    pub(crate) quirk: Option<Quirk>,
}

impl<'c> Call<'c> {
    /// The carrier that the call names.
    pub(super) fn carrier(&self) -> Result<Index, Failure> {
        self.maybe_carrier()?.ok_or_else(|| Failure::bad("DOTNumber or DocketNumber is required."))
    }

    /// The carrier that the call names, if it names one: by DOT number, docket or intrastate number. Several
    /// numbers must agree.
    pub(super) fn maybe_carrier(&self) -> Result<Option<Index>, Failure> {
        let world = self.world;
        let mut named = None;
        let mut agree = |what: &str, number: &str, found: Option<Index>| match found {
            Some(index) if named.is_none_or(|other| other == index) => {
                named = Some(index);
                Ok(())
            }
            _ => {
                let number: String = number.chars().take(100).collect();
                Err(Failure::not_found(format!("No carrier was found with {what} {number}.")))
            }
        };
        if let Some(dot) = self.params.int("DOTNumber")? {
            agree("DOT number", &dot.to_string(), world.by_dot(dot))?;
        }
        if let Some(docket) = self.params.get("DocketNumber") {
            agree("docket number", docket, world.by_docket(docket))?;
        }
        if let Some(number) = self.params.get("IntrastateNumber") {
            agree("intrastate number", number, world.by_intrastate(number))?;
        }
        Ok(named)
    }

    pub(super) fn standing(&self, index: Index) -> Standing {
        self.customer.standing(self.world, &lock(self.history), index, self.now)
    }

    pub(super) fn standings(&self, indexes: &[Index]) -> Vec<Standing> {
        let history = lock(self.history);
        let state = lock(&self.customer.state);
        let broker = &self.customer.broker;
        indexes.iter().map(|&index| state.standing(self.world, &history, broker, (index, self.now))).collect()
    }

    pub(super) fn verifications(&self) -> Verifications {
        lock(&self.customer.state).verifications(self.world)
    }

    pub(super) fn load(&self, standing: &Standing) -> Carrier<'c> {
        Carrier::new(self.world, standing.index, standing.facts.clone(), standing.now)
    }
}
