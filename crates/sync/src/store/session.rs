//! A transaction of either engine.

use super::answer::Answer;
use super::error::Error;
#[cfg(feature = "postgres")]
use super::postgres;
use super::sqlite;
use super::value::Value;

/// The little that is not the same text in both.
#[derive(Clone, Copy)]
pub(super) struct Dialect {
    /// In a schema: what to replace, and by what.
    schema: &'static [(&'static str, &'static str)],
    pub for_update: &'static str,
    /// With the table in place of `?`.
    pub skip_locked: &'static str,
    /// The statement that asks for the time, where it is not the machine's.
    pub clock: Option<&'static str>,
}

/// There is one writer: nothing to lock. STRICT, as a text must not slip into a column of numbers.
const SQLITE: Dialect = Dialect {
    schema: &[
        (" BYTEA", " BLOB"),
        (" BIGINT", " INTEGER"),
        ("\n) /* narrow */;", "\n) STRICT, WITHOUT ROWID;"),
        ("\n);", "\n) STRICT;"),
    ],
    for_update: "",
    skip_locked: "",
    clock: None,
};

/// NO KEY: every new row that references a locked one would wait otherwise. Texts are in the same order everywhere,
/// whatever the language of the database.
#[cfg(feature = "postgres")]
const POSTGRES: Dialect = Dialect {
    schema: &[(" TEXT", " TEXT COLLATE \"C\""), (" /* bytewise */", " COLLATE \"C\""), (" /* json */", "::json")],
    for_update: " FOR NO KEY UPDATE",
    skip_locked: " FOR NO KEY UPDATE OF ? SKIP LOCKED",
    clock: Some(postgres::CLOCK),
};

impl Dialect {
    /// `sql` with the types that both engines know in those of this one.
    pub fn schema(&self, sql: &str) -> String {
        self.schema.iter().fold(sql.to_owned(), |sql, (from, to)| sql.replace(from, to))
    }
}

/// An open transaction, which is rolled back when dropped.
pub(super) enum Session {
    Sqlite(sqlite::Session),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Session),
}

impl Session {
    pub async fn run(&self, sql: &str, values: &[Value]) -> Result<Answer, Error> {
        match self {
            Self::Sqlite(session) => session.run(sql, values).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.run(sql, values).await,
        }
    }

    /// Several, one after another, with one wait for all answers.
    pub async fn run_all(&self, statements: &[(String, Vec<Value>)]) -> Result<Vec<Answer>, Error> {
        match self {
            Self::Sqlite(session) => session.run_all(statements).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.run_all(statements).await,
        }
    }

    /// The time of the database when the transaction began, where that is known.
    pub fn began_at(&self) -> Option<i64> {
        match self {
            Self::Sqlite(_) => None,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.began_at,
        }
    }

    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => SQLITE,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => POSTGRES,
        }
    }

    /// Whether the server is one that a store can be in.
    pub async fn check(&self) -> Result<(), Error> {
        match self {
            // Part of this program, and checked when it is opened.
            Self::Sqlite(_) => Ok(()),
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.check().await,
        }
    }

    /// Makes what the schema stands in, and keeps others who do the same waiting until this transaction ends.
    pub async fn prepare(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite(session) => session.batch(&format!("PRAGMA application_id = {}", sqlite::APPLICATION)).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.prepare().await,
        }
    }

    /// Several statements without parameters.
    pub async fn batch(&self, sql: &str) -> Result<(), Error> {
        match self {
            Self::Sqlite(session) => session.batch(sql).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.batch(sql).await,
        }
    }

    pub async fn commit(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(session) => session.commit().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.commit().await,
        }
    }

    pub async fn rollback(self) {
        match self {
            Self::Sqlite(session) => session.rollback().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(session) => session.rollback().await,
        }
    }
}
