//! `monitor reconcile`: make the monitored list equal to a file, after showing how.

use crate::acts;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::output::Form;
use crate::output::view::{Column, Kind, View};
use crate::roster;
use clap::Args;
use mycarrierpackets::models::{MonitoredCarrier, MonitoringCancellation, MonitoringRequest};
use mycarrierpackets::types::CarrierId;
use mycarrierpackets::{Client, Listing};
use serde_json::json;
use std::path::PathBuf;

/// More carriers than anybody monitors; past it the list is not read into memory.
const MOST: usize = 1_000_000;

#[derive(Args, Debug)]
pub struct Reconcile {
    /// CSV, JSON or JSON lines of carriers; `-` is standard input
    file: PathBuf,
    /// Add and remove what the plan says
    #[arg(long)]
    apply: bool,
    /// Refuse to remove more than this, as a number or as a share of the monitored list
    #[arg(long, value_name = "N|N%", default_value = "10%", value_parser = most)]
    max_removals: Most,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Most {
    Count(usize),
    Percent(f64),
}

/// What is to be done to which carriers.
#[derive(Debug, Default, PartialEq)]
pub struct Plan {
    pub add: Vec<CarrierId>,
    pub remove: Vec<CarrierId>,
    pub keep: Vec<CarrierId>,
}

impl Reconcile {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let wanted = roster::read(&self.file)?;
        let client = context.client()?;
        let pager = client.monitoring().list().concurrency(context.global.pages_ahead());
        let monitored = whole(pager.collect(MOST).await?)?;
        let plan = Plan::of(&wanted, &monitored)?;
        self.show(context, &plan)?;
        self.check(&plan, monitored.len())?;
        if !self.apply {
            context.remark("This is a plan: nothing was changed. Add --apply to carry it out.");
            return Ok(());
        }
        carry_out(context, &client, plan).await
    }

    fn check(&self, plan: &Plan, monitored: usize) -> Result<()> {
        let most = match self.max_removals {
            Most::Count(count) => count,
            Most::Percent(share) => (monitored as f64 * share / 100.0).floor() as usize,
        };
        if plan.remove.len() <= most {
            return Ok(());
        }
        let what = format!("the plan removes {} of {monitored} carriers, more than {most}", plan.remove.len());
        Err(Failure::usage(what, "Check that the file is whole; if it is, raise --max-removals. Nothing was changed."))
    }

    fn show(&self, context: &mut Context, plan: &Plan) -> Result<()> {
        let Plan { add, remove, keep } = plan;
        let kept: &[CarrierId] = if context.output.form == Form::Table { &[] } else { keep };
        let mut rows = context.output.rows(&PLAN);
        for (action, carriers) in [("add", add.as_slice()), ("remove", remove), ("keep", kept)] {
            for carrier in carriers {
                rows.push(&json!({
                    "action": action,
                    "DOTNumber": carrier.dot_number(),
                    "DocketNumber": carrier.docket_number(),
                    "IntrastateNumber": carrier.intrastate_number(),
                }))?;
            }
        }
        rows.end()?;
        context.remark(&format!("{} to add, {} to remove, {} to keep", add.len(), remove.len(), keep.len()));
        Ok(())
    }
}

async fn carry_out(context: &mut Context, client: &Client, plan: Plan) -> Result<()> {
    // The plan has been the output already; what follows is for a person to watch.
    let call = |client: Client, id| async move { client.monitoring().add(id).await };
    let say = |id: &CarrierId, _: &MonitoringRequest| format!("{id}: monitored");
    let added = acts::many(context, client, plan.add, call, say).await;
    let call = |client: Client, id| async move { client.monitoring().remove(id).await };
    let say = |id: &CarrierId, _: &MonitoringCancellation| format!("{id}: no longer monitored");
    // Removals wait until every addition is through, so that a run that fails leaves too many rather than too few.
    let tally = added?;
    if !tally.all_done() {
        return tally.finish("Nothing was removed. Run it again.");
    }
    acts::many(context, client, plan.remove, call, say).await?.finish("Run it again.")
}

// A plan made from half a list would remove or add the wrong carriers.
fn whole(listing: Listing<MonitoredCarrier>) -> Result<Vec<CarrierId>> {
    let unfit = |what: &str| Failure::io(what, "Nothing was changed. Run it again.");
    if !listing.rejected.is_empty() {
        return Err(unfit("a carrier of the monitored list could not be read"));
    }
    if listing.report.changed || !listing.report.complete {
        return Err(unfit("the monitored list changed while it was read"));
    }
    listing.items.iter().map(|item| identity(item).ok_or_else(|| unfit("a monitored carrier has no number"))).collect()
}

fn identity(item: &MonitoredCarrier) -> Option<CarrierId> {
    let text =
        |value: &Option<String>| value.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let (dot, docket) = (item.dot_number.map(|dot| dot.get()), text(&item.docket_number));
    match (dot, docket) {
        (Some(dot), Some(docket)) => CarrierId::new(dot, &docket).or_else(|_| CarrierId::dot(dot)).ok(),
        (Some(dot), None) => CarrierId::dot(dot).ok(),
        (None, Some(docket)) => CarrierId::docket(&docket).ok(),
        (None, None) => CarrierId::intrastate(&text(&item.intrastate_number)?).ok(),
    }
}

impl Plan {
    /// What makes `monitored` equal to `wanted`. Two are the same carrier when one of their numbers is.
    pub fn of(wanted: &[CarrierId], monitored: &[CarrierId]) -> Result<Self> {
        let index = roster::Index::of(monitored);
        let mut kept = vec![false; monitored.len()];
        let mut plan = Self::default();
        for carrier in wanted {
            match index.find(carrier)? {
                Some(place) => kept[place] = true,
                None => plan.add.push(carrier.clone()),
            }
        }
        for (carrier, kept) in monitored.iter().zip(kept) {
            if kept { &mut plan.keep } else { &mut plan.remove }.push(carrier.clone());
        }
        Ok(plan)
    }
}

fn most(text: &str) -> Result<Most, String> {
    let share = text.strip_suffix('%').map(|share| share.trim().parse::<f64>());
    match (share, text.parse()) {
        (Some(Ok(share)), _) if (0.0..=100.0).contains(&share) => Ok(Most::Percent(share)),
        (None, Ok(count)) => Ok(Most::Count(count)),
        _ => Err(format!("`{text}` is neither a number nor a share: write 50 or 10%")),
    }
}

static PLAN: View = View {
    columns: &[
        Column::text("Action", "action"),
        Column::new("DOT", "DOTNumber", Kind::Number),
        Column::text("Docket", "DocketNumber"),
        Column::text("Intrastate", "IntrastateNumber"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(texts: &[&str]) -> Vec<CarrierId> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_carrier_is_found_by_either_number() {
        let monitored = ids(&["DOT 9900001 MC990001", "9900002", "MC990003", "9900004"]);
        let plan = Plan::of(&ids(&["MC990001", "DOT 9900002 MC990002", "MC990003", "9900005"]), &monitored).unwrap();
        assert_eq!(plan.add, ids(&["9900005"]));
        assert_eq!(plan.remove, ids(&["9900004"]));
        assert_eq!(plan.keep, ids(&["DOT 9900001 MC990001", "9900002", "MC990003"]));
    }

    #[test]
    fn numbers_of_two_carriers_are_no_carrier() {
        let monitored = ids(&["DOT 9900001 MC990001", "DOT 9900002 MC990002"]);
        let error = Plan::of(&ids(&["DOT 9900001 MC990002"]), &monitored).unwrap_err();
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn removals_are_counted_or_shared() {
        assert_eq!(most("10%"), Ok(Most::Percent(10.0)));
        assert_eq!(most("0"), Ok(Most::Count(0)));
        for text in ["", "-1", "101%", "ten", "10 %%", "NaN%"] {
            assert!(most(text).is_err(), "{text}");
        }
    }
}
