//! `monitor reconcile`: make the monitored list equal to a file, after showing how.

mod apply;
mod asked;
mod listed;

use crate::context::Context;
use crate::failure::{Failure, NotDone, Result};
use crate::output::Form;
use crate::output::view::{Column, Kind, View};
use crate::roster::{self, Identity, Report};
use clap::Args;
use futures::{StreamExt as _, stream};
use listed::monitored;
use mycarrierpackets::Client;
use mycarrierpackets::types::{DocketKind, DocketNumber, Sameness};
use mycarrierpackets_sync::reconcile::{Lookups, Plan};
use serde_json::json;
use std::path::PathBuf;

/// Lookups that are worth their time where the plan is likely to be refused.
pub const ASKED_IN_VAIN: usize = 500;

/// Lookups that a person waits for.
const WORTH_A_WORD: usize = 20;

#[derive(Args, Debug)]
pub struct Reconcile {
    /// CSV, JSON or JSON lines of carriers; `-` is standard input
    file: PathBuf,
    /// Add and remove what the plan says
    #[arg(long)]
    apply: bool,
    /// Refuse to remove more than this, as a number or as a share of the monitored list [default: 10%]
    #[arg(long, value_name = "N|N%", value_parser = most)]
    max_removals: Option<Most>,
    /// Look up at most this many of the carriers that stay, to distinguish them from those to be removed; a carrier in
    /// doubt is left alone
    #[arg(long, value_name = "N", default_value_t = 1000)]
    max_lookups: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Most {
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
        let lookups = look_up(context, &client, &plan, self.max_lookups, most).await?;
        plan.settle(&lookups);
        self.check(&plan, monitored.len(), &roster.report)?;
        show(context, &plan)?;
        context.remark(&format!("The file was read as follows: {}.", roster.report));
        let page = one_page(&roster.carriers, &monitored).filter(|_| plan.add.is_empty() && !plan.remove.is_empty());
        if let Some(what) = page {
            if self.apply && self.max_removals.is_none() {
                let hint = "Read the whole list with `mycarrierpackets monitor list`; if the others are to be removed, \
                    give --max-removals. Nothing was changed.";
                return Err(Failure::usage(what, hint));
            }
            context.remark(&format!("Warning: {what}."));
        }
        if !self.apply {
            context.remark("This is a plan: nothing was changed. Add --apply to carry it out.");
        } else {
            apply::carry_out(context, &client, &plan, &monitored).await?;
        }
        left_alone(plan.unclear, plan.torn)
    }

    fn check(&self, plan: &Plan, monitored: usize, report: &Report) -> Result<()> {
        let most = match self.max_removals.unwrap_or(Most::Percent(10.0)) {
            Most::Count(count) => count,
            Most::Percent(share) => (monitored as f64 * share / 100.0).floor() as usize,
        };
        if plan.remove.len() <= most {
            return Ok(());
        }
        let what = format!("the plan removes {} of {monitored} carriers, more than {most}", plan.remove.len());
        let hint = "Check that the file is complete; if it is, raise --max-removals. Nothing was changed.";
        Err(Failure::usage(what, format!("{hint} The file was read as follows: {report}.")))
    }
}

/// Shows a plan, and says what is left alone.
pub fn show(context: &mut Context, plan: &Plan) -> Result<()> {
    let Plan { add, remove, keep, unclear, torn } = plan;
    let kept: &[Identity] = if context.output.form == Form::Table { &[] } else { keep };
    let left: Vec<Identity> = unclear.iter().chain(torn).map(|(left, _)| left.clone()).collect();
    let mut rows = context.output.rows(&PLAN);
    for (action, carriers) in [("add", add.as_slice()), ("remove", remove), ("unclear", &left), ("keep", kept)] {
        for carrier in carriers {
            rows.push(&json!({
                "action": action,
                "DOTNumber": carrier.id().dot_number(),
                "DocketNumber": carrier.id().docket_number(),
                "FFNumber": further(carrier, DocketKind::Ff),
                "MXNumber": further(carrier, DocketKind::Mx),
                "IntrastateNumber": carrier.id().intrastate_number(),
            }))?;
        }
    }
    rows.end()?;
    let mut counts = format!("{} to add, {} to remove, {} to keep", add.len(), remove.len(), keep.len());
    if !unclear.is_empty() {
        counts.push_str(&format!(", {} left alone because it is unclear which carriers they are", unclear.len()));
    }
    context.remark(&counts);
    for (monitored, wanted) in unclear {
        context.remark(&format!("  {monitored} may be {wanted}"));
    }
    for (wanted, other) in torn {
        context.remark(&format!("  {wanted} has a number of another carrier, {other}: nothing is done about it"));
    }
    Ok(())
}

/// Asks the server about carriers that could be one, at most `most` at a time.
pub async fn look_up(
    context: &Context,
    client: &Client,
    plan: &Plan,
    max_lookups: usize,
    most: usize,
) -> Result<Lookups> {
    let mut lookups = Lookups::default();
    loop {
        let mut doubts = plan.doubts(&lookups);
        let whom = if doubts.is_empty() { "that stay" } else { "whose numbers leave it open which carriers they are" };
        if doubts.is_empty() {
            doubts = plan.neighbours(&lookups);
            if doubts.len() > max_lookups && most == usize::MAX {
                context.remark(&format!(
                    "It would take {} lookups to distinguish carriers that stay from those to be removed, more \
                     than --max-lookups {}: carriers in doubt are left alone.",
                    doubts.len(),
                    max_lookups
                ));
                return Ok(lookups);
            }
        }
        if doubts.is_empty() || doubts.len() > most {
            return Ok(lookups);
        }
        if doubts.len() >= WORTH_A_WORD {
            context.remark(&format!("Looking up {} carriers {whom}.", doubts.len()));
        }
        let asked = doubts.into_iter().map(|carrier| {
            let client = client.clone();
            async move {
                let known = asked::known(&client, &carrier).await;
                (carrier, known)
            }
        });
        let mut answers = std::pin::pin!(stream::iter(asked).buffered(context.global.pages_ahead()));
        while let Some((carrier, known)) = answers.next().await {
            let (known, other) = known?;
            if let Some(other) = other {
                lookups.tear(carrier.clone(), other);
            }
            lookups.insert(carrier, known);
        }
    }
}

/// What is odd about a file that holds just one page of the monitored list, as the answer to one call does.
pub fn one_page(file: &[Identity], monitored: &[Identity]) -> Option<String> {
    /// Pages have round sizes; a person's list seldom has.
    const ROUND: usize = 50;
    let first = file.first().filter(|_| file.len().is_multiple_of(ROUND))?;
    let start = monitored.iter().position(|own| own.compare(first) == Sameness::Same)?;
    let rows = monitored.get(start..start + file.len()).filter(|_| start.is_multiple_of(file.len()))?;
    let in_order = rows.iter().zip(file).all(|(own, other)| own.compare(other) == Sameness::Same);
    in_order.then(|| {
        let (from, to, all) = (start + 1, start + file.len(), monitored.len());
        format!(
            "the file holds carriers {from} to {to} of the {all} monitored, in their order, as one page of the list \
             does"
        )
    })
}

/// The docket number of a series, beside the one that a call sends.
fn further(carrier: &Identity, series: DocketKind) -> Option<&DocketNumber> {
    carrier.docket_of(series).filter(|docket| carrier.id().docket_number() != Some(docket))
}

pub fn left_alone(unclear: Vec<(Identity, Identity)>, torn: Vec<(Identity, Identity)>) -> Result<()> {
    if unclear.is_empty() && torn.is_empty() {
        return Ok(());
    }
    let left = |(own, wanted): &(Identity, Identity)| {
        let reason = format!("it cannot be distinguished from {wanted} of the file");
        NotDone { item: own.to_string(), reason }
    };
    let of_two = |(wanted, other): &(Identity, Identity)| {
        let reason = format!("one of its numbers is of another carrier, {other}");
        NotDone { item: wanted.to_string(), reason }
    };
    let mut what = Vec::new();
    if !unclear.is_empty() {
        what.push(format!("{} of the monitored carriers are left as they are", unclear.len()));
    }
    if !torn.is_empty() {
        what.push(format!("{} of the carriers in the file are left alone", torn.len()));
    }
    let left = unclear.iter().map(left).chain(torn.iter().map(of_two)).collect();
    Err(Failure::partly(what.join(", "), "Name them by DOT and docket number in the file, and run it again.", left))
}

pub fn most(text: &str) -> Result<Most, String> {
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
        Column::text("FF", "FFNumber"),
        Column::text("MX", "MXNumber"),
        Column::text("Intrastate", "IntrastateNumber"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::identity;

    #[test]
    fn removals_are_counted_or_shared() {
        assert_eq!(most("10%"), Ok(Most::Percent(10.0)));
        assert_eq!(most("0"), Ok(Most::Count(0)));
        for text in ["", "-1", "101%", "ten", "10 %%", "NaN%"] {
            assert!(most(text).is_err(), "{text}");
        }
    }

    fn dots(from: u32, count: u32) -> Vec<Identity> {
        (from..from + count).map(|dot| identity(&format!("DOT {dot}"))).collect()
    }

    #[test]
    fn a_plan_that_removes_more_than_is_allowed_is_refused() {
        for (most, monitored, removed, allowed) in [
            (None, 0, 0, true),
            (None, 100, 10, true),
            (None, 100, 11, false),
            (None, 9, 0, true),
            (None, 9, 1, false),
            (None, 10, 1, true),
            (None, 19, 2, false),
            (Some(Most::Count(0)), 100, 0, true),
            (Some(Most::Count(0)), 100, 1, false),
            (Some(Most::Count(5)), 5, 5, true),
            (Some(Most::Count(5)), 100, 6, false),
            (Some(Most::Percent(50.0)), 10, 5, true),
            (Some(Most::Percent(50.0)), 10, 6, false),
            (Some(Most::Percent(0.0)), 10, 1, false),
            (Some(Most::Percent(100.0)), 10, 10, true),
        ] {
            let reconcile = Reconcile { file: PathBuf::new(), apply: true, max_removals: most, max_lookups: 0 };
            let plan = Plan { remove: dots(1, removed), keep: dots(1000, 3), ..Plan::default() };
            let checked = reconcile.check(&plan, monitored, &Report::default());
            assert_eq!(
                checked.err().map(|error| error.exit_code()),
                (!allowed).then_some(2),
                "{most:?} {monitored} {removed}"
            );
        }
    }

    #[test]
    fn a_file_that_is_one_page_of_the_list_is_odd() {
        let all = dots(1, 150);
        let part = |from: usize, to: usize| all[from..to].to_vec();
        for (file, expected) in [
            (part(0, 50), Some("carriers 1 to 50 of the 150")),
            (part(50, 100), Some("carriers 51 to 100 of the 150")),
            (part(100, 150), Some("carriers 101 to 150 of the 150")),
            (part(0, 100), Some("carriers 1 to 100 of the 150")),
            (part(0, 49), None),
            (part(0, 51), None),
            (part(25, 75), None),
            (part(50, 150), None),
            (part(0, 50).into_iter().rev().collect(), None),
            ([part(0, 49), part(60, 61)].concat(), None),
            (dots(5000, 50), None),
            ([part(100, 150), dots(5000, 50)].concat(), None),
            (Vec::new(), None),
        ] {
            let found = one_page(&file, &all);
            assert_eq!(found.is_some(), expected.is_some(), "{found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()));
        }
        // Under other numbers of the same carriers it is the same page.
        let with_docket: Vec<_> = part(0, 50).iter().map(|own| identity(&format!("{own} MC7"))).collect();
        assert!(one_page(&with_docket, &all).is_some());
    }

    #[test]
    fn carriers_in_doubt_are_listed_and_make_it_partly_done() {
        assert!(left_alone(Vec::new(), Vec::new()).is_ok());
        let failure = left_alone(vec![(identity("MC5"), identity("DOT 1"))], Vec::new()).unwrap_err();
        assert_eq!(failure.exit_code(), 7);
        let Failure::Partly { failed, words, .. } = failure else { panic!("{failure:?}") };
        assert_eq!((failed[0].item.as_str(), failed.len()), ("MC5", 1));
        assert!(failed[0].reason.contains("DOT 1") && words.what.starts_with("1 of the monitored carriers"));
        let failure = left_alone(Vec::new(), vec![(identity("MC5, FF7"), identity("DOT 2 FF7"))]).unwrap_err();
        assert_eq!(failure.exit_code(), 7);
        let Failure::Partly { failed, words, .. } = failure else { panic!("{failure:?}") };
        assert_eq!((failed[0].item.as_str(), failed.len()), ("MC5, FF7", 1));
        assert!(failed[0].reason.contains("DOT 2 FF7") && words.what == "1 of the carriers in the file are left alone");
    }
}
