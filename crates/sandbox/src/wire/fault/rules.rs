//! The rules in force, and what of them applies to a call.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use crate::lock;
use crate::watch::{Topic, Watch};
use crate::wire::fault::choice::Seen;
use crate::wire::fault::kind::Part;
use crate::wire::fault::{Fault, Kind};
use crate::world::hash::pair;

struct Rule {
    id: u64,
    fault: Fault,
    matched: u64,
    applied: u64,
}

/// The rules in force, in the order in which they were added.
pub(crate) struct Faults {
    seed: u64,
    watch: Watch,
    rules: Mutex<(u64, Vec<Rule>)>,
}

impl Faults {
    pub(crate) fn new(seed: u64, rules: Vec<Fault>, watch: Watch) -> Self {
        let faults = Self { seed, watch, rules: Mutex::default() };
        faults.replace(rules);
        faults
    }

    pub(crate) fn replace(&self, faults: Vec<Fault>) {
        self.clear();
        for fault in faults {
            self.add(fault);
        }
    }

    pub(crate) fn add(&self, fault: Fault) -> u64 {
        let mut rules = lock(&self.rules);
        rules.0 += 1;
        let id = rules.0;
        rules.1.push(Rule { id, fault, matched: 0, applied: 0 });
        drop(rules);
        self.watch.say(Topic::Fault, id);
        id
    }

    pub(crate) fn remove(&self, id: u64) -> bool {
        let rules = &mut lock(&self.rules).1;
        let before = rules.len();
        rules.retain(|rule| rule.id != id);
        self.watch.say(Topic::Fault, id);
        rules.len() < before
    }

    pub(crate) fn clear(&self) {
        lock(&self.rules).1.clear();
        self.watch.say(Topic::Fault, None);
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.rules).1.is_empty()
    }

    /// The rules with their numbers, and how many calls each matched and was applied to.
    pub(crate) fn list(&self) -> Vec<Value> {
        let rules = lock(&self.rules);
        let shown = |rule: &Rule| {
            let mut value = json!({ "id": rule.id, "matched": rule.matched, "applied": rule.applied });
            if let (Value::Object(all), Value::Object(own)) = (&mut value, rule.fault.to_json()) {
                all.extend(own);
            }
            value
        };
        rules.1.iter().map(shown).collect()
    }

    /// What applies to a call: of each part, the first rule that matches it.
    pub(crate) fn applied(&self, call: &Seen<'_>) -> Applied {
        let mut applied = Applied::default();
        for (place, rule) in (0..).zip(&mut lock(&self.rules).1) {
            if !rule.fault.choice.matches(&rule.fault.kind, call) {
                continue;
            }
            rule.matched += 1;
            let part = applied.part(rule.fault.kind.part());
            if part.is_none() && rule.fault.calls.applies(pair(self.seed, place), rule.matched, rule.applied) {
                rule.applied += 1;
                *part = Some(rule.fault.kind.clone());
            }
        }
        applied
    }
}

/// What applies to one call.
#[derive(Default)]
pub(crate) struct Applied {
    time: Option<Kind>,
    answer: Option<Kind>,
    bytes: Option<Kind>,
}

impl Applied {
    fn part(&mut self, part: Part) -> &mut Option<Kind> {
        match part {
            Part::Time => &mut self.time,
            Part::Answer => &mut self.answer,
            Part::Bytes => &mut self.bytes,
        }
    }

    /// What is done and answered.
    pub(crate) fn answer(&self) -> Option<&Kind> {
        self.answer.as_ref()
    }

    /// How the bytes of the body come.
    pub(crate) fn bytes(&self) -> Option<&Kind> {
        self.bytes.as_ref()
    }

    /// How much later the answer comes.
    pub(crate) fn delay(&self) -> Duration {
        match self.time {
            Some(Kind::Delay { ms }) => Duration::from_millis(ms),
            _ => Duration::ZERO,
        }
    }

    /// The names of the kinds, for the log.
    pub(crate) fn names(&self) -> Option<String> {
        let kinds = [&self.time, &self.answer, &self.bytes];
        let names: Vec<_> = kinds.into_iter().flatten().map(Kind::name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}
