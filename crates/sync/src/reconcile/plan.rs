//! Who is to be added, removed and kept, and who is not to be touched because nobody can tell.

use super::candidates::Candidates;
use super::identity::Identity;
use super::index::Index;
use super::lookups::Lookups;
use mycarrierpackets::types::Sameness;
use std::collections::HashSet;

/// What is to be done to which carriers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Wanted and not monitored.
    pub add: Vec<Identity>,
    /// Monitored and not wanted.
    pub remove: Vec<Identity>,
    /// Monitored and wanted.
    pub keep: Vec<Identity>,
    /// Monitored carriers that are left alone, each beside the wanted one that it cannot be distinguished from.
    pub unclear: Vec<(Identity, Identity)>,
    /// Wanted carriers that are left alone, each beside another carrier that one of its numbers is of.
    pub torn: Vec<(Identity, Identity)>,
}

/// A list with each carrier once and all the numbers that its rows have. Rows that contradict each other stay apart,
/// and neither is removed while the other stays.
pub fn distinct(rows: Vec<Identity>) -> Vec<Identity> {
    let mut kept: Vec<Identity> = Vec::new();
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
    pub fn of(wanted: &[Identity], monitored: &[Identity]) -> Self {
        let index = Index::of(monitored);
        let mut plan = Self::default();
        // What the file knows beside the list's own numbers helps to tell a carrier from others.
        let mut kept: Vec<Option<Identity>> = vec![None; monitored.len()];
        let mut unclear: Vec<Option<&Identity>> = vec![None; monitored.len()];
        for carrier in wanted {
            let shared = index.sharing(carrier);
            if shared.is_empty() {
                plan.add.push(carrier.clone());
            }
            // The row makes one carrier of two that are not: whose row it is, nobody can tell.
            let of_two = shared.iter().find_map(|at| {
                let other =
                    shared.iter().find(|other| monitored[*at].compare(&monitored[**other]) == Sameness::Different);
                other.filter(|_| monitored[*at].compare(carrier) == Sameness::Same)
            });
            let of_two = of_two.filter(|other| monitored[**other].compare(carrier) == Sameness::Same).copied();
            if let Some(other) = of_two {
                plan.torn.push((carrier.clone(), monitored[other].clone()));
            }
            for at in shared {
                if of_two.is_none() && monitored[at].compare(carrier) == Sameness::Same {
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

    /// The carriers to ask the server about next, so that nobody is added who is monitored and nobody removed who
    /// stays: the additions in doubt, and once those are known the removals.
    pub fn doubts(&self, lookups: &Lookups) -> Vec<Identity> {
        let unclear = |carrier: &&Identity, others: &Candidates| {
            lookups.can_say_more_of(carrier) && others.first(carrier, |found| found == Sameness::Unclear).is_some()
        };
        // A row may make one carrier of two that are not.
        let more = |wanted: &&Identity| !wanted.more().is_empty() && lookups.can_say_more_of(wanted);
        let monitored = Candidates::of(lookups, self.keep.iter().chain(&self.remove));
        let in_doubt = |add: &&Identity| more(add) || unclear(add, &monitored);
        let added: Vec<_> = self.add.iter().filter(in_doubt).cloned().collect();
        let kept = self.keep.iter().filter(|_| !self.remove.is_empty());
        let added: Vec<_> = added.into_iter().chain(kept.filter(more).cloned()).collect();
        if !added.is_empty() {
            return added;
        }
        // A preview shows one docket number: who is listed by another alone must be asked about as well.
        let mut taken = HashSet::new();
        let known = self.add.iter().filter(|add| lookups.knows(add));
        let listed = known.flat_map(|add| monitored.unclear(add, &mut taken));
        let mut listed: Vec<_> = listed.filter(|own| lookups.can_say_more_of(own)).cloned().collect();
        if !listed.is_empty() {
            listed.sort();
            listed.dedup();
            return listed;
        }
        let staying = Candidates::of(lookups, self.staying());
        self.remove.iter().filter(|remove| unclear(remove, &staying)).cloned().collect()
    }

    /// Whoever stays and may be one that is to be removed, where the server can say no more about the latter. One
    /// removal by the number of a state alone can make this nearly everybody.
    pub fn neighbours(&self, lookups: &Lookups) -> Vec<Identity> {
        let staying = Candidates::of(lookups, self.staying());
        let mut taken = HashSet::new();
        let known = self.remove.iter().filter(|remove| !lookups.can_say_more_of(remove));
        let unclear = known.flat_map(|remove| staying.unclear(remove, &mut taken));
        let mut neighbours: Vec<_> = unclear.filter(|stays| lookups.can_say_more_of(stays)).cloned().collect();
        neighbours.sort();
        neighbours.dedup();
        neighbours
    }

    fn staying(&self) -> impl Iterator<Item = &Identity> {
        self.keep.iter().chain(&self.add).chain(self.unclear.iter().map(|(_, wanted)| wanted))
    }

    /// Whom a row that makes one carrier of two can mean: each of its numbers by itself, as one of them is wrong.
    fn torn_apart(&self) -> Vec<Identity> {
        let each = |(wanted, other): &(Identity, Identity)| {
            let numbers = wanted.numbers().map(Identity::from);
            std::iter::once(other.clone()).chain(numbers).collect::<Vec<_>>()
        };
        self.torn.iter().flat_map(each).collect()
    }

    /// Takes out of the removals those of a carrier that stays, and those that nobody can tell from one that stays.
    pub fn settle(&mut self, lookups: &Lookups) {
        for wanted in self.keep.iter().chain(&self.add) {
            self.torn.extend(lookups.torn(wanted).map(|other| (wanted.clone(), other.clone())));
        }
        self.add.retain(|added| lookups.torn(added).is_none());
        let mut keep = Candidates::of(lookups, &self.keep);
        // Two rows of the file may be one carrier, which the server alone knew.
        let mut before = Candidates::of(lookups, []);
        self.add.retain(|added| {
            let is_new = keep.same(added).is_none() && before.same(added).is_none();
            before.push(added.clone());
            is_new
        });
        let mut add = Candidates::of(lookups, &self.add);
        let mut left = Candidates::of(lookups, self.unclear.iter().map(|(_, wanted)| wanted));
        let torn = Candidates::of(lookups, &self.torn_apart());
        let mut kept_after_all = HashSet::new();
        for remove in std::mem::take(&mut self.remove) {
            if keep.same(&remove).is_some() {
                continue;
            }
            if let Some(place) = add.same(&remove) {
                // With all that distinguishes it from those whose removal is looked at next.
                let whole = lookups.whole(add.carrier(place)).0.clone().merged(lookups.whole(&remove).0);
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
            let of_list = in_doubt(&keep).or_else(|| in_doubt(&add));
            match of_list.or_else(|| in_doubt(&left)).or_else(|| in_doubt(&torn)) {
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
