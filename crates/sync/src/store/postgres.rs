//! PostgreSQL: a pool of connections that keep nothing from one transaction to the next, so that it works behind
//! PgBouncer in transaction mode. No statement is prepared by name, and every setting is that of a transaction.

mod fault;
mod prepare;
mod value;

use super::answer::{Access, Answer};
use super::error::{Error, ErrorKind};
use super::value::{Row, Value};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use fault::{fault, lost, uncommitted};
use futures::TryStreamExt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::{Config, NoTls};

/// Of each process: a worker needs one at a time.
const CONNECTIONS: usize = 8;
/// How long a new connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a transaction waits for a connection of the pool.
const WAIT: Duration = Duration::from_secs(60);
/// A peer that does not answer is given up after this: TCP by itself waits for hours.
const SILENCE: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub(super) struct Connections {
    pool: Pool,
    schema: Arc<str>,
}

pub(super) async fn open(mut config: Config, schema: String) -> Result<Connections, Error> {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    config.keepalives_idle(SILENCE).keepalives_interval(SILENCE / 3).keepalives_retries(3);
    if config.get_application_name().is_none() {
        config.application_name("mycarrierpackets-sync");
    }
    // Fast: a connection that died is found by BEGIN, which is sent anyway.
    let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let pool = Pool::builder(Manager::from_config(config, NoTls, manager))
        .max_size(CONNECTIONS)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(CONNECT * 2))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| Error::caused(ErrorKind::Unreachable, "no pool of connections can be made", error))?;
    Ok(Connections { pool, schema: schema.into() })
}

impl Connections {
    pub async fn begin(&self, access: Access) -> Result<Session, Error> {
        // READ COMMITTED: a transaction that writes locks the row of its customer first, and then reads what is
        // committed. With a snapshot from before the lock, a stale fence would be a serialization failure to repeat
        // rather than a lease that was lost. Whoever only reads wants one moment.
        let isolation = match access {
            Access::Write => "READ COMMITTED, READ WRITE",
            Access::Read => "REPEATABLE READ, READ ONLY",
        };
        let schema = &self.schema;
        // What was committed must survive a crash, whatever the database is set to. A worker that hangs must not keep
        // its locks, and nobody waits for one forever.
        let begin = format!(
            "BEGIN ISOLATION LEVEL {isolation};
             SET LOCAL search_path = \"{schema}\";
             SET LOCAL lock_timeout = '30s';
             SET LOCAL idle_in_transaction_session_timeout = '60s';
             SELECT set_config('synchronous_commit', 'on', true)
             WHERE current_setting('synchronous_commit') = 'off'"
        );
        // After a restart of the database, every connection of the pool may be dead.
        for _ in 0..CONNECTIONS {
            let session = self.session().await?;
            match session.batch(&begin).await {
                Err(error) if error.kind() == ErrorKind::Unreachable => {}
                begun => return begun.map(|()| session),
            }
        }
        let session = self.session().await?;
        session.batch(&begin).await?;
        Ok(session)
    }

    async fn session(&self) -> Result<Session, Error> {
        let client = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => fault("no connection to PostgreSQL", &error),
            PoolError::Timeout(deadpool_postgres::TimeoutType::Wait) => {
                let what = format!("all {CONNECTIONS} connections have been in use for {} s", WAIT.as_secs());
                Error::new(ErrorKind::Locked, what)
            }
            error => Error::caused(ErrorKind::Unreachable, "no connection to PostgreSQL", error),
        })?;
        Ok(Session { client: Some(Box::new(client)), schema: self.schema.clone() })
    }
}

/// An open transaction on a connection of its own.
pub(in crate::store) struct Session {
    /// None when it ended.
    client: Option<Box<Object>>,
    schema: Arc<str>,
}

/// The connection is closed rather than given back: that ends the transaction whatever it was doing.
impl Drop for Session {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(*client));
        }
    }
}

impl Session {
    fn client(&self) -> Result<&Object, Error> {
        self.client.as_deref().ok_or_else(|| Error::new(ErrorKind::Over, "the transaction ended"))
    }

    pub async fn run(&self, sql: &str, values: &[Value]) -> Result<Answer, Error> {
        let failed = |error| fault("a statement failed", &error);
        let parameters = values.iter().map(|value| (value, value.type_of()));
        // One round trip, without a name that would have to be on the same connection later.
        let stream = self.client()?.query_typed_raw(sql, parameters).await.map_err(failed)?;
        let mut stream = pin!(stream);
        let mut columns: Option<Arc<[String]>> = None;
        let mut rows = Vec::new();
        while let Some(row) = stream.try_next().await.map_err(failed)? {
            let names = || row.columns().iter().map(|column| column.name().to_owned()).collect();
            let columns = columns.get_or_insert_with(names);
            let value = |index: usize| {
                row.try_get::<_, Value>(index).map_err(|error| {
                    let name = &columns[index];
                    Error::caused(ErrorKind::Value, format!("the column {name} is of a type no store has"), error)
                })
            };
            let values = (0..columns.len()).map(value).collect::<Result<_, _>>()?;
            rows.push(Row::new(columns.clone(), values));
        }
        Ok(Answer { rows, changed: stream.rows_affected().unwrap_or_default() })
    }

    pub async fn batch(&self, sql: &str) -> Result<(), Error> {
        self.client()?.batch_execute(sql).await.map_err(|error| fault("statements failed", &error))
    }

    pub async fn commit(mut self) -> Result<(), Error> {
        let client = self.client()?;
        if client.is_closed() {
            return Err(lost());
        }
        let committed = client.batch_execute("COMMIT").await;
        match committed {
            Ok(()) => {
                self.client = None;
                Ok(())
            }
            Err(error) => Err(uncommitted(&error)),
        }
    }

    pub async fn rollback(mut self) {
        let Ok(client) = self.client() else { return };
        if client.batch_execute("ROLLBACK").await.is_ok() {
            self.client = None;
        }
    }
}
