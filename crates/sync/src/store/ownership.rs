//! What each field of a carrier is and was, in one document for each part of it: for whoever locks fields, or blanks what
//! the vendor left blank. The view `carrier_fields` is one row a field, each with who owns it.

use super::error::{Error, ErrorKind};
use super::leases::Held;
use super::tx::Tx;
use super::value::Row;
use crate::diff::{FieldChange, fields_at};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A field of a carrier.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The part of the carrier.
    pub section: String,
    /// Where it stands, as in [`FieldChange::path`].
    pub path: String,
    /// What it is; nothing: the vendor has it blank.
    pub value: Option<Json>,
    /// What it was before.
    pub previous: Option<Json>,
    /// When it was first read so.
    pub since: i64,
}

/// Keeps the fields of a part of a carrier that was not known, in their canonical form.
///
/// # Errors
/// Those of [`Tx::execute`].
pub(crate) async fn begin(
    held: &Held<'_>,
    carrier: &str,
    section: &str,
    known: Option<&Json>,
    at: i64,
) -> Result<(), Error> {
    let mut fields = Fields::new();
    for (path, value) in fields_at("", known) {
        set(&mut fields, &path, json!([value.to_string()]));
    }
    write(held, carrier, section, &fields, at).await
}

/// Keeps what changed of a part of a carrier.
///
/// # Errors
/// Those of [`Tx::execute`].
pub(crate) async fn keep(
    held: &Held<'_>,
    carrier: &str,
    section: &str,
    changes: &[FieldChange],
    at: i64,
) -> Result<(), Error> {
    // A value that became an object is a field less, and others more.
    let mut changed: BTreeMap<String, (Option<Json>, Option<Json>)> = BTreeMap::new();
    for change in changes {
        for (path, old) in fields_at(&change.path, change.old.as_ref()) {
            changed.entry(path).or_default().0 = Some(old);
        }
        for (path, new) in fields_at(&change.path, change.new.as_ref()) {
            changed.entry(path).or_default().1 = Some(new);
        }
    }
    let key = [held.customer().into(), carrier.into(), section.into()];
    let sql = "SELECT document FROM fields WHERE customer = $1 AND carrier = $2 AND section = $3";
    let row = held.tx().query_opt(sql, &key).await?;
    let mut fields = row.as_ref().map_or_else(|| Ok(Fields::new()), read)?;
    let text = |value: Option<Json>| value.map(|value| value.to_string());
    for (path, (old, new)) in changed {
        set(&mut fields, &path, json!([text(new), text(old), at]));
    }
    write(held, carrier, section, &fields, at).await
}

/// Keeps all fields of a part of a carrier, `at` being the time of those that have none of their own.
async fn write(held: &Held<'_>, carrier: &str, section: &str, fields: &Fields, at: i64) -> Result<(), Error> {
    let sql = "INSERT INTO fields (customer, carrier, section, since, document) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (customer, carrier, section) DO UPDATE SET document = excluded.document";
    let document = json!(fields).to_string();
    let values = [held.customer().into(), carrier.into(), section.into(), at.into(), document.into()];
    held.tx().execute(sql, &values).await.map(drop)
}

/// By the beginning of the path, which fields have in common, and the rest of it.
type Fields = BTreeMap<String, BTreeMap<String, Json>>;

fn set(fields: &mut Fields, path: &str, kept: Json) {
    // PostgreSQL reads no name with the character 0.
    let path = path.replace('\0', " ");
    let (start, rest) = path.split_at(path.rfind('.').map_or(0, |dot| dot + 1));
    fields.entry(start.to_owned()).or_default().insert(rest.to_owned(), kept);
}

fn corrupt() -> Error {
    Error::new(ErrorKind::Corrupt, "the fields of a carrier in the store cannot be read")
}

fn read(row: &Row) -> Result<Fields, Error> {
    serde_json::from_str(row.text("document")?).map_err(|_| corrupt())
}

/// The fields of a carrier, in the order of their parts and paths.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn list(tx: &Tx, customer: &str, carrier: &str) -> Result<Vec<Field>, Error> {
    let sql = "SELECT section, since, document FROM fields WHERE customer = $1 AND carrier = $2 ORDER BY section";
    let mut fields = Vec::new();
    for row in tx.query(sql, &[customer.into(), carrier.into()]).await? {
        let of = |(start, rest): (&String, &BTreeMap<String, Json>)| {
            rest.iter().map(|(rest, kept)| (format!("{start}{rest}"), kept.clone())).collect::<Vec<_>>()
        };
        let part: BTreeMap<String, Json> = read(&row)?.iter().flat_map(of).collect();
        for (path, kept) in part {
            fields.push(field(&row, path, &kept)?);
        }
    }
    Ok(fields)
}

fn field(row: &Row, path: String, kept: &Json) -> Result<Field, Error> {
    let kept = kept.as_array().ok_or_else(corrupt)?;
    let value = |place: usize| match kept.get(place) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| corrupt()),
        Some(_) => Err(corrupt()),
    };
    let since = kept.get(2).map_or_else(|| row.integer("since"), |since| since.as_i64().ok_or_else(corrupt))?;
    Ok(Field { section: row.text("section")?.to_owned(), path, value: value(0)?, previous: value(1)?, since })
}

/// When the monitored list was last read whole, and the complete reads since that were without the carrier; nothing for one
/// that is not on it.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn standing(tx: &Tx, customer: &str, carrier: &str) -> Result<(Option<i64>, Option<i64>), Error> {
    let sql = "SELECT (SELECT last_success FROM feeds WHERE customer = $1 AND feed = 'monitored') AS read_at,
        (SELECT absences FROM roster WHERE customer = $1 AND list = 'monitored' AND carrier = $2
            AND left_at IS NULL) AS absences";
    let row = tx.query_opt(sql, &[customer.into(), carrier.into()]).await?;
    row.map_or(Ok((None, None)), |row| Ok((row.integer_opt("read_at")?, row.integer_opt("absences")?)))
}
