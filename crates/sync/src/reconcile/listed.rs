//! The monitored list, as the store knows it.

use super::identity::Identity;
use super::plan::Plan;
use crate::carrier::id_of;
use crate::engine::Settings;
use crate::error::Error;
use crate::store::acts::{self, Kind};
use crate::store::{Tx, aliases, feeds, roster};
use jiff::Timestamp;
use mycarrierpackets::types::Sameness;
use std::collections::{BTreeMap, HashMap};

/// The list that is reconciled.
const LIST: &str = "monitored";

/// The monitored carriers by the last complete read, and by what was done since.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Listed {
    /// Each once, with every number that the vendor ever listed it by.
    pub carriers: Vec<Identity>,
    /// When the list was read.
    pub read_at: Timestamp,
    /// Carriers of which nobody can say whether they are monitored now, each with the reason.
    pub in_doubt: Vec<(Identity, String)>,
    /// Carriers that were added since the list was read.
    pub added_since: usize,
}

/// What the store knows of the monitored list.
///
/// # Errors
/// [`Error::Usage`] when the list was never read whole, or not for more than 2.2 times the time between two reads; those of
/// the store.
pub async fn listed(tx: &Tx, customer: &str, settings: &Settings) -> Result<Listed, Error> {
    let now = tx.now().await?;
    let known = feeds::list(tx, customer).await?;
    let read_at = known.iter().find(|feed| feed.feed == LIST).and_then(|feed| feed.last_success);
    let Some(read_at) = read_at else {
        return Err(Error::Usage("the monitored list has not been read whole yet".to_owned()));
    };
    let longest = i64::try_from(settings.lists.mul_f64(2.2).as_micros()).unwrap_or(i64::MAX);
    if now.saturating_sub(read_at) > longest {
        return Err(Error::Usage(format!("the monitored list was last read whole at {}, too long ago", time(read_at))));
    }
    let mut others: HashMap<String, Vec<String>> = HashMap::new();
    for (alias, carrier) in aliases::all(tx, customer).await? {
        others.entry(carrier).or_default().push(alias);
    }
    let identity = |carrier: &str| {
        let names = std::iter::once(carrier).chain(others.get(carrier).into_iter().flatten().map(String::as_str));
        let numbers = names.filter_map(id_of).map(Identity::from);
        let whole = numbers.reduce(|all, number| all.merged(&number));
        whole.ok_or_else(|| Error::Usage(format!("the store has a monitored carrier without a number: {carrier}")))
    };
    let mut on: BTreeMap<String, Identity> = BTreeMap::new();
    for carrier in roster::members(tx, customer, LIST).await? {
        on.insert(carrier.clone(), identity(&carrier)?);
    }
    let mut in_doubt = Vec::new();
    for carrier in roster::absent(tx, customer, LIST).await? {
        in_doubt.push((identity(&carrier)?, "the last read of the list was without it".to_owned()));
    }
    let mut added_since = 0;
    for (carrier, added) in acts::done_since(tx, customer, LIST, read_at).await? {
        added_since += usize::from(added);
        match added {
            true => drop(on.insert(carrier.clone(), identity(&carrier)?)),
            false => drop(on.remove(&carrier)),
        }
    }
    for act in acts::open(tx, customer).await? {
        if matches!(act.kind, Kind::Monitor | Kind::Unmonitor) {
            let (kind, begun) = (act.kind.name(), time(act.started_at));
            let why = format!("nobody knows the outcome of the act {} ({kind}), begun at {begun}", act.id);
            in_doubt.push((identity(&act.carrier)?, why));
        }
    }
    Ok(Listed { carriers: on.into_values().collect(), read_at: time(read_at), in_doubt, added_since })
}

impl Listed {
    /// Takes out of a plan whoever may be one of those [in doubt](Self::in_doubt), each with the reason: nothing is done for
    /// or to them.
    pub fn hold_back(&self, plan: &mut Plan) -> Vec<(Identity, String)> {
        let mut held = Vec::new();
        let mut hold = |carriers: &mut Vec<Identity>| {
            carriers.retain(|carrier| {
                let doubt = self.in_doubt.iter().find(|(other, _)| other.compare(carrier) != Sameness::Different);
                held.extend(doubt.map(|(other, why)| match other.compare(carrier) {
                    Sameness::Same => (carrier.clone(), why.clone()),
                    _ => (carrier.clone(), format!("it may be {other}: {why}")),
                }));
                doubt.is_none()
            });
        };
        hold(&mut plan.add);
        hold(&mut plan.remove);
        held
    }
}

fn time(at: i64) -> Timestamp {
    Timestamp::from_microsecond(at).unwrap_or_default()
}
