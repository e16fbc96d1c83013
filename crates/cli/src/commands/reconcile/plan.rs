//! Who is to be added, removed and kept, and who is not to be touched because nobody can tell.

use crate::roster::Index;
use mycarrierpackets::types::{CarrierId, Sameness};
use std::collections::HashMap;

/// What is to be done to which carriers.
#[derive(Debug, Default, PartialEq)]
pub struct Plan {
    pub add: Vec<CarrierId>,
    pub remove: Vec<CarrierId>,
    pub keep: Vec<CarrierId>,
    /// Monitored carriers that are left alone, each beside the wanted one that it cannot be told from.
    pub unclear: Vec<(CarrierId, CarrierId)>,
}

/// What the server says of a carrier.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// All of its numbers.
    pub carrier: CarrierId,
    /// It works in several states, so it is nobody who is known by an intrastate number alone.
    pub interstate: bool,
}

/// The carriers that the server was asked about.
#[derive(Debug, Default)]
pub struct Lookups(HashMap<CarrierId, Option<Known>>);

impl Lookups {
    pub fn insert(&mut self, asked: CarrierId, known: Option<Known>) {
        self.0.insert(asked, known);
    }

    pub fn has(&self, carrier: &CarrierId) -> bool {
        self.0.contains_key(carrier)
    }

    /// All numbers of a carrier, and whether it works in several states, as far as it is known.
    fn whole<'a>(&'a self, carrier: &'a CarrierId) -> (&'a CarrierId, bool) {
        match self.0.get(carrier) {
            Some(Some(known)) => (&known.carrier, known.interstate),
            _ => (carrier, false),
        }
    }

    fn compare(&self, a: &CarrierId, b: &CarrierId) -> Sameness {
        // Nearly all pairs of two long lists, for which two searches each would take minutes.
        let complete = |carrier: &CarrierId| carrier.dot_number().is_some() && carrier.docket_number().is_some();
        if complete(a) && complete(b) && a.compare(b) == Sameness::Different {
            return Sameness::Different;
        }
        let ((a, a_interstate), (b, b_interstate)) = (self.whole(a), self.whole(b));
        if (a_interstate && !has_federal_number(b)) || (b_interstate && !has_federal_number(a)) {
            return Sameness::Different;
        }
        a.compare(b)
    }
}

/// Whether the server can be asked about the carrier.
pub fn has_federal_number(carrier: &CarrierId) -> bool {
    carrier.dot_number().is_some() || carrier.docket_number().is_some()
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
    /// the additions in doubt, once those are known the removals, and then whoever these still cannot be told from.
    pub fn doubts(&self, lookups: &Lookups) -> Vec<CarrierId> {
        let monitored = || self.keep.iter().chain(&self.remove);
        let in_doubt = |add: &CarrierId| monitored().any(|own| lookups.compare(add, own) == Sameness::Unclear);
        let asked = |carrier: &CarrierId| !has_federal_number(carrier) || lookups.has(carrier);
        let added: Vec<_> = self.add.iter().filter(|add| !asked(add) && in_doubt(add)).cloned().collect();
        if !added.is_empty() {
            return added;
        }
        let mut removals = Vec::new();
        let mut others = Vec::new();
        for remove in &self.remove {
            let unclear: Vec<_> =
                self.staying().filter(|stays| lookups.compare(remove, stays) == Sameness::Unclear).collect();
            if unclear.is_empty() {
                continue;
            }
            if asked(remove) {
                others.extend(unclear.into_iter().filter(|stays| !asked(stays)).cloned());
            } else {
                removals.push(remove.clone());
            }
        }
        others.sort();
        others.dedup();
        if removals.is_empty() { others } else { removals }
    }

    fn staying(&self) -> impl Iterator<Item = &CarrierId> {
        self.keep.iter().chain(&self.add).chain(self.unclear.iter().map(|(_, wanted)| wanted))
    }

    /// Takes out of the removals those of a carrier that stays, and those that nobody can tell from one that stays.
    pub fn settle(&mut self, lookups: &Lookups) {
        let Self { add, keep, .. } = self;
        add.retain(|added| !keep.iter().any(|keep| lookups.compare(added, keep) == Sameness::Same));
        for remove in std::mem::take(&mut self.remove) {
            let is = |stays: &CarrierId, sameness| lookups.compare(&remove, stays) == sameness;
            if self.keep.iter().any(|stays| is(stays, Sameness::Same)) {
                continue;
            }
            if let Some(at) = self.add.iter().position(|added| is(added, Sameness::Same)) {
                let added = self.add.remove(at);
                self.keep.push(added.merged(&remove));
                continue;
            }
            let doubt = self.staying().find(|stays| !is(stays, Sameness::Different)).cloned();
            match doubt {
                Some(stays) => self.unclear.push((remove, stays)),
                None => self.remove.push(remove),
            }
        }
    }
}

#[cfg(test)]
mod tests;
