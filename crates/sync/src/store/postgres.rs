//! PostgreSQL: a pool of connections that keep nothing from one transaction to the next, so that it works behind
//! PgBouncer in transaction mode. No statement is prepared by name unless it is asked for, and every setting is that of a
//! transaction.

mod fault;
mod prepare;
mod tls;
mod value;

use super::answer::{Access, Answer};
use super::error::{Error, ErrorKind};
use super::value::{Row, Value};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use fault::{fault, lost, uncommitted};
use futures::TryStreamExt;
use futures::future::join_all;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
pub(super) use tls::Tls;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls, RowStream, SimpleQueryMessage, Statement};

/// Asks for the time.
pub(super) const CLOCK: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS now";

/// Of each process: a worker needs one at a time.
const CONNECTIONS: usize = 8;
/// Values of a statement that is prepared: those about several rows are of many lengths.
const MOST_PREPARED: usize = 12;
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
    prepared: bool,
}

pub(super) async fn open(mut config: Config, tls: &Tls, schema: String, prepared: bool) -> Result<Connections, Error> {
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
    let manager = match tls::connector(tls)? {
        Some(connector) => Manager::from_config(config.ssl_mode(SslMode::Require).clone(), connector, manager),
        None => Manager::from_config(config.ssl_mode(SslMode::Disable).clone(), NoTls, manager),
    };
    let pool = Pool::builder(manager)
        .max_size(CONNECTIONS)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(CONNECT * 2))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| Error::caused(ErrorKind::Unreachable, "no pool of connections can be made", error))?;
    Ok(Connections { pool, schema: schema.into(), prepared })
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
        // its locks, and nobody waits for one forever. The time comes with it: most transactions ask for it first.
        let begin = format!(
            "BEGIN ISOLATION LEVEL {isolation};
             SET LOCAL search_path = \"{schema}\";
             SET LOCAL lock_timeout = '30s';
             SET LOCAL idle_in_transaction_session_timeout = '60s';
             {CLOCK}, CASE WHEN current_setting('synchronous_commit') = 'off'
                 THEN set_config('synchronous_commit', 'on', true) END"
        );
        // After a restart of the database, every connection of the pool may be dead.
        for _ in 0..CONNECTIONS {
            let mut session = self.session().await?;
            match session.begin(&begin).await {
                Err(error) if error.kind() == ErrorKind::Unreachable => {}
                begun => return begun.map(|()| session),
            }
        }
        let mut session = self.session().await?;
        session.begin(&begin).await?;
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
        let (schema, prepared) = (self.schema.clone(), self.prepared);
        Ok(Session { client: Some(Box::new(client)), schema, prepared, began_at: None })
    }
}

/// An open transaction on a connection of its own.
pub(in crate::store) struct Session {
    /// None when it ended.
    client: Option<Box<Object>>,
    schema: Arc<str>,
    prepared: bool,
    /// The time of the server when the transaction began.
    pub began_at: Option<i64>,
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

    async fn begin(&mut self, begin: &str) -> Result<(), Error> {
        let failed = |error| fault("the transaction did not begin", &error);
        let answer = self.client()?.simple_query(begin).await.map_err(failed)?;
        self.began_at = answer.iter().rev().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get("now")?.parse().ok(),
            _ => None,
        });
        Ok(())
    }

    /// All of them on their way at once; the server runs one after another, and none after one that failed.
    pub async fn run_all(&self, statements: &[(String, Vec<Value>)]) -> Result<Vec<Answer>, Error> {
        // Before any is sent: one that waits for its name would be overtaken.
        let mut named = Vec::new();
        for (sql, values) in statements {
            named.push(self.named(sql, values).await?);
        }
        let mut sent = Vec::new();
        for ((sql, values), named) in statements.iter().zip(named) {
            sent.push(self.send(sql, values, named));
        }
        join_all(sent).await.into_iter().collect()
    }

    pub async fn run(&self, sql: &str, values: &[Value]) -> Result<Answer, Error> {
        self.send(sql, values, self.named(sql, values).await?).await
    }

    /// The statement as it is prepared, if it is to be.
    async fn named(&self, sql: &str, values: &[Value]) -> Result<Option<Statement>, Error> {
        if !self.prepared || values.len() > MOST_PREPARED {
            return Ok(None);
        }
        let types: Vec<_> = values.iter().map(Value::type_of).collect();
        let named = self.client()?.prepare_typed_cached(sql, &types).await;
        named.map(Some).map_err(|error| fault("a statement failed", &error))
    }

    async fn send(&self, sql: &str, values: &[Value], named: Option<Statement>) -> Result<Answer, Error> {
        let client = self.client()?;
        let stream = match &named {
            Some(named) => client.query_raw(named, values).await,
            // One round trip, without a name that would have to be on the same connection later.
            None => client.query_typed_raw(sql, values.iter().map(|value| (value, value.type_of()))).await,
        };
        let answer = match stream {
            Ok(stream) => collect(stream).await,
            Err(error) => Err(fault("a statement failed", &error)),
        };
        if answer.is_err() && named.is_some() {
            // The tables may be others than when it was prepared.
            client.statement_cache.clear();
        }
        answer
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

async fn collect(stream: RowStream) -> Result<Answer, Error> {
    let mut stream = pin!(stream);
    let mut columns: Option<Arc<[String]>> = None;
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await.map_err(|error| fault("a statement failed", &error))? {
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
