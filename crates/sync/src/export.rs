//! Everything in the store, row by row, for a spreadsheet, a warehouse or a notebook.
//!
//! The columns and their order stay as they are; new ones come at the end.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), mycarrierpackets_sync::Error> {
//! use mycarrierpackets_sync::export::{What, export};
//! use mycarrierpackets_sync::store::{Store, customers};
//! use mycarrierpackets_sync::Error;
//!
//! let store = Store::open("sqlite::memory:").await?;
//! store.transaction(async |tx| customers::add(&tx, "acme", "Acme Freight", "{}").await).await?;
//! println!("{}", What::Changes.columns().join(","));
//! let rows = store.read(async |tx| {
//!     export(&tx, "acme", What::Changes, i64::MIN, |row| {
//!         println!("{row:?}");
//!         Ok::<(), Error>(())
//!     }).await
//! }).await?;
//! assert_eq!(rows, 0);
//! # Ok(()) }
//! ```

use crate::store::{self, Tx, Value as Kept};
use jiff::Timestamp;
use serde_json::Value;

/// Rows that are read at once: what is held in memory.
const AT_ONCE: usize = 500;

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum What {
    /// Each part of each carrier as it is now, and whether the carrier is monitored and blocked.
    Carriers,
    /// What happened.
    Events,
    /// Each field that changed.
    Changes,
    /// Each field as it is and was, and who [owns](crate::ownership) it.
    Fields,
    /// Each read of a feed, those that failed or were cut off included.
    Coverage,
}

/// How a column is kept, and so how it is written.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    /// Microseconds, written as in `2026-11-20T20:00:00.000000Z`: in the order of the texts.
    Time,
    /// Written as the value that it is.
    Json,
    /// 0 or 1, written as `false` or `true`.
    Flag,
}

struct Table {
    /// A table, or rows of it, called `t`.
    from: &'static str,
    /// What `since` is about.
    time: &'static str,
    /// What distinguishes its rows, in the order in which they come.
    key: &'static [&'static str],
    /// The names in the export and in the store.
    columns: &'static [(&'static str, &'static str, Form)],
}

impl What {
    /// The names of the columns, in order.
    pub fn columns(self) -> Vec<&'static str> {
        self.table().columns.iter().map(|(name, ..)| *name).collect()
    }

    fn table(self) -> &'static Table {
        match self {
            Self::Carriers => &CARRIERS,
            Self::Events => &EVENTS,
            Self::Changes => &CHANGES,
            Self::Fields => &FIELDS,
            Self::Coverage => &COVERAGE,
        }
    }
}

/// Hands each row of a customer to `each`, those from `since` on (microseconds since 1970), and returns how many there were.
/// Of the carriers and their fields those are meant that were read or changed since. Memory stays flat: a few hundred rows
/// are read at a time. All rows are of one state of the store if `tx` [only reads](crate::store::Store::read).
///
/// # Errors
/// Those of `each`, at the first of which it ends, and of the store.
pub async fn export<E: From<store::Error>>(
    tx: &Tx,
    customer: &str,
    what: What,
    since: i64,
    mut each: impl FnMut(&[Value]) -> Result<(), E>,
) -> Result<u64, E> {
    let Table { from, time, key, columns } = what.table();
    let key_columns = key.iter().map(|name| format!("t.{name}")).collect::<Vec<_>>().join(", ");
    let mut last: Vec<Kept> = Vec::new();
    let mut written = 0;
    loop {
        let after = match last.is_empty() {
            true => String::new(),
            false => {
                let places = (3..3 + key.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
                // Said twice: of a view whose rows are made of others, the index leads to those that are left.
                format!(" AND t.{} >= $3 AND ({key_columns}) > ({places})", key[0])
            }
        };
        let sql = format!(
            "SELECT t.* FROM {from} WHERE t.customer = $1 AND t.{time} >= $2{after} ORDER BY {key_columns} LIMIT {AT_ONCE}"
        );
        let values: Vec<Kept> = [customer.into(), since.into()].into_iter().chain(last.drain(..)).collect();
        let rows = tx.query(&sql, &values).await?;
        for row in &rows {
            let cells = columns.iter().map(|(_, column, form)| Ok(cell(row.get(column)?, *form)));
            each(&cells.collect::<Result<Vec<Value>, store::Error>>()?)?;
            written += 1;
        }
        match rows.last() {
            Some(row) if rows.len() == AT_ONCE => {
                last = key.iter().map(|name| row.get(name).cloned()).collect::<Result<_, _>>()?;
            }
            _ => return Ok(written),
        }
    }
}

fn cell(kept: &Kept, form: Form) -> Value {
    match (kept, form) {
        (Kept::Integer(at), Form::Time) => {
            Timestamp::from_microsecond(*at).map_or(Value::Null, |at| format!("{at:.6}").into())
        }
        (Kept::Integer(flag), Form::Flag) => (*flag != 0).into(),
        (Kept::Integer(number), _) => (*number).into(),
        // What is not JSON, though it should be, is shown as it is.
        (Kept::Text(text), Form::Json) => serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into()),
        (Kept::Text(text), _) => text.as_str().into(),
        _ => Value::Null,
    }
}

static CARRIERS: Table = Table {
    from: "(SELECT s.customer, s.carrier, s.section, s.version, s.hash, s.observed_at, s.document,
            CASE WHEN mf.last_success IS NULL OR m.absences > 0 OR (m.carrier IS NULL AND o.shared = 1) THEN 'unknown'
                WHEN m.carrier IS NULL THEN 'no' ELSE 'yes' END AS monitored,
            CASE WHEN bf.last_success IS NULL OR b.absences > 0 OR (b.carrier IS NULL AND o.shared = 1) THEN 'unknown'
                WHEN b.carrier IS NULL THEN 'no' ELSE 'yes' END AS blocked
        FROM sections s
        LEFT JOIN other_names o ON o.customer = s.customer AND o.alias = s.carrier
        LEFT JOIN feeds mf ON mf.customer = s.customer AND mf.feed = 'monitored'
        LEFT JOIN roster m ON m.customer = s.customer AND m.list = 'monitored' AND m.left_at IS NULL
            AND m.carrier = COALESCE(o.carrier, s.carrier)
        LEFT JOIN feeds bf ON bf.customer = s.customer AND bf.feed = 'blocked'
        LEFT JOIN roster b ON b.customer = s.customer AND b.list = 'blocked' AND b.left_at IS NULL
            AND b.carrier = COALESCE(o.carrier, s.carrier)) t",
    time: "observed_at",
    key: &["carrier", "section"],
    columns: &[
        ("carrier", "carrier", Form::Plain),
        ("section", "section", Form::Plain),
        ("monitored", "monitored", Form::Plain),
        ("blocked", "blocked", Form::Plain),
        ("version", "version", Form::Plain),
        ("confirmedAt", "observed_at", Form::Time),
        ("hash", "hash", Form::Plain),
        ("document", "document", Form::Json),
    ],
};

static EVENTS: Table = Table {
    from: "events t",
    time: "observed_at",
    key: &["sequence"],
    columns: &[
        ("sequence", "sequence", Form::Plain),
        ("id", "id", Form::Plain),
        ("type", "type", Form::Plain),
        ("carrier", "carrier", Form::Plain),
        ("happenedAt", "happened_at", Form::Time),
        ("observedAt", "observed_at", Form::Time),
        ("data", "data", Form::Json),
    ],
};

static CHANGES: Table = Table {
    from: "changes t",
    time: "observed_at",
    key: &["observed_at", "carrier", "section", "version", "path"],
    columns: &[
        ("observedAt", "observed_at", Form::Time),
        ("carrier", "carrier", Form::Plain),
        ("section", "section", Form::Plain),
        ("version", "version", Form::Plain),
        ("path", "path", Form::Plain),
        ("old", "old", Form::Json),
        ("new", "new", Form::Json),
    ],
};

static FIELDS: Table = Table {
    from: "carrier_fields t",
    time: "since",
    key: &["carrier", "section", "path"],
    columns: &[
        ("carrier", "carrier", Form::Plain),
        ("section", "section", Form::Plain),
        ("path", "path", Form::Plain),
        ("value", "value", Form::Json),
        ("previous", "previous", Form::Json),
        ("since", "since", Form::Time),
        ("ownership", "ownership", Form::Plain),
        ("listReadAt", "list_read_at", Form::Time),
    ],
};

static COVERAGE: Table = Table {
    from: "(SELECT v.*, CAST(CASE WHEN v.error IS NULL THEN 1 ELSE 0 END AS BIGINT) AS complete FROM coverage v) t",
    // One that was cut off never ended.
    time: "began_at",
    key: &["feed", "began_at"],
    columns: &[
        ("feed", "feed", Form::Plain),
        ("beganAt", "began_at", Form::Time),
        ("readAt", "read_at", Form::Time),
        ("windowStart", "window_start", Form::Time),
        ("windowEnd", "window_end", Form::Time),
        ("complete", "complete", Form::Flag),
        ("rows", "rows", Form::Plain),
        ("newRows", "new_rows", Form::Plain),
        ("unreadable", "unreadable", Form::Plain),
        ("error", "error", Form::Plain),
    ],
};
