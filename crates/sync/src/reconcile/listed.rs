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
    /// Numbers that several carriers claim, each with these. They are not among the numbers of [`carriers`](Self::carriers).
    pub shared: Vec<(Identity, Vec<Identity>)>,
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
    let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (alias, carrier) in aliases::all(tx, customer).await? {
        claims.entry(alias).or_default().push(carrier);
    }
    for (alias, carriers) in &claims {
        if let [carrier] = carriers.as_slice() {
            others.entry(carrier.clone()).or_default().push(alias.clone());
        }
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
    let mut shared = Vec::new();
    for (alias, carriers) in claims.iter().filter(|(_, carriers)| carriers.len() > 1) {
        let carriers: Result<Vec<_>, _> = carriers.iter().map(|carrier| identity(carrier)).collect();
        shared.push((identity(alias)?, carriers?));
    }
    Ok(Listed { carriers: on.into_values().collect(), read_at: time(read_at), in_doubt, shared, added_since })
}

impl Listed {
    /// Takes out of a plan whoever may be one of those [in doubt](Self::in_doubt), each with the reason: nothing is done for
    /// or to them. Nor is anything done about a wanted carrier with a [shared](Self::shared) number, and those that share it.
    pub fn hold_back(&self, plan: &mut Plan) -> Vec<(Identity, String)> {
        let wanted = |number: &Identity| plan.add.iter().any(|add| add.compare(number) == Sameness::Same);
        let shared: Vec<_> = self.shared.iter().filter(|(number, _)| wanted(number)).collect();
        let doubt = |carrier: &Identity| {
            let open = self.in_doubt.iter().find_map(|(other, why)| match other.compare(carrier) {
                Sameness::Same => Some(why.clone()),
                Sameness::Different => None,
                _ => Some(format!("it may be {other}: {why}")),
            });
            let is = |other: &Identity| other.compare(carrier) == Sameness::Same;
            let of_several = shared.iter().find(|(number, carriers)| is(number) || carriers.iter().any(is));
            open.or_else(|| of_several.map(|(number, _)| format!("several carriers have the number {number}")))
        };
        let mut held = Vec::new();
        let mut hold = |carriers: &mut Vec<Identity>| {
            carriers.retain(|carrier| {
                let doubt = doubt(carrier);
                held.extend(doubt.clone().map(|why| (carrier.clone(), why)));
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
