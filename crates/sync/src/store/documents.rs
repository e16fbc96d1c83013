//! Documents that carriers' data names, and what was stored of them.

use super::error::Error;
use super::feeds;
use super::leases::Held;
use super::text::cut;
use super::tx::Tx;
use super::value::{Row, Value};

/// The feed that is due while a document is to be fetched.
pub const FEED: &str = "documents";

/// What a document is called: by its kind, such as `coi`, and by the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The kind.
    pub kind: String,
    /// The vendor's name, which can expire.
    pub name: String,
}

/// A document that is to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Download {
    /// Whose it is.
    pub carrier: String,
    /// What it is called.
    pub named: Named,
    /// How often it was tried.
    pub attempts: i64,
    /// Whether it was not there when the carrier's documents were first looked at.
    pub is_new: bool,
}

/// A document of a carrier, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// Whose it is.
    pub carrier: String,
    /// What it is called.
    pub named: Named,
    /// `waiting`, `done`, `parked` after it failed too often, or `gone`: the carrier's data no longer names it, and it was
    /// never stored.
    pub state: String,
    /// How often it failed since it was last stored.
    pub attempts: i64,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was last fetched.
    pub fetched_at: Option<i64>,
    /// What is stored; nothing before it was fetched.
    pub stored: Option<Stored>,
}

/// Bytes that are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Their SHA-256.
    pub hash: String,
    /// How many they are.
    pub size: i64,
    /// What the vendor called them, such as `application/pdf`.
    pub content_type: Option<String>,
}

/// What became of a document that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Kept {
    /// How often it was another so far, this time included.
    pub times: i64,
    /// What was stored under its name before, if that is another.
    pub previous: Option<String>,
    /// Whether it is not what was stored under its name.
    pub changed: bool,
}

fn key(held: &Held<'_>, carrier: &str, named: &Named) -> [Value; 4] {
    [held.customer().into(), carrier.into(), (&named.kind).into(), (&named.name).into()]
}

/// The documents that the data of a carrier names. Those that are not known are to be fetched, and again those that were
/// last fetched before `again_before`, or were given up. Those that failed and are no longer named are gone.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn name(held: &Held<'_>, carrier: &str, named: &[Named], again_before: i64) -> Result<(), Error> {
    let (tx, customer, now) = (held.tx(), held.customer(), held.tx().now().await?);
    let sql = "SELECT kind, name FROM downloads WHERE customer = $1 AND carrier = $2";
    let known = tx.query(sql, &[customer.into(), carrier.into()]).await?;
    for document in named {
        let sql = "INSERT INTO downloads (customer, carrier, kind, name, state, is_new, due_at)
            VALUES ($1, $2, $3, $4, 'waiting', $5, $6)
            ON CONFLICT (customer, carrier, kind, name) DO UPDATE SET state = 'waiting', attempts = 0, due_at = $6
            WHERE downloads.state IN ('parked', 'gone') OR (downloads.state = 'done' AND downloads.fetched_at < $7)";
        let more = [i64::from(!known.is_empty()).into(), now.into(), again_before.into()];
        let values: Vec<Value> = key(held, carrier, document).into_iter().chain(more).collect();
        tx.execute(sql, &values).await?;
    }
    for row in &known {
        let known = Named { kind: row.text("kind")?.to_owned(), name: row.text("name")?.to_owned() };
        if !named.contains(&known) {
            // One that is stored stays what it is.
            let sql = "UPDATE downloads SET state = CASE WHEN fetched_at IS NULL THEN 'gone' ELSE 'done' END
                WHERE customer = $1 AND carrier = $2 AND kind = $3 AND name = $4 AND state IN ('waiting', 'parked')";
            tx.execute(sql, &key(held, carrier, &known)).await?;
        }
    }
    match next_due(tx, customer).await? {
        Some(due_at) => feeds::wake(tx, customer, FEED, due_at.max(now)).await,
        None => Ok(()),
    }
}

/// Up to `limit` documents that are due at `now`, the one that has been due for longest first.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn due(tx: &Tx, customer: &str, now: i64, limit: u32) -> Result<Vec<Download>, Error> {
    let sql = "SELECT * FROM downloads WHERE customer = $1 AND state = 'waiting' AND due_at <= $2
        ORDER BY due_at, carrier, kind, name LIMIT $3";
    let rows = tx.query(sql, &[customer.into(), now.into(), i64::from(limit).into()]).await?;
    let download = |row: &Row| {
        Ok(Download {
            carrier: row.text("carrier")?.to_owned(),
            named: Named { kind: row.text("kind")?.to_owned(), name: row.text("name")?.to_owned() },
            attempts: row.integer("attempts")?,
            is_new: row.flag("is_new")?,
        })
    };
    rows.iter().map(download).collect()
}

/// When the next document is due.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn next_due(tx: &Tx, customer: &str) -> Result<Option<i64>, Error> {
    let sql = "SELECT MIN(due_at) AS due_at FROM downloads WHERE customer = $1 AND state = 'waiting'";
    tx.query_opt(sql, &[customer.into()]).await?.map_or(Ok(None), |row| row.integer_opt("due_at"))
}

/// Notes that a document was fetched at `at`, and what is stored of it. **Its bytes must be on the disk before.**
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn keep(held: &Held<'_>, download: &Download, stored: &Stored, at: i64) -> Result<Kept, Error> {
    let tx = held.tx();
    let key = key(held, &download.carrier, &download.named);
    let sql = "INSERT INTO blobs (hash, size, content_type, stored_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (hash) DO NOTHING";
    let values = [(&stored.hash).into(), stored.size.into(), stored.content_type.as_ref().into(), at.into()];
    tx.execute(sql, &values).await?;
    let sql = "SELECT hash FROM documents WHERE customer = $1 AND carrier = $2 AND kind = $3 AND name = $4
        ORDER BY observed_at";
    let before = tx.query(sql, &key).await?;
    let last = before.last().map(|row| row.text("hash").map(str::to_owned)).transpose()?;
    let changed = last.as_ref() != Some(&stored.hash);
    if changed {
        let sql = "INSERT INTO documents (customer, carrier, kind, name, observed_at, hash)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (customer, carrier, kind, name, observed_at)
            DO UPDATE SET hash = excluded.hash";
        let values: Vec<Value> = key.iter().cloned().chain([at.into(), (&stored.hash).into()]).collect();
        tx.execute(sql, &values).await?;
    }
    let sql = "UPDATE downloads SET state = 'done', attempts = 0, error = NULL, fetched_at = $5
        WHERE customer = $1 AND carrier = $2 AND kind = $3 AND name = $4";
    let values: Vec<Value> = key.into_iter().chain([at.into()]).collect();
    tx.execute(sql, &values).await?;
    let times = i64::try_from(before.len()).unwrap_or(i64::MAX) + i64::from(changed);
    Ok(Kept { times, previous: last.filter(|_| changed), changed })
}

/// Whether another document of this kind of the carrier has these bytes: the vendor gave it a new name.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn is_renamed(held: &Held<'_>, download: &Download, hash: &str) -> Result<bool, Error> {
    let sql =
        "SELECT name FROM documents WHERE customer = $1 AND carrier = $2 AND kind = $3 AND name <> $4 AND hash = $5";
    let key = key(held, &download.carrier, &download.named).into_iter().chain([hash.into()]);
    Ok(held.tx().query_opt(sql, &key.collect::<Vec<_>>()).await?.is_some())
}

/// Notes that a document could not be fetched. It is due again at `due_at`; without, it is parked until the data of its
/// carrier is read again.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn failed(held: &Held<'_>, download: &Download, error: &str, due_at: Option<i64>) -> Result<(), Error> {
    let state = if due_at.is_some() { "waiting" } else { "parked" };
    let sql = "UPDATE downloads SET state = $5, attempts = attempts + 1, error = $6, due_at = COALESCE($7, due_at)
        WHERE customer = $1 AND carrier = $2 AND kind = $3 AND name = $4";
    let more = [state.into(), cut(error).into(), due_at.into()];
    let values: Vec<Value> = key(held, &download.carrier, &download.named).into_iter().chain(more).collect();
    held.tx().execute(sql, &values).await?;
    Ok(())
}

/// Notes that a document could not be fetched by no fault of its own. It is due again at `due_at`, as if it had not been
/// tried.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn postpone(held: &Held<'_>, download: &Download, error: &str, due_at: i64) -> Result<(), Error> {
    let sql = "UPDATE downloads SET error = $5, due_at = $6
        WHERE customer = $1 AND carrier = $2 AND kind = $3 AND name = $4";
    let more = [cut(error).into(), due_at.into()];
    let values: Vec<Value> = key(held, &download.carrier, &download.named).into_iter().chain(more).collect();
    held.tx().execute(sql, &values).await?;
    Ok(())
}

/// The documents of a carrier, or of all carriers, and how far each is.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn list(tx: &Tx, customer: &str, carrier: Option<&str>) -> Result<Vec<Document>, Error> {
    let of_one = if carrier.is_some() { "AND d.carrier = $2" } else { "" };
    let sql = format!(
        "SELECT d.*, s.hash, b.size, b.content_type FROM downloads d
         LEFT JOIN documents s ON s.customer = d.customer AND s.carrier = d.carrier AND s.kind = d.kind
             AND s.name = d.name AND s.observed_at = (
                 SELECT MAX(l.observed_at) FROM documents l WHERE l.customer = d.customer AND l.carrier = d.carrier
                 AND l.kind = d.kind AND l.name = d.name
             )
         LEFT JOIN blobs b ON b.hash = s.hash
         WHERE d.customer = $1 {of_one} ORDER BY d.carrier, d.kind, d.name"
    );
    let values: Vec<Value> = [customer].into_iter().chain(carrier).map(Value::from).collect();
    let document = |row: &Row| {
        let stored = match row.text_opt("hash")? {
            Some(hash) => Some(Stored {
                hash: hash.to_owned(),
                size: row.integer("size")?,
                content_type: row.text_opt("content_type")?.map(str::to_owned),
            }),
            None => None,
        };
        Ok(Document {
            carrier: row.text("carrier")?.to_owned(),
            named: Named { kind: row.text("kind")?.to_owned(), name: row.text("name")?.to_owned() },
            state: row.text("state")?.to_owned(),
            attempts: row.integer("attempts")?,
            error: row.text_opt("error")?.map(str::to_owned),
            fetched_at: row.integer_opt("fetched_at")?,
            stored,
        })
    };
    tx.query(&sql, &values).await?.iter().map(document).collect()
}

/// How many documents are in a state: `waiting`, `done`, `parked` or `gone`.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn count(tx: &Tx, customer: &str, state: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) AS number FROM downloads WHERE customer = $1 AND state = $2";
    tx.query_opt(sql, &[customer.into(), state.into()]).await?.map_or(Ok(0), |row| row.integer("number"))
}
