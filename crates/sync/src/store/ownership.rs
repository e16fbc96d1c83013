//! What each field of a carrier is and was, one row a field: for whoever locks fields, or blanks what the vendor left
//! blank. The view `carrier_fields` is these rows, each with who owns it.

use super::error::{Error, ErrorKind};
use super::leases::Held;
use super::tx::Tx;
use super::value::{Row, Value};
use crate::diff::{FieldChange, fields_at};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Rows of one statement. SQLite finds a parameter by comparing names, so that many at once take longer than several times
/// few.
const AT_ONCE: usize = 50;

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
    let changed: Vec<_> = changed.into_iter().collect();
    for chunk in changed.chunks(AT_ONCE) {
        let row = |number: usize| {
            let [path, value, previous] = [5, 6, 7].map(|place| number * 3 + place);
            format!("($1, $2, $3, ${path}, ${value}, ${previous}, $4)")
        };
        let rows = (0..chunk.len()).map(row).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "INSERT INTO fields (customer, carrier, section, path, value, previous, since) VALUES {rows}
             ON CONFLICT (customer, carrier, section, path) DO UPDATE
             SET value = excluded.value, previous = excluded.previous, since = excluded.since"
        );
        let mut values: Vec<Value> = vec![held.customer().into(), carrier.into(), section.into(), at.into()];
        let text = |value: &Option<Json>| Value::from(value.as_ref().map(Json::to_string));
        for (path, (old, new)) in chunk {
            values.extend([path.into(), text(new), text(old)]);
        }
        held.tx().execute(&sql, &values).await?;
    }
    Ok(())
}

/// The fields of a carrier, in the order of their parts and paths.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn list(tx: &Tx, customer: &str, carrier: &str) -> Result<Vec<Field>, Error> {
    let sql = "SELECT section, path, value, previous, since FROM fields WHERE customer = $1 AND carrier = $2
        ORDER BY section, path";
    let corrupt = |_| Error::new(ErrorKind::Corrupt, "a field in the store is not JSON");
    let value =
        |row: &Row, name: &str| row.text_opt(name)?.map(|text| serde_json::from_str(text).map_err(corrupt)).transpose();
    let field = |row: &Row| {
        Ok(Field {
            section: row.text("section")?.to_owned(),
            path: row.text("path")?.to_owned(),
            value: value(row, "value")?,
            previous: value(row, "previous")?,
            since: row.integer("since")?,
        })
    };
    tx.query(sql, &[customer.into(), carrier.into()]).await?.iter().map(field).collect()
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
