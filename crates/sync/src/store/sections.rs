//! What each part of a carrier is, what it was, and what changed: whole versions in a chain, and field by field.

use super::error::{Error, ErrorKind};
use super::leases::Held;
use super::ownership;
use super::set_back;
use super::tx::Tx;
use super::value::Row;
use crate::canon::canonical;
use crate::diff::{FieldChange, diff};
use crate::hash;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use std::io::{Read as _, Write as _};

/// A document of the vendor's about a carrier larger than this is refused when it is unpacked.
const MOST: u64 = 64 * 1024 * 1024;

/// A part of a carrier as it was read.
#[derive(Debug)]
pub struct Observation<'a> {
    /// The carrier, such as `DOT:23868`.
    pub carrier: &'a str,
    /// The part, such as `details`. What different operations say is never compared.
    pub section: &'a str,
    /// The operation that said it.
    pub source: &'a str,
    /// What it said.
    pub document: &'a Value,
    /// When it was read.
    pub at: i64,
}

/// What an observation changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The version that it made; `None` if it says what was known.
    pub version: Option<i64>,
    /// The fields that differ from the version before; none in the first.
    pub changes: Vec<FieldChange>,
}

/// Keeps what was read of a part of a carrier. What the holder of a customer reads comes after what was read before, whatever
/// the clock says: it may have been set back since.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn observe(held: &Held<'_>, seen: &Observation<'_>) -> Result<Observed, Error> {
    let (tx, customer) = (held.tx(), held.customer());
    let key = [customer.into(), seen.carrier.into(), seen.section.into()];
    let sql = "SELECT version, hash, observed_at, document FROM sections
        WHERE customer = $1 AND carrier = $2 AND section = $3";
    let known = tx.query_opt(sql, &key).await?;
    let now = canonical(seen.document);
    let Some(known) = known else {
        write(held, seen, 1, None).await?;
        ownership::begin(held, seen.carrier, seen.section, now.as_ref(), seen.at).await?;
        return Ok(Observed { version: Some(1), changes: Vec::new() });
    };
    let seen = &Observation { at: set_back::not_before(seen.at, known.integer("observed_at")?), ..*seen };
    let before = canonical(&json(known.text("document")?)?);
    if before == now {
        let [customer, carrier, section] = key;
        let values = [customer, carrier, section, known.integer("version")?.into(), seen.at.into()];
        let sql = "UPDATE sections SET observed_at = $5
            WHERE customer = $1 AND carrier = $2 AND section = $3 AND version = $4";
        tx.execute(sql, &values).await?;
        let sql = "UPDATE versions SET confirmed_at = $5
            WHERE customer = $1 AND carrier = $2 AND section = $3 AND version = $4";
        tx.execute(sql, &values).await?;
        return Ok(Observed::default());
    }
    let version = known.integer("version")? + 1;
    let changes = diff(before.as_ref(), now.as_ref());
    write(held, seen, version, Some(known.text("hash")?)).await?;
    for change in &changes {
        let sql = "INSERT INTO changes (customer, carrier, section, version, path, old, new, observed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let text = |value: &Option<Value>| value.as_ref().map(Value::to_string);
        let values = [
            customer.into(),
            seen.carrier.into(),
            seen.section.into(),
            version.into(),
            (&change.path).into(),
            text(&change.old).into(),
            text(&change.new).into(),
            seen.at.into(),
        ];
        tx.execute(sql, &values).await?;
    }
    ownership::keep(held, seen.carrier, seen.section, &changes, seen.at).await?;
    Ok(Observed { version: Some(version), changes })
}

async fn write(held: &Held<'_>, seen: &Observation<'_>, version: i64, previous: Option<&str>) -> Result<(), Error> {
    let document = seen.document.to_string();
    let hash = chained(previous, [held.customer(), seen.carrier, seen.section, seen.source], seen.at, &document);
    let sql = "INSERT INTO versions (customer, carrier, section, version, hash, previous_hash, observed_at,
        confirmed_at, source, document) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)";
    let values = [
        held.customer().into(),
        seen.carrier.into(),
        seen.section.into(),
        version.into(),
        (&hash).into(),
        previous.into(),
        seen.at.into(),
        seen.source.into(),
        packed(&document)?.into(),
    ];
    held.tx().execute(sql, &values).await?;
    let sql = "INSERT INTO sections (customer, carrier, section, version, hash, observed_at, document)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (customer, carrier, section) DO UPDATE SET
        version = excluded.version, hash = excluded.hash, observed_at = excluded.observed_at,
        document = excluded.document";
    let values = [
        held.customer().into(),
        seen.carrier.into(),
        seen.section.into(),
        version.into(),
        hash.into(),
        seen.at.into(),
        document.into(),
    ];
    held.tx().execute(sql, &values).await?;
    Ok(())
}

/// The hash of a version: of what it says about whom, for whom, when and by which operation it was read, and of the version
/// before. Whoever changes one version changes the hash of every later one.
pub(super) fn chained(
    previous: Option<&str>,
    [customer, carrier, section, source]: [&str; 4],
    at: i64,
    document: &str,
) -> String {
    hash::of(&[previous.unwrap_or_default(), customer, carrier, section, source, &at.to_string(), document])
}

/// A version of a part of a carrier.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Version {
    /// Whose.
    pub customer: String,
    /// The name under which the carrier came.
    pub carrier: String,
    /// The part.
    pub section: String,
    /// Its number, from 1.
    pub version: i64,
    /// Chained with those of the versions before.
    pub hash: String,
    /// That of the version before.
    pub previous_hash: Option<String>,
    /// When it was read.
    pub observed_at: i64,
    /// When the same was last read.
    pub confirmed_at: i64,
    /// The operation that said it.
    pub source: String,
    /// What it said.
    pub document: Value,
    // As it was hashed: numbers and the order of fields may not survive being read and written again.
    text: String,
}

impl Version {
    fn of(row: &Row) -> Result<Self, Error> {
        let text = unpacked(row.bytes("document")?)?;
        Ok(Self {
            customer: row.text("customer")?.to_owned(),
            carrier: row.text("carrier")?.to_owned(),
            section: row.text("section")?.to_owned(),
            version: row.integer("version")?,
            hash: row.text("hash")?.to_owned(),
            previous_hash: row.text_opt("previous_hash")?.map(str::to_owned),
            observed_at: row.integer("observed_at")?,
            confirmed_at: row.integer("confirmed_at")?,
            source: row.text("source")?.to_owned(),
            document: json(&text)?,
            text,
        })
    }

    /// Whether it is what was written: its hash is that of its content and of the version before.
    /// [`chains`](super::chains) checks all versions of a carrier.
    pub fn is_unaltered(&self) -> bool {
        let Self { customer, carrier, section, source, observed_at: at, text, .. } = self;
        chained(self.previous_hash.as_deref(), [customer, carrier, section, source], *at, text) == self.hash
    }
}

/// Every version of every part of a carrier, the first to the last.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn versions(tx: &Tx, customer: &str, carrier: &str) -> Result<Vec<Version>, Error> {
    let sql = "SELECT * FROM versions WHERE customer = $1 AND carrier = $2 ORDER BY section, version";
    tx.query(sql, &[customer.into(), carrier.into()]).await?.iter().map(Version::of).collect()
}

/// Each part of a carrier as it was known at an instant.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn as_of(tx: &Tx, customer: &str, carrier: &str, at: i64) -> Result<Vec<Version>, Error> {
    let sql = "SELECT v.* FROM versions v JOIN (
            SELECT section, MAX(version) AS version FROM versions
            WHERE customer = $1 AND carrier = $2 AND observed_at <= $3 GROUP BY section
        ) last ON last.section = v.section AND last.version = v.version
        WHERE v.customer = $1 AND v.carrier = $2 ORDER BY v.section";
    tx.query(sql, &[customer.into(), carrier.into(), at.into()]).await?.iter().map(Version::of).collect()
}

/// A field that changed, and what showed it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The part.
    pub section: String,
    /// The version that the change made.
    pub version: i64,
    /// When it was read.
    pub observed_at: i64,
    /// The operation that said it; nothing if the version is missing.
    pub source: Option<String>,
    /// The field, before and after.
    pub field: FieldChange,
}

/// Every field of a carrier that changed since `since`, that instant included, in the order in which it was read.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn changes(tx: &Tx, customer: &str, carrier: &str, since: i64) -> Result<Vec<Change>, Error> {
    let sql = "SELECT c.section, c.version, c.path, c.old, c.new, c.observed_at, v.source FROM changes c
        LEFT JOIN versions v ON v.customer = c.customer AND v.carrier = c.carrier AND v.section = c.section
            AND v.version = c.version
        WHERE c.customer = $1 AND c.carrier = $2 AND c.observed_at >= $3
        ORDER BY c.observed_at, c.section, c.version, c.path";
    let value = |row: &Row, name: &str| row.text_opt(name)?.map(json).transpose();
    let change = |row: &Row| {
        Ok(Change {
            section: row.text("section")?.to_owned(),
            version: row.integer("version")?,
            observed_at: row.integer("observed_at")?,
            source: row.text_opt("source")?.map(str::to_owned),
            field: FieldChange { path: row.text("path")?.to_owned(), old: value(row, "old")?, new: value(row, "new")? },
        })
    };
    tx.query(sql, &[customer.into(), carrier.into(), since.into()]).await?.iter().map(change).collect()
}

/// How many carriers something is known of.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn carriers(tx: &Tx, customer: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(DISTINCT carrier) AS number FROM sections WHERE customer = $1";
    tx.query_opt(sql, &[customer.into()]).await?.map_or(Ok(0), |row| row.integer("number"))
}

pub(super) fn json(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|_| Error::new(ErrorKind::Corrupt, "a document in the store is not JSON"))
}

fn packed(text: &str) -> Result<Vec<u8>, Error> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::default());
    let packed = packer.write_all(text.as_bytes()).and_then(|()| packer.finish());
    packed.map_err(|_| Error::new(ErrorKind::Value, "a document cannot be compressed"))
}

pub(super) fn unpacked(bytes: &[u8]) -> Result<String, Error> {
    let mut text = String::new();
    let read = DeflateDecoder::new(bytes).take(MOST).read_to_string(&mut text);
    read.map_err(|_| Error::new(ErrorKind::Corrupt, "a version in the store cannot be unpacked"))?;
    Ok(text)
}
