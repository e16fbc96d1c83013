//! Carries out a plan: everybody is added before anybody is removed, and removals stop at the first doubt.

use super::listed::monitored;
use crate::acts;
use crate::context::Context;
use crate::failure::{Failure, Result, Tally};
use crate::roster::Identity;
use mycarrierpackets::Client;
use mycarrierpackets::models::{MonitoringCancellation, MonitoringRequest};
use mycarrierpackets::types::{CarrierId, Sameness};
use mycarrierpackets_sync::reconcile::{Candidates, Lookups, Plan};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

const NOTHING_REMOVED: &str = "Nothing was removed.";

/// Adds and removes what the plan says; `before` is the list that it was made from.
pub async fn carry_out(context: &mut Context, client: &Client, plan: &Plan, before: &[Identity]) -> Result<()> {
    let add = plan.add.iter().map(|carrier| carrier.id().clone()).collect();
    let entries = add_each(context, client, add).await?;
    if plan.remove.is_empty() {
        return Ok(());
    }
    let now = monitored(context, client).await?;
    still_as_planned(plan, before, &now).map_err(|what| {
        Failure::io(what, format!("{NOTHING_REMOVED} Look at the plan again: run it without --apply."))
    })?;
    remove_each(context, client, &plan.remove, &entries).await
}

/// The numbers of the entries that were made.
async fn add_each(context: &mut Context, client: &Client, add: Vec<CarrierId>) -> Result<HashSet<i64>> {
    let call = |client: Client, id| async move { client.monitoring().add(id).await };
    let entries = Mutex::new(HashSet::new());
    let say = |id: &CarrierId, request: &MonitoringRequest| {
        entries.lock().unwrap_or_else(PoisonError::into_inner).extend(request.monitoring_id);
        format!("{id}: monitored")
    };
    // The plan has been the output already; what follows is for a person to watch.
    let tally = acts::many(context, client, add, call, say).await?;
    // Removals wait until every addition is through, so that a run that fails leaves too many rather than too few.
    if !tally.all_done() {
        tally.finish(&format!("{NOTHING_REMOVED} Run it again."))?;
    }
    Ok(entries.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Compares a second reading with the first. Whoever was added must be a new row; otherwise it was on the list already,
/// under another number, and may be who is about to be removed.
///
/// # Errors
/// What differs.
fn still_as_planned(plan: &Plan, before: &[Identity], now: &[Identity]) -> Result<(), String> {
    let (known, listed): (HashSet<&Identity>, HashSet<&Identity>) = (before.iter().collect(), now.iter().collect());
    if let Some(gone) = before.iter().find(|carrier| !listed.contains(carrier)) {
        return Err(format!(
            "{gone} was on the monitored list but is not on it now: the list changes while it is read"
        ));
    }
    let fresh: Vec<_> = now.iter().filter(|carrier| !known.contains(carrier)).collect();
    let nothing_known = Lookups::default();
    let rows = Candidates::of(&nothing_known, fresh.iter().copied());
    let may_be = |added: &Identity| rows.first(added, |found| found != Sameness::Different).is_some();
    if let Some(added) = plan.add.iter().find(|added| !may_be(added)) {
        return Err(format!(
            "{added} was added but is not a new row of the monitored list, so it may be one of those to be removed"
        ));
    }
    if fresh.len() != plan.add.len() {
        let counts = format!("{} were added but the monitored list has {} more", plan.add.len(), fresh.len());
        return Err(format!("{counts}, so one that was added may be one of those to be removed"));
    }
    Ok(())
}

/// One after the other, so that the first that turns out to be one that was just added is the last.
async fn remove_each(context: &mut Context, client: &Client, remove: &[Identity], added: &HashSet<i64>) -> Result<()> {
    let mut tally = Tally::default();
    for (place, carrier) in remove.iter().map(Identity::id).enumerate() {
        match client.monitoring().remove(carrier).await {
            Ok(answer) if is_one_of(&answer, added) => {
                return Err(put_back(client, carrier, remove.len() - place - 1).await);
            }
            Ok(answer) => {
                tally.done();
                acts::done(context, carrier, format!("{carrier}: no longer monitored"), &answer)?;
            }
            Err(error) if tally.nothing_done() && acts::is_about_the_caller(&error) => return Err(error.into()),
            Err(error) => {
                let reason = format!("{}. {}", error.message(), error.advice());
                tally.failed(carrier, reason, Failure::from(error).exit_code());
            }
        }
    }
    tally.finish("Run it again.")
}

fn is_one_of(cancelled: &MonitoringCancellation, added: &HashSet<i64>) -> bool {
    cancelled.monitoring_id.is_some_and(|entry| added.contains(&entry))
}

/// Undoes the removal of a carrier that had just been added.
async fn put_back(client: &Client, carrier: &CarrierId, left: usize) -> Failure {
    let twin = format!("{carrier} is a carrier that was just added under another number");
    let hint = format!("{left} more were not removed. Name it by DOT and docket number in the file, and run it again.");
    match client.monitoring().add(carrier).await {
        Ok(_) => Failure::io(format!("{twin}; it was removed and is monitored again"), hint),
        Err(error) => {
            let what = format!("{twin}; it was removed and could not be added again: {}", error.message());
            Failure::io(what, format!("Add it first. {hint}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::identity;

    #[test]
    fn a_second_reading_that_differs_removes_nobody() {
        let ids = |texts: &[&str]| texts.iter().map(|text| identity(text)).collect::<Vec<_>>();
        let before = ids(&["DOT 9900001 MC990001", "9900002", "9900003"]);
        let plan = Plan { add: ids(&["MC990009"]), remove: ids(&["9900003"]), ..Plan::default() };
        let cases: [(&[&str], Option<&str>); 7] = [
            (&["DOT 9900001 MC0990001", "9900002", "9900003", "DOT 9900009 MC990009"], None),
            (&["9900003", "9900002", "DOT 9900001 MC990001", "9900009"], None),
            (&["DOT 9900001 MC990001", "9900002", "9900003"], Some("MC990009")),
            (&["DOT 9900001 MC990001", "9900003", "DOT 9900009 MC990009"], Some("DOT 9900002")),
            (&["DOT 9900001 MC990001", "9900002", "DOT 9900009 MC990009"], Some("DOT 9900003")),
            (&["DOT 9900001 MC990001", "9900002", "9900003", "DOT 9900008 MC990008"], Some("MC990009")),
            (&["DOT 9900001 MC990001", "9900002", "9900003", "MC990009", "9900008"], Some("2 more")),
        ];
        for (now, refused) in cases {
            let checked = still_as_planned(&plan, &before, &ids(now));
            match refused {
                None => assert_eq!(checked, Ok(()), "{now:?}"),
                Some(words) => {
                    assert!(checked.as_ref().is_err_and(|what| what.contains(words)), "{now:?}: {checked:?}")
                }
            }
        }
    }

    #[test]
    fn a_removal_of_what_was_just_added_is_known_by_its_entry() {
        let added = HashSet::from([7, 8]);
        for (entry, expected) in [(Some(7), true), (Some(8), true), (Some(9), false), (None, false)] {
            let cancelled = serde_json::from_value(serde_json::json!({"MonitoringID": entry})).unwrap();
            assert_eq!(is_one_of(&cancelled, &added), expected, "{entry:?}");
        }
        let cancelled = serde_json::from_value(serde_json::json!({"MonitoringID": 7})).unwrap();
        assert!(!is_one_of(&cancelled, &HashSet::new()));
    }
}
