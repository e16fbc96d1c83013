//! Which reads of a feed there were: by which is a moment covered, and which failed?
//!
//! All times are by the clock of the store, the windows included: what was asked for was in the server's time, which was
//! [ahead](Coverage::server_ahead) of the store's.

use super::error::{Error, ErrorKind};
use super::leases::Held;
use super::text::cut;
use super::tx::Tx;
use super::value::{Row, Value};

/// Of a feed `f`: its last read has not ended.
pub(crate) const OPEN: &str = "EXISTS (SELECT 1 FROM coverage r
    WHERE r.customer = f.customer AND r.feed = f.feed AND r.began_at = f.last_attempt AND r.read_at IS NULL)";

/// A read that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// When it began. No other read of the feed began then.
    pub began_at: i64,
    /// When it ended.
    pub read_at: i64,
    /// First second of the window that was read. A list is read as it was at some time between begin and end.
    pub window_start: i64,
    /// Last second of the window, that second's first instant.
    pub window_end: i64,
    /// Microseconds that the server's clock was ahead of that of the store.
    pub server_ahead: i64,
    /// Rows that were read.
    pub rows: i64,
    /// Those of which something came that was not known.
    pub new_rows: i64,
    /// Those that could not be read.
    pub unreadable: i64,
    /// Why nothing is concluded from it. Nothing: all of it was read, and nothing moved meanwhile.
    pub error: Option<String>,
}

impl Coverage {
    fn of(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            began_at: row.integer("began_at")?,
            read_at: row.integer("read_at")?,
            window_start: row.integer("window_start")?,
            window_end: row.integer("window_end")?,
            server_ahead: row.integer("server_ahead")?,
            rows: row.integer("rows")?,
            new_rows: row.integer("new_rows")?,
            unreadable: row.integer("unreadable")?,
            error: row.text_opt("error")?.map(str::to_owned),
        })
    }
}

/// A read from which nothing is concluded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failed {
    /// When it began.
    pub began_at: i64,
    /// When it ended; nothing: it was cut off.
    pub ended_at: Option<i64>,
    /// Rows that were read and kept all the same.
    pub rows: i64,
    /// Why.
    pub error: String,
}

/// Notes that a read begins: commit it before anything is sent, so that one that is cut off is known, too.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn begin(held: &Held<'_>, feed: &str, at: i64) -> Result<(), Error> {
    let sql = "INSERT INTO coverage (customer, feed, began_at, window_start, window_end, error)
        VALUES ($1, $2, $3, $3, $3, 'it did not end') ON CONFLICT (customer, feed, began_at) DO NOTHING";
    held.tx().execute(sql, &[held.customer().into(), feed.into(), at.into()]).await?;
    Ok(())
}

/// Notes how a read ended. The same read noted twice is one.
///
/// # Errors
/// Those of [`Tx::execute`].
pub async fn end(held: &Held<'_>, feed: &str, read: &Coverage) -> Result<(), Error> {
    let sql = "INSERT INTO coverage (customer, feed, began_at, read_at, window_start, window_end, server_ahead, rows,
            new_rows, unreadable, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (customer, feed, began_at) DO UPDATE
        SET read_at = excluded.read_at, window_start = excluded.window_start, window_end = excluded.window_end,
            server_ahead = excluded.server_ahead, rows = excluded.rows, new_rows = excluded.new_rows,
            unreadable = excluded.unreadable, error = excluded.error";
    let times = [read.began_at, read.read_at, read.window_start, read.window_end, read.server_ahead];
    let counts = [read.rows, read.new_rows, read.unreadable];
    let numbers = times.into_iter().chain(counts).map(Value::Integer);
    let mut values: Vec<Value> = [held.customer().into(), feed.into()].into_iter().chain(numbers).collect();
    values.push(read.error.as_deref().map(cut).into());
    held.tx().expect(sql, &values, Error::new(ErrorKind::Missing, "a read was not noted")).await
}

/// The feeds of a customer whose last read has not ended: it is under way, or was cut off.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn open(tx: &Tx, customer: &str) -> Result<Vec<String>, Error> {
    let sql = format!("SELECT f.feed FROM feeds f WHERE f.customer = $1 AND {OPEN}");
    let rows = tx.query(&sql, &[customer.into()]).await?;
    rows.iter().map(|row| Ok(row.text("feed")?.to_owned())).collect()
}

/// The first complete read whose window includes `at`. It ended at that time or later.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn covering(tx: &Tx, customer: &str, feed: &str, at: i64) -> Result<Option<Coverage>, Error> {
    let sql = "SELECT * FROM coverage WHERE customer = $1 AND feed = $2 AND error IS NULL AND read_at >= $3
        AND window_end >= $3 AND window_start <= $3 ORDER BY read_at, began_at LIMIT 1";
    first(tx, sql, &[customer.into(), feed.into(), at.into()]).await
}

/// The last complete read that had ended at `at`.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn ended_by(tx: &Tx, customer: &str, feed: &str, at: i64) -> Result<Option<Coverage>, Error> {
    let sql = "SELECT * FROM coverage WHERE customer = $1 AND feed = $2 AND error IS NULL AND read_at <= $3
        ORDER BY read_at DESC, began_at DESC LIMIT 1";
    first(tx, sql, &[customer.into(), feed.into(), at.into()]).await
}

/// The first complete read that ended after `at`.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn ended_after(tx: &Tx, customer: &str, feed: &str, at: i64) -> Result<Option<Coverage>, Error> {
    let sql = "SELECT * FROM coverage WHERE customer = $1 AND feed = $2 AND error IS NULL AND read_at > $3
        ORDER BY read_at, began_at LIMIT 1";
    first(tx, sql, &[customer.into(), feed.into(), at.into()]).await
}

/// Up to `limit` reads from which nothing is concluded that began after `start` and before `end`, the first first.
///
/// # Errors
/// Those of [`Tx::query`].
pub async fn failed(
    tx: &Tx,
    customer: &str,
    feed: &str,
    (start, end): (i64, i64),
    limit: u32,
) -> Result<Vec<Failed>, Error> {
    let sql = "SELECT began_at, read_at, rows, error FROM coverage
        WHERE customer = $1 AND feed = $2 AND error IS NOT NULL AND began_at > $3 AND began_at < $4
        ORDER BY began_at LIMIT $5";
    let values = [customer.into(), feed.into(), start.into(), end.into(), i64::from(limit).into()];
    let failed = |row: &Row| {
        Ok(Failed {
            began_at: row.integer("began_at")?,
            ended_at: row.integer_opt("read_at")?,
            rows: row.integer("rows")?,
            error: row.text("error")?.to_owned(),
        })
    };
    tx.query(sql, &values).await?.iter().map(failed).collect()
}

async fn first(tx: &Tx, sql: &str, values: &[Value]) -> Result<Option<Coverage>, Error> {
    tx.query_opt(sql, values).await?.as_ref().map(Coverage::of).transpose()
}
