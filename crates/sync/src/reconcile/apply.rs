//! Carries out a plan: everybody is added before anybody is removed.

use super::cap::Cap;
use super::identity::Identity;
use super::listed::{Listed, listed};
use super::plan::Plan;
use crate::acts::{Act, Acted};
use crate::engine::{Engine, Settings};
use crate::error::Error;
use crate::store::acts::Kind;
use crate::store::leases::{self, Claim};
use crate::store::{Tx, feeds};
use mycarrierpackets::types::CarrierId;
use mycarrierpackets::{Client, ErrorKind};
use std::time::Duration;

/// The vendor refuses a list that is asked for more often.
const APART: Duration = Duration::from_secs(240);

/// What was done about one carrier.
#[derive(Debug)]
#[non_exhaustive]
pub struct Step<'a> {
    /// The carrier.
    pub carrier: &'a Identity,
    /// [`Kind::Monitor`] or [`Kind::Unmonitor`].
    pub kind: Kind,
    /// What came of it.
    pub acted: &'a Acted,
}

/// What became of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CarriedOut {
    /// Carriers that were added.
    pub added: usize,
    /// Carriers that were removed.
    pub removed: usize,
    /// Carriers for which the act was not done, or may not have been, each with the reason.
    pub not_done: Vec<(Identity, String)>,
    /// Removals that wait until the list has been read again.
    pub waiting: usize,
}

impl Engine {
    /// Carries out a plan that was made from `listed`, each step an [act](Engine::act).
    ///
    /// Additions come first. While one was just made, or failed, nobody is removed: whoever was added under one number may
    /// be on the list under another, and only the next read of the list shows it. That read is asked for, and a second plan
    /// after it removes. Whatever ends this in the middle, a new plan goes on from there: steps that were done are part of
    /// what [`listed`] knows, and those whose outcome nobody knows are [in doubt](Listed::in_doubt).
    ///
    /// # Errors
    /// [`Error::Usage`] when the plan removes more than `cap` allows, when the list is no longer as it was, or when another
    /// worker has the customer; those of the store.
    pub async fn carry_out(
        &self,
        customer: &str,
        from: &Listed,
        plan: &Plan,
        cap: &Cap,
        each: impl FnMut(&Step<'_>),
    ) -> Result<CarriedOut, Error> {
        cap.check(plan.remove.len(), from.carriers.len())?;
        let held = self.holding(customer, async |claim| {
            let client = self.client(claim.customer()).await?;
            // How old the list is was judged when the plan was made.
            let settings = Settings { lists: Duration::from_secs(u64::from(u32::MAX)), ..Settings::default() };
            let now = self.store().read(async |tx| listed(&tx, customer, &settings).await).await?;
            if now != *from {
                return Err(Error::Usage(
                    "the monitored list is no longer as it was when the plan was made".to_owned(),
                ));
            }
            let mut work = Work { engine: self, claim, client: &client, done: CarriedOut::default(), each };
            work.carry_out(plan, from.added_since > 0).await?;
            Ok(work.done)
        });
        held.await?.map_err(|_| Error::Usage(format!("the customer {customer} is paused, or another worker has it")))
    }
}

struct Work<'a, F> {
    engine: &'a Engine,
    claim: &'a Claim,
    client: &'a Client,
    done: CarriedOut,
    each: F,
}

impl<F: FnMut(&Step<'_>)> Work<'_, F> {
    async fn carry_out(&mut self, plan: &Plan, added_before: bool) -> Result<(), Error> {
        for carrier in &plan.add {
            if !self.step(carrier, Act::Monitor(carrier.id().clone())).await? {
                break;
            }
        }
        if added_before || !plan.add.is_empty() {
            self.done.waiting = plan.remove.len();
            return if plan.remove.is_empty() { Ok(()) } else { self.read_soon().await };
        }
        for carrier in &plan.remove {
            // The list itself names it by this number.
            let dot = carrier.id().dot_number();
            let id = dot.map_or_else(|| carrier.id().clone(), CarrierId::from);
            if !self.step(carrier, Act::Unmonitor(id)).await? {
                break;
            }
        }
        Ok(())
    }

    /// Does one step; false if nobody else would fare better.
    async fn step(&mut self, carrier: &Identity, act: Act) -> Result<bool, Error> {
        let acted = self.engine.perform(self.claim, self.client, &act).await?;
        let (kind, done) = (act.kind(), &mut self.done);
        (self.each)(&Step { carrier, kind, acted: &acted });
        let (why, goes_on) = match &acted {
            Acted::Done { .. } if kind == Kind::Monitor => return Ok(counted(&mut done.added)),
            Acted::Done { .. } => return Ok(counted(&mut done.removed)),
            Acted::Refused { error, .. } => (error.to_string(), !is_about_the_caller(error)),
            Acted::Unknown { id, error } => {
                let why = format!("nobody knows whether it was done, see the act {id}: {error}");
                (why, !is_about_the_caller(error))
            }
            Acted::Open(open) => (format!("the act {} of this carrier is not over", open.id), true),
            Acted::Held { .. } | Acted::Paused { .. } => ("another worker has the customer".to_owned(), false),
        };
        done.not_done.push((carrier.clone(), why));
        Ok(goes_on)
    }

    /// Has the list read as soon as the vendor allows.
    async fn read_soon(&self) -> Result<(), Error> {
        let hasten = async |tx: Tx| {
            let held = leases::check(&tx, self.claim).await?;
            let known = feeds::list(&tx, self.claim.customer()).await?;
            let last = known.iter().find(|feed| feed.feed == "monitored").and_then(|feed| feed.last_attempt);
            let apart = i64::try_from(APART.as_micros()).unwrap_or(i64::MAX);
            let due_at = last.map_or(tx.now().await?, |last| last.saturating_add(apart)).max(tx.now().await?);
            feeds::hasten(&held, "monitored", due_at).await
        };
        Ok(self.engine.store().repeatable(hasten).await?)
    }
}

fn counted(count: &mut usize) -> bool {
    *count += 1;
    true
}

fn is_about_the_caller(error: &mycarrierpackets::Error) -> bool {
    matches!(error.kind(), ErrorKind::Credentials | ErrorKind::Unauthorized | ErrorKind::Config)
}
