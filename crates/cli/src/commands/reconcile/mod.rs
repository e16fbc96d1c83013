//! `monitor reconcile`: make the monitored list equal to a file, after showing how.

mod plan;

use crate::acts;
use crate::context::Context;
use crate::failure::{Failure, NotDone, Result};
use crate::output::Form;
use crate::output::view::{Column, Kind, View};
use crate::roster;
use clap::Args;
use futures::{StreamExt as _, stream};
use mycarrierpackets::models::{MonitoredCarrier, MonitoringCancellation, MonitoringRequest};
use mycarrierpackets::types::{CarrierId, DocketNumber};
use mycarrierpackets::{Client, Listing};
use plan::{Known, Lookups, Plan};
use serde_json::json;
use std::collections::HashSet;
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

impl Reconcile {
    pub async fn run(&self, context: &mut Context) -> Result<()> {
        let roster = roster::read(&self.file)?;
        let client = context.client()?;
        let monitored = monitored(context, &client).await?;
        let mut plan = Plan::of(&roster.carriers, &monitored);
        // Before anything is asked about: half a file would ask about the other half.
        self.check(&plan, monitored.len())?;
        let lookups = look_up(context, &client, &plan).await?;
        plan.settle(&lookups);
        self.show(context, &plan)?;
        context.remark(&format!("The file was read so: {}.", roster.report));
        if !self.apply {
            context.remark("This is a plan: nothing was changed. Add --apply to carry it out.");
            return Ok(());
        }
        carry_out(context, &client, plan, monitored).await
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
        let Plan { add, remove, keep, unclear } = plan;
        let kept: &[CarrierId] = if context.output.form == Form::Table { &[] } else { keep };
        let left: Vec<CarrierId> = unclear.iter().map(|(monitored, _)| monitored.clone()).collect();
        let mut rows = context.output.rows(&PLAN);
        for (action, carriers) in [("add", add.as_slice()), ("remove", remove), ("unclear", &left), ("keep", kept)] {
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
        let mut counts = format!("{} to add, {} to remove, {} to keep", add.len(), remove.len(), keep.len());
        if !unclear.is_empty() {
            counts.push_str(&format!(", {} left alone because nobody can tell who they are", unclear.len()));
        }
        context.remark(&counts);
        for (monitored, wanted) in unclear {
            context.remark(&format!("  {monitored} may be {wanted}"));
        }
        Ok(())
    }
}

/// Asks the server about the removals that could be of a carrier that stays.
async fn look_up(context: &Context, client: &Client, plan: &Plan) -> Result<Lookups> {
    let mut lookups = Lookups::default();
    loop {
        let doubts = plan.doubts(&lookups);
        if doubts.is_empty() {
            return Ok(lookups);
        }
        let asked = doubts.into_iter().map(|carrier| {
            let client = client.clone();
            async move {
                let known = known(&client, &carrier).await;
                (carrier, known)
            }
        });
        let mut answers = std::pin::pin!(stream::iter(asked).buffered(context.global.pages_ahead()));
        while let Some((carrier, known)) = answers.next().await {
            lookups.insert(carrier, known?);
        }
    }
}

async fn known(client: &Client, carrier: &CarrierId) -> Result<Option<Known>> {
    let preview = match client.carriers().preview(carrier).await {
        Ok(preview) => preview,
        // A carrier that the server does not know, or does not tell from another, stays in doubt.
        Err(error) if error.is_not_found() || error.is_declined() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let docket = docket(preview.docket_number.as_deref());
    let whole = CarrierId::from_parts(preview.dot_number, docket, None).ok();
    // An answer about somebody else settles nothing.
    let whole = whole.filter(|whole| whole.compare(carrier) == mycarrierpackets::types::Sameness::Same);
    let interstate = preview.is_intrastate_carrier == Some(false);
    Ok(whole.map(|whole| Known { carrier: whole.merged(carrier), interstate }))
}

async fn carry_out(context: &mut Context, client: &Client, plan: Plan, before: Vec<CarrierId>) -> Result<()> {
    let Plan { add, remove, unclear, .. } = plan;
    // The plan has been the output already; what follows is for a person to watch.
    let call = |client: Client, id| async move { client.monitoring().add(id).await };
    let numbers = std::sync::Mutex::new(HashSet::new());
    let say = |id: &CarrierId, request: &MonitoringRequest| {
        numbers.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).extend(request.monitoring_id);
        format!("{id}: monitored")
    };
    let added = add.len();
    let tally = acts::many(context, client, add, call, say).await?;
    // Removals wait until every addition is through, so that a run that fails leaves too many rather than too few.
    if !tally.all_done() {
        return tally.finish("Nothing was removed. Run it again.");
    }
    if !remove.is_empty() {
        still_as_planned(context, client, &before, added, &remove).await?;
        let numbers = numbers.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        remove_each(context, client, remove, &numbers).await?;
    }
    not_told(unclear)
}

/// The list is read again before anything is taken off it. If it did not grow by what was added, something that was
/// added was on it already, under another number, and may be what is about to be removed.
async fn still_as_planned(
    context: &mut Context,
    client: &Client,
    before: &[CarrierId],
    added: usize,
    remove: &[CarrierId],
) -> Result<()> {
    let now = monitored(context, client).await?;
    let now_listed: HashSet<&CarrierId> = now.iter().collect();
    let gone = before.iter().filter(|carrier| !now_listed.contains(carrier)).count();
    let there = remove.iter().all(|carrier| now_listed.contains(carrier));
    if gone == 0 && there && now.len() == before.len() + added {
        return Ok(());
    }
    let what = format!(
        "the monitored list has {} carriers where {} were expected, so something that was added may be one of those to \
         be removed",
        now.len(),
        before.len() + added
    );
    Err(Failure::io(what, "Nothing was removed. Name those carriers by DOT and docket number, and run it again."))
}

/// One after the other, so that the first that turns out to be one that was just added is the last.
async fn remove_each(
    context: &mut Context,
    client: &Client,
    remove: Vec<CarrierId>,
    added: &HashSet<i64>,
) -> Result<()> {
    let call = |client: Client, id: CarrierId| async move {
        let cancelled = client.monitoring().remove(&id).await?;
        if cancelled.monitoring_id.is_some_and(|number| added.contains(&number)) {
            // It is one that was just added: what was done by mistake is undone before anything else.
            client.monitoring().add(&id).await?;
            return Ok(None);
        }
        Ok(Some(cancelled))
    };
    let mut left = remove.into_iter();
    while let Some(carrier) = left.next() {
        let twin = std::cell::Cell::new(false);
        let say = |id: &CarrierId, answer: &Option<MonitoringCancellation>| {
            twin.set(answer.is_none());
            let done =
                if answer.is_some() { "no longer monitored" } else { "monitored again: it is one that was added" };
            format!("{id}: {done}")
        };
        let tally = acts::many(context, client, vec![carrier.clone()], call, say).await?;
        if twin.get() {
            let what =
                format!("{carrier} is a carrier that was just added under another number; it is monitored again");
            let hint = format!("{} more were not removed. Name it by DOT and docket number in the file.", left.len());
            return Err(Failure::io(what, hint));
        }
        tally.finish("Run it again.")?;
    }
    Ok(())
}

fn not_told(unclear: Vec<(CarrierId, CarrierId)>) -> Result<()> {
    if unclear.is_empty() {
        return Ok(());
    }
    let reason = |wanted: &CarrierId| format!("it cannot be told from {wanted} of the file");
    let left: Vec<_> =
        unclear.iter().map(|(own, wanted)| NotDone { item: own.to_string(), reason: reason(wanted) }).collect();
    let what = format!("{} monitored carriers were left as they are", left.len());
    Err(Failure::partly(what, "Name them by DOT and docket number in the file, and run it again.", left))
}

/// The monitored list, read whole, each carrier once.
async fn monitored(context: &Context, client: &Client) -> Result<Vec<CarrierId>> {
    let pager = client.monitoring().list().concurrency(context.global.pages_ahead());
    let carriers = whole(pager.collect(MOST).await?)?;
    plan::distinct(carriers).map_err(|rows| {
        let (own, other) = *rows;
        let what = format!("two rows of the monitored list contradict each other: {own} and {other}");
        Failure::io(what, "Nothing was changed. Look at both in the portal.")
    })
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
    let intrastate = item.intrastate_number.as_deref().and_then(roster::cell);
    CarrierId::from_parts(item.dot_number, docket(item.docket_number.as_deref()), intrastate).ok()
}

fn docket(text: Option<&str>) -> Option<DocketNumber> {
    text.and_then(roster::cell).and_then(|text| DocketNumber::from_field(text).ok())
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

    #[test]
    fn removals_are_counted_or_shared() {
        assert_eq!(most("10%"), Ok(Most::Percent(10.0)));
        assert_eq!(most("0"), Ok(Most::Count(0)));
        for text in ["", "-1", "101%", "ten", "10 %%", "NaN%"] {
            assert!(most(text).is_err(), "{text}");
        }
    }
}
