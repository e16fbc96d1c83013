//! A transaction, as those who write statements see it.

use super::answer::Answer;
use super::clock::{Clock, machine};
use super::error::{Error, ErrorKind};
use super::session::{Dialect, Session};
use super::value::{Row, Value};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A transaction. Statements run one after another.
///
/// A statement that fails, or whose future is dropped before its answer, ends the transaction: whatever is done with
/// the error, nothing of it is committed.
pub struct Tx(pub(super) Arc<Shared>);

/// A transaction as its opener and its user hold it.
pub(super) struct Shared {
    open: Mutex<Option<Open>>,
    clock: Option<Clock>,
    dialect: Dialect,
}

struct Open {
    session: Session,
    /// Until anything is done in it: a statement may wait for others.
    began_at: Option<i64>,
    /// Statements that go with the next one.
    waiting: Vec<Waiting>,
    doubt: Option<Doubt>,
    /// One failed because of another transaction.
    conflict: bool,
}

/// A statement that must find something, and what it means if it does not.
struct Waiting {
    statement: (String, Vec<Value>),
    nothing: Error,
}

/// Why nothing more may be done in a transaction.
enum Doubt {
    /// Its last statement was sent, and the answer has not come: it never will if its future was dropped.
    Waiting,
    Failed,
}

impl Open {
    /// Runs a statement after those that wait; without one, returns the answer of the last of them.
    async fn send(&mut self, statement: Option<(&str, &[Value])>) -> Result<Answer, Error> {
        (self.began_at, self.doubt) = (None, Some(Doubt::Waiting));
        let answer = match (self.waiting.is_empty(), statement) {
            (true, Some((sql, values))) => self.session.run(sql, values).await,
            _ => self.send_all(statement).await,
        };
        self.doubt = answer.is_err().then_some(Doubt::Failed);
        self.conflict |= matches!(&answer, Err(error) if error.kind() == ErrorKind::Conflict);
        answer
    }

    async fn send_all(&mut self, statement: Option<(&str, &[Value])>) -> Result<Answer, Error> {
        let (mut statements, nothing): (Vec<_>, Vec<_>) =
            self.waiting.drain(..).map(|waiting| (waiting.statement, waiting.nothing)).unzip();
        statements.extend(statement.map(|(sql, values)| (sql.to_owned(), values.to_vec())));
        let mut answers = self.session.run_all(&statements).await?;
        let found = |answer: &Answer| answer.changed > 0 || !answer.rows.is_empty();
        if let Some((_, nothing)) = answers.iter().zip(nothing).find(|(answer, _)| !found(answer)) {
            return Err(nothing);
        }
        answers.pop().ok_or_else(over)
    }

    async fn rollback(self) {
        match self.doubt {
            // Nothing can be sent before that answer.
            Some(Doubt::Waiting) => drop(self.session),
            _ => self.session.rollback().await,
        }
    }
}

impl Shared {
    pub fn new(session: Session, clock: Option<Clock>) -> Arc<Self> {
        let dialect = session.dialect();
        let open = Open { began_at: session.began_at(), session, waiting: Vec::new(), doubt: None, conflict: false };
        Arc::new(Self { open: Mutex::new(Some(open)), clock, dialect })
    }

    pub async fn commit(&self) -> Result<(), Error> {
        let Some(open) = self.open.lock().await.take() else { return Err(over()) };
        if open.doubt.is_some() {
            open.rollback().await;
            return Err(Error::new(ErrorKind::Over, "a statement of the transaction failed, and it was rolled back"));
        }
        open.session.commit().await
    }

    /// Runs what waits for a next statement: there is none. If that fails, so does the transaction.
    pub async fn finish(&self) -> Result<(), Error> {
        let mut guard = self.open.lock().await;
        let finished = match guard.as_mut() {
            Some(open) if open.doubt.is_none() && !open.waiting.is_empty() => open.send(None).await.map(drop),
            _ => Ok(()),
        };
        drop(guard);
        if finished.is_err() {
            self.rollback().await;
        }
        finished
    }

    /// Whether another transaction was the reason for what failed.
    pub async fn rollback(&self) -> bool {
        let Some(open) = self.open.lock().await.take() else { return false };
        let conflict = open.conflict;
        open.rollback().await;
        conflict
    }

    async fn run(&self, sql: &str, values: &[Value]) -> Result<Answer, Error> {
        check(values)?;
        let mut guard = self.open.lock().await;
        let open = guard.as_mut().ok_or_else(over)?;
        if open.doubt.is_some() {
            return Err(Error::new(ErrorKind::Over, "an earlier statement of the transaction failed"));
        }
        open.send(Some((sql, values))).await
    }

    /// Its statement goes with the next one, or before the end of the transaction.
    async fn later(&self, waiting: Waiting) -> Result<(), Error> {
        check(&waiting.statement.1)?;
        let mut guard = self.open.lock().await;
        guard.as_mut().ok_or_else(over)?.waiting.push(waiting);
        Ok(())
    }
}

/// PostgreSQL keeps no text with the character 0.
fn check(values: &[Value]) -> Result<(), Error> {
    if values.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0'))) {
        return Err(Error::new(ErrorKind::Value, "a text holds the character 0, which no store keeps"));
    }
    Ok(())
}

fn over() -> Error {
    Error::new(ErrorKind::Over, "the transaction ended")
}

impl Tx {
    /// Runs a statement, and returns how many rows it inserted, updated or deleted.
    ///
    /// # Errors
    /// Whatever the store finds wrong. Nothing of the transaction can be committed then.
    pub async fn execute(&self, sql: &str, values: &[Value]) -> Result<u64, Error> {
        Ok(self.0.run(sql, values).await?.changed)
    }

    /// Runs a statement with the next one, or before COMMIT: nobody waits for its answer alone. If it finds or changes nothing,
    /// the one with which it ran fails with `nothing`, and so does the transaction.
    pub(super) async fn expect(&self, sql: &str, values: &[Value], nothing: Error) -> Result<(), Error> {
        self.0.later(Waiting { statement: (sql.to_owned(), values.to_vec()), nothing }).await
    }

    /// Runs a statement, and returns its rows: those of a `SELECT`, or of a `RETURNING`.
    ///
    /// # Errors
    /// Whatever the store finds wrong. Nothing of the transaction can be committed then.
    pub async fn query(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Error> {
        Ok(self.0.run(sql, values).await?.rows)
    }

    /// The first row of [`Tx::query`], if there is one.
    ///
    /// # Errors
    /// Those of [`Tx::query`].
    pub async fn query_opt(&self, sql: &str, values: &[Value]) -> Result<Option<Row>, Error> {
        Ok(self.query(sql, values).await?.into_iter().next())
    }

    /// What a `SELECT` ends with that keeps its rows from other transactions until this one ends.
    pub fn for_update(&self) -> &'static str {
        self.0.dialect.for_update
    }

    /// As [`Tx::for_update`] for the rows of `table`, a name or alias of the statement; rows that others keep are left
    /// out. Empty in SQLite, where one transaction writes at a time.
    pub fn skip_locked(&self, table: &str) -> String {
        self.0.dialect.skip_locked.replace('?', table)
    }

    /// The time of the database in microseconds since 1970, or that of the store's clock: workers on several machines
    /// agree about it. Time passes within a transaction.
    ///
    /// # Errors
    /// Those of [`Tx::query`].
    pub async fn now(&self) -> Result<i64, Error> {
        if let Some(clock) = &self.0.clock {
            return Ok(clock());
        }
        if let Some(began_at) = self.0.open.lock().await.as_mut().and_then(|open| open.began_at.take()) {
            return Ok(began_at);
        }
        let Some(sql) = self.0.dialect.clock else { return Ok(machine()) };
        let row = self.query_opt(sql, &[]).await?;
        row.ok_or_else(|| Error::new(ErrorKind::Value, "the database has no time"))?.integer("now")
    }
}
