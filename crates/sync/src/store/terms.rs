//! When a customer was paused, and which settings its feeds were read with: whoever asks years later whether somebody was
//! watching must not be answered by the settings of that day.

use super::error::Error;
use super::leases::Held;
use super::tx::Tx;
use super::value::Value;

/// A time in which nobody worked for a customer, on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pause {
    /// When it began.
    pub since: i64,
    /// When it ended; nothing if it has not.
    pub until: Option<i64>,
    /// Why.
    pub reason: String,
}

pub(super) async fn paused(tx: &Tx, customer: &str, reason: &str) -> Result<(), Error> {
    write(tx, customer, "paused", Some(reason)).await
}

pub(super) async fn resumed(tx: &Tx, customer: &str) -> Result<(), Error> {
    write(tx, customer, "resumed", None).await
}

/// When the customer was added, and the settings that were noted last; nothing if it is gone.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn latest(tx: &Tx, customer: &str) -> Result<Option<(i64, Option<String>)>, Error> {
    let sql = "SELECT created_at, (
            SELECT detail FROM terms WHERE customer = $1 AND what = 'settings' ORDER BY since DESC LIMIT 1
        ) AS settings FROM customers WHERE id = $1";
    let row = tx.query_opt(sql, &[customer.into()]).await?;
    row.map(|row| Ok((row.integer("created_at")?, row.text_opt("settings")?.map(str::to_owned)))).transpose()
}

/// Notes the settings with which the customer's feeds are read from now on, in JSON. Nothing is written if they are those
/// that were noted last.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn set(held: &Held<'_>, settings: &str) -> Result<(), Error> {
    let last = settings_at(held.tx(), held.customer(), i64::MAX).await?;
    if last.is_some_and(|(_, last)| last == settings) {
        return Ok(());
    }
    write(held.tx(), held.customer(), "settings", Some(settings)).await
}

/// The settings that were in force at `at`, and since when. Where none were noted by then, the first that were noted later.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn settings_at(tx: &Tx, customer: &str, at: i64) -> Result<Option<(i64, String)>, Error> {
    let then = "what = 'settings' AND since <= $2 ORDER BY since DESC";
    let later = "what = 'settings' AND since > $2 ORDER BY since";
    Ok(match find(tx, customer, then, at).await? {
        Some(found) => Some(found),
        None => find(tx, customer, later, at).await?,
    })
}

/// The pause in which `at` lies.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn pause_at(tx: &Tx, customer: &str, at: i64) -> Result<Option<Pause>, Error> {
    let resumed = find(tx, customer, "what = 'resumed' AND since <= $2 ORDER BY since DESC", at).await?;
    let after = resumed.map_or(i64::MIN, |(since, _)| since);
    // One that is paused again while it is paused has been so since the first time.
    let begun = find(tx, customer, "what = 'paused' AND since >= $2 ORDER BY since", after).await?;
    let Some((since, reason)) = begun.filter(|(since, _)| *since <= at) else { return Ok(None) };
    let until = find(tx, customer, "what = 'resumed' AND since > $2 ORDER BY since", at).await?.map(|(since, _)| since);
    Ok(Some(Pause { since, until, reason }))
}

/// Notes that the notes of reads from before `before` were taken out.
pub(super) async fn pruned(held: &Held<'_>, before: i64) -> Result<(), Error> {
    let sql = "INSERT INTO terms (customer, what, since) VALUES ($1, 'pruned', $2)
        ON CONFLICT (customer, what, since) DO NOTHING";
    held.tx().execute(sql, &[held.customer().into(), before.into()]).await?;
    Ok(())
}

/// Since when all notes of reads are kept; nothing if none were ever taken out.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn reads_kept_since(tx: &Tx, customer: &str) -> Result<Option<i64>, Error> {
    Ok(find(tx, customer, "what = 'pruned' AND since <= $2 ORDER BY since DESC", i64::MAX)
        .await?
        .map(|(since, _)| since))
}

async fn find(tx: &Tx, customer: &str, which: &str, at: i64) -> Result<Option<(i64, String)>, Error> {
    let sql = format!("SELECT since, detail FROM terms WHERE customer = $1 AND {which} LIMIT 1");
    let row = tx.query_opt(&sql, &[customer.into(), at.into()]).await?;
    row.map(|row| Ok((row.integer("since")?, row.text_opt("detail")?.unwrap_or_default().to_owned()))).transpose()
}

async fn write(tx: &Tx, customer: &str, what: &str, detail: Option<&str>) -> Result<(), Error> {
    let sql = "INSERT INTO terms (customer, what, since, detail) VALUES ($1, $2, $3, $4)
        ON CONFLICT (customer, what, since) DO UPDATE SET detail = excluded.detail";
    let values: [Value; 4] = [customer.into(), what.into(), tx.now().await?.into(), detail.into()];
    tx.execute(sql, &values).await?;
    Ok(())
}
