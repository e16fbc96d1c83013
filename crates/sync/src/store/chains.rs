//! Whether the versions of each part of a carrier are those that were written.
//!
//! A version whose content, time or operation was changed is found, and so is one that was taken out between two others.
//! Somebody who can write to the store can replace a version *and* calculate the hashes of all later ones anew, or take
//! off the last versions, or note that the first were [taken out](super::prunings): that shows only beside a hash that was
//! kept elsewhere, such as the [`digest`] of all chains.

use super::error::Error;
use super::sections::{chained, json, unpacked};
use super::tx::Tx;
use super::value::Row;
use crate::hash::Hasher;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Chains that are read at once: a customer may have some 100,000.
const HEADS: i64 = 1000;

/// All versions of a part of a carrier, checked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Chain {
    /// The name under which the carrier came.
    pub carrier: String,
    /// The part.
    pub section: String,
    /// The first that is kept to the last.
    pub links: Vec<Link>,
    /// When those before the first were taken out on purpose, if they were.
    pub pruned_at: Option<i64>,
    /// The version that is in force.
    pub present: Option<i64>,
    /// The first version that is not what was written.
    pub broken: Option<Broken>,
}

/// A version in its chain.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Link {
    /// Its number, from 1.
    pub version: i64,
    /// Chained with those of the versions before.
    pub hash: String,
    /// When it was read.
    pub observed_at: i64,
    /// When the same was last read.
    pub confirmed_at: i64,
    /// The operation that said it.
    pub source: String,
    /// What it says; nothing if its bytes cannot be read.
    pub document: Option<Value>,
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Broken {
    /// The version.
    pub version: i64,
    /// What is wrong with it.
    pub why: String,
}

/// The rows of a part of a carrier.
#[derive(Default)]
struct Found<'a> {
    versions: Vec<&'a Row>,
    present: Option<&'a Row>,
    pruning: Option<&'a Row>,
}

impl Broken {
    fn at(version: i64, why: &str) -> Self {
        Self { version, why: why.to_owned() }
    }
}

impl Chain {
    /// Whether a version and all those before it are what was written.
    pub fn is_whole_until(&self, version: i64) -> bool {
        self.broken.as_ref().is_none_or(|broken| broken.version > version)
    }

    fn new([customer, carrier, section]: [&str; 3], found: &Found<'_>) -> Result<Self, Error> {
        let Found { versions, present, pruning } = found;
        let (mut links, mut broken) = (Vec::new(), None);
        // What was taken out on purpose is no break: the chain goes on from what was written down then.
        let first = pruning.map_or(Ok(1), |row| row.integer("first_version"))?;
        let mut previous = pruning.map(|row| row.text("anchor").map(str::to_owned)).transpose()?;
        for row in versions {
            let link = Link {
                version: row.integer("version")?,
                hash: row.text("hash")?.to_owned(),
                observed_at: row.integer("observed_at")?,
                confirmed_at: row.integer("confirmed_at")?,
                source: row.text("source")?.to_owned(),
                document: None,
            };
            let text = unpacked(row.bytes("document")?).ok();
            let whose = [customer, carrier, section, &link.source];
            let hashed = text.as_deref().map(|text| chained(previous.as_deref(), whose, link.observed_at, text));
            let expected = links.last().map_or(first, |before: &Link| before.version + 1);
            let fault = if link.version != expected {
                Some(Broken::at(expected, "it is missing"))
            } else if row.text_opt("previous_hash")? != previous.as_deref() {
                Some(Broken::at(link.version, "it does not follow the version before"))
            } else if hashed.is_none() {
                Some(Broken::at(link.version, "it cannot be unpacked"))
            } else if hashed.as_deref() != Some(&link.hash) {
                Some(Broken::at(link.version, "it is not what was written"))
            } else {
                None
            };
            broken = broken.or(fault);
            previous = Some(link.hash.clone());
            links.push(Link { document: text.and_then(|text| json(&text).ok()), ..link });
        }
        let mut now = None;
        if let Some(present) = present {
            let version = present.integer("version")?;
            now = Some(version);
            let fault = match links.last() {
                Some(last) if last.version >= version => {
                    let same = last.version == version
                        && last.hash == present.text("hash")?
                        && last.document == json(present.text("document")?).ok();
                    (!same).then(|| Broken::at(version, "what is kept as the present form is not the last version"))
                }
                last => Some(Broken::at(last.map_or(first, |last| last.version + 1), "it is missing")),
            };
            broken = broken.or(fault);
        } else if let Some(last) = links.last() {
            broken = broken.or(Some(Broken::at(last.version, "the present form is missing")));
        }
        let pruned_at = pruning.map(|row| row.integer("pruned_at")).transpose()?;
        Ok(Self { carrier: carrier.to_owned(), section: section.to_owned(), links, pruned_at, present: now, broken })
    }
}

/// The versions of every part of a carrier that came under one name, checked. The parts are in the order of their names.
///
/// # Errors
/// Those of [`Tx::query`]. A version that cannot be read is no error: its chain is broken there.
pub async fn of_carrier(tx: &Tx, customer: &str, carrier: &str) -> Result<Vec<Chain>, Error> {
    let key = [customer.into(), carrier.into()];
    let sql = "SELECT * FROM versions WHERE customer = $1 AND carrier = $2 ORDER BY section, version";
    let versions = tx.query(sql, &key).await?;
    let present = tx.query("SELECT * FROM sections WHERE customer = $1 AND carrier = $2", &key).await?;
    let prunings = tx.query("SELECT * FROM prunings WHERE customer = $1 AND carrier = $2", &key).await?;
    let mut parts: BTreeMap<&str, Found<'_>> = BTreeMap::new();
    for row in &versions {
        parts.entry(row.text("section")?).or_default().versions.push(row);
    }
    for row in &present {
        parts.entry(row.text("section")?).or_default().present = Some(row);
    }
    for row in &prunings {
        parts.entry(row.text("section")?).or_default().pruning = Some(row);
    }
    parts.into_iter().map(|(section, found)| Chain::new([customer, carrier, section], &found)).collect()
}

/// One hash for all chains of a customer, made of the last version of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Digest {
    /// SHA-256 in hexadecimal digits. Kept elsewhere, it shows later that no version from before was replaced.
    pub hash: String,
    /// How many chains there were.
    pub chains: u64,
}

/// The digest of a customer's chains as they were before `at`. Of a store that nobody altered it is the same whenever it is
/// made.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn digest(tx: &Tx, customer: &str, at: i64) -> Result<Digest, Error> {
    let sql = "SELECT v.carrier, v.section, v.version, v.hash FROM versions v
        WHERE v.customer = $1 AND (v.carrier, v.section) > ($2, $3) AND v.observed_at < $4 AND NOT EXISTS (
            SELECT 1 FROM versions n WHERE n.customer = v.customer AND n.carrier = v.carrier AND n.section = v.section
            AND n.version = v.version + 1 AND n.observed_at < $4
        ) ORDER BY v.carrier, v.section LIMIT $5";
    let mut digest = Hasher::default();
    let (mut carrier, mut section, mut chains) = (String::new(), String::new(), 0);
    loop {
        let values = [customer.into(), (&carrier).into(), (&section).into(), at.into(), HEADS.into()];
        let heads = tx.query(sql, &values).await?;
        for head in &heads {
            let version = head.integer("version")?.to_string();
            digest.add(&[head.text("carrier")?, head.text("section")?, &version, head.text("hash")?]);
            chains += 1;
        }
        let Some(last) = heads.last() else { return Ok(Digest { hash: digest.end(), chains }) };
        (carrier, section) = (last.text("carrier")?.to_owned(), last.text("section")?.to_owned());
    }
}
