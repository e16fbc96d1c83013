//! The names under which a carrier came, and the one that it has in the store.

use super::error::Error;
use super::leases::Held;
use super::tx::Tx;

/// The name that a carrier has in the store: `carrier`, or the one that it is known to be another name of. That `others`
/// are names of it, too, is kept.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn resolve(held: &Held<'_>, carrier: &str, others: &[String]) -> Result<String, Error> {
    let known = find(held.tx(), held.customer(), carrier).await?.unwrap_or_else(|| carrier.to_owned());
    for other in others {
        // A docket number that moved to another carrier is that one's from now on.
        let sql = "INSERT INTO aliases (customer, alias, carrier) VALUES ($1, $2, $3)
            ON CONFLICT (customer, alias) DO UPDATE SET carrier = excluded.carrier";
        held.tx().execute(sql, &[held.customer().into(), other.into(), (&known).into()]).await?;
    }
    Ok(known)
}

/// The carrier that `alias` is another name of.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn find(tx: &Tx, customer: &str, alias: &str) -> Result<Option<String>, Error> {
    let sql = "SELECT carrier FROM aliases WHERE customer = $1 AND alias = $2";
    let row = tx.query_opt(sql, &[customer.into(), alias.into()]).await?;
    row.map(|row| Ok(row.text("carrier")?.to_owned())).transpose()
}

/// Every other name of a carrier, each with the carrier.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn all(tx: &Tx, customer: &str) -> Result<Vec<(String, String)>, Error> {
    let sql = "SELECT alias, carrier FROM aliases WHERE customer = $1 ORDER BY alias";
    let rows = tx.query(sql, &[customer.into()]).await?;
    rows.iter().map(|row| Ok((row.text("alias")?.to_owned(), row.text("carrier")?.to_owned()))).collect()
}
