//! Who is to be added, removed and kept, and who is not to be touched because nobody can tell.

use super::candidates::Candidates;
use super::lookups::Lookups;
use crate::roster::Index;
use mycarrierpackets::types::{CarrierId, Sameness};
use std::collections::HashSet;

/// What is to be done to which carriers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub add: Vec<CarrierId>,
    pub remove: Vec<CarrierId>,
    pub keep: Vec<CarrierId>,
    /// Monitored carriers that are left alone, each beside the wanted one that it cannot be distinguished from.
    pub unclear: Vec<(CarrierId, CarrierId)>,
}

/// A list with each carrier once and all the numbers that its rows have. Rows that contradict each other stay apart, and
/// neither is removed while the other stays.
pub fn distinct(rows: Vec<CarrierId>) -> Vec<CarrierId> {
    let mut kept: Vec<CarrierId> = Vec::new();
    let mut index = Index::default();
    for row in rows {
        let same = |at: &usize| kept[*at].compare(&row) == Sameness::Same;
        let at = index.sharing(&row).into_iter().find(same).unwrap_or(kept.len());
        match kept.get_mut(at) {
            Some(own) => *own = own.clone().merged(&row),
            None => kept.push(row),
        }
        index.insert(&kept[at], at);
    }
    kept
}

impl Plan {
    /// What makes `monitored` equal to `wanted`, as far as their numbers tell. Both hold each carrier once.
    pub fn of(wanted: &[CarrierId], monitored: &[CarrierId]) -> Self {
        let index = Index::of(monitored);
        let mut plan = Self::default();
        // What the file knows beside the list's own numbers helps to tell a carrier from others.
        let mut kept: Vec<Option<CarrierId>> = vec![None; monitored.len()];
        let mut unclear: Vec<Option<&CarrierId>> = vec![None; monitored.len()];
        for carrier in wanted {
            let shared = index.sharing(carrier);
            if shared.is_empty() {
                plan.add.push(carrier.clone());
            }
            for at in shared {
                if monitored[at].compare(carrier) == Sameness::Same {
                    let own = kept[at].take().unwrap_or_else(|| monitored[at].clone());
                    kept[at] = Some(own.merged(carrier));
                } else {
                    unclear[at] = Some(carrier);
                }
            }
        }
        for ((own, kept), unclear) in monitored.iter().zip(kept).zip(unclear) {
            match (kept, unclear) {
                (Some(kept), _) => plan.keep.push(kept),
                (None, Some(wanted)) => plan.unclear.push((own.clone(), wanted.clone())),
                (None, None) => plan.remove.push(own.clone()),
            }
        }
        plan
    }

    /// The carriers to ask the server about next, so that nobody is added who is monitored and nobody removed who stays:
    /// the additions in doubt, and once those are known the removals.
    pub fn doubts(&self, lookups: &Lookups) -> Vec<CarrierId> {
        let unclear = |carrier: &&CarrierId, others: &Candidates| {
            lookups.can_say_more_of(carrier) && others.first(carrier, |found| found == Sameness::Unclear).is_some()
        };
        let monitored = Candidates::of(lookups, self.keep.iter().chain(&self.remove));
        let added: Vec<_> = self.add.iter().filter(|add| unclear(add, &monitored)).cloned().collect();
        if !added.is_empty() {
            return added;
        }
        let staying = Candidates::of(lookups, self.staying());
        self.remove.iter().filter(|remove| unclear(remove, &staying)).cloned().collect()
    }

    /// Whoever stays and may be one that is to be removed, where the server can say no more about the latter. One removal
    /// by the number of a state alone can make this nearly everybody.
    pub fn neighbours(&self, lookups: &Lookups) -> Vec<CarrierId> {
        let staying = Candidates::of(lookups, self.staying());
        let mut taken = HashSet::new();
        let known = self.remove.iter().filter(|remove| !lookups.can_say_more_of(remove));
        let unclear = known.flat_map(|remove| staying.unclear(remove, &mut taken));
        let mut neighbours: Vec<_> = unclear.filter(|stays| lookups.can_say_more_of(stays)).cloned().collect();
        neighbours.sort();
        neighbours.dedup();
        neighbours
    }

    fn staying(&self) -> impl Iterator<Item = &CarrierId> {
        self.keep.iter().chain(&self.add).chain(self.unclear.iter().map(|(_, wanted)| wanted))
    }

    /// Takes out of the removals those of a carrier that stays, and those that nobody can tell from one that stays.
    pub fn settle(&mut self, lookups: &Lookups) {
        let mut keep = Candidates::of(lookups, &self.keep);
        self.add.retain(|added| keep.same(added).is_none());
        let mut add = Candidates::of(lookups, &self.add);
        let mut left = Candidates::of(lookups, self.unclear.iter().map(|(_, wanted)| wanted));
        let mut kept_after_all = HashSet::new();
        for remove in std::mem::take(&mut self.remove) {
            if keep.same(&remove).is_some() {
                continue;
            }
            if let Some(place) = add.same(&remove) {
                let whole = add.carrier(place).clone().merged(&remove);
                add.remove(place);
                kept_after_all.insert(place);
                self.keep.push(whole.clone());
                keep.push(whole);
                continue;
            }
            let in_doubt = |list: &Candidates| {
                let place = list.first(&remove, |found| found != Sameness::Different)?;
                Some(list.carrier(place).clone())
            };
            match in_doubt(&keep).or_else(|| in_doubt(&add)).or_else(|| in_doubt(&left)) {
                Some(stays) => {
                    left.push(stays.clone());
                    self.unclear.push((remove, stays));
                }
                None => self.remove.push(remove),
            }
        }
        let mut places = 0..;
        self.add.retain(|_| places.next().is_none_or(|place| !kept_after_all.contains(&place)));
    }
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
