//! Facts of carriers that the user of the sandbox sets: from when on, and what the rest is made to be so that it fits.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::lock;
use crate::world::clock::Ticks;
use crate::world::facts::Index;
use crate::world::stretch::Change;

/// Facts by the names that the control API has for them; one that is absent is as the world has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) legal_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dba_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) street: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    /// A day, such as 2026-12-31.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) insurance_expires: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cargo_limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auto_limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authority: Option<Right>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) safety_rating: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) out_of_service: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) power_units: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) drivers: Option<u32>,
    /// The overall rating of the risk assessment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rating: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Right {
    Active,
    Revoked,
}

/// What is so of a carrier from an instant on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Given {
    pub(crate) from: Ticks,
    /// What the change feed says of it; 0 where nothing that is seen has changed.
    pub(crate) categories: u8,
    pub(crate) asked: Wanted,
    /// What was asked for, and what it takes for the rating that was.
    pub(crate) made: Wanted,
    /// Whether all that lowers a rating is mended, but for what is made to be.
    pub(crate) clean: bool,
    pub(crate) late_filing: bool,
    /// How often something was given; a certificate is a new one after each.
    pub(crate) number: u32,
}

impl Given {
    pub(crate) fn expires(&self) -> Option<Ticks> {
        Ticks::parse(self.made.insurance_expires.as_deref()?)
    }
}

/// What was given so far, by carrier and in order of time.
pub(crate) type Kept = BTreeMap<Index, Vec<Arc<Given>>>;

/// How many gifts to one carrier are kept; the oldest are forgotten.
const MOST: usize = 200;

#[derive(Default)]
pub(crate) struct Gifts {
    /// Most sandboxes have none, and ask without a lock.
    any: AtomicBool,
    all: Mutex<Kept>,
}

impl Gifts {
    /// What was given to a carrier until an instant.
    pub(crate) fn of(&self, index: Index, now: Ticks) -> Option<Arc<Given>> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let all = lock(&self.all);
        let last = all.get(&index)?.iter().rev().find(|given| given.from <= now)?;
        (last.made != Wanted::default()).then(|| Arc::clone(last))
    }

    /// The carriers that were given an email address of a domain.
    pub(crate) fn with_domain(&self, domain: &str) -> Vec<Index> {
        let is_of = |given: &Arc<Given>| given.made.email.as_deref().is_some_and(|own| own.ends_with(domain));
        let all = lock(&self.all);
        all.iter().filter(|(_, own)| own.last().is_some_and(is_of)).map(|(index, _)| *index).collect()
    }

    /// The rows of the change feed that came of it.
    pub(crate) fn changes(&self) -> Vec<Change> {
        let all = lock(&self.all);
        let row = |index: Index, given: &Given| Change { at: given.from, index, categories: given.categories };
        let rows = all.iter().flat_map(|(index, own)| own.iter().map(move |given| row(*index, given)));
        rows.filter(|change| change.categories != 0).collect()
    }

    /// How often something was given to a carrier.
    pub(crate) fn times(&self, index: Index) -> u32 {
        lock(&self.all).get(&index).and_then(|own| own.last()).map_or(0, |last| last.number)
    }

    /// Takes up what is given, in place of what was given before.
    pub(crate) fn take(&self, index: Index, given: Given) {
        let mut all = lock(&self.all);
        let own = all.entry(index).or_default();
        if own.len() >= MOST {
            own.remove(0);
        }
        own.push(Arc::new(given));
        drop(all);
        self.any.store(true, Ordering::Release);
    }

    pub(crate) fn keep(&self) -> Kept {
        lock(&self.all).clone()
    }

    pub(crate) fn replace(&self, kept: Kept) {
        self.any.store(!kept.is_empty(), Ordering::Release);
        *lock(&self.all) = kept;
    }
}
