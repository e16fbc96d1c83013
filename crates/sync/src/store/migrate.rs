//! The schema: forward only, one transaction for all that is missing.

use super::error::{Error, ErrorKind};
use super::session::Session;
use super::value::Value;

/// Each brings a store from the version before to its own: the first, 1. What was released is never changed.
const MIGRATIONS: [&str; 1] = [include_str!("schema/1.sql")];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (\n    version BIGINT NOT NULL PRIMARY KEY\n);";

/// Whether nothing is missing. Then nothing is written or locked, and a login that may not make tables is enough.
pub(super) async fn is_current(session: &Session) -> Result<bool, Error> {
    // With a column of ours: other programs have a table of that name, too.
    let sql =
        "SELECT MAX(version) AS version, (SELECT MAX(fence) FROM customers WHERE id = '') AS fence FROM migrations";
    match session.run(sql, &[]).await {
        Ok(found) => {
            let version = found.rows.first().map_or(Ok(None), |row| row.integer_opt("version"))?;
            Ok(version.and_then(|version| usize::try_from(version).ok()) == Some(MIGRATIONS.len()))
        }
        // There are no such tables.
        Err(error) if error.kind() == ErrorKind::Statement => Ok(false),
        Err(error) => Err(error),
    }
}

/// Brings the store up to date. The session is a transaction of its own.
pub(super) async fn migrate(session: Session) -> Result<(), Error> {
    session.prepare().await?;
    session.batch(&session.dialect().schema(TABLE)).await?;
    let newest = session.run("SELECT COALESCE(MAX(version), 0) AS version FROM migrations", &[]).await?;
    let newest = newest.rows.first().map(|row| row.integer("version")).transpose()?.unwrap_or_default();
    let known = MIGRATIONS.len();
    let done = usize::try_from(newest).ok().filter(|done| *done <= known).ok_or_else(|| {
        let what = format!("the store has schema version {newest}, and this program knows those up to {known}");
        Error::new(ErrorKind::NewerSchema, what)
    })?;
    for (version, sql) in (1..).zip(MIGRATIONS).skip(done) {
        session.batch(&session.dialect().schema(sql)).await?;
        session.run("INSERT INTO migrations (version) VALUES ($1)", &[Value::Integer(version)]).await?;
    }
    session.commit().await
}
