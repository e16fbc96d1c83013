//! Who works for a customer: one worker at a time, by the time of the database.
//!
//! A lease ends by itself, so that another worker can take over from one that died. That worker may be alive and only
//! slow; hence each claim gets a higher **fence**, and every transaction that writes for the customer begins with
//! [`check`], which locks the customer and fails when the fence moved.

use super::clock::after;
use super::error::{Error, ErrorKind};
use super::tx::Tx;
use crate::planted::{self, Fault};
use std::time::Duration;

/// A customer that this worker claimed. Whether it still holds it is for [`check`] to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    customer: String,
    fence: i64,
}

impl Claim {
    /// Whom it is for.
    pub fn customer(&self) -> &str {
        &self.customer
    }

    /// Higher than that of every earlier claim of the customer.
    pub fn fence(&self) -> i64 {
        self.fence
    }
}

/// The proof that the customer is held until the transaction ends. Everything that writes for a customer asks for it.
pub struct Held<'a> {
    tx: &'a Tx,
    customer: &'a str,
}

impl<'a> Held<'a> {
    /// The transaction.
    pub fn tx(&self) -> &'a Tx {
        self.tx
    }

    /// Who is held.
    pub fn customer(&self) -> &'a str {
        self.customer
    }
}

/// What became of the attempt to claim one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It is this worker's.
    Yes(Claim),
    /// Another worker has it.
    Held {
        /// The name that the other gave.
        owner: String,
        /// The end of the lease, unless it is renewed.
        until: i64,
    },
    /// Nobody works for it.
    Paused {
        /// Why.
        reason: String,
    },
}

/// Claims the active customer whose feed has been due for longest and that nobody holds: for `lease_for`, by `owner`, a
/// name for people to read. `None` when nothing is due.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn claim(tx: &Tx, owner: &str, lease_for: Duration) -> Result<Option<Claim>, Error> {
    let now = tx.now().await?;
    // What another worker claims at this moment is left to it. The subselect has one row, and is evaluated once.
    let locked = tx.skip_locked("c");
    let sql = format!(
        "UPDATE customers SET lease_owner = $2, lease_until = $3, fence = fence + 1
         WHERE id = (
             SELECT c.id FROM feeds f JOIN customers c ON c.id = f.customer
             WHERE f.due_at <= $1 AND c.state = 'active' AND COALESCE(c.lease_until, 0) <= $1
             ORDER BY f.due_at, f.customer LIMIT 1{locked}
         )
         RETURNING id, fence"
    );
    let row = tx.query_opt(&sql, &[now.into(), owner.into(), after(now, lease_for).into()]).await?;
    row.map(|row| Ok(Claim { customer: row.text("id")?.to_owned(), fence: row.integer("fence")? })).transpose()
}

/// Claims one customer, whether or not anything of it is due.
///
/// # Errors
/// [`ErrorKind::Missing`] when there is no such customer.
pub async fn claim_customer(tx: &Tx, customer: &str, owner: &str, lease_for: Duration) -> Result<Claimed, Error> {
    let now = tx.now().await?;
    let sql = "UPDATE customers SET lease_owner = $2, lease_until = $3, fence = fence + 1
        WHERE id = $4 AND state = 'active' AND COALESCE(lease_until, 0) <= $1 RETURNING fence";
    let values = [now.into(), owner.into(), after(now, lease_for).into(), customer.into()];
    if let Some(row) = tx.query_opt(sql, &values).await? {
        return Ok(Claimed::Yes(Claim { customer: customer.to_owned(), fence: row.integer("fence")? }));
    }
    let sql = "SELECT state, reason, lease_owner, lease_until FROM customers WHERE id = $1";
    let row = tx.query_opt(sql, &[customer.into()]).await?.ok_or_else(|| Error::no_customer(customer))?;
    if row.text("state")? == "paused" {
        return Ok(Claimed::Paused { reason: row.text_opt("reason")?.unwrap_or_default().to_owned() });
    }
    // It may have been released since: who asks again gets it.
    let owner = row.text_opt("lease_owner")?.unwrap_or_default().to_owned();
    Ok(Claimed::Held { owner, until: row.integer_opt("lease_until")?.unwrap_or(now) })
}

/// Begins what is written for a customer: it stays this worker's until the transaction ends. A lease that ran out is
/// still held as long as nobody else claimed the customer.
///
/// # Errors
/// [`ErrorKind::Lost`] when the fence moved.
pub async fn check<'a>(tx: &'a Tx, claim: &'a Claim) -> Result<Held<'a>, Error> {
    if planted::is(Fault::NoFence) {
        return Ok(Held { tx, customer: &claim.customer });
    }
    let row = tx.query_opt(&checking(tx), &[claim.customer.as_str().into(), claim.fence.into()]).await?;
    row.map(|_| Held { tx, customer: &claim.customer }).ok_or_else(|| lost(claim))
}

/// As [`check`], whose statement goes to the database with the next one: that one fails when the fence moved, or the
/// transaction does at its end.
///
/// # Errors
/// Those of [`Tx::query`].
pub(crate) async fn hold<'a>(tx: &'a Tx, claim: &'a Claim) -> Result<Held<'a>, Error> {
    if !planted::is(Fault::NoFence) {
        let values = [claim.customer.as_str().into(), claim.fence.into()];
        tx.expect(&checking(tx), &values, lost(claim)).await?;
    }
    Ok(Held { tx, customer: &claim.customer })
}

fn checking(tx: &Tx) -> String {
    format!("SELECT fence FROM customers WHERE id = $1 AND fence = $2{}", tx.for_update())
}

/// The lease ends `lease_for` from now.
///
/// # Errors
/// [`ErrorKind::Lost`] when the fence moved.
pub async fn renew(tx: &Tx, claim: &Claim, lease_for: Duration) -> Result<(), Error> {
    let until = after(tx.now().await?, lease_for);
    let sql = "UPDATE customers SET lease_until = $3 WHERE id = $1 AND fence = $2";
    let values = [claim.customer.as_str().into(), claim.fence.into(), until.into()];
    if tx.execute(sql, &values).await? == 0 { Err(lost(claim)) } else { Ok(()) }
}

/// Gives the customer back before the lease ends. False when it was lost before.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn release(tx: &Tx, claim: Claim) -> Result<bool, Error> {
    // The fence moves, too: what this worker may still have under way is of no effect.
    let sql = "UPDATE customers SET lease_owner = NULL, lease_until = NULL, fence = fence + 1
        WHERE id = $1 AND fence = $2";
    Ok(tx.execute(sql, &[claim.customer.into(), claim.fence.into()]).await? == 1)
}

/// Whether a customer is held, or was by one who did not give it back.
pub(super) async fn any(tx: &Tx) -> Result<bool, Error> {
    Ok(tx.query_opt("SELECT id FROM customers WHERE lease_owner IS NOT NULL LIMIT 1", &[]).await?.is_some())
}

/// Ends every lease: whoever held one is dead. One who is not after all finds its fence moved.
pub(super) async fn abandon(tx: &Tx) -> Result<(), Error> {
    let sql = "UPDATE customers SET lease_owner = NULL, lease_until = NULL, fence = fence + 1
        WHERE lease_owner IS NOT NULL";
    tx.execute(sql, &[]).await?;
    let sql = sql.replace("customers", "routes");
    tx.execute(&sql, &[]).await.map(drop)
}

/// When the next feed of any active customer is due, held or not: there is nothing to claim before.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn next_due(tx: &Tx) -> Result<Option<i64>, Error> {
    let sql = "SELECT MIN(f.due_at) AS due_at FROM feeds f JOIN customers c ON c.id = f.customer
        WHERE c.state = 'active'";
    tx.query_opt(sql, &[]).await?.map_or(Ok(None), |row| row.integer_opt("due_at"))
}

fn lost(claim: &Claim) -> Error {
    let Claim { customer, fence } = claim;
    Error::new(ErrorKind::Lost, format!("the customer {customer:?} is no longer held by the claim with fence {fence}"))
}
