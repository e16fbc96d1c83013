//! The numbers under which a carrier came, and the name that it has in the store.
//!
//! A carrier that came by its docket number alone has that as its name until a record has its DOT number, too. What was
//! kept under the old name stays there, as the hashes of its versions are made with it: [`names`] are all under which to
//! look. A number that two carriers claim is a name of neither, and what comes under it alone is kept by itself.

use super::error::Error;
use super::leases::Held;
use super::tx::Tx;
use super::value::Row;

/// What a carrier is called in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resolved {
    /// Its name.
    pub carrier: String,
    /// Its numbers that another carrier had claimed before, and which this one claims since now.
    pub shared: Vec<Shared>,
}

/// A number that several carriers claim.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shared {
    /// The number.
    pub alias: String,
    /// Who claims it, the first to do so first.
    pub carriers: Vec<String>,
}

/// The name that a carrier has in the store: `carrier`, or the one that it alone is known to be another name of. That
/// `others` are names of it, too, is kept.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn resolve(held: &Held<'_>, carrier: &str, others: &[String]) -> Result<Resolved, Error> {
    let (tx, customer) = (held.tx(), held.customer());
    let carrier = find(tx, customer, carrier).await?.unwrap_or_else(|| carrier.to_owned());
    let mut shared = Vec::new();
    for alias in others.iter().filter(|alias| **alias != carrier) {
        let sql = "INSERT INTO aliases (customer, alias, carrier, since) VALUES ($1, $2, $3, $4)
            ON CONFLICT (customer, alias, carrier) DO NOTHING";
        let values = [customer.into(), alias.into(), (&carrier).into(), tx.now().await?.into()];
        if tx.execute(sql, &values).await? == 0 {
            continue;
        }
        let carriers = claimed_by(tx, customer, alias).await?;
        if carriers.len() > 1 {
            shared.push(Shared { alias: alias.clone(), carriers });
        }
    }
    Ok(Resolved { carrier, shared })
}

/// The carrier that `alias` is another name of; nothing if none claims it, or several do.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn find(tx: &Tx, customer: &str, alias: &str) -> Result<Option<String>, Error> {
    let mut carriers = claimed_by(tx, customer, alias).await?;
    Ok(carriers.pop().filter(|_| carriers.is_empty()))
}

/// The carriers that claim a number, the first to do so first.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn claimed_by(tx: &Tx, customer: &str, alias: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT carrier FROM aliases WHERE customer = $1 AND alias = $2 ORDER BY since, carrier";
    let rows = tx.query(sql, &[customer.into(), alias.into()]).await?;
    rows.iter().map(|row| Ok(row.text("carrier")?.to_owned())).collect()
}

/// Another number of a carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alias {
    /// The number, as a name in the store.
    pub alias: String,
    /// When it was first read together with the carrier's name.
    pub since: i64,
    /// Whether another carrier claims it, too.
    pub shared: bool,
}

/// The other numbers of a carrier.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn of_carrier(tx: &Tx, customer: &str, carrier: &str) -> Result<Vec<Alias>, Error> {
    let sql = "SELECT a.alias, a.since, (
            SELECT COUNT(*) FROM aliases o WHERE o.customer = a.customer AND o.alias = a.alias
        ) AS claims FROM aliases a WHERE a.customer = $1 AND a.carrier = $2 ORDER BY a.alias";
    let alias = |row: &Row| {
        Ok(Alias {
            alias: row.text("alias")?.to_owned(),
            since: row.integer("since")?,
            shared: row.integer("claims")? > 1,
        })
    };
    tx.query(sql, &[customer.into(), carrier.into()]).await?.iter().map(alias).collect()
}

/// All names under which something of a carrier may be kept: its own first, then its numbers that nobody else claims.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn names(tx: &Tx, customer: &str, carrier: &str) -> Result<Vec<String>, Error> {
    let others = of_carrier(tx, customer, carrier).await?;
    let others = others.into_iter().filter(|other| !other.shared).map(|other| other.alias);
    Ok([carrier.to_owned()].into_iter().chain(others).collect())
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
