//! `monitor reconcile`: make the monitored list equal to a file, after showing how.

mod apply;
mod listed;
mod plan;

use crate::context::Context;
use crate::failure::{Failure, NotDone, Result};
use crate::output::Form;
use crate::output::view::{Column, Kind, View};
use crate::roster::{self, Report};
use clap::Args;
use futures::{StreamExt as _, stream};
use listed::{docket, monitored};
use mycarrierpackets::types::{CarrierId, Sameness};
use mycarrierpackets::{Client, ErrorKind};
use plan::{Known, Lookups, Plan};
use serde_json::json;
use std::path::PathBuf;

/// Lookups that are worth their time where the plan is likely to be refused.
const ASKED_IN_VAIN: usize = 500;

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
        // Half a file would ask about the other half; a whole one may name everybody by another number.
        let likely = self.check(&plan, monitored.len(), &roster.report).is_ok();
        let most = if likely { usize::MAX } else { ASKED_IN_VAIN };
        let lookups = look_up(context, &client, &plan, most).await?;
        plan.settle(&lookups);
        self.check(&plan, monitored.len(), &roster.report)?;
        self.show(context, &plan)?;
        context.remark(&format!("The file was read so: {}.", roster.report));
        if !self.apply {
            context.remark("This is a plan: nothing was changed. Add --apply to carry it out.");
        } else {
            apply::carry_out(context, &client, &plan, &monitored).await?;
        }
        left_alone(plan.unclear)
    }

    fn check(&self, plan: &Plan, monitored: usize, report: &Report) -> Result<()> {
        let most = match self.max_removals {
            Most::Count(count) => count,
            Most::Percent(share) => (monitored as f64 * share / 100.0).floor() as usize,
        };
        if plan.remove.len() <= most {
            return Ok(());
        }
        let what = format!("the plan removes {} of {monitored} carriers, more than {most}", plan.remove.len());
        let hint = "Check that the file is whole; if it is, raise --max-removals. Nothing was changed.";
        Err(Failure::usage(what, format!("{hint} The file was read so: {report}.")))
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

/// Asks the server about carriers that could be one, at most `most` at a time.
async fn look_up(context: &Context, client: &Client, plan: &Plan, most: usize) -> Result<Lookups> {
    let mut lookups = Lookups::default();
    loop {
        let doubts = plan.doubts(&lookups);
        if doubts.is_empty() || doubts.len() > most {
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
        Err(error) if error.kind() == ErrorKind::UnexpectedAnswer => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let docket = docket(preview.docket_number.as_deref());
    let whole = CarrierId::from_parts(preview.dot_number, docket, None).ok();
    // An answer about somebody else settles nothing.
    let whole = whole.filter(|whole| whole.compare(carrier) == Sameness::Same);
    let interstate = preview.is_intrastate_carrier == Some(false);
    Ok(whole.map(|whole| Known { carrier: whole.merged(carrier), interstate }))
}

fn left_alone(unclear: Vec<(CarrierId, CarrierId)>) -> Result<()> {
    if unclear.is_empty() {
        return Ok(());
    }
    let reason = |wanted: &CarrierId| format!("it cannot be told from {wanted} of the file");
    let left: Vec<_> =
        unclear.iter().map(|(own, wanted)| NotDone { item: own.to_string(), reason: reason(wanted) }).collect();
    let what = format!("{} of the monitored carriers are left as they are", left.len());
    Err(Failure::partly(what, "Name them by DOT and docket number in the file, and run it again.", left))
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
