//! SQLite: a connection on a thread of its own, to which the work is sent.

mod fault;
mod open;
mod presence;

use super::answer::{Access, Answer};
use super::error::{Error, ErrorKind};
use super::value::{Row, Value};
use fault::{fault, uncommitted};
use presence::Presence;
use rusqlite::Connection;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

pub(super) use open::{APPLICATION, open};

/// How long a transaction waits for those of its own process that are before it.
const TURN: Duration = Duration::from_secs(60);
/// Parameters that SQLite takes in a statement.
const MOST: usize = 32_766;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// The connections of a store. The last of them that closes takes the write-ahead log into the file.
#[derive(Clone)]
pub(super) struct Connections {
    writer: Arc<Thread>,
    /// The writer itself where there is no second connection: in memory.
    reader: Arc<Thread>,
    presence: Option<Arc<Presence>>,
}

struct Thread {
    /// Always there until it is dropped.
    work: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
    /// Held by the transaction that uses the connection.
    turn: Arc<Mutex<()>>,
}

/// A process that ends would take the thread with it before the connection is closed.
impl Drop for Thread {
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Thread {
    fn start(mut connection: Connection) -> Result<Arc<Self>, Error> {
        let (work, queue) = mpsc::channel::<Work>();
        let run = move || queue.into_iter().for_each(|work| work(&mut connection));
        let thread = std::thread::Builder::new().name("sync-sqlite".to_owned()).spawn(run);
        let thread = thread
            .map_err(|error| Error::caused(ErrorKind::Unreachable, "no thread for the store can be started", error))?;
        Ok(Arc::new(Self { work: Some(work), thread: Some(thread), turn: Arc::default() }))
    }

    /// False when the thread is gone.
    fn send(&self, work: Work) -> bool {
        self.work.as_ref().is_some_and(|queue| queue.send(work).is_ok())
    }

    /// What `work` returns on the thread of the connection. None when the thread is gone.
    async fn on<T, F>(&self, work: F) -> Option<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> T + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let send = move |connection: &mut Connection| drop(reply.send(work(connection)));
        if self.send(Box::new(send)) { answer.await.ok() } else { None }
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Over, "the thread of the store ended")
}

impl Connections {
    /// Whether no other process of this machine has the store open; nobody else is let in before [`Connections::share`].
    pub fn alone(&self) -> bool {
        self.presence.as_ref().is_some_and(|presence| presence.alone())
    }

    /// Lets others in.
    pub async fn share(&self) {
        if let Some(presence) = &self.presence {
            presence.share().await;
        }
    }

    pub async fn begin(&self, access: Access) -> Result<Session, Error> {
        let thread = if access == Access::Write { &self.writer } else { &self.reader };
        let turn = tokio::time::timeout(TURN, thread.turn.clone().lock_owned()).await;
        let turn = turn.map_err(|_| {
            let what = format!("another transaction of this process has been open for {} s", TURN.as_secs());
            Error::new(ErrorKind::Locked, what)
        })?;
        // Made first: what is dropped from here on is rolled back.
        let session = Session { thread: thread.clone(), access, ended: false, _turn: turn };
        let begun = session.thread.on(move |connection| {
            // IMMEDIATE: a transaction that reads first and writes later would fail with "busy" when another process
            // wrote in between, without waiting.
            let begin = match access {
                Access::Write => "BEGIN IMMEDIATE",
                Access::Read => "BEGIN DEFERRED",
            };
            end(connection);
            connection.execute_batch(begin).map_err(|error| fault("the transaction did not begin", error))
        });
        begun.await.ok_or_else(gone)??;
        Ok(session)
    }
}

/// Rolls back what is open, if anything is.
fn end(connection: &Connection) {
    if !connection.is_autocommit() {
        // What cannot be rolled back is found by the next BEGIN, which fails.
        let _ = connection.execute_batch("ROLLBACK");
    }
}

pub(in crate::store) struct Session {
    thread: Arc<Thread>,
    access: Access,
    ended: bool,
    _turn: OwnedMutexGuard<()>,
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.ended {
            // Before the turn is given up, hence before the next BEGIN.
            self.thread.send(Box::new(|connection| end(connection)));
        }
    }
}

/// After a full disk and the like, SQLite rolls back by itself, and what follows would be committed one by one.
fn inside(connection: &Connection) -> Result<(), Error> {
    if connection.is_autocommit() {
        return Err(Error::new(ErrorKind::Over, "SQLite rolled the transaction back after an earlier error"));
    }
    Ok(())
}

impl Session {
    pub async fn run(&self, sql: &str, values: &[Value]) -> Result<Answer, Error> {
        let (sql, values, access) = (sql.to_owned(), values.to_vec(), self.access);
        let answer = self.thread.on(move |connection| {
            inside(connection)?;
            run(connection, access, &sql, &values)
        });
        answer.await.ok_or_else(gone)?
    }

    /// All of them on one way to the connection; none after one that failed.
    pub async fn run_all(&self, statements: &[(String, Vec<Value>)]) -> Result<Vec<Answer>, Error> {
        let (statements, access) = (statements.to_vec(), self.access);
        let answers = self.thread.on(move |connection| {
            let one = |(sql, values): &(String, Vec<Value>)| {
                inside(connection)?;
                run(connection, access, sql, values)
            };
            statements.iter().map(one).collect()
        });
        answers.await.ok_or_else(gone)?
    }

    pub async fn batch(&self, sql: &str) -> Result<(), Error> {
        let sql = sql.to_owned();
        let done = self.thread.on(move |connection| {
            inside(connection)?;
            connection.execute_batch(&sql).map_err(|error| fault("statements failed", error))
        });
        done.await.ok_or_else(gone)?
    }

    pub async fn commit(mut self) -> Result<(), Error> {
        let committed = self.thread.on(|connection| {
            inside(connection)?;
            connection.execute_batch("COMMIT").map_err(|error| {
                end(connection);
                uncommitted(error)
            })
        });
        let committed = committed.await;
        self.ended = true;
        committed.unwrap_or_else(|| Err(Error::new(ErrorKind::Unknown, "the thread of the store ended during COMMIT")))
    }

    pub async fn rollback(mut self) {
        let _ = self.thread.on(|connection| end(connection)).await;
        self.ended = true;
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn run(connection: &Connection, access: Access, sql: &str, values: &[Value]) -> Result<Answer, Error> {
    let failed = |error| fault("a statement failed", error);
    let (sql, used) = numbered(sql);
    if let Some(unused) = used.iter().position(|used| !used) {
        return Err(Error::new(ErrorKind::Statement, format!("a statement has no ${}", unused + 1)));
    }
    let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
    if statement.parameter_count() != values.len() {
        let what = format!("a statement with {} parameters got {}", statement.parameter_count(), values.len());
        return Err(Error::new(ErrorKind::Statement, what));
    }
    for (place, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(place + 1, value).map_err(failed)?;
    }
    let columns: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
    let reads = statement.readonly();
    if access == Access::Read && !reads {
        return Err(Error::new(ErrorKind::ReadOnly, "a statement writes in a transaction that only reads"));
    }
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(failed)? {
        let value = |index: usize| value(&columns[index], row.get_ref(index).map_err(failed)?);
        found.push(Row::new(columns.clone(), (0..columns.len()).map(value).collect::<Result<_, _>>()?));
    }
    drop(rows);
    Ok(Answer { rows: found, changed: if reads { 0 } else { connection.changes() } })
}

/// `sql` with `?1` for `$1`, and which numbers it uses. For SQLite, `$1` is a name, which it looks for among all others:
/// with a thousand of them that takes longer than the statement.
fn numbered(sql: &str) -> (String, Vec<bool>) {
    let (mut text, mut used) = (String::with_capacity(sql.len()), Vec::new());
    let mut quoted = false;
    let mut rest = sql.chars().peekable();
    while let Some(character) = rest.next() {
        quoted ^= character == '\'';
        let parameter = character == '$' && !quoted && rest.peek().is_some_and(char::is_ascii_digit);
        if !parameter {
            text.push(character);
            continue;
        }
        text.push('?');
        let mut number = 0_usize;
        while let Some(digit) = rest.peek().and_then(|digit| digit.to_digit(10)) {
            text.extend(rest.next());
            number = number.saturating_mul(10).saturating_add(digit as usize);
        }
        // SQLite refuses any other.
        if (1..=MOST).contains(&number) {
            used.resize(used.len().max(number), false);
            used[number - 1] = true;
        }
    }
    (text, used)
}

fn value(column: &str, value: ValueRef<'_>) -> Result<Value, Error> {
    let wrong = |what: &str| Error::new(ErrorKind::Value, format!("the column {column} holds {what}"));
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        ValueRef::Text(text) => std::str::from_utf8(text).map(Value::from).map_err(|_| wrong("text that is not UTF-8")),
        ValueRef::Blob(bytes) => Ok(Value::from(bytes)),
        ValueRef::Real(_) => Err(wrong("a number with a fraction, which no column of a store does")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_bound_by_their_numbers() {
        let cases = [
            ("SELECT $1, $2, $12, $1", "SELECT ?1, ?2, ?12, ?1", [1, 2, 12].as_slice()),
            ("SELECT '$1', 'it''s $2', $3 || '$'", "SELECT '$1', 'it''s $2', ?3 || '$'", &[3]),
            ("SELECT 1", "SELECT 1", &[]),
        ];
        for (sql, expected, numbers) in cases {
            let (text, used) = numbered(sql);
            let used: Vec<usize> = (1..).zip(used).filter(|(_, used)| *used).map(|(number, _)| number).collect();
            assert_eq!((text.as_str(), used.as_slice()), (expected, numbers));
        }
        let connection = Connection::open_in_memory().unwrap();
        let run = |sql: &str, values: &[i64]| {
            let values: Vec<Value> = values.iter().map(|value| Value::from(*value)).collect();
            let answer = run(&connection, Access::Read, sql, &values);
            answer.map(|answer| answer.rows[0].integer("x").unwrap()).map_err(|error| error.message().to_owned())
        };
        assert_eq!(run("SELECT $2 - $1 AS x", &[1, 5]), Ok(4));
        assert_eq!(run("SELECT $1 AS x", &[1, 5]), Err("a statement with 1 parameters got 2".to_owned()));
        assert_eq!(run("SELECT $1 + $3 AS x", &[1, 2, 3]), Err("a statement has no $2".to_owned()));
        assert!(run("SELECT $x AS x", &[]).is_err() && run("SELECT $0 AS x", &[]).is_err());
    }
}
