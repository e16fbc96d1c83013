//! The store, and how its transactions begin and end.

use super::address::Address;
use super::answer::Access;
use super::clock::Clock;
use super::error::{Error, ErrorKind};
use super::leases;
use super::migrate;
#[cfg(feature = "postgres")]
use super::postgres;
use super::session::Session;
use super::sqlite;
use super::tx::{Shared, Tx};
use crate::crash;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

/// How often [`Store::repeatable`] does the same work.
const TIMES: u32 = 8;

/// An open store. Clones share its connections, which close with the last of them.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    clock: Option<Clock>,
    name: Arc<str>,
}

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Connections),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Connections),
}

/// Its place, without user and password.
impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.name)
    }
}

impl Store {
    /// Opens a store, makes it if there is none, and brings its schema up to date.
    ///
    /// The address is `sqlite:PATH`, `sqlite::memory:` or, with the feature `postgres`,
    /// `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. There the tables are in the schema `mycarrierpackets`, or in
    /// another that the address names: `?schema=NAME`. With `prepared=yes` statements are prepared by name, which halves what
    /// they cost: for connections to the server itself, or through a PgBouncer that keeps them apart (1.21 or newer, with
    /// `max_prepared_statements`).
    ///
    /// Connections to another machine are encrypted, and the server's certificate must be for its name and from an authority
    /// that the system trusts, or from one in a file: `sslrootcert=FILE`. With `sslmode=disable` they are not encrypted;
    /// connections within the machine are only with `sslmode=require`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), mycarrierpackets_sync::store::Error> {
    /// use mycarrierpackets_sync::store::{Error, Store};
    ///
    /// let store = Store::open("sqlite::memory:").await?;
    /// let customers = store.read(async |tx| {
    ///     tx.query_opt("SELECT COUNT(*) AS number FROM customers", &[]).await?.map(|row| row.integer("number")).transpose()
    /// });
    /// assert_eq!(customers.await?, Some(0));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind`]`::Address`, `Unreachable` and `ReadOnly`; `NewerSchema` and `Foreign` for what is
    /// not a store of this program, which is left as it is; `Engine` for SQLite before 3.51.3 and PostgreSQL before 15.
    pub async fn open(address: &str) -> Result<Self, Error> {
        Self::open_with(address, None).await
    }

    /// As [`Store::open`], with a clock in place of the database's: for tests.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub async fn open_with_clock(address: &str, clock: Clock) -> Result<Self, Error> {
        Self::open_with(address, Some(clock)).await
    }

    async fn open_with(address: &str, clock: Option<Clock>) -> Result<Self, Error> {
        let address = Address::read(address)?;
        let name = address.shown().into();
        let engine = match address {
            Address::Memory => Engine::Sqlite(sqlite::open(None).await?),
            Address::File(path) => Engine::Sqlite(sqlite::open(Some(&path)).await?),
            #[cfg(feature = "postgres")]
            Address::Postgres { config, tls, schema, prepared } => {
                Engine::Postgres(postgres::open(*config, &tls, schema, prepared).await?)
            }
        };
        let store = Self { engine, clock, name };
        let session = store.begin(Access::Read).await?;
        session.check().await?;
        let current = migrate::is_current(&session).await?;
        session.rollback().await;
        if !current {
            migrate::migrate(store.begin(Access::Write).await?).await?;
        }
        if let Some(connections) = store.file().filter(|connections| connections.alone()) {
            // Opening writes nothing where nothing is to be written: somebody else may be writing.
            if store.read(async |tx| leases::any(&tx).await).await? {
                store.transaction(async |tx| leases::abandon(&tx).await).await?;
            }
            connections.share().await;
        }
        Ok(store)
    }

    fn file(&self) -> Option<&sqlite::Connections> {
        match &self.engine {
            Engine::Sqlite(connections) => Some(connections),
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => None,
        }
    }

    async fn begin(&self, access: Access) -> Result<Session, Error> {
        match &self.engine {
            Engine::Sqlite(connections) => Ok(Session::Sqlite(connections.begin(access).await?)),
            #[cfg(feature = "postgres")]
            Engine::Postgres(connections) => Ok(Session::Postgres(connections.begin(access).await?)),
        }
    }
}

/// The ways to begin a transaction.
impl Store {
    /// Begins a transaction that writes, runs `work`, and commits if it succeeds. If it fails, or the future is dropped,
    /// everything is rolled back.
    ///
    /// In SQLite one transaction writes at a time; in PostgreSQL each statement sees what is committed when it begins
    /// (`READ COMMITTED`), hence lock what is read in order to be written ([`Tx::for_update`]). Do not begin a
    /// transaction within one, nor wait for the network in it: PostgreSQL ends one that does nothing for 60 s, and no
    /// other transaction of a store in SQLite begins meanwhile.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), mycarrierpackets_sync::store::Error> {
    /// use mycarrierpackets_sync::store::{Error, Store};
    ///
    /// let store = Store::open("sqlite::memory:").await?;
    /// let changed = store.transaction(async |tx| {
    ///     let sql = "INSERT INTO sinks (name, kind, settings, created_at) VALUES ($1, $2, $3, $4)";
    ///     tx.execute(sql, &["tms".into(), "jsonl".into(), "{}".into(), tx.now().await?.into()]).await
    /// });
    /// assert_eq!(changed.await?, 1);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of `work`; and [`ErrorKind`]`::Unknown` when the connection was lost during COMMIT.
    pub async fn transaction<T, E, F, W>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> W,
        W: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        self.run(Access::Write, work).await.map_err(|(error, _)| error)
    }

    /// As [`Store::transaction`], for work that changes nothing outside of the store: it is done again, up to 8 times,
    /// when another transaction was in the way (a deadlock or a serialization failure). It is never done again after a
    /// COMMIT whose outcome is unknown.
    ///
    /// # Errors
    /// Those of [`Store::transaction`].
    pub async fn repeatable<T, E, F, W>(&self, mut work: F) -> Result<T, E>
    where
        F: FnMut(Tx) -> W,
        W: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let mut times = 1;
        loop {
            match self.run(Access::Write, &mut work).await {
                Err((_, true)) if times < TIMES => {}
                other => return other.map_err(|(error, _)| error),
            }
            // Two that were in each other's way would be again if they waited equally long.
            let random = RandomState::new().build_hasher().finish();
            tokio::time::sleep(Duration::from_millis(u64::from(times) * (5 + random % 20))).await;
            times += 1;
        }
    }

    /// Runs `work` in a transaction that only reads, and sees the store as it was when it began, however long it takes.
    /// Writers do not wait for it, except in a store in memory.
    ///
    /// # Errors
    /// Those of `work`; a statement that writes fails.
    pub async fn read<T, E, F, W>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> W,
        W: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        self.run(Access::Read, work).await.map_err(|(error, _)| error)
    }

    /// With an error, whether another transaction was the reason.
    async fn run<T, E, F, W>(&self, access: Access, work: F) -> Result<T, (E, bool)>
    where
        F: FnOnce(Tx) -> W,
        W: Future<Output = Result<T, E>>,
        E: From<Error>,
    {
        let session = self.begin(access).await.map_err(|error| (error.into(), false))?;
        let shared = Shared::new(session, self.clock.clone());
        match work(Tx(shared.clone())).await {
            Ok(value) => match commit(&shared, access).await {
                Ok(()) => Ok(value),
                Err(error) => Err((error.clone().into(), error.kind() == ErrorKind::Conflict)),
            },
            Err(error) => Err((error, shared.rollback().await)),
        }
    }
}

async fn commit(shared: &Shared, access: Access) -> Result<(), Error> {
    shared.finish().await?;
    let writes = access == Access::Write;
    if writes {
        crash::point("before-commit");
    }
    shared.commit().await?;
    if writes {
        crash::point("after-commit");
    }
    Ok(())
}
