//! `sync reconcile`: make the monitored list equal to a file, each step written down.

use super::key::Key;
use super::place::{CUSTOMER, Whose, failure, with_own_advice};
use super::run::of_caller;
use crate::commands::reconcile::{ASKED_IN_VAIN, Most, left_alone, look_up, most, one_page, show};
use crate::context::Context;
use crate::failure::{Failure, NotDone, Result, Tally};
use crate::roster::{self, Report};
use clap::Args;
use mycarrierpackets_sync::acts::Acted;
use mycarrierpackets_sync::reconcile::{Cap, CarriedOut, Identity, Listed, Plan, Step, listed};
use mycarrierpackets_sync::store::Store;
use mycarrierpackets_sync::store::acts::Kind;
use mycarrierpackets_sync::{Engine, Settings};
use std::path::PathBuf;

#[derive(Args, Debug)]
pub struct Reconcile {
    #[command(flatten)]
    whose: Whose,
    /// CSV, JSON or JSON lines of carriers; `-` is standard input
    file: PathBuf,
    /// Add and remove what the plan says
    #[arg(long)]
    apply: bool,
    /// Refuse to remove more than this, as a number or as a share of the monitored list [default: 10%, and 100]
    #[arg(long, value_name = "N|N%", value_parser = most)]
    max_removals: Option<Most>,
    /// Look up at most this many of the carriers that stay, to distinguish them from those to be removed; a carrier in
    /// doubt is left alone
    #[arg(long, value_name = "N", default_value_t = 1000)]
    max_lookups: usize,
    #[command(flatten)]
    key: Key,
}

impl Reconcile {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let roster = roster::read(&self.file)?;
        let store = self.whose.open().await?;
        let listed = store.read(async |tx| listed(&tx, self.whose.customer(), &Settings::default()).await);
        let listed = listed.await.map_err(not_ready)?;
        context.remark(&format!("The monitored list was read at {}.", listed.read_at));
        let engine = self.engine(store, context)?;
        let client = engine.client(self.whose.customer()).await.map_err(failure)?;
        let mut plan = Plan::of(&roster.carriers, &listed.carriers);
        // Half a file would ask about the other half.
        let likely = self.check(&plan, &listed, &roster.report).is_ok();
        let at_once = if likely { usize::MAX } else { ASKED_IN_VAIN };
        let lookups = look_up(context, &client, &plan, self.max_lookups, at_once).await;
        let lookups = lookups.map_err(|failure| self.advised(failure))?;
        plan.settle(&lookups);
        let held = listed.hold_back(&mut plan);
        self.check(&plan, &listed, &roster.report)?;
        show(context, &plan)?;
        for (carrier, why) in &held {
            context.remark(&format!("  {carrier} is left alone: {why}"));
        }
        context.remark(&format!("The file was read as follows: {}.", roster.report));
        let page = one_page(&roster.carriers, &listed.carriers);
        if let Some(what) = page.filter(|_| plan.add.is_empty() && !plan.remove.is_empty()) {
            if self.apply && self.max_removals.is_none() {
                let hint = "Write the whole list to the file; if the others are to be removed, give --max-removals. \
                    Nothing was changed.";
                return Err(Failure::usage(what, hint));
            }
            context.remark(&format!("Warning: {what}."));
        }
        if self.apply {
            self.carry_out(context, &engine, &listed, &plan).await?;
        } else {
            context.remark("This is a plan: nothing was changed. Add --apply to carry it out.");
        }
        in_doubt(held)?;
        left_alone(plan.unclear, plan.torn)
    }

    /// An engine with the customer's own credentials: those of another would change another's list.
    fn engine(&self, store: Store, context: &Context) -> Result<Engine> {
        let vault = match self.key.vault()? {
            Some(vault) => vault,
            None if self.whose.customer() == CUSTOMER => return of_caller(store, context),
            None => self.key.needed()?,
        };
        let shape = context.shape()?;
        Ok(Engine::sealed(store, vault, move |credentials| shape(credentials.builder())))
    }

    fn advised(&self, failure: Failure) -> Failure {
        // Those of the one customer without a key are the caller's own.
        if self.whose.customer() == CUSTOMER { failure } else { with_own_advice(self.whose.customer(), failure) }
    }

    fn cap(&self) -> Cap {
        match self.max_removals {
            None => Cap::default(),
            Some(Most::Count(count)) => Cap { count, percent: 100.0 },
            Some(Most::Percent(percent)) => Cap { count: usize::MAX, percent },
        }
    }

    fn check(&self, plan: &Plan, listed: &Listed, report: &Report) -> Result<()> {
        self.cap().check(plan.remove.len(), listed.carriers.len()).map_err(|error| {
            let hint = "Check that the file is complete; if it is, raise --max-removals. Nothing was changed.";
            Failure::usage(error.to_string(), format!("{hint} The file was read as follows: {report}."))
        })
    }

    async fn carry_out(&self, context: &Context, engine: &Engine, listed: &Listed, plan: &Plan) -> Result<()> {
        let each = |step: &Step<'_>| {
            if matches!(step.acted, Acted::Done { .. }) {
                let done = if step.kind == Kind::Monitor { "monitored" } else { "no longer monitored" };
                context.remark(&format!("{}: {done}", step.carrier));
            }
        };
        let done = engine.carry_out(self.whose.customer(), listed, plan, &self.cap(), each).await;
        let done = done.map_err(|error| self.advised(failure(error)))?;
        let CarriedOut { added, removed, not_done, waiting, .. } = done;
        context.remark(&format!("{added} added, {removed} removed"));
        let mut tally = Tally::default();
        (0..added + removed).for_each(|_| tally.done());
        not_done.into_iter().for_each(|(carrier, why)| tally.failed(carrier, why, 1));
        if waiting > 0 {
            let why = "nobody is removed before the list was read again, which shows who was added";
            tally.failed(format!("{waiting} removals"), why, 7);
        }
        tally.finish("Run `mycarrierpackets sync run --once` in 5 minutes, then this again.")
    }
}

fn not_ready(error: mycarrierpackets_sync::Error) -> Failure {
    match error {
        mycarrierpackets_sync::Error::Usage(what) => {
            Failure::usage(what, "Read it: `mycarrierpackets sync run --once`. Nothing was changed.")
        }
        error => failure(error),
    }
}

fn in_doubt(held: Vec<(Identity, String)>) -> Result<()> {
    if held.is_empty() {
        return Ok(());
    }
    let what = format!("{} of the carriers are left alone", held.len());
    let held = held.into_iter().map(|(carrier, reason)| NotDone { item: carrier.to_string(), reason }).collect();
    Err(Failure::partly(what, "See `mycarrierpackets sync acts`; the next reads of the list settle most.", held))
}
