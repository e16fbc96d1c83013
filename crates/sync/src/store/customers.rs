//! The customers whose carriers are kept, each with credentials and feeds of its own.

use super::error::Error;
use super::leases::Held;
use super::terms;
use super::tx::Tx;
use super::value::{Row, Value};

/// A customer, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Customer {
    /// The name that others use.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// Why it is paused, if it is.
    pub paused: Option<String>,
    /// JSON.
    pub settings: String,
    /// Of its last event.
    pub sequence: i64,
    /// Who holds it, and until when; the time may be over.
    pub lease: Option<(String, i64)>,
    /// When it was added.
    pub created_at: i64,
    /// Whether it has credentials of its own in the store.
    pub has_credentials: bool,
}

impl Customer {
    fn of(row: &Row) -> Result<Self, Error> {
        let paused =
            (row.text("state")? == "paused").then(|| row.text_opt("reason").map(|r| r.unwrap_or("").to_owned()));
        let owner = row.text_opt("lease_owner")?.map(str::to_owned);
        Ok(Self {
            id: row.text("id")?.to_owned(),
            name: row.text("name")?.to_owned(),
            paused: paused.transpose()?,
            settings: row.text("settings")?.to_owned(),
            sequence: row.integer("sequence")?,
            lease: owner.zip(row.integer_opt("lease_until")?),
            created_at: row.integer("created_at")?,
            has_credentials: row.flag("has_credentials")?,
        })
    }
}

const COLUMNS: &str = "id, name, state, reason, settings, sequence, lease_owner, lease_until, created_at,
    CAST(CASE WHEN secret IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_credentials";

/// Adds an active customer with settings in JSON. It has no feeds yet.
///
/// # Errors
/// [`ErrorKind`](super::ErrorKind)`::Constraint` when there is one of that id.
pub async fn add(tx: &Tx, id: &str, name: &str, settings: &str) -> Result<(), Error> {
    let sql = "INSERT INTO customers (id, name, state, settings, created_at) VALUES ($1, $2, 'active', $3, $4)";
    let now = tx.now().await?;
    tx.execute(sql, &[id.into(), name.into(), settings.into(), now.into()]).await?;
    Ok(())
}

/// The customer of that id, if there is one.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn find(tx: &Tx, id: &str) -> Result<Option<Customer>, Error> {
    let row = tx.query_opt(&format!("SELECT {COLUMNS} FROM customers WHERE id = $1"), &[id.into()]).await?;
    row.as_ref().map(Customer::of).transpose()
}

/// All customers, by id.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn list(tx: &Tx) -> Result<Vec<Customer>, Error> {
    let rows = tx.query(&format!("SELECT {COLUMNS} FROM customers ORDER BY id"), &[]).await?;
    rows.iter().map(Customer::of).collect()
}

/// Nobody claims the customer from now on. Whoever holds it loses it: the fence moves.
///
/// # Errors
/// [`ErrorKind`](super::ErrorKind)`::Missing` when there is no such customer.
pub async fn pause(tx: &Tx, id: &str, reason: &str) -> Result<(), Error> {
    let sql = "UPDATE customers SET state = 'paused', reason = $2, fence = fence + 1,
        lease_owner = NULL, lease_until = NULL WHERE id = $1";
    changed(tx, id, sql, &[id.into(), reason.into()]).await?;
    terms::paused(tx, id, reason).await
}

/// A paused customer goes on from where its feeds were.
///
/// # Errors
/// [`ErrorKind`](super::ErrorKind)`::Missing` when there is no such customer.
pub async fn resume(tx: &Tx, id: &str) -> Result<(), Error> {
    let row = tx.query_opt("SELECT state FROM customers WHERE id = $1", &[id.into()]).await?;
    if row.ok_or_else(|| Error::no_customer(id))?.text("state")? != "paused" {
        return Ok(());
    }
    changed(tx, id, "UPDATE customers SET state = 'active', reason = NULL WHERE id = $1", &[id.into()]).await?;
    terms::resumed(tx, id).await
}

/// What is kept of a customer's secrets, sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sealed {
    /// What the others are sealed with.
    pub data_key: Option<Vec<u8>>,
    /// The credentials.
    pub secret: Option<Vec<u8>>,
    /// The tokens.
    pub token: Option<Vec<u8>>,
}

/// Keeps the customer's credentials, which must be sealed already, and their key. Tokens of the credentials before are
/// forgotten.
///
/// # Errors
/// [`ErrorKind`](super::ErrorKind)`::Missing` when there is no such customer.
pub async fn set_secret(tx: &Tx, id: &str, data_key: &[u8], secret: &[u8]) -> Result<(), Error> {
    let sql = "UPDATE customers SET data_key = $2, secret = $3, token = NULL WHERE id = $1";
    changed(tx, id, sql, &[id.into(), data_key.into(), secret.into()]).await
}

/// Keeps the customer's data key, sealed with another master key than before.
///
/// # Errors
/// [`ErrorKind`](super::ErrorKind)`::Missing` when there is no such customer, or its key is no longer `before`.
pub async fn replace_data_key(tx: &Tx, id: &str, before: &[u8], data_key: &[u8]) -> Result<(), Error> {
    let sql = "UPDATE customers SET data_key = $3 WHERE id = $1 AND data_key = $2";
    changed(tx, id, sql, &[id.into(), before.into(), data_key.into()]).await
}

/// The customer's secrets, sealed.
///
/// # Errors
/// [`ErrorKind`](super::ErrorKind)`::Missing` when there is no such customer.
pub async fn secrets(tx: &Tx, id: &str) -> Result<Sealed, Error> {
    let row = tx.query_opt("SELECT data_key, secret, token FROM customers WHERE id = $1", &[id.into()]).await?;
    let row = row.ok_or_else(|| Error::no_customer(id))?;
    let bytes = |column| Ok::<_, Error>(row.bytes_opt(column)?.map(<[u8]>::to_vec));
    Ok(Sealed { data_key: bytes("data_key")?, secret: bytes("secret")?, token: bytes("token")? })
}

/// Keeps the customer's tokens, which must be sealed already. Only its holder may: a refresh token that another worker
/// replaced is worth nothing.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn set_token(held: &Held<'_>, token: Option<&[u8]>) -> Result<(), Error> {
    let sql = "UPDATE customers SET token = $2 WHERE id = $1";
    held.tx().execute(sql, &[held.customer().into(), token.into()]).await?;
    Ok(())
}

/// The customer is paused, and its credentials and tokens are forgotten. What was known stays.
///
/// # Errors
/// [`ErrorKind`](super::ErrorKind)`::Missing` when there is no such customer.
pub async fn retire(tx: &Tx, id: &str, reason: &str) -> Result<(), Error> {
    pause(tx, id, reason).await?;
    changed(tx, id, "UPDATE customers SET data_key = NULL, secret = NULL, token = NULL WHERE id = $1", &[id.into()])
        .await
}

/// Every table that has rows of a customer, those first that refer to another.
const TABLES: [&str; 22] = [
    "deliveries",
    "events",
    "coverage",
    "feeds",
    "inbox",
    "identities",
    "sections",
    "versions",
    "changes",
    "roster",
    "aliases",
    "documents",
    "rejects",
    "acts",
    "terms",
    "absences",
    "routes",
    "carrier_events",
    "wanted",
    "downloads",
    "fields",
    "prunings",
];

/// Forgets a customer and everything that is known of its carriers: there is no way back.
///
/// # Errors
/// [`ErrorKind`](super::ErrorKind)`::Missing` when there is no such customer.
pub async fn erase(tx: &Tx, id: &str) -> Result<(), Error> {
    // Whoever holds it loses it, and nobody can write for it meanwhile.
    pause(tx, id, "it is being removed").await?;
    for table in TABLES {
        tx.execute(&format!("DELETE FROM {table} WHERE customer = $1"), &[id.into()]).await?;
    }
    changed(tx, id, "DELETE FROM customers WHERE id = $1", &[id.into()]).await
}

async fn changed(tx: &Tx, id: &str, sql: &str, values: &[Value]) -> Result<(), Error> {
    if tx.execute(sql, values).await? == 0 {
        return Err(Error::no_customer(id));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::TABLES;

    #[test]
    fn every_table_with_rows_of_a_customer_is_emptied() {
        let schema = include_str!("schema/1.sql");
        let tables = schema.split("CREATE TABLE ").skip(1).filter(|table| table.contains("\n    customer TEXT"));
        let mut tables: Vec<&str> = tables.filter_map(|table| table.split_whitespace().next()).collect();
        let mut emptied = TABLES.to_vec();
        tables.sort_unstable();
        emptied.sort_unstable();
        assert_eq!(tables, emptied);
    }
}
